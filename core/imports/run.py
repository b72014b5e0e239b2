"""Reads a batch's file by its mapping and hands the rows to the service that takes them in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.db import transaction

from core.errors import InputProblem, InputRefused
from core.imports.apply_mapping import MappedTable, apply_mapping
from core.imports.cells import read_cell
from core.imports.foreign_file import FileShape, ForeignTable, read_foreign
from core.imports.kinds import YES, ImportKind, ImportRequest, TargetField, kind_of
from core.imports.mapping import Mapping, Source, parse_mapping
from core.imports.our_form import repeated_lines, turn_back, write_our_form
from core.input_report import ImportReport
from core.input_tree import Unreadable
from core.models import ImportBatch

ROUNDS_MAX = 8


@dataclass(slots=True)
class Outcome:
    """What taking a file in did; `problems` are of rows that were left out."""

    report: ImportReport
    problems: list[InputProblem] = field(default_factory=list)
    rows: int = 0
    skipped: int = 0


def run_batch(
    batch: ImportBatch,
    *,
    as_of: date,
    now: datetime,
    is_preview: bool,
    step: Callable[[], None] = lambda: None,
) -> Outcome:
    """Take the file in. Raises `InputRefused` with every problem; nothing is stored then.

    With the option `leave_out` failing rows are left out instead, and told as problems.
    """
    kind = kind_of(batch.kind)
    request = ImportRequest(
        content=batch.content,
        file=batch.file_name,
        brand=batch.brand,
        as_of=as_of,
        now=now,
        options=read_options(kind, batch.options),
        step=step,
        is_preview=is_preview,
    )
    if not batch.mapping or not kind.fields:
        with transaction.atomic():
            return Outcome(kind.take_in(request))
    mapping = with_brand(parse_mapping(batch.mapping, kind.fields), kind, batch)
    table = read_foreign(batch.content, batch.file_name, mapping.shape)
    mapped = apply_mapping(table, mapping, kind.fields, batch.file_name)
    _check_brands(mapped, batch)
    if batch.options.get("leave_out"):
        return _good_rows(kind, request, mapped)
    if mapped.problems:
        raise InputRefused(_all_problems(kind, request, mapped))
    with transaction.atomic():
        return Outcome(_take_in(kind, request, mapped, frozenset()), [], *_counts(mapped))


def with_brand(mapping: Mapping, kind: ImportKind, batch: ImportBatch) -> Mapping:
    """The mapping with the batch's brand where the file has no column for it."""
    if batch.brand is None or kind.field("brand") is None or "brand" in mapping.sources:
        return mapping
    sources = {**mapping.sources, "brand": Source(constant=batch.brand.code)}
    return replace(mapping, sources=sources)


def read_options(kind: ImportKind, options: dict[str, object]) -> dict[str, str]:
    """What was said beside the file, checked by type; raises `InputRefused`."""
    read: dict[str, str] = {}
    problems: list[InputProblem] = []
    for item in kind.options:
        text = str(options.get(item.name) or "")
        if not text and item.required:
            problems.append(InputProblem("options", 1, f"{item.name} is missing", item.meaning))
            continue
        try:
            read[item.name] = _option(text, item)
        except Unreadable as error:
            problems.append(InputProblem("options", 1, f"{item.name} {error.what}", error.remedy))
    problems += [
        InputProblem("options", 1, f"{item.name} is missing", item.meaning)
        for item in kind.options
        if read.get(item.needed_with) == YES and not read.get(item.name)
    ]
    if problems:
        raise InputRefused(problems)
    return read


def _option(text: str, item: TargetField) -> str:
    return read_cell(text, item, dates="yyyy-mm-dd", mark=".", country="")


def _counts(mapped: MappedTable) -> tuple[int, int]:
    return len(mapped.rows), mapped.skipped


def _check_brands(mapped: MappedTable, batch: ImportBatch) -> None:
    """A brand that this batch may not touch looks like one that isn't there."""
    if batch.brand is None:
        return
    for row in mapped.rows:
        code = row.values.get("brand")
        if code is not None and code != batch.brand.code:
            column = mapped.columns.get("brand")
            what = f"brand {code!r} is not known"
            what = f"column “{column}”: {what}" if column else what
            remedy = f"known are: {batch.brand.code}"
            mapped.problems.append(InputProblem(batch.file_name, row.line, what, remedy))


def _take_in(
    kind: ImportKind, request: ImportRequest, mapped: MappedTable, leave_out: frozenset[int]
) -> ImportReport:
    repeated = repeated_lines(mapped) if kind.repeats_are_one else frozenset()
    form = write_our_form(mapped, leave_out | repeated)
    try:
        report = kind.take_in(replace(request, content=form.content, is_mapped=True))
    except InputRefused as refused:
        raise InputRefused(turn_back(refused.problems, form)) from None
    report.warnings = turn_back(report.warnings, form)
    return report


def _all_problems(
    kind: ImportKind, request: ImportRequest, mapped: MappedTable
) -> list[InputProblem]:
    """The mapping's problems and those of the rows that could be mapped, so one look tells all."""
    problems = list(mapped.problems)
    left = frozenset(problem.line for problem in problems)
    if len(left) < len(mapped.rows):
        try:
            with transaction.atomic():
                _take_in(kind, request, mapped, left)
                transaction.set_rollback(True)
        except InputRefused as refused:
            problems += refused.problems
    return sorted(problems, key=lambda problem: problem.line)


def _good_rows(kind: ImportKind, request: ImportRequest, mapped: MappedTable) -> Outcome:
    """Take in what is sound. What refers to a row left out fails in the next round."""
    problems = list(mapped.problems)
    for _ in range(ROUNDS_MAX):
        leave_out = _with_relatives(kind, mapped, {problem.line for problem in problems})
        if len(leave_out) >= len(mapped.rows):
            raise InputRefused(problems)
        try:
            with transaction.atomic():
                report = _take_in(kind, request, mapped, leave_out)
        except InputRefused as refused:
            fresh = [item for item in refused.problems if item.line not in leave_out]
            if not fresh:
                raise
            problems += fresh
            continue
        problems += _told_of_relatives(leave_out, problems, request.file)
        ordered = sorted(problems, key=lambda problem: problem.line)
        return Outcome(report, ordered, *_counts(mapped))
    raise InputRefused(problems)


def _with_relatives(kind: ImportKind, mapped: MappedTable, lines: set[int]) -> frozenset[int]:
    if not kind.row_key:
        return frozenset(lines)
    by_key: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for row in mapped.rows:
        by_key[tuple(row.values.get(name, "") for name in kind.row_key)].append(row.line)
    return frozenset(lines).union(
        *(group for group in by_key.values() if lines.intersection(group))
    )


def _told_of_relatives(
    leave_out: Iterable[int], problems: list[InputProblem], file: str
) -> list[InputProblem]:
    told = {problem.line for problem in problems}
    lines = sorted(set(leave_out) - told)
    what = "left out, as another row of the same thing can't be taken in"
    return [InputProblem(file, line, what) for line in lines]


def table_of(batch: ImportBatch, kind: ImportKind) -> ForeignTable:
    """The batch's file by columns and rows, as far as it can be read.

    Where the shape that was chosen doesn't fit the file, the one that is found in it counts.
    """
    shapes = [parse_mapping(batch.mapping, kind.fields).shape] if batch.mapping else []
    for shape in (*shapes, None):
        try:
            return read_foreign(batch.content, batch.file_name, shape)
        except InputRefused:
            continue
    return ForeignTable(FileShape(), [], [])
