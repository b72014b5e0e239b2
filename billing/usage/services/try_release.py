"""What a release would do, before anybody does it: the charges of each customer then and now."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q, Sum

from accounts.models import Account
from billing.usage.any_of import any_of
from billing.usage.models import UsageSource, UsageSummary
from billing.usage.services.release_suspended import RELEASABLE, release_suspended
from billing.usage.totals import UsageTotals


@dataclass(frozen=True, slots=True)
class Effect:
    """What an account's usage that is not billed yet costs before and after, in millionths of its
    currency unit, in the brand's price mode."""

    account: Account
    before: int
    after: int

    @property
    def change(self) -> int:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class TriedRelease:
    """What became of the lines, and whose charges changed: the greatest change first."""

    totals: UsageTotals
    effects: list[Effect]


class _UndoTrial(Exception):
    """Takes everything of a trial back."""


def try_release(
    *,
    source: UsageSource,
    now: datetime,
    reasons: Collection[str] = RELEASABLE,
    cause: str | None = None,
) -> TriedRelease:
    """Release as `release_suspended` does, tell what it did, and take it all back.

    It is the release itself, so the figures are those that a release at the same moment has.
    """
    tried: list[TriedRelease] = []
    try:
        with transaction.atomic():
            tried.append(release_with_effects(source, now, reasons, cause))
            raise _UndoTrial
    except _UndoTrial:
        return tried[0]


def release_with_effects(
    source: UsageSource, now: datetime, reasons: Collection[str], cause: str | None
) -> TriedRelease:
    """Release, and say whose charges changed."""
    before = _unbilled(source)
    totals = release_suspended(source=source, now=now, reasons=reasons, cause=cause)
    after = _unbilled(source)
    changed = [
        account
        for account in before.keys() | after.keys()
        if before.get(account, (0, 0)) != after.get(account, (0, 0))
    ]
    accounts = Account.objects.filter(any_of("pk", changed)).in_bulk()
    effects = [
        Effect(accounts[pk], before.get(pk, (0, 0))[0], after.get(pk, (0, 0))[0]) for pk in changed
    ]
    effects.sort(key=lambda effect: (-abs(effect.change), effect.account.number))
    return TriedRelease(totals, effects)


def _unbilled(source: UsageSource) -> dict[int, tuple[int, int]]:
    """By account of the source's brand: the amount and the units of its open usage periods."""
    rows = (
        UsageSummary.objects.filter(account__brand=source.brand_id)
        .filter(
            Q(account__usage_closed_until=None)
            | Q(period_start__gte=F("account__usage_closed_until"))
        )
        .order_by()
        .values_list("account_id")
        .annotate(amount=Sum("amount"), records=Sum("records"))
    )
    return {account: (int(amount), int(records)) for account, amount, records in rows}
