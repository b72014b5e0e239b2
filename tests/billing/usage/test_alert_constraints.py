"""The database refuses caps, alerts, bars and flags that contradict themselves."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Order
from billing.usage.alerts.models import ExtrasBar, SpendCap, UsageAlert
from billing.usage.alerts.spike_models import AlertSettings, LineDay, SpikeFlag
from tests import make
from tests.billing.usage.kari import Kari

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
NOW = datetime(2026, 10, 24, 8, tzinfo=UTC)


def cap(kari: Kari, **fields: Any) -> SpendCap:
    defaults = {
        "subscription": kari.subscription, "during": (OCTOBER, None), "kind": "notify",
        "amount": Decimal(5),
    }  # fmt: skip
    return SpendCap.objects.create(**(defaults | fields))


def alert(kari: Kari, **fields: Any) -> UsageAlert:
    defaults = {
        "account": kari.account, "subscription": kari.subscription, "period_start": OCTOBER,
        "subject": "allowance", "code": "MINUTES", "threshold": 50, "level": 300, "limit": 600,
        "told": True, "crossed_at": NOW,
    }  # fmt: skip
    return UsageAlert.objects.create(**(defaults | fields))


def order(kari: Kari, number: str) -> Order:
    return Order.objects.create(
        account=kari.account, number=number, wanted_on=OCTOBER, created_at=NOW
    )


def bar(kari: Kari, number: str = "bar", **fields: Any) -> ExtrasBar:
    defaults = {
        "subscription": kari.subscription, "period_start": OCTOBER, "until": NOVEMBER,
        "cap_amount": Decimal(5), "bar_order": order(kari, number), "barred_at": NOW,
    }  # fmt: skip
    return ExtrasBar.objects.create(**(defaults | fields))


def flag(kari: Kari, **fields: Any) -> SpikeFlag:
    defaults = {
        "account": kari.account, "subscription": kari.subscription, "kind": "voice",
        "day": OCTOBER, "seen": 1, "limit": 1, "flagged_at": NOW,
    }  # fmt: skip
    return SpikeFlag.objects.create(**(defaults | fields))


def test_spend_cap_one_at_a_time(kari: Kari) -> None:
    cap(kari)

    with pytest.raises(IntegrityError, match="spend_cap_one_at_a_time"):
        cap(kari, during=(NOVEMBER, None))


@pytest.mark.parametrize("during", [(OCTOBER, OCTOBER), (None, OCTOBER)])
def test_spend_cap_span_has_a_start(kari: Kari, during: tuple[date | None, date]) -> None:
    with pytest.raises(IntegrityError, match="spend_cap_span_has_a_start"):
        cap(kari, during=during)


@pytest.mark.parametrize(
    "fields",
    [{"amount": None}, {"amount": 0}, {"kind": "none"}, {"kind": "block", "amount": -1},
     {"kind": "other"}],
)  # fmt: skip
def test_spend_cap_kind_fits_its_amount(kari: Kari, fields: dict[str, object]) -> None:
    with pytest.raises(IntegrityError, match="spend_cap_kind_fits_its_amount"):
        cap(kari, **fields)


@pytest.mark.parametrize("fields", [{}, {"subscription": None}])
def test_usage_alert_once(kari: Kari, fields: dict[str, object]) -> None:
    alert(kari, **fields)

    with pytest.raises(IntegrityError, match="usage_alert_once"):
        alert(kari, **fields)


@pytest.mark.parametrize(
    "fields", [{"threshold": 51}, {"subject": "other"}, {"subject": "cap", "subscription": None}]
)
def test_usage_alert_words_are_known(kari: Kari, fields: dict[str, object]) -> None:
    with pytest.raises(IntegrityError, match="usage_alert_words_are_known"):
        alert(kari, **fields)


@pytest.mark.parametrize("fields", [{"limit": 0}, {"level": 0}])
def test_usage_alert_has_a_level_and_a_limit(kari: Kari, fields: dict[str, object]) -> None:
    with pytest.raises(IntegrityError, match="usage_alert_has_a_level_and_a_limit"):
        alert(kari, **fields)


def test_a_usage_alert_is_frozen(kari: Kari) -> None:
    """UsageAlert: trigger frozen; an alert is never unsent."""
    row = alert(kari)

    with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
        UsageAlert.objects.filter(pk=row.pk).update(told=False)
    with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
        row.delete()


def test_extras_bar_one_at_a_time(kari: Kari) -> None:
    bar(kari)

    with pytest.raises(IntegrityError, match="extras_bar_one_at_a_time"):
        bar(kari, "bar-2")


@pytest.mark.parametrize("fields", [{"cap_amount": 0}, {"until": OCTOBER}])
def test_extras_bar_of_a_cap_and_a_period(kari: Kari, fields: dict[str, object]) -> None:
    with pytest.raises(IntegrityError, match="extras_bar_of_a_cap_and_a_period"):
        bar(kari, **fields)


@pytest.mark.parametrize(
    "fields", [{"lifted_at": NOW}, {"lifted_because": "period"}, {"lifted_because": "other"}]
)
def test_extras_bar_lifted_by_an_order(kari: Kari, fields: dict[str, object]) -> None:
    with pytest.raises(IntegrityError, match="extras_bar_lifted_by_an_order"):
        bar(kari, **fields)


@pytest.mark.parametrize(
    "fields",
    [{"default_cap_kind": "notify"}, {"default_cap_amount": 5},
     {"default_cap_kind": "block", "default_cap_amount": 0}],
)  # fmt: skip
def test_alert_settings_default_cap_is_whole(kari: Kari, fields: dict[str, object]) -> None:
    with pytest.raises(IntegrityError, match="alert_settings_default_cap_is_whole"):
        AlertSettings.objects.create(brand=kari.brand, **fields)


@pytest.mark.parametrize(
    "fields",
    [{"floor_per_cent": 101}, {"median_days": 0}, {"median_days": 61}, {"median_factor": 0}],
)
def test_alert_settings_median_makes_sense(kari: Kari, fields: dict[str, object]) -> None:
    with pytest.raises(IntegrityError, match="alert_settings_median_makes_sense"):
        AlertSettings.objects.create(brand=kari.brand, **fields)


def test_a_line_has_a_day_once(kari: Kari) -> None:
    figures = dict.fromkeys(
        ("voice", "messages", "data", "cost", "destination", "night", "roaming"), 0
    )
    LineDay.objects.create(subscription_id=kari.subscription.pk, day=OCTOBER, **figures)

    with pytest.raises(IntegrityError, match="billing_lineday_pkey"):
        LineDay.objects.create(subscription_id=kari.subscription.pk, day=OCTOBER, **figures)


def test_spike_flag_once(kari: Kari) -> None:
    flag(kari)

    with pytest.raises(IntegrityError, match="spike_flag_once"):
        flag(kari, seen=2)


def test_spike_flag_kind_is_known(kari: Kari) -> None:
    with pytest.raises(IntegrityError, match="spike_flag_kind_is_known"):
        flag(kari, kind="other")


@pytest.mark.parametrize(
    "fields",
    [{"state": "other"}, {"state": "in_progress"}, {"closed_at": NOW}, {"state": "resolved"},
     {"state": "dismissed", "closed_at": NOW, "outcome": "x"}],
)  # fmt: skip
def test_spike_flag_state_is_whole(kari: Kari, fields: dict[str, object]) -> None:
    with pytest.raises(IntegrityError, match="spike_flag_state_is_whole"):
        flag(kari, **fields)


@pytest.mark.parametrize(
    "fields",
    [{"state": "in_progress", "closed_at": NOW}, {"state": "resolved", "closed_at": NOW},
     {"state": "new"}],
)  # fmt: skip
def test_a_flag_with_an_owner_is_whole_too(kari: Kari, fields: dict[str, object]) -> None:
    anne = make.make_staff("anne@fjordtel.example")

    with pytest.raises(IntegrityError, match="spike_flag_state_is_whole"):
        flag(kari, owner=anne, **fields)
