"""The catalogue's section `sources`: where usage files come from and how they are read."""

from __future__ import annotations

import codecs
import re
from datetime import time
from typing import Any

from billing.usage.arrivals.name_patterns import NamePattern
from billing.usage.arrivals.schedules import HOURS_MAX, schedule_problems
from billing.usage.models import UsageSource
from billing.usage.services.source_mapping import read_mapping
from billing.usage.source_profiles import filled_up, profile_of
from catalog.models import RateDeck, Supplier
from catalog.sections import CatalogueFile, Entry
from core.errors import DomainError
from core.input_tree import Fields, Key, Node, Unreadable
from core.input_values import day, digits, flag, one_of, scalar, text, whole, zone
from core.models import Brand

PART = "usage sources"


def import_sources(catalogue: CatalogueFile, tables: list[Fields]) -> None:
    """Add or update usage sources (docs/formats.md, sections 1 and 4)."""
    for fields in tables:
        fields = _with_profile(fields)
        entry = Entry(catalogue, "source", fields)
        code = entry.identify()
        brand = entry.reference("brand", "brand", Brand.objects.all())
        stored = UsageSource.objects.filter(code=code).select_related("brand").first()
        values = fields.collect(KEYS, is_new=stored is None)
        if stored is not None and brand is not None and stored.brand != brand:
            fields.problem(
                "brand",
                f"the source {code} is brand {stored.brand.code}'s",
                "choose another code: sources' codes are unique among all brands",
            )
        values |= _read_mapping(fields, stored, values)
        check_schedule(fields, stored, values)
        if fields.given("supplier"):
            values["supplier"] = _supplier(entry, brand)
        if entry.finish() and brand is not None:
            source = stored or UsageSource(code=code, brand=brand)
            catalogue.store(PART, code, source, values, is_new=stored is None)


def _with_profile(fields: Fields) -> Fields:
    """The keys of the entry, filled up by those of the profile that it names."""
    fields.subject = "source"
    profile = fields.get("profile", profile_of)
    if profile is None:
        return fields
    filled = Fields(filled_up(fields.node, profile), fields.problems, fields.subject)
    filled.given("profile")
    return filled


def check_schedule(fields: Fields, stored: UsageSource | None, values: dict[str, Any]) -> None:
    """Report a schedule that says too much or too little."""
    names = ("expected_every_hours", "expected_by", "expected_from", "file_name_pattern",
             "sequence_first", "sequence_daily")  # fmt: skip
    said = {name: values.get(name, getattr(stored, name, None)) for name in names}
    for name, what, remedy in schedule_problems(**said):
        fields.problem(name, what, remedy)


def _supplier(entry: Entry, brand: Brand | None) -> Supplier | None:
    """The supplier that carries the source's traffic: one of the brand's legal entity."""
    suppliers = Supplier.objects.all()
    if brand is not None:
        suppliers = suppliers.filter(legal_entity=brand.legal_entity_id)
    return entry.reference("supplier", "supplier", suppliers, required=False)


def country_code(node: Node) -> str:
    """A calling code such as 47; a leading + is taken off."""
    value = scalar(node).removeprefix("+")
    if not (value.isascii() and value.isdigit() and 1 <= len(value) <= 4):
        raise Unreadable(f"{value!r} is not a country code", 'write it as "47"')
    return value


def encoding(node: Node) -> str:
    """A text encoding that can be read here."""
    value = scalar(node).lower()
    try:
        codecs.lookup(value).decode(b"")
    except (LookupError, ValueError, TypeError, UnicodeError):
        raise Unreadable(f"{value!r} is not an encoding", "use utf-8, latin-1 or cp1252") from None
    return value


def time_of_day(node: Node) -> time:
    """A time of day such as 06:00."""
    value = scalar(node)
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", value):
        raise Unreadable(f"{value!r} is not a time of day", "write it as 06:00")
    return time.fromisoformat(value)


def file_name_pattern(node: Node) -> str:
    """A pattern of file names such as CDR_{date}_{sequence}.csv*."""
    value = text(200)(node)
    try:
        NamePattern(value)
    except DomainError as error:
        raise Unreadable(str(error)) from None
    return value


KEYS = (
    Key("name", text(200), required=True),
    Key("format", one_of(UsageSource.Format.values), required=True),
    Key("encoding", encoding, empty="utf-8"),
    Key("zone", zone, empty="UTC"),
    Key("usage_type", one_of(RateDeck.UsageType.values), empty=RateDeck.UsageType.VOICE),
    Key("country_code", country_code),
    Key("international_prefix", digits(10)),
    Key("national_prefix", digits(10)),
    Key("short_code_digits", whole(0, 15), empty=6),
    Key("id_reuse_days", whole(1, 400), empty=62),
    Key("quantity_max", whole(1, 10**15), empty=10**12),
    Key("many_in_archive", flag, empty=False),
    Key("file_name_pattern", file_name_pattern),
    Key("expected_every_hours", whole(1, HOURS_MAX), empty=None),
    Key("expected_by", time_of_day, empty=None),
    Key("expected_from", day, empty=None),
    Key("sequence_first", whole(0, 10**15), empty=None),
    Key("sequence_daily", flag, empty=False),
    Key("holds_billing", flag, empty=True),
)


def _read_mapping(
    fields: Fields, stored: UsageSource | None, values: dict[str, Any]
) -> dict[str, Any]:
    """The mapping of the format, if the file gives one or must."""
    given = fields.table("mapping", f"{fields.subject}, mapping")
    kind = values.get("format") or (stored.format if stored else None)
    usage_type = values.get("usage_type") or (stored.usage_type if stored else "voice")
    if given is not None and kind is not None:
        return {"mapping": read_mapping(given, kind, usage_type)}
    changes_format = stored is None or stored.format != kind
    if kind in (UsageSource.Format.CSV, UsageSource.Format.JSON) and changes_format:
        fields.problem("mapping", "mapping is missing", "add mapping: {columns: {start: …}}")
    if "mapping" in fields.node.values or changes_format:
        return {"mapping": {}}
    return {}
