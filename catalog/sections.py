"""The sections of a catalogue file: apps above add theirs, without this one knowing them.

An app registers its section when it is ready:
`register_section("sources", import_sources)`; see `catalog.services.import_catalog`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from django.db import models

from core.input_report import ImportReport, differences
from core.input_tree import Fields, Problems, listed
from core.input_values import code as code_reader
from core.input_values import list_of

M = TypeVar("M", bound=models.Model)


@dataclass(slots=True)
class CatalogueFile:
    """A catalogue while it is taken in: what was wrong, what changed, what may be referred to.

    `broken` names entries that have problems of their own, so that what refers to them isn't
    reported a second time.
    """

    problems: Problems
    report: ImportReport
    folder: Path
    now: datetime
    broken: set[tuple[str, ...]] = field(default_factory=set)
    seen: dict[tuple[str, ...], int] = field(default_factory=dict)

    def store(
        self, part: str, label: str, instance: M, values: dict[str, Any], *, is_new: bool
    ) -> M:
        """Save what differs and count it; `values` are by attribute."""
        changes = [] if is_new else differences(instance, values)
        for name, value in values.items():
            setattr(instance, name, value)
        if is_new:
            instance.save(force_insert=True)
            self.report.add_new(part, label)
        elif changes:
            instance.save(update_fields=list(values))
            self.report.add_changed(part, label, changes)
        else:
            self.report.add_unchanged(part)
        return instance


class Entry:
    """One entry of a section while it is read; `is_sound` says whether it may be stored."""

    def __init__(self, catalogue: CatalogueFile, kind: str, fields: Fields) -> None:
        self.catalogue = catalogue
        self.fields = fields
        self.kind = kind
        fields.subject = kind
        self.code = ""
        self.identity: tuple[str, ...] = ()
        self._problems_before = len(catalogue.problems.found)
        self._depends_on_broken = False

    def identify(self, scope: str = "", name: str = "code") -> str:
        """Read the entry's code; the same one twice in a section is a problem."""
        self.code = self.fields.require(name, code_reader()) or ""
        self.fields.subject = f"{self.kind} {self.code}".strip()
        self.identity = (self.kind, scope, self.code)
        if self.code:
            self.only_once(name)
        return self.code

    def only_once(self, name: str) -> None:
        """Report an identity that came earlier in the file."""
        first = self.catalogue.seen.setdefault(self.identity, self.fields.line)
        if first != self.fields.line:
            self.fields.problem(name, f"stands twice, first on line {first}", "keep one of them")

    def reference(
        self,
        name: str,
        kind: str,
        rows: models.QuerySet[M],
        *,
        scope: str = "",
        required: bool = True,
    ) -> M | None:
        """The row that a key names by its code; an unknown one is reported with the known."""
        read = self.fields.require if required else self.fields.get
        code = read(name, code_reader())
        if code is None:
            return None
        if (kind, scope, code) in self.catalogue.broken:
            self._depends_on_broken = True
            return None
        row = rows.filter(code=code).first()
        if row is None:
            known = listed(rows.order_by("code").values_list("code", flat=True))
            within = f" of {scope}" if scope else ""
            self.fields.problem(
                name, f"{name} {code!r} is not a {kind}{within}", f"known are: {known}"
            )
        return row

    def references(
        self, name: str, kind: str, rows: models.QuerySet[M] | None, *, scope: str
    ) -> tuple[str, ...]:
        """The codes in a list, in order, each once; unknown ones are reported with the known.

        Without `rows` there is nothing to look them up in, and that was reported elsewhere.
        """
        given = self.fields.get(name, list_of(code_reader())) or []
        if rows is None or not given:
            return ()
        known = set(rows.values_list("code", flat=True))
        for code in given:
            if (kind, scope, code) in self.catalogue.broken:
                self._depends_on_broken = True
            elif code not in known:
                self.fields.problem(
                    name,
                    f"{code!r} is not a {kind} of {scope}",
                    f"known are: {listed(sorted(known))}",
                )
        return tuple(sorted(set(given)))

    def depends_on_broken(self) -> None:
        """Keep the entry from being stored without another report."""
        self._depends_on_broken = True

    def is_sound(self) -> bool:
        """Whether all was well up to here; if not, references to this entry stay silent."""
        sound = (
            len(self.catalogue.problems.found) == self._problems_before
            and not self._depends_on_broken
        )
        if not sound and self.identity:
            self.catalogue.broken.add(self.identity)
        return sound

    def finish(self) -> bool:
        """Report unknown keys, then say whether the entry may be stored."""
        self.fields.finish()
        return self.is_sound()


SectionHandler = Callable[[CatalogueFile, list[Fields]], None]

_upper_sections: dict[str, SectionHandler] = {}


def register_section(key: str, handler: SectionHandler) -> None:
    """Add a section that is read after the catalogue's own; a key is registered once."""
    known = _upper_sections.setdefault(key, handler)
    if known is not handler:
        raise ValueError(f"The catalogue section {key!r} is registered twice.")


def upper_sections() -> dict[str, SectionHandler]:
    """The sections of apps above, in the order in which they were registered."""
    return dict(_upper_sections)
