"""Bills of paused subscriptions: the day of a pause is not charged, the day of a resume is."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.models import SubscriptionPause
from accounts.services.pause_subscription import pause_subscription
from accounts.services.resume_subscription import resume_subscription
from billing.invoicing.services.run_billing import run_billing
from tests import make


def bill(brand, day: date) -> list[tuple[str, str, str, str]]:
    """The lines of the one invoice of that bill date: kind, from, until, amount."""
    at = datetime(day.year, day.month, 3, 8, tzinfo=UTC)
    run = run_billing(brand=brand, bill_date=day, as_of=day + timedelta(days=2), now=at)
    return [
        (line.kind, str(line.period_start), str(line.period_end), f"{line.amount:.2f}")
        for invoice in run.invoices.all()
        for line in invoice.lines.all()
    ]


@pytest.fixture
def kari(fjordtel):
    """A subscription of 300.00 a month in advance since 1 November."""
    account = make.make_account(fjordtel)
    plan = make.make_plan(fjordtel, price="300.00")
    return make.make_subscription(account, plan, starts_on=date(2026, 11, 1))


def paused(subscription, start: date, end: date | None = None) -> SubscriptionPause:
    return SubscriptionPause.objects.create(subscription=subscription, during=DateRange(start, end))


def test_a_pause_of_ten_days_gives_ten_thirtieths_back(kari, fjordtel):
    november = bill(fjordtel, date(2026, 11, 1))
    pause_subscription(kari, as_of=date(2026, 11, 11))
    resume_subscription(kari, as_of=date(2026, 11, 21))

    december = bill(fjordtel, date(2026, 12, 1))

    assert november == [("recurring", "2026-11-01", "2026-12-01", "300.00")]
    assert december == [
        ("credit", "2026-11-11", "2026-11-21", "-100.00"),
        ("recurring", "2026-12-01", "2027-01-01", "300.00"),
    ]


def test_while_it_is_paused_nothing_is_charged_and_the_rest_of_the_month_is_credited(
    kari, fjordtel
):
    bill(fjordtel, date(2026, 11, 1))
    pause_subscription(kari, as_of=date(2026, 11, 11), until=date(2026, 12, 15))

    december = bill(fjordtel, date(2026, 12, 1))
    january = bill(fjordtel, date(2027, 1, 1))

    assert december == [("credit", "2026-11-11", "2026-12-01", "-200.00")]
    assert january == [
        # 300.00 × 17/31
        ("recurring", "2026-12-15", "2027-01-01", "164.52"),
        ("recurring", "2027-01-01", "2027-02-01", "300.00"),
    ]


def test_a_pause_that_is_known_before_the_bill_is_left_out_of_it(kari, fjordtel):
    paused(kari, date(2026, 11, 11), date(2026, 11, 21))

    december = bill(fjordtel, date(2026, 12, 1))

    assert december == [
        ("recurring", "2026-11-01", "2026-11-11", "100.00"),
        ("recurring", "2026-11-21", "2026-12-01", "100.00"),
        ("recurring", "2026-12-01", "2027-01-01", "300.00"),
    ]


def test_a_pause_taken_back_after_its_credit_is_charged_again(kari, fjordtel):
    bill(fjordtel, date(2026, 11, 1))
    pause = paused(kari, date(2026, 11, 11), date(2026, 11, 21))
    bill(fjordtel, date(2026, 12, 1))
    pause.delete()

    january = bill(fjordtel, date(2027, 1, 1))

    assert january == [
        ("recurring", "2026-11-11", "2026-11-21", "100.00"),
        ("recurring", "2027-01-01", "2027-02-01", "300.00"),
    ]


def test_a_resume_takes_no_setup_charge_again(fjordtel):
    account = make.make_account(fjordtel)
    setup = {"code": "setup", "kind": "one_off", "price": Decimal("99.00")}
    plan = make.make_plan(fjordtel, charge=setup)
    subscription = make.make_subscription(account, plan, starts_on=date(2026, 11, 1))
    first = bill(fjordtel, date(2026, 11, 1))
    paused(subscription, date(2026, 11, 11), date(2026, 11, 21))

    assert bill(fjordtel, date(2026, 12, 1)) == []
    assert [line[3] for line in first] == ["99.00"]


def test_a_quarter_keeps_its_dates_through_a_pause(fjordtel):
    account = make.make_account(fjordtel)
    plan = make.make_plan(fjordtel, price="900.00", charge={"months": 3})
    subscription = make.make_subscription(account, plan, starts_on=date(2026, 1, 1))
    bill(fjordtel, date(2026, 1, 1))
    paused(subscription, date(2026, 2, 11), date(2026, 2, 21))

    march = bill(fjordtel, date(2026, 3, 1))
    april = bill(fjordtel, date(2026, 4, 1))

    # 900.00 × 10/90
    assert march == [("credit", "2026-02-11", "2026-02-21", "-100.00")]
    assert april == [("recurring", "2026-04-01", "2026-07-01", "900.00")]


@pytest.mark.parametrize(
    ("proration", "amounts"), [("full", ["300.00", "300.00"]), ("none", ["300.00"])]
)
def test_a_month_with_a_pause_costs_all_or_nothing_where_days_do_not_count(
    fjordtel, proration, amounts
):
    account = make.make_account(fjordtel)
    plan = make.make_plan(fjordtel, price="300.00", charge={"proration": proration})
    subscription = make.make_subscription(account, plan, starts_on=date(2026, 11, 1))
    paused(subscription, date(2026, 11, 11), date(2026, 11, 21))

    assert [line[3] for line in bill(fjordtel, date(2026, 12, 1))] == amounts


def test_in_arrears_each_part_is_a_line(fjordtel):
    account = make.make_account(fjordtel)
    plan = make.make_plan(fjordtel, price="300.00", charge={"timing": "arrears"})
    subscription = make.make_subscription(account, plan, starts_on=date(2026, 11, 1))
    paused(subscription, date(2026, 11, 11), date(2026, 11, 21))

    assert [line[1:] for line in bill(fjordtel, date(2026, 12, 1))] == [
        ("2026-11-01", "2026-11-11", "100.00"),
        ("2026-11-21", "2026-12-01", "100.00"),
    ]
