"""Turns the rows of a foreign file into rows of our fields, telling what can't be turned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from core.errors import InputProblem
from core.imports.cells import read_cell
from core.imports.foreign_file import ForeignRow, ForeignTable
from core.imports.kinds import TargetField
from core.imports.mapping import PLACE, Mapping, MappingRefused, Source
from core.input_tree import Unreadable, listed


@dataclass(frozen=True, slots=True)
class MappedRow:
    """One row of our fields, with its line in the user's file."""

    line: int
    values: dict[str, str]


@dataclass(slots=True)
class MappedTable:
    """The rows of our fields; `columns` names the user's column behind each field."""

    fields: list[str]
    columns: dict[str, str]
    rows: list[MappedRow] = field(default_factory=list)
    skipped: int = 0
    problems: list[InputProblem] = field(default_factory=list)


def apply_mapping(
    table: ForeignTable, mapping: Mapping, fields: Sequence[TargetField], file: str
) -> MappedTable:
    """All rows that the mapping doesn't skip. Raises `MappingRefused` for columns not there."""
    _check_columns(table, mapping, fields)
    named = [item for item in fields if item.name in mapping.sources]
    columns = {
        item.name: ", ".join(dict.fromkeys(mapping.sources[item.name].columns)) for item in named
    }
    mapped = MappedTable([item.name for item in named], columns, problems=list(table.problems))
    known: dict[tuple[str, str, bool], str | Unreadable] = {}
    for row in table.rows:
        if any(rule.matches(row.cells) for rule in mapping.skip):
            mapped.skipped += 1
            continue
        mapped.rows.append(_row(row, named, mapping, mapped, file, known))
    return mapped


def _check_columns(table: ForeignTable, mapping: Mapping, fields: Sequence[TargetField]) -> None:
    reasons = [
        f"{name}: the file has no column “{column}”; it has: {listed(table.columns)}."
        for name, source in mapping.sources.items()
        for column in source.columns
        if column not in table.columns
    ]
    reasons += [
        f"skip_rows: the file has no column “{rule.column}”."
        for rule in mapping.skip
        if rule.column not in table.columns
    ]
    reasons += [
        f"{item.name} ({item.meaning}) is needed: choose its column, or a constant."
        for item in fields
        if item.required and item.name not in mapping.sources
    ]
    if reasons:
        raise MappingRefused(reasons)


def _row(
    row: ForeignRow,
    named: Sequence[TargetField],
    mapping: Mapping,
    mapped: MappedTable,
    file: str,
    known: dict[tuple[str, str, bool], str | Unreadable],
) -> MappedRow:
    """Each different text of a column is turned once; files repeat themselves."""
    values: dict[str, str] = {}
    for item in named:
        source = mapping.sources[item.name]
        text = _text(source, row)
        minus = bool(source.minus_column) and (
            row.cells.get(source.minus_column, "").strip() in source.minus_words
        )
        key = (item.name, text, minus)
        made = known.get(key)
        if made is None:
            made = known[key] = _turn(text, item, source, mapping, minus=minus)
        if isinstance(made, Unreadable):
            column = mapped.columns[item.name]
            what = f"column “{column}”: {item.name} {made.what}"
            mapped.problems.append(InputProblem(file, row.line, what, made.remedy))
        else:
            values[item.name] = made
    return MappedRow(row.line, values)


def _text(source: Source, row: ForeignRow) -> str:
    if source.constant:
        return source.constant
    if source.join:
        joined = PLACE.sub(lambda place: row.cells[place.group(1)].strip(), source.join)
        return " ".join(joined.split()).strip(" ,;")
    text = row.cells.get(source.column, "").strip()
    if source.split:
        parts = text.split(source.split) if source.split.strip() else text.split()
        return parts[source.part - 1].strip() if 0 < source.part <= len(parts) else ""
    return text


def _turn(
    text: str, item: TargetField, source: Source, mapping: Mapping, *, minus: bool
) -> str | Unreadable:
    ours = True  # the mapping's own words are written as we write them
    if source.constant:
        text = source.constant
    elif text in source.values:
        text = source.values[text]
    elif text and source.otherwise is not None:
        text = source.otherwise
    elif text:
        ours = False
    else:
        text = source.default
    try:
        value = read_cell(
            text,
            item,
            dates="yyyy-mm-dd" if ours else source.dates or mapping.dates,
            mark="." if ours else source.decimal or mapping.decimal,
            country=mapping.country if source.country is None else source.country,
        )
    except Unreadable as error:
        return error
    if minus and value.strip("-0."):
        return value.removeprefix("-") if value.startswith("-") else f"-{value}"
    return value
