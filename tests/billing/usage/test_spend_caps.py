"""Customers set how much usage may cost; what was spent already counts at once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from accounts.models import Order
from billing.usage.alerts.caps import cap_on
from billing.usage.alerts.models import ExtrasBar, SpendCap, UsageAlert
from billing.usage.alerts.spike_models import AlertSettings
from billing.usage.services.bar_extras import lift_bar
from billing.usage.services.set_spend_cap import set_spend_cap
from core.errors import DomainError
from tests.billing.usage.kari import Kari
from tests.billing.usage.test_alerts_crossed import alerts, no_terms
from tests.billing.usage.test_allowances_used import calls, on

TODAY, TOMORROW = date(2026, 10, 5), date(2026, 10, 6)
NOW = datetime(2026, 10, 5, 8, tzinfo=UTC)
NEXT = datetime(2026, 10, 6, 8, tzinfo=UTC)


def set_cap(kari: Kari, kind: str, amount: str | None = None, now: datetime = NOW, **more: bool):
    value = None if amount is None else Decimal(amount)
    return set_spend_cap(
        kari.subscription, kind=kind, amount=value, by="Kari Nordmann", now=now, **more
    )


@pytest.fixture
def spent(kari: Kari) -> Kari:
    """Kari's calls cost 4.50 in October so far."""
    on(kari, no_terms)
    kari.take_file(kari.write(calls(450)), now=NOW)
    return kari


def test_a_cap_holds_from_its_day_until_the_next_one(kari: Kari) -> None:
    set_cap(kari, "notify", "200")
    set_cap(kari, "block", "300", now=NEXT)

    today, tomorrow = cap_on(kari.subscription, TODAY), cap_on(kari.subscription, TOMORROW)

    assert cap_on(kari.subscription, date(2026, 10, 4)) is None
    assert today is not None
    assert (today.kind, today.amount) == ("notify", Decimal(200))
    assert tomorrow is not None
    assert (tomorrow.kind, tomorrow.amount) == ("block", Decimal(300))


def test_a_cap_that_is_set_twice_a_day_is_one(kari: Kari) -> None:
    set_cap(kari, "notify", "200")
    set_cap(kari, "notify", "300")

    assert SpendCap.objects.get().amount == Decimal(300)


def test_without_a_kind_the_brands_cap_holds_again(kari: Kari) -> None:
    AlertSettings.objects.create(
        brand=kari.brand, default_cap_kind="notify", default_cap_amount=Decimal(500)
    )
    set_cap(kari, "none")
    assert cap_on(kari.subscription, TODAY) is None

    cap = set_cap(kari, "")

    assert cap is not None
    assert (cap.amount, cap.own) == (Decimal(500), False)


@pytest.mark.parametrize("amount", ["0", "-1", "NaN", "1.001", "49.99", "500.01", None])
def test_customers_set_amounts_within_the_brands_bounds(kari: Kari, amount: str | None) -> None:
    AlertSettings.objects.create(brand=kari.brand, cap_least=Decimal(50), cap_most=Decimal(500))

    with pytest.raises(DomainError):
        set_cap(kari, "notify", amount)

    assert not SpendCap.objects.exists()


def test_staff_set_amounts_beyond_the_bounds(kari: Kari) -> None:
    AlertSettings.objects.create(brand=kari.brand, cap_most=Decimal(500))

    set_cap(kari, "notify", "900", within_bounds=False)

    assert SpendCap.objects.get().amount == Decimal(900)


def test_what_a_cap_finds_passed_already_is_noted_and_not_told(spent: Kari) -> None:
    set_cap(spent, "notify", "5")

    assert alerts("cap") == [(50, False), (80, False)]
    spent.take_file(spent.write(calls(60, day=4), "two.csv"), now=NOW)
    assert alerts("cap") == [(50, False), (80, False), (100, True)]


def test_a_cap_below_what_was_spent_blocks_at_once(spent: Kari) -> None:
    set_cap(spent, "block", "4")

    bar = ExtrasBar.objects.get()
    assert bar.bar_order.items.get().kind == "bar_extras"
    assert (bar.cap_amount, bar.lifted_at) == (Decimal(4), None)


def test_a_higher_cap_lifts_the_bar_and_may_bar_again(spent: Kari) -> None:
    set_cap(spent, "block", "4")

    set_cap(spent, "block", "5")

    first = ExtrasBar.objects.get()
    assert (first.lifted_because, first.lifted_by) == ("cap", "Kari Nordmann")
    assert first.lift_order is not None
    assert first.lift_order.items.get().kind == "lift_bar"
    spent.take_file(spent.write(calls(60, day=4), "two.csv"), now=NOW)
    assert ExtrasBar.objects.filter(lifted_at=None).get().cap_amount == Decimal(5)
    assert Order.objects.count() == 3


def test_a_bar_that_a_person_lifted_stays_lifted_for_the_period(spent: Kari) -> None:
    set_cap(spent, "block", "5")
    spent.take_file(spent.write(calls(60, day=4), "two.csv"), now=NOW)

    lift_bar(ExtrasBar.objects.get(), because=ExtrasBar.Lifted.PERSON, by="Kari", now=NOW)
    spent.take_file(spent.write(calls(90, day=5), "three.csv"), now=NOW)

    bar = ExtrasBar.objects.get()
    assert (bar.lifted_because, bar.lifted_by) == ("person", "Kari")
    with pytest.raises(DomainError, match="lifted already"):
        lift_bar(bar, because=ExtrasBar.Lifted.PERSON, by="Kari", now=NOW)
    assert UsageAlert.objects.filter(threshold=100).count() == 1
