"""Renderings as jobs: the PDFs of a run, each made once."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from billing.invoicing.models import BillRun, Invoice
from core.jobs import Report, job_kind
from core.models import Job


@job_kind("render_documents")
def render_documents(job: Job, report: Report) -> dict[str, Any]:
    """Make the missing PDFs of a run's issued invoices."""
    from billing.documents.services.render_invoice import render_invoice

    run = BillRun.objects.get(pk=job.payload["run"])
    waiting = Invoice.objects.filter(run=run, state=Invoice.State.ISSUED, documents__isnull=True)
    keys = list(waiting.order_by("sequence").values_list("pk", flat=True))
    for done, key in enumerate(keys):
        report(done, len(keys), "Rendering PDFs")
        render_invoice(Invoice.objects.get(pk=key), now=timezone.now())
    report(len(keys), len(keys), "Rendering PDFs")
    return {"run": run.pk, "rendered": len(keys)}
