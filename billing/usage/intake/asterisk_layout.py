"""Asterisk's `Master.csv`: which columns its lines have, by what Asterisk was told to log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from billing.usage.intake.line_filters import LineFilter, filters_of, first_refusing
from billing.usage.intake.record_layout import (
    Fields,
    FieldsReader,
    Layout,
    Problem,
    encoding_of,
)
from billing.usage.models import UsageSource
from core.errors import DomainError

COLUMNS = (
    "accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp",
    "lastdata", "start", "answer", "end", "duration", "billsec", "disposition", "amaflags",
)  # fmt: skip
# Behind them: uniqueid, userfield, then the three of newcdrcolumns; each part may be missing.
_WITH_BOTH = frozenset({18, 21})
_WITHOUT = frozenset({16, 19})
_WITH_ONE = frozenset({17, 20})
_SERVICES = ("accountcode", "src")
_KNOWN_BY = ("uniqueid", "line")
_SEVENTEENTH = ("uniqueid", "userfield")


@dataclass(frozen=True, kw_only=True)
class AsteriskLayout(Layout):
    """16 columns, with uniqueid and userfield 18; each three more with the later ones.

    Of 17 (and 20) `seventeenth` says which of the two it is.
    """

    service_place: int
    uses_unique_id: bool
    line_filters: tuple[LineFilter, ...] = ()
    seventeenth: str = ""

    @property
    def plain_widths(self) -> frozenset[int]:
        return frozenset({16}) | _WITH_BOTH

    @property
    def has_ids(self) -> bool:
        return self.uses_unique_id

    def width_problem(self, width: int, header_width: int) -> Problem | None:
        if width in _WITH_BOTH | _WITHOUT or (width in _WITH_ONE and self.seventeenth):
            return None
        remedy = "fetch the line again whole; with newcdrcolumns there are three more"
        if width in _WITH_ONE:
            remedy = (
                "switch loguniqueid and loguserfield on or off together, or say in the source's "
                "mapping which one it is: column_17: uniqueid"
            )
        return f"{width} columns, where Master.csv has 16 or 18", remedy

    def fields_reader(self, header: Sequence[str]) -> FieldsReader:
        return self._fields_of

    def _fields_of(self, row: list[str]) -> Fields:
        has_id = len(row) in _WITH_BOTH or (
            len(row) in _WITH_ONE and self.seventeenth == "uniqueid"
        )
        unique_id = row[16].strip() if has_id and self.uses_unique_id else ""
        return Fields(
            id=unique_id,
            start=row[10].strip() or row[9],
            service=row[self.service_place],
            called=row[2],
            quantity=row[13],
            type="",
            identity="" if unique_id else "\x1f".join(row),
            ignored=first_refusing(self.filters(()), row),
        )

    def places(self, header: Sequence[str]) -> dict[str, int]:
        places = {
            "start": 9,
            "answer": 10,
            "service": self.service_place,
            "called": 2,
            "quantity": 13,
        }
        return places | ({"id": 16} if self.uses_unique_id else {})

    def filters(self, header: Sequence[str]) -> list[tuple[int, LineFilter]]:
        return [(COLUMNS.index(found.column), found) for found in self.line_filters]

    def same_line(self, texts: Sequence[str]) -> list[str] | None:
        return ["\x1f".join(self.split(text)) for text in texts]


def asterisk_layout(source: UsageSource) -> AsteriskLayout:
    """The layout that the mapping says; `DomainError` if it makes no sense."""
    mapping: dict[str, Any] = source.mapping
    service = _word(source, "service", _SERVICES, "accountcode")
    known_by = _word(source, "id", _KNOWN_BY, "uniqueid")
    seventeenth = _word(source, "column_17", _SEVENTEENTH, "")
    filters = filters_of(mapping)
    strangers = [found.column for found in filters if found.column not in COLUMNS]
    if strangers:
        raise DomainError(
            f"Source {source.code}: `only` and `skip` name columns of Master.csv, not "
            f"{strangers[0]!r}."
        )
    contexts = frozenset(map(str, mapping.get("skip_contexts") or ()))
    if contexts:
        filters += (LineFilter("dcontext", contexts, keeps=False, folds=False),)
    return AsteriskLayout(
        encoding=encoding_of(source),
        service_place=COLUMNS.index(service),
        uses_unique_id=known_by == "uniqueid",
        line_filters=filters,
        seventeenth=seventeenth,
    )


def _word(source: UsageSource, key: str, words: tuple[str, ...], default: str) -> str:
    found = source.mapping.get(key) or default
    if found and found not in words:
        raise DomainError(
            f"Source {source.code}: its mapping's `{key}` is {' or '.join(words)}, not {found!r}."
        )
    return str(found)
