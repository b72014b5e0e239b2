"""What counts as a spike: a line's day beside its brand's limits and its own median."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from billing.usage.alerts.line_day_rows import KINDS
from billing.usage.alerts.line_days import CountedDay, PastDays
from billing.usage.alerts.spike_models import AlertSettings
from core.money import to_micro

# No line reaches this on a day: its kind is switched off.
OFF = 2**62


@dataclass(frozen=True, slots=True)
class Spike:
    """One kind of unusual usage of a line on a day; `median` is of `days` days with usage."""

    kind: str
    seen: int
    limit: int
    median: int | None
    days: int


class Limits:
    """A brand's limits, in the units of `LineDay`; `floors` is what each kind has to reach."""

    def __init__(self, settings: AlertSettings) -> None:
        self.settings = settings
        self.of = limits_of(settings)
        share = settings.floor_per_cent if settings.median_factor is not None else 100
        # Rounded up: of a limit of 3, a fifth is 1.
        self.floors = {
            kind: limit if limit == OFF else max(1, -(-limit * share // 100))
            for kind, limit in self.of.items()
        }

    def spikes_of(self, day: CountedDay, past: PastDays | None) -> Iterator[Spike]:
        """The kinds in which the day is unusual."""
        for kind in KINDS:
            seen, limit = day.figures[kind], self.of[kind]
            if seen < self.floors[kind]:
                continue
            known = past is not None and past.count >= self.settings.days_least
            median = past.medians[kind] if past is not None and known else None
            if seen >= limit or self._is_above(seen, median):
                yield Spike(kind, seen, limit, median, past.count if past is not None else 0)

    def _is_above(self, seen: int, median: int | None) -> bool:
        factor = self.settings.median_factor
        return factor is not None and median is not None and seen > factor * median


def limits_of(settings: AlertSettings) -> Mapping[str, int]:
    """The limit of each kind in units of `LineDay`: seconds, messages, bytes, millionths, calls."""

    def micro(amount: Decimal | None) -> int:
        return OFF if amount is None else max(1, to_micro(amount))

    def units(count: int | None, size: int = 1) -> int:
        return OFF if count is None else max(1, count * size)

    return {
        "voice": units(settings.voice_minutes, 60),
        "messages": units(settings.messages),
        "data": units(settings.data_megabytes, 1024**2),
        "cost": micro(settings.cost),
        "destination": micro(settings.destination_cost),
        "night": units(settings.night_calls),
        "roaming": micro(settings.roaming_cost),
    }
