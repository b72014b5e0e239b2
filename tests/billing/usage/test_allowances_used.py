"""Records use the allowances of their usage period, in whatever order and pieces they arrive."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Subscription
from billing.usage.allowances.models import AllowanceBalance, CumulativeUsage
from billing.usage.allowances.settling import settle_accounts
from billing.usage.explain_records import explain_record
from billing.usage.models import UsageRecord, UsageSummary
from billing.usage.quotes import Quote
from catalog.models import Plan, PlanVersion, RateDeck
from tests import make
from tests.billing.usage.kari import Kari, call, forget, hits, summaries

Terms = Callable[[PlanVersion], object]


def plan_with(kari: Kari, terms: Terms, code: str = "INCLUDED") -> Plan:
    """A plan with calls at 0.60 a minute, 60/1, whose version from 2020 on has these terms."""
    plan = Plan.objects.create(
        brand=kari.brand, product=kari.plan.product, code=code, name={"en": code}
    )
    version = make.make_draft(plan, date(2020, 1, 1))
    make.make_charge(version, price=Decimal("99.00"))
    deck = RateDeck.objects.filter(code="PER-SECOND").first()
    if deck is None:
        deck = make.make_deck(kari.brand, "PER-SECOND")
        make.make_rate(deck)
    version.deck_assignments.create(usage_type="voice", deck=deck)
    terms(version)
    make.publish(version)
    return plan


def ten_minutes(version: PlanVersion) -> None:
    make.make_allowance(version)


def sixty_seconds(version: PlanVersion) -> None:
    make.make_allowance(version, quantity=Decimal(60))


def rolling_minutes(version: PlanVersion) -> None:
    make.make_allowance(version, roll_over_periods=1)


def graduated(version: PlanVersion) -> None:
    """0.60 a minute up to 100 s, 0.30 beyond."""
    charge = make.make_charge(
        version, code="calls", kind="usage", pricing="graduated", price=Decimal(0), per=60,
        usage_types=["voice"],
    )  # fmt: skip
    charge.tiers.create(up_to=100, price=Decimal("0.60"))
    charge.tiers.create(up_to=None, price=Decimal("0.30"))


def on(kari: Kari, terms: Terms, since: date = date(2026, 1, 1)) -> Subscription:
    """Kari's subscription has a plan with these terms, from a day on."""
    kari.subscription.plan_history.all().delete()
    make.give_plan(kari.subscription, plan_with(kari, terms), since)
    return kari.subscription


def calls(*seconds: int, day: int = 3, **options: Any) -> list[str]:
    return [
        call(f"A-{day}-{number}", f"2026-10-{day:02}T12:{number:02}:00Z", seconds=length, **options)
        for number, length in enumerate(seconds)
    ]


def figures() -> list[tuple[int, int, int]]:
    """Covered units, payment and amount of each record, by start."""
    rows = UsageRecord.objects.order_by("start_at", "key")
    return list(rows.values_list("covered", "paid", "amount"))


def everything() -> tuple[list[tuple[Any, ...]], ...]:
    """All that must not depend on how records arrived."""
    records = UsageRecord.objects.order_by("start_at", "key").values_list(
        "key", "covered", "paid", "amount", "flags", "period_start"
    )
    balances = AllowanceBalance.objects.order_by(
        "account", "period_start", "allowance", "subscription", "opens", "granted", "position"
    ).values_list("account", "period_start", "allowance", "opens", "granted", "quantity", "used")
    cumulative = CumulativeUsage.objects.order_by(
        "subscription", "origin_start", "charge", "category"
    )
    return (
        list(records),
        list(balances),
        list(cumulative.values_list("subscription", "charge", "category", "units", "amount")),
        summaries(),
    )


def start_over() -> None:
    forget()
    AllowanceBalance.objects.all().delete()
    CumulativeUsage.objects.all().delete()


def test_calls_use_the_allowance_until_it_ends_within_one(kari: Kari) -> None:
    """600 s: 300 and 240 are covered, of 120 s 60; the rest costs 60 × 0.01."""
    on(kari, ten_minutes)

    kari.take(calls(300, 240, 120, 61))

    assert figures() == [(300, 0, 0), (240, 0, 0), (60, 0, 600_000), (0, 0, 610_000)]
    balance = AllowanceBalance.objects.get()
    assert (balance.quantity, balance.used, balance.left) == (600, 600, 0)
    assert UsageSummary.objects.get().covered == 600
    assert hits() == []


def test_a_record_that_comes_late_in_its_period_moves_what_others_took(kari: Kari) -> None:
    on(kari, ten_minutes)
    kari.take(calls(300, 240, 120, day=5), "one.csv")

    kari.take(calls(100, day=4), "two.csv")

    assert figures() == [(100, 0, 0), (300, 0, 0), (200, 0, 400_000), (0, 0, 1_200_000)]
    assert UsageSummary.objects.get().amount == 1_600_000
    assert hits() == []


@pytest.mark.parametrize("pieces", [1, 3, 37])
def test_any_pieces_in_any_order_end_in_the_same_figures(kari: Kari, pieces: int) -> None:
    on(kari, ten_minutes)
    lines = calls(*(7 + 13 * number for number in range(20)))
    lines += calls(*(11 + 9 * number for number in range(20)), day=17)
    kari.take(lines, "whole.csv")
    whole = everything()
    start_over()

    random.Random(pieces).shuffle(lines)
    for place in range(pieces):
        if part := lines[place::pieces]:
            kari.take(part, f"{place}.csv")

    assert everything() == whole
    assert hits() == []


def other_line(kari: Kari, plan: Plan, number: str = "4790000124") -> Subscription:
    return make.make_subscription(kari.account, plan, "MOB-2", number=number)


def test_a_pool_is_used_by_all_lines_that_add_to_it(kari: Kari) -> None:
    """Two lines add 600 s each; the first alone uses 1,000 of them."""
    on(kari, lambda version: make.make_allowance(version, scope="pooled"))
    other_line(kari, Plan.objects.get(code="INCLUDED"))

    kari.take([*calls(1000), *calls(300, day=4, service="+4790000124")])

    assert figures() == [(1000, 0, 0), (200, 0, 1_000_000)]
    balance = AllowanceBalance.objects.get()
    assert (balance.quantity, balance.used) == (1200, 1200)


def test_a_shared_allowance_is_granted_once_for_the_account(kari: Kari) -> None:
    on(kari, lambda version: make.make_allowance(version, scope="shared"))
    other_line(kari, Plan.objects.get(code="INCLUDED"))

    kari.take([*calls(500), *calls(300, day=4, service="+4790000124")])

    assert figures() == [(500, 0, 0), (100, 0, 2_000_000)]


def test_money_pays_what_units_leave(kari: Kari) -> None:
    """2.00 pay 120 s at 0.01 and 0.80 of the next call's 1.00."""

    def terms(version: PlanVersion) -> None:
        make.make_allowance(version, quantity=Decimal(60))
        make.make_allowance(version, "MONEY", unit="money", quantity=Decimal("2.00"))

    on(kari, terms)

    kari.take(calls(180, 100))

    assert figures() == [(60, 1_200_000, 0), (0, 800_000, 200_000)]


def test_unused_units_go_into_the_next_period(kari: Kari) -> None:
    """September leaves 400 of 600 s: October has 1,000."""
    on(kari, rolling_minutes, date(2026, 9, 1))

    kari.take([call("S-1", "2026-09-10T12:00:00Z", seconds=200)], "september.csv")
    kari.take(calls(900, 200), "october.csv")

    assert figures() == [(200, 0, 0), (900, 0, 0), (100, 0, 1_000_000)]
    left = AllowanceBalance.objects.filter(period_start=date(2026, 10, 1))
    assert sorted(left.values_list("granted", "quantity", "used")) == [
        (date(2026, 9, 1), 400, 400),
        (date(2026, 10, 1), 600, 600),
    ]


def test_september_usage_that_comes_after_octobers_takes_from_what_was_carried(kari: Kari) -> None:
    on(kari, rolling_minutes, date(2026, 9, 1))
    kari.take([call("S-1", "2026-09-10T12:00:00Z", seconds=200)], "september.csv")
    kari.take(calls(900, 200), "october.csv")

    kari.take([call("S-2", "2026-09-11T12:00:00Z", seconds=300)], "more.csv")

    assert figures() == [(200, 0, 0), (300, 0, 0), (700, 0, 2_000_000), (0, 0, 2_000_000)]
    assert hits() == []


def test_graduated_units_are_priced_together(kari: Kari) -> None:
    """100 s at 0.60 a minute and 80 s at 0.30 a minute: 1.00 + 0.40."""

    on(kari, graduated)

    kari.take(calls(60, 120))

    assert figures() == [(0, 0, 0), (0, 0, 0)]
    assert list(CumulativeUsage.objects.values_list("units", "amount")) == [(180, 1_400_000)]
    assert UsageSummary.objects.get().amount == 1_400_000
    assert hits() == []


def test_a_plan_change_closes_the_old_plans_own_minutes(kari: Kari) -> None:
    on(kari, ten_minutes)
    make.give_plan(
        kari.subscription,
        plan_with(kari, sixty_seconds, "LESS"),
        date(2026, 10, 5),
    )

    kari.take([*calls(100), *calls(100, day=5)])

    assert figures() == [(100, 0, 0), (60, 0, 400_000)]


def test_a_plan_change_that_is_entered_afterwards_moves_what_was_taken(kari: Kari) -> None:
    on(kari, ten_minutes)
    kari.take(calls(500, day=7), "one.csv")
    make.give_plan(
        kari.subscription,
        plan_with(kari, sixty_seconds, "LESS"),
        date(2026, 10, 5),
    )

    kari.take(calls(100), "two.csv")

    assert figures() == [(100, 0, 0), (60, 0, 4_400_000)]
    assert hits() == []


def late(kari: Kari, lines: Sequence[str], name: str) -> None:
    kari.account.usage_closed_until = date(2026, 11, 1)
    kari.account.save()
    kari.take(lines, name)


def test_late_usage_takes_what_its_own_period_left_over(kari: Kari) -> None:
    on(kari, ten_minutes)
    kari.take(calls(300, 250, day=5), "one.csv")

    late(kari, calls(100, day=4), "two.csv")

    assert figures() == [(50, 0, 500_000), (300, 0, 0), (250, 0, 0)]
    assert UsageRecord.objects.filter(flags=1).get().period_start == date(2026, 11, 1)


def test_what_was_carried_is_not_left_over_for_late_usage(kari: Kari) -> None:
    on(kari, rolling_minutes, date(2026, 10, 1))
    kari.take(calls(300, day=5), "one.csv")

    late(kari, calls(100, day=4), "two.csv")

    assert figures() == [(0, 0, 1_000_000), (300, 0, 0)]
    november = AllowanceBalance.objects.filter(period_start=date(2026, 11, 1))
    assert sorted(november.values_list("quantity", "used")) == [(300, 0), (600, 0)]


def test_a_change_of_plan_counts_without_another_record(kari: Kari) -> None:
    on(kari, ten_minutes)
    kari.take(calls(100, day=4), "one.csv")
    kari.take(calls(500, day=7), "two.csv")
    less = plan_with(kari, sixty_seconds, "LESS")
    make.give_plan(kari.subscription, less, date(2026, 10, 5))

    changed = settle_accounts(kari.brand, [kari.account.pk], until=date(2026, 11, 1))

    assert changed == 1
    assert figures() == [(100, 0, 0), (60, 0, 4_400_000)]
    again = settle_accounts(kari.brand, [kari.account.pk], until=date(2026, 11, 1), anew=True)
    assert again == 0
    assert hits() == []


def told(line_number: int) -> Quote:
    return explain_record(UsageRecord.objects.get(line_number=line_number))


def test_a_record_says_what_allowances_did_for_it(kari: Kari) -> None:
    """The first call is billed as 60 of 80 s; of the second 20 are covered, and 0.50 paid."""

    def terms(version: PlanVersion) -> None:
        make.make_allowance(version, quantity=Decimal(80))
        make.make_allowance(version, "MONEY", unit="money", quantity=Decimal("0.50"))

    on(kari, terms)
    kari.take(calls(40, 120))

    quote = told(3)

    assert (quote.before, quote.covered, quote.paid) == (Decimal("1.2"), 20, Decimal("0.5"))
    assert quote.amount == Decimal("0.5")
    assert "MINUTES covers 20 units; 0 are left of it." in quote.reasons
    assert "MONEY pays 0.50; 0.00 is left of it." in quote.reasons
    assert told(2).amount == 0


def test_a_record_says_its_share_of_a_common_price(kari: Kari) -> None:
    """60 s at 0.60 a minute, then 40 s at it and 80 s at 0.30: 0.60, 0.80."""
    on(kari, graduated)
    kari.take(calls(60, 120))

    assert [told(line).amount for line in (2, 3)] == [Decimal("0.6"), Decimal("0.8")]
    assert "Its share of that price, so that shares add up: 0.80." in told(3).reasons


def test_a_late_record_says_that_its_period_is_closed(kari: Kari) -> None:
    on(kari, ten_minutes)
    kari.take(calls(300, 250, day=5), "one.csv")
    late(kari, calls(100, day=4), "two.csv")

    quote = explain_record(UsageRecord.objects.get(flags=1))

    assert (quote.covered, quote.amount) == (50, Decimal("0.5"))
    assert "Its usage period is closed: it may use only what that period left over." in (
        quote.reasons
    )


@pytest.mark.parametrize("pieces", [1, 2])
@pytest.mark.parametrize("first", ["b", "a"])
def test_calls_of_one_moment_use_the_allowance_by_their_ids(
    kari: Kari, pieces: int, first: str
) -> None:
    """Two lines of a pool of 60 s call at the same moment: the id that sorts first is covered."""
    on(kari, lambda version: make.make_allowance(version, scope="shared", quantity=Decimal(60)))
    other_line(kari, Plan.objects.get(code="INCLUDED"))
    lines = [call("a", service="+4790000124", seconds=60), call("b", seconds=60)]
    lines.sort(key=lambda line: line.startswith(first), reverse=True)

    for place in range(pieces):
        kari.take(lines[place::pieces], f"{place}.csv")

    rows = UsageRecord.objects.order_by("covered").values_list("subscription_id", "covered")
    assert [row[1] for row in rows] == [0, 60]
    assert rows[0][0] == kari.subscription.pk
    assert hits() == []


def test_what_is_left_of_a_shared_allowance_ends_when_nobody_names_it_any_more(kari: Kari) -> None:
    """October leaves 600 s; from 20 October on the only line has a plan without them."""

    def shared(version: PlanVersion) -> None:
        make.make_allowance(version, scope="shared", roll_over_periods=1)

    on(kari, shared, date(2026, 10, 1))
    plain = plan_with(kari, lambda version: None, "PLAIN")
    make.give_plan(kari.subscription, plain, date(2026, 10, 20))

    kari.take([call("N-1", "2026-11-05T12:00:00Z", seconds=100)], "november.csv")

    assert figures() == [(0, 0, 1_000_000)]
    assert not AllowanceBalance.objects.filter(period_start=date(2026, 11, 1)).exists()


def test_what_two_months_closed_at_once_carried_is_not_left_over_for_late_usage(kari: Kari) -> None:
    """September leaves 600 s, which October uses; both close with one bill."""
    on(kari, rolling_minutes, date(2026, 9, 1))
    kari.take([call("S", "2026-09-20T12:00:00Z", seconds=0)], "september.csv")
    kari.take(calls(1200), "october.csv")
    settle_accounts(kari.brand, [kari.account.pk], until=date(2026, 11, 1))

    late(kari, [call("L", "2026-09-21T12:00:00Z", seconds=100)], "late.csv")

    assert UsageRecord.objects.get(flags=1).amount == 1_000_000
    assert hits() == []
