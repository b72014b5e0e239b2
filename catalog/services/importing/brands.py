"""The catalogue's section `brands`: look, languages, money and billing defaults."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings

from catalog.models import UsageCategory
from catalog.sections import CatalogueFile, Entry
from catalog.services.importing.colours import colour, colour_under_white_text
from catalog.services.importing.logos import read_logo
from core.input_tree import Fields, Key
from core.input_values import (
    amount,
    currency,
    email,
    flag,
    host,
    language,
    list_of,
    localised_text,
    one_of,
    text,
    whole,
    zone,
)
from core.models import Brand, BrandDomain, LegalEntity, NumberSeries

FIXED_ONCE_IT_SELLS = ("legal_entity", "currency", "zone", "price_mode")
ALWAYS_THERE = {
    "voice": {"en": "Calls", "nb": "Samtaler", "de": "Gespräche"},
    "sms": {"en": "Messages", "nb": "Meldinger", "de": "Nachrichten"},
    "data": {"en": "Data", "nb": "Data", "de": "Daten"},
}
KEYS = (
    Key("name", text(200), required=True),
    Key("currency", currency, required=True),
    Key("zone", zone, required=True),
    Key("languages", list_of(language), required=True),
    Key("prices", one_of(Brand.PriceMode.values), required=True, attribute="price_mode"),
    Key(
        "reference",
        one_of(Brand.ReferenceKind.values),
        empty=Brand.ReferenceKind.RF,
        attribute="reference_kind",
    ),
    Key("primary_colour", colour_under_white_text, empty="#1f4e79"),
    Key("accent_colour", colour, empty="#c2410c"),
    Key("website", text(200)),
    Key("support_email", email),
    Key("support_phone", text(40)),
    Key("sender_email", email, required=True),
    Key("invoice_message", localised_text(), empty={}),
    Key("payment_terms_days", whole(0, 365), empty=14),
    Key("due_date_on_bank_day", flag, empty=True),
    Key("zero_invoices", one_of(Brand.ZeroInvoices.values), empty=Brand.ZeroInvoices.ISSUE),
    Key("credit_without_approval", amount(3), empty=Decimal(200)),
    Key("usage_grace_days", whole(0, 60), empty=2),
    Key("numbers_masked_after_months", whole(1, 240), empty=6),
    Key("usage_kept_months", whole(1, 240), empty=14),
    Key("itemisation_kept_months", whole(0, 240), empty=14),
    Key("reminder_days_after_due", whole(1, 60), empty=3),
    Key("minimum_open_amount", amount(3), empty=Decimal(50)),
)


def import_brands(catalogue: CatalogueFile, tables: list[Fields]) -> None:
    """Add or update brands, their host names and the headings of their usage."""
    for fields in tables:
        entry = Entry(catalogue, "brand", fields)
        code = entry.identify()
        stored = Brand.objects.filter(code=code).first()
        values = fields.collect(KEYS, is_new=stored is None)
        values |= _read_legal_entity(entry, stored)
        logo = fields.get("logo", read_logo(catalogue.folder))
        if logo is not None or "logo" in fields.node.values:
            values["logo"], values["logo_type"] = logo or (None, "")
        hosts = fields.get("hosts", list_of(host))
        _check_languages(fields, values)
        _check_hosts(fields, code, hosts or [])
        _check_retention(fields, values, stored)
        if stored is not None:
            _refuse_what_is_fixed(fields, stored, values)
        categories = fields.tables("usage_categories", f"{fields.subject}, usage category")
        if not entry.finish():
            continue
        brand = catalogue.store(
            "brands", code, stored or Brand(code=code), values, is_new=stored is None
        )
        if hosts is not None:
            _store_hosts(catalogue, brand, hosts)
        _store_categories(catalogue, brand, categories)


def _read_legal_entity(entry: Entry, stored: Brand | None) -> dict[str, Any]:
    """The legal entity and its series; both are needed for a new brand."""
    is_new = stored is None
    fields, values = entry.fields, dict[str, Any]()
    legal_entity = entry.reference(
        "legal_entity", "legal entity", LegalEntity.objects.all(), required=is_new
    )
    if legal_entity is None and stored is not None:
        legal_entity = stored.legal_entity
    if legal_entity is None:
        fields.given("series")
        return values
    values["legal_entity"] = legal_entity
    series = entry.reference(
        "series",
        "series",
        NumberSeries.objects.filter(legal_entity=legal_entity),
        scope=legal_entity.code,
        required=is_new,
    )
    if series is not None:
        values["series"] = series
    return values


def _check_languages(fields: Fields, values: dict[str, Any]) -> None:
    chosen = values.get("languages", [])
    if len(set(chosen)) != len(chosen):
        fields.problem("languages", "a language stands twice", "name each once")


def _check_hosts(fields: Fields, code: str, hosts: list[str]) -> None:
    for name in hosts:
        if hosts.count(name) > 1:
            fields.problem("hosts", f"host {name} stands twice", "name each once")
            return
        other = BrandDomain.objects.filter(host=name).exclude(brand__code=code).first()
        if other is not None:
            fields.problem(
                "hosts", f"host {name} belongs to brand {other.brand.code}", "choose another name"
            )
        if name == settings.STAFF_HOST:
            fields.problem("hosts", f"host {name} is the staff's", "choose another name")


def _check_retention(fields: Fields, values: dict[str, Any], stored: Brand | None) -> None:
    said = stored or Brand()
    masked = values.get("numbers_masked_after_months", said.numbers_masked_after_months)
    kept = values.get("usage_kept_months", said.usage_kept_months)
    if masked is not None and kept is not None and kept < masked:
        fields.problem(
            "usage_kept_months",
            f"usage is kept {kept} months, and its numbers masked after {masked}",
            "keep usage at least until its numbers are masked",
        )


def _refuse_what_is_fixed(fields: Fields, stored: Brand, values: dict[str, Any]) -> None:
    """What prices, periods and numbers were built on stays, once there are plans or decks."""
    if not (stored.plans.exists() or stored.decks.exists()):
        return
    for name in FIXED_ONCE_IT_SELLS:
        if name in values and getattr(stored, name) != values[name]:
            key = "prices" if name == "price_mode" else name
            fields.problem(
                key,
                f"{key} can't change from {_word(getattr(stored, name))}: the brand has plans"
                " or decks in it",
                "make another brand",
            )


def _word(value: object) -> str:
    return value.code if isinstance(value, LegalEntity) else str(value)


def _store_hosts(catalogue: CatalogueFile, brand: Brand, hosts: list[str]) -> None:
    """The first host is used in links, so the order counts."""
    before = list(brand.domains.values_list("host", flat=True))
    if before == hosts:
        catalogue.report.add_unchanged("host names")
        return
    brand.domains.all().delete()
    for name in hosts:
        BrandDomain.objects.create(brand=brand, host=name)
    if before:
        change = f"{', '.join(before)} → {', '.join(hosts)}"
        catalogue.report.add_changed("host names", brand.code, [change])
    else:
        catalogue.report.add_new("host names", f"{brand.code}: {', '.join(hosts)}")


def _store_categories(catalogue: CatalogueFile, brand: Brand, tables: list[Fields]) -> None:
    """Those of the file, and one for each usage type, which rates fall back to."""
    for fields in tables:
        entry = Entry(catalogue, "usage category", fields)
        code = entry.identify(brand.code)
        stored = brand.usage_categories.filter(code=code).first()
        keys = (Key("name", localised_text(100), required=True),)
        values = fields.collect(keys, is_new=stored is None)
        if entry.finish():
            category = stored or UsageCategory(brand=brand, code=code)
            label = f"{brand.code} {code}"
            catalogue.store("usage categories", label, category, values, is_new=stored is None)
    present = set(brand.usage_categories.values_list("code", flat=True))
    for code, name in ALWAYS_THERE.items():
        if code not in present:
            UsageCategory.objects.create(brand=brand, code=code, name=name)
            catalogue.report.add_new("usage categories", f"{brand.code} {code}")
