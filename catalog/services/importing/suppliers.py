"""The catalogue's section `suppliers`: carriers from whom a legal entity buys traffic."""

from __future__ import annotations

from catalog.models import Supplier
from catalog.sections import CatalogueFile, Entry
from core.input_tree import Fields, Key
from core.input_values import currency, email, text
from core.models import LegalEntity

KEYS = (
    Key("name", text(200), required=True),
    Key("currency", currency, required=True),
    Key("contact_name", text(200)),
    Key("contact_email", email),
    Key("contact_phone", text(40)),
)


def import_suppliers(catalogue: CatalogueFile, tables: list[Fields]) -> None:
    """Add or update suppliers; one with decks keeps its legal entity and currency."""
    for fields in tables:
        entry = Entry(catalogue, "supplier", fields)
        code = entry.identify()
        owner = entry.reference("legal_entity", "legal entity", LegalEntity.objects.all())
        stored = Supplier.objects.filter(code=code).select_related("legal_entity").first()
        values = fields.collect(KEYS, is_new=stored is None)
        if stored is not None:
            if owner is not None and stored.legal_entity != owner:
                fields.problem(
                    "legal_entity",
                    f"the supplier {code} is legal entity {stored.legal_entity.code}'s",
                    "choose another code: suppliers' codes are unique among all legal entities",
                )
            if values.get("currency", stored.currency) != stored.currency and stored.decks.exists():
                fields.problem(
                    "currency",
                    f"currency can't change from {stored.currency}: the supplier has decks",
                    "make another supplier",
                )
        if not entry.finish() or owner is None:
            continue
        supplier = stored or Supplier(code=code, legal_entity=owner)
        catalogue.store("suppliers", code, supplier, values, is_new=stored is None)
