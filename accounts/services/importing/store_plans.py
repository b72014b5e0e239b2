"""Brings plan histories to what the file says from its first date on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.models import SubscriptionPlan
from accounts.services.importing.entries import SubscriptionEntry
from accounts.services.importing.spans import Span, SpanChanges, until_next
from accounts.services.importing.stored import Stored
from catalog.models import Plan
from core.input_report import ImportReport

PART = "plan histories"


def check_plans(entries: list[SubscriptionEntry], stored: Stored) -> None:
    """Report plans that change without a date, and warn of days without a plan."""
    for entry in entries:
        rows = stored.plan_history.get(entry.subscription.pk, [])
        if entry.plans is None:
            if not rows:
                entry.fields.warn("plans", "has no plan: nothing is charged, usage has no price")
            continue
        if rows and not entry.is_dated:
            _refuse_a_change_without_date(entry, rows[-1].plan)
        elif not rows and entry.plans and entry.plans[0].start > entry.starts_on:
            entry.fields.warn("plans", f"has no plan before {entry.plans[0].start}")


def store_plans(
    report: ImportReport, entries: list[SubscriptionEntry], stored: Stored, as_of: date
) -> None:
    """Store the histories; what was stored before the file's first date stays as it was."""
    changes: SpanChanges[SubscriptionPlan] = SpanChanges()
    for entry in entries:
        rows = stored.plan_history.get(entry.subscription.pk, [])
        if not entry.plans or (rows and not entry.is_dated):
            if rows:
                report.add_unchanged(PART)
            continue
        before = [Span(row.plan, row.during.lower, row.during.upper) for row in rows]
        after = _history(entry, before)
        _collect(changes, entry, rows, before, after)
        _count(report, entry, before, after)
        if before and _until(before, as_of) != _until(after, as_of):
            entry.fields.warn(
                "plans",
                f"the plans before {as_of} change",
                "what was billed for these days is settled by the next bill run",
            )
    changes.store(SubscriptionPlan)


def _refuse_a_change_without_date(entry: SubscriptionEntry, plan: Plan) -> None:
    wanted = entry.plans[0].plan if entry.plans else plan
    if wanted != plan:
        entry.fields.problem(
            "plan",
            f"has plan {plan.code}, not {wanted.code}, and CSV names no date of the change",
            "write it in YAML with plans: and from:",
        )


def _history(entry: SubscriptionEntry, before: Sequence[Span]) -> list[Span]:
    plans = entry.plans or []
    first = plans[0].start
    kept = [
        (span.what, max(span.start, entry.starts_on))
        for span in before
        if span.start < first and span.end_or_never > entry.starts_on
    ]
    return until_next(kept + [(item.plan, item.start) for item in plans])


def _collect(
    changes: SpanChanges[SubscriptionPlan],
    entry: SubscriptionEntry,
    rows: Sequence[SubscriptionPlan],
    before: Sequence[Span],
    after: Sequence[Span],
) -> None:
    wanted = {(span.what.pk, span.start): span for span in after}
    for row, span in zip(rows, before, strict=True):
        found = wanted.pop((span.what.pk, span.start), None)
        if found is None:
            changes.gone.append(row)
        else:
            changes.keep(row, span, found)
    for span in wanted.values():
        during = DateRange(span.start, span.end)
        changes.new.append(
            SubscriptionPlan(subscription=entry.subscription, plan=span.what, during=during)
        )


def _count(
    report: ImportReport, entry: SubscriptionEntry, before: list[Span], after: list[Span]
) -> None:
    if before == after:
        report.add_unchanged(PART)
    elif not before:
        report.add_new(PART, f"{entry.label}: {_words(after)}")
    else:
        report.add_changed(PART, entry.label, [f"{_words(before)} → {_words(after)}"])


def _words(spans: Sequence[Span]) -> str:
    return ", ".join(f"{span.what.code} from {span.start}" for span in spans) or "(none)"


def _until(spans: Sequence[Span], day: date) -> list[Span]:
    """The part of a history that lies before a day."""
    return [
        Span(span.what, span.start, min(span.end_or_never, day))
        for span in spans
        if span.start < day
    ]
