"""Pages of signing in where the library's own leave people without a word."""

from __future__ import annotations

from typing import Any

from allauth.account.views import ConfirmLoginCodeView as AllauthConfirmLoginCodeView
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse


class ConfirmCodeView(AllauthConfirmLoginCodeView):  # type: ignore[misc]  # ships no types
    """The code from our mail: when it works no longer, the page to ask for a new one says so."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        start = reverse("account_request_login_code")
        if response.headers.get("Location") == start:
            return redirect(f"{start}?ended=yes")
        return response


confirm_code = ConfirmCodeView.as_view()
