"""The two functions that every trigger calls, written so that a large statement stays linear.

As their libraries write them, both ask for a setting that is mostly not there and catch the error.
Each error ends a savepoint, and ending one walks over all checks that wait for the end of the
transaction, foreign keys among them: the work grows with the square of the rows. These ask without
an error, and answer the same. They are put in place after each migration, since installing any
trigger brings the library's back.
"""

from __future__ import annotations

from typing import Any

from django.db import connections

SHOULD_IGNORE = """
    CREATE OR REPLACE FUNCTION public._pgtrigger_should_ignore(trigger_name NAME)
    RETURNS BOOLEAN AS $$
        SELECT coalesce(
            trigger_name = ANY(nullif(current_setting('pgtrigger.ignore', true), '')::TEXT[]), false
        )
    $$ LANGUAGE sql STABLE
"""
ATTACH_CONTEXT = """
    CREATE OR REPLACE FUNCTION _pgh_attach_context() RETURNS UUID AS $$
        DECLARE
            context_id UUID := nullif(current_setting('pghistory.context_id', true), '');
            context_metadata JSONB
                := nullif(current_setting('pghistory.context_metadata', true), '');
        BEGIN
            IF context_id IS NULL OR context_metadata IS NULL THEN
                RETURN NULL;
            END IF;
            INSERT INTO pghistory_context (id, metadata, created_at, updated_at)
            VALUES (context_id, context_metadata, now(), now())
            ON CONFLICT (id) DO UPDATE
               SET metadata = EXCLUDED.metadata, updated_at = EXCLUDED.updated_at
             WHERE pghistory_context.metadata != EXCLUDED.metadata;
            RETURN context_id;
        END;
    $$ LANGUAGE plpgsql
"""
_IS_THERE = "SELECT to_regprocedure('_pgh_attach_context()') IS NOT NULL"


def put_in_place(using: str, **_: Any) -> None:
    """Replace both functions, if the migrations have come as far as making them."""
    with connections[using].cursor() as cursor:
        cursor.execute(_IS_THERE)
        row = cursor.fetchone()
        if row and row[0]:
            cursor.execute(SHOULD_IGNORE)
            cursor.execute(ATTACH_CONTEXT)
