"""The history's context of one import: it reaches COPY too, and ends where the import ends."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from django.db import connection
from pghistory import config, runtime

from core.history import Channel, changed_by


@contextmanager
def batch_context(
    batch: int, *, channel: Channel, user_id: int | None = None, source: str = ""
) -> Iterator[None]:
    """Everything changed inside, by whatever statement, carries the id of the import.

    Call it inside a transaction. pghistory writes its settings before each statement of Django's
    cursors; COPY is none, so they are set here once for the whole transaction. A context around
    this one is set aside meanwhile, so that what follows there isn't taken for the import's.
    """
    around: Any = getattr(runtime._tracker, "value", None)
    if around is not None:
        facts = {"channel": channel, "user": user_id, "batch": batch, "source": source}
        metadata = {**around.metadata, **{key: value for key, value in facts.items() if value}}
        runtime._tracker.value = runtime.Context(id=uuid4(), metadata=metadata)
        try:
            _pin()
            yield
        finally:
            runtime._tracker.value = around
    else:
        with changed_by(channel=channel, user_id=user_id, batch=batch, source=source):
            _pin()
            yield
    _unpin()


def _pin() -> None:
    value = runtime._tracker.value
    _set(str(value.id), json.dumps(value.metadata, cls=config.json_encoder()))


def _unpin() -> None:
    """What follows in the transaction is not the import's; a failed one ends by itself."""
    _set("", "")


def _set(context_id: str, metadata: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pghistory.context_id', %s, true),"
            " set_config('pghistory.context_metadata', %s, true)",
            [context_id, metadata],
        )
