"""What a demo customer is: an entry of the accounts file, and the lines that make usage."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

FJORDTEL = "fjordtel"
NORTHWIND = "northwind"
Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """A number that is used: a mobile, or one fixed or PBX line.

    `busy` is how much it is used beside others; `only_home` never calls abroad; `metered` uses
    little data, since it costs.
    """

    brand: str
    number: str
    is_mobile: bool
    starts_on: date
    ends_on: date | None
    busy: float
    only_home: bool = False
    metered: bool = False


@dataclass(slots=True)
class Customer:
    """One account of the accounts file (docs/formats.md, section 3) and its lines."""

    entry: Entry
    lines: list[Line] = field(default_factory=list)

    @property
    def brand(self) -> str:
        return str(self.entry["brand"])

    @property
    def number(self) -> str:
        return str(self.entry["number"])


class Numbers:
    """Hands out phone numbers one after the other: `Numbers("47900001", 2)` is 4790000100 …"""

    def __init__(self, start: str, digits: int, *, taken: tuple[str, ...] = ()) -> None:
        self._numbers = self._count(start, digits, taken)

    @staticmethod
    def _count(start: str, digits: int, taken: tuple[str, ...]) -> Iterator[str]:
        for number in range(10**digits):
            full = f"{start}{number:0{digits}d}"
            if full not in taken:
                yield full

    def next(self) -> str:
        """The next free number."""
        return next(self._numbers)


def subscription(
    code: str, plan: str, starts_on: date, *, number: str = "", **fields: Any
) -> Entry:
    """A subscription's entry, with one plan from its start on; `fields` add or replace."""
    entry: Entry = {"code": code, "starts_on": starts_on, "plan": plan} | fields
    if "plans" in fields:
        del entry["plan"]
    if number:
        entry["numbers"] = [{"number": number}]
    return entry


def write_accounts(path: Path, customers: list[Customer]) -> None:
    """Write the accounts file of one brand."""
    head = (
        f"# {len(customers)} invented customers. Read, change and import it again:\n"
        f"# manage.py import_accounts var/demo/{path.name}\n\n"
    )
    body = yaml.dump(
        {"accounts": [customer.entry for customer in customers]},
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        width=98,
    )
    path.write_text(head + body, encoding="utf-8")


# The dumper of libyaml is several times as fast; both write the same.
_FASTEST: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Dumper(_FASTEST):  # type: ignore[misc]  # chosen when the program starts
    """Writes a value again where it comes again, since people read the file."""

    def ignore_aliases(self, data: Any) -> bool:
        return True
