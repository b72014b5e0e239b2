"""Takes a catalogue file in: legal entities, brands, taxes, decks, products, plans, sources."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.db import transaction

from catalog.sections import CatalogueFile, SectionHandler, upper_sections
from catalog.services.importing.brands import import_brands
from catalog.services.importing.decks import import_decks
from catalog.services.importing.destination_groups import import_destination_groups
from catalog.services.importing.eligibility_rules import import_eligibility
from catalog.services.importing.legal_entities import import_legal_entities
from catalog.services.importing.offers import import_bundles, import_discounts
from catalog.services.importing.plans import import_plans
from catalog.services.importing.products import import_products
from catalog.services.importing.promotions import import_promotions
from catalog.services.importing.suppliers import import_suppliers
from catalog.services.importing.taxes import import_tax_categories, import_tax_rates
from catalog.services.lock_imports import lock_imports
from core.input_report import ImportReport
from core.input_text import decode
from core.input_tree import Entries, Fields, Problems, tables_of
from core.input_yaml import parse_yaml

OWN_SECTIONS: dict[str, SectionHandler] = {
    "legal_entities": import_legal_entities,
    "tax_categories": import_tax_categories,
    "tax_rates": import_tax_rates,
    "brands": import_brands,
    "suppliers": import_suppliers,
    "decks": import_decks,
    "products": import_products,
    "destination_groups": import_destination_groups,
    "plans": import_plans,
    "discounts": import_discounts,
    "promotions": import_promotions,
    "bundles": import_bundles,
    "eligibility": import_eligibility,
}


def import_catalog(content: bytes, *, file: str, folder: Path, now: datetime) -> ImportReport:
    """Take in all sections of a YAML catalogue in one transaction (docs/formats.md, 1).

    `file` names it in messages, `folder` is where logos lie, `now` dates new plan versions.
    Raises `InputRefused` with every problem of the file; nothing is stored then.
    """
    problems = Problems(file)
    root = parse_yaml(decode(content, file), problems)
    catalogue = CatalogueFile(problems, ImportReport(), folder, now)
    handlers = OWN_SECTIONS | upper_sections()
    if not isinstance(root, Entries):
        problems.add(root.line, "a catalogue is a mapping", f"write one of: {', '.join(handlers)}")
        problems.refuse_if_any()
        raise AssertionError  # refused just before
    with transaction.atomic():
        lock_imports()
        _read_sections(catalogue, root, handlers)
        problems.refuse_if_any()
    catalogue.report.warnings = sorted(problems.warnings, key=lambda warning: warning.line)
    return catalogue.report


def _read_sections(
    catalogue: CatalogueFile, root: Entries, handlers: dict[str, SectionHandler]
) -> None:
    whole = Fields(root, catalogue.problems, "catalogue")
    for key, handler in handlers.items():
        if whole.given(key):
            handler(catalogue, tables_of(root.values[key], catalogue.problems, key, key))
    whole.finish()
