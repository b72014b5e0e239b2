"""A catalogue file like that of docs/formats.md, and the ways to change it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from catalog.services.import_catalog import import_catalog
from core.input_report import ImportReport

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)

CATALOGUE = """\
legal_entities:
  - code: FJORDTEL
    name: Fjordtel AS
    organisation_number: "923456783"
    vat_number: NO923456783MVA
    address: {street: Havnegata 1, postcode: "0150", city: Oslo, country: NO}
    bank_account: "1234.56.78903"
    series:
      - {code: INVOICES, prefix: "FT-", first_number: 100001}

tax_categories:
  - {code: standard, name: Standard rate}
  - {code: books, name: Zero rated}

tax_rates:
  - legal_entity: FJORDTEL
    category: standard
    rate: "25"
    from: 2020-01-01
  - legal_entity: FJORDTEL
    category: books
    treatment: zero
    rate: "0"
    from: 2020-01-01

brands:
  - code: fjordtel
    name: Fjordtel
    legal_entity: FJORDTEL
    series: INVOICES
    currency: NOK
    zone: Europe/Oslo
    languages: [nb, en]
    prices: gross
    reference: kid_mod10
    hosts: [fjordtel.localhost]
    primary_colour: "#0b5563"
    sender_email: faktura@fjordtel.example
    payment_terms_days: 14
    usage_categories:
      - {code: abroad, name: {nb: Samtaler til utlandet, en: Calls abroad}}

decks:
  - code: FJORD-VOICE
    brand: fjordtel
    name: Fjordtel voice
    usage_type: voice

products:
  - code: MOBILE
    brand: fjordtel
    name: {nb: Mobil, en: Mobile}
    service: mobile
    tax_category: standard

plans:
  - code: MOBIL10
    brand: fjordtel
    product: MOBILE
    name: {nb: Mobil 10 GB, en: Mobile 10 GB}
    versions:
      - from: 2026-01-01
        decks: {voice: FJORD-VOICE}
        charges:
          - code: monthly
            description: {nb: Mobil 10 GB, en: Mobile 10 GB}
            price: "299.00"
          - code: setup
            description: {nb: Etablering, en: Set-up}
            price: "99.00"
            kind: one_off

sources:
  - code: FJORD-SWITCH
    brand: fjordtel
    name: Fjordtel's Asterisk
    format: asterisk
    country_code: "47"
"""

TakeIn = Callable[..., ImportReport]


def line_of(text: str, part: str) -> int:
    """The line on which `part` stands first."""
    return text[: text.index(part)].count("\n") + 1


@pytest.fixture
def take_in(db: None, tmp_path: Path) -> TakeIn:
    """Takes a catalogue in that lies in a folder with a logo."""
    Image.new("RGB", (40, 20), (11, 85, 99)).save(tmp_path / "fjordtel.png")

    def run(text: str = CATALOGUE) -> ImportReport:
        return import_catalog(text.encode(), file="catalogue.yaml", folder=tmp_path, now=NOW)

    return run
