"""How people sign in: nobody signs up by themselves, each host lets in its own people."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.stagekit import clear_login
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.context import brand_of, may_use_site
from core.login_codes import ask_for_code, find_login, new_seed
from core.login_limits import limit_key
from core.models import User
from core.services.enqueue_job import enqueue_job

FRESH_LOGIN_SECONDS = 300


class SiteBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth ships no types
    """Checks the password, then whether the person belongs on the host that was asked.

    Who doesn't, who was switched off and who doesn't exist get one and the same answer, and all
    of them count against the limits of failed attempts.
    """

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> Any:
        user = super().authenticate(request, **credentials)
        self._stash_user(None)  # switched-off users get no page of their own
        if user is None or request is None:
            return user
        # An address that was the login once, and is remembered by allauth, is the login no more.
        if credentials.get("email", "").lower() != user.email.lower():
            return None
        return user if may_use_site(user, request) else None


def _signs_in(record: dict[str, Any]) -> bool:
    """Whether this step signs in by itself: password, code by mail, or a passkey alone."""
    return record["method"] in {"password", "code"} or bool(record.get("passwordless"))


class LoginAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """The reseller makes logins and speaks to customers in the brand's name."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("The e-mail address or the password is not right."),
        "incorrect_code": _("The code is not right or has expired."),
        "incorrect_password": _("The password is not right."),
        "too_many_login_attempts": _(
            "There were too many attempts. Wait five minutes, then try again."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up: the reseller invites."""
        return False

    def reauthenticate(self, user: Any, password: str) -> bool:
        """Check the password of who is signed in, by the login's own address and limits."""
        checked = self.authenticate(context.request, email=user.email, password=password)
        return checked is not None and checked.pk == user.pk

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """However somebody signs in, with password, code or passkey: only where they belong."""
        if not may_use_site(user, request):
            clear_login(request)
            return redirect("account_login")
        answer: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return answer

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        return limit_key(credentials.get("email") or "")

    def generate_login_code(self) -> str:
        """What the session keeps: the code itself is worked out of it."""
        return new_seed()

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Codes to sign in with go out in the brand's name, sent by a worker."""
        if template_prefix != "account/email/login_code":
            super().send_mail(template_prefix, email, context)
            return
        request = context["request"]
        user = find_login(email, request)
        if user is not None:
            ask_for_code(user, context["code"], request, now=timezone.now())

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Who signed in during the last five minutes isn't asked who they are again."""
        records = get_authentication_records(context.request, context.request.user)
        since = time.time() - FRESH_LOGIN_SECONDS
        if any(_signs_in(record) and record["at"] > since for record in records):
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """No banners: each of our pages says by itself what was done."""

    def send_password_reset_mail(self, user: User, email: str, mail: dict[str, Any]) -> None:
        """Leave the mail to a worker, which makes the link.

        So the page takes no longer for whom we know, a mail server that is down tells strangers
        nothing, and no link is stored.
        """
        request = context.request
        enqueue_job(
            "password_link",
            payload={
                "user": user.pk,
                "host": request.get_host(),
                "language": get_language() or "en",
            },
            now=timezone.now(),
            brand=brand_of(request),
        )


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """The second factor under the name people know: the brand's, or the product's for staff."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("The code is not right or has expired."),
    }

    def get_totp_issuer(self) -> str:
        """What the app on the phone shows."""
        brand = brand_of(context.request)
        return brand.name if brand else str(settings.MFA_TOTP_ISSUER)

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002
        """A passkey's name, where its owner gives none."""
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("Passkey %(number)s") % {"number": count + 1}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Whose passkey it is: the host's, under the name that people know."""
        host = context.request.get_host().rsplit(":", 1)[0].lower().rstrip(".")
        return {"id": host, "name": self.get_totp_issuer()}
