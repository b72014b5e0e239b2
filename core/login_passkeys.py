"""Passkeys: made, named and removed by their owners, and used instead of password and code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm, LoginWebAuthnForm
from allauth.mfa.webauthn.forms import EditWebAuthnForm as AllauthEditForm
from allauth.mfa.webauthn.forms import ReauthenticateWebAuthnForm as AllauthAgainForm
from allauth.mfa.webauthn.forms import SignupWebAuthnForm as AllauthNewForm
from allauth.mfa.webauthn.internal import auth
from allauth.mfa.webauthn.views import AddWebAuthnView, LoginWebAuthnView
from allauth.mfa.webauthn.views import ReauthenticateWebAuthnView as AllauthAgainView
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.context import may_use_site
from core.login_forms import PlainFields

NAME_LENGTH_MAX = 60
PASSKEYS_MAX = 20
NAME = _("Name of this passkey")
# What a browser's answer that was made up, cut short or garbled runs into when it is read.
GARBLED = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


def _refused() -> ValidationError:
    problem: ValidationError = get_adapter().validation_error("incorrect_code")
    return problem


class _Answer:
    """Reads a browser's answer: one that can't be read is refused like one that is wrong."""

    def clean_credential(self) -> Authenticator:
        try:
            passkey: Authenticator = super().clean_credential()  # type: ignore[misc]
        except GARBLED as error:
            raise _refused() from error
        return passkey


class PasskeyLoginForm(_Answer, LoginWebAuthnForm):  # type: ignore[misc]  # allauth ships no types
    """Sign in by passkey alone, where its owner belongs."""

    def clean_credential(self) -> Authenticator:
        passkey = super().clean_credential()
        if not may_use_site(passkey.user, self.request):
            raise _refused()
        return passkey

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        self.request = request
        super().__init__(*args, **kwargs)


class PasskeyCodeForm(_Answer, AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey as the second step, after the password."""


class PasskeyAgainForm(_Answer, AllauthAgainForm):  # type: ignore[misc]
    """A passkey once more, before something weighty."""


class NewPasskeyForm(PlainFields, AllauthNewForm):  # type: ignore[misc]
    """A new passkey, with a name by which its owner knows it again."""

    labels = {"name": NAME}
    help_texts = {"name": _("So that you know it again, for example: my phone.")}
    name = forms.CharField(required=False, max_length=NAME_LENGTH_MAX)

    def clean_credential(self) -> dict[str, Any]:
        """Only what is needed later: nothing else that the browser sends is stored."""
        try:
            return _essence(self.cleaned_data["credential"])
        except GARBLED as error:
            raise _refused() from error

    def clean(self) -> dict[str, Any]:
        present = Authenticator.objects.filter(user=self.user, type=Authenticator.Type.WEBAUTHN)
        if present.count() >= PASSKEYS_MAX:
            raise ValidationError(_("You have many passkeys already. Remove one first."))
        try:
            cleaned: dict[str, Any] = super().clean()
        except GARBLED as error:
            raise _refused() from error
        return cleaned


class RenamePasskeyForm(PlainFields, AllauthEditForm):  # type: ignore[misc]
    """Another name for a passkey."""

    labels = {"name": NAME}
    name = forms.CharField(max_length=NAME_LENGTH_MAX)


def _essence(answer: Mapping[str, Any]) -> dict[str, Any]:
    response = answer["response"]
    extensions = answer.get("clientExtensionResults") or {}
    discoverable = (extensions.get("credProps") or {}).get("rk") is not False
    return {
        "id": str(answer["id"]),
        "rawId": str(answer["rawId"]),
        "type": "public-key",
        "response": {
            "clientDataJSON": str(response["clientDataJSON"]),
            "attestationObject": str(response["attestationObject"]),
        },
        "clientExtensionResults": {"credProps": {"rk": discoverable}},
    }


class AddPasskeyView(AddWebAuthnView):  # type: ignore[misc]
    """Make a passkey that signs in by itself: held on the device, and asking who holds it."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        options = auth.begin_registration(self.request.user, True)
        return context | {"js_data": {"creation_options": options}} | kwargs


class PasskeyLoginView(LoginWebAuthnView):  # type: ignore[misc]
    """Sign in by passkey; the page to sign in says when one is refused."""

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "request": self.request}

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        return redirect(f"{reverse('account_login')}?passkey=refused")


class PasskeyAgainView(AllauthAgainView):  # type: ignore[misc]
    """A passkey once more, before something weighty; the page says when it is refused."""

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        answer: HttpResponse = self.render_to_response(self.get_context_data(form=form))
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | kwargs


add_passkey = AddPasskeyView.as_view()
passkey_login = PasskeyLoginView.as_view()
passkey_again = PasskeyAgainView.as_view()
