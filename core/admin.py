"""Back office pages of brands, legal entities, number series, jobs and staff."""

from __future__ import annotations

from typing import Any

import allauth.account.admin
import allauth.mfa.admin
import allauth.usersessions.admin  # noqa: F401
import django_celery_beat.admin  # noqa: F401
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, Permission
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    SolarSchedule,
)
from unfold.forms import AdminPasswordChangeForm

import core.admin_api_keys
import core.admin_approvals
import core.admin_events
import core.admin_imports  # noqa: F401
from core.admin_forms import UserChangeForm, UserCreationForm
from core.backoffice import columns
from core.backoffice.actions import post_only, refusals_as_messages, row_of, url
from core.backoffice.registry import Link, Tile, link, tile
from core.backoffice.scoping import (
    EntityAdmin,
    ScopedAdmin,
    ScopedInline,
    SuperuserAdmin,
    scoped,
)
from core.models import Brand, BrandDomain, Job, LegalEntity, NumberSeries, User
from core.roles import APPS
from core.services.requeue_job import requeue_job

# Logins, second factors and sessions are managed by their owners under /login/, not edited as rows;
# schedules are made by set_up_schedules and can only be switched off and on.
for model in (
    EmailAddress,
    Authenticator,
    UserSession,
    Group,
    PeriodicTask,
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    SolarSchedule,
):
    admin.site.unregister(model)


class BrandDomainInline(ScopedInline):
    model = BrandDomain
    brand_path = "brand"
    fields = ("host",)


@admin.register(Brand)
class BrandAdmin(ScopedAdmin):
    brand_path = "pk"
    editable = True
    empty_text = "Brands come in with a catalogue: manage.py import_catalog FILE.yaml"
    list_display = ("name", "code", "legal_entity", "currency", "price_mode", "live")
    list_select_related = ("legal_entity",)
    search_fields = ("name", "code")
    inlines = (BrandDomainInline,)
    # What issued invoices and price lists were made with is changed by a catalogue file.
    readonly_fields = (
        "code",
        "legal_entity",
        "series",
        "currency",
        "zone",
        "languages",
        "price_mode",
        "reference_kind",
        "live",
    )
    fieldsets = (
        (None, {"fields": (("name", "code"), ("legal_entity", "series"), "live")}),
        (
            "Look and contact",
            {
                "fields": (
                    ("primary_colour", "accent_colour"),
                    ("website", "support_phone"),
                    ("support_email", "sender_email"),
                    "invoice_message",
                )
            },
        ),
        (
            "Billing",
            {
                "fields": (
                    ("currency", "zone"),
                    ("price_mode", "reference_kind"),
                    "languages",
                    ("payment_terms_days", "due_date_on_bank_day"),
                    ("zero_invoices", "credit_without_approval"),
                    ("usage_grace_days", "reminder_days_after_due"),
                    "minimum_open_amount",
                )
            },
        ),
        (
            "Retention",
            {
                "fields": (
                    ("numbers_masked_after_months", "usage_kept_months"),
                    "itemisation_kept_months",
                )
            },
        ),
    )


@admin.register(LegalEntity)
class LegalEntityAdmin(EntityAdmin):
    entity_path = "pk"
    empty_text = "Legal entities come in with a catalogue: manage.py import_catalog FILE.yaml"
    list_display = ("name", "code", "organisation_number", "vat_number", "country")
    search_fields = ("name", "code", "organisation_number")


@admin.register(NumberSeries)
class NumberSeriesAdmin(ScopedAdmin):
    brand_path = "brands"
    empty_text = "Number series come in with a catalogue: manage.py import_catalog FILE.yaml"
    list_display = (
        "code",
        "legal_entity",
        "prefix",
        columns.count("first_number"),
        columns.count("next_number"),
        "last_issue_date",
    )
    list_select_related = ("legal_entity",)

    def get_queryset(self, request: HttpRequest):  # type: ignore[no-untyped-def]
        """A series that two of the member of staff's brands share stands there once."""
        return super().get_queryset(request).distinct()


@admin.register(Job)
class JobAdmin(ScopedAdmin):
    brand_path = "brand"
    empty_text = "Nothing is waiting. Long work that is started here or by commands shows up here."
    list_display = (
        "id",
        "kind",
        "brand",
        columns.state(),
        "progress",
        "attempts",
        "requested_by",
        "created_at",
    )
    list_select_related = ("brand", "requested_by")
    list_filter = ("state", "kind", "brand")
    date_hierarchy = "created_at"
    search_fields = ("kind", "unique_key")
    fields = (
        ("kind", "state"),
        ("brand", "requested_by"),
        ("progress", "progress_text"),
        ("attempts", "worker"),
        ("created_at", "finished_at"),
        "payload",
        "result",
        "error_raw",
    )
    error_raw = staticmethod(columns.raw("error"))

    @admin.display(description="progress")
    def progress(self, job: Job) -> str:
        return f"{job.percent} %"

    def get_readonly_fields(self, request: HttpRequest, obj: Job | None = None) -> tuple[str, ...]:
        return ("progress", "error_raw")

    def get_urls(self) -> list[URLPattern]:
        own = url(self, "<path:object_id>/try-again/", self.try_again, "try_again")
        return [own, *super().get_urls()]

    def try_again(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Queue a parked job again."""
        job: Job = row_of(self, request, object_id, "core.change_job")
        if answer := post_only(request):
            return answer
        with refusals_as_messages(request):
            requeue_job(job)
            messages.success(request, "The job is queued again.")
        return redirect("admin:core_job_change", job.pk)


@link("core.job", position=10, permission="core.change_job")
def try_again_link(job: Job) -> list[Link]:
    """A parked job can be tried again once its cause is mended."""
    if job.state != Job.State.PARKED:
        return []
    return [Link("Try again", reverse("admin:core_job_try_again", args=[job.pk]), post=True)]


@tile(position=30, permission="core.view_job")
def parked_jobs(request: HttpRequest) -> list[Tile]:
    """Work that failed and waits for a person."""
    parked = scoped(Job.objects.filter(state=Job.State.PARKED), "brand", request).count()
    return [
        Tile(
            title="Parked jobs",
            value=str(parked),
            detail="failed for good; somebody must look" if parked else "nothing failed",
            url=reverse("admin:core_job_changelist") + "?state__exact=parked",
            tone="bad" if parked else "good",
        )
    ]


@admin.register(User)
class UserAdmin(DjangoUserAdmin, SuperuserAdmin):  # type: ignore[misc,type-arg]
    editable = addable = True
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    empty_text = "Make the first member of staff: manage.py create_staff E-MAIL --brand CODE"
    ordering = ("email",)
    list_display = ("email", "first_name", "last_name", "is_staff", "is_superuser", "last_login")
    list_filter = ("is_staff", "is_superuser", "is_active", "brands", "groups")
    search_fields = ("email", "first_name", "last_name")
    readonly_fields = ("last_login", "date_joined")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("email", "password", ("first_name", "last_name"))}),
        ("Rights", {"fields": ("is_active", "is_staff", "is_superuser", "brands", "groups")}),
        ("Dates", {"fields": (("last_login", "date_joined"),)}),
    )
    add_fieldsets = (
        (None, {"fields": ("email", ("first_name", "last_name"), "password1", "password2")}),
        ("Rights", {"fields": (("is_staff", "is_superuser"), "brands", "groups")}),
    )


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, SuperuserAdmin):  # type: ignore[misc]
    editable = addable = deletable = True

    def formfield_for_manytomany(
        self, db_field: Any, request: HttpRequest | None = None, **kwargs: Any
    ) -> Any:
        """Offer the rights that pages of the back office ask for, and no library's."""
        if db_field.name == "permissions":
            rights = Permission.objects.filter(content_type__app_label__in=APPS)
            kwargs["queryset"] = rights.select_related("content_type")
        return super().formfield_for_manytomany(db_field, request, **kwargs)


@admin.register(PeriodicTask)
class ScheduleAdmin(SuperuserAdmin):
    """What is done by itself, how often, and when it was done last."""

    editable = True
    empty_text = "Schedules are made by manage.py set_up_schedules."
    list_display = ("name", "interval", "crontab", "enabled", "last_run_at")
    list_select_related = ("interval", "crontab")
    fields = ("name", "interval", "crontab", "enabled", "last_run_at")
    readonly_fields = ("name", "interval", "crontab", "last_run_at")
