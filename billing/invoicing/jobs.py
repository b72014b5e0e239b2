"""Bill runs as jobs: started from the back office, done by a worker, resumed after a crash."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from core.jobs import Report, job_kind
from core.models import Brand, Job


@job_kind("bill_run")
def bill_run(job: Job, report: Report) -> dict[str, Any]:
    """Calculate, or go on with, the bill run of the payload: brand, bill_date, as_of, reason.

    It stops for review: a second person approves it, and `publish_run` issues it.
    """
    from billing.invoicing.services.run_billing import run_billing

    run = run_billing(
        brand=Brand.objects.get(pk=job.payload["brand"]),
        bill_date=date.fromisoformat(job.payload["bill_date"]),
        as_of=date.fromisoformat(job.payload["as_of"]),
        now=timezone.now(),
        reason=job.payload.get("reason", ""),
        started_by=job.requested_by,
        report=report,
        until="review",
    )
    return {"run": run.pk, "invoices": run.invoices_total, "total": str(run.total)}


@job_kind("publish_run")
def publish_run(job: Job, report: Report) -> dict[str, Any]:
    """Issue the invoices of the approved bill run of the payload: run."""
    from billing.invoicing.models import BillRun
    from billing.invoicing.services.publish_run import publish_run

    run = publish_run(BillRun.objects.get(pk=job.payload["run"]), now=timezone.now(), report=report)
    return {"run": run.pk, "invoices": run.invoices_total, "total": str(run.total)}
