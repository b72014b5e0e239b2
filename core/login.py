"""How people sign in: nobody signs up by themselves, each host lets in its own people."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from core.context import is_staff_host


class LoginAdapter(DefaultAccountAdapter):
    """Accounts come from the reseller; staff sign in on the staff host, customers on a brand's."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up: the reseller invites."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Keep allauth's rate limit in front of every attempt."""
        super().pre_authenticate(request, **credentials)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Let in only who belongs to this host; others see the same message as strangers."""
        user = super().authenticate(request, **credentials)
        if user is None:
            return None
        if is_staff_host(request) != bool(user.is_staff):
            raise ValidationError(_("The e-mail address or the password is not right."))
        return user
