"""Take drafts of a bill run back: cancel it, pause it, hold an account, let one in again."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection, transaction
from django.db.models import Q

from accounts.models import Account
from billing.invoicing.facts import family_ids
from billing.invoicing.models import BillRun, BillRunAccount, Invoice
from billing.invoicing.run_hash import run_hash
from billing.invoicing.services.run_billing import forget_approval, set_state, sum_up
from billing.usage.any_of import any_of
from billing.usage.models import UsageSummary
from core.errors import DomainError

State = BillRunAccount.State
NAMED_MAX = 10

_OPEN = (
    BillRun.State.CALCULATING,
    BillRun.State.PAUSED,
    BillRun.State.REVIEW,
    BillRun.State.APPROVED,
)

# The periods that this run closed open again: the account's bill date is then where it was before.
_REOPEN = """
    WITH gone AS (
        DELETE FROM billing_usageperiod period USING accounts_account account
        WHERE account.id = period.account_id AND account.id = ANY(%(ids)s::bigint[])
          AND account.usage_closed_until = %(bill_date)s
          AND period."end" <= %(bill_date)s AND period.closed_at >= %(since)s
        RETURNING period.account_id, period.start
    ), first AS (
        SELECT account_id, min(start) AS start FROM gone GROUP BY account_id
    )
    UPDATE accounts_account account
    SET usage_closed_until = CASE
        WHEN EXISTS (
            SELECT FROM billing_usageperiod period
            WHERE period.account_id = account.id AND period.start < first.start
        ) OR EXISTS (
            SELECT FROM billing_usagecutover cutover WHERE cutover.account_id = account.id
        ) THEN first.start
    END
    FROM first WHERE account.id = first.account_id
"""


@transaction.atomic
def cancel_run(run: BillRun, *, reason: str) -> BillRun:
    """Take all drafts of a run back and open the usage periods that it closed.

    It may be started again. Of a run that had issued invoices before only what came since is taken
    back, and it is published as it was. Raises DomainError without a reason, once it is being
    published, and where usage arrived late since: then publish the run, or hold the others.
    """
    if not reason.strip():
        raise DomainError("Say why the run is cancelled.")
    run = _locked(run)
    if run.state in (BillRun.State.PUBLISHING, BillRun.State.PUBLISHED, BillRun.State.CANCELLED):
        raise DomainError(f"The run of {run} is {run.get_state_display()}: it can't be cancelled.")
    rows = run.accounts.filter(state__in=(State.CALCULATED, State.NOTHING, State.PARKED))
    _take_back(run, rows.values_list("account_id", flat=True), State.PENDING, "")
    run.accounts.filter(state=State.HELD).update(state=State.PENDING, reason="")
    sum_up(run, run.invoices.all())
    if run.issued_at is None:
        forget_approval(run)
        run.cancelled_because = reason.strip()[:200]
        set_state(run, BillRun.State.CANCELLED)
        return run
    # What stays is what is issued, and each of it was approved.
    if run.approval_hash:
        run.approval_hash = run_hash(run)
    set_state(run, BillRun.State.PUBLISHED)
    return run


@transaction.atomic
def pause_run(run: BillRun) -> BillRun:
    """Let a run that calculates stop after the accounts it is at; starting it again goes on."""
    run = _locked(run)
    set_state(run, BillRun.State.PAUSED)
    return run


@transaction.atomic
def hold_account(run: BillRun, account: Account, *, reason: str) -> BillRunAccount:
    """Leave an account out of a run until it is released: its draft goes, its usage stays open.

    A run that was approved needs another approval. Raises DomainError without a reason, once the
    account's invoice is issued, and where usage arrived late since.
    """
    if not reason.strip():
        raise DomainError("Say why the account is held: the run lists it with the reason.")
    run = _locked(run)
    if run.state not in _OPEN:
        raise DomainError(f"The run of {run} is {run.get_state_display()}: nobody can be held.")
    row = _row(run, account)
    if row.state not in (State.PENDING, State.CALCULATED, State.NOTHING, State.PARKED):
        raise DomainError(f"Account {account.number} is {row.get_state_display()} in this run.")
    _take_back(run, [account.pk], State.HELD, reason.strip()[:300])
    _changed(run)
    return _row(run, account)


@transaction.atomic
def release_account(run: BillRun, account: Account) -> BillRunAccount:
    """Let a held account in again: it is calculated when the run goes on."""
    run = _locked(run)
    row = _row(run, account)
    if row.state != State.HELD:
        raise DomainError(f"Account {account.number} isn't held in this run.")
    row.state, row.reason = State.PENDING, ""
    row.save(update_fields=["state", "reason"])
    return row


def _locked(run: BillRun) -> BillRun:
    return BillRun.objects.select_for_update(of=("self",)).select_related("brand").get(pk=run.pk)


def _row(run: BillRun, account: Account) -> BillRunAccount:
    row = run.accounts.filter(account=account).first()
    if row is None:
        raise DomainError(f"Account {account.number} isn't billed by this run.")
    return row


def _changed(run: BillRun) -> None:
    """What was approved is another run now."""
    sum_up(run, run.invoices.all())
    if run.state == BillRun.State.APPROVED:
        if run.issued_at is None:
            forget_approval(run)
        set_state(run, BillRun.State.REVIEW)
    else:
        run.save()


def _take_back(run: BillRun, top_ids: Collection[int], state: State, reason: str) -> None:
    """Delete the drafts of these accounts and open the periods of all on the same invoice."""
    tops = list(top_ids)
    ids = sorted({member for members in family_ids(tops).values() for member in members})
    locked = Account.objects.select_for_update(no_key=True).filter(any_of("pk", ids))
    list(locked.order_by("pk").values_list("pk"))
    _refuse_late_usage(run, ids)
    run.accounts.filter(any_of("account_id", tops)).exclude(state=State.ISSUED).update(
        state=state, reason=reason, invoice=None
    )
    run.invoices.filter(any_of("account_id", tops), state=Invoice.State.DRAFT).delete()
    with connection.cursor() as cursor:
        cursor.execute(_REOPEN, {"ids": ids, "bill_date": run.bill_date, "since": run.created_at})


def _refuse_late_usage(run: BillRun, account_ids: Collection[int]) -> None:
    """Late usage took what the closed periods left over: opened again they would give it twice."""
    late = (
        UsageSummary.objects.filter(
            ~Q(records=0),
            any_of("account_id", account_ids),
            origin_start__lt=run.bill_date,
            period_start__gte=run.bill_date,
            account__usage_closed_until=run.bill_date,
        )
        .order_by("account__number")
        .values_list("account__number", flat=True)
        .distinct()
    )
    numbers = list(late[: NAMED_MAX + 1])
    if numbers:
        more = " and more" if len(numbers) > NAMED_MAX else ""
        raise DomainError(
            f"Usage arrived since for periods that this run closed, of accounts "
            f"{', '.join(numbers[:NAMED_MAX])}{more}: they can't be taken back. Publish the run "
            "and credit what is wrong."
        )
