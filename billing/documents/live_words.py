"""How remaining allowances and days of usage are written: plain units, in a customer's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from billing.documents.formats import DATA, SMS, VOICE, Formats
from billing.usage.live.days import DayOfUsage
from billing.usage.live.remaining import Remaining
from catalog.models import Allowance
from core.localised import localised
from core.money import from_micro
from core.periods import Period

# A bar stands in so many units of the drawing, of which the gap takes some.
STEP, GAP, HEIGHT = 20, 6, 100


@dataclass(frozen=True, slots=True)
class Meter:
    """A remaining allowance as it is shown: `left` in words, `width` of a hundred (None without
    limit), and what else is to know."""

    title: str
    left: str
    width: int | None
    notes: tuple[str, ...]
    subscription_id: int | None


@dataclass(frozen=True, slots=True)
class Bar:
    """A day's bar: where it begins, and how high it is, in units of the drawing."""

    x: int
    y: int
    height: int
    day: date
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """The bars of one usage type over a period; `most` is what the highest stands for."""

    usage_type: int
    title: str
    summary: str
    width: int
    bars: tuple[Bar, ...]
    most: str


def meter_of(each: Remaining, formats: Formats) -> Meter:
    """An allowance in words: "2.3 GB of 10 GB left"."""
    if each.left is None or each.quantity is None:
        left = _("no limit, %(used)s used") % {"used": plain(each.unit, each.used, formats)}
    else:
        left = _("%(left)s of %(quantity)s left") % {
            "left": plain(each.unit, each.left, formats),
            "quantity": plain(each.unit, each.quantity, formats),
        }
    return Meter(
        localised(dict(each.description), formats.language),
        left,
        each.per_cent_left,
        tuple(_notes(each, formats)),
        each.subscription_id,
    )


def _notes(each: Remaining, formats: Formats) -> list[str]:
    notes = [_("until %(day)s") % {"day": formats.day(each.last_day)}]
    if each.carried_in:
        notes.append(_("left over from before"))
    if each.kept_until is not None:
        notes.append(
            _("what you don't use stays until %(day)s") % {"day": formats.day(each.kept_until)}
        )
    if each.scope == Allowance.Scope.SHARED:
        notes.append(_("shared by your services"))
    if each.scope == Allowance.Scope.POOLED:
        notes.append(_("your services put it together"))
    return notes


def plain(unit: str, quantity: int, formats: Formats) -> str:
    """Units of an allowance as people say them: 41 min, 11 messages, 2.3 GB, 12.30 kr.

    Minutes and volumes are cut off, never rounded up: what is shown is there.
    """
    if unit == Allowance.Unit.MONEY:
        return formats.money(from_micro(quantity))
    if unit == Allowance.Unit.SECONDS:
        if quantity % 60 and quantity < 60:
            return _("%(seconds)s s") % {"seconds": formats.count(quantity)}
        return _("%(minutes)s min") % {"minutes": formats.count(quantity // 60)}
    if unit == Allowance.Unit.BYTES:
        return formats.short_volume(quantity)
    return formats.events(SMS, quantity)


def charts_of(days: Sequence[DayOfUsage], period: Period, formats: Formats) -> list[Chart]:
    """A chart for each usage type that was used: calls, messages, data."""
    types = sorted({usage_type for day in days for usage_type, _amount in day.quantities})
    return [_chart(usage_type, days, period, formats) for usage_type in types]


def _chart(usage_type: int, days: Sequence[DayOfUsage], period: Period, formats: Formats) -> Chart:
    quantities = {day.day: max(day.quantity(usage_type), 0) for day in days}
    most = max(quantities.values())
    peak = max(quantities, key=lambda day: quantities[day])
    bars = []
    for day, quantity in quantities.items():
        if not quantity:
            continue
        height = max(1, quantity * HEIGHT // most)
        label = f"{formats.day(day)}: {formats.quantity(usage_type, quantity)}"
        bars.append(Bar((day - period.start).days * STEP, HEIGHT - height, height, day, label))
    written = formats.quantity(usage_type, most)
    return Chart(
        usage_type=usage_type,
        title={VOICE: _("Calls each day"), SMS: _("Messages each day"), DATA: _("Data each day")}[
            usage_type
        ],
        summary=_("Most on %(day)s: %(quantity)s")
        % {"day": formats.day(peak), "quantity": written},
        width=period.days * STEP - GAP,
        bars=tuple(bars),
        most=written,
    )
