"""Take over until when the system before has billed each subscription's charges."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction

from accounts.models import Subscription
from accounts.named_rows import ACCOUNT, BRAND, SERVICE_NUMBER, SUBSCRIPTION, NamedRows
from billing.invoicing.models import InvoiceLine, PaidThrough
from catalog.models import Charge
from core.imports.kinds import TargetField
from core.input_report import ImportReport, differences
from core.input_rows import check_decimals, rows_of
from core.input_tree import Fields, Problems, listed
from core.input_values import amount, code, day
from core.models import Brand

PART = "paid-through dates"
COLUMNS = (
    BRAND,
    ACCOUNT,
    SUBSCRIPTION,
    SERVICE_NUMBER,
    TargetField("add_on", "The add-on's code; left out: the whole subscription."),
    TargetField("charge", "The charge's code; left out: all charges.", synonyms=("avgift",)),
    TargetField(
        "paid_through",
        "The last day that was billed.",
        type="date",
        synonyms=("betalt til", "betalt til og med", "fakturert til", "abgerechnet bis"),
    ),
    TargetField(
        "paid_until",
        "The first day that was not billed, instead of paid_through.",
        type="date",
        synonyms=("neste fakturering fra", "nächste abrechnung ab"),
    ),
    TargetField(
        "amount",
        "What the last period billed there cost, in the brand's price mode; needs charge.",
        type="decimal",
    ),
)


@dataclass(slots=True)
class _Row:
    fields: Fields
    subscriptions: list[Subscription]
    add_on: str
    charge: str
    until: date
    amount: Decimal | None


def take_over_paid_through(
    content: bytes, file: str, *, brand: Brand | None, taken_over_on: date
) -> ImportReport:
    """Store a paid-through date for each row; a row without a subscription counts for all.

    What began by `taken_over_on` is charged from the paid-through date on, what begins later from
    its own first day. Raises `InputRefused` with every problem.
    """
    problems, report = Problems(file), ImportReport()
    with transaction.atomic():
        tables = rows_of(content, problems, COLUMNS, "paid-through date")
        named = NamedRows(tables, brand)
        rows = [row for fields in tables if (row := _read(fields, named))]
        _check_charges(rows)
        _check_unbilled(rows)
        wanted = _by_key(rows)
        problems.refuse_if_any()
        _store(wanted, taken_over_on, report)
    report.warnings = sorted(problems.warnings, key=lambda warning: warning.line)
    return report


def _read(fields: Fields, named: NamedRows) -> _Row | None:
    account = named.account(fields)
    subscriptions = named.subscriptions(fields, account) if account else []
    add_on, charge = (fields.get(name, code(60)) or "" for name in ("add_on", "charge"))
    through, until = fields.get("paid_through", day), fields.get("paid_until", day)
    paid = fields.get("amount", amount(3))
    fields.finish()
    if account is None or not subscriptions:
        return None
    if fields.given("paid_through") == fields.given("paid_until"):
        fields.problem(
            "paid_through",
            "one of paid_through and paid_until is needed, not both",
            "paid_through is the last day billed, paid_until the first day not billed",
        )
    if until is None and through is None:
        return None
    until = until or (through or date.min) + timedelta(days=1)
    if paid is not None and not charge:
        fields.problem("amount", "an amount needs its charge", "name the charge it is for")
    check_decimals(fields, "amount", paid, account.currency)
    return _Row(fields, subscriptions, add_on, charge, until, paid)


def _check_charges(rows: Sequence[_Row]) -> None:
    plans = {
        plan_id
        for row in rows
        for subscription in row.subscriptions
        for plan_id in _plans(subscription, row.add_on)
    }
    codes: dict[int, set[str]] = defaultdict(set)
    for plan_id, charge in Charge.objects.filter(version__plan__in=plans).values_list(
        "version__plan_id", "code"
    ):
        codes[plan_id].add(charge)
    for row in rows:
        for subscription in row.subscriptions:
            own = _plans(subscription, row.add_on)
            if row.add_on and not own:
                known = listed(add_on.code for add_on in subscription.add_ons.all())
                row.fields.problem(
                    "add_on", f"add-on {row.add_on!r} is not known", f"it has: {known}"
                )
            charges = set().union(*(codes[plan_id] for plan_id in own))
            if own and row.charge and row.charge not in charges:
                row.fields.problem(
                    "charge",
                    f"charge {row.charge!r} is none of subscription {subscription.code}'s",
                    f"known are: {listed(sorted(charges))}",
                )


def _plans(subscription: Subscription, add_on: str) -> set[int]:
    if add_on:
        return {each.plan_id for each in subscription.add_ons.all() if each.code == add_on}
    return {each.plan_id for each in subscription.plan_history.all()}


def _check_unbilled(rows: Sequence[_Row]) -> None:
    ids = {subscription.pk for row in rows for subscription in row.subscriptions}
    billed = dict(
        InvoiceLine.objects.filter(
            subscription__in=ids, live=True, kind=InvoiceLine.Kind.RECURRING
        ).values_list("subscription_id", "invoice__number")
    )
    for row in rows:
        for subscription in row.subscriptions:
            if subscription.pk in billed:
                row.fields.problem(
                    "paid_through",
                    f"subscription {subscription.code} was billed here already "
                    f"({billed[subscription.pk] or 'in a draft'})",
                    "leave it out: its invoices say until when it is billed",
                )


def _by_key(rows: Sequence[_Row]) -> dict[tuple[int, str, str], tuple[_Row, Subscription]]:
    wanted: dict[tuple[int, str, str], tuple[_Row, Subscription]] = {}
    for row in rows:
        for subscription in row.subscriptions:
            key = (subscription.pk, row.add_on, row.charge)
            before = wanted.setdefault(key, (row, subscription))[0]
            if before is not row:
                row.fields.problem(
                    "paid_through",
                    f"subscription {subscription.code} has a date already, on line "
                    f"{before.fields.line}",
                    "keep one of them, or name the add-on or charge",
                )
    return wanted


def _store(
    wanted: dict[tuple[int, str, str], tuple[_Row, Subscription]],
    taken_over_on: date,
    report: ImportReport,
) -> None:
    ids = {key[0] for key in wanted}
    stored = {
        (row.subscription_id, row.add_on, row.charge_code): row
        for row in PaidThrough.objects.filter(subscription__in=ids)
    }
    new: list[PaidThrough] = []
    changed: list[PaidThrough] = []
    for key, (row, subscription) in wanted.items():
        values = {"paid_until": row.until, "amount": row.amount, "taken_over_on": taken_over_on}
        what = " ".join(filter(None, (row.fields.subject, subscription.code, *key[1:])))
        known = stored.get(key)
        if known is None:
            new.append(
                PaidThrough(subscription=subscription, add_on=key[1], charge_code=key[2], **values)
            )
            report.add_new(PART, f"{what}: {row.until}")
        elif changes := differences(known, values):
            for name, value in values.items():
                setattr(known, name, value)
            changed.append(known)
            report.add_changed(PART, what, changes)
        else:
            report.add_unchanged(PART)
    PaidThrough.objects.bulk_create(new, batch_size=2000)
    PaidThrough.objects.bulk_update(changed, ["paid_until", "amount", "taken_over_on"], 1000)
