"""The catalogue's section `plans`: plans and add-ons with their dated versions."""

from __future__ import annotations

from typing import Any

from catalog.models import Plan, Product
from catalog.sections import CatalogueFile, Entry
from catalog.services.importing.plan_versions import read_versions, store_versions
from core.input_tree import Fields, Key
from core.input_values import day, localised_text, one_of
from core.models import Brand

KEYS = (
    Key("kind", one_of(Plan.Kind.values), empty=Plan.Kind.PLAN),
    Key("name", localised_text(100), required=True),
    Key("sold_from", day, empty=None),
    Key("sold_until", day, empty=None),
)


def import_plans(catalogue: CatalogueFile, tables: list[Fields]) -> None:
    """Add or update plans and publish their new versions."""
    for fields in tables:
        entry = Entry(catalogue, "plan", fields)
        brand = entry.reference("brand", "brand", Brand.objects.all())
        code = entry.identify(brand.code if brand else "")
        stored = Plan.objects.filter(brand=brand, code=code).first() if brand else None
        values = fields.collect(KEYS, is_new=stored is None)
        product = None
        if brand is None:
            fields.given("product")
        else:
            product = entry.reference(
                "product",
                "product",
                Product.objects.filter(brand=brand),
                scope=brand.code,
                required=stored is None,
            )
        if product is not None:
            values["product"] = product
        if stored is not None and values.get("kind", stored.kind) != stored.kind:
            fields.problem(
                "kind", f"kind can't change from {stored.kind}", "make another plan for it"
            )
        _refuse_backward_sale(fields, values, stored)
        versions = fields.tables("versions", f"{fields.subject}, version")
        if stored is None and not versions:
            fields.problem("versions", "versions are missing", "add versions: - from: …")
        entries = read_versions(catalogue, brand, code, versions)
        if not entry.finish() or brand is None:
            continue
        plan = stored or Plan(brand=brand, code=code)
        label = f"{brand.code} {code}"
        catalogue.store("plans", label, plan, values, is_new=stored is None)
        store_versions(catalogue, plan, entries)


def _refuse_backward_sale(fields: Fields, values: dict[str, Any], stored: Plan | None) -> None:
    """A plan may not stop being sold before it begins."""
    first = values.get("sold_from", stored.sold_from if stored else None)
    end = values.get("sold_until", stored.sold_until if stored else None)
    if first is not None and end is not None and end < first:
        fields.problem("sold_until", f"its sale ends on {end}, before it begins", "mend the dates")
