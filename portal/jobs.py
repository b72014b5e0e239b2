"""What the portal has done in the background."""

from __future__ import annotations

from typing import Any

from core.jobs import Report, job_kind
from core.models import Job, User
from portal.services.send_password_link import send_password_link


@job_kind("password_link")
def password_link(job: Job, report: Report) -> dict[str, Any]:
    """Mail the link that somebody asked for, unless the login was switched off meanwhile."""
    user = User.objects.filter(pk=job.payload["user"], is_active=True).first()
    if user is None:
        return {"sent": False}
    send_password_link(
        user, brand=job.brand, host=job.payload["host"], language=job.payload["language"]
    )
    report(1, 1)
    return {"sent": True}
