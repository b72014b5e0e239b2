"""Spares migrations the work of making all models anew for each trigger and constraint.

Django keeps a made-up class of every model for each step of a migration, and makes those of all
related models anew after each operation. A trigger, a constraint or an index of ours changes
nothing that these classes are used for: its SQL stands in the migration, or comes from the fields.
With hundreds of them that work takes minutes; without it, seconds. Other people's apps are left
as they are.
"""

from __future__ import annotations

from typing import Any

from django.db.migrations import AddConstraint, AddField, AddIndex
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger, RemoveTrigger

OWN = frozenset({"core", "catalog", "accounts", "billing", "payments", "dunning"})
_append_and_render = ProjectState._append_option  # type: ignore[attr-defined]


def make_migrations_quick() -> None:
    """Let triggers and constraints change the state of a migration, but none of its classes."""
    AddTrigger.state_forwards = _add_trigger  # type: ignore[method-assign,assignment]
    RemoveTrigger.state_forwards = _remove_trigger  # type: ignore[method-assign,assignment]
    ProjectState._append_option = _append_option  # type: ignore[attr-defined]


def _add_trigger(operation: Any, app_label: str, state: ProjectState) -> None:
    options = state.models[app_label, operation.model_name].options
    options["triggers"] = [*options.get("triggers", []), operation.trigger]


def _remove_trigger(operation: Any, app_label: str, state: ProjectState) -> None:
    options = state.models[app_label, operation.model_name].options
    options["triggers"] = [
        trigger for trigger in options.get("triggers", []) if trigger.name != operation.name
    ]


def _append_option(
    state: ProjectState, app_label: str, model_name: str, option_name: str, value: Any
) -> None:
    if app_label not in OWN:
        _append_and_render(state, app_label, model_name, option_name, value)
        return
    options = state.models[app_label, model_name].options
    options[option_name] = [*options.get(option_name, []), value]


class CreateTogether(Operation):
    """Makes the tables of one app at once: every model is made up once, not once an operation.

    Its operations are those of an initial migration: models, then fields, constraints and indexes
    of these very models, and triggers. Each table is created as it is in the end, so fields and
    constraints that were written as steps of their own are there already.
    """

    reduces_to_sql = True
    reversible = False  # a first migration is undone by dropping the database

    def __init__(self, operations: list[Operation]) -> None:
        self.operations = operations

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """All operations on a state without classes; they are made when first asked for."""
        state.clear_delayed_apps_cache()
        state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Create the tables in their final form, then the triggers."""
        for operation in self.operations:
            if not isinstance(operation, (AddField, AddConstraint, AddIndex)):
                operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """What `migrate --plan` says."""
        return f"Create {len(self.operations)} tables, fields, constraints and triggers at once"
