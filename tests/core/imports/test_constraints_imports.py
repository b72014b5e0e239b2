"""The database keeps imports as they were: states with their times, and nothing applied changes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from core.errors import DomainError
from core.models import ImportBatch, ImportMapping
from core.services.keep_import import move, start_import

NOW = datetime(2026, 11, 3, 8, tzinfo=UTC)
TIMES = {"applied": {"applied_at": NOW}, "reverted": {"applied_at": NOW, "reverted_at": NOW}}


def batch(state: str = "draft", **fields) -> ImportBatch:
    made = start_import("accounts", b"number\n1\n", file="a.csv", now=NOW)
    ImportBatch.objects.filter(pk=made.pk).update(state=state, **(TIMES.get(state, {}) | fields))
    made.refresh_from_db()
    return made


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("import_batch_state_is_known", {"state": "lost"}),
        ("import_batch_applied_has_its_time", {"state": "applied"}),
        ("import_batch_applied_has_its_time", {"applied_at": NOW}),
        ("import_batch_reverted_has_its_time", {"state": "reverted", "applied_at": NOW}),
        ("import_batch_reverted_has_its_time", {"reverted_at": NOW}),
    ],
)
def test_a_batch_that_contradicts_itself_is_refused(db, constraint, values) -> None:
    made = batch()

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ImportBatch.objects.filter(pk=made.pk).update(**values)


def test_import_mapping_once_per_header(fjordtel) -> None:
    values = {"kind": "accounts", "fingerprint": "x", "mapping": {}, "updated_at": NOW}
    for brand in (fjordtel, None):
        ImportMapping.objects.create(brand=brand, **values)

        with (
            pytest.raises(IntegrityError, match="import_mapping_once_per_header"),
            transaction.atomic(),
        ):
            ImportMapping.objects.create(brand=brand, **values)


@pytest.mark.parametrize("state", ["applied", "reverted"])
def test_applied_stays(db, state) -> None:
    """The trigger applied_stays of ImportBatch."""
    made = batch(state)
    rows = ImportBatch.objects.filter(pk=made.pk)

    for values in ({"file_name": "b.csv"}, {"state": "draft"}, {"new": 9}):
        with (
            pytest.raises(IntegrityError, match="an applied import never changes"),
            transaction.atomic(),
        ):
            rows.update(**values)
    with (
        pytest.raises(IntegrityError, match="an applied import never changes"),
        transaction.atomic(),
    ):
        rows.delete()


def test_an_import_is_never_truncated(db) -> None:
    """The trigger no_truncate of ImportBatch."""
    statement = "SET LOCAL trunkline.allow_flush = 'off'; TRUNCATE core_importbatch CASCADE"

    with (
        pytest.raises(IntegrityError, match="never removed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.parametrize("before", ImportBatch.State)
@pytest.mark.parametrize("after", ImportBatch.State)
def test_imports_move_as_declared(db, before, after) -> None:
    made = batch(before)
    allowed = after == before or after in ImportBatch.TRANSITIONS[before]
    if before in TIMES and after == before:
        return  # nobody moves these to where they are
    times = {"reverted": {"reverted_at": NOW}, "applied": {"applied_at": NOW}}.get(after, {})

    if allowed:
        move(made, after, **times)
    else:
        with pytest.raises(DomainError, match="can't become"):
            move(made, after, **times)

    made.refresh_from_db()
    assert made.state == (after if allowed else before)
