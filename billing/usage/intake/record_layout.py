"""The formats of usage files: which columns there are, and where a line keeps what matters."""

from __future__ import annotations

import codecs
import csv
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from billing.usage.intake.line_filters import LineFilter
from billing.usage.models import UsageSource
from core.errors import DomainError

# What is added up to a quantity stands between these in `Fields.quantity`.
SUMMANDS = "\x1f"

QUOTE_PROBLEM = "a quoted field is not closed on its line, or goes on behind its quote"
QUOTE_REMEDY = 'write one record a line, and quotes inside quotes doubled: ""'


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


FieldsReader = Callable[[list[str]], Fields]
Problem = tuple[str, str]


class Unsplittable(ValueError):
    """A line that is not one of its format: what is wrong with it, and how to mend it."""

    def __init__(self, what: str, remedy: str = "") -> None:
        self.what, self.remedy = what, remedy
        super().__init__(what)


@dataclass(frozen=True, slots=True)
class Trailer:
    """A file's last line: the word it begins with, and in which columns it counts the records
    and adds their quantities up (counted from 1)."""

    mark: str
    count: int | None = None
    sum: int | None = None
    decimal_sign: str = "."


@dataclass(frozen=True, kw_only=True)
class Layout(ABC):
    """How files of one source are built. A record is a line, or a block of lines (`in_blocks`):
    one that begins in the first column, and those behind it that don't.

    `lines_before` are passed over at the file's beginning. Lines that begin with one of the
    `marks` are no usage, whatever their columns.
    """

    encoding: str
    delimiter: str = ","
    has_header: bool = False
    lines_before: int = 0
    marks: frozenset[str] = frozenset()
    trailer: Trailer | None = None
    in_blocks: ClassVar[bool] = False

    @property
    def is_plain(self) -> bool:
        """Whether lines may be read in columns, all at once."""
        return True

    @property
    def plain_widths(self) -> frozenset[int] | None:
        """How many columns such lines have; None: any."""
        return None

    @property
    @abstractmethod
    def has_ids(self) -> bool:
        """Whether its records carry an id of their own."""

    def split(self, text: str) -> list[str]:
        """The fields of a record's text. Raises `Unsplittable`."""
        try:
            return next(csv.reader((text,), delimiter=self.delimiter, strict=True))
        except csv.Error:
            raise Unsplittable(QUOTE_PROBLEM, QUOTE_REMEDY) from None

    def is_marked(self, fields: Sequence[str]) -> bool:
        """Whether a line says by its first word that it is no usage."""
        return bool(fields) and fields[0].strip() in self.marks

    def header_problem(self, fields: Sequence[str]) -> Problem | None:
        """What is wrong with the header line."""
        return None

    @abstractmethod
    def width_problem(self, width: int, header_width: int) -> Problem | None:
        """What is wrong with a line of so many columns."""

    @abstractmethod
    def fields_reader(self, header: Sequence[str]) -> FieldsReader:
        """What says what a line says, given the file's header line."""

    @abstractmethod
    def places(self, header: Sequence[str]) -> dict[str, int]:
        """Which place in a line each known column has, where lines may be read in columns."""

    def filters(self, header: Sequence[str]) -> list[tuple[int, LineFilter]]:
        """Which lines are usage: filters, with the places of their columns."""
        return []

    def same_line(self, texts: Sequence[str]) -> list[str] | None:
        """What tells lines without an id apart; None if what they say does."""
        return None


def encoding_of(source: UsageSource) -> str:
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
