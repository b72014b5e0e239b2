"""Discard lines in suspense that nobody will ever be charged for, and take that back."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from billing.usage.models import SuspendedUsage, UsageFile, UsageSource
from billing.usage.services.store_release import move_counts
from billing.usage.source_locks import write_alone
from core.errors import DomainError

REASON_MAX = 200
LINES_AT_ONCE = 20_000

_State = SuspendedUsage.State


def discard_suspended(
    lines: QuerySet[SuspendedUsage], *, by_id: int | None, reason: str, now: datetime
) -> int:
    """Discard those of these lines that are open; how many they were.

    They stay where they are, with who discarded them and why; their files count them as discarded.
    The same line again is a duplicate. Raises `DomainError` without a reason, or one that is too
    long; then nothing has changed.
    """
    reason = reason.strip()
    if not reason:
        raise DomainError("Say why these lines are discarded: they keep the reason.")
    if len(reason) > REASON_MAX:
        raise DomainError(f"The reason has more than {REASON_MAX} characters.")
    said = {"discarded_at": now, "discarded_by_id": by_id, "discard_reason": reason}
    return _move(lines, _State.OPEN, _State.DISCARDED, said)


def take_up_again(lines: QuerySet[SuspendedUsage]) -> int:
    """Put those of these lines that were discarded back into suspense; how many they were."""
    said = {"discarded_at": None, "discarded_by_id": None, "discard_reason": ""}
    return _move(lines, _State.DISCARDED, _State.OPEN, said)


@transaction.atomic
def _move(
    lines: QuerySet[SuspendedUsage], before: str, after: str, said: Mapping[str, object]
) -> int:
    """Move lines from a state to another: sources are held in the order of their ids."""
    chosen = lines.order_by()
    for source_id in sorted(set(chosen.values_list("source_id", flat=True))):
        write_alone(UsageSource.objects.get(pk=source_id).pk)
    wanted = chosen.filter(state=before).values_list("pk", "file_id", "line_number", "quantity")
    of_file: defaultdict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for pk, file_id, number, quantity in wanted.iterator():
        of_file[file_id].append((pk, number, quantity or 0))
    for file_id, rows in sorted(of_file.items()):
        file = UsageFile.objects.get(pk=file_id)
        for start in range(0, len(rows), LINES_AT_ONCE):
            some = rows[start : start + LINES_AT_ONCE]
            keys = [pk for pk, _, _ in some]
            SuspendedUsage.objects.filter(pk__in=keys).update(state=after, **said)
            move_counts(file, {number: _change(units, after) for _, number, units in some})
    return sum(map(len, of_file.values()))


def _change(units: int, after: str) -> Counter[str]:
    sign = 1 if after == _State.DISCARDED else -1
    return Counter(
        suspended=-sign,
        quantity_suspended=-sign * units,
        discarded=sign,
        quantity_discarded=sign * units,
    )
