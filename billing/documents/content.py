"""What an invoice says, word for word: texts and figures as printed, in its language.

Nothing here knows the database or the page; whoever shows a bill shows these words.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Fact:
    """A labelled text: "Due" – "16 November 2026"."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step from the previous balance to what is to pay."""

    label: str
    amount: str
    is_result: bool = False


@dataclass(frozen=True, slots=True)
class ServiceSum:
    """One service on the first page: its name, where or whose it is, its sum."""

    name: str
    detail: str
    amount: str


@dataclass(frozen=True, slots=True)
class TaxSum:
    """One tax rate: what it was taken of, the tax, both; the reason where none is charged."""

    label: str
    reason: str
    net: str
    tax: str
    gross: str


@dataclass(frozen=True, slots=True)
class Line:
    """One invoice line as printed. `part` is a part period's share, `note` marks late usage."""

    description: str
    note: str
    period: str
    part: str
    count: str
    measure: str
    price: str
    tax_rate: str
    amount: str


@dataclass(frozen=True, slots=True)
class ServiceLines:
    """The lines of one service with their sum."""

    name: str
    lines: tuple[Line, ...]
    subtotal: str


@dataclass(frozen=True, slots=True)
class Place:
    """The services at one location; `name` is empty where no location is known."""

    name: str
    services: tuple[ServiceLines, ...]
    subtotal: str


@dataclass(frozen=True, slots=True)
class AccountLines:
    """The places of one account; a consolidated invoice has several accounts."""

    name: str
    places: tuple[Place, ...]
    subtotal: str


@dataclass(frozen=True, slots=True)
class UsageRow:
    """One itemised event. `destination` is what the price list calls the number's place,
    `included` says what of it allowances covered, or that it is priced together with others."""

    moment: str
    called: str
    destination: str
    quantity: str
    amount: str
    included: str = ""


@dataclass(frozen=True, slots=True)
class UsageList:
    """The itemised usage of one service and category; `note` says when it isn't all of it."""

    service: str
    category: str
    quantity_label: str
    rows: tuple[UsageRow, ...]
    note: str


@dataclass(frozen=True, slots=True)
class PaymentSlip:
    """How to pay, or, where `nothing_to_pay` has a text, why there is nothing to do."""

    nothing_to_pay: str
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Look:
    """The brand's look: its name, a logo if it has one, two colours as #rrggbb."""

    brand: str
    primary: str
    accent: str
    logo: bytes = field(default=b"", repr=False)
    logo_type: str = ""


@dataclass(frozen=True, slots=True)
class InvoiceContent:
    """An invoice or credit note as its reader sees it, from top to bottom."""

    language: str
    look: Look
    issue_date: date
    title: str
    number: str
    sender_line: str
    recipient: tuple[str, ...]
    facts: tuple[Fact, ...]

    due_label: str
    due_amount: str
    due_date: Fact | None
    steps: tuple[Step, ...]
    steps_note: str

    amount_label: str
    services: tuple[ServiceSum, ...]
    services_total: Step
    taxes: tuple[TaxSum, ...]
    taxes_total: TaxSum | None
    message: str
    slip: PaymentSlip
    contact: str
    legal: str

    accounts: tuple[AccountLines, ...]
    shows_tax_rates: bool
    lines_totals: tuple[Step, ...]
    usage: tuple[UsageList, ...]

    to_pay: Decimal
    total: Decimal

    @property
    def shows_places(self) -> bool:
        """Whether any service on the first page says where or whose it is."""
        return any(service.detail for service in self.services)
