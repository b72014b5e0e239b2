"""The bill run's pages: start one, watch it, mend what was parked, take its figures away."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils import timezone
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from billing.invoicing.admin_run_steps import RunSteps, publishing_key
from billing.invoicing.models import BillRun, BillRunAccount, Invoice
from billing.invoicing.services.run_billing import refuse_incomplete, refuse_too_early
from core.backoffice import columns
from core.backoffice.actions import post_only, row_of, url
from core.backoffice.forms import DayInput
from core.backoffice.registry import Tile, tile
from core.backoffice.scoping import ScopedAdmin, scoped
from core.errors import DomainError
from core.formatting import format_day, format_money, format_number
from core.models import Brand, Job, User
from core.periods import local_date
from core.services.enqueue_job import enqueue_job

PARKED_SHOWN_MAX = 50
CSV_COLUMNS = (
    "number",
    "document",
    "account",
    "name",
    "issue_date",
    "due_date",
    "currency",
    "net",
    "tax",
    "total",
    "open",
    "reference",
)


class BillRunForm(forms.Form):
    """What a new bill run needs: whose, of which day, and why if usage may still arrive."""

    brand = forms.ModelChoiceField(
        Brand.objects.none(), widget=UnfoldAdminSelectWidget, empty_label=None
    )
    bill_date = forms.DateField(
        widget=DayInput,
        help_text="Accounts whose bill day falls on it are billed for the usage before it.",
    )
    reason = forms.CharField(
        required=False,
        max_length=200,
        widget=UnfoldAdminTextInputWidget,
        help_text="Only needed before the brand's grace days for late usage are over.",
    )

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request.POST or None)
        brands = scoped(Brand.objects.filter(live=True), "pk", request)
        self.fields["brand"].queryset = brands  # type: ignore[attr-defined]
        self.initial["bill_date"] = timezone.now().date().replace(day=1)

    def clean(self) -> dict[str, Any]:
        """Refuse what the run itself would refuse, while the member of staff is still here."""
        data = self.cleaned_data
        brand, bill_date = data.get("brand"), data.get("bill_date")
        if brand and bill_date:
            today = local_date(timezone.now(), brand.zone)
            try:
                refuse_too_early(brand, bill_date, as_of=today, reason=data.get("reason", ""))
                refuse_incomplete(brand, bill_date, now=timezone.now())
            except DomainError as error:
                raise forms.ValidationError(str(error)) from None
        return data


def key_of(brand: Brand, bill_date: date) -> str:
    """One unfinished job for each brand and bill date."""
    return f"bill_run:{brand.pk}:{bill_date}"


def enqueue_run(brand: Brand, bill_date: date, *, reason: str, user: User) -> Job:
    """Ask for a run, or for going on with it."""
    now = timezone.now()
    payload = {
        "brand": brand.pk,
        "bill_date": str(bill_date),
        "as_of": str(local_date(now, brand.zone)),
        "reason": reason,
    }
    return enqueue_job(
        "bill_run",
        payload=payload,
        brand=brand,
        requested_by=user,
        unique_key=key_of(brand, bill_date),
        now=now,
    )


@admin.register(BillRun)
class BillRunAdmin(RunSteps):
    brand_path = "brand"
    addable = True
    empty_text = "No bill run yet. Start one with the plus sign above."
    list_display = (
        "bill_date",
        "brand",
        columns.state(),
        columns.count("accounts_total", "accounts"),
        columns.count("invoices_total", "invoices"),
        columns.money("total", currency="brand.currency"),
        "started_by",
        "issued_at",
    )
    list_select_related = ("brand", "started_by")
    list_filter = ("brand", "state")
    search_fields = ("brand__code", "brand__name", "reason")
    date_hierarchy = "bill_date"
    change_form_template = "admin/billing/billrun/page.html"

    def get_urls(self) -> list[URLPattern]:
        return [
            url(self, "started/<int:job_id>/", self.started_view, "started"),
            url(self, "<path:object_id>/check-again/", self.check_again_view, "check_again"),
            url(self, "<path:object_id>/invoices.csv", self.csv_view, "csv"),
            *super().get_urls(),
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Ask for a new run; a worker does it."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = BillRunForm(request)
        if request.method == "POST" and form.is_valid():
            data = form.cleaned_data
            user: Any = request.user
            job = enqueue_run(data["brand"], data["bill_date"], reason=data["reason"], user=user)
            return redirect("admin:billing_billrun_started", job.pk)
        context = self.admin_site.each_context(request) | {
            "title": "New bill run",
            "form": form,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/billing/billrun/new.html", context)

    def started_view(self, request: HttpRequest, job_id: int) -> HttpResponse:
        """Wait until a worker has opened the run, then show it."""
        page = self.admin_site._registry[Job]
        assert isinstance(page, ScopedAdmin)
        job: Job = row_of(page, request, str(job_id), "billing.view_billrun")
        run = self.get_queryset(request).filter(
            brand=job.payload.get("brand"), bill_date=job.payload.get("bill_date")
        )
        if job.kind == "bill_run" and (found := run.first()):
            return redirect("admin:billing_billrun_change", found.pk)
        context = self.admin_site.each_context(request) | {
            "title": "Bill run",
            "job": job,
            "refresh": job.state in {Job.State.QUEUED, Job.State.RUNNING},
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/billing/billrun/started.html", context)

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: BillRun | None = None,
    ) -> HttpResponse:
        """The run's page: state, progress, sums, accounts by state, what was parked and why."""
        assert obj is not None
        context |= page_of(request, obj)
        context["title"] = f"Bill run of {obj.brand}, {format_day(obj.bill_date, 'en')}"
        context["subtitle"] = None
        return super().render_change_form(request, context, add, change, form_url, obj)

    def check_again_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Go on with a run: parked accounts are tried again, accounts added since are billed."""
        run: BillRun = row_of(self, request, object_id, "billing.add_billrun")
        if answer := post_only(request):
            return answer
        try:
            refuse_incomplete(run.brand, run.bill_date, now=timezone.now())
        except DomainError as held:
            messages.error(request, str(held))
            return redirect("admin:billing_billrun_change", run.pk)
        user: Any = request.user
        job = enqueue_run(run.brand, run.bill_date, reason=run.reason, user=user)
        if job.state == Job.State.PARKED:
            messages.error(request, "The run's job is parked: see why, mend it, and try it again.")
            return redirect("admin:core_job_change", job.pk)
        messages.success(request, "The run goes on; what isn't calculated yet is looked at again.")
        return redirect("admin:billing_billrun_change", run.pk)

    def csv_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The run's invoices as CSV."""
        run: BillRun = row_of(self, request, object_id, "billing.export_invoice")
        response = StreamingHttpResponse(csv_of(run), content_type="text/csv; charset=utf-8")
        name = f"{run.brand.code}-{run.bill_date}.csv"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response  # type: ignore[return-value]


def page_of(request: HttpRequest, run: BillRun) -> dict[str, Any]:
    """What the run's page shows."""
    stopped = Job.objects.filter(
        state=Job.State.PARKED,
        unique_key__in=(key_of(run.brand, run.bill_date), publishing_key(run)),
    ).first()
    at_work = Job.objects.filter(
        brand=run.brand,
        state__in=(Job.State.QUEUED, Job.State.RUNNING),
        unique_key__in=(
            key_of(run.brand, run.bill_date),
            publishing_key(run),
            f"render_documents:{run.pk}",
        ),
    ).order_by("id")
    counts = dict(run.accounts.order_by().values_list("state").annotate(Count("pk")))
    rows = reverse("admin:billing_billrunaccount_changelist")
    parked = run.accounts.filter(state=BillRunAccount.State.PARKED).select_related("account")
    return {
        "run": run,
        "stopped": stopped,
        "may_pause": run.state == BillRun.State.CALCULATING
        and request.user.has_perm("billing.add_billrun"),
        "jobs_at_work": list(at_work),
        "refresh": at_work.exists(),
        "sums": sums_of(run),
        "states": [
            {
                "label": state.label,
                "count": format_number(counts.get(state.value, 0), "en"),
                "url": f"{rows}?run__id__exact={run.pk}&state__exact={state.value}",
                "bad": state == BillRunAccount.State.PARKED and state.value in counts,
            }
            for state in BillRunAccount.State
        ],
        "parked": parked[:PARKED_SHOWN_MAX],
        "parked_count": counts.get(BillRunAccount.State.PARKED, 0),
        "may_run": request.user.has_perm("billing.add_billrun"),
        "may_export": request.user.has_perm("billing.export_invoice"),
    }


def sums_of(run: BillRun) -> list[tuple[str, str]]:
    """Counts and sums of the invoices so far, drafts included."""
    totals = run.invoices.aggregate(
        count=Count("pk"), net=Sum("net_total"), tax=Sum("tax_total"), total=Sum("total")
    )
    currency = run.brand.currency
    amounts = [
        (name, format_money(totals[key], currency, "en") if totals[key] is not None else "–")
        for name, key in (("Net", "net"), ("Tax", "tax"), ("Total", "total"))
    ]
    return [("Invoices", format_number(totals["count"], "en")), *amounts]


class _Echo:
    """A file that gives back what is written on it."""

    def write(self, text: str) -> str:
        return text


def csv_of(run: BillRun) -> Iterator[str]:
    """The issued invoices of a run, one a line, amounts with a point, for spreadsheets."""
    writer = csv.writer(_Echo(), lineterminator="\r\n")
    yield writer.writerow(CSV_COLUMNS)
    invoices = (
        Invoice.objects.filter(run=run, state=Invoice.State.ISSUED)
        .select_related("account", "open_item")
        .order_by("sequence")
    )
    for invoice in invoices.iterator(chunk_size=1000):
        yield writer.writerow(
            (
                invoice.number,
                invoice.document,
                plain(invoice.account.number),
                plain(invoice.account.name),
                invoice.issue_date,
                invoice.due_date,
                invoice.currency,
                invoice.net_total,
                invoice.tax_total,
                invoice.total,
                invoice.open_item.open_amount,
                invoice.reference,
            )
        )


def plain(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


@tile(position=40, permission="billing.view_billrun")
def last_run(request: HttpRequest) -> list[Tile]:
    """The latest bill run of the member of staff's brands."""
    runs = scoped(BillRun.objects.select_related("brand"), "brand", request)
    run = runs.order_by("-created_at").first()
    if run is None:
        return [Tile("Last bill run", "none yet", url=reverse("admin:billing_billrun_changelist"))]
    parked = run.accounts.filter(state=BillRunAccount.State.PARKED).count()
    words = f"{run.brand}, {run.get_state_display()}, {run.invoices_total} invoices"
    return [
        Tile(
            title="Last bill run",
            value=format_day(run.bill_date, "en"),
            detail=f"{words}, {parked} parked" if parked else words,
            url=reverse("admin:billing_billrun_change", args=[run.pk]),
            tone="bad" if parked else "",
        )
    ]
