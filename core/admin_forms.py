"""Forms for logins: the e-mail address is the name, stored in lower case."""

from __future__ import annotations

from typing import Any

from unfold.forms import UserChangeForm as UnfoldUserChangeForm
from unfold.forms import UserCreationForm as UnfoldUserCreationForm

from core.models import User


class LowerCaseEmail:
    """Addresses that differ in case only are the same login."""

    cleaned_data: dict[str, Any]

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class UserChangeForm(LowerCaseEmail, UnfoldUserChangeForm):  # type: ignore[misc]
    class Meta:
        model = User
        fields = "__all__"


class UserCreationForm(LowerCaseEmail, UnfoldUserCreationForm):  # type: ignore[misc]
    class Meta:
        model = User
        fields = ("email",)
