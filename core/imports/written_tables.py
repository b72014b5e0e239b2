"""Which tables an import wrote to, so that nothing of it escapes its undoing unnoticed."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Model
from pghistory.models import Event

# Rows that are about the import and none of its effect; a login without its person opens nothing,
# and is taken up again when the person comes back.
ABOUT = {"core_importbatch", "core_importmapping", "core_job", "core_user", "pghistory_context"}


def event_models() -> dict[type[Model], Any]:
    """The event table of each model whose history is kept."""
    found: dict[type[Model], Any] = {}
    for model in apps.get_models():
        if issubclass(model, Event) and not model._meta.proxy:
            tracked = getattr(model, "pgh_tracked_model", None)
            if tracked is not None:
                found[tracked] = model
    return found


def written_tables() -> dict[str, int]:
    """Rows added, changed and removed by table, of this session's open transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT relname, n_tup_ins + n_tup_upd + n_tup_del
              FROM pg_stat_xact_user_tables
             WHERE n_tup_ins + n_tup_upd + n_tup_del > 0
            """
        )
        return dict(cursor.fetchall())


def without_history(before: dict[str, int]) -> list[str]:
    """The tables written to since `before` that keep no history, by their models' names."""
    histories = event_models()
    known = {model._meta.db_table for model in histories}
    known |= {model._meta.db_table for model in histories.values()}
    now = written_tables()
    written = {table for table, count in now.items() if count > before.get(table, 0)}
    names = {
        model._meta.db_table: str(model._meta.verbose_name_plural) for model in apps.get_models()
    }
    return sorted(names.get(table, table) for table in written - known - ABOUT)
