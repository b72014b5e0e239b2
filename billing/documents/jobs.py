"""Renderings as jobs: the PDFs of a run, of credit notes and contract summaries, each once."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from core.errors import DomainError
from core.jobs import Report, job_kind
from core.models import Job

PROBLEMS_NAMED_MAX = 10


@job_kind("render_documents")
def render_documents(job: Job, report: Report) -> dict[str, Any]:
    """Make the missing PDFs of a run's issued invoices; parks where some can't be made."""
    from billing.documents.queries import invoices_without_document
    from billing.documents.services.render_invoice import render_invoices

    keys = list(invoices_without_document(run_id=job.payload["run"]).values_list("pk", flat=True))
    report(0, len(keys), "Rendering PDFs")
    made = render_invoices(
        keys,
        now=timezone.now(),
        progress=lambda done, total: report(done, total, "Rendering PDFs"),
    )
    if made.problems:
        named = "\n".join(str(problem) for problem in made.problems[:PROBLEMS_NAMED_MAX])
        raise DomainError(f"{len(made.problems)} PDFs could not be made.\n{named}")
    return {"run": job.payload["run"], "rendered": len(made.documents)}


@job_kind("render_invoice")
def render_one(job: Job, report: Report) -> dict[str, Any]:
    """Make the PDF of one invoice; parks where it can't be made."""
    from billing.documents.services.render_invoice import render_invoice
    from billing.invoicing.models import Invoice

    report(0, 1, "Rendering the PDF")
    invoice = Invoice.objects.get(pk=job.payload["invoice"])
    document = render_invoice(invoice, now=timezone.now())
    return {"invoice": invoice.pk, "pages": document.pages}


@job_kind("print_summary")
def print_summary(job: Job, report: Report) -> dict[str, Any]:
    """Make the PDF of a contract summary; parks where it can't be made."""
    from accounts.models import ContractSummary
    from billing.documents.services.render_summary import render_summary

    report(0, 1, "Printing")
    summary = ContractSummary.objects.get(pk=job.payload["summary"])
    document = render_summary(summary, now=timezone.now())
    return {"summary": summary.pk, "pages": document.pages}
