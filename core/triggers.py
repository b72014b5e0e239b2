"""Database triggers that several apps use."""

from __future__ import annotations

import pgtrigger


def no_truncate() -> pgtrigger.Trigger:
    """Refuse TRUNCATE, but where the test settings allow Django's flush.

    The setting `trunkline.allow_flush` is only ever set by `config.settings_test`, and by
    `demo --reset` in a database that holds nothing but the demo.
    """
    return pgtrigger.Trigger(
        name="no_truncate",
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        level=pgtrigger.Statement,
        func="""
            IF current_setting('trunkline.allow_flush', true) IS DISTINCT FROM 'on' THEN
                RAISE EXCEPTION 'rows of % are never removed', TG_TABLE_NAME
                    USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN NULL;
        """,
    )


def frozen(name: str = "frozen", *, deletable: bool = False) -> pgtrigger.Trigger:
    """Refuse UPDATE, and DELETE unless `deletable`: the row says what was, for ever."""
    operation = pgtrigger.Update if deletable else pgtrigger.Update | pgtrigger.Delete
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=operation,
        func="""
            RAISE EXCEPTION 'rows of % never change', TG_TABLE_NAME
                USING ERRCODE = 'integrity_constraint_violation';
        """,
    )
