"""The kinds of files of the system before that billing takes in: what a migration brings."""

from __future__ import annotations

from datetime import date, datetime

from accounts.services.take_over_binding import COLUMNS as BINDING_COLUMNS
from accounts.services.take_over_binding import take_over_binding
from accounts.services.take_over_consents import COLUMNS as CONSENT_COLUMNS
from accounts.services.take_over_consents import take_over_consents
from billing.invoicing.services.take_back_invoices import take_back_invoices
from billing.invoicing.services.take_over_invoices import COLUMNS as OPENING_COLUMNS
from billing.invoicing.services.take_over_invoices import take_over_invoices
from billing.invoicing.services.take_over_paid_through import COLUMNS as PAID_COLUMNS
from billing.invoicing.services.take_over_paid_through import take_over_paid_through
from billing.usage.services.take_over_usage import (
    ALLOWANCE_COLUMNS,
    CUTOVER_COLUMNS,
    take_over_allowances,
    take_over_cutovers,
)
from core.imports.kinds import ImportRequest, TargetField, import_kind
from core.input_report import ImportReport
from core.models import ImportBatch

TAKEN_OVER_ON = TargetField(
    "taken_over_on",
    "The day on which the system before stops and this one begins.",
    type="date",
    required=True,
)


def _taken_over_on(request: ImportRequest) -> date:
    return date.fromisoformat(request.options["taken_over_on"])


def _take_back_openings(batch: ImportBatch, now: datetime) -> None:
    take_back_invoices(batch, now=now)


@import_kind(
    "opening_balances",
    label="Opening balances",
    fields=OPENING_COLUMNS,
    options=(TAKEN_OVER_ON,),
    permission="billing.add_openingbalance",
    revert=_take_back_openings,
)
def opening_balances(request: ImportRequest) -> ImportReport:
    """Open invoices and credits of the system before."""
    return take_over_invoices(
        request.content,
        request.file,
        brand=request.brand,
        taken_over_on=_taken_over_on(request),
        now=request.now,
    )


@import_kind(
    "paid_through",
    label="Paid-through dates",
    repeats_are_one=True,
    fields=PAID_COLUMNS,
    options=(TAKEN_OVER_ON,),
    permission="billing.add_paidthrough",
)
def paid_through(request: ImportRequest) -> ImportReport:
    """Until when the system before has billed."""
    return take_over_paid_through(
        request.content, request.file, brand=request.brand, taken_over_on=_taken_over_on(request)
    )


@import_kind(
    "usage_cutover",
    label="Usage cutovers",
    repeats_are_one=True,
    fields=CUTOVER_COLUMNS,
    permission="billing.add_usagecutover",
)
def usage_cutover(request: ImportRequest) -> ImportReport:
    """From which day on usage is billed here."""
    return take_over_cutovers(request.content, request.file, brand=request.brand)


@import_kind(
    "allowances_used",
    label="Allowances used before",
    fields=ALLOWANCE_COLUMNS,
    options=(TAKEN_OVER_ON,),
    permission="billing.add_allowanceusedbefore",
)
def allowances_used(request: ImportRequest) -> ImportReport:
    """How much of its allowances each subscription used before."""
    return take_over_allowances(
        request.content, request.file, brand=request.brand, taken_over_on=_taken_over_on(request)
    )


@import_kind(
    "binding",
    label="Bindings",
    repeats_are_one=True,
    fields=BINDING_COLUMNS,
    options=(TAKEN_OVER_ON,),
    permission="accounts.add_subscriptionterm",
)
def binding(request: ImportRequest) -> ImportReport:
    """How long subscriptions are still bound."""
    return take_over_binding(
        request.content, request.file, brand=request.brand, taken_over_on=_taken_over_on(request)
    )


@import_kind(
    "consents",
    label="Consents",
    repeats_are_one=True,
    fields=CONSENT_COLUMNS,
    permission="accounts.add_consent",
    not_revertible="What somebody said stays said: take it back with a later statement.",
)
def consents(request: ImportRequest) -> ImportReport:
    """What customers agreed to hear about."""
    return take_over_consents(request.content, request.file, brand=request.brand, now=request.now)
