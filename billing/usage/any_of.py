"""Asks for many rows at once: `column = ANY(array)`, one parameter however many there are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Lookup
from django.db.models.sql.compiler import SQLCompiler


class _AnyOf(Lookup):
    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[Any, ...]]:
        """`column = ANY(array)`."""
        left, params = self.process_lhs(compiler, connection)
        return f"{left} = ANY(%s)", (*params, self.rhs)


def any_of(column: str, values: Iterable[int | str | UUID]) -> Lookup[Any]:
    """The condition that a column has one of these values; thousands of them cost little."""
    # A list stays the one it is: whoever compiles a query once knows it again.
    return _AnyOf(F(column), values if isinstance(values, list) else list(values))
