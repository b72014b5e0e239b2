"""A brand with plans, and the way to take accounts in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from accounts.services.import_accounts import import_accounts
from core.input_report import ImportReport
from core.models import Brand
from tests import make

TODAY = date(2026, 11, 23)
TakeIn = Callable[..., ImportReport]

KARI = """\
accounts:
  - brand: fjordtel
    number: "100123"
    name: Kari Nordmann
    bill_day: 1
    address: {street: Storgata 1, postcode: "0155", city: Oslo, country: NO}
    people:
      - {name: Kari Nordmann, email: Kari@Example.com, phone: "+4790000123", language: nb}
    locations:
      - {code: home, name: Hjemme, street: Storgata 1, postcode: "0155", city: Oslo}
    subscriptions:
      - code: MOB-1
        label: Kari's mobile
        location: home
        starts_on: 2026-01-01
        plans:
          - {plan: MOBIL10, from: 2026-01-01}
          - {plan: MOBIL20, from: 2026-10-14}
        add_ons:
          - {code: ORDER-77, plan: DAYPASS-TR, from: 2026-10-03}
        numbers:
          - {number: "+47 900 00 123", from: 2026-01-01}
"""


@pytest.fixture
def selling(fjordtel: Brand) -> Brand:
    """Fjordtel with two plans and an add-on, in force since 2020."""
    make.make_plan(fjordtel, "MOBIL10", "299.00")
    make.make_plan(fjordtel, "MOBIL20", "399.00")
    make.make_plan(fjordtel, "DAYPASS-TR", "49.00", kind="add_on", charge={"kind": "one_off"})
    return fjordtel


@pytest.fixture
def take_in(selling: Brand) -> TakeIn:
    """Takes accounts in, from YAML or (`is_csv`) from CSV."""

    def run(text: str = KARI, *, is_csv: bool = False, as_of: date = TODAY) -> ImportReport:
        return import_accounts(text.encode(), file="accounts.yaml", is_csv=is_csv, as_of=as_of)

    return run


def counts(report: ImportReport) -> dict[str, tuple[int, int, int]]:
    """New, changed and unchanged rows by part; parts of nothing are left out."""
    found = {name: (part.new, part.changed, part.unchanged) for name, part in report.parts.items()}
    return {name: each for name, each in found.items() if any(each)}
