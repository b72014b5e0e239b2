"""What an import did or would do: new, changed and unchanged, part by part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.backends.postgresql.psycopg_any import Range

from core.errors import InputProblem


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One row of a report: `mark` is `+` new, `~` changed or `=` unchanged."""

    mark: str
    label: str
    changes: tuple[str, ...] = ()


@dataclass(slots=True)
class Part:
    """The rows of one kind: how many, and which are new or changed, in words."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    details: list[str] = field(default_factory=list)
    rows: list[ReportRow] = field(default_factory=list)


@dataclass(slots=True)
class ImportReport:
    """Counts and details by part, in the order in which parts were met."""

    parts: dict[str, Part] = field(default_factory=dict)
    warnings: list[InputProblem] = field(default_factory=list)

    def part(self, name: str) -> Part:
        """The part of that name, made if it is not there yet."""
        return self.parts.setdefault(name, Part())

    def add_new(self, part: str, label: str) -> None:
        """Count a new row."""
        self.part(part).new += 1
        self.part(part).details.append(f"+ {label}")
        self.part(part).rows.append(ReportRow("+", label))

    def add_changed(self, part: str, label: str, changes: Iterable[str]) -> None:
        """Count a changed row; `changes` say what was and what is."""
        told = tuple(changes)
        self.part(part).changed += 1
        self.part(part).details.append(f"~ {label}: {'; '.join(told)}")
        self.part(part).rows.append(ReportRow("~", label, told))

    def add_unchanged(self, part: str, label: str = "") -> None:
        """Count a row that already says the same; with a label it can be listed too."""
        self.part(part).unchanged += 1
        if label:
            self.part(part).rows.append(ReportRow("=", label))

    @property
    def has_changes(self) -> bool:
        """Whether anything is new or changed."""
        return any(part.new or part.changed for part in self.parts.values())


def differences(instance: models.Model, values: Mapping[str, Any]) -> list[str]:
    """In words, each attribute that `values` would change: `name: Fjord → Fjordtel`."""
    changes: list[str] = []
    for name, value in values.items():
        before = getattr(instance, name)
        before = bytes(before) if isinstance(before, memoryview) else before
        if before != value:
            label = name.removesuffix("_id")
            changes.append(f"{label}: {in_words(before)} → {in_words(value)}")
    return changes


def in_words(value: Any) -> str:
    """A value as it is shown in a diff."""
    if value is None or value in ("", {}, []):
        return "(empty)"
    if isinstance(value, bytes):
        return f"{len(value):,} bytes"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, Range):
        upper = f" until {value.upper}" if value.upper else ""
        return f"from {value.lower}{upper}"
    if isinstance(value, date | str | int):
        return str(value)
    if isinstance(value, dict):
        return ", ".join(f"{key} {in_words(item)}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(in_words(item) for item in value)
    return str(value)
