"""Two ways from a row to its brand lead to the same one: composite foreign keys.

Django has no composite foreign keys. This constraint adds one beside the plain key: a row that
names a location and an account must name a location *of that account*:

    SameKey(fields=("location", "account"), name="subscription_location_is_its_accounts")

becomes `FOREIGN KEY (location_id, account_id) REFERENCES accounts_location (id, account_id)`. The
other table needs a unique constraint on (id, account_id): `models.UniqueConstraint(fields=("id",
"account"), name="location_with_account")`. Where one of the fields is empty, nothing is compared.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement, Table
from django.db.models.constraints import BaseConstraint


class SameKey(BaseConstraint):
    """The row that `fields[0]` refers to has the same `fields[1]` as this row.

    `target` names the field of the other row where it is called differently there.
    """

    def __init__(self, *, fields: tuple[str, str], name: str, target: str = "") -> None:
        super().__init__(
            name=name, violation_error_message=f"{fields[0]} and {fields[1]} don't belong together."
        )
        self.fields = (fields[0], fields[1])
        self.target = target or fields[1]

    def constraint_sql(
        self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> str:
        """The clause as it stands in CREATE TABLE and ALTER TABLE."""
        if model is None or schema_editor is None:
            raise ValueError("A composite key is made for a table.")
        quote = schema_editor.quote_name
        reference, shared = (_field(model, name) for name in self.fields)
        other: type[models.Model] = reference.remote_field.model
        column = _field(other, self.target).column
        return (
            f"CONSTRAINT {quote(self.name)} FOREIGN KEY"
            f" ({quote(reference.column)}, {quote(shared.column)})"
            f" REFERENCES {quote(other._meta.db_table)} ({quote('id')}, {quote(column)})"
        )

    def create_sql(
        self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> Any:
        """Add it to a table that is there."""
        if model is None or schema_editor is None:
            raise ValueError("A composite key is made for a table.")
        return Statement(
            "ALTER TABLE %(table)s ADD %(constraint)s",
            table=Table(model._meta.db_table, schema_editor.quote_name),
            constraint=self.constraint_sql(model, schema_editor),
        )

    def remove_sql(
        self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> Any:
        """Take it away again."""
        if model is None or schema_editor is None:
            raise ValueError("A composite key belongs to a table.")
        return Statement(
            "ALTER TABLE %(table)s DROP CONSTRAINT %(name)s",
            table=Table(model._meta.db_table, schema_editor.quote_name),
            name=schema_editor.quote_name(self.name),
        )

    def validate(
        self,
        model: type[models.Model],
        instance: models.Model,
        exclude: Collection[str] | None = None,
        using: str | None = None,
    ) -> None:
        """Tell a form's user before the database does."""
        if exclude and set(self.fields) & set(exclude):
            return
        name, shared = self.fields
        ours = getattr(instance, _field(model, shared).attname)
        if getattr(instance, _field(model, name).attname) is None or ours is None:
            return
        other = getattr(instance, name)
        theirs = getattr(other, _field(type(other), self.target).attname)
        if theirs != ours:
            raise ValidationError({name: self.get_violation_error_message()})

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        """How a migration writes it down."""
        kwargs: dict[str, Any] = {"fields": self.fields, "name": self.name}
        if self.target != self.fields[1]:
            kwargs["target"] = self.target
        return f"{type(self).__module__}.{type(self).__qualname__}", (), kwargs

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SameKey) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash((self.name, self.fields, self.target))


def _field(model: type[models.Model], name: str) -> Any:
    return model._meta.get_field(name)
