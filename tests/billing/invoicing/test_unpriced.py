"""What bills can't price yet parks the account and says which plan and what; others are billed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from billing.invoicing.models import BillRunAccount
from billing.invoicing.services.run_billing import run_billing
from billing.models import UsagePeriod
from catalog.models import Bundle, BundlePart, Discount, PlanVersion
from core.models import Brand
from tests import make

NOW = datetime(2026, 11, 3, 8, tzinfo=UTC)
SEPTEMBER, OCTOBER, NOVEMBER = date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)
DECEMBER = date(2026, 12, 1)


def bill(brand: Brand, day: date = NOVEMBER) -> dict[str, BillRunAccount]:
    run = run_billing(brand=brand, bill_date=day, as_of=day + timedelta(days=2), now=NOW)
    return {row.account.number: row for row in run.accounts.select_related("account")}


def farewell(version: PlanVersion) -> None:
    make.make_charge(version, code="return", kind="one_off", taken_at="end")


def trial(version: PlanVersion) -> None:
    version.trial_days = 14
    version.save()


def minimum(version: PlanVersion) -> None:
    version.minimum_spend = Decimal("100.00")
    version.save()


FEATURES = [
    (farewell, "the charge return taken at end"),
    (trial, "a trial of 14 days"),
    (minimum, "a minimum spend"),
]


@pytest.mark.parametrize(("add", "named"), FEATURES)
def test_a_plan_with_such_terms_parks_its_accounts_and_no_others(
    fjordtel: Brand, add: Callable[[PlanVersion], None], named: str
) -> None:
    plain = make.make_plan(fjordtel)
    rich = make.make_plan(fjordtel, "RICH", starts_on=NOVEMBER)
    rich.versions.get()
    draft = make.make_draft(rich, OCTOBER)
    make.make_charge(draft)
    add(draft)
    make.publish(draft)
    kari, bo = make.make_account(fjordtel), make.make_account(fjordtel, "100200", "Bo Berg")
    make.make_subscription(kari, rich, starts_on=OCTOBER)
    make.make_subscription(bo, plain, starts_on=OCTOBER)

    rows = bill(fjordtel)

    assert rows["100200"].state == "issued"
    assert rows["100123"].state == "parked"
    assert rows["100123"].reason == f"Plan RICH has {named}, and bills can't price that yet."
    assert not UsagePeriod.objects.filter(account=kari).exists()


def test_a_draft_parks_nobody(fjordtel: Brand) -> None:
    plan = make.make_plan(fjordtel)
    minimum(make.make_draft(plan, OCTOBER))
    make.make_subscription(make.make_account(fjordtel), plan, starts_on=OCTOBER)

    assert bill(fjordtel)["100123"].state == "issued"


def test_what_is_used_from_a_later_version_on_is_priced_as_long_as_it_is_not_used(
    fjordtel: Brand,
) -> None:
    """The version with a minimum spend begins on 1 November: October is billed, November is not."""
    plan = make.make_plan(fjordtel)
    draft = make.make_draft(plan, NOVEMBER)
    make.make_charge(draft, price=Decimal("299.00"))
    minimum(draft)
    make.publish(draft)
    make.make_subscription(make.make_account(fjordtel), plan, starts_on=OCTOBER)

    states = [bill(fjordtel, day)["100123"].state for day in (NOVEMBER, DECEMBER)]

    assert states == ["issued", "parked"]


def test_what_was_billed_elsewhere_parks_nobody(fjordtel: Brand) -> None:
    plan = make.make_plan(fjordtel, starts_on=NOVEMBER)
    before = make.make_draft(plan, SEPTEMBER)
    minimum(before)
    make.publish(before)
    kari = make.make_account(fjordtel, billed_until=NOVEMBER)
    make.make_subscription(kari, plan, starts_on=SEPTEMBER)

    assert bill(fjordtel)["100123"].state == "issued"


@pytest.mark.parametrize(
    ("taken", "state"), [(SEPTEMBER, "parked"), (OCTOBER, "issued"), (date(2026, 10, 9), "issued")]
)
def test_a_version_for_new_customers_parks_those_who_were_there_before(
    fjordtel: Brand, taken: date, state: str
) -> None:
    plan = make.make_plan(fjordtel, starts_on=SEPTEMBER)
    new_only = make.make_draft(plan, OCTOBER, adoption="new_only")
    make.make_charge(new_only)
    make.publish(new_only)
    make.make_subscription(make.make_account(fjordtel), plan, starts_on=taken)

    row = bill(fjordtel)["100123"]

    assert row.state == state
    assert ("not for everybody" in row.reason) == (state == "parked")


@pytest.mark.parametrize(
    ("ends", "state"),
    [(None, "issued"), (date(2026, 10, 20), "parked"), (date(2026, 12, 20), "issued")],
)
def test_leaving_within_a_term_that_costs_a_fee_parks(
    fjordtel: Brand, ends: date | None, state: str
) -> None:
    plan = make.make_plan(fjordtel, starts_on=NOVEMBER)
    bound = make.make_draft(
        plan,
        SEPTEMBER,
        term_months=12,
        termination="remaining_months",
        termination_amount=Decimal("50.00"),
    )
    make.make_charge(bound)
    make.publish(bound)
    kari = make.make_account(fjordtel)
    make.make_subscription(kari, plan, starts_on=SEPTEMBER, ends_on=ends)

    row = bill(fjordtel)["100123"]

    assert row.state == state
    if ends and state == "parked":
        assert "a fee for leaving before 2027-09-01" in row.reason


@pytest.mark.parametrize(
    ("days", "with_both", "state"),
    [
        (DateRange(SEPTEMBER, None), True, "parked"),
        (DateRange(SEPTEMBER, None), False, "issued"),
        (DateRange(date(2027, 1, 1), None), True, "issued"),
    ],
)
def test_all_parts_of_a_bundle_park(
    fjordtel: Brand, days: DateRange, with_both: bool, state: str
) -> None:
    mobile, broadband = make.make_plan(fjordtel), make.make_plan(fjordtel, "FIBER")
    discount = Discount.objects.create(
        brand=fjordtel, code="TOGETHER", name={}, kind="percent", value=10, available=days
    )
    bundle = Bundle.objects.create(
        brand=fjordtel, code="HOME", name={}, discount=make.publish(discount), available=days
    )
    for plan in (mobile, broadband):
        BundlePart.objects.create(bundle=bundle, plan=plan)
    make.publish(bundle)
    kari = make.make_account(fjordtel)
    make.make_subscription(kari, mobile, starts_on=OCTOBER)
    if with_both:
        make.make_subscription(kari, broadband, "FIB-1", starts_on=date(2026, 10, 7))

    row = bill(fjordtel)["100123"]

    assert row.state == state
    assert ("bundle HOME" in row.reason) == (state == "parked")
