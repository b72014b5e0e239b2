"""Why a stored record costs what it costs: its rate, its allowances, its part of a common price."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from accounts.models import Account
from billing.rating.allowance_reasons import AllowanceReason
from billing.rating.explanation import Reason
from billing.rating.reference import explain_event
from billing.usage.allowances.explaining import Use, use_of
from billing.usage.allowances.models import UsageCorrection
from billing.usage.decks import load_deck
from billing.usage.models import UsageRecord, UsageSource, UsageType
from billing.usage.own_ids import OwnIds
from billing.usage.price_tables import NumberTables, PriceTables
from billing.usage.quotes import NO_NUMBER, Quote, epoch_seconds, quote_of
from billing.usage.rerating.models import UsageReplacement
from catalog.models import PlanVersion, Rate, RateDeck
from core.errors import DomainError
from core.formatting import format_exact_money
from core.money import from_micro

_FLAG = UsageRecord.Flag


def explain_record(
    record: UsageRecord, *, tables: PriceTables | None = None, own_ids: OwnIds | None = None
) -> Quote:
    """Why a stored record costs what it costs, calculated again from the rates of its deck and
    the allowances of its usage period.

    Of a record that counts in a cumulative price the amount is its share. Only the rates that may
    serve the period's called numbers are read, unless `tables` has read others; `own_ids` know of
    lines that aren't stored. Raises DomainError where
    that gives another amount than the one that is stored: then the record was taken over, or
    rates were taken back by hand.
    """
    quote = _before_allowances(record)
    if record.flags & _FLAG.PRICED:
        # Whatever the deck says, the source's price is kept.
        quote = _with(replace(quote, reasons=(), facts=()), record, [_reason("priced", record)])
    elif _was_rated_again(record):
        # The deck's price is another one today, and that is its replacement's.
        quote = _with(replace(quote, reasons=(), facts=()), record, [_reason("replaced", record)])
    elif record.flags & _FLAG.RERATED and record.flags & _FLAG.CORRECTION and _reverses(record):
        quote = _with(replace(quote, reasons=(), facts=()), record, [_reason("mirrors", record)])
    elif (use := use_of(record, tables or NumberTables(), own_ids or OwnIds())) is not None:
        # A late one stores the difference that it made to the common price when it came.
        late_share = use.share_micro if record.flags & _FLAG.LATE else None
        told = use.amount_micro if late_share is None else late_share
        _refuse_other_amount(quote, record, from_micro(told))
        quote = _with_use(quote, record, use)
    elif _reverses(record):
        quote = _with(quote, record, [_reason("mirrors", record)])
    else:
        _refuse_other_amount(quote, record, quote.amount)
    if record.flags & _FLAG.RERATED and not record.flags & _FLAG.CORRECTION:
        quote = _with(quote, record, [AllowanceReason("rated_again", {})])
    if record.flags & _FLAG.LATE:
        quote = replace(_with(quote, record, [AllowanceReason("billed_late", {})]), late=True)
    return _with_cost(quote, record)


def _reverses(record: UsageRecord) -> bool:
    """Whether it is a correction that names its record."""
    return UsageCorrection.objects.filter(key=record.key, start_at=record.start_at).exists()


def _was_rated_again(record: UsageRecord) -> bool:
    """Whether another record stands for it."""
    return UsageReplacement.objects.filter(
        replaced_key=record.key, start_at=record.start_at
    ).exists()


def _refuse_other_amount(quote: Quote, record: UsageRecord, told: Decimal | None) -> None:
    stored = from_micro(record.amount)
    # What a correction reverses at another time than its period's is its record's, as it was then.
    if told != stored and not _reverses(record):
        rate = Rate.objects.filter(pk=record.rate_id).select_related("superseded_by").first()
        if rate is not None and rate.superseded_by is not None:
            why = rate.superseded_by.reason or "no reason was kept"
            at = format_exact_money(stored, quote.currency, "en")
            raise DomainError(
                f"The record was rated at {at} by a rate that import {rate.superseded_by_id} has "
                f"superseded ({why}). “Rate usage again” on deck {quote.deck} gives it the price "
                "of today."
            )
        raise DomainError(
            f"The record was rated at {stored} {quote.currency}; the rates that deck {quote.deck} "
            f"has now give {told}. Look at the deck's imports for what was taken back."
        )


def _before_allowances(record: UsageRecord) -> Quote:
    version = PlanVersion.objects.filter(pk=record.plan_version_id).first()
    deck = RateDeck.objects.filter(rates=record.rate_id).first()
    digits = record.called_number or NO_NUMBER
    without_rate = _FLAG.PRICED | _FLAG.CORRECTION | _FLAG.CUMULATIVE
    if version is None or (deck is None and (record.rate_id or not record.flags & without_rate)):
        raise DomainError("The rate or the plan version that priced it is gone: run the audit.")
    if deck is None:
        account = Account.objects.get(pk=record.account_id)
        return Quote(
            deck="",
            version=version.starts_on,
            number=digits,
            start=record.start_at,
            quantity=record.quantity,
            usage_type=str(UsageType(record.usage_type).label),
            outcome="rated",
            currency=account.currency,
            amount=from_micro(record.amount),
            billed=record.billed,
        )
    loaded = load_deck(deck, number=digits)
    told = explain_event(loaded, digits, epoch_seconds(record.start_at), record.quantity)
    return quote_of(deck, told, version.starts_on, digits, record.start_at, record.quantity)


def _with_use(quote: Quote, record: UsageRecord, use: Use) -> Quote:
    """What allowances and a common price make of the price before them."""
    before = quote.amount or from_micro(0)
    reasons: list[Reason] = list(use.reasons)
    if use.share_micro is None and quote.deck:
        reasons.insert(0, AllowanceReason("before", {"amount": f"{before:f}"}))
    amount = use.amount_micro if use.share_micro is None else use.share_micro
    return replace(
        _with(quote, record, reasons),
        amount=from_micro(amount),
        before=before if use.share_micro is None else None,
        covered=use.covered,
        paid=from_micro(use.paid_micro),
    )


def _with(quote: Quote, record: UsageRecord, reasons: list[Reason]) -> Quote:
    """The quote with what the record says of itself, and further reasons."""
    more = tuple({"rule": reason.rule, **reason.values} for reason in reasons)
    return replace(
        quote,
        amount=from_micro(record.amount),
        billed=record.billed,
        reasons=(*quote.reasons, *(reason.text for reason in reasons)),
        facts=(*quote.facts, *more),
    )


def _with_cost(quote: Quote, record: UsageRecord) -> Quote:
    known = not record.flags & _FLAG.NO_COST
    has_supplier = UsageSource.objects.filter(pk=record.source_id, supplier__isnull=False)
    if known and has_supplier.exists():
        return replace(quote, cost=from_micro(record.cost))
    return quote


def _reason(rule: str, record: UsageRecord) -> AllowanceReason:
    return AllowanceReason(rule, {"amount": f"{from_micro(record.amount):f}"})
