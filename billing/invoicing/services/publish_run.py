"""From review to published: a second person approves the very invoices that are issued."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from billing.invoicing.models import BillRun
from billing.invoicing.run_hash import run_hash
from billing.invoicing.services.run_billing import (
    Report,
    has_drafts,
    issue_run,
    set_state,
    silent,
)
from core.errors import DomainError
from core.models import User

CHANGED = "The run is no longer what was approved: ask for approval anew."


@transaction.atomic
def approve_run(run: BillRun, *, by: User, now: datetime) -> BillRun:
    """Keep who approved the run, and the digest of what it is; called by its approval alone."""
    run = BillRun.objects.select_for_update(of=("self",)).select_related("brand").get(pk=run.pk)
    if run.state != BillRun.State.REVIEW:
        raise DomainError(f"The run of {run} is {run.get_state_display()}, not in review.")
    run.approval_hash, run.approved_by, run.approved_at = run_hash(run), by, now
    run.without_approval = False
    set_state(run, BillRun.State.APPROVED)
    return run


def publish_run(run: BillRun, *, now: datetime, report: Report | None = None) -> BillRun:
    """Issue all invoices of an approved run, or go on where that was interrupted.

    Raises DomainError if it isn't approved, or isn't what was approved; then nothing is issued.
    """
    with transaction.atomic():
        run = BillRun.objects.select_for_update(of=("self",)).select_related("brand").get(pk=run.pk)
        if run.state == BillRun.State.PUBLISHED and not has_drafts(run):
            return run
        if run.state not in (BillRun.State.APPROVED, BillRun.State.PUBLISHING):
            raise DomainError(
                f"The run of {run} is {run.get_state_display()}: a second person approves it first."
            )
        if run_hash(run) != run.approval_hash:
            raise DomainError(CHANGED)
        set_state(run, BillRun.State.PUBLISHING)
    issue_run(run, report or silent, now=now)
    return run
