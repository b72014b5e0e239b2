"""The running bill: what the next invoice would say if nothing more were used."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal

from accounts.models import Account
from billing.invoicing.calculation import Draft, calculate_draft
from billing.invoicing.catalogue import Taxing
from billing.invoicing.facts import AGAIN, Family, SubscriptionFacts
from billing.invoicing.invoice_dates import first_periods, invoice_period
from billing.invoicing.line_maker import Dates
from billing.invoicing.live.rows import LiveRows, live_rows, read_live_texts
from billing.invoicing.models import InvoiceLine
from billing.invoicing.recurring import BilledLine
from billing.invoicing.tax import GroupTotal, tax_lines
from billing.usage.live.days import DayOfUsage, days_of
from billing.usage.live.remaining import Remaining, remaining_allowances
from core.errors import DomainError
from core.money import exponent
from core.periods import Period, local_date
from core.recent import Recent

logger = logging.getLogger(__name__)

# As many as a process keeps: one takes some hundred kilobytes.
_RECENT: Recent[tuple[object, ...], LiveAccount] = Recent(100)

# Bills are made at the latest so many days after the days in which usage still comes in.
_DAYS_UNTIL_A_RUN = 7


@dataclass(frozen=True, slots=True)
class RunningBill:
    """What some accounts would be billed for the running period, as things stand at `as_of`.

    `lines` are not stored: fees as the next invoice has them and usage so far, rounded as there.
    Amounts are in `currency`; those of lines include tax where `is_gross`. `is_whole` says that
    these are all accounts of the invoice; else it is their part of it, and its tax an estimate of
    that part. Usage comes in until some days after `bill_date`, the day of the next bill run.
    `refusal` says in plain words why the bill can't be estimated: then there are no lines.
    `before` is the total of the bill before, in the days in which it has still to be made.
    """

    as_of: datetime
    period: Period
    bill_date: date
    currency: str
    is_gross: bool
    is_whole: bool
    lines: Sequence[InvoiceLine] = ()
    taxes: Sequence[GroupTotal] = ()
    before: Decimal = Decimal(0)
    refusal: str = ""

    @property
    def net(self) -> Decimal:
        """Without tax."""
        return sum((group.net for group in self.taxes), Decimal(0))

    @property
    def tax(self) -> Decimal:
        """The tax of it."""
        return sum((group.tax for group in self.taxes), Decimal(0))

    @property
    def total(self) -> Decimal:
        """With tax."""
        return self.net + self.tax

    @property
    def fees(self) -> Decimal:
        """Of the lines, what is no usage: subscriptions, one-offs and credits."""
        return _sum(line for line in self.lines if line.kind != InvoiceLine.Kind.USAGE)

    @property
    def usage(self) -> Decimal:
        """Of the lines, usage so far."""
        return _sum(line for line in self.lines if line.kind == InvoiceLine.Kind.USAGE)

    def of_subscription(self, subscription_id: int) -> list[InvoiceLine]:
        """One subscription's lines."""
        return [line for line in self.lines if line.subscription_id == subscription_id]


@dataclass(frozen=True, slots=True)
class LiveAccount:
    """The running bill, the remaining allowances and the days of some accounts, of one moment."""

    bill: RunningBill
    remaining: list[Remaining] = field(default_factory=list)
    days: list[DayOfUsage] = field(default_factory=list)
    rows: LiveRows | None = None


def live_account(
    account: Account,
    *,
    now: datetime,
    zone: str,
    account_ids: Collection[int] | None = None,
    language: str = "",
) -> LiveAccount:
    """What the account owes and may use so far; three queries, however much was used.

    `account_ids` narrows it to what the reader may see, of the accounts on the same invoice; left
    out it is all of them. `zone` is the brand's. Texts are in `language`, or the account's.
    """
    today = local_date(now, zone)
    texts = read_live_texts(account.pk, today)
    part = None if account_ids is None else frozenset(account_ids)
    # The calculation depends on nothing else: nothing has changed, or all is calculated anew.
    key = (texts.digest, today, zone, language, part)
    told = _RECENT.get(key)
    if told is None:
        told = _live_account(live_rows(texts), now, today, account_ids, language)
        if not told.bill.refusal:
            _RECENT.put(key, told)
    return replace(told, bill=replace(told.bill, as_of=now))


def _live_account(
    rows: LiveRows,
    now: datetime,
    today: date,
    account_ids: Collection[int] | None,
    language: str,
) -> LiveAccount:
    seen = {each.pk for each in rows.accounts}
    if account_ids is not None:
        seen &= set(account_ids)
    return LiveAccount(
        bill=_running_bill(rows, seen, now, language),
        remaining=remaining_allowances(rows.allowance_rows(seen), today),
        days=days_of(
            (row for row in rows.days if row.subscription.account_id in seen), rows.period
        ),
        rows=rows,
    )


def running_bill(account: Account, *, now: datetime, language: str = "") -> RunningBill:
    """The running bill of the account and of all on the same invoice."""
    return live_account(account, now=now, zone=account.brand.zone, language=language).bill


def _running_bill(
    rows: LiveRows, seen: Collection[int], now: datetime, language: str
) -> RunningBill:
    top, period = rows.top, rows.period
    empty = RunningBill(
        as_of=now,
        period=period,
        bill_date=_next_bill_date(rows),
        currency=top.currency,
        is_gross=top.brand.is_gross,
        is_whole=len(seen) == len(rows.accounts),
    )
    try:
        before, draft = _drafts(rows, local_date(now, top.brand.zone), language)
    except DomainError as error:
        return replace(empty, refusal=str(error))
    except Exception as error:  # a bill run would park the account; its pages must still open
        logger.exception("account %s: its running bill could not be calculated", top.number)
        return replace(empty, refusal=f"{type(error).__name__}: {error}")
    return replace(
        empty,
        lines=_lines(draft, seen),
        taxes=_taxes(rows, _lines(draft, seen)),
        before=sum((group.gross for group in _taxes(rows, _lines(before, seen))), Decimal(0)),
    )


def _drafts(rows: LiveRows, today: date, language: str) -> tuple[Draft | None, Draft | None]:
    """What the run of the running period's first day has still to bill, and the running bill."""
    before = None
    if _bills_before_come(rows, today):
        family, catalogue = rows.family(before=rows.period.start)
        dates = _dates(rows, rows.period.start)
        before = calculate_draft(family, catalogue, dates, language)
    family, catalogue = rows.family()
    if before is not None:
        _take_as_billed(family, before, rows.period.start)
    dates = _dates(rows, _next_bill_date(rows))
    return before, calculate_draft(family, catalogue, dates, language)


def _next_bill_date(rows: LiveRows) -> date:
    """The end of the running usage period, or of the invoice period that goes on beyond it."""
    if rows.top.invoice_months == 1:
        return rows.period.end
    return invoice_period(rows.top, _first_period(rows), rows.period.start).end


def _first_period(rows: LiveRows) -> date:
    [first] = first_periods([rows.top]).values()
    return first


def _bills_before_come(rows: LiveRows, today: date) -> bool:
    """Whether the bill run of the running period's first day has still to see the account.

    It comes some days later, when usage is complete; where it never came, the next bill holds all.
    """
    top, start = rows.top, rows.period.start
    closed = top.usage_closed_until
    days = (today - start).days
    waits = days < top.brand.usage_grace_days + _DAYS_UNTIL_A_RUN
    if top.invoice_months > 1 and start != invoice_period(top, _first_period(rows), start).start:
        return False
    return waits and top.opened_on <= start and (closed is None or closed < start)


def _dates(rows: LiveRows, bill_date: date) -> Dates:
    """As a bill run has them: no invoice is dated before the last one of its series."""
    last = rows.series.last_issue_date
    return Dates(bill_date, max(bill_date, last) if last else bill_date)


def _take_as_billed(family: Family, before: Draft, start: date) -> None:
    """Let the family know what the bill before will hold, so that it isn't billed again."""
    facts_of = {facts.subscription.pk: facts for facts in family.subscriptions}
    for place, line in enumerate(before.lines, start=1):
        facts = facts_of[line.subscription_id]
        if line.kind == InvoiceLine.Kind.CREDIT:
            _credit(facts, line)
        elif line.kind == InvoiceLine.Kind.DISCOUNT:
            line.pk = -place
            line.discounts_id = line.discounts.pk if line.discounts else None
            family.credited_lines[line.pk] = line
        elif line.kind != InvoiceLine.Kind.USAGE:
            facts.billed.append(_billed(line, -place))
            line.pk = -place
            family.credited_lines[line.pk] = line
    for facts in family.subscriptions:
        facts.summaries = [row for row in facts.summaries if row.period_start >= start]


def _billed(line: InvoiceLine, key: int) -> BilledLine:
    assert line.period_start is not None
    return BilledLine(
        id=key,
        segment=line.segment.split(AGAIN)[0],
        charge_code=line.charge_code,
        span=Period(line.period_start, line.period_end or date.max),
        days_in_period=line.days_in_period or 0,
        unit_price=line.unit_price or Decimal(0),
        amount=line.amount,
        proration=line.charge.proration if line.charge else "none",
    )


def _credit(facts: SubscriptionFacts, line: InvoiceLine) -> None:
    assert line.period_start is not None
    assert line.period_end is not None
    credit = (Period(line.period_start, line.period_end), line.amount)
    for billed in facts.billed:
        if line.credits is not None and billed.id == line.credits.pk:
            billed.credits.append(credit)
    for place, segment in enumerate(facts.segments):
        paid = segment.paid.get(line.charge_code)
        if paid and segment.key == line.segment and line.credits_paid_id == paid.id:
            changed = replace(paid, credits=[*paid.credits, credit])
            facts.segments[place] = replace(
                segment, paid={**segment.paid, line.charge_code: changed}
            )


def _lines(draft: Draft | None, seen: Collection[int]) -> list[InvoiceLine]:
    return [line for line in draft.lines if line.account_id in seen] if draft else []


def _taxes(rows: LiveRows, lines: Sequence[InvoiceLine]) -> list[GroupTotal]:
    groups = [
        (Taxing(line.tax_category, line.tax_treatment, line.tax_rate).group(), line.amount)
        for line in lines
    ]
    gross = rows.top.brand.is_gross
    return tax_lines(groups, gross_prices=gross, places=exponent(rows.top.currency)).totals


def _sum(lines: Iterable[InvoiceLine]) -> Decimal:
    return sum((line.amount for line in lines), Decimal(0))
