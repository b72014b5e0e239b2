"""Each shelf keeps to its business: reads never write, and edges let services write."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
FOLDERS = ["accounts", "billing", "catalog", "collections", "core", "portal"]
# Shelves that never write by themselves. The demo's words are a story, not a shelf.
READING = {"queries", "audit", "admin", "views", "api", "jobs", "management", "backoffice"}
WRITING = {
    "_raw_delete",
    "bulk_create",
    "bulk_update",
    "create",
    "delete",
    "get_or_create",
    "save",
    "update_or_create",
}


def reading_modules() -> Iterator[Path]:
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*.py"):
            parts = {part.split("_")[0] for part in path.relative_to(ROOT).with_suffix("").parts}
            if parts & READING and not parts & {"migrations", "demo", "services"}:
                yield path


def writes(tree: ast.AST) -> list[int]:
    """The lines on which a method that writes rows is called."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in WRITING
    ]


def test_reads_pages_and_commands_write_nothing_themselves() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in reading_modules()
        for line in writes(ast.parse(path.read_text()))
    ]

    assert found == []


@pytest.mark.parametrize("text", ["Job.objects.create(kind='x')", "row.save()", "rows.delete()"])
def test_a_write_would_be_found(text: str) -> None:
    assert writes(ast.parse(text)) == [1]


def test_there_are_shelves_that_read() -> None:
    names = {path.stem for path in reading_modules()}

    assert {"queries", "audit", "admin", "jobs"} <= names
