"""Take an import in for good: all of it in one transaction, every change marked as its."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from core.errors import DomainError, InputRefused
from core.history import Channel
from core.imports.batch_context import batch_context
from core.imports.foreign_file import read_foreign
from core.imports.kinds import kind_of
from core.imports.mapping import parse_mapping
from core.imports.report_form import totals, write_problems, write_report
from core.imports.run import Outcome, run_batch
from core.imports.suggest import fingerprint
from core.imports.written_tables import without_history, written_tables
from core.input_report import ImportReport
from core.models import Approval, ImportBatch, Job, User
from core.services.enqueue_job import enqueue_job
from core.services.keep_import import move, remember_mapping, start_import

JOB_KIND = "apply_import"
State = ImportBatch.State


def confirm_import(
    batch: ImportBatch, *, user: User | None, now: datetime, approval: Approval | None = None
) -> Job:
    """Ask a worker to take a previewed import in.

    Raises DomainError where the preview found rows that stop it, or nothing to do, and where files
    of this kind need a second person and `approval` is not one that was given for this one.
    """
    needed = kind_of(batch.kind).approval
    if needed and not _allows(approval, needed, batch):
        raise DomainError("A second person decides on files of this kind: ask for it.")
    if batch.state == State.PREVIEWED and not batch.report.get("parts"):
        raise DomainError("Rows of this file can't be taken in: mend or leave them out first.")
    with transaction.atomic():
        move(batch, State.APPLYING, applied_by=user)
        return enqueue_job(
            JOB_KIND,
            payload={"batch": batch.pk},
            now=now,
            brand=batch.brand,
            requested_by=user,
            unique_key=f"{JOB_KIND}:{batch.pk}",
        )


def apply_import(
    batch_id: int,
    *,
    channel: Channel,
    now: datetime,
    as_of: date,
    step: Callable[[], None] = lambda: None,
    told: Callable[[Outcome], None] = lambda _: None,
) -> ImportBatch:
    """Take the file in; called again after a crash it goes on, or finds it done.

    `told` is given the full outcome, of which the batch keeps the first rows.

    A file that is refused now, though its preview was well, leaves the batch failed with the
    problems; nothing of it is stored then.
    """
    try:
        with transaction.atomic():
            batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
            if batch.state == State.APPLIED:
                return batch
            if batch.state != State.APPLYING:
                raise DomainError(f"Import {batch.pk} waits for no one: it is {batch.state}.")
            before = written_tables()
            user_id = batch.applied_by_id
            source = f"import of {batch.file_name}"
            with batch_context(batch.pk, channel=channel, user_id=user_id, source=source):
                outcome = run_batch(batch, as_of=as_of, now=now, is_preview=False, step=step)
            _require_as_approved(batch, outcome)
            _store(batch, outcome, before, now)
            told(outcome)
            return batch
    except InputRefused as refused:
        _fail(batch_id, write_problems(refused.problems))
        raise
    except DomainError as error:
        _fail(batch_id, [{"line": 1, "what": str(error), "remedy": ""}])
        raise


def _allows(approval: Approval | None, kind: str, batch: ImportBatch) -> bool:
    return (
        approval is not None
        and approval.state == Approval.State.APPROVED
        and (approval.kind, approval.subject) == (kind, batch)
    )


@dataclass(slots=True)
class Recording:
    """An import that a command does by itself: it puts the report here when it is done."""

    batch: ImportBatch
    report: ImportReport | None = None


@contextmanager
def recorded_import(
    kind: str,
    content: bytes,
    *,
    file: str,
    now: datetime,
    options: Mapping[str, Any] | None = None,
) -> Iterator[Recording]:
    """Record an import that a command does inside, in the same transaction.

    What goes wrong inside leaves no record, as nothing was stored either.
    """
    with transaction.atomic():
        batch = start_import(
            kind, content, file=file, now=now, options=options, state=State.APPLYING
        )
        recording = Recording(batch)
        before = written_tables()
        source = f"import of {batch.file_name}"
        with batch_context(batch.pk, channel="command", source=source):
            yield recording
        _store(batch, Outcome(recording.report or ImportReport()), before, now)


def _require_as_approved(batch: ImportBatch, outcome: Outcome) -> None:
    """What a second person let through is done as it was shown, or not at all."""
    if not kind_of(batch.kind).approval or not batch.report.get("parts"):
        return  # commands take files in without asking; they have shown nothing before
    done = json.loads(json.dumps(write_report(outcome.report, outcome.problems)))
    if (done["parts"], done["rows"]) != (batch.report["parts"], batch.report["rows"]):
        raise DomainError(
            "What it is compared with changed after it was approved: try it again, and ask anew."
        )


def _store(batch: ImportBatch, outcome: Outcome, before: dict[str, int], now: datetime) -> None:
    kind = kind_of(batch.kind)
    reason = kind.not_revertible
    if not reason and kind.revert is None and (tables := without_history(before)):
        reason = f"It also wrote rows that keep no history: {', '.join(tables)}."[:500]
    move(
        batch,
        State.APPLIED,
        report=write_report(outcome.report, outcome.problems),
        failed=len({problem.line for problem in outcome.problems}),
        not_revertible=reason,
        applied_at=now,
        **totals(outcome.report),
    )
    if batch.mapping and kind.fields:
        shape = parse_mapping(batch.mapping, kind.fields).shape
        columns = read_foreign(batch.content, batch.file_name, shape).columns
        remember_mapping(batch, fingerprint(columns), now=now)


def _fail(batch_id: int, problems: list[dict[str, Any]]) -> None:
    batch = ImportBatch.objects.get(pk=batch_id)
    if batch.state == State.APPLYING:
        lines = {problem["line"] for problem in problems}
        move(batch, State.FAILED, report={"problems": problems}, failed=len(lines))
