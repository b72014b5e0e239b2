"""What a source would make of a sample file: raw beside parsed, and what is wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.db import OperationalError, connection, transaction

from billing.usage.intake.archives import UnpackedFile, unpacked
from billing.usage.intake.events import Event, EventReader
from billing.usage.intake.framing import CheckedFile, check_file, lines_of
from billing.usage.intake.layouts import layout_of
from billing.usage.intake.normalising import instant, normaliser_of
from billing.usage.models import USAGE_TYPE_NAMES, SuspendedUsage, UsageFile, UsageSource
from billing.usage.quantity_words import quantity_in_words
from billing.usage.services.import_usage_file import ImportedFile, import_usage_file
from core.errors import DomainError, InputProblem, InputRefused
from core.money import from_micro

ROWS_SHOWN_MAX = 50
LOCK_SECONDS_MAX = 3


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A record of the sample: as it came, as it is read, and what is wrong with it."""

    line: int
    raw: str
    start: str = ""
    usage_type: str = ""
    service: str = ""
    called: str = ""
    quantity: str = ""
    price: str = ""
    problem: str = ""
    ignored: bool = False


@dataclass(slots=True)
class SourcePreview:
    """What would become of a sample. `problems` refuse it as a whole; then there are no counts."""

    name: str
    problems: list[InputProblem] = field(default_factory=list)
    rows: list[PreviewRow] = field(default_factory=list)
    counts: list[tuple[str, int]] = field(default_factory=list)
    others: list[InputProblem] = field(default_factory=list)
    known: UsageFile | None = None


def preview_source(
    source: UsageSource, path: Path, name: str, now: datetime
) -> list[SourcePreview]:
    """Read and rate a sample as `source` says, which may hold changes that aren't stored.

    Nothing of it is kept. Of an archive each file is shown. Raises `DomainError` where the
    settings make no sense.
    """
    layout_of(source)
    normaliser_of(source)
    try:
        with unpacked(path, many=source.many_in_archive) as files:
            return [_preview(source, file, name, now) for file in files]
    except InputRefused as refused:
        return [SourcePreview(name, [_named(problem, path, name) for problem in refused.problems])]


def _named(problem: InputProblem, path: Path, name: str) -> InputProblem:
    shown = problem.file.replace(str(path), name, 1)
    return InputProblem(shown, problem.line, problem.what, problem.remedy)


def _preview(source: UsageSource, file: UnpackedFile, name: str, now: datetime) -> SourcePreview:
    inside = file.name.partition("/")[2]
    preview = SourcePreview(f"{name}/{inside}" if inside else name)
    try:
        checked = check_file(file.path, layout_of(source), name=preview.name)
    except InputRefused as refused:
        preview.problems = refused.problems
        return preview
    imported = _tried(source, file, preview.name, now)
    preview.known = imported.known
    problems = {problem.line: problem for problem in imported.problems}
    preview.rows = _rows(source, checked, problems)
    last = preview.rows[-1].line if preview.rows else 0
    preview.others = [problem for problem in imported.problems if problem.line > last]
    preview.counts = [
        ("records and ignored lines", checked.rows),
        ("would be rated", imported.rated),
        ("duplicates", imported.duplicates),
        ("ignored", imported.ignored),
        *(
            (f"suspended: {SuspendedUsage.Reason(reason).label}", count)
            for reason, count in sorted(imported.suspended.items())
        ),
    ]
    return preview


def _tried(source: UsageSource, file: UnpackedFile, name: str, now: datetime) -> ImportedFile:
    """What an import would tell. Nobody waits here for an import that is going on."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_SECONDS_MAX}s'")
            imported = import_usage_file(
                source=source, path=file.path, shown=name, name=name, now=now
            )
            transaction.set_rollback(True)
    except OperationalError:
        raise DomainError(
            f"A file of {source.code} is being taken in; try again once it is done."
        ) from None
    return imported


def _rows(
    source: UsageSource, checked: CheckedFile, problems: dict[int, InputProblem]
) -> list[PreviewRow]:
    layout = layout_of(source)
    reader = EventReader(source.pk or 0, layout, normaliser_of(source), checked.header)
    rows: list[PreviewRow] = []
    for part in checked.parts:
        for line in lines_of(checked.bytes_of(part), part, layout)[: ROWS_SHOWN_MAX - len(rows)]:
            events, ignored = reader.read([line])
            if ignored:
                rows.append(PreviewRow(line.number, line.text, ignored=True))
            else:
                rows.append(_row(source, events[0], problems.get(line.number)))
        if len(rows) == ROWS_SHOWN_MAX:
            break
    return rows


def _row(source: UsageSource, event: Event, problem: InputProblem | None) -> PreviewRow:
    zone = ZoneInfo(source.brand.zone)
    kind = event.usage_type
    trouble = event.trouble
    wrong = trouble and "; ".join(filter(None, (trouble.what, trouble.remedy)))
    if problem is not None:
        wrong = "; ".join(filter(None, (problem.what, problem.remedy)))
    return PreviewRow(
        line=event.line.number,
        raw=event.line.text,
        start=""
        if event.start is None
        else f"{instant(event.start).astimezone(zone):%Y-%m-%d %H:%M:%S}",
        usage_type=USAGE_TYPE_NAMES.get(kind or 0, ""),
        service=event.services[-1],
        called=event.called or "",
        quantity=""
        if event.quantity is None or kind is None
        else quantity_in_words(event.quantity, kind),
        price="" if event.price_micro is None else f"{from_micro(event.price_micro):f}",
        problem=wrong or "",
    )
