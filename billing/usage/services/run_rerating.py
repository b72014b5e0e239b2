"""Run a re-rating through all accounts that it touches: tried and taken back, or carried out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from datetime import date, datetime

from django.db import transaction
from django.db.models import Sum

from billing.usage.allowances.settling import UsageTerms
from billing.usage.price_tables import PriceTables
from billing.usage.rerating.at_work import at_work, interrupted_of
from billing.usage.rerating.candidates import Candidates, candidates
from billing.usage.rerating.models import Rerating, ReratingEffect
from billing.usage.services.rerate_usage import rerate_usage
from catalog.models import RateDeck
from core.errors import DomainError
from core.periods import local_date

REASON_MAX = 200

_State = Rerating.State
_COUNTS = ("replaced", "adjusted", "unpriced", "masked", "left")
# Told how many accounts are done, of how many.
Report = Callable[[int, int], None]


class _UndoTrial(Exception):
    """Takes a trial back."""


def request_rerating(
    deck: RateDeck, starts_on: date, *, reason: str, by_id: int | None, now: datetime
) -> Rerating:
    """A re-rating that is to be tried; not saved.

    Raises `DomainError` for a buy deck, a day that is still to come, or no reason.
    """
    if deck.brand is None:
        raise DomainError(
            f"Deck {deck.code} says what we pay, not what customers pay. Name a sell deck."
        )
    if starts_on > local_date(now, deck.zone):
        raise DomainError(f"Nothing was used yet on {starts_on}: name a day that has begun.")
    if not reason.strip():
        raise DomainError("Say why the usage is rated again: customers may ask.")
    return Rerating(
        deck=deck,
        starts_on=starts_on,
        reason=reason.strip()[:REASON_MAX],
        requested_at=now,
        requested_by_id=by_id,
    )


def interrupted_twin(rerating: Rerating) -> Rerating | None:
    """The last one of the same deck, day and reason whose carrying out stopped half-way."""
    rows = Rerating.objects.filter(
        deck=rerating.deck,
        starts_on=rerating.starts_on,
        reason=rerating.reason,
        state=_State.RUNNING,
    )
    stopped = interrupted_of(rows)
    return rows.filter(pk__in=stopped).select_related("deck__brand").order_by("-pk").first()


def keep_rerating(rerating: Rerating) -> Rerating:
    """Store a requested re-rating, so that what comes of its trial is kept with it."""
    rerating.save(force_insert=True)
    return rerating


def try_rerating(
    rerating: Rerating, *, now: datetime, report: Report = lambda _done, _all: None
) -> list[ReratingEffect]:
    """What a re-rating would do, batch by batch as it would be done, each taken back at once.

    Of one that is saved the counts and effects are kept, and it is tried then; one that isn't
    leaves no trace.
    """
    is_kept = rerating.pk is not None
    if not is_kept:
        return _try(rerating, is_kept=False, now=now, report=report)
    with at_work(rerating):
        rerating.refresh_from_db(fields=("state",))
        return _try(rerating, is_kept=True, now=now, report=report)


def _try(
    rerating: Rerating, *, is_kept: bool, now: datetime, report: Report
) -> list[ReratingEffect]:
    if rerating.state != _State.TRYING:
        raise DomainError("This re-rating was tried before; request another one.")
    effects: list[ReratingEffect] = []

    def run(wanted: Candidates, ids: list[int], terms: UsageTerms, tables: PriceTables) -> None:
        try:
            with transaction.atomic():
                if not is_kept:
                    rerating.save(force_insert=True)
                effects.extend(
                    rerate_usage(rerating, wanted, ids, usage_terms=terms, tables=tables, now=now)
                )
                raise _UndoTrial
        except _UndoTrial:
            if not is_kept:
                rerating.pk = None

    _run(rerating, run, report)
    if is_kept:
        with transaction.atomic():
            rerating.effects.all().delete()
            ReratingEffect.objects.bulk_create(effects, batch_size=2000)
            rerating.state = _State.TRIED
            rerating.save()
    return effects


def carry_out_rerating(
    rerating: Rerating, *, now: datetime, report: Report = lambda _done, _all: None
) -> list[ReratingEffect]:
    """Carry a re-rating out, so many accounts at a time; its effects are kept with them.

    Killed in between it may be carried out again: what was done stays, and has no effect twice.
    Returned are the effects of all that was done, before an interruption too.
    """
    with ExitStack() as stack:
        if rerating.pk is not None:
            stack.enter_context(at_work(rerating))
            rerating.refresh_from_db(fields=("state", "refusal"))
        with transaction.atomic():
            is_new = rerating.pk is None
            _begin(rerating)
            if is_new:
                stack.enter_context(at_work(rerating))
        _carry_out(rerating, now=now, report=report)
    return list(rerating.effects.select_related("account").order_by("account_id"))


def _begin(rerating: Rerating) -> None:
    if rerating.state == _State.DONE:
        raise DomainError("This re-rating is done; request another one.")
    if rerating.state == _State.TRYING and rerating.pk is not None:
        raise DomainError("This re-rating is being tried; look at whom it affects first.")
    was_tried = rerating.state not in {_State.RUNNING, _State.FAILED}
    rerating.state, rerating.refusal = _State.RUNNING, ""
    rerating.save()
    if was_tried:
        # What is known so far is the trial's.
        rerating.effects.all().delete()


def _carry_out(rerating: Rerating, *, now: datetime, report: Report) -> None:
    def run(wanted: Candidates, ids: list[int], terms: UsageTerms, tables: PriceTables) -> None:
        with transaction.atomic():
            effects = rerate_usage(rerating, wanted, ids, usage_terms=terms, tables=tables, now=now)
            _keep(rerating, effects)
            rerating.save(update_fields=_COUNTS)

    _run(rerating, run, report)
    for name in ("replaced", "adjusted"):
        # An interrupted run did a part of it.
        setattr(rerating, name, rerating.effects.aggregate(sum=Sum(name, default=0))["sum"])
    rerating.state, rerating.finished_at = _State.DONE, now
    rerating.save()


def fail_rerating(rerating: Rerating, why: str) -> None:
    """Note why a re-rating could not be tried, or be carried out to its end.

    Raises `DomainError` if it was.
    """
    rerating.refresh_from_db()
    if rerating.state not in {_State.TRYING, _State.RUNNING}:
        raise DomainError("This re-rating isn't at work.")
    rerating.state, rerating.refusal = _State.FAILED, why[:300]
    rerating.save(update_fields=("state", "refusal"))


def _run(
    rerating: Rerating,
    run: Callable[[Candidates, list[int], UsageTerms, PriceTables], None],
    report: Report,
) -> None:
    brand = rerating.deck.brand
    assert brand is not None
    wanted = candidates(rerating.deck, rerating.starts_on)
    for name in _COUNTS:
        setattr(rerating, name, 0)
    rerating.masked = wanted.masked()
    total, done = wanted.account_count(), 0
    tables, terms = PriceTables(), UsageTerms(brand)
    for ids in wanted.account_batches():
        report(done, total)
        run(wanted, ids, terms, tables)
        done += len(ids)
    report(done, total)


def _keep(rerating: Rerating, effects: Iterable[ReratingEffect]) -> None:
    """Store the effects, added to those that an interrupted run stored before."""
    known = {effect.account_id: effect for effect in rerating.effects.all()}
    for effect in effects:
        before = known.get(effect.account_id)
        if before is not None:
            effect.pk = before.pk
            effect.open_before = before.open_before
            effect.replaced += before.replaced
            effect.adjusted += before.adjusted
            effect.adjustment += before.adjustment
        effect.save()
