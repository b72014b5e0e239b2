"""What always holds of the history: nothing changes without it, and it says what the rows say."""

# ruff: noqa: S608 – the names in the statements are those of models

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pgtrigger
from django.db import connection
from django.db.models import Model
from pghistory.models import Context, Event

from core.audit import invariant
from core.imports.written_tables import event_models

HITS_MAX = 1000
NAMED_MAX = 20
KEPT = ("append_only",)
WRITERS = ("insert_insert", "update_update", "delete_delete")
# The body of a trigger's function, as it stands in the statement that makes it.
BODY = re.compile(r"RETURNS TRIGGER AS \$\$(.*?)\$\$ LANGUAGE", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Kept:
    """A model with its history: the two tables and the columns that both have."""

    model: type[Model]
    events: type[Event]

    @property
    def columns(self) -> list[str]:
        """The columns whose history is kept, the key among them."""
        kept = {item.column for item in self.events._meta.concrete_fields}
        fields: Any = self.model._meta.concrete_fields
        return [item.column for item in fields if item.column in kept]

    @property
    def tables(self) -> dict[str, str]:
        """The names in a statement."""
        return {
            "rows": _quoted(self.model._meta.db_table),
            "events": _quoted(self.events._meta.db_table),
            "key": _quoted(str(self.model._meta.pk.column)),
        }

    @property
    def name(self) -> str:
        """What rows are called here: accounts.Account."""
        return str(self.model._meta.label)

    def named(self, keys: list[int]) -> dict[int, str]:
        """The first few rows by the words that pages use; a row that is gone has its key alone."""
        rows = self.model._base_manager.in_bulk(keys[:NAMED_MAX])
        return {key: f"{self.name} {key} ({row})" for key, row in rows.items()}


@invariant("I29", "what writes the history, and what keeps it, is there and in force")
def history_is_written() -> Iterator[str]:
    """Triggers that are missing, switched off, or do something else than the models say."""
    found = _triggers()
    for table, name, body in _expected():
        state, present = found.get((table, name), ("", ""))
        if not state:
            yield f"{table}: the trigger {name} is missing"
        elif state not in "OA":
            yield f"{table}: the trigger {name} is switched off"
        elif present != body:
            yield f"{table}: the trigger {name} does something else than it should"


@invariant("I29b", "the last event of each row says what the row says")
def history_says_what_is() -> Iterator[str]:
    """Rows changed, added or removed behind the history's back, and last events that changed."""
    for kept in _all_kept():
        yield from _told(kept, _rows_unlike_history(kept))


@invariant("I29c", "the events of each row follow from one another, and tell who was at work")
def history_follows() -> Iterator[str]:
    """Events that were taken out, put in or changed in the middle of a row's history."""
    for kept in _all_kept():
        yield from _told(kept, _events_out_of_line(kept))
        yield from _told(kept, _events_of_nobody(kept))


def _all_kept() -> list[Kept]:
    found = [Kept(model, events) for model, events in event_models().items()]
    return sorted(found, key=lambda item: item.name)


def _expected() -> Iterator[tuple[str, str, str]]:
    """Table, name and body of each trigger of the history."""
    histories: dict[Any, Any] = dict(event_models())
    events = set(histories.values())
    model: Any
    for model, trigger in pgtrigger.registered():
        names = KEPT if model in events else WRITERS if model in histories else ()
        if trigger.name in names:
            statement = trigger.compile(model).install_sql
            body = BODY.search(statement)
            name = trigger.get_pgid(model)
            yield model._meta.db_table, name, _on_one_line(body.group(1) if body else "")


def _triggers() -> dict[tuple[str, str], tuple[str, str]]:
    """State and body of each trigger that the database has, by table and name."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT one.relname, pg_trigger.tgname, pg_trigger.tgenabled::text, pg_proc.prosrc
              FROM pg_trigger
              JOIN pg_class one ON one.oid = pg_trigger.tgrelid
              JOIN pg_proc ON pg_proc.oid = pg_trigger.tgfoid
             WHERE NOT pg_trigger.tgisinternal AND pg_table_is_visible(one.oid)
            """
        )
        return {
            (table, name): (state, _on_one_line(body))
            for table, name, state, body in cursor.fetchall()
        }


def _rows_unlike_history(kept: Kept) -> list[tuple[int, str]]:
    """Rows whose last event says something else, by their key; with what is wrong."""
    differing = ", ".join(
        f"CASE WHEN now.{_quoted(name)} IS DISTINCT FROM event.{_quoted(name)} THEN '{name}' END"
        for name in kept.columns
    )
    statement = """
        WITH last AS (SELECT pgh_obj_id, max(pgh_id) AS pgh_id FROM {events} GROUP BY pgh_obj_id),
             event AS (SELECT one.* FROM {events} one JOIN last USING (pgh_id))
        SELECT coalesce(now.{key}, event.pgh_obj_id) AS row,
               CASE WHEN event.pgh_id IS NULL THEN 'it has no event'
                    WHEN now.{key} IS NULL THEN 'it is gone without an event'
                    WHEN event.pgh_label = 'delete'
                    THEN 'its last event, ' || event.pgh_id || ', says that it was removed'
                    ELSE 'its last event, ' || event.pgh_id || ', says something else of '
                         || concat_ws(', ', {differing})
               END
          FROM {rows} now
          FULL JOIN event ON event.pgh_obj_id = now.{key}
         WHERE event.pgh_id IS NULL
            OR (now.{key} IS NULL) <> (event.pgh_label = 'delete')
            OR (now.{key} IS NOT NULL AND ROW({ours}) IS DISTINCT FROM ROW({theirs}))
         ORDER BY row
         LIMIT {limit}
    """.format(
        **kept.tables,
        differing=differing,
        ours=", ".join(f"now.{_quoted(name)}" for name in kept.columns),
        theirs=", ".join(f"event.{_quoted(name)}" for name in kept.columns),
        limit=HITS_MAX,
    )
    return _fetched(statement)


def _events_out_of_line(kept: Kept) -> list[tuple[int, str]]:
    """Events that can't stand where they stand.

    A row's first event adds it; nothing follows its removal but its return; an event of a change
    changes something; and the event of a removal says what the event before it said.
    """
    statement = """
        WITH steps AS (
            SELECT pgh_id, pgh_obj_id, pgh_label,
                   lag(pgh_id) OVER row AS before, lag(pgh_label) OVER row AS label_before
              FROM {events}
            WINDOW row AS (PARTITION BY pgh_obj_id ORDER BY pgh_id)
        ), later AS (
            SELECT * FROM steps WHERE NOT (before IS NULL AND pgh_label = 'insert')
        )
        SELECT later.pgh_obj_id,
               CASE WHEN before IS NULL
                    THEN 'its first event, ' || later.pgh_id || ', does not add it'
                    WHEN (later.pgh_label = 'insert') <> (label_before = 'delete')
                    THEN 'event ' || later.pgh_id || ' can''t follow event ' || before
                    WHEN later.pgh_label = 'update'
                    THEN 'event ' || later.pgh_id || ' changes nothing'
                    ELSE 'event ' || later.pgh_id || ' removes something else than was there'
               END
          FROM later
          JOIN {events} now ON now.pgh_id = later.pgh_id
          LEFT JOIN {events} was ON was.pgh_id = later.before
         WHERE before IS NULL
            OR (later.pgh_label = 'insert') <> (label_before = 'delete')
            OR (later.pgh_label = 'update' AND ROW({ours}) IS NOT DISTINCT FROM ROW({theirs}))
            OR (later.pgh_label = 'delete' AND ROW({ours}) IS DISTINCT FROM ROW({theirs}))
         ORDER BY later.pgh_obj_id, later.pgh_id
         LIMIT {limit}
    """.format(
        **kept.tables,
        ours=", ".join(f"now.{_quoted(name)}" for name in kept.columns),
        theirs=", ".join(f"was.{_quoted(name)}" for name in kept.columns),
        limit=HITS_MAX,
    )
    return _fetched(statement)


def _events_of_nobody(kept: Kept) -> list[tuple[int, str]]:
    """Events that name a context which is gone, or a row which they don't hold."""
    statement = """
        SELECT event.pgh_obj_id,
               CASE WHEN event.{key} IS DISTINCT FROM event.pgh_obj_id
                    THEN 'event ' || event.pgh_id || ' is of another row'
                    ELSE 'who wrote event ' || event.pgh_id || ' was taken out'
               END
          FROM {events} event
         WHERE event.{key} IS DISTINCT FROM event.pgh_obj_id
            OR (event.pgh_context_id IS NOT NULL AND NOT EXISTS (
                   SELECT 1 FROM {contexts} WHERE {contexts}.id = event.pgh_context_id))
         ORDER BY event.pgh_obj_id, event.pgh_id
         LIMIT {limit}
    """.format(**kept.tables, contexts=_quoted(Context._meta.db_table), limit=HITS_MAX)
    return _fetched(statement)


def _told(kept: Kept, hits: list[tuple[int, str]]) -> Iterator[str]:
    names = kept.named([key for key, _ in hits])
    for key, what in hits:
        yield f"{names.get(key, f'{kept.name} {key}')}: {what}"


def _fetched(statement: str) -> list[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
