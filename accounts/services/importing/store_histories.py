"""Stores pauses, terms, SIMs, cancellations, lines of line owners and contacts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, datetime
from itertools import pairwise
from typing import Any, NamedTuple

from accounts.models import (
    Interaction,
    Sim,
    SimAssignment,
    SubscriptionCancellation,
    SubscriptionPause,
    SubscriptionTerm,
)
from accounts.services.importing.bulk import Row, store_rows
from accounts.services.importing.entries import AccountEntry, HistoryEntry, SubscriptionEntry
from core.input_report import ImportReport


class _Held(NamedTuple):
    start: date
    end: date
    what: str
    entry: HistoryEntry | None


def check_histories(entries: list[AccountEntry], subscriptions: list[SubscriptionEntry]) -> None:
    """Report pauses and SIMs that overlap, SIMs of another brand, and contacts that changed."""
    ids = [item.subscription.pk for item in subscriptions if item.subscription.pk]
    pauses = SubscriptionPause.objects.filter(subscription__in=ids)
    _check_overlaps(
        ((item.subscription.pk, item.pauses, lambda entry: entry.key) for item in subscriptions),
        [(row.subscription_id, row.during.lower, row.during, "paused") for row in pauses],
    )
    _check_sims(subscriptions)
    _check_interactions(entries)


def store_histories(
    report: ImportReport,
    entries: list[AccountEntry],
    subscriptions: list[SubscriptionEntry],
    now: datetime,
) -> None:
    """Store what `check_histories` let pass; accounts and subscriptions are stored already."""
    ids = [item.subscription.pk for item in subscriptions]
    pauses = {
        (row.subscription_id, row.during.lower): row
        for row in SubscriptionPause.objects.filter(subscription__in=ids)
    }
    terms = {
        (row.subscription_id, row.bound_from): row
        for row in SubscriptionTerm.objects.filter(subscription__in=ids)
    }
    gone = {
        row.subscription_id: row
        for row in SubscriptionCancellation.objects.filter(
            subscription__in=ids, taken_back_at__isnull=True
        )
    }
    rows: dict[str, list[Row]] = defaultdict(list)
    for item in subscriptions:
        line = item.subscription
        for pause in item.pauses:
            found: Any = pauses.get((line.pk, pause.key))
            made: Any = found or SubscriptionPause(subscription=line)
            label = f"{item.label} from {pause.key}"
            rows["pauses"].append(Row(label, made, pause.values, found is None))
        for term in item.terms:
            found = terms.get((line.pk, term.key))
            made = found or SubscriptionTerm(subscription=line, bound_from=term.key)
            label = f"{item.label} from {term.key}"
            rows["terms"].append(Row(label, made, term.values, found is None))
        if item.cancellation is not None:
            found = gone.get(line.pk)
            made = found or SubscriptionCancellation(subscription=line)
            values = item.cancellation.values
            rows["cancellations"].append(Row(item.label, made, values, found is None))
    store_rows(report, "pauses", SubscriptionPause, rows["pauses"])
    store_rows(report, "terms", SubscriptionTerm, rows["terms"])
    store_rows(report, "cancellations", SubscriptionCancellation, rows["cancellations"])
    _store_sims(report, subscriptions)
    _store_interactions(report, entries, now)


def _store_sims(report: ImportReport, subscriptions: list[SubscriptionEntry]) -> None:
    named = [(item, sim) for item in subscriptions for sim in item.sims]
    if not named:
        return
    cards = {sim.iccid: sim for sim in Sim.objects.filter(iccid__in={s.key for _, s in named})}
    rows: dict[str, Row] = {}
    for item, entry in named:
        card = cards.get(entry.key)
        made = card or Sim(iccid=entry.key, brand=item.subscription.account.brand)
        state = {"state": Sim.State.ASSIGNED} if card is None or _in_stock(card) else {}
        rows.setdefault(entry.key, Row(entry.key, made, entry.values["sim"] | state, card is None))
    store_rows(report, "SIMs", Sim, rows.values(), unsaid=("puk",))
    stored = {
        (row.sim_id, row.subscription_id, row.during.lower): row
        for row in SimAssignment.objects.filter(sim__in=[row.instance for row in rows.values()])
    }
    assignments: list[Row] = []
    for item, entry in named:
        sim, during = rows[entry.key].instance, entry.values["during"]
        known = stored.get((sim.pk, item.subscription.pk, during.lower))
        assignment = known or SimAssignment(sim=sim, subscription=item.subscription)
        label = f"{entry.key} on {item.label}"
        assignments.append(Row(label, assignment, {"during": during}, known is None))
    store_rows(report, "SIM assignments", SimAssignment, assignments)


def _in_stock(sim: Sim) -> bool:
    return sim.state == Sim.State.IN_STOCK


def _check_sims(subscriptions: list[SubscriptionEntry]) -> None:
    """A SIM is of one brand, on one subscription at a time, which has one at a time."""
    named = {entry.key for item in subscriptions for entry in item.sims}
    if not named:
        return
    cards = {sim.iccid: sim for sim in Sim.objects.filter(iccid__in=named)}
    for item in subscriptions:
        for entry in item.sims:
            card = cards.get(entry.key)
            if card is not None and card.brand_id != item.subscription.account.brand_id:
                entry.fields.problem("iccid", f"the SIM {entry.key} is of another brand")
    ids = [item.subscription.pk for item in subscriptions if item.subscription.pk]
    rows = list(
        SimAssignment.objects.filter(subscription__in=ids)
        | SimAssignment.objects.filter(sim__iccid__in=named)
    )
    numbers = dict(
        Sim.objects.filter(pk__in={row.sim_id for row in rows}).values_list("pk", "iccid")
    )
    _check_overlaps(
        (
            (item.subscription.pk, item.sims, lambda entry: entry.values["during"].lower)
            for item in subscriptions
        ),
        [(row.subscription_id, row.during.lower, row.during, "has a SIM") for row in rows],
    )
    by_card: dict[str, list[_Held]] = defaultdict(list)
    said = set()
    for item in subscriptions:
        for entry in item.sims:
            during = entry.values["during"]
            said.add((entry.key, item.subscription.pk, during.lower))
            held = _Held(during.lower, during.upper or date.max, "is given out", entry)
            by_card[entry.key].append(held)
    for row in rows:
        if (numbers[row.sim_id], row.subscription_id, row.during.lower) not in said:
            end = row.during.upper or date.max
            by_card[numbers[row.sim_id]].append(_Held(row.during.lower, end, "is given out", None))
    for held_rows in by_card.values():
        _report(held_rows)


def _check_overlaps(
    owners: Iterable[tuple[int | None, list[HistoryEntry], Callable[[HistoryEntry], date]]],
    stored: list[tuple[int, date, Any, str]],
) -> None:
    """Spans of one subscription, of the file and those it leaves, share no day."""
    by_owner: dict[int, list[tuple[date, Any, str]]] = defaultdict(list)
    for owner, start, during, what in stored:
        by_owner[owner].append((start, during, what))
    for key, entries, start_of in owners:
        if not entries:
            continue
        held = [
            _Held(
                entry.values["during"].lower,
                entry.values["during"].upper or date.max,
                "stands here",
                entry,
            )
            for entry in entries
        ]
        said = {start_of(entry) for entry in entries}
        for start, during, what in by_owner.get(key or 0, []):
            if start not in said:
                held.append(_Held(start, during.upper or date.max, what, None))
        _report(held)


def _report(held: list[_Held]) -> None:
    held.sort(key=lambda item: (item.start, item.end))
    for earlier, later in pairwise(held):
        if later.start < earlier.end:
            entry = later.entry or earlier.entry
            other = earlier if later.entry else later
            if entry is not None:
                entry.fields.problem(
                    "from",
                    f"shares days with what {other.what} from {other.start}",
                    "end the earlier one with until:",
                )


def _check_interactions(entries: list[AccountEntry]) -> None:
    known = _stored_interactions(entries)
    for entry in entries:
        for item in entry.interactions:
            row = known.get((entry.account.pk, item.key))
            if row is not None and any(
                getattr(row, name) != value for name, value in item.values.items()
            ):
                item.fields.problem(
                    "code",
                    f"the contact {item.key} is there and says something else",
                    "a contact never changes: give the correction a code of its own",
                )


def _stored_interactions(entries: list[AccountEntry]) -> dict[tuple[int, str], Interaction]:
    ids = [entry.account.pk for entry in entries if entry.interactions and entry.account.pk]
    rows = Interaction.objects.filter(account__in=ids).exclude(code="").select_related("brand")
    return {(row.account_id or 0, row.code): row for row in rows}


def _store_interactions(report: ImportReport, entries: list[AccountEntry], now: datetime) -> None:
    known = _stored_interactions(entries)
    rows: list[Row] = []
    for entry in entries:
        for item in entry.interactions:
            found = known.get((entry.account.pk, item.key))
            made = found or Interaction(account=entry.account, code=item.key, recorded_at=now)
            label = f"{entry.account.number} {item.key}"
            rows.append(Row(label, made, item.values, found is None))
    store_rows(report, "interactions", Interaction, rows)
