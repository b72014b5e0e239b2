"""What staff do all day: look customers up, read their usage, find owners of money, mend causes."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from accounts.models import Account, Subscription
from billing.models import Invoice, OpenItem, SuspendedUsage, UsageRecord
from catalog.models import PlanVersion, Rate, UsageCategory
from core.models import Job
from payments.models import BankFile, Payment
from tests import make
from tests.admin.house import AT, NOVEMBER

RECORDS = "/admin/billing/usagerecord/"


def make_record(house, called: int = 4440000000) -> UsageRecord:
    """A call on 5 October 2026 at 12:00 UTC of 75 seconds for 1.234567."""
    subscription = house[Subscription]
    return UsageRecord.objects.create(
        start_at=datetime(2026, 10, 5, 12, tzinfo=UTC),
        key=uuid.uuid4(),
        content=uuid.uuid4(),
        source_id=1,
        file_id=1,
        line_number=1,
        brand_id=house.brand.pk,
        account_id=subscription.account_id,
        subscription_id=subscription.pk,
        number_id=subscription.numbers.get().number_id,
        plan_version_id=house[PlanVersion].pk,
        category_id=house[UsageCategory].pk,
        rate_id=house[Rate].pk,
        usage_type=1,
        called=called,
        called_digits=10,
        quantity=75,
        billed=120,
        amount=1_234_567,
        cost=0,
        flags=0,
        period_start=date(2026, 10, 1),
        origin_start=date(2026, 10, 1),
    )


def records(client, house, **question):
    asked = {"brand": house.brand.pk, "account": f"{house.canary}-1"}
    asked |= {"since": "2026-10-01", "until": "2026-10-31"}
    return client.get(RECORDS, asked | question).content.decode()


def test_usage_is_read_one_account_and_some_weeks_at_a_time(staff, own):
    make_record(own)

    content = records(staff, own)

    assert "5 Oct 2026 14:00:00" in content
    assert "4440000000" in content
    assert "1:15" in content
    assert "2:00" in content
    assert "1.234567" in content
    assert "1 records, times of Europe/Oslo, amounts in NOK" in content


def test_the_list_of_usage_needs_an_account_and_days(staff, own):
    make_record(own)

    nothing_asked = staff.get(RECORDS).content.decode()

    assert "4440000000" not in nothing_asked
    assert "Name a brand and an account" in nothing_asked
    assert "This field is required" in records(staff, own, account=" ")
    assert "at most 93 days" in records(staff, own, since="2025-01-01")
    assert "no account with that number" in records(staff, own, account="nobody")
    assert "no such subscription" in records(staff, own, subscription="none")
    assert "Enter a valid date" in records(staff, own, since="yesterday")


def test_usage_of_another_brand_is_not_found(staff, own, foreign):
    make_record(foreign, called=4666666666)

    by_brand = records(staff, foreign)
    by_number = records(staff, own, account=f"{foreign.canary}-1")
    nowhere = records(staff, own, account="CANARY-nowhere-1")

    assert "4666666666" not in by_brand + by_number
    assert "Select a valid choice" in by_brand
    token = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
    assert token.sub("", by_number.replace("CANARY-foreign", "X")) == token.sub(
        "", nowhere.replace("CANARY-nowhere", "X")
    )


def test_reading_usage_needs_the_right_to(sign_in, own):
    client = sign_in(make.make_staff("new@own.example", own.brand))

    assert client.get(RECORDS).status_code == 403


def test_the_customer_page_shows_what_is_going_on(staff, own):
    content = staff.get(
        reverse("admin:accounts_account_change", args=[own[Account].pk])
    ).content.decode()

    for title in ("Balance", "People", "Subscriptions", "Locations", "Invoices", "Payments"):
        assert f"<h2>{title}</h2>" in content
    assert "CANARY-own-PLAN" in content
    assert reverse("admin:billing_invoice_change", args=[own[Invoice].pk]) in content


def test_panels_are_shown_to_those_only_who_may_see_their_rows(sign_in, own):
    user = make.make_staff("desk@own.example", own.brand)
    user.user_permissions.set(Permission.objects.filter(codename="view_account"))

    content = (
        sign_in(user)
        .get(reverse("admin:accounts_account_change", args=[own[Account].pk]))
        .content.decode()
    )

    assert "<h2>Invoices</h2>" not in content
    assert "<h2>People</h2>" not in content
    assert reverse("admin:billing_invoice_change", args=[own[Invoice].pk]) not in content


@pytest.mark.parametrize(
    ("page", "term"),
    [
        ("accounts_account", "CANARY-own-1"),
        ("accounts_account", "canary-own@example.com"),
        ("accounts_person", "canary-own@example.com"),
        ("billing_invoice", "CANARY-own-1"),
        ("payments_payment", "CANARY-own"),
        ("catalog_rate", "47"),
        ("accounts_servicenumber", "CANARY-own"),
    ],
)
def test_rows_are_found_by_what_customers_say_on_the_phone(staff, own, page, term):
    response = staff.get(reverse(f"admin:{page}_changelist"), {"q": term})

    # The number of an invoice of ours is a part of one that was taken over, too.
    found = [str(row) for row in response.context["cl"].result_list if "OLD-" not in str(row)]
    assert len(found) == 1


def test_a_rate_is_found_by_the_beginning_of_its_prefix_only(staff, own):
    found = staff.get(reverse("admin:catalog_rate_changelist"), {"q": "7"})

    assert len(found.context["cl"].result_list) == 0


def make_unmatched(house, currency: str = "NOK") -> Payment:
    file = BankFile.objects.create(
        name="unmatched.csv", sha256=f"{house.canary}-{currency}", imported_at=AT
    )
    return Payment.objects.create(
        legal_entity=house.brand.legal_entity,
        bank_file=file,
        provider="bank",
        provider_reference=f"{house.canary}-{currency}",
        paid_on=NOVEMBER,
        amount=Decimal("12.34"),
        currency=currency,
        payer=f"{house.canary} unknown",
        unallocated=Decimal("12.34"),
        received_at=AT,
    )


def test_unmatched_money_is_seen_by_its_legal_entity_only(staff, own, foreign):
    mine, theirs = make_unmatched(own), make_unmatched(foreign)

    listed = staff.get(reverse("admin:payments_payment_changelist"), {"matched": "no"})
    index = staff.get(reverse("admin:index")).content.decode()
    page = staff.get(reverse("admin:payments_payment_change", args=[theirs.pk]))

    assert [row.pk for row in listed.context["cl"].result_list] == [mine.pk]
    assert "1 payments in NOK wait for their account" in index
    assert page.status_code == 302


def test_a_person_names_the_account_of_unmatched_money(staff, own, foreign):
    payment = make_unmatched(own)
    url = reverse("admin:payments_payment_account", args=[payment.pk])

    stranger = staff.post(url, {"account": f"{foreign.canary}-1"}).content.decode()
    nobody = staff.post(url, {"account": "CANARY-nowhere-1"}).content.decode()
    euros = reverse("admin:payments_payment_account", args=[make_unmatched(own, "EUR").pk])
    refused = staff.post(euros, {"account": f"{own.canary}-1"}).content.decode()
    done = staff.post(url, {"account": f"{own.canary}-1"})

    payment.refresh_from_db()
    assert "No account of this legal entity has that number." in stranger
    assert "No account of this legal entity has that number." in nobody
    assert "in EUR" in refused
    assert done.status_code == 302
    assert payment.account == own[Account]
    assert OpenItem.objects.get(account=own[Account]).open_amount == Decimal("87.660")


def test_suspended_usage_is_grouped_by_what_to_mend(staff, own):
    content = staff.get(reverse("admin:billing_suspendedusage_changelist")).content.decode()
    line = staff.get(
        reverse("admin:billing_suspendedusage_change", args=[own[SuspendedUsage].pk])
    ).content.decode()

    assert "no price for this destination" in content
    cause = reverse("admin:billing_suspendedusage_cause", args=[own[SuspendedUsage].pk])
    assert f'href="{cause}"' in content
    assert "As it came" in line
    assert "As it was read" in line


def test_every_tile_leads_to_the_list_that_adds_up_to_it(staff, own, foreign):
    Job.objects.filter(pk=own[Job].pk).update(state="parked", error="broken")
    make_unmatched(own)
    index = staff.get(reverse("admin:index"))

    tiles = {tile.title: tile for tile in index.context["tiles"]}
    for tile in tiles.values():
        assert staff.get(tile.url).status_code == 200
    assert tiles["Open amount"].value == "NOK\xa0100.00"
    opened = staff.get(tiles["Open amount"].url).context["cl"].result_list
    assert sum(item.open_amount for item in opened) == Decimal(100)
    assert tiles["Parked jobs"].value == "1"
    assert len(staff.get(tiles["Parked jobs"].url).context["cl"].result_list) == 1
    assert tiles["Suspended usage"].value == "1"
    assert len(staff.get(tiles["Suspended usage"].url).context["cl"].result_list) == 1
    assert tiles["Unmatched payments"].value == "NOK\xa012.34"


def test_the_menu_names_only_what_one_may_open(sign_in, own):
    user = make.make_staff("desk@own.example", own.brand)
    user.user_permissions.set(Permission.objects.filter(codename="view_account"))

    content = sign_in(user).get(reverse("admin:index")).content.decode()

    assert reverse("admin:accounts_account_changelist") in content
    assert reverse("admin:billing_invoice_changelist") not in content


def test_an_empty_list_says_how_rows_come_in(superuser):
    content = superuser.get(reverse("admin:accounts_account_changelist")).content.decode()
    searched = superuser.get(reverse("admin:accounts_account_changelist"), {"q": "x"})

    assert "manage.py import_accounts FILE.yaml" in content
    assert "Nothing fits what you look for" in searched.content.decode()
