"""The formats of usage files: which columns there are, and where a line keeps what matters."""

from __future__ import annotations

import codecs
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from billing.usage.models import UsageSource
from core.errors import DomainError

ASTERISK_WIDTHS = (16, 18)
REQUIRED_COLUMNS = ("start", "service", "quantity")
KNOWN_COLUMNS = (
    "id", "start", "service", "called", "quantity", "type", "kind", "corrects", "price"
)  # fmt: skip

_OPTIONAL_COLUMNS = tuple(name for name in KNOWN_COLUMNS if name not in REQUIRED_COLUMNS)


class Fields(NamedTuple):
    """What a line says, as text. `identity` is what tells it from others where `id` is empty:
    the whole line; empty where the record's content does. `corrects` is the id of the record that
    a correction names."""

    id: str
    start: str
    service: str
    called: str
    quantity: str
    type: str
    identity: str
    ignored: bool
    kind: str = ""
    corrects: str = ""
    price: str = ""


@dataclass(frozen=True, slots=True)
class AsteriskLayout:
    """Asterisk's `Master.csv`: no header, 16 columns, or 18 with uniqueid and userfield."""

    encoding: str
    service_place: int
    skip_contexts: frozenset[str]
    uses_unique_id: bool
    delimiter: str = ","
    has_header: bool = False

    def header_problem(self, fields: Sequence[str]) -> tuple[str, str] | None:
        return None

    def width_problem(self, width: int, header_width: int) -> tuple[str, str] | None:
        if width in ASTERISK_WIDTHS:
            return None
        return (
            f"{width} columns, where Master.csv has 16 or 18",
            "fetch the line again whole; switch loguniqueid and loguserfield on or off together",
        )

    def fields_of(self, row: list[str], header: Mapping[str, int]) -> Fields:
        unique_id = row[16].strip() if len(row) > 16 and self.uses_unique_id else ""
        return Fields(
            id=unique_id,
            start=row[10].strip() or row[9],
            service=row[self.service_place],
            called=row[2],
            quantity=row[13],
            type="",
            identity="" if unique_id else "\x1f".join(row),
            ignored=row[3].strip() in self.skip_contexts,
        )

    def places(self, header: Sequence[str]) -> dict[str, int]:
        """Which place in a line each known column has."""
        places = {
            "start": 9,
            "answer": 10,
            "service": self.service_place,
            "called": 2,
            "quantity": 13,
            "context": 3,
        }
        return places | ({"id": 16} if self.uses_unique_id else {})


@dataclass(frozen=True, slots=True)
class CsvLayout:
    """CSV with a header line; `columns` says which of its columns is what."""

    encoding: str
    delimiter: str
    columns: Mapping[str, str]
    has_header: bool = True

    def header_problem(self, fields: Sequence[str]) -> tuple[str, str] | None:
        names = [name.strip() for name in fields]
        missing = [name for name in dict.fromkeys(self.columns.values()) if name not in names]
        if missing:
            return (
                f"the header line has no column {', '.join(map(repr, missing))}",
                f"correct the file or the source's mapping: there are {', '.join(names)}",
            )
        twice = [name for name in self.columns.values() if names.count(name) > 1]
        if twice:
            return f"the header line names {twice[0]!r} twice", "name each column once"
        return None

    def width_problem(self, width: int, header_width: int) -> tuple[str, str] | None:
        if width == header_width:
            return None
        return (
            f"{width} columns, where the header line has {header_width}",
            "complete the line; put fields that hold the delimiter in quotes",
        )

    def fields_of(self, row: list[str], header: Mapping[str, int]) -> Fields:
        return Fields(
            id=row[header["id"]].strip() if "id" in header else "",
            start=row[header["start"]],
            service=row[header["service"]],
            called=row[header["called"]] if "called" in header else "",
            quantity=row[header["quantity"]],
            type=row[header["type"]].strip() if "type" in header else "",
            identity="",
            ignored=False,
            kind=row[header["kind"]].strip() if "kind" in header else "",
            corrects=row[header["corrects"]].strip() if "corrects" in header else "",
            price=row[header["price"]] if "price" in header else "",
        )

    def places(self, header: Sequence[str]) -> dict[str, int]:
        """Which place in a line each known column has."""
        names = [name.strip() for name in header]
        return {column: names.index(name) for column, name in self.columns.items()}


Layout = AsteriskLayout | CsvLayout


def layout_of(source: UsageSource) -> Layout:
    """The layout that the source's format and mapping say; `DomainError` if they make no sense."""
    encoding = _encoding(source)
    mapping: dict[str, Any] = source.mapping
    if source.format == UsageSource.Format.ASTERISK:
        service = mapping.get("service", "accountcode")
        if service not in ("accountcode", "src"):
            raise DomainError(
                f"Source {source.code}: its mapping's `service` is accountcode or src, "
                f"not {service!r}."
            )
        known_by = mapping.get("id", "uniqueid")
        if known_by not in ("uniqueid", "line"):
            raise DomainError(
                f"Source {source.code}: its mapping's `id` is uniqueid or line, not {known_by!r}."
            )
        return AsteriskLayout(
            encoding=encoding,
            service_place=("accountcode", "src").index(service),
            skip_contexts=frozenset(map(str, mapping.get("skip_contexts") or ())),
            uses_unique_id=known_by == "uniqueid",
        )
    columns = {
        column: str(name).strip() for column, name in (mapping.get("columns") or {}).items() if name
    }
    missing = [column for column in REQUIRED_COLUMNS if column not in columns]
    if missing or not set(columns) <= set(KNOWN_COLUMNS):
        raise DomainError(
            f"Source {source.code}: its mapping's `columns` name {', '.join(REQUIRED_COLUMNS)} "
            f"and may name {', '.join(_OPTIONAL_COLUMNS)}; "
            f"they name {', '.join(columns) or 'nothing'}."
        )
    delimiter = str(mapping.get("delimiter") or ",")
    if len(delimiter) != 1 or delimiter in '"\r\n':
        raise DomainError(f"Source {source.code}: a delimiter is one character, not {delimiter!r}.")
    return CsvLayout(encoding=encoding, delimiter=delimiter, columns=columns)


def _encoding(source: UsageSource) -> str:
    """The source's encoding, by its usual name; one whose line ends are those of ASCII."""
    try:
        name = codecs.lookup(source.encoding).name
        plain = '",;\t|\r\n09'.encode(name) == b'",;\t|\r\n09'
    except (LookupError, UnicodeError):
        plain = False
    if not plain:
        raise DomainError(
            f"Source {source.code}: the encoding {source.encoding!r} can't be read; "
            "use utf-8, latin-1, cp1252 or another that extends ASCII."
        )
    return name
