"""Whatever changes a tracked row, its history tells who it was, what was before and after."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, models, transaction

from core.history import changed_by
from core.history_audit import Kept
from core.imports.written_tables import event_models
from tests import make
from tests.core.history_rows import changes_of, make_rows

# What rules of their own forbid; each has a breaker test beside its model.
NEVER_CHANGED = {"accounts.Consent", "billing.OpeningBalance", "catalog.BandHours"}
NEVER_REMOVED = {"accounts.Consent", "billing.OpeningBalance", "core.Approval"}


def by_save(row: models.Model, name: str, value: Any) -> None:
    setattr(row, name, value)
    row.save()


def by_bulk_update(row: models.Model, name: str, value: Any) -> None:
    setattr(row, name, value)
    type(row)._base_manager.bulk_update([row], [name])


def by_queryset(row: models.Model, name: str, value: Any) -> None:
    type(row)._base_manager.filter(pk=row.pk).update(**{name: value})


def by_sql(row: models.Model, name: str, value: Any) -> None:
    field: Any = row._meta.get_field(name.removesuffix("_id") if name.endswith("_id") else name)
    key = row._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{row._meta.db_table}" SET "{field.column}" = %s WHERE "{key}" = %s',
            [field.get_db_prep_save(value, connection), row.pk],
        )


WAYS = {"save": by_save, "bulk": by_bulk_update, "queryset": by_queryset, "sql": by_sql}


def allowed_change(row: models.Model, columns: set[str]) -> tuple[str, Any] | None:
    """The first change that the rules of the table allow."""
    for name, value in changes_of(row, columns):
        try:
            with transaction.atomic():
                by_queryset(row, name, value)
                transaction.set_rollback(True)
        except DatabaseError:
            continue
        return name, value
    return None


def test_there_is_a_row_of_every_tracked_model(db) -> None:
    rows = make_rows()

    assert [model.__name__ for model in event_models() if model not in rows] == []


def test_every_change_of_every_tracked_model_is_told(db) -> None:
    rows, unchanged = make_rows(), set()
    user = make.make_staff("changer@example.com")

    for model, events in event_models().items():
        row = model._base_manager.get(pk=rows[model].pk)
        change = allowed_change(row, set(Kept(model, events).columns))
        if change is None:
            unchanged.add(model._meta.label)
            continue
        name, value = change
        before = getattr(row, name)
        for way, do in WAYS.items():
            with transaction.atomic():
                fresh = model._base_manager.get(pk=row.pk)
                with changed_by(channel="command", user_id=user.pk, reason=way, source="test"):
                    do(fresh, name, value)
                last, previous = events.objects.filter(pgh_obj_id=row.pk).order_by("-pgh_id")[:2]
                told = (last.pgh_label, getattr(previous, name), getattr(last, name))
                assert told == ("update", before, value), (model, way, name)
                facts = last.pgh_context.metadata
                assert (facts["user"], facts["reason"]) == (user.pk, way), (model, way)
                transaction.set_rollback(True)

    assert unchanged == NEVER_CHANGED


def test_every_removal_is_told_with_what_was_removed(db) -> None:
    rows, refusals = make_rows(), {}

    for model, events in event_models().items():
        row = rows[model]
        try:
            with transaction.atomic():
                with changed_by(channel="job", reason="tidying"):
                    remove(row)
                last, before = events.objects.filter(pgh_obj_id=row.pk).order_by("-pgh_id")[:2]
                facts = last.pgh_context.metadata
                assert (last.pgh_label, facts["reason"]) == ("delete", "tidying"), model
                for name in names_of(events):
                    assert getattr(last, name) == getattr(before, name), (model, name)
                transaction.set_rollback(True)
        except DatabaseError as error:
            refusals[model._meta.label] = str(error)

    assert refusals.keys() == NEVER_REMOVED
    assert all("never change" in text for text in refusals.values())


def remove(row: models.Model) -> None:
    key = row._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute(
            f'DELETE FROM "{row._meta.db_table}" WHERE "{key}" = %s',
            [row.pk],
        )


def names_of(events: Any) -> list[str]:
    """What an event keeps of its row."""
    names = [field.attname for field in events._meta.concrete_fields]
    return [name for name in names if not name.startswith("pgh_")]


@pytest.mark.parametrize("statement", ["UPDATE {} SET pgh_label = 'insert'", "DELETE FROM {}"])
def test_no_event_is_ever_changed_or_removed(db, statement) -> None:
    make_rows()

    for events in event_models().values():
        assert events.objects.exists(), events
        with (
            pytest.raises(DatabaseError, match="Cannot update or delete"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement.format(f'"{events._meta.db_table}"'))
