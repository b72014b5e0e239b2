"""The catalogue's section `legal_entities`: companies of the group and their number series."""

from __future__ import annotations

from catalog.sections import CatalogueFile, Entry
from catalog.services.importing.registration_numbers import (
    bic,
    iban,
    looks_like_bank_account,
    looks_like_vat_number,
)
from core.input_tree import Fields, Key
from core.input_values import country, text, whole
from core.models import LegalEntity, NumberSeries

PART = "legal entities"
KEYS = (
    Key("name", text(200), required=True),
    Key("organisation_number", text(40)),
    Key("vat_number", text(40)),
    Key("bank_account", text(40)),
    Key("iban", iban),
    Key("bic", bic),
)
ADDRESS_KEYS = (
    Key("street", text(200)),
    Key("postcode", text(20)),
    Key("city", text(100)),
    Key("country", country, required=True),
)
SERIES_KEYS = (
    Key("prefix", text(20)),
    Key("first_number", whole(1, 10**15), empty=1),
)


def import_legal_entities(catalogue: CatalogueFile, tables: list[Fields]) -> None:
    """Add or update legal entities and their series."""
    for fields in tables:
        entry = Entry(catalogue, "legal entity", fields)
        code = entry.identify()
        stored = LegalEntity.objects.filter(code=code).first()
        values = fields.collect(KEYS, is_new=stored is None)
        address = fields.table("address", f"{fields.subject}, address")
        if address is not None:
            values |= address.collect(ADDRESS_KEYS, is_new=stored is None)
            address.finish()
        elif stored is None:
            fields.problem("address", "address is missing", "add address: {country: …}")
        series = fields.tables("series", f"{fields.subject}, series")
        if not entry.finish():
            _mark_series_broken(entry, series)
            continue
        legal_entity = stored or LegalEntity(code=code)
        _warn_of_odd_numbers(fields, values, values.get("country", legal_entity.country))
        catalogue.store(PART, code, legal_entity, values, is_new=stored is None)
        for series_fields in series:
            _import_series(catalogue, legal_entity, series_fields)


def _import_series(catalogue: CatalogueFile, legal_entity: LegalEntity, fields: Fields) -> None:
    entry = Entry(catalogue, "series", fields)
    code = entry.identify(legal_entity.code)
    stored = legal_entity.series.filter(code=code).first()
    values = fields.collect(SERIES_KEYS, is_new=stored is None)
    series = stored or NumberSeries(legal_entity=legal_entity, code=code)
    if stored is not None and stored.next_number > stored.first_number:
        _refuse_changes(fields, stored, values)
    elif "first_number" in values:
        values["next_number"] = values["first_number"]
    _refuse_a_prefix_in_use(fields, series, values.get("prefix", series.prefix))
    if entry.finish():
        label = f"{legal_entity.code} {code}"
        catalogue.store("number series", label, series, values, is_new=stored is None)


def _refuse_changes(fields: Fields, stored: NumberSeries, values: dict[str, object]) -> None:
    for name, value in values.items():
        if getattr(stored, name) != value:
            fields.problem(
                name,
                f"{name} can't change: numbers of this series have been issued",
                "add another series and name it in the brand",
            )


def _refuse_a_prefix_in_use(fields: Fields, series: NumberSeries, prefix: str) -> None:
    """No two series of a legal entity may ever make the same invoice number."""
    for other in series.legal_entity.series.exclude(code=series.code):
        long, short = sorted((prefix, other.prefix), key=len, reverse=True)
        rest = long.removeprefix(short)
        if long.startswith(short) and (not rest or (rest.isascii() and rest.isdigit())):
            fields.problem(
                "prefix",
                f"prefix {prefix!r} makes the same numbers as series {other.code}"
                f" with {other.prefix!r}",
                "choose a prefix that differs in a letter or a dash",
            )


def _mark_series_broken(entry: Entry, series: list[Fields]) -> None:
    for fields in series:
        child = Entry(entry.catalogue, "series", fields)
        child.identify(entry.code)
        entry.catalogue.broken.add(child.identity)


def _warn_of_odd_numbers(fields: Fields, values: dict[str, str], land: str) -> None:
    if values.get("vat_number") and not looks_like_vat_number(land, values["vat_number"]):
        fields.warn(
            "vat_number",
            f"{values['vat_number']!r} is not a usual VAT number of {land}",
            "check it",
        )
    if values.get("bank_account") and not looks_like_bank_account(land, values["bank_account"]):
        fields.warn(
            "bank_account",
            f"{values['bank_account']!r} is not a usual account number of {land}",
            "check it",
        )
