"""Calculate accounts of a bill run: close their usage periods and store their draft invoices."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db import connection, transaction

from accounts.models.people import Account
from billing.invoicing.calculation import Draft, calculate_drafts
from billing.invoicing.catalogue import Catalogue
from billing.invoicing.facts import Family, family_ids, gather_families
from billing.invoicing.invoice_dates import first_usage, not_due
from billing.invoicing.line_maker import Dates
from billing.invoicing.models import (
    BillRun,
    BillRunAccount,
    Invoice,
    InvoiceLine,
    InvoiceTax,
    InvoiceUsage,
)
from billing.usage.allowances.settling import settle_accounts
from billing.usage.models import UsagePeriod
from core.errors import DomainError
from core.models import Brand
from core.periods import period_containing, periods_between

logger = logging.getLogger(__name__)

State = BillRunAccount.State
WAITS = "it comes to nothing and waits for the next invoice"


def calculate_accounts(
    run: BillRun, top_ids: Sequence[int], catalogue: Catalogue, dates: Dates, *, now: datetime
) -> bool:
    """Calculate these accounts in one transaction, under their locks; False if the run was paused
    or cancelled meanwhile, and nothing was done.

    Their usage periods up to the bill date close: what arrives from now on is late. An account
    that can't be calculated is parked with the reason and keeps its period open; the others go on.
    One whose invoice period goes on is left alone, with the date of its next invoice.
    Before their usage is read, what it takes of allowances is brought up to date.
    """
    with transaction.atomic():
        if not _goes_on(run):
            return False
        families = family_ids(top_ids)
        every_id = sorted(account_id for ids in families.values() for account_id in ids)
        list(
            Account.objects.select_for_update(no_key=True)
            .filter(pk__in=every_id)
            .order_by("pk")
            .values_list("pk")
        )
        rows = {
            row.account_id: row
            for row in run.accounts.filter(account_id__in=top_ids, state=State.PENDING)
        }
        tops = list(Account.objects.filter(pk__in=rows).order_by("number"))
        waiting = not_due(tops, run.bill_date)
        for top_id, day in waiting.items():
            rows[top_id].state = State.NOTHING
            rows[top_id].reason = f"its next invoice is that of {day}"
        tops = [top for top in tops if top.pk not in waiting]
        unsettled = _settle_or_park(run, {top.pk: families[top.pk] for top in tops}, rows)
        drafts: list[Draft] = []
        closing: list[Family] = []
        for family in gather_families(tops, catalogue, run.bill_date):
            row = rows[family.top.pk]
            if family.top.pk in unsettled:
                continue
            made = _calculate_or_park(family, catalogue, dates, row)
            # What waits for the next invoice waits with its usage.
            if row.state != State.PARKED and row.reason != WAITS:
                closing.append(family)
            for draft in made:
                draft.invoice.run = run
            drafts += made
        _store(drafts)
        for draft in reversed(drafts):
            rows[draft.invoice.account_id].invoice = draft.invoice
        _close_periods(closing, run, now=now)
        BillRunAccount.objects.bulk_update(rows.values(), ["state", "reason", "invoice"])
    return True


def _goes_on(run: BillRun) -> bool:
    """Whether the run is still calculating; until the transaction ends nobody changes that."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT state FROM billing_billrun WHERE id = %s FOR SHARE", [run.pk])
        return bool(cursor.fetchone() == (BillRun.State.CALCULATING.value,))


def _settle_or_park(
    run: BillRun, families: Mapping[int, Collection[int]], rows: Mapping[int, BillRunAccount]
) -> set[int]:
    """Bring the allowances of these families up to date; those where that fails are parked."""
    every_id = {account_id for ids in families.values() for account_id in ids}
    try:
        with transaction.atomic():
            settle_accounts(run.brand, every_id, until=run.bill_date)
    except Exception as error:  # one account's surprise must not stop the others' bills
        if len(families) == 1:
            [top] = families
            logger.exception("account %s: its allowances could not be settled", top)
            reason = str(error) if isinstance(error, DomainError) else f"{error!r}"
            rows[top].state, rows[top].reason = State.PARKED, reason[:300]
            return {top}
        parked = [_settle_or_park(run, {top: ids}, rows) for top, ids in families.items()]
        return set().union(*parked)
    return set()


def _calculate_or_park(
    family: Family, catalogue: Catalogue, dates: Dates, row: BillRunAccount
) -> list[Draft]:
    try:
        drafts = calculate_drafts(family, catalogue, dates)
    except DomainError as error:
        row.state, row.reason = State.PARKED, str(error)[:300]
        return []
    except Exception as error:  # one account's surprise must not stop the others' bills
        logger.exception("account %s could not be calculated", family.top.number)
        row.state, row.reason = State.PARKED, f"{type(error).__name__}: {error}"[:300]
        return []
    if not drafts:
        row.state, row.reason = State.NOTHING, "no charges"
    elif _waits(drafts, catalogue.brand):
        row.state, row.reason = State.NOTHING, WAITS
        return []
    else:
        row.state, row.reason = State.CALCULATED, ""
    return drafts


def _waits(drafts: Sequence[Draft], brand: Brand) -> bool:
    """Whether the brand makes no invoice of this; usage that cost something is billed at once."""
    return brand.zero_invoices == Brand.ZeroInvoices.CARRY and not any(
        draft.invoice.total
        or any(line.kind == InvoiceLine.Kind.USAGE and line.amount for line in draft.lines)
        for draft in drafts
    )


def _store(drafts: Sequence[Draft]) -> None:
    Invoice.objects.bulk_create(draft.invoice for draft in drafts)
    lines: list[InvoiceLine] = []
    taxes: list[InvoiceTax] = []
    usage: list[InvoiceUsage] = []
    for draft in drafts:
        for line in draft.lines:
            line.invoice = draft.invoice
        for tax in draft.taxes:
            tax.invoice = draft.invoice
        lines += draft.lines
        taxes += draft.taxes
        usage += draft.usage
    # A discount names its line, which must be there before.
    discounts = [line for line in lines if line.kind == InvoiceLine.Kind.DISCOUNT]
    others = [line for line in lines if line.kind != InvoiceLine.Kind.DISCOUNT]
    InvoiceLine.objects.bulk_create(others, batch_size=2000)
    for line in discounts:
        line.discounts_id = line.discounts.pk if line.discounts else None
    InvoiceLine.objects.bulk_create(discounts, batch_size=2000)
    InvoiceTax.objects.bulk_create(taxes, batch_size=2000)
    for link in usage:
        link.line_id = link.line.pk
    InvoiceUsage.objects.bulk_create(usage, batch_size=2000)


def _close_periods(families: Sequence[Family], run: BillRun, *, now: datetime) -> None:
    accounts = [account for family in families for account in family.members]
    used = first_usage([account.pk for account in accounts])
    periods: list[UsagePeriod] = []
    for family in families:
        for account in family.members:
            start = account.usage_closed_until
            if start is None:
                opened = min(account.opened_on, used.get(account.pk, account.opened_on))
                start = period_containing(opened, family.top.bill_day).start
            periods.extend(
                UsagePeriod(account=account, start=period.start, end=period.end, closed_at=now)
                for period in periods_between(start, run.bill_date, family.top.bill_day)
            )
    UsagePeriod.objects.bulk_create(periods, batch_size=2000)
    Account.objects.filter(pk__in=[account.pk for account in accounts]).update(
        usage_closed_until=run.bill_date
    )
