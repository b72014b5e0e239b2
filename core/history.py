"""Who changed what, when and why: the history of masters, prices, rights, consents, templates.

A trigger in the database writes one event row for each row that is added, changed or removed,
whatever changed it: a page, a command, a bulk statement, raw SQL. The reason and the person come
from the context in which it happens: `with changed_by(channel="command", reason="…"):`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Literal, TypeVar

import pghistory
from django.db import connection, models
from pghistory import config, runtime

M = TypeVar("M", bound=type[models.Model])

Channel = Literal["portal", "back_office", "api", "command", "job"]


def tracked(*, exclude: Sequence[str] = ()) -> Callable[[M], M]:
    """Decorate a model: each change of a row leaves an event row that never changes.

    `exclude` names fields that are caches or secrets; a change of those alone leaves no event.
    Usage, summaries, rates, lines and postings are never tracked: files and documents are their
    record.
    """

    def track(model: M) -> M:
        decorate: Any = pghistory.track(
            pghistory.InsertEvent(),
            pghistory.UpdateEvent(),
            pghistory.DeleteEvent(),
            exclude=list(exclude) or None,
            append_only=True,
        )
        result: M = decorate(model)
        return result

    return track


def changed_by(
    *,
    channel: Channel,
    user_id: int | None = None,
    acting_for: int | None = None,
    reason: str = "",
    batch: int | None = None,
    source: str = "",
) -> AbstractContextManager[Any]:
    """The context of what is changed inside: who (`user_id`), as whom (`acting_for`), and why.

    `batch` is the id of the import that changes it, `source` the command, job or file by name.
    Contexts nest; the inner one adds to the outer.
    """
    facts = {
        "channel": channel,
        "user": user_id,
        "acting_for": acting_for,
        "reason": reason,
        "batch": batch,
        "source": source,
    }
    return pghistory.context(**{key: value for key, value in facts.items() if value})


def pin_context_for_copy() -> None:
    """Give the rest of the open transaction's statements the present context.

    The context travels as settings before each statement of Django's cursors; `cursor.copy()` is
    none of these, and the rows that it writes would be nobody's. Call it before copying masters.
    """
    context = getattr(runtime._tracker, "value", None)
    if context is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pghistory.context_id', %s, true),"
            " set_config('pghistory.context_metadata', %s, true)",
            [str(context.id), json.dumps(context.metadata, cls=config.json_encoder())],
        )
