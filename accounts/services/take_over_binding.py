"""Take over how long subscriptions are still bound by what was agreed in the system before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from accounts.models import Subscription, SubscriptionTerm
from accounts.named_rows import ACCOUNT, BRAND, SERVICE_NUMBER, SUBSCRIPTION, NamedRows
from accounts.services.bind_subscription import months_later
from core.imports.kinds import TargetField
from core.input_report import ImportReport, differences
from core.input_rows import rows_of
from core.input_tree import Fields, Problems
from core.input_values import day, whole
from core.models import Brand

PART = "bindings"
MONTHS_MAX = 120
MONTHS_USUAL = 24
COLUMNS = (
    BRAND,
    ACCOUNT,
    SUBSCRIPTION,
    SERVICE_NUMBER,
    TargetField("bound_from", "Left out: the start of the subscription.", type="date"),
    TargetField(
        "bound_through",
        "The last day of the binding.",
        type="date",
        synonyms=("bindingstid til", "bundet til", "vertragsende", "mindestlaufzeit bis"),
    ),
    TargetField("bound_until", "The first day that is free, instead.", type="date"),
    TargetField(
        "months_left",
        "Months that are left from the day of the take-over, instead.",
        type="integer",
        synonyms=("restbinding", "restlaufzeit", "gjenstående måneder"),
    ),
    TargetField("notice_days", "Days of notice.", type="integer", synonyms=("kündigungsfrist",)),
)


@dataclass(slots=True)
class _Row:
    fields: Fields
    subscription: Subscription
    start: date
    until: date
    notice: int


def take_over_binding(
    content: bytes, file: str, *, brand: Brand | None, taken_over_on: date
) -> ImportReport:
    """Store each subscription's term; one that is over already is left out, with a note.

    Raises `InputRefused` with every problem.
    """
    problems, report = Problems(file), ImportReport()
    with transaction.atomic():
        tables = rows_of(content, problems, COLUMNS, "binding")
        named = NamedRows(tables, brand)
        rows: dict[int, _Row] = {}
        for fields in tables:
            row = _read(fields, named, taken_over_on)
            if row is None:
                continue
            if row.subscription.pk in rows:
                fields.problem("subscription", "it stands twice", "keep one row for each")
            rows[row.subscription.pk] = row
        problems.refuse_if_any()
        _store(list(rows.values()), report)
    report.warnings = sorted(problems.warnings, key=lambda warning: warning.line)
    return report


def _read(fields: Fields, named: NamedRows, taken_over_on: date) -> _Row | None:
    account = named.account(fields)
    found = named.subscriptions(fields, account) if account else []
    start = fields.get("bound_from", day)
    through, until = fields.get("bound_through", day), fields.get("bound_until", day)
    months = fields.get("months_left", whole(0, MONTHS_MAX))
    notice = fields.get("notice_days", whole(0, 730)) or 0
    fields.finish()
    if not found:
        return None
    if len(found) > 1:
        fields.problem("subscription", "which subscription is not said", "name its code or number")
        return None
    names = ("bound_through", "bound_until", "months_left")
    if sum(fields.given(name) for name in names) != 1:
        fields.problem(
            "bound_through",
            "one of bound_through, bound_until and months_left is needed",
            "say until when it is bound in one way",
        )
        return None
    if through is not None:
        until = through + timedelta(days=1)
    elif months is not None:
        until = months_later(taken_over_on, months)
    if until is None:
        return None
    if until <= taken_over_on:
        fields.warn("bound_through", "the binding is over already: left out")
        return None
    start = start or _likely_start(found[0].starts_on, until, taken_over_on)
    if start > until or _months(start, until) > MONTHS_MAX:
        fields.problem("bound_from", f"bound from {start} until {until} can't be", "check the days")
        return None
    return _Row(fields, found[0], start, until, notice)


def _likely_start(starts_on: date, until: date, taken_over_on: date) -> date:
    """Where the file doesn't say when the binding began: with the subscription, if that is recent.

    An old subscription was bound anew since; no longer ago than the usual longest term, and not
    after the take-over.
    """
    usual = months_later(until, -MONTHS_USUAL)
    return max(starts_on, min(usual, taken_over_on))


def _months(start: date, until: date) -> int:
    return max(0, (until.year - start.year) * 12 + until.month - start.month)


def _store(rows: list[_Row], report: ImportReport) -> None:
    ids = [row.subscription.pk for row in rows]
    stored = {
        (term.subscription_id, term.bound_from): term
        for term in SubscriptionTerm.objects.filter(subscription__in=ids)
    }
    new: list[SubscriptionTerm] = []
    for row in rows:
        values = {
            "bound_until": row.until,
            "months": _months(row.start, row.until),
            "notice_days": row.notice,
        }
        label = f"{row.fields.subject} {row.subscription.code}: until {row.until}"
        known = stored.get((row.subscription.pk, row.start))
        if known is None:
            new.append(
                SubscriptionTerm(subscription=row.subscription, bound_from=row.start, **values)
            )
            report.add_new(PART, label)
        elif changes := differences(known, values):
            for name, value in values.items():
                setattr(known, name, value)
            known.save(update_fields=list(values))
            report.add_changed(PART, label, changes)
        else:
            report.add_unchanged(PART)
    SubscriptionTerm.objects.bulk_create(new, batch_size=2000)
