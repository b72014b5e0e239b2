"""Who gets a plan's new prices: everybody, or new customers only; waiting for a term parks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from billing.invoicing.models import BillRunAccount, InvoiceLine
from billing.invoicing.services.run_billing import run_billing
from billing.models import UsagePeriod
from billing.usage.directory import Directory, Placement, PriceLists
from catalog.models import DeckAssignment, Plan
from core.models import Brand
from tests import make

NOW = datetime(2026, 11, 3, 8, tzinfo=UTC)
SEPTEMBER, OCTOBER, NOVEMBER = date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)


def bill(brand: Brand, day: date = NOVEMBER) -> dict[str, BillRunAccount]:
    run = run_billing(brand=brand, bill_date=day, as_of=day + timedelta(days=2), now=NOW)
    return {row.account.number: row for row in run.accounts.select_related("account")}


def plan_with(brand: Brand, adoption: str) -> Plan:
    """299.00 from September, 399.00 from October for whom it is."""
    plan = make.make_plan(brand, starts_on=SEPTEMBER)
    version = make.make_draft(plan, OCTOBER, adoption=adoption)
    make.make_charge(version, price=Decimal("399.00"))
    make.publish(version)
    return plan


@pytest.mark.parametrize(
    ("taken", "price"),
    [(SEPTEMBER, "299.00"), (OCTOBER, "399.00"), (date(2026, 10, 9), "399.00")],
)
def test_prices_for_new_customers_leave_the_others_theirs(
    fjordtel: Brand, taken: date, price: str
) -> None:
    plan = plan_with(fjordtel, "new_only")
    make.make_subscription(make.make_account(fjordtel), plan, starts_on=taken)

    bill(fjordtel)

    november = InvoiceLine.objects.get(period_start=NOVEMBER)
    assert november.amount == Decimal(price)


def test_prices_for_all_that_follow_are_for_all(fjordtel: Brand) -> None:
    """Who kept 299.00 in October pays 449.00 from November, as everybody."""
    plan = plan_with(fjordtel, "new_only")
    later = make.make_draft(plan, NOVEMBER)
    make.make_charge(later, price=Decimal("449.00"))
    make.publish(later)
    make.make_subscription(make.make_account(fjordtel), plan, starts_on=SEPTEMBER)

    bill(fjordtel)

    amounts = InvoiceLine.objects.order_by("period_start").values_list("amount", flat=True)
    assert list(amounts) == [Decimal("299.00"), Decimal("299.00"), Decimal("449.00")]


@pytest.mark.parametrize(("taken", "deck"), [(SEPTEMBER, "OLD"), (OCTOBER, "NEW")])
def test_usage_is_priced_by_the_version_that_the_customer_has(
    fjordtel: Brand, taken: date, deck: str
) -> None:
    plan = make.make_plan(fjordtel, starts_on=date(2027, 12, 1))
    for code, start, adoption in (("OLD", SEPTEMBER, "renewal"), ("NEW", OCTOBER, "new_only")):
        version = make.make_draft(plan, start, adoption=adoption)
        row = make.make_deck(fjordtel, code)
        DeckAssignment.objects.create(version=version, deck=row, usage_type="voice")
        make.publish(version)
    kari = make.make_account(fjordtel)
    make.make_subscription(kari, plan, starts_on=taken, number="4790000123")
    directory = Directory(fjordtel, ["4790000123"])
    owner = directory.find(("4790000123",), date(2026, 10, 20))

    placement = PriceLists(directory.plan_ids, [kari]).place(owner, date(2026, 10, 20), 1)

    assert isinstance(placement, Placement)
    assert placement.deck.code == deck


def test_prices_that_come_when_a_term_ends_park_who_was_there_before(fjordtel: Brand) -> None:
    plan = plan_with(fjordtel, "term_end")
    kari, bo = make.make_account(fjordtel), make.make_account(fjordtel, "100200", "Bo Berg")
    make.make_subscription(kari, plan, starts_on=SEPTEMBER)
    make.make_subscription(bo, plan, starts_on=OCTOBER)

    rows = bill(fjordtel)

    assert rows["100200"].state == "issued"
    assert rows["100123"].state == "parked"
    assert rows["100123"].reason == (
        "Plan MOBIL10 has prices from 2026-10-01 that come when a term ends, and bills can't "
        "price that yet."
    )
    assert not UsagePeriod.objects.filter(account=kari).exists()


def test_what_was_billed_elsewhere_parks_nobody(fjordtel: Brand) -> None:
    plan = make.make_plan(fjordtel, starts_on=NOVEMBER)
    make.publish(make.make_draft(plan, SEPTEMBER))
    make.publish(make.make_draft(plan, OCTOBER, adoption="term_end"))
    kari = make.make_account(fjordtel, billed_until=NOVEMBER)
    make.make_subscription(kari, plan, starts_on=SEPTEMBER)

    assert bill(fjordtel)["100123"].state == "issued"
