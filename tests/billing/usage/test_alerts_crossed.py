"""Thresholds of allowances and spend caps are crossed once a period, however usage arrives."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Order, Subscription
from billing.usage.alerts.models import ExtrasBar, SpendCap, UsageAlert
from billing.usage.alerts.spike_models import AlertSettings
from billing.usage.services.bar_extras import lift_ended_bars
from catalog.models import PlanVersion
from core.models import Event
from tests import make
from tests.billing.usage.kari import Kari
from tests.billing.usage.test_allowances_used import calls, on, plan_with, ten_minutes

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
IN_OCTOBER = datetime(2026, 10, 5, 8, tzinfo=UTC)


def alerts(subject: str = "allowance") -> list[tuple[int, bool]]:
    """Threshold and whether it is told, in the order of the thresholds."""
    rows = UsageAlert.objects.filter(subject=subject).order_by("period_start", "threshold", "code")
    return list(rows.values_list("threshold", "told"))


def cap(line: Subscription, amount: str = "5.00", kind: str = "notify") -> SpendCap:
    return SpendCap.objects.create(
        subscription=line, during=(OCTOBER, None), kind=kind, amount=Decimal(amount)
    )


def test_a_threshold_is_crossed_where_it_is_reached_exactly(kari: Kari) -> None:
    """Of 600 s: 239 are below 50 %, 61 more are half."""
    on(kari, ten_minutes)
    kari.take(calls(239), "one.csv")
    assert alerts() == []

    kari.take(calls(61, day=4), "two.csv")

    assert alerts() == [(50, True)]
    alert = UsageAlert.objects.get()
    assert (alert.level, alert.limit, alert.code) == (300, 600, "MINUTES")
    assert (alert.period_start, alert.subscription) == (OCTOBER, kari.subscription)
    news = Event.objects.filter(kind="usage.threshold_crossed").values_list("payload", flat=True)
    assert list(news) == [{"alert_id": alert.pk}]


def test_of_several_thresholds_at_once_the_highest_is_told(kari: Kari) -> None:
    on(kari, ten_minutes)

    kari.take(calls(300, 250, 100))

    assert alerts() == [(50, False), (80, False), (100, True)]
    assert Event.objects.filter(kind="usage.threshold_crossed").count() == 1


def test_what_falls_below_and_crosses_again_is_not_told_twice(kari: Kari) -> None:
    on(kari, ten_minutes)
    kari.take(calls(400), "one.csv")
    header = "id,start,service,called,seconds,kind,corrects"
    kari.source.mapping["columns"] |= {"kind": "kind", "corrects": "corrects"}
    kari.source.mapping["corrections"] = ["correction"]
    kari.source.save()
    back = "B-1,2026-10-03T13:00:00Z,+4790000123,+4722000000,-400,correction,A-3-0"
    kari.take([back], "back.csv", header)

    kari.take([f"{line},call," for line in calls(310, day=9)], "again.csv", header)

    assert alerts() == [(50, True)]


def test_the_next_period_begins_anew(kari: Kari) -> None:
    on(kari, ten_minutes)
    kari.take(calls(600), "october.csv")

    kari.take(["N-1,2026-11-01T12:00:00Z,+4790000123,+4722000000,310"], "november.csv")

    assert alerts() == [(50, False), (80, False), (100, True), (50, True)]


def test_carried_units_count_with_what_is_granted(kari: Kari) -> None:
    """November has 600 and the 600 of October: 590 are below half, 600 are half."""
    on(kari, lambda version: make.make_allowance(version, roll_over_periods=1))
    kari.take(["O-1,2026-10-02T12:00:00Z,+4790000123,+4722000000,0"], "october.csv")
    kari.take(["N-1,2026-11-01T12:00:00Z,+4790000123,+4722000000,590"], "one.csv")
    assert alerts() == []

    kari.take(["N-2,2026-11-01T13:00:00Z,+4790000123,+4722000000,10"], "two.csv")

    assert alerts() == [(50, True)]
    assert UsageAlert.objects.get().limit == 1200


def test_an_allowance_without_a_limit_has_no_thresholds(kari: Kari) -> None:
    on(kari, lambda version: make.make_allowance(version, quantity=None))

    kari.take(calls(100_000))

    assert alerts() == []


def test_a_pool_is_the_accounts_and_counts_its_lines_together(kari: Kari) -> None:
    plan = plan_with(kari, lambda version: make.make_allowance(version, scope="pooled"))
    kari.subscription.plan_history.all().delete()
    make.give_plan(kari.subscription, plan, date(2026, 1, 1))
    make.make_subscription(kari.account, plan, "second", number="4790000124")

    kari.take([*calls(300), *calls(310, day=4, service="+4790000124")])

    assert alerts() == [(50, True)]
    alert = UsageAlert.objects.get()
    assert (alert.subscription, alert.level, alert.limit) == (None, 610, 1200)


def test_of_a_closed_period_nothing_is_told(kari: Kari) -> None:
    on(kari, ten_minutes)
    kari.account.usage_closed_until = NOVEMBER
    kari.account.save()

    kari.take(calls(600))

    assert alerts() == [(50, False), (80, False), (100, False)]
    assert not Event.objects.filter(kind="usage.threshold_crossed").exists()


def test_a_cap_counts_what_usage_costs_in_its_period(kari: Kari) -> None:
    """0.01 a second: 250 s are 2.50, half of 5.00; 400 s are 80 %."""
    on(kari, no_terms)
    cap(kari.subscription)
    kari.take(calls(249), "one.csv")
    assert alerts("cap") == []

    kari.take(calls(151, day=4), "two.csv")

    assert alerts("cap") == [(50, False), (80, True)]
    alert = UsageAlert.objects.get(threshold=80)
    assert (alert.level, alert.limit, alert.code) == (4_000_000, 5_000_000, "5.000")


def test_late_usage_reaches_no_cap(kari: Kari) -> None:
    on(kari, no_terms)
    cap(kari.subscription)
    kari.account.usage_closed_until = NOVEMBER
    kari.account.save()

    kari.take(calls(500))

    assert alerts("cap") == []


def test_without_a_cap_of_its_own_a_line_has_its_brands(kari: Kari) -> None:
    on(kari, no_terms)
    AlertSettings.objects.create(
        brand=kari.brand, default_cap_kind="notify", default_cap_amount=Decimal(5)
    )

    kari.take(calls(500))

    assert alerts("cap") == [(50, False), (80, False), (100, True)]


def test_who_wants_no_cap_has_none(kari: Kari) -> None:
    on(kari, no_terms)
    AlertSettings.objects.create(
        brand=kari.brand, default_cap_kind="notify", default_cap_amount=Decimal(5)
    )
    SpendCap.objects.create(subscription=kari.subscription, during=(OCTOBER, None), kind="none")

    kari.take(calls(500))

    assert alerts("cap") == []


def test_a_cap_that_blocks_orders_a_bar_and_the_next_period_its_end(kari: Kari) -> None:
    on(kari, no_terms)
    cap(kari.subscription, kind="block")

    kari.take_file(kari.write(calls(500)), now=IN_OCTOBER)

    bar = ExtrasBar.objects.get()
    [item] = bar.bar_order.items.all()
    assert (item.kind, item.subscription) == ("bar_extras", kari.subscription)
    assert (bar.bar_order.state, bar.until) == (Order.State.ACCEPTED, NOVEMBER)
    assert "5.00" in bar.bar_order.acceptance.evidence

    assert lift_ended_bars(datetime(2026, 10, 31, 22, 59, tzinfo=UTC)) == 0
    assert lift_ended_bars(datetime(2026, 10, 31, 23, 0, tzinfo=UTC)) == 1
    assert lift_ended_bars(datetime(2026, 11, 2, tzinfo=UTC)) == 0
    bar.refresh_from_db()
    assert bar.lift_order is not None
    assert bar.lift_order.items.get().kind == "lift_bar"
    assert (bar.lifted_because, bar.lift_order.state) == ("period", Order.State.ACCEPTED)


def test_a_period_that_is_over_bars_nothing(kari: Kari) -> None:
    on(kari, no_terms)
    cap(kari.subscription, kind="block")

    kari.take(calls(500))

    assert alerts("cap") == [(50, False), (80, False), (100, True)]
    assert not ExtrasBar.objects.exists()


def test_what_replays_make_dearer_on_another_line_reaches_its_cap(kari: Kari) -> None:
    """One shared 600 s: an earlier call of the second line takes what Kari's had."""
    plan = plan_with(kari, lambda version: make.make_allowance(version, scope="shared"))
    kari.subscription.plan_history.all().delete()
    make.give_plan(kari.subscription, plan, date(2026, 1, 1))
    make.make_subscription(kari.account, plan, "second", number="4790000124")
    cap(kari.subscription)
    kari.take(calls(600, day=9), "one.csv")
    assert alerts("cap") == []

    kari.take(calls(300, day=4, service="+4790000124"), "two.csv")

    assert alerts("cap") == [(50, True)]


@pytest.mark.django_db
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    seconds=st.lists(st.just(0) | st.integers(60, 260), min_size=1, max_size=14),
    pieces=st.lists(st.integers(0, 13), max_size=6),
)
def test_one_batch_and_many_cross_the_same_thresholds(
    kari: Kari, seconds: list[int], pieces: list[int]
) -> None:
    line = _fresh_line(kari)
    other = _fresh_line(kari)
    cuts = [0, *sorted({cut for cut in pieces if cut < len(seconds)}), len(seconds)]
    whole = calls(*seconds, service=line.numbers.get().number.number)
    parts = calls(*seconds, service=other.numbers.get().number.number)

    kari.take([f"{line.pk}{row}" for row in whole], f"whole-{line.pk}.csv")
    for start, end in itertools.pairwise(cuts):
        rows = [f"{other.pk}{row}" for row in parts[start:end]]
        if rows:
            kari.take(rows, f"part-{other.pk}-{start}.csv")

    assert crossed(line) == crossed(other) == expected(seconds)
    told = UsageAlert.objects.filter(subscription=line, told=True)
    for subject, reached in (("allowance", 0), ("cap", 1)):
        levels = [step for kind, step in expected(seconds) if (kind == "cap") == bool(reached)]
        assert list(told.filter(subject=subject).values_list("threshold", flat=True)) == levels[-1:]


def crossed(line: Subscription) -> list[tuple[str, int]]:
    rows = UsageAlert.objects.filter(subscription=line).order_by("subject", "threshold")
    return list(rows.values_list("subject", "threshold"))


def expected(seconds: list[int]) -> list[tuple[str, int]]:
    """By hand: 600 s are included, each further one costs 0.01, and the cap is 5.00."""
    used = min(sum(seconds), 600)
    cost = max(sum(seconds) - 600, 0)
    steps = (50, 80, 100)
    return [("allowance", step) for step in steps if used * 100 >= 600 * step] + [
        ("cap", step) for step in steps if cost * 100 >= 500 * step
    ]


def _fresh_line(kari: Kari) -> Subscription:
    """Another customer with ten minutes and a cap of 5.00."""
    count = Subscription.objects.count()
    plan = kari.brand.plans.filter(code="INCLUDED").first() or plan_with(kari, ten_minutes)
    account = make.make_account(kari.brand, f"2000{count}")
    line = make.make_subscription(account, plan, f"line-{count}", number=f"479100{count:04}")
    cap(line)
    return line


def no_terms(_version: PlanVersion) -> None:
    """0.01 a second from the first on."""
