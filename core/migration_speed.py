"""Spares migrations the work of making all models anew for each trigger.

Django keeps a made-up class of every model for each step of a migration, and makes those of all
related models anew after each operation. A trigger changes nothing that these classes are used
for: its SQL stands in the migration. With some hundreds of triggers that work takes minutes;
without it, seconds.
"""

from __future__ import annotations

from typing import Any

from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger, RemoveTrigger


def make_migrations_quick() -> None:
    """Let triggers change the state of a migration, but none of its classes."""
    AddTrigger.state_forwards = _add_trigger  # type: ignore[method-assign]
    RemoveTrigger.state_forwards = _remove_trigger  # type: ignore[method-assign]


def _add_trigger(operation: Any, app_label: str, state: ProjectState) -> None:
    options = state.models[app_label, operation.model_name].options
    options["triggers"] = [*options.get("triggers", []), operation.trigger]


def _remove_trigger(operation: Any, app_label: str, state: ProjectState) -> None:
    options = state.models[app_label, operation.model_name].options
    options["triggers"] = [
        trigger for trigger in options.get("triggers", []) if trigger.name != operation.name
    ]
