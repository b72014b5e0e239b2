"""Takes confirmed imports in as background work."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from core.errors import InputRefused
from core.jobs import Report, job_kind
from core.models import Job
from core.services.apply_import import JOB_KIND, apply_import

STEPS = 5


@job_kind(JOB_KIND)
def apply_confirmed_import(job: Job, report: Report) -> dict[str, Any]:
    """Take one import in; it is one transaction, so a crash leaves nothing half done."""
    done = 0

    def step() -> None:
        nonlocal done
        done = min(done + 1, STEPS - 1)
        report(done, STEPS)

    report(0, STEPS, "Reading the file")
    try:
        batch = apply_import(
            int(job.payload["batch"]),
            channel="job",
            now=timezone.now(),
            as_of=timezone.localdate(),
            step=step,
        )
    except InputRefused as refused:
        return {"failed": len(refused.problems)}
    report(STEPS, STEPS, "Done")
    return {"new": batch.new, "changed": batch.changed, "unchanged": batch.unchanged}
