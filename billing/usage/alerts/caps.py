"""Which spend cap holds for a line on a day: its own, else its brand's."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from accounts.models import Subscription
from billing.usage.alerts.models import CapKind, SpendCap
from billing.usage.alerts.spike_models import AlertSettings
from billing.usage.fetching import rows_by
from core.models import Brand
from core.money import to_micro

# Amounts in these are about ten times those in euros.
_SMALL_UNITS = {"NOK", "SEK", "DKK", "ISK", "CZK", "MXN", "ZAR", "TRY"}

_CAPS = """
    SELECT id, subscription_id, during, kind, amount FROM billing_spendcap
    WHERE subscription_id = ANY(%s::bigint[]) ORDER BY subscription_id, during
"""


@dataclass(frozen=True, slots=True)
class Cap:
    """A cap as it holds on a day; `own`: the line's, not the brand's default."""

    kind: str
    amount: Decimal
    own: bool = False

    @property
    def micro(self) -> int:
        """The amount in millionths of the currency unit."""
        return to_micro(self.amount)

    @property
    def code(self) -> str:
        """The amount as alerts are told apart by it: the same one is crossed once a period."""
        return f"{self.amount:.3f}"

    @property
    def blocks(self) -> bool:
        return self.kind == CapKind.BLOCK


class Caps:
    """The caps of some subscriptions of a brand, on any day."""

    def __init__(self, settings: AlertSettings, subscription_ids: Collection[int]) -> None:
        self._default = default_cap(settings)
        self._own: dict[int, list[SpendCap]] = {}
        for pk, subscription, during, kind, amount in rows_by(_CAPS, subscription_ids):
            row = SpendCap(
                pk=pk, subscription_id=subscription, during=during, kind=kind, amount=amount
            )
            self._own.setdefault(subscription, []).append(row)
        self._all = subscription_ids

    @property
    def subscription_ids(self) -> Collection[int]:
        """Those that may have a cap on some day."""
        return self._all if self._default else self._own.keys()

    def on(self, subscription_id: int, day: date) -> Cap | None:
        """The cap that holds on a day of the brand's, or None."""
        for row in self._own.get(subscription_id, ()):
            if row.during.lower <= day and (row.during.upper is None or day < row.during.upper):
                return None if row.amount is None else Cap(row.kind, row.amount, own=True)
        return self._default


def default_cap(settings: AlertSettings) -> Cap | None:
    """The cap of a brand's lines that have none of their own."""
    if settings.default_cap_amount is None:
        return None
    return Cap(settings.default_cap_kind, settings.default_cap_amount)


def cap_on(subscription: Subscription, day: date) -> Cap | None:
    """The cap that holds for one subscription on a day, or None."""
    return Caps(settings_of(subscription.account.brand), [subscription.pk]).on(subscription.pk, day)


def settings_of(brand: Brand) -> AlertSettings:
    """What the brand warns of; sensible defaults where nobody set anything."""
    found = AlertSettings.objects.filter(brand=brand).first()
    return found or AlertSettings(brand=brand, **usual_limits(brand.currency))


def usual_limits(currency: str) -> dict[str, Decimal]:
    """The amounts of a brand that set none, by the worth of its currency."""
    scale = 10 if currency in _SMALL_UNITS else 1
    usual = {"cost": 100, "destination_cost": 30, "roaming_cost": 50, "expensive_minute": 1}
    return {name: Decimal(amount * scale) for name, amount in usual.items()}
