"""What the portal has done in the background."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from accounts.services.login_messages import queue_login_message
from accounts.services.send_messages import send_messages
from core.jobs import Report, job_kind
from core.login_messages import LoginMessage
from core.models import Job, User
from portal.services.send_password_link import send_password_link


@job_kind("password_link")
def password_link(job: Job, report: Report) -> dict[str, Any]:
    """Mail the link that somebody asked for, unless the login was switched off meanwhile."""
    user = User.objects.filter(pk=job.payload["user"], is_active=True).first()
    if user is None:
        return {"sent": False}
    host, language = job.payload["host"], job.payload["language"]
    wish = LoginMessage("password_reset", user, job.brand, host, language)
    if queue_login_message(wish, timezone.now()) is not None:
        send_messages(clock=timezone.now, brand=job.brand, events=[wish.event])
        report(1, 1)
        return {"sent": True}
    send_password_link(user, brand=job.brand, host=host, language=language)
    report(1, 1)
    return {"sent": True}
