"""How the columns of a foreign file become ours: the documented form, read and checked."""

from __future__ import annotations

import re
from collections.abc import Mapping as Words
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from core.errors import DomainError
from core.imports.cells import DATE_FORMATS
from core.imports.foreign_file import DELIMITERS, ENCODINGS, FileShape
from core.imports.kinds import TargetField
from core.input_tree import listed

PLACE = re.compile(r"\{([^{}]+)\}")
_FILE_KEYS = (
    "format",
    "encoding",
    "delimiter",
    "skip_lines",
    "footer_lines",
    "header",
    "dates",
    "decimal",
    "country",
)
_SOURCE_KEYS = (
    "column",
    "constant",
    "join",
    "default",
    "values",
    "otherwise",
    "split",
    "part",
    "dates",
    "decimal",
    "country",
    "minus_column",
    "minus_words",
)
_RULE_KEYS = ("column", "is", "is_not", "empty")
_NAMED_DELIMITERS = {name: mark for mark, name in DELIMITERS.items()}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a field's value comes from: one column, several joined, or the same text always.

    `values` turns words of the file into ours, `otherwise` stands for every other word.
    `minus_column` names the column whose words `minus_words` make an amount negative.
    """

    column: str = ""
    join: str = ""
    constant: str = ""
    default: str = ""
    values: Words[str, str] = field(default_factory=dict)
    otherwise: str | None = None
    split: str = ""
    part: int = 1
    dates: str = ""
    decimal: str = ""
    country: str | None = None
    minus_column: str = ""
    minus_words: tuple[str, ...] = ()

    @property
    def columns(self) -> list[str]:
        """The columns of the file that it reads."""
        named = [self.column] if self.column else PLACE.findall(self.join)
        return named + ([self.minus_column] if self.minus_column else [])


@dataclass(frozen=True, slots=True)
class SkipRule:
    """Rows that don't count: a column has one of some words, has none of them, or is empty."""

    column: str
    words: tuple[str, ...] = ()
    other_words: tuple[str, ...] = ()
    when_empty: bool | None = None

    def matches(self, cells: Words[str, str]) -> bool:
        """Whether the row is left out."""
        text = cells.get(self.column, "").strip()
        if self.when_empty is not None and (not text) == self.when_empty:
            return True
        if self.words and text in self.words:
            return True
        return bool(self.other_words) and text not in self.other_words


@dataclass(frozen=True, slots=True)
class Mapping:
    """A file's shape, its way of writing dates and amounts, and where each field comes from."""

    shape: FileShape = field(default_factory=FileShape)
    dates: str = "yyyy-mm-dd"
    decimal: str = "."
    country: str = ""
    skip: tuple[SkipRule, ...] = ()
    sources: Words[str, Source] = field(default_factory=dict)


class MappingRefused(DomainError):
    """A mapping that can't be used: every reason, one a line."""

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = list(reasons)
        super().__init__(" ".join(self.reasons))


def parse_mapping(data: Any, fields: Sequence[TargetField]) -> Mapping:
    """A mapping from its documented form (docs/importing.md); raises `MappingRefused`."""
    reader = _Reader(fields)
    mapping = reader.read(data)
    if reader.reasons:
        raise MappingRefused(reader.reasons)
    return mapping


def write_mapping(mapping: Mapping) -> dict[str, Any]:
    """The documented form of a mapping: reading it again gives the same."""
    shape = mapping.shape
    about: dict[str, Any] = {
        "format": shape.format,
        "encoding": shape.encoding,
        "delimiter": DELIMITERS.get(shape.delimiter, shape.delimiter),
        "skip_lines": shape.skip_lines,
        "footer_lines": shape.footer_lines,
        "dates": mapping.dates,
        "decimal": mapping.decimal,
        "country": mapping.country,
    }
    written: dict[str, Any] = {"file": {key: value for key, value in about.items() if value}}
    if not shape.has_header:
        written["file"]["header"] = False
    if mapping.skip:
        written["skip_rows"] = [_write_rule(rule) for rule in mapping.skip]
    written["fields"] = {name: _write_source(item) for name, item in mapping.sources.items()}
    return written


def _write_rule(rule: SkipRule) -> dict[str, Any]:
    written: dict[str, Any] = {"column": rule.column}
    if rule.words:
        written["is"] = list(rule.words)
    if rule.other_words:
        written["is_not"] = list(rule.other_words)
    if rule.when_empty is not None:
        written["empty"] = rule.when_empty
    return written


def _write_source(source: Source) -> dict[str, Any]:
    written: dict[str, Any] = {}
    for key in _SOURCE_KEYS:
        value = getattr(source, key)
        plain: Any = dict(value) if key == "values" else value
        plain = list(plain) if key == "minus_words" else plain
        if key == "part":
            if source.split:
                written[key] = plain
        elif plain not in ("", None, {}, []) or (key == "otherwise" and plain is not None):
            written[key] = plain
    if source.country == "":
        written["country"] = ""
    return written


class _Reader:
    """Reads the plain data of a mapping and collects every reason against it."""

    def __init__(self, fields: Sequence[TargetField]) -> None:
        self.fields = {item.name: item for item in fields}
        self.reasons: list[str] = []

    def read(self, data: Any) -> Mapping:
        if not isinstance(data, dict):
            self.reasons.append("A mapping begins with fields: and one line for each field.")
            return Mapping()
        self._known(data, ("file", "skip_rows", "fields"), "The mapping")
        about = self._table(data.get("file"), "file")
        self._known(about, _FILE_KEYS, "file")
        return Mapping(
            shape=self._shape(about),
            dates=self._dates(about, "file") or "yyyy-mm-dd",
            decimal=self._decimal(about, "file") or ".",
            country=self._text(about, "country").upper(),
            skip=self._rules(data.get("skip_rows")),
            sources=self._sources(data.get("fields")),
        )

    def _shape(self, about: dict[str, Any]) -> FileShape:
        delimiter = self._text(about, "delimiter", strip=False)
        delimiter = _NAMED_DELIMITERS.get(delimiter.strip().lower(), delimiter)
        delimiter = "\t" if delimiter == "\\t" else delimiter
        if delimiter and delimiter not in DELIMITERS:
            self.reasons.append(f"file: the delimiter is one of: {', '.join(_NAMED_DELIMITERS)}.")
            delimiter = ""
        encoding = self._text(about, "encoding").lower()
        if encoding and encoding not in (*ENCODINGS, "utf-16-le", "utf-16-be"):
            self.reasons.append(f"file: the encoding is one of: {', '.join(ENCODINGS)}.")
        form = self._text(about, "format").lower()
        if form not in ("", "csv", "jsonl"):
            self.reasons.append("file: the format is csv or jsonl.")
        skip, footer = (self._count(about, key) for key in ("skip_lines", "footer_lines"))
        header = str(about.get("header", True)).lower() in ("true", "yes", "1")
        return FileShape(form, encoding, delimiter, skip, footer, header)

    def _rules(self, data: Any) -> tuple[SkipRule, ...]:
        rules: list[SkipRule] = []
        for item in data if isinstance(data, list) else [data] if data else []:
            rule = self._table(item, "skip_rows")
            self._known(rule, _RULE_KEYS, "skip_rows")
            column = self._text(rule, "column")
            empty = rule.get("empty")
            words, others = self._words(rule, "is"), self._words(rule, "is_not")
            if not column or not (words or others or empty is not None):
                self.reasons.append("skip_rows: name a column, and is:, is_not: or empty:.")
                continue
            when_empty = None if empty is None else str(empty).lower() in ("true", "yes", "1")
            rules.append(SkipRule(column, words, others, when_empty))
        return tuple(rules)

    def _sources(self, data: Any) -> dict[str, Source]:
        sources: dict[str, Source] = {}
        for name, item in self._table(data, "fields").items():
            if name not in self.fields:
                self.reasons.append(
                    f"fields: {name!r} is not a known field; known are: {listed(self.fields)}."
                )
            elif (source := self._source(str(name), item)) is not None:
                sources[str(name)] = source
        return sources

    def _source(self, name: str, data: Any) -> Source | None:
        if not isinstance(data, dict):
            return Source(column=str(data)) if data not in (None, "") else None
        self._known(data, _SOURCE_KEYS, name)
        source = Source(
            column=self._text(data, "column"),
            join=self._text(data, "join"),
            constant=self._text(data, "constant"),
            default=self._text(data, "default"),
            values={
                str(key): self._plain(value)
                for key, value in self._table(data.get("values"), f"{name}: values").items()
            },
            otherwise=None if data.get("otherwise") is None else self._plain(data["otherwise"]),
            split=self._text(data, "split", strip=False),
            part=self._count(data, "part", 1),
            dates=self._dates(data, name),
            decimal=self._decimal(data, name),
            country=None if data.get("country") is None else self._text(data, "country").upper(),
            minus_column=self._text(data, "minus_column"),
            minus_words=self._words(data, "minus_words"),
        )
        named = [bool(source.column), bool(source.join), bool(source.constant)]
        if sum(named) > 1 or (not any(named) and not source.default):
            self.reasons.append(f"{name}: name one of column:, join: and constant:.")
        if source.minus_words and not source.minus_column:
            self.reasons.append(f"{name}: name the column of minus_words with minus_column:.")
        return source

    def _table(self, data: Any, where: str) -> dict[str, Any]:
        if isinstance(data, dict):
            return data
        if data not in (None, ""):
            self.reasons.append(f"{where}: write it as “key: value”.")
        return {}

    def _known(self, data: dict[str, Any], known: Sequence[str], where: str) -> None:
        for key in data:
            if key not in known:
                self.reasons.append(
                    f"{where}: {key!r} is not known; known are: {', '.join(known)}."
                )

    def _plain(self, value: Any) -> str:
        return str(value).lower() if isinstance(value, bool) else str(value)

    def _text(self, data: dict[str, Any], key: str, *, strip: bool = True) -> str:
        value = data.get(key)
        text = "" if value is None else self._plain(value)
        return text.strip() if strip else text

    def _words(self, data: dict[str, Any], key: str) -> tuple[str, ...]:
        value = data.get(key)
        items = value if isinstance(value, list) else [] if value is None else [value]
        return tuple(self._plain(item).strip() for item in items)

    def _count(self, data: dict[str, Any], key: str, default: int = 0) -> int:
        text = self._text(data, key) or str(default)
        if text.isascii() and text.isdigit() and int(text) <= 1_000_000:
            return int(text)
        self.reasons.append(f"{key}: {text!r} is not a whole number.")
        return default

    def _dates(self, data: dict[str, Any], where: str) -> str:
        name = self._text(data, "dates").lower()
        if name and name not in DATE_FORMATS:
            self.reasons.append(f"{where}: dates are written as: {', '.join(DATE_FORMATS)}.")
            return ""
        return name

    def _decimal(self, data: dict[str, Any], where: str) -> str:
        mark = {"comma": ",", "point": "."}.get(
            self._text(data, "decimal").lower(), self._text(data, "decimal")
        )
        if mark not in ("", ",", "."):
            self.reasons.append(f"{where}: decimal is comma or point.")
            return ""
        return mark
