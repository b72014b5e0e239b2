"""What the page of an import shows: totals, tabs of rows with their cells, progress, buttons."""

from __future__ import annotations

from typing import Any

from unfold.widgets import INPUT_CLASSES

from core.errors import InputProblem
from core.imports.kinds import UnknownImportError, kind_of
from core.imports.queries import same_import
from core.imports.report_form import read_problems
from core.models import ImportBatch, Job
from core.services.ask_for_import import request_waiting

TABS = (
    ("new", "New"),
    ("changed", "Changed"),
    ("unchanged", "Unchanged"),
    ("failed", "Can't be taken in"),
)
ERRORS_SHOWN_MAX = 200
State = ImportBatch.State


def import_page(batch: ImportBatch, *, tab: str) -> dict[str, Any]:
    """The context of an import's page; `tab` is the chosen one, if any."""
    tabs = [{"name": name, "title": title, "count": getattr(batch, name)} for name, title in TABS]
    known = {name for name, _ in TABS}
    chosen = tab if tab in known else _first_tab(batch)
    problems = batch.report.get("problems", [])
    job = _job(batch)
    return {
        "title": f"{_label(batch)}: {batch.file_name}",
        "batch": batch,
        "label": _label(batch),
        "tabs": tabs,
        "tab": chosen,
        "rows": batch.report.get("rows", {}).get(chosen, []),
        "count": getattr(batch, chosen),
        "problems": problems[:ERRORS_SHOWN_MAX] if chosen == "failed" else [],
        "problems_more": max(0, len(problems) - ERRORS_SHOWN_MAX),
        "warnings": batch.report.get("warnings", [])[:ERRORS_SHOWN_MAX],
        "parts": batch.report.get("parts", {}),
        "same": same_import(batch) if batch.state in (State.DRAFT, State.PREVIEWED) else None,
        **_second_person(batch),
        "can_confirm": batch.state == State.PREVIEWED and bool(batch.report.get("parts")),
        "job": job,
        "input_classes": " ".join(INPUT_CLASSES),
        "refresh": batch.state == State.APPLYING and job is not None and job.state != "parked",
    }


def read_errors(batch: ImportBatch) -> list[InputProblem]:
    """The problems of the kept report."""
    return read_problems(batch.report, batch.file_name)


def _first_tab(batch: ImportBatch) -> str:
    if batch.failed:
        return "failed"
    return next((name for name, _ in TABS if getattr(batch, name)), "new")


def _label(batch: ImportBatch) -> str:
    try:
        return kind_of(batch.kind).label
    except UnknownImportError:
        return batch.kind


def _second_person(batch: ImportBatch) -> dict[str, Any]:
    """Whether one is needed, and the request that waits for them."""
    if batch.state != State.PREVIEWED:
        return {"needs_second": False, "waiting": None}
    needs = bool(kind_of(batch.kind).approval)
    return {"needs_second": needs, "waiting": request_waiting(batch) if needs else None}


def _job(batch: ImportBatch) -> Job | None:
    if batch.state != State.APPLYING:
        return None
    return Job.objects.filter(unique_key=f"apply_import:{batch.pk}").first()
