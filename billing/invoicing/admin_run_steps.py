"""A bill run on its way to published: pause, hold, cancel, ask a second person, publish."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, reverse
from django.utils import timezone
from unfold.widgets import UnfoldAdminTextInputWidget

from billing.invoicing.anomalies import anomalies_of
from billing.invoicing.approval_kinds import PUBLISH_RUN
from billing.invoicing.models import BillRun, BillRunAccount
from billing.invoicing.services.take_back_drafts import (
    cancel_run,
    hold_account,
    pause_run,
    release_account,
)
from core.backoffice.actions import post_only, refusals_as_messages, row_of, url
from core.backoffice.registry import Cell, Link, Panel, link, panel
from core.backoffice.scoping import ScopedAdmin
from core.errors import DomainError
from core.formatting import format_money
from core.models import Approval, Job
from core.services.enqueue_job import enqueue_job
from core.services.request_approval import request_approval

RUN = "billing.add_billrun"
SHOWN_MAX = 20

State = BillRun.State
RowState = BillRunAccount.State


class ReasonForm(forms.Form):
    """Why it is done, for whoever asks later."""

    reason = forms.CharField(max_length=200, widget=UnfoldAdminTextInputWidget)


class RunSteps(ScopedAdmin):
    """The steps of a run, as pages and buttons of its own page."""

    def get_urls(self) -> list[URLPattern]:
        return [
            url(self, "<path:object_id>/pause/", self.pause, "pause"),
            url(self, "<path:object_id>/cancel/", self.cancel, "cancel"),
            url(self, "<path:object_id>/ask/", self.ask, "ask"),
            url(self, "<path:object_id>/publish/", self.publish, "publish"),
            *super().get_urls(),
        ]

    def pause(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Let the worker stop after the accounts it is at."""
        run: BillRun = row_of(self, request, object_id, RUN)
        if answer := post_only(request):
            return answer
        with refusals_as_messages(request):
            pause_run(run)
            messages.success(request, "The run pauses. Check again lets it go on.")
        return redirect("admin:billing_billrun_change", run.pk)

    def cancel(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Take all drafts back, when a reason is given."""
        run: BillRun = row_of(self, request, object_id, RUN)

        def work(reason: str) -> HttpResponse:
            cancel_run(run, reason=reason)
            messages.success(request, "The run is cancelled; its usage periods are open again.")
            return redirect("admin:billing_billrun_change", run.pk)

        intro = (
            f"Its {run.invoices.filter(state='draft').count()} drafts are taken back and their "
            "usage periods open again. No number is used. The run can be started again."
        )
        return reason_page(self, request, work, f"Cancel the bill run of {run}", intro, "Cancel it")

    def ask(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask a second person to approve the run as it is."""
        run: BillRun = row_of(self, request, object_id, RUN)
        user: Any = request.user

        def work(reason: str) -> HttpResponse:
            approval = request_approval(
                PUBLISH_RUN,
                subject=run,
                brand=run.brand,
                requested_by=user,
                reason=reason,
                now=timezone.now(),
            )
            messages.success(request, "A second person is asked to approve it.")
            return redirect("admin:core_approval_change", approval.pk)

        intro = (
            "A second person sees counts and sums beside those of the run before. What they "
            "approve is what is published: if any line changes meanwhile, it is asked for anew."
        )
        return reason_page(self, request, work, f"Approval of the bill run of {run}", intro, "Ask")

    def publish(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Let a worker issue the invoices of an approved run."""
        run: BillRun = row_of(self, request, object_id, RUN)
        if answer := post_only(request):
            return answer
        if run.state not in (State.APPROVED, State.PUBLISHING):
            messages.error(request, "A second person approves the run before it is published.")
            return redirect("admin:billing_billrun_change", run.pk)
        user: Any = request.user
        job = enqueue_job(
            "publish_run",
            payload={"run": run.pk},
            brand=run.brand,
            requested_by=user,
            unique_key=publishing_key(run),
            now=timezone.now(),
        )
        if job.state == Job.State.PARKED:
            messages.error(request, "Publishing is parked: see why, mend it, and try it again.")
            return redirect("admin:core_job_change", job.pk)
        messages.success(request, "The invoices are issued by a worker.")
        return redirect("admin:billing_billrun_change", run.pk)


class RunAccountSteps(ScopedAdmin):
    """Hold one account of a run, and let it in again."""

    def get_urls(self) -> list[URLPattern]:
        return [
            url(self, "<path:object_id>/hold/", self.hold, "hold"),
            url(self, "<path:object_id>/release/", self.release, "release"),
            *super().get_urls(),
        ]

    def hold(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Leave the account out of its run, when a reason is given."""
        row: BillRunAccount = row_of(self, request, object_id, RUN)

        def work(reason: str) -> HttpResponse:
            hold_account(row.run, row.account, reason=reason)
            messages.success(request, f"Account {row.account.number} is held.")
            return redirect("admin:billing_billrun_change", row.run_id)

        intro = (
            "Its draft is taken back and its usage period opens again. The run lists it with your "
            "reason until it is released, or billed by the next run."
        )
        return reason_page(
            self, request, work, f"Hold {row.account} in {row.run}", intro, "Hold it"
        )

    def release(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Let a held account in again."""
        row: BillRunAccount = row_of(self, request, object_id, RUN)
        if answer := post_only(request):
            return answer
        with refusals_as_messages(request):
            release_account(row.run, row.account)
            messages.success(request, "It is released. Check again on the run calculates it.")
        return redirect("admin:billing_billrun_change", row.run_id)


def reason_page(
    page: ScopedAdmin,
    request: HttpRequest,
    work: Callable[[str], HttpResponse],
    title: str,
    intro: str,
    button: str,
) -> HttpResponse:
    """Ask for the reason; `work` does it then, and what it refuses stands beside the reason."""
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return work(form.cleaned_data["reason"])
        except DomainError as error:
            form.add_error(None, str(error))
    context = page.admin_site.each_context(request) | {
        "title": title,
        "intro": intro,
        "form": form,
        "button": button,
        "plain": True,
        "back": request.path.rsplit("/", 2)[0] + "/change/",
        "opts": page.opts,
    }
    return render(request, "admin/backoffice/step.html", context)


def publishing_key(run: BillRun) -> str:
    """One unfinished job that publishes a run."""
    return f"publish_run:{run.pk}"


@link("billing.billrun", position=5, permission=RUN)
def steps_of(run: BillRun) -> list[Link]:
    """What can be done next with the run, the most likely first."""

    def to(name: str) -> str:
        return reverse(f"admin:billing_billrun_{name}", args=[run.pk])

    links: list[Link] = []
    if run.state == State.REVIEW and run.invoices_total:
        links.append(Link("Ask for approval", to("ask"), primary=True))
    if run.state in (State.APPROVED, State.PUBLISHING):
        links.append(Link("Publish", to("publish"), post=True, primary=True))
    if run.state in (State.CALCULATING, State.PAUSED, State.REVIEW, State.CANCELLED):
        links.append(Link("Check again", to("check_again"), post=True))
    if run.state in (State.CALCULATING, State.PAUSED, State.REVIEW, State.APPROVED):
        links.append(Link("Cancel the run", to("cancel")))
    return links


@link("billing.billrunaccount", position=5, permission=RUN)
def steps_of_account(row: BillRunAccount) -> list[Link]:
    """Hold an account, or release it."""
    held = row.state == RowState.HELD
    name, title = ("release", "Release") if held else ("hold", "Hold")
    if row.state in (RowState.ISSUED, RowState.WITH_PARENT):
        return []
    return [Link(title, reverse(f"admin:billing_billrunaccount_{name}", args=[row.pk]), post=held)]


@panel("billing.billrun", position=5, permission="billing.view_billrun")
def anomalies(run: BillRun) -> Panel | None:
    """What to look at before anybody approves the run, the most money first."""
    if run.state not in (State.REVIEW, State.APPROVED):
        return None
    found, total = anomalies_of(run, limit=SHOWN_MAX)
    currency = run.brand.currency
    return Panel(
        title="Look at these before you ask for approval",
        columns=("Account", "Why", "Usual bill", "At risk", ""),
        rows=[
            (
                Cell(
                    each.account, reverse("admin:accounts_account_change", args=[each.account_id])
                ),
                each.why,
                Cell(
                    "–" if each.usual is None else format_money(each.usual, currency, "en"),
                    figure=True,
                ),
                Cell(format_money(each.at_risk, currency, "en"), figure=True),
                Cell("Hold", reverse("admin:billing_billrunaccount_hold", args=[each.row_id])),
            )
            for each in found
        ],
        empty="Nothing looks unusual: compared with each account's own bills, and by the rules.",
        note=f"{total - len(found)} more." if total > len(found) else "",
    )


@panel("billing.billrun", position=6, permission="billing.view_billrun")
def held_accounts(run: BillRun) -> Panel | None:
    """Who is left out, and why."""
    rows = run.accounts.filter(state=RowState.HELD).select_related("account")
    total = rows.count()
    if not total:
        return None
    return Panel(
        title="Held: left out until they are released",
        columns=("Account", "Why", ""),
        rows=[
            (
                Cell(
                    str(row.account),
                    reverse("admin:accounts_account_change", args=[row.account_id]),
                ),
                row.reason,
                Cell("Open", reverse("admin:billing_billrunaccount_change", args=[row.pk])),
            )
            for row in rows[:SHOWN_MAX]
        ],
        empty="",
        note=f"{total - SHOWN_MAX} more." if total > SHOWN_MAX else "",
    )


@panel("billing.billrun", position=7, permission="billing.view_billrun")
def approvals_of(run: BillRun) -> Panel | None:
    """Who was asked to approve the run, and what they said."""
    asked = list(
        Approval.objects.filter(kind=PUBLISH_RUN, subject_id=run.pk).select_related(
            "requested_by", "decided_by"
        )
    )
    if run.without_approval:
        return Panel(
            title="Approval",
            columns=("How",),
            rows=[("Published from the shell, without a second person.",)],
            empty="",
        )
    if not asked:
        return None
    return Panel(
        title="Approval",
        columns=("Asked by", "State", "Decided by"),
        rows=[
            (
                Cell(str(each.requested_by), reverse("admin:core_approval_change", args=[each.pk])),
                each.get_state_display(),
                str(each.decided_by or "–"),
            )
            for each in asked
        ],
        empty="",
    )
