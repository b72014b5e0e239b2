"""Ask for the PDF of a contract summary as soon as it is frozen; a worker makes it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.models import ContractSummary
from core.models import Job, User
from core.services.enqueue_job import enqueue_job


def ask_for_summary(
    *, summary: ContractSummary, now: datetime, requested_by: User | None = None, **_: Any
) -> Job:
    """A job for the PDF, in the caller's transaction; one that waits already is returned."""
    return enqueue_job(
        "print_summary",
        payload={"summary": summary.pk},
        brand=summary.order.account.brand,
        requested_by=requested_by,
        unique_key=f"print_summary:{summary.pk}",
        now=now,
    )
