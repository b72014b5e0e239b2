"""A discount's page: the way to a second person, and the file of rates that waits for one."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.urls import reverse

from catalog.models import Discount, Rate, RateDeck
from core.jobs import handler_of
from core.models import Approval, ImportBatch, Job, User
from core.services.apply_import import confirm_import
from core.services.decide_approval import approve
from tests import make

NOW = datetime(2026, 11, 3, 8, tzinfo=UTC)
RATES = b"prefix,destination,price\n47,Norway,0.49\n46,Sweden,0.90\n"


@pytest.fixture
def staff(fjordtel) -> User:
    return make.make_staff("maker@fjordtel.example", fjordtel, is_superuser=True)


@pytest.fixture
def checker(fjordtel) -> User:
    return make.make_staff("checker@fjordtel.example", fjordtel, is_superuser=True)


@pytest.fixture
def client(staff, sign_in) -> Client:
    return sign_in(staff)


@pytest.fixture
def deck(fjordtel) -> RateDeck:
    made = make.make_deck(fjordtel)
    make.make_rate(made, "47", "0.60")
    return made


def test_a_discount_is_handed_to_a_second_person(client, fjordtel):
    make.make_plan(fjordtel)
    discount = Discount.objects.create(
        brand=fjordtel, code="TEN", name={"nb": "Ti", "en": "Ten"}, kind="percent",
        value=Decimal(10), available=DateRange(date(2026, 12, 1), None),
    )  # fmt: skip
    address = reverse("admin:catalog_discount_publish", args=[discount.pk])

    shown = client.get(address).content.decode()
    no_reason = client.post(address, {"reason": ""})
    client.post(address, {"reason": "Christmas"})

    waiting = Approval.objects.get()
    page = client.get(reverse("admin:catalog_discount_change", args=[discount.pk])).content.decode()
    assert "269.10" in shown
    assert no_reason.status_code == 200
    assert (waiting.kind, waiting.subject) == ("publish_discount", discount)
    assert "Waits for a second person" in page


def tried(client, fjordtel) -> ImportBatch:
    """A file of rates after its dry run."""
    file = BytesIO(RATES)
    file.name = "rates.csv"
    data = {"kind": "rates", "brand": fjordtel.pk, "file": file}
    client.post(reverse("admin:core_importbatch_add"), data)
    batch = ImportBatch.objects.latest("pk")
    chosen = {
        "dates": "yyyy-mm-dd",
        "decimal": "point",
        "column_prefix": "prefix",
        "column_destination": "destination",
        "column_price": "price",
        "option_deck": "VOICE",
        "option_starts_on": "2027-01-01",
    }
    client.post(reverse("admin:core_importbatch_columns", args=[batch.pk]), chosen)
    batch.refresh_from_db()
    return batch


def ask(client, batch: ImportBatch) -> Approval:
    address = reverse("admin:core_importbatch_confirm", args=[batch.pk])
    client.post(address, {"reason": "The carrier's new prices"})
    return Approval.objects.latest("pk")


def work() -> None:
    job = Job.objects.get(kind="apply_import")
    handler_of(job.kind)(job, lambda *_: None)


def test_rates_wait_for_a_second_person_and_come_in_as_they_were_shown(
    client, fjordtel, deck, checker
):
    batch = tried(client, fjordtel)
    page = client.get(reverse("admin:core_importbatch_change", args=[batch.pk])).content.decode()
    asked = ask(client, batch)
    before = Rate.objects.filter(deck=deck).count()

    approve(asked, by=checker, now=datetime.now(UTC))
    work()

    batch.refresh_from_db()
    assert "Ask a second person" in page
    assert asked.summary == "Rates of a deck from rates.csv: 1 new, 1 changed"
    assert any("0.6 per" in row[1] for row in asked.difference)
    assert before == 1
    assert (batch.state, batch.applied_by) == ("applied", asked.requested_by)
    assert Rate.objects.filter(deck=deck, prefix="46").exists()


def test_without_an_approval_no_rates_come_in(client, fjordtel, deck, staff):
    batch = tried(client, fjordtel)

    with pytest.raises(Exception, match="second person"):
        confirm_import(batch, user=staff, now=NOW)
    client.post(reverse("admin:core_importbatch_confirm", args=[batch.pk]), {"reason": " "})

    assert not Approval.objects.exists()
    assert not Job.objects.filter(kind="apply_import").exists()


def test_a_deck_that_moved_on_refuses_the_approval(client, fjordtel, deck, checker):
    first, second = tried(client, fjordtel), tried(client, fjordtel)
    asked, late = ask(client, first), ask(client, second)
    approve(asked, by=checker, now=datetime.now(UTC))
    work()

    decided = approve(late, by=checker, now=datetime.now(UTC))

    second.refresh_from_db()
    assert decided.state == "failed"
    assert second.state == "previewed"


def test_what_changes_between_the_approval_and_the_work_stores_nothing(
    client, fjordtel, deck, checker
):
    asked = ask(client, tried(client, fjordtel))
    approve(asked, by=checker, now=datetime.now(UTC))
    make.make_rate(deck, "46", "0.10")

    with pytest.raises(Exception, match="changed after it was approved"):
        work()

    assert asked.subject.state == "failed"
    assert Rate.objects.filter(deck=deck).count() == 2
