"""Carry out the plan of a migration: all is tried at once, then each file taken in by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from accounts.models import Subscription
from billing.invoicing.migration.plan import MigrationPlan, PlannedFile
from billing.invoicing.migration.trial_balance import Comparison, compare_trial_balance
from billing.invoicing.models import InvoiceLine, PaidThrough
from billing.ledger.models import Reconciliation
from billing.usage.services.take_over_usage import set_cutover
from core.errors import DomainError, InputProblem, InputRefused
from core.imports.queries import same_import
from core.imports.run import Outcome, run_batch
from core.models import ImportBatch
from core.services.apply_import import apply_import
from core.services.keep_import import start_import

NAMES_SHOWN_MAX = 20
Told = Callable[[str], None]


@dataclass(slots=True)
class FileResult:
    """What became of one file: its batch where it was taken in, its outcome where it was read."""

    planned: PlannedFile
    outcome: Outcome | None = None
    batch_id: int | None = None
    was_done: bool = False


@dataclass(slots=True)
class MigrationResult:
    """What a migration did or would do; `obstacles` are what keeps it from being finished."""

    files: list[FileResult] = field(default_factory=list)
    problems: list[InputProblem] = field(default_factory=list)
    cutovers: int = 0
    comparison: Comparison | None = None
    obstacles: list[str] = field(default_factory=list)
    reconciliation: Reconciliation | None = None


class _RolledBack(Exception):
    """Ends a trial: nothing of it stays."""


def try_migration(
    plan: MigrationPlan, *, as_of: date, now: datetime, told: Told
) -> MigrationResult:
    """Do everything and take it all back; every problem of every file is in the result.

    Rows that can't be taken in are left out in the trial, so that what refers to the others is
    read as well.
    """
    result = MigrationResult()
    try:
        with transaction.atomic():
            for planned in plan.files:
                told(f"trying {planned.path.name}")
                result.files.append(_try(planned, plan, result, as_of=as_of, now=now))
            if not result.problems:
                _finish(plan, result, now=now)
            raise _RolledBack
    except _RolledBack:
        return result


def migrate_reseller(
    plan: MigrationPlan, *, as_of: date, now: datetime, reason: str = "", told: Told
) -> MigrationResult:
    """Take in each file in a transaction of its own, then set cutovers and reconcile.

    A file that was taken in before with the same mapping is passed over, so that a migration that
    was interrupted goes on. Raises `InputRefused` with the problems of the first file that can't
    be taken in; the files before it stay. `reason` says why obstacles may stand.
    """
    result = MigrationResult()
    for planned in plan.files:
        told(f"taking in {planned.path.name}")
        result.files.append(_take_in(planned, plan, as_of=as_of, now=now))
    with transaction.atomic():
        _finish(plan, result, now=now)
        result.reconciliation = _keep_reconciliation(plan, result, reason, now)
    return result


def _batch(planned: PlannedFile, plan: MigrationPlan, now: datetime, **options: str) -> ImportBatch:
    return start_import(
        planned.kind.code,
        planned.path.read_bytes(),
        file=planned.path.name,
        now=now,
        brand=None if planned.kind.every_brand else plan.brand,
        mapping=planned.mapping or None,
        options={**planned.options, **options},
        state=ImportBatch.State.APPLYING,
    )


def _try(
    planned: PlannedFile,
    plan: MigrationPlan,
    result: MigrationResult,
    *,
    as_of: date,
    now: datetime,
) -> FileResult:
    done = FileResult(planned)
    batch = _batch(planned, plan, now)
    if before := same_import(batch):
        return FileResult(planned, batch_id=before.pk, was_done=True)
    if planned.mapping:
        batch.options = {**batch.options, "leave_out": "yes"}
    try:
        done.outcome = run_batch(batch, as_of=as_of, now=now, is_preview=True)
        result.problems += done.outcome.problems
    except InputRefused as refused:
        result.problems += refused.problems
    except DomainError as error:
        result.problems.append(InputProblem(planned.path.name, 1, str(error)))
    return done


def _take_in(
    planned: PlannedFile, plan: MigrationPlan, *, as_of: date, now: datetime
) -> FileResult:
    outcomes: list[Outcome] = []
    with transaction.atomic():
        batch = _batch(planned, plan, now)
        if before := same_import(batch):
            transaction.set_rollback(True)
            return FileResult(planned, batch_id=before.pk, was_done=True)
        apply_import(batch.pk, channel="command", now=now, as_of=as_of, told=outcomes.append)
    return FileResult(planned, outcomes[0], batch.pk)


def _finish(plan: MigrationPlan, result: MigrationResult, *, now: datetime) -> None:
    del now
    if plan.usage_from is not None:
        result.cutovers = set_cutover(plan.brand, plan.usage_from)
    if plan.trial_balance is None:
        result.obstacles.append("The plan names no trial_balance: nothing was reconciled.")
    else:
        result.comparison = compare_trial_balance(
            plan.trial_balance.path.read_bytes(),
            plan.trial_balance.path.name,
            plan.trial_balance.mapping,
            plan.brand,
            plan.taken_over_on,
        )
        if result.comparison.differences:
            count = len(result.comparison.differences)
            result.obstacles.append(f"{count} balances differ from the old trial balance.")
    if unpaid := _billed_from_their_start(plan):
        shown = ", ".join(unpaid[:NAMES_SHOWN_MAX])
        more = f" and {len(unpaid) - NAMES_SHOWN_MAX} more" if unpaid[NAMES_SHOWN_MAX:] else ""
        result.obstacles.append(
            f"{len(unpaid)} subscriptions began before {plan.taken_over_on} and nothing says until "
            f"when they are paid: their charges would be billed from their start. Give them "
            f"paid-through dates: {shown}{more}."
        )


def _billed_from_their_start(plan: MigrationPlan) -> list[str]:
    """Running subscriptions whose past would be billed, as `account/subscription`."""
    rows = Subscription.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=plan.taken_over_on),
        account__brand=plan.brand,
        account__billed_until__isnull=True,
        starts_on__lt=plan.taken_over_on,
    )
    paid = PaidThrough.objects.filter(subscription=OuterRef("pk"))
    billed = InvoiceLine.objects.filter(subscription=OuterRef("pk"), live=True)
    unpaid = rows.filter(~Exists(paid), ~Exists(billed)).order_by("account__number", "code")
    return [f"{number}/{code}" for number, code in unpaid.values_list("account__number", "code")]


def _keep_reconciliation(
    plan: MigrationPlan, result: MigrationResult, reason: str, now: datetime
) -> Reconciliation | None:
    """The record of what was compared; none where there is neither a file nor a reason."""
    comparison = result.comparison
    if comparison is None and not reason:
        return None
    content = plan.trial_balance.path.read_bytes() if plan.trial_balance else b""
    return Reconciliation.objects.create(
        legal_entity=plan.brand.legal_entity,
        as_of=plan.taken_over_on,
        file=plan.trial_balance.path.name[-255:] if plan.trial_balance else "",
        sha256=sha256(content).hexdigest() if content else "",
        compared=comparison.compared if comparison else 0,
        totals=comparison.totals if comparison else {},
        differences=[
            {
                "subject": each.subject,
                "currency": each.currency,
                "before": str(each.before),
                "taken_over": str(each.taken_over),
            }
            for each in (comparison.differences if comparison else [])
        ],
        reason=reason[:300],
        made_at=now,
    )
