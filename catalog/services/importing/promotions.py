"""The catalogue's section `promotions`: ways to get a discount, with a code or without one."""

from __future__ import annotations

from catalog.models import Discount, Promotion
from catalog.sections import CatalogueFile, Entry
from catalog.services.importing.public_names import require_languages
from catalog.services.importing.spans import read_span
from catalog.services.importing.version_rows import public_text
from core.input_tree import Fields, Key
from core.input_values import code as code_reader
from core.input_values import whole
from core.models import Brand


def import_promotions(catalogue: CatalogueFile, tables: list[Fields]) -> None:
    """Add or update promotions."""
    for fields in tables:
        entry = Entry(catalogue, "promotion", fields)
        brand = entry.reference("brand", "brand", Brand.objects.all())
        code = entry.identify(brand.code if brand else "")
        stored = Promotion.objects.filter(brand=brand, code=code).first() if brand else None
        keys = (
            Key("name", public_text(brand.languages if brand else ("en",), 100), required=True),
            Key("uses_limit", whole(1, 10**9), empty=None),
            Key("promotion_code", code_reader()),
        )
        values = fields.collect(keys, is_new=stored is None)
        values |= {name: text.upper() for name, text in values.items() if name == "promotion_code"}
        if brand is None:
            fields.given("discount")
        else:
            require_languages(fields, brand, values)
            _refuse_given_code_of_another(fields, brand, code, values.get("promotion_code", ""))
            discount = entry.reference(
                "discount",
                "discount",
                Discount.objects.filter(brand=brand),
                scope=brand.code,
                required=stored is None,
            )
            values |= {"discount": discount} if discount else {}
        if stored is None and not fields.given("from"):
            fields.problem("from", "from is missing", "add the first day on which it may be had")
        span = read_span(fields, stored.available if stored else None)
        values |= {"available": span} if span is not None else {}
        if entry.finish() and brand is not None:
            row = stored or Promotion(brand=brand, code=code)
            label = f"{brand.code} {code}"
            catalogue.store("promotions", label, row, values, is_new=stored is None)


def _refuse_given_code_of_another(fields: Fields, brand: Brand, code: str, given: str) -> None:
    others = Promotion.objects.filter(brand=brand, promotion_code=given).exclude(code=code)
    other = others.first() if given else None
    if other is not None:
        fields.problem(
            "promotion_code", f"{given} is promotion {other.code}'s", "choose another one"
        )
