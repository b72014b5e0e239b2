"""The catalogue's section `products`: families of things sold."""

from __future__ import annotations

from catalog.models import Product, TaxCategory
from catalog.sections import CatalogueFile, Entry
from core.input_tree import Fields, Key
from core.input_values import localised_text, one_of, text
from core.models import Brand

KEYS = (
    Key("name", localised_text(100), required=True),
    Key("service", one_of(Product.Service.values), required=True),
    Key("revenue_account", text(20), empty="3000"),
)


def import_products(catalogue: CatalogueFile, tables: list[Fields]) -> None:
    """Add or update products."""
    for fields in tables:
        entry = Entry(catalogue, "product", fields)
        brand = entry.reference("brand", "brand", Brand.objects.all())
        code = entry.identify(brand.code if brand else "")
        stored = Product.objects.filter(brand=brand, code=code).first() if brand else None
        values = fields.collect(KEYS, is_new=stored is None)
        category = entry.reference(
            "tax_category", "tax category", TaxCategory.objects.all(), required=stored is None
        )
        if category is not None:
            values["tax_category"] = category
        if entry.finish() and brand is not None:
            product = stored or Product(brand=brand, code=code)
            label = f"{brand.code} {code}"
            catalogue.store("products", label, product, values, is_new=stored is None)
