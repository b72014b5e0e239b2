"""A second person decides on a file: its difference is shown, and carried out as it was shown.

An app declares the kind in its `approval_kinds.py` and names it in its import kind:

    @approval_kind("import_rates", permission="catalog.publish_planversion")
    class ImportRates(ImportApproval):
        title = "Take in rates"
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from core.approvals import Effect
from core.errors import DomainError
from core.imports.kinds import kind_of
from core.models import Approval, ImportBatch, Job
from core.services.apply_import import confirm_import

ROWS_SHOWN_MAX = 60
CELLS_SHOWN_MAX = 200


class ImportApproval:
    """What every kind of approval of a file knows: the dry run's difference, and the way on."""

    def effect(self, subject: ImportBatch, payload: Mapping[str, Any]) -> Effect:
        """How many rows are new and changed, and the first of them cell by cell."""
        if subject.state != ImportBatch.State.PREVIEWED or not subject.report.get("parts"):
            raise DomainError("Try the file first: only what a dry run found can be asked for.")
        label = kind_of(subject.kind).label
        counts = f"{subject.new:,} new, {subject.changed:,} changed"
        left = f", {subject.failed:,} left out" if subject.failed else ""
        return Effect(
            summary=f"{label} from {subject.file_name}: {counts}{left}",
            rows=list(_rows(subject.report)),
        )

    def fingerprint(self, subject: ImportBatch, payload: Mapping[str, Any]) -> str:
        """The file, how it is read, what its dry run found, and what it was compared with."""
        stands_on = kind_of(subject.kind).stands_on
        facts = [
            subject.sha256,
            subject.state,
            subject.mapping,
            subject.options,
            subject.report,
            stands_on(subject) if stands_on else "",
        ]
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()

    def carry_out(self, approval: Approval, now: datetime) -> Job:
        """Have a worker take the file in; it stores nothing where it would do something else."""
        batch: Any = approval.subject
        return confirm_import(batch, user=approval.requested_by, now=now, approval=approval)


def _rows(report: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for name, part in report["parts"].items():
        counts = f"{part['new']:,} new, {part['changed']:,} changed"
        yield name, "", f"{counts}, {part['unchanged']:,} unchanged"
    rows = report.get("rows", {})
    for row in rows.get("changed", [])[:ROWS_SHOWN_MAX]:
        for cell in row["changes"]:
            label = f"{row['part']} {row['label']}: {cell['name']}".strip(": ")
            yield label[:CELLS_SHOWN_MAX], cell["before"], cell["after"][:CELLS_SHOWN_MAX]
    for row in rows.get("new", [])[:ROWS_SHOWN_MAX]:
        yield f"{row['part']} {row['label']}"[:CELLS_SHOWN_MAX], "", "new"
