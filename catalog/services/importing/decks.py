"""The catalogue's section `decks`: price lists of usage, whose rates come by `import_rates`."""

from __future__ import annotations

from typing import Any

from catalog.models import RateDeck
from catalog.sections import CatalogueFile, Entry
from core.input_tree import Fields, Key
from core.input_values import one_of, text, whole, zone
from core.models import Brand

UNITS_OF = {"voice": 60, "sms": 1, "data": 1024 * 1024}
FIXED_ONCE_IT_HAS_RATES = ("usage_type", "zone", "decimals", "rounding")
KEYS = (
    Key("name", text(200), required=True),
    Key("usage_type", one_of(RateDeck.UsageType.values), required=True),
    Key("zone", zone, empty=None),
    Key("per", whole(1, 10**15), empty=None),
    Key("decimals", whole(0, 6), empty=6),
    Key("rounding", one_of(RateDeck.Rounding.values), empty=RateDeck.Rounding.HALF_UP),
)


def import_decks(catalogue: CatalogueFile, tables: list[Fields]) -> None:
    """Add or update decks; their currency is their brand's."""
    for fields in tables:
        entry = Entry(catalogue, "deck", fields)
        code = entry.identify()
        brand = entry.reference("brand", "brand", Brand.objects.all())
        stored = RateDeck.objects.filter(code=code).select_related("brand").first()
        values = fields.collect(KEYS, is_new=stored is None)
        if stored is not None and brand is not None and stored.brand != brand:
            fields.problem(
                "brand",
                f"the deck {code} is brand {stored.brand.code}'s",
                "choose another code: decks' codes are unique among all brands",
            )
        if stored is not None:
            _refuse_what_is_fixed(fields, stored, values)
        if not entry.finish() or brand is None:
            continue
        values["currency"] = brand.currency
        _fill_in(values, brand, stored)
        deck = stored or RateDeck(code=code, brand=brand)
        catalogue.store("decks", code, deck, values, is_new=stored is None)


def _fill_in(values: dict[str, Any], brand: Brand, stored: RateDeck | None) -> None:
    """The defaults that depend on others: the brand's zone, the usage type's units."""
    usage_type = values.get("usage_type") or (stored.usage_type if stored else "voice")
    if ("zone" not in values and stored is None) or values.get("zone", "") is None:
        values["zone"] = brand.zone
    if ("per" not in values and stored is None) or values.get("per", 0) is None:
        values["per"] = UNITS_OF[usage_type]


def _refuse_what_is_fixed(fields: Fields, stored: RateDeck, values: dict[str, Any]) -> None:
    """Rates that are there would suddenly mean something else."""
    if not stored.rates.exists():
        return
    for name in FIXED_ONCE_IT_HAS_RATES:
        before = getattr(stored, name)
        after = values.get(name, before)
        after = stored.brand.zone if name == "zone" and after is None else after
        if before != after:
            fields.problem(
                name, f"{name} can't change from {before}: the deck has rates", "make another deck"
            )
