"""Codes by mail to sign in with: worked out when they are sent or checked, and kept nowhere."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac

from core.context import brand_of, may_use_site
from core.jobs import Report, job_kind
from core.login_messages import LoginMessage, send_login_message
from core.models import Job, User
from core.services.enqueue_job import enqueue_job

CODE_DIGITS = 6


def new_seed() -> str:
    """What a session and a job hold instead of a code."""
    return secrets.token_hex(16)


def code_of(seed: str) -> str:
    """The code that belongs to a seed, known to who holds the installation's secret key."""
    digest = salted_hmac("core.login_codes", seed, algorithm="sha256").digest()
    return str(int.from_bytes(digest) % 10**CODE_DIGITS).zfill(CODE_DIGITS)


def find_login(address: str, request: HttpRequest) -> User | None:
    """The login with this very address, if its owner may use the site that was asked."""
    for user in User.objects.filter(email__iexact=address, is_active=True):
        if user.email.lower() == address.lower() and may_use_site(user, request):
            return user
    return None


def ask_for_code(user: User, seed: str, request: HttpRequest, *, now: datetime) -> None:
    """Leave the mail to a worker: so the page takes no longer for whom we know."""
    expires_at = now + timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)
    enqueue_job(
        "sign_in_code",
        payload={
            "user": user.pk,
            "host": request.get_host(),
            "language": translation.get_language() or "en",
            "seed": seed,
            "expires_at": expires_at.isoformat(),
        },
        now=now,
        brand=brand_of(request),
    )


@job_kind("sign_in_code")
def sign_in_code(job: Job, report: Report) -> dict[str, Any]:
    """Send the code, unless it is too late or the login was switched off meanwhile."""
    now = timezone.now()
    expires_at = datetime.fromisoformat(job.payload["expires_at"])
    user = User.objects.filter(pk=job.payload["user"], is_active=True).first()
    if user is None or now >= expires_at:
        return {"sent": False}
    code = code_of(job.payload["seed"])
    message = LoginMessage(
        "sign_in_code",
        user,
        job.brand,
        job.payload["host"],
        job.payload["language"],
        {"code": f"{code[:3]} {code[3:]}"},
        expires_at,
    )
    with transaction.atomic():
        taken = send_login_message(message, now)
    if not taken:
        _mail(message)
    report(1, 1)
    return {"sent": True}


def _mail(message: LoginMessage) -> None:
    """Mail it ourselves: members of staff are nobody's customers. Raises what the server does."""
    context = {"brand": message.brand, "code": message.values["code"]}
    with translation.override(message.language):
        subject = render_to_string("account/email/sign_in_code_subject.txt", context)
        body = render_to_string("account/email/sign_in_code_message.txt", context)
    sender = message.brand.sender_email if message.brand else settings.DEFAULT_FROM_EMAIL
    EmailMessage(subject.strip(), body, sender, [message.user.email]).send()
