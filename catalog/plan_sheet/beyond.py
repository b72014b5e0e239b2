"""Usage prices of a plan sheet: what is charged for what no allowance covers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db import connection
from django.utils.translation import gettext as _

from catalog.models import Charge, PlanVersion, RateDeck, UsageCategory
from catalog.plan_sheet.words import STANDARD_UNITS, SheetRow, Words
from core.money import round_amount

# The rates of a deck that hold on a day, by category: the lowest and highest price of the unit
# that people compare by, and of the connection fee.
_SPANS = """
    WITH held AS (
        SELECT DISTINCT ON (prefix, band_id)
               category_id, price, per, connection_fee, ended
          FROM catalog_rate
         WHERE deck_id = %(deck)s AND starts_on <= %(day)s AND superseded_by_id IS NULL
         ORDER BY prefix, band_id, starts_on DESC
    )
    SELECT category_id, min(price * %(unit)s / per), max(price * %(unit)s / per),
           min(connection_fee), max(connection_fee)
      FROM held WHERE NOT ended GROUP BY category_id
"""


class PriceSpan(NamedTuple):
    """The lowest and highest price of a category, for the standard unit of its usage type."""

    category_id: int | None
    lowest: Decimal
    highest: Decimal
    lowest_fee: Decimal
    highest_fee: Decimal


def rows_beyond(version: PlanVersion, words: Words, as_of: date) -> list[SheetRow]:
    """Tiers and blocks first, then the decks, by usage category."""
    usage = [charge for charge in version.charges.all() if charge.kind == Charge.Kind.USAGE]
    rows = [row for charge in usage for row in _charge_rows(charge, words)]
    for assignment in version.deck_assignments.all():
        rows += _deck_rows(assignment.deck, words, max(as_of, version.starts_on))
    return rows


def _charge_rows(charge: Charge, words: Words) -> Iterator[SheetRow]:
    label = words.text(charge.description)
    places = ", ".join(words.text(row.group.name) for row in charge.destinations.all())
    where = _("to %(places)s") % {"places": places} if places else ""
    if charge.pricing == Charge.Pricing.PER_UNIT:
        yield SheetRow(label, _("by the price list"), where)
        return
    usage_type = charge.usage_types[0]
    if charge.pricing == Charge.Pricing.PACKAGE:
        block = words.units(usage_type, charge.per or 1)
        value = _("%(price)s for each %(units)s started") % {
            "price": words.money(charge.price),
            "units": block,
        }
        yield SheetRow(label, value, where)
        return
    whole = charge.pricing == Charge.Pricing.VOLUME
    yield from _tier_rows(charge, usage_type, label, where, words, whole=whole)


def _tier_rows(
    charge: Charge, usage_type: str, label: str, where: str, words: Words, *, whole: bool
) -> Iterator[SheetRow]:
    how = _("everything at the price of the step reached") if whole else _("each step at its price")
    below = 0
    for tier in charge.tiers.all():
        price = words.per_unit(tier.price, charge.per or 1, usage_type)
        if tier.up_to is not None:
            reach = _("up to %(units)s") % {"units": words.units(usage_type, tier.up_to)}
        elif below:
            reach = _("beyond %(units)s") % {"units": words.units(usage_type, below)}
        else:
            reach = ""
        name = f"{label}, {reach}" if reach else label
        yield SheetRow(name, price, ", ".join(filter(None, (how, where))))
        below = tier.up_to or below


def _deck_rows(deck: RateDeck, words: Words, day: date) -> list[SheetRow]:
    spans = price_spans(deck, day)
    wanted = [span.category_id for span in spans if span.category_id]
    names = {row.pk: row.name for row in UsageCategory.objects.filter(pk__in=wanted)}
    own = UsageCategory.objects.filter(brand=words.brand, code=deck.usage_type).first()
    usual = own.name if own else {}
    rows = [_span_row(span, names.get(span.category_id or 0, usual), deck, words) for span in spans]
    return sorted(rows, key=lambda row: row.label)


def price_spans(deck: RateDeck, day: date) -> list[PriceSpan]:
    """The spans of the prices that hold on `day`, by category; None is the usage type's own."""
    unit = STANDARD_UNITS[deck.usage_type]
    with connection.cursor() as cursor:
        cursor.execute(_SPANS, {"deck": deck.pk, "day": day, "unit": unit})
        return [PriceSpan(*row) for row in cursor.fetchall()]


def _span_row(span: PriceSpan, name: dict[str, str], deck: RateDeck, words: Words) -> SheetRow:
    unit = STANDARD_UNITS[deck.usage_type]
    highest = words.per_unit(_six(span.highest), unit, deck.usage_type)
    if span.lowest == span.highest:
        value = highest
    else:
        value = _("%(lowest)s to %(highest)s, by destination") % {
            "lowest": words.money(_six(span.lowest)),
            "highest": highest,
        }
    note = ""
    if span.highest_fee:
        fee = words.money(_six(span.highest_fee))
        same = span.lowest_fee == span.highest_fee
        note = (
            _("connection fee %(fee)s") % {"fee": fee}
            if same
            else _("connection fee up to %(fee)s") % {"fee": fee}
        )
    return SheetRow(words.text(name) or deck.name, value, note)


def _six(amount: Decimal) -> Decimal:
    """Prices have six decimals; what the conversion of units adds is noise."""
    return round_amount(amount, 6).normalize()
