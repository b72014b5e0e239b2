"""The running bill: at the end of a period it is the invoice, at any time three queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Account
from billing.invoicing.live.rows import LiveRows
from billing.invoicing.live.running_bill import RunningBill, live_account, running_bill
from billing.invoicing.models import Invoice, InvoiceLine
from billing.invoicing.services.run_billing import run_billing
from billing.usage.allowances.models import AllowanceBalance
from core.models import Brand
from core.periods import local_midnight
from tests import make
from tests.billing.invoicing.test_included_usage_billed import (
    event,
    months,
    plan_of,
    source_of,
    take,
)
from tests.billing.usage.conftest import kari
from tests.billing.usage.kari import Kari
from tests.billing.usage.test_allowances_at_random import Company

__all__ = ["kari", "months"]

LATER = datetime(2026, 12, 3, 8, tzinfo=UTC)
OCTOBER, NOVEMBER, DECEMBER = date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1)


def last_moment(account: Account, bill_date: date) -> datetime:
    return local_midnight(bill_date, account.brand.zone) - timedelta(microseconds=1)


def bill(account: Account, day: date) -> Invoice | None:
    run_billing(brand=account.brand, bill_date=day, as_of=day + timedelta(days=2), now=LATER)
    return Invoice.objects.filter(account=account, period_end=day).first()


def of_bill(lines: Iterable[InvoiceLine]) -> list[tuple[object, ...]]:
    return [
        (
            line.account_id, line.subscription_id, line.kind, line.description, line.charge_code,
            line.period_start, line.period_end, line.amount, line.tax_rate, line.quantity,
        )
        for line in lines
    ]  # fmt: skip


def check_equal(account: Account, day: date) -> RunningBill:
    account.refresh_from_db()
    running = running_bill(account, now=last_moment(account, day))

    invoice = bill(account, day)

    assert running.refusal == ""
    assert of_bill(running.lines) == of_bill(invoice.lines.order_by("position") if invoice else [])
    total = invoice.total if invoice else Decimal(0)
    assert (running.total, running.tax) == (total, invoice.tax_total if invoice else Decimal(0))
    assert running.fees + running.usage == sum(line.amount for line in running.lines)
    return running


def test_karis_bill_runs_until_it_is_issued(fjordtel: Brand, tmp_path: Path) -> None:
    """October as billed: 0.60 of calls, 2.30 of messages; 99.00 for October, 99.00 for November.
    200.90 with tax: 40.18 of it. November: late 1.00, and 99.00 for December."""
    account = make.make_account(fjordtel)
    plan = plan_of(fjordtel, "TEN")
    make.make_subscription(account, plan, number="4790000123", starts_on=OCTOBER)
    source = source_of(fjordtel)
    calls = [("03T10:00", 300), ("04T10:00", 240), ("05T10:00", 120)]
    rows = [event(f"2026-10-{at}", seconds) for at, seconds in calls]
    rows += [event(f"2026-10-1{day}T10:00", 1, kind="TEXT") for day in range(5)]
    take(source, tmp_path / "october.csv", rows)

    october = check_equal(account, NOVEMBER)
    late = [event("2026-10-20T10:00", 60), event("2026-10-21T10:00", 1, kind="TEXT")]
    take(source, tmp_path / "november.csv", [*late, event("2026-11-03T10:00", 300)])
    november = check_equal(account, DECEMBER)

    assert (october.fees, october.usage) == (Decimal("198.00"), Decimal("2.90"))
    assert (october.total, october.tax) == (Decimal("200.90"), Decimal("40.18"))
    assert (november.fees, november.usage) == (Decimal("99.00"), Decimal("1.00"))


def test_what_the_month_before_has_still_to_bill_is_told_apart(
    fjordtel: Brand, tmp_path: Path
) -> None:
    """On 2 November October's bill of 198.60 is not made yet; November has 99.00 so far."""
    account = make.make_account(fjordtel)
    plan = plan_of(fjordtel, "TEN")
    make.make_subscription(account, plan, number="4790000123", starts_on=OCTOBER)
    take(source_of(fjordtel), tmp_path / "one.csv", [event("2026-10-05T10:00", 660)])
    now = datetime(2026, 11, 2, 12, tzinfo=UTC)

    early = running_bill(account, now=now)
    bill(account, NOVEMBER)
    late = running_bill(Account.objects.get(), now=now)

    assert (early.before, early.total) == (Decimal("198.60"), Decimal("99.00"))
    assert (late.before, late.total) == (Decimal(0), Decimal("99.00"))
    assert of_bill(early.lines) == of_bill(late.lines)


def test_a_family_has_one_bill_and_each_sees_its_part(northwind: Brand, tmp_path: Path) -> None:
    """19 % tax: two services of 99.00 for October and November: 396.00 and 75.24. The child sees
    198.00 and 37.62."""
    plan = plan_of(northwind, "TEN")
    parent = make.make_account(northwind, "200001", "Acme AS", kind="business")
    child = make.make_account(
        northwind, "200002", "Acme Lager", parent=parent, bills_to_parent=True
    )
    make.make_subscription(parent, plan, code="A", number="4930000001", starts_on=OCTOBER)
    make.make_subscription(child, plan, code="B", number="4930000002", starts_on=OCTOBER)

    own = live_account(
        child, now=last_moment(child, NOVEMBER), zone=northwind.zone, account_ids=[child.pk]
    ).bill
    whole = check_equal(parent, NOVEMBER)

    assert (whole.net, whole.tax, whole.is_whole) == (Decimal("396.00"), Decimal("75.24"), True)
    assert (own.net, own.tax, own.is_whole) == (Decimal("198.00"), Decimal("37.62"), False)
    assert {line.account_id for line in own.lines} == {child.pk}


def test_a_change_in_the_middle_of_an_unbilled_month(fjordtel: Brand) -> None:
    """The plan changes on 6 November while October's bill isn't made: as if it had been."""
    account = make.make_account(fjordtel)
    plan, other = plan_of(fjordtel, "TEN"), plan_of(fjordtel, "MORE")
    line = make.make_subscription(account, plan, number="4790000123", starts_on=OCTOBER)
    make.give_plan(line, other, date(2026, 11, 6))
    now = datetime(2026, 11, 7, 12, tzinfo=UTC)

    early = running_bill(account, now=now)
    bill(account, NOVEMBER)

    account.refresh_from_db()
    assert of_bill(early.lines) == of_bill(running_bill(account, now=now).lines)
    check_equal(account, DECEMBER)


def test_what_bills_cannot_price_is_said_and_nothing_is_guessed(fjordtel: Brand) -> None:
    plan = plan_of(fjordtel, "TEN")
    version = make.make_draft(plan, NOVEMBER, adoption="term_end")
    make.publish(version)
    account = make.make_account(fjordtel)
    make.make_subscription(account, plan, number="4790000123")

    running = running_bill(account, now=last_moment(account, NOVEMBER))

    assert "that come when a term ends" in running.refusal
    assert running.lines == ()


def test_a_surprise_takes_no_page_away(fjordtel: Brand, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bill run would park the account; who looks at it is told."""
    account = make.make_account(fjordtel)
    make.make_subscription(account, plan_of(fjordtel, "TEN"), number="4790000123")
    monkeypatch.setattr(LiveRows, "family", lambda *_args, **_named: 1 // 0)

    running = running_bill(account, now=last_moment(account, NOVEMBER))

    assert running.refusal.startswith("ZeroDivisionError")
    assert running.lines == ()


@pytest.mark.parametrize("lines", [1, 20])
@pytest.mark.parametrize("records", [0, 10, 300])
def test_three_queries_whatever_was_used(
    fjordtel: Brand, tmp_path: Path, lines: int, records: int
) -> None:
    account = make.make_account(fjordtel)
    plan = plan_of(fjordtel, "TEN")
    for place in range(lines):
        make.make_subscription(
            account, plan, code=f"L{place}", number=f"47900001{place:02}", starts_on=OCTOBER
        )
    rows = [
        event(f"2026-10-{1 + place % 30:02}T10:{place // 30:02}", 60,
              service=f"47900001{place % lines:02}")
        for place in range(records)
    ]  # fmt: skip
    take(source_of(fjordtel), tmp_path / "one.csv", rows)
    account = Account.objects.select_related("brand").get()

    with CaptureQueriesContext(connection) as queries:
        live = live_account(account, now=last_moment(account, NOVEMBER), zone=fjordtel.zone)

    assert len(queries) == 3
    assert sum(line.records or 0 for line in live.bill.lines) == records
    assert len(live.remaining) == lines
    assert len(live.days) == min(records, 30)


def test_remaining_units_count_from_the_first_day(fjordtel: Brand, tmp_path: Path) -> None:
    """600 s are included: before anything is used all are left; 61 s used leave 539."""
    account = make.make_account(fjordtel)
    line = make.make_subscription(
        account, plan_of(fjordtel, "TEN"), number="4790000123", starts_on=OCTOBER
    )
    now = datetime(2026, 10, 10, 12, tzinfo=UTC)

    [before] = live_account(account, now=now, zone=fjordtel.zone).remaining
    take(source_of(fjordtel), tmp_path / "one.csv", [event("2026-10-05T10:00", 61)])
    [after] = live_account(account, now=now, zone=fjordtel.zone).remaining

    assert (before.left, before.used, before.per_cent_left) == (600, 0, 100)
    assert (after.left, after.used, after.per_cent_left) == (539, 61, 89)
    assert (after.subscription_id, after.last_day) == (line.pk, date(2026, 10, 31))


def check_company(kari: Kari, seed: int) -> None:
    company = Company(kari, seed)
    company.take(company.pieces(company.usage()))
    account = kari.account

    for day in (OCTOBER, NOVEMBER, DECEMBER):
        said = said_of_allowances(account, day)
        check_equal(account, day)
        assert stored_allowances(account, day) - said == Counter()


def said_of_allowances(account: Account, day: date) -> Counter[tuple[object, ...]]:
    """What is said on the last day before `day` of each grant: quantity and use."""
    live = live_account(account, now=last_moment(account, day), zone=account.brand.zone)
    return Counter(
        (each.subscription_id, each.code, each.quantity, each.used, each.last_day)
        for each in live.remaining
    )


def stored_allowances(account: Account, day: date) -> Counter[tuple[object, ...]]:
    """What the bill found of the grants that were open then."""
    last = day - timedelta(days=1)
    rows = AllowanceBalance.objects.filter(
        account=account, period_start=last.replace(day=1), opens__lte=last, closes__gt=last
    ).select_related("allowance")
    return Counter(
        (row.subscription_id, row.allowance.code, row.quantity, row.used,
         row.closes - timedelta(days=1))
        for row in rows
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_random_companies_are_billed_what_the_running_bill_said(kari: Kari, seed: int) -> None:
    check_company(kari, seed)


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(4, 60))
def test_random_companies_are_billed_what_was_said_at_length(kari: Kari, seed: int) -> None:
    check_company(kari, seed)


def test_whatever_changes_is_told_at_once(fjordtel: Brand, tmp_path: Path) -> None:
    """Asked again it is the same bill of another moment; after each change it is another bill."""
    account = make.make_account(fjordtel)
    plan = plan_of(fjordtel, "TEN")
    line = make.make_subscription(account, plan, number="4790000123", starts_on=OCTOBER)
    source = source_of(fjordtel)
    now = datetime(2026, 10, 20, 12, tzinfo=UTC)

    first = running_bill(account, now=now)
    again = running_bill(account, now=now + timedelta(minutes=1))
    take(source, tmp_path / "one.csv", [event("2026-10-05T10:00", 660)])
    used = running_bill(account, now=now)
    line.label = "The boat"
    line.save()
    line.numbers.all().delete()
    named = running_bill(account, now=now)
    fjordtel.legal_entity.tax_rates.filter(category__code="standard").delete()
    untaxed = running_bill(account, now=now)

    assert of_bill(first.lines) == of_bill(again.lines)
    assert again.as_of - first.as_of == timedelta(minutes=1)
    assert used.total > first.total
    assert "The boat" in named.lines[0].subscription_label
    assert untaxed.refusal
