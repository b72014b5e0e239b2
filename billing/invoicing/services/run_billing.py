"""Run billing for one brand and bill date: every account billed once, whatever happens."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Literal

from django.db import transaction
from django.db.models import Count, QuerySet, Sum

from billing.invoicing.catalogue import Catalogue
from billing.invoicing.line_maker import Dates
from billing.invoicing.models import BillRun, BillRunAccount, Invoice
from billing.invoicing.queries import accounts_due
from billing.invoicing.services.calculate_accounts import calculate_accounts
from billing.invoicing.services.issue_invoices import issue_invoices
from billing.usage.arrivals.queries import gaps_before
from core.errors import DomainError
from core.models import User
from core.models.organisation import Brand, NumberSeries

ACCOUNTS_PER_TRANSACTION = 200
GAPS_TOLD_MAX = 5

State = BillRunAccount.State
Report = Callable[[int, int, str], None]
Until = Literal["review", "published"]


def run_billing(
    *,
    brand: Brand,
    bill_date: date,
    as_of: date,
    now: datetime,
    reason: str = "",
    started_by: User | None = None,
    report: Report | None = None,
    until: Until = "published",
    despite_gaps: bool = False,
) -> BillRun:
    """Calculate and issue the invoices of all accounts whose bill day falls on `bill_date`.

    Called again it goes on where it stopped, takes up parked accounts and accounts added since,
    and bills nobody twice. Raises DomainError before the grace days are over, unless a reason is
    given, and while usage files are missing, unless `despite_gaps` (a preview).
    `report(done, total, text)` is told of progress. Until `review` it stops before numbers are
    given, for a second person to approve it: see `publish_run`. Until `published` nobody is asked,
    and the run says so. Paused or cancelled meanwhile it stops where it is.
    """
    refuse_too_early(brand, bill_date, as_of=as_of, reason=reason)
    if not despite_gaps:
        refuse_incomplete(brand, bill_date, now=now)
    report = report or silent
    run = open_run(brand, bill_date, as_of=as_of, now=now, reason=reason, started_by=started_by)
    _calculate(run, report, now=now)
    if run.state != BillRun.State.CALCULATING:
        return run
    if until == "review":
        to_review(run, now=now)
    else:
        if has_drafts(run) or not run.approval_hash:
            forget_approval(run)
            run.without_approval = True
        issue_run(run, report, now=now)
    return run


def to_review(run: BillRun, *, now: datetime) -> None:
    """Everything is calculated: it waits for a second person, or nothing new came of it."""
    with transaction.atomic():
        locked = BillRun.objects.select_for_update().get(pk=run.pk)
        if locked.state == BillRun.State.CALCULATING:
            if locked.issued_at and not has_drafts(locked):
                _finish(locked, now=now)
            else:
                sum_up(locked, Invoice.objects.filter(run=locked))
                set_state(locked, BillRun.State.REVIEW)
        run.__dict__.update(locked.__dict__)


def has_drafts(run: BillRun) -> bool:
    """Whether the run has invoices that are not issued."""
    return run.invoices.filter(state=Invoice.State.DRAFT).exists()


def forget_approval(run: BillRun) -> None:
    """The run is nothing anybody approved; the caller stores it."""
    run.approval_hash, run.approved_by, run.approved_at = "", None, None


def silent(done: int, total: int, text: str) -> None:
    """Report to nobody."""


def refuse_too_early(brand: Brand, bill_date: date, *, as_of: date, reason: str) -> None:
    """Usage still comes in during the grace days: who bills before says why."""
    first_day = bill_date + timedelta(days=brand.usage_grace_days)
    if as_of < first_day and not reason:
        raise DomainError(
            f"{brand.code} {bill_date}: usage may still arrive until {first_day}. Run it from "
            f"that day on, or give --reason."
        )


def refuse_incomplete(brand: Brand, bill_date: date, *, now: datetime) -> None:
    """A usage file that should have come holds the run, until it comes or its gap is accepted."""
    gaps = gaps_before(brand, bill_date, now)
    if gaps:
        told = "; ".join(
            f"{source.code}: {gap.what} (gap {gap.key})" for source, gap in gaps[:GAPS_TOLD_MAX]
        )
        more = f"; and {len(gaps) - GAPS_TOLD_MAX} more" if len(gaps) > GAPS_TOLD_MAX else ""
        raise DomainError(
            f"{brand.code} {bill_date}: usage is missing: {told}{more}. Take the files in, or "
            "accept the gaps with a reason: on the source's page in the back office, or by "
            "usage_gaps --source CODE --accept GAP --reason TEXT."
        )


def open_run(
    brand: Brand,
    bill_date: date,
    *,
    as_of: date,
    now: datetime,
    reason: str,
    started_by: User | None,
) -> BillRun:
    """The run of this brand and date, with a row for every account before any work starts."""
    with transaction.atomic():
        run, _ = BillRun.objects.get_or_create(
            brand=brand,
            bill_date=bill_date,
            defaults={
                "as_of": as_of,
                "created_at": now,
                "reason": reason,
                "started_by": started_by,
            },
        )
        run = BillRun.objects.select_for_update().get(pk=run.pk)
        _refuse_unpublished(run)
        known = set(run.accounts.values_list("account_id", flat=True))
        run.accounts.filter(state=State.PARKED).update(state=State.PENDING, reason="")
        BillRunAccount.objects.bulk_create(
            (
                BillRunAccount(
                    run=run,
                    account=account,
                    state=State.WITH_PARENT if account.bills_to_parent else State.PENDING,
                    reason=f"billed with {account.parent}" if account.bills_to_parent else "",
                )
                for account in accounts_due(brand, bill_date)
                if account.pk not in known
            ),
            batch_size=2000,
        )
        set_state(run, BillRun.State.CALCULATING)
    return run


def _refuse_unpublished(run: BillRun) -> None:
    """What an account is charged next depends on its invoice before: that one is issued first."""
    waiting = (
        Invoice.objects.filter(
            run__brand=run.brand_id,
            run__bill_date__lt=run.bill_date,
            state=Invoice.State.DRAFT,
            account__in=accounts_due(run.brand, run.bill_date),
        )
        .order_by("run__bill_date")
        .select_related("run")
        .first()
    )
    if waiting is not None:
        assert waiting.run is not None
        raise DomainError(
            f"{run.brand.code} {run.bill_date}: the run of {waiting.run.bill_date} has invoices "
            "that are not issued. Publish it first, or cancel it."
        )


def _calculate(run: BillRun, report: Report, *, now: datetime) -> None:
    catalogue = Catalogue(run.brand)
    dates = Dates(run.bill_date, planned_issue_date(run))
    pending = list(
        run.accounts.filter(state=State.PENDING)
        .order_by("account__number")
        .values_list("account_id", flat=True)
    )
    total, done = run.accounts.count(), run.accounts.count() - len(pending)
    for account_ids in batches(pending, ACCOUNTS_PER_TRANSACTION):
        report(done, total, "calculating")
        if not calculate_accounts(run, account_ids, catalogue, dates, now=now):
            run.refresh_from_db()
            report(done, total, run.get_state_display())
            return
        done += len(account_ids)
    report(done, total, "calculated")


def planned_issue_date(run: BillRun) -> date:
    """The bill date, or the series' last issue date if that is later."""
    series = NumberSeries.objects.get(pk=run.brand.series_id)
    return max(filter(None, (run.bill_date, series.last_issue_date)))


def issue_run(run: BillRun, report: Report, *, now: datetime) -> None:
    """Issue all drafts of a run, or go on with it; who calls it knows that they may be issued."""
    set_state(run, BillRun.State.PUBLISHING)
    drafts = list(
        Invoice.objects.filter(run=run, state=Invoice.State.DRAFT)
        .order_by("account__number")
        .values_list("pk", flat=True)
    )
    total = run.invoices.count()
    done = total - len(drafts)
    for ids in batches(drafts, ACCOUNTS_PER_TRANSACTION):
        report(done, total, "publishing")
        issue_invoices(run, ids, now=now)
        done += len(ids)
    _finish(run, now=now)
    report(done, total, "published")


def _finish(run: BillRun, *, now: datetime) -> None:
    sum_up(run, run.invoices.filter(state=Invoice.State.ISSUED))
    run.issued_at = run.issued_at or now
    set_state(run, BillRun.State.PUBLISHED)


def sum_up(run: BillRun, invoices: QuerySet[Invoice]) -> None:
    """Set the run's counts, and its sums to those of the invoices."""
    sums = invoices.aggregate(
        count=Count("pk"), net=Sum("net_total"), tax=Sum("tax_total"), total=Sum("total")
    )
    run.accounts_total = run.accounts.count()
    run.invoices_total = sums["count"]
    run.net_total = sums["net"] or Decimal(0)
    run.tax_total = sums["tax"] or Decimal(0)
    run.total = sums["total"] or Decimal(0)


def set_state(run: BillRun, state: BillRun.State) -> None:
    """Store the run in another state; DomainError where it can't go there."""
    if run.state != state and state not in BillRun.TRANSITIONS[BillRun.State(run.state)]:
        raise DomainError(f"The run of {run} can't go from {run.state} to {state}.")
    run.state = state
    run.save()


def batches(ids: Sequence[int], size: int) -> Iterator[list[int]]:
    """The ids in lists of at most `size`."""
    iterator = iter(ids)
    while batch := list(islice(iterator, size)):
        yield batch


def parked_rows(run: BillRun) -> list[BillRunAccount]:
    """The accounts that could not be billed, with their reasons."""
    return list(run.accounts.filter(state=State.PARKED).select_related("account"))
