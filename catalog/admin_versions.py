"""Back office pages of plan versions: drafts made, edited, shown, and handed to a second person."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, reverse
from django.utils import timezone
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from catalog.admin_draft_form import DraftForm
from catalog.approval_kinds import KIND, change_of
from catalog.models import Plan, PlanVersion
from catalog.plan_sheet.content import plan_sheet
from catalog.queries import terms_of, version_in_force
from catalog.services.draft_plan_version import create_draft, delete_draft, edit_draft
from catalog.services.publish_plan_version import why_not_publish
from core.backoffice.actions import post_only, refusals_as_messages, row_of, url
from core.backoffice.forms import DayInput
from core.backoffice.registry import Cell, Panel
from core.backoffice.scoping import ScopedAdmin
from core.errors import DomainError
from core.models import Approval
from core.periods import local_date
from core.services.request_approval import request_approval

ADD, CHANGE = "catalog.add_planversion", "catalog.change_planversion"
DELETE, VIEW = "catalog.delete_planversion", "catalog.view_planversion"


class NewVersionForm(forms.Form):
    """From when, and as a copy of what."""

    starts_on = forms.DateField(widget=DayInput)
    copy_of = forms.ModelChoiceField(
        PlanVersion.objects.none(),
        required=False,
        empty_label="nothing: begin empty",
        widget=UnfoldAdminSelectWidget,
    )


class ReasonForm(forms.Form):
    """Why it shall be published."""

    reason = forms.CharField(
        max_length=200, widget=UnfoldAdminTextInputWidget, help_text="Whoever decides reads it."
    )


class NewVersions(ScopedAdmin):
    """A plan's page from which a draft is made."""

    def get_urls(self) -> list[URLPattern]:
        own = url(self, "<path:object_id>/new-version/", self.new_version, "new_version")
        return [own, *super().get_urls()]

    def new_version(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Make a draft, as a copy of a version or empty."""
        plan: Plan = row_of(self, request, object_id, ADD)
        today = local_date(timezone.now(), plan.brand.zone)
        form = NewVersionForm(
            request.POST or None, initial={"copy_of": version_in_force(plan, today)}
        )
        copies = form.fields["copy_of"]
        assert isinstance(copies, forms.ModelChoiceField)
        copies.queryset = plan.versions.select_related("plan")
        if request.method == "POST" and form.is_valid():
            data = form.cleaned_data
            try:
                draft = create_draft(plan, starts_on=data["starts_on"], clone_of=data["copy_of"])
            except DomainError as error:
                form.add_error("starts_on", str(error))
            else:
                return redirect("admin:catalog_planversion_edit", draft.pk)
        return render(
            request,
            "admin/backoffice/step.html",
            self.admin_site.each_context(request)
            | {
                "title": f"New version of {plan.code}",
                "form": form,
                "plain": True,
                "button": "Make a draft",
                "back": reverse("admin:catalog_plan_change", args=[plan.pk]),
                "opts": self.opts,
            },
        )


class VersionPages(ScopedAdmin):
    """The pages of a version beside its facts."""

    def get_urls(self) -> list[URLPattern]:
        return [
            url(self, "<path:object_id>/edit/", self.edit, "edit"),
            url(self, "<path:object_id>/sheet/", self.sheet, "sheet"),
            url(self, "<path:object_id>/publish/", self.publish, "publish"),
            url(self, "<path:object_id>/delete-draft/", self.delete_draft, "delete_draft"),
            *super().get_urls(),
        ]

    def edit(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Change what a draft says."""
        version = terms_of(row_of(self, request, object_id, CHANGE))
        if not version.is_draft:
            messages.error(request, f"{version} is published and never changes.")
            return redirect("admin:catalog_planversion_change", version.pk)
        form = DraftForm(version, request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                starts_on = form.terms.cleaned_data["starts_on"]
                edit_draft(version, content=form.content(), starts_on=starts_on)
            except DomainError as error:
                form.terms.add_error(None, str(error))
            else:
                messages.success(request, "The draft is saved.")
                return redirect("admin:catalog_planversion_edit", version.pk)
        return self._page(request, "edit.html", version, f"Edit {version}", draft=form)

    def sheet(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The plan sheet in each of the brand's languages."""
        version = terms_of(row_of(self, request, object_id, VIEW))
        title = f"Plan sheet of {version}"
        return self._page(request, "sheet.html", version, title, sheets=sheets_of(version))

    def publish(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show what would be published and what stands in the way; ask a second person."""
        version = terms_of(row_of(self, request, object_id, CHANGE))
        now = timezone.now()
        reasons = why_not_publish(version, today=local_date(now, version.plan.brand.zone))
        form = ReasonForm(request.POST or None)
        if request.method == "POST" and not reasons and form.is_valid():
            try:
                approval = request_approval(
                    KIND,
                    subject=version,
                    brand=version.plan.brand,
                    requested_by=request.user,  # type: ignore[arg-type]
                    reason=form.cleaned_data["reason"],
                    now=now,
                )
            except DomainError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, "A second person is asked to publish it.")
                return redirect("admin:core_approval_change", approval.pk)
        return self._page(
            request,
            "publish.html",
            version,
            f"Publish {version}",
            sheets=sheets_of(version),
            reasons=reasons,
            form=form,
            panel=difference_of(version),
        )

    def delete_draft(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Delete a draft with all that belongs to it."""
        version: PlanVersion = row_of(self, request, object_id, DELETE)
        if answer := post_only(request):
            return answer
        with refusals_as_messages(request):
            delete_draft(version)
            messages.success(request, "The draft is deleted.")
        return redirect("admin:catalog_plan_change", version.plan_id)

    def _page(
        self, request: HttpRequest, name: str, version: PlanVersion, title: str, **more: Any
    ) -> HttpResponse:
        context = self.admin_site.each_context(request)
        context |= {"title": title, "version": version, "opts": self.opts} | more
        return render(request, f"admin/catalog/{name}", context)


def sheets_of(version: PlanVersion) -> list[Any]:
    """The version's sheet in each of its brand's languages, with prices of its first day."""
    languages = version.plan.brand.languages
    return [plan_sheet(version, language, as_of=version.starts_on) for language in languages]


def difference_of(version: PlanVersion) -> Panel:
    """What differs from the version that it takes over from."""
    before, rows, money = change_of(version)
    title = f"Against the prices from {before.starts_on}" if before else "It is the first version"
    currency = version.plan.brand.currency
    return Panel(
        title=title,
        columns=("", "Before", "After"),
        rows=[(label, old, Cell(new)) for label, old, new in rows],
        empty="Nothing differs.",
        note=f"Recurring charges a month: {money:+f} {currency}",
    )


def waiting_for(version: PlanVersion) -> Approval | None:
    """The request that waits for a second person, or None."""
    waiting = Approval.objects.filter(kind=KIND, subject_id=version.pk, state="requested")
    return waiting.first()
