"""Rows that stand inside the pages of customers and persons."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import Membership
from core.backoffice.scoping import ScopedInline


class MembershipInline(ScopedInline):
    model = Membership
    brand_path = "account__brand"
    fields = ("account", "role")
    verbose_name_plural = "accounts that this person sees"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return super().get_queryset(request).select_related("account")
