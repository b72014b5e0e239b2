"""Undo an import by the history of its changes, or say plainly what stands against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError, connection, transaction

from core.errors import DomainError
from core.history import Channel, changed_by
from core.imports.kinds import TakeBack, kind_of
from core.models import ImportBatch, User
from core.services.keep_import import move
from core.services.undo_changes import Undoing, find_obstacles, find_undoings, undo

REASONS_MAX = 200
State = ImportBatch.State


class RevertRefused(DomainError):
    """An import that can't be undone as a whole: every reason, in plain words."""

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = list(reasons)
        super().__init__(" ".join(self.reasons))


@dataclass(frozen=True, slots=True)
class Reverted:
    """How many rows went, took their former values, and came back."""

    removed: int = 0
    restored: int = 0
    brought_back: int = 0


def revert_import(batch_id: int, *, user: User | None, channel: Channel, now: datetime) -> Reverted:
    """Bring every row that the import touched back to what it was, in one transaction.

    Raises RevertRefused where a row was changed since, something was built on it, or the import
    is of a kind that is mended another way. Nothing is done then.
    """
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
        if batch.state != State.APPLIED:
            raise RevertRefused([f"Import {batch.pk} is {batch.state}; only applied ones revert."])
        if batch.not_revertible:
            raise RevertRefused([batch.not_revertible])
        kind = kind_of(batch.kind)
        user_id = user.pk if user else None
        with changed_by(channel=channel, user_id=user_id, source=f"revert of import {batch.pk}"):
            if kind.revert is not None:
                _in_its_own_way(kind.revert, batch, now)
                done = Reverted()
            else:
                done = _by_history(find_undoings(batch.pk))
            move(batch, State.REVERTED, reverted_by=user, reverted_at=now)
        return done


def _in_its_own_way(revert: TakeBack, batch: ImportBatch, now: datetime) -> None:
    try:
        revert(batch, now)
    except RevertRefused:
        raise
    except DomainError as error:
        raise RevertRefused([str(error)]) from error


def _by_history(undoings: list[Undoing]) -> Reverted:
    reasons = find_obstacles(undoings)
    if reasons:
        more = len(reasons) - REASONS_MAX
        told = reasons[:REASONS_MAX] + ([f"… and {more:,} more."] if more > 0 else [])
        raise RevertRefused(told)
    try:
        with transaction.atomic():
            counts = undo(undoings)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    except DatabaseError as error:
        what = str(error).splitlines()[0]
        raise RevertRefused([f"The rules of the books forbid it: {what}."]) from error
    return Reverted(*counts)
