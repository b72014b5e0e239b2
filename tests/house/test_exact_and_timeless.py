"""Money is never a float, and the domain never asks what time it is."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, models

ROOT = Path(settings.BASE_DIR)
FOLDERS = ["core", "catalog", "accounts", "billing", "collections", "portal"]

# Where fractions that are no money are allowed, and what they are.
FLOATS = {
    "billing/documents/page.py": "contrast of colours",
    "billing/documents/renderer/process.py": "seconds to wait",
    "billing/rating/engine.py": "bounds that send what is too large to the exact reference",
    "billing/rating/event_columns.py": "bounds that send what is too large to the reference",
    "billing/rating/table.py": "bounds that send what is too large to the exact reference",
    "catalog/services/importing/colours.py": "contrast of colours",
    "core/colours.py": "contrast of colours",
    "core/imports/suggest.py": "how alike two heads are",
    "core/management/commands/work.py": "seconds to wait",
    "core/services/send_hint.py": "seconds to wait",
    "core/services/work_jobs.py": "seconds to wait",
}
# Edges: here time comes in, and is handed down as `now` or `as_of`.
EDGES = {"admin", "jobs", "management", "views", "access", "login", "middleware", "demo"}
# Celery's tasks, the thread that keeps the schedules, the audit of leases,
# keys of the API, and what all commands share.
EDGES |= {"tasks", "scheduler", "invariants", "authentication", "commands"}
CLOCKS = {"now", "today", "utcnow", "localtime", "localdate"}


def product() -> Iterator[tuple[str, ast.Module]]:
    """Every module with its name from the root on."""
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*.py"):
            if "migrations" not in path.parts:
                yield str(path.relative_to(ROOT)), ast.parse(path.read_text())


def makes_a_float(node: ast.AST) -> bool:
    match node:
        case ast.Constant(value=float()) | ast.Name(id="float"):
            return True
        case ast.Attribute(attr="float16" | "float32" | "float64" | "FloatField" | "fsum"):
            return True
    return False


def asks_the_clock(node: ast.AST) -> bool:
    """`timezone.now`, `datetime.now`, `date.today` …, called or handed on."""
    match node:
        case ast.Attribute(value=ast.Name(id="timezone" | "datetime" | "date"), attr=name):
            return name in CLOCKS
        case ast.Attribute(value=ast.Name(id="time"), attr="time" | "time_ns"):
            return True
    return False


def line(node: ast.AST) -> int:
    return int(getattr(node, "lineno", 0))


def is_edge(name: str) -> bool:
    return any(part.split("_")[0] in EDGES for part in Path(name).with_suffix("").parts)


def test_no_module_makes_floats_but_for_what_is_no_money() -> None:
    found = [
        f"{name}:{getattr(node, 'lineno', 0)}"
        for name, tree in product()
        if name not in FLOATS and not name.startswith("portal/demo/")
        for node in ast.walk(tree)
        if makes_a_float(node)
    ]

    assert found == []


def test_each_module_that_may_use_floats_does() -> None:
    using = {name for name, tree in product() if any(map(makes_a_float, ast.walk(tree)))}

    assert set(FLOATS) - using == set()


@pytest.mark.parametrize(
    "text", ["float('1.10')", "price * 1.25", "models.FloatField()", "def f(x: float): ..."]
)
def test_a_float_would_be_found(text: str) -> None:
    assert any(map(makes_a_float, ast.walk(ast.parse(text))))


def test_no_model_has_a_float() -> None:
    assert [
        str(field)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.FloatField)
    ] == []


def test_no_column_of_the_database_is_a_float(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND data_type IN ('real', 'double precision')"
        )

        assert cursor.fetchall() == []


def test_the_domain_never_asks_the_clock() -> None:
    found = [
        f"{name}:{getattr(node, 'lineno', 0)} {ast.unparse(node)}"
        for name, tree in product()
        if not is_edge(name)
        for node in ast.walk(tree)
        if asks_the_clock(node)
    ]

    assert found == []


@pytest.mark.parametrize("text", ["timezone.now()", "date.today()", "default=timezone.now"])
def test_a_look_at_the_clock_would_be_found(text: str) -> None:
    assert any(map(asks_the_clock, ast.walk(ast.parse(f"f({text})"))))
