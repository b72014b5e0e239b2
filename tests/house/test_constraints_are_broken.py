"""What the database refuses, a test has tried: each constraint and trigger is named by one."""

from __future__ import annotations

import re
from pathlib import Path

import pghistory.models
from django.apps import apps
from django.conf import settings
from django.db.models import Model

TESTS = Path(settings.BASE_DIR) / "tests"
OURS = {"accounts", "billing", "catalog", "core", "dunning", "payments", "portal"}
# What the history makes for each tracked model and its event table; one test tries them on all.
HISTORY = {"insert_insert", "update_update", "delete_delete"}
HISTORY_KEPT = {"append_only"}


def models() -> list[type[Model]]:
    return [model for model in apps.get_models() if model._meta.app_label in OURS]


def by_rule(model: type[Model]) -> set[str]:
    """Names of the triggers that come with being tracked, or with being an event table."""
    if issubclass(model, pghistory.models.Event):
        return HISTORY_KEPT
    is_tracked = any(
        event.pgh_tracked_model is model
        for event in apps.get_models()
        if issubclass(event, pghistory.models.Event) and event._meta.app_label in OURS
    )
    return HISTORY if is_tracked else set()


def texts() -> list[str]:
    """Every test file but those of this folder, which only count."""
    return [p.read_text() for p in TESTS.rglob("*.py") if p.parent != TESTS / "house"]


def names(text: str, *words: str) -> bool:
    return all(re.search(rf"(?<![A-Za-z]){word}(?![A-Za-z_])", text) for word in words)


def test_every_constraint_is_broken_by_a_test_that_names_it() -> None:
    everything = "\n".join(texts())

    untried = [
        f"{model.__name__}: {constraint.name}"
        for model in models()
        for constraint in model._meta.constraints
        if not names(everything, constraint.name)
    ]

    assert untried == []


def test_every_trigger_is_pulled_by_a_test_that_names_it_and_its_model() -> None:
    files = texts()

    untried = [
        f"{model.__name__}: {trigger.name}"
        for model in models()
        for trigger in getattr(model._meta, "triggers", ())
        if trigger.name not in by_rule(model)
        if not any(names(text, trigger.name, model.__name__) for text in files)
    ]

    assert untried == []


def test_every_constraint_of_ours_has_a_name_that_says_what_it_is_about() -> None:
    made_up = [
        constraint.name
        for model in models()
        for constraint in model._meta.constraints
        if not re.fullmatch(r"[a-z][a-z0-9_]{5,62}", constraint.name)
    ]

    assert made_up == []
