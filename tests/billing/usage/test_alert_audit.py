"""The audit finds alerts with gaps and bars without their orders, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime

from accounts.models import OrderItem
from billing.usage.alerts.audit import bars_have_their_orders, thresholds_are_whole
from billing.usage.alerts.models import UsageAlert
from tests.billing.usage.kari import Kari
from tests.billing.usage.test_alert_constraints import alert, order
from tests.billing.usage.test_alerts_crossed import IN_OCTOBER, cap, no_terms
from tests.billing.usage.test_allowances_used import calls, on, ten_minutes


def test_what_rating_writes_is_whole(kari: Kari) -> None:
    on(kari, ten_minutes)
    cap(kari.subscription, kind="block")
    kari.take_file(kari.write(calls(600, 600)), now=IN_OCTOBER)

    assert UsageAlert.objects.count() == 6
    assert [*thresholds_are_whole(), *bars_have_their_orders()] == []


def test_a_threshold_without_those_below_it_is_found(kari: Kari) -> None:
    alert(kari, threshold=80, level=480, told=False)

    assert list(thresholds_are_whole()) == [
        (
            f"account {kari.account.pk}, subscription {kari.subscription.pk}, period 2026-10-01, "
            "allowance MINUTES: 80 % was crossed, and only 1 thresholds are noted"
        )
    ]


def test_an_alert_below_its_threshold_and_one_that_nobody_hears_of_are_found(kari: Kari) -> None:
    row = alert(kari, level=299)

    assert list(thresholds_are_whole()) == [
        f"usage alert {row.pk} (account {kari.account.pk}): 299 of 600 is less than 50 %",
        f"usage alert {row.pk} (account {kari.account.pk}) is to be told, and no event says so",
    ]


def test_a_bar_whose_order_is_about_something_else_is_found(kari: Kari) -> None:
    on(kari, no_terms)
    cap(kari.subscription, kind="block")
    kari.take_file(kari.write(calls(600)), now=datetime(2026, 10, 5, tzinfo=UTC))
    bar = kari.subscription.extras_bars.get()
    OrderItem.objects.filter(order=bar.bar_order).update(order=order(kari, "other"))

    assert list(bars_have_their_orders()) == [
        f"bar on extras {bar.pk}: its order has no item bar_extras for its subscription"
    ]
