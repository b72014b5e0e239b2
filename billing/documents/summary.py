"""What a contract summary says, word for word, as it is printed; nothing here knows the page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from billing.documents.content import Fact, Look


@dataclass(frozen=True, slots=True)
class SheetFact:
    """One fact of a plan sheet: what it is, how much, and a remark."""

    label: str
    value: str
    note: str


@dataclass(frozen=True, slots=True)
class SheetPart:
    """Facts under a heading of the plan sheet."""

    title: str
    rows: tuple[SheetFact, ...]


@dataclass(frozen=True, slots=True)
class SummaryItem:
    """One thing that is ordered: what happens, to what, and all that the plan sheet says."""

    what: str
    name: str
    summary: str
    remark: str
    facts: tuple[Fact, ...]
    parts: tuple[SheetPart, ...]


@dataclass(frozen=True, slots=True)
class SummaryContent:
    """A contract summary as its reader sees it, from top to bottom."""

    language: str
    look: Look
    made_on: date
    title: str
    number: str
    sender_line: str
    recipient: tuple[str, ...]
    facts: tuple[Fact, ...]
    intro: str
    items: tuple[SummaryItem, ...]
    prices_note: str
    fingerprint: str
    contact: str
    legal: str
