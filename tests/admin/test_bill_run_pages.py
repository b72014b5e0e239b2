"""The bill run's pages: started here, done by a worker, watched, mended and taken away."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Account
from billing.models import BillRun, BillRunAccount, Invoice
from core.models import Job
from core.services.work_jobs import work_one
from tests import make
from tests.admin.conftest import staff_with_every_right
from tests.admin.house import make_invoice

ADD = "/admin/billing/billrun/add/"


@pytest.fixture
def customer(fjordtel) -> Account:
    """Kari with one plan of 299.00 a month."""
    account = make.make_account(fjordtel)
    make.make_subscription(account, make.make_plan(fjordtel))
    return account


@pytest.fixture
def ola(fjordtel, sign_in):
    """A member of Fjordtel's staff who may do everything."""
    return sign_in(staff_with_every_right(fjordtel))


def start(client, brand, day: str = "2026-01-01", reason: str = ""):
    return client.post(ADD, {"brand": brand.pk, "bill_date": day, "reason": reason})


def work() -> Job:
    job = work_one("w1", clock=timezone.now)
    assert job is not None
    return job


def page(run) -> str:
    return reverse("admin:billing_billrun_change", args=[run.pk])


@pytest.mark.django_db(transaction=True)
def test_a_run_is_started_watched_and_done(ola, customer, fjordtel):
    started = start(ola, fjordtel)
    waiting = ola.get(started.headers["Location"])
    job = work()
    done = ola.get(started.headers["Location"], follow=True).content.decode()

    run = BillRun.objects.get()
    assert started.status_code == 302
    assert 'http-equiv="refresh"' in waiting.content.decode()
    assert "It waits for a worker" in waiting.content.decode()
    assert (job.state, job.result["run"]) == ("done", run.pk)
    assert run.started_by is not None
    assert "Bill run of Fjordtel, 1 Jan 2026" in done.replace("\xa0", " ")
    assert "In review" in done
    assert "Ask for approval" in done
    assert 'http-equiv="refresh"' not in done


@pytest.mark.django_db(transaction=True)
def test_asking_twice_asks_once(ola, customer, fjordtel):
    first = start(ola, fjordtel)

    second = start(ola, fjordtel)

    assert first.headers["Location"] == second.headers["Location"]
    assert Job.objects.count() == 1


def test_a_run_before_the_grace_days_needs_a_reason(ola, customer, fjordtel):
    tomorrow = str(date(2999, 1, 1))

    refused = start(ola, fjordtel, tomorrow).content.decode()
    started = start(ola, fjordtel, tomorrow, "a test of the form")

    assert "usage may still arrive" in refused
    assert started.status_code == 302
    assert Job.objects.get().payload["reason"] == "a test of the form"


def test_only_own_brands_can_be_billed(ola, fjordtel, northwind):
    form = ola.get(ADD).content.decode()
    refused = start(ola, northwind)

    assert "Fjordtel" in form
    assert "Northwind" not in form
    assert refused.status_code == 200
    assert not Job.objects.exists()


def test_who_may_only_look_starts_nothing(sign_in, own):
    from django.contrib.auth.models import Permission

    user = make.make_staff("eye@own.example", own.brand)
    user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client = sign_in(user)

    assert client.get(ADD).status_code == 403
    assert start(client, own.brand).status_code == 403
    for route in ("billing_billrun_check_again", "billing_invoicedocument_render"):
        assert client.post(reverse(f"admin:{route}", args=[own[BillRun].pk])).status_code == 403
    assert "Check again" not in client.get(page(own[BillRun])).content.decode()


def test_the_page_shows_progress_while_a_worker_is_at_it(staff, own):
    run = own[BillRun]
    Job.objects.filter(pk=own[Job].pk).update(
        unique_key=f"bill_run:{run.brand_id}:{run.bill_date}",
        state="running",
        leased_until=timezone.now(),
        progress_done=3,
        progress_total=12,
        progress_text="calculating",
    )

    content = staff.get(page(run)).content.decode()

    assert 'http-equiv="refresh" content="2"' in content
    assert '<progress class="backoffice-progress" max="100" value="25"' in content
    assert "Calculating" in content
    assert "3 of 12" in content


def test_a_parked_account_says_why_and_is_checked_again(staff, own):
    run = own[BillRun]
    Job.objects.all().delete()
    BillRunAccount.objects.filter(run=run).update(
        state="parked", invoice=None, reason="No tax rate holds on 2026-11-01"
    )

    content = staff.get(page(run)).content.decode()
    staff.post(reverse("admin:billing_billrun_check_again", args=[run.pk]))

    job = Job.objects.get()
    assert "No tax rate holds on 2026-11-01" in content
    assert "Check again" in content
    assert job.unique_key == f"bill_run:{run.brand_id}:2026-11-01"
    assert job.payload["bill_date"] == "2026-11-01"


def test_buttons_need_a_post_with_a_token(own, sign_in):
    from django.test import Client

    client = sign_in(staff_with_every_right(own.brand))
    careful = Client(enforce_csrf_checks=True, headers={"host": "staff.localhost"})
    careful.cookies = client.cookies
    routes = [
        reverse("admin:billing_billrun_check_again", args=[own[BillRun].pk]),
        reverse("admin:billing_invoicedocument_render", args=[own[BillRun].pk]),
        reverse("admin:core_job_try_again", args=[own[Job].pk]),
    ]

    for route in routes:
        assert client.get(route).status_code == 405
        assert careful.post(route).status_code == 403
    assert careful.post(ADD, {"brand": own.brand.pk}).status_code == 403


def test_pdfs_are_downloaded_one_by_one_or_all_of_a_run(staff, own):
    run, invoice = own[BillRun], own[Invoice]

    single = staff.get(reverse("admin:billing_invoicedocument_pdf", args=[invoice.pk]))
    many = staff.get(reverse("admin:billing_invoicedocument_zip", args=[run.pk]))

    assert b"".join(single) == b"%PDF CANARY-own"
    assert single.headers["Content-Disposition"] == 'attachment; filename="CANARY-own-1.pdf"'
    archive = zipfile.ZipFile(io.BytesIO(b"".join(many)))
    assert archive.namelist() == ["CANARY-own-1.pdf"]
    assert archive.read("CANARY-own-1.pdf") == b"%PDF CANARY-own"


def make_second_invoice(house) -> Invoice:
    """An issued invoice of the same run that has no PDF yet."""
    account = make.make_account(house.brand, number="2", name="Bo Berg")
    subscription = make.make_subscription(account, code="S-2")
    return make_invoice(house[BillRun], account, subscription, "Bo Berg", sequence=2)


def test_a_run_without_pdfs_offers_to_render_them(staff, own):
    run = own[BillRun]
    make_second_invoice(own)

    content = staff.get(page(run)).content.decode()
    refused = staff.get(reverse("admin:billing_invoicedocument_zip", args=[run.pk]))
    staff.post(reverse("admin:billing_invoicedocument_render", args=[run.pk]))
    staff.post(reverse("admin:billing_invoicedocument_render", args=[run.pk]))

    assert "Render PDFs" in content
    assert "Download all PDFs" not in content
    assert refused.status_code == 302
    assert Job.objects.filter(kind="render_documents").count() == 1


def test_the_invoices_of_a_run_as_csv(staff, own):
    response = staff.get(reverse("admin:billing_billrun_csv", args=[own[BillRun].pk]))

    lines = b"".join(response).decode().splitlines()
    assert lines[0].startswith("number,document,account,name,issue_date")
    assert lines[1].startswith("CANARY-own-1,invoice,CANARY-own-1,CANARY-own Nordmann,2026-11-01")
    assert ",80.000,20.000,100.000,100.000," in lines[1]


@pytest.mark.parametrize("name", ["=1+1", "+47", "-2", "@SUM(A1)"])
def test_a_name_is_never_a_formula_in_the_csv(staff, own, name):
    Account.objects.filter(pk=own[Account].pk).update(name=name)

    response = staff.get(reverse("admin:billing_billrun_csv", args=[own[BillRun].pk]))

    assert f",'{name}," in b"".join(response).decode()


def test_a_parked_run_leads_to_its_error(staff, own):
    run = own[BillRun]
    Job.objects.filter(pk=own[Job].pk).update(
        unique_key=f"bill_run:{run.brand_id}:{run.bill_date}", state="parked", error="No disk space"
    )

    content = staff.get(page(run)).content.decode()
    again = staff.post(reverse("admin:core_job_try_again", args=[own[Job].pk]))

    assert "The run stopped" in content
    assert again.status_code == 302
    assert Job.objects.get(pk=own[Job].pk).state == "queued"
