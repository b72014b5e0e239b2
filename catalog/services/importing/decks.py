"""The catalogue's section `decks`: what is sold and bought, whose rates come by `import_rates`."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from catalog.models import RateDeck, Supplier
from catalog.sections import CatalogueFile, Entry
from catalog.services.importing.bands import read_bands, store_bands
from core.input_tree import Fields, Key
from core.input_values import amount, one_of, text, whole, zone
from core.models import Brand

UNITS_OF = {"voice": 60, "sms": 1, "data": 1024 * 1024}
FIXED_ONCE_IT_HAS_RATES = ("usage_type", "zone", "decimals", "rounding", "band_rule")
KEYS = (
    Key("name", text(200), required=True),
    Key("usage_type", one_of(RateDeck.UsageType.values), required=True),
    Key("zone", zone, empty=None),
    Key("per", whole(1, 10**15), empty=None),
    Key("decimals", whole(0, 6), empty=6),
    Key("rounding", one_of(RateDeck.Rounding.values), empty=RateDeck.Rounding.HALF_UP),
    Key("band_rule", one_of(RateDeck.BandRule.values), empty=RateDeck.BandRule.START),
    Key("margin_floor", amount(3, Decimal("99.999")), empty=None),
)


def import_decks(catalogue: CatalogueFile, tables: list[Fields]) -> None:
    """Add or update decks; their currency is their brand's or their supplier's."""
    for fields in tables:
        entry = Entry(catalogue, "deck", fields)
        code = entry.identify()
        stored = (
            RateDeck.objects.filter(code=code).select_related("brand", "supplier").first()
            if code
            else None
        )
        owner = _owner(entry, stored)
        values = fields.collect(KEYS, is_new=stored is None)
        bands = read_bands(fields)
        if isinstance(owner, Supplier) and values.get("margin_floor") is not None:
            fields.problem("margin_floor", "a buy deck has none", "give it to sell decks")
        if stored is not None:
            _refuse_what_is_fixed(fields, stored, values)
        if not entry.finish() or owner is None:
            continue
        values["currency"] = owner.currency
        _fill_in(values, owner, stored)
        deck = stored or _new_deck(code, owner)
        catalogue.store("decks", code, deck, values, is_new=stored is None)
        if bands is not None:
            store_bands(catalogue, fields, deck, bands)


def _new_deck(code: str, owner: Brand | Supplier) -> RateDeck:
    if isinstance(owner, Supplier):
        return RateDeck(code=code, supplier=owner, direction=RateDeck.Direction.BUY)
    return RateDeck(code=code, brand=owner, direction=RateDeck.Direction.SELL)


def _owner(entry: Entry, stored: RateDeck | None) -> Brand | Supplier | None:
    """The brand of a sell deck or the supplier of a buy deck; a deck never changes hands."""
    fields = entry.fields
    default = "buy" if fields.given("supplier") and not fields.given("brand") else "sell"
    direction = fields.get("direction", one_of(RateDeck.Direction.values)) or default
    owner: Brand | Supplier | None
    if direction == RateDeck.Direction.BUY:
        owner = entry.reference("supplier", "supplier", Supplier.objects.all())
        other, why = "brand", "a buy deck belongs to a supplier, not to a brand"
    else:
        owner = entry.reference("brand", "brand", Brand.objects.all())
        other, why = "supplier", "a sell deck belongs to a brand, not to a supplier"
    if fields.given(other):
        fields.problem(other, why, f"leave {other} out, or change direction")
    owner_before = stored and (stored.brand or stored.supplier)
    if stored and owner and owner_before != owner:
        kind = "brand" if stored.brand else "supplier"
        fields.problem(
            "supplier" if direction == RateDeck.Direction.BUY else "brand",
            f"the deck {stored.code} is {kind} {owner_before.code if owner_before else ''}'s",
            "choose another code: decks' codes are unique among all brands",
        )
    return owner


def _fill_in(values: dict[str, Any], owner: Brand | Supplier, stored: RateDeck | None) -> None:
    """The defaults that depend on others: the brand's zone (a supplier's: UTC), and units."""
    usage_type = values.get("usage_type") or (stored.usage_type if stored else "voice")
    if ("zone" not in values and stored is None) or values.get("zone", "") is None:
        values["zone"] = _zone_of(owner)
    if ("per" not in values and stored is None) or values.get("per", 0) is None:
        values["per"] = UNITS_OF[usage_type]


def _refuse_what_is_fixed(fields: Fields, stored: RateDeck, values: dict[str, Any]) -> None:
    """Rates that are there would suddenly mean something else."""
    if not stored.rates.exists():
        return
    for name in FIXED_ONCE_IT_HAS_RATES:
        before = getattr(stored, name)
        after = values.get(name, before)
        owner = stored.brand or stored.supplier
        after = _zone_of(owner) if name == "zone" and after is None else after
        if before != after:
            fields.problem(
                name, f"{name} can't change from {before}: the deck has rates", "make another deck"
            )


def _zone_of(owner: Brand | Supplier | None) -> str:
    """Where dates of a deck begin if it says nothing; carriers' lists count in UTC."""
    return owner.zone if isinstance(owner, Brand) else "UTC"
