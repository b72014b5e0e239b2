"""The database has every trigger, constraint and unique index that is expected, and in force.

The list is data, `tests/house/expected_schema.txt`: sorted lines of table, kind and name. It is
written anew, to be reviewed like any change, by `pytest tests/house/test_schema.py
--update-golden`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection, models, transaction

LIST = Path(__file__).parent / "expected_schema.txt"
OURS = {"accounts", "billing", "catalog", "core", "dunning", "payments", "portal"}
# Partitions come and go with the months; they inherit what their parent has. Names that Django
# makes up (foreign keys, primary keys) are left to it; those of other apps are none of ours.
IN_FORCE = """
    SELECT tables.relname, 'trigger', trigger.tgname FROM pg_trigger trigger
    JOIN pg_class tables ON tables.oid = trigger.tgrelid
    WHERE NOT trigger.tgisinternal AND trigger.tgenabled IN ('O', 'A')
      AND NOT tables.relispartition AND tables.relname = ANY(%(tables)s)
    UNION ALL
    SELECT tables.relname, 'constraint', rule.conname FROM pg_constraint rule
    JOIN pg_class tables ON tables.oid = rule.conrelid
    WHERE rule.contype IN ('c', 'u', 'x', 'f') AND rule.convalidated
      AND rule.conname !~ '_[0-9a-f]{8}_(fk|uniq)'
      AND rule.conname !~ ('^' || tables.relname || '_.*(key|check)[0-9]*$')
      AND NOT tables.relispartition AND tables.relname = ANY(%(tables)s)
    UNION ALL
    SELECT tables.relname, 'unique index', indexes.relname FROM pg_index
    JOIN pg_class indexes ON indexes.oid = indexrelid
    JOIN pg_class tables ON tables.oid = indrelid
    WHERE indisunique AND indisvalid AND NOT indisprimary
      AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype <> 'f')
      AND NOT tables.relispartition AND tables.relname = ANY(%(tables)s)
"""

Row = tuple[str, str, str]


def our_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model._meta.app_label in OURS]


def in_force() -> set[Row]:
    """What the database holds now."""
    with connection.cursor() as cursor:
        cursor.execute(IN_FORCE, {"tables": [model._meta.db_table for model in our_models()]})
        return {(str(table), kind, str(name)) for table, kind, name in cursor.fetchall()}


def expected() -> set[Row]:
    table, kind, name = 0, 1, 2
    rows = [line.split("\t") for line in LIST.read_text().splitlines()]
    return {(row[table], row[kind], row[name]) for row in rows}


def of_the_models() -> Iterator[tuple[str, str]]:
    """Table and name of each trigger and constraint that the models name."""
    for model in our_models():
        for constraint in model._meta.constraints:
            yield model._meta.db_table, constraint.name
        for trigger in getattr(model._meta, "triggers", ()):
            yield model._meta.db_table, trigger.get_pgid(model)


def test_the_database_has_what_is_expected(db: None, request: pytest.FixtureRequest) -> None:
    found = in_force()
    if request.config.getoption("--update-golden"):
        LIST.write_text("".join("\t".join(row) + "\n" for row in sorted(found)))

    assert len(found) > 300
    assert {"missing": expected() - found, "new": found - expected()} == {
        "missing": set(),
        "new": set(),
    }


def test_the_list_is_sorted_and_says_nothing_twice() -> None:
    lines = LIST.read_text().splitlines()
    rows = [line.split("\t") for line in lines]

    assert rows == sorted(rows)
    assert len(lines) == len(set(lines))


def test_everything_that_the_models_name_is_expected() -> None:
    listed = {(table, name) for table, _, name in expected()}

    assert set(of_the_models()) - listed == set()


@pytest.mark.parametrize(
    ("damage", "lost"),
    [
        (
            "ALTER TABLE core_brand DROP CONSTRAINT brand_currency_is_iso",
            ("core_brand", "constraint", "brand_currency_is_iso"),
        ),
        (
            "ALTER TABLE accounts_account DROP CONSTRAINT account_parent_of_its_brand",
            ("accounts_account", "constraint", "account_parent_of_its_brand"),
        ),
        (
            "DROP INDEX user_email_once_whatever_its_case",
            ("core_user", "unique index", "user_email_once_whatever_its_case"),
        ),
        ("ALTER TABLE billing_invoice DISABLE TRIGGER USER", "billing_invoice"),
    ],
)
def test_what_is_dropped_or_switched_off_is_noticed(db: None, damage: str, lost: object) -> None:
    before = in_force()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(damage)
        missing = before - in_force()
        transaction.set_rollback(True)

    if isinstance(lost, tuple):
        assert missing == {lost}
    else:
        names = {row for row in before if row[0] == lost and row[1] == "trigger"}
        assert names
        assert missing == names
    assert in_force() == before
