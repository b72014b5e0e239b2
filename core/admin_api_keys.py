"""Back office pages of API keys: made with a secret that is shown once, ended by a button."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils import timezone
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from core.backoffice.actions import post_only, refusals_as_messages, row_of, url
from core.backoffice.registry import Link, link
from core.backoffice.scoping import ScopedAdmin
from core.models import ApiKey, User
from core.models.api_keys import Scope
from core.services.issue_api_key import issue_api_key
from core.services.revoke_api_key import revoke_api_key

USUAL_DAYS = 365
SHOWN_ONCE = "Copy the key now, it is never shown again: {token}"


def status_of(key: ApiKey, now: datetime) -> str:
    """In a word, whether the key holds."""
    if key.revoked_at:
        return "ended"
    return "live" if key.is_live(now) else "expired"


class ApiKeyForm(forms.ModelForm):  # type: ignore[type-arg]
    """Which system, which brand, for what, and until when."""

    # Usage is brought by keys of one source, which are made on its page.
    scopes = forms.MultipleChoiceField(
        choices=[choice for choice in Scope.choices if choice[0] != Scope.USAGE_WRITE],
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )

    class Meta:
        model = ApiKey
        fields = ("name", "brand", "scopes", "expires_at")

    def clean_expires_at(self) -> Any:
        """An end that is ahead."""
        expires_at = self.cleaned_data["expires_at"]
        if expires_at <= timezone.now():
            raise forms.ValidationError("Choose a day that is ahead.")
        return expires_at


@admin.register(ApiKey)
class ApiKeyAdmin(ScopedAdmin):
    brand_path = "brand"
    addable = True
    form = ApiKeyForm
    empty_text = "No system speaks to this brand's API yet. Add a key for one."
    list_display = ("name", "prefix", "brand", "status", "expires_at", "last_used_at", "created_by")
    list_select_related = ("brand", "created_by")
    list_filter = ("brand",)
    search_fields = ("name", "prefix")
    fields = ("name", "brand", "scopes", "expires_at")

    def get_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> Any:
        """Once made, a key is only looked at; its digest is shown to nobody."""
        facts = ("prefix", "created_by", "created_at", "last_used_at", "revoked_at")
        return (*self.fields, *facts) if obj else self.fields

    @admin.display(description="status")
    def status(self, key: ApiKey) -> str:
        return status_of(key, timezone.now())

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A year, unless somebody says otherwise."""
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        return {"expires_at": timezone.now() + timedelta(days=USUAL_DAYS)} | initial

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        """Make the key and show its secret, this once."""
        key, token = issue_api_key(
            brand=obj.brand,
            name=obj.name,
            scopes=form.cleaned_data["scopes"],
            expires_at=obj.expires_at,
            issued_by=cast(User, request.user),
            now=timezone.now(),
        )
        obj.pk, obj.prefix = key.pk, key.prefix
        messages.warning(request, SHOWN_ONCE.format(token=token))

    def get_urls(self) -> list[URLPattern]:
        own = url(self, "<path:object_id>/end/", self.end, "end")
        return [own, *super().get_urls()]

    def end(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """End the key at once."""
        key: ApiKey = row_of(self, request, object_id, "core.change_apikey")
        if answer := post_only(request):
            return answer
        with refusals_as_messages(request):
            revoke_api_key(key, now=timezone.now())
            messages.success(request, f"The key {key.name} opens nothing any more.")
        return redirect("admin:core_apikey_change", key.pk)


@link("core.apikey", position=10, permission="core.change_apikey")
def end_link(key: ApiKey) -> list[Link]:
    """A key that still holds can be ended."""
    if key.revoked_at is not None:
        return []
    return [Link("End this key", reverse("admin:core_apikey_end", args=[key.pk]), post=True)]
