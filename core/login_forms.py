"""The forms of signing in: labels of our own, no placeholders, and each host's own people."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm as AllauthChangePasswordForm
from allauth.account.forms import ConfirmLoginCodeForm as AllauthConfirmLoginCodeForm
from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import ReauthenticateForm as AllauthReauthenticateForm
from allauth.account.forms import RequestLoginCodeForm as AllauthRequestLoginCodeForm
from allauth.account.forms import ResetPasswordForm as AllauthResetPasswordForm
from allauth.account.forms import ResetPasswordKeyForm as AllauthResetPasswordKeyForm
from allauth.account.forms import UserTokenForm as AllauthUserTokenForm
from allauth.core import context
from allauth.core.internal import ratelimit
from allauth.mfa.base.forms import AuthenticateForm as AllauthCodeForm
from allauth.mfa.base.forms import ReauthenticateForm as AllauthCodeAgainForm
from allauth.mfa.totp.forms import ActivateTOTPForm as AllauthActivateForm
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.password_validation import password_validators_help_texts
from django.core.validators import EmailValidator
from django.forms import EmailField
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _

from core.context import may_use_site
from core.login_codes import code_of, find_login
from core.login_limits import limit_key

EMAIL = _("E-mail address")
PASSWORD = _("Password")
NEW_PASSWORD = _("New password")
NEW_PASSWORD_AGAIN = _("New password again")
CODE = _("Code from your app")
NO_ADDRESS = _("Write an e-mail address like name@example.com.")


def _password_rules() -> str:
    return " ".join(password_validators_help_texts())


password_rules = lazy(_password_rules, str)


class PlainFields:
    """Names every field by a label above it: placeholders vanish while one types."""

    labels: ClassVar[dict[str, Promise | str]] = {}
    help_texts: ClassVar[dict[str, Promise | str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields  # type: ignore[attr-defined]
        for name, field in fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            field.help_text = self.help_texts.get(name, "")
            field.error_messages |= {"required": _("Fill this in.")}
            if isinstance(field, EmailField):
                field.error_messages |= {"invalid": NO_ADDRESS}
                field.validators = [EmailValidator(NO_ADDRESS)]
            if name == "code":
                field.widget.attrs |= {"inputmode": "numeric", "autofocus": True}


class LoginForm(PlainFields, AllauthLoginForm):  # type: ignore[misc]  # allauth ships no types
    """Sign in by e-mail address and password."""

    labels = {"login": EMAIL, "password": PASSWORD}


class ReauthenticateForm(PlainFields, AllauthReauthenticateForm):  # type: ignore[misc]
    """The password once more, before something weighty."""

    labels = {"password": PASSWORD}


class ChangePasswordForm(PlainFields, AllauthChangePasswordForm):  # type: ignore[misc]
    """A new password for who knows the old one."""

    labels = {
        "oldpassword": _("Present password"),
        "password1": NEW_PASSWORD,
        "password2": NEW_PASSWORD_AGAIN,
    }
    help_texts = {"password1": password_rules()}


class ResetPasswordKeyForm(PlainFields, AllauthResetPasswordKeyForm):  # type: ignore[misc]
    """A new password for who has the link from our mail."""

    labels = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD_AGAIN}
    help_texts = {"password1": password_rules()}


class CodeForm(PlainFields, AllauthCodeForm):  # type: ignore[misc]
    """The second step of signing in."""

    labels = {"code": CODE}
    help_texts = {"code": _("One of your recovery codes will do as well.")}


class CodeAgainForm(PlainFields, AllauthCodeAgainForm):  # type: ignore[misc]
    """A code instead of the password, before something weighty."""

    labels = {"code": CODE}


class ActivateForm(PlainFields, AllauthActivateForm):  # type: ignore[misc]
    """The first code of an app that was just set up."""

    labels = {"code": CODE}


class RequestCodeForm(PlainFields, AllauthRequestLoginCodeForm):  # type: ignore[misc]
    """A code is sent to who belongs on this host; the page looks the same for all."""

    labels = {"email": EMAIL}

    def clean_email(self) -> str:
        address = str(super().clean_email())
        self._user = find_login(address, context.request)
        return address


class ConfirmCodeForm(PlainFields, AllauthConfirmLoginCodeForm):  # type: ignore[misc]
    """The code from our mail; guesses count against the address, whatever codes it asked for."""

    labels = {"code": _("Code from our mail")}
    expected_code: str

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.expected_code = code_of(self.expected_code) if self.expected_code else ""

    def clean_code(self) -> str:
        request = context.request
        usage = ratelimit.consume(
            request,
            app="allauth.account",
            action="login_code",
            key=limit_key(request._login_stage.state.get("email", "")),
        )
        if not usage:
            raise get_adapter().validation_error("too_many_login_attempts")
        code = str(super().clean_code())
        usage.rollback()  # only what was wrong counts
        return code


class ResetPasswordForm(PlainFields, AllauthResetPasswordForm):  # type: ignore[misc]
    """A link is sent to who belongs on this host; the page looks the same for all."""

    labels = {"email": EMAIL}
    users: list[AbstractBaseUser]

    def clean_email(self) -> str:
        address = str(super().clean_email())
        self.users = [
            user
            for user in self.users
            if may_use_site(user, context.request)
            and getattr(user, "email", "").lower() == address.lower()
        ]
        return address


class UserTokenForm(AllauthUserTokenForm):  # type: ignore[misc]
    """The link in such a mail works on a host where its owner may sign in, and nowhere else."""

    def _get_user(self, uidb36: str) -> Any:
        user = super()._get_user(uidb36)
        return user if user is not None and may_use_site(user, context.request) else None
