"""Try an import: it is done in full and taken back at once, so that the preview is the truth."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from django.db import transaction

from core.errors import InputRefused
from core.imports.report_form import totals, write_problems, write_report
from core.imports.run import Outcome, run_batch
from core.models import ImportBatch
from core.services.keep_import import move


def preview_import(
    batch: ImportBatch,
    *,
    now: datetime,
    as_of: date,
    step: Callable[[], None] = lambda: None,
) -> Outcome | None:
    """Note on the batch what taking it in would do; None where rows stop it (see its report)."""
    try:
        with transaction.atomic():
            outcome = run_batch(batch, as_of=as_of, now=now, is_preview=True, step=step)
            transaction.set_rollback(True)
    except InputRefused as refused:
        lines = {problem.line for problem in refused.problems}
        values = {"report": {"problems": write_problems(refused.problems)}, "failed": len(lines)}
        move(batch, ImportBatch.State.PREVIEWED, **values, new=0, changed=0, unchanged=0)
        return None
    failed = len({problem.line for problem in outcome.problems})
    report = write_report(outcome.report, outcome.problems)
    counts = totals(outcome.report)
    move(batch, ImportBatch.State.PREVIEWED, report=report, failed=failed, **counts)
    return outcome
