"""The tree keeps its shape: the folder that is no package, sizes, names, nothing left behind."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
APPS = ["config", "portal", "dunning", "payments", "billing", "accounts", "catalog", "core"]
FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 70
# They say what they hold: the import path, and which models Django finds.
INITS_WITH_CONTENT = {"config/__init__.py"}

MADE_OR_BINARY = {".mo", ".png", ".pyc", ".svg"}
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:home|root|Users|work)/[\w.]")


def folder_of(app: str) -> Path:
    inside = ROOT / "collections" / app
    return inside if inside.is_dir() else ROOT / app


def modules() -> Iterator[Path]:
    """Every product module, without migrations, which are written by Django."""
    for app in APPS:
        yield from (p for p in folder_of(app).rglob("*.py") if "migrations" not in p.parts)


def texts() -> Iterator[Path]:
    """Every text file of the project, without what programs made in it."""
    for top in ROOT.iterdir():
        hidden = top.is_dir() and top.name.startswith(".") and top.name != ".ci"
        if hidden or top.name in {".env", "var", "staticfiles"}:
            continue
        paths = [top] if top.is_file() else top.rglob("*")
        yield from (p for p in paths if p.is_file() and p.suffix not in MADE_OR_BINARY)


def test_collections_is_a_folder_and_not_a_package() -> None:
    folder = ROOT / "collections"

    assert not (folder / "__init__.py").exists()
    assert not list(folder.glob("*.py"))
    assert not (ROOT / "tests" / "collections").exists()


def test_collections_is_pythons_own_wherever_a_process_starts() -> None:
    command = "import config, collections, payments, dunning; print(collections.__file__)"

    answer = subprocess.run(
        [sys.executable, "-c", command], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert not Path(answer.stdout.strip()).is_relative_to(ROOT / "collections")


def test_git_ignores_a_package_made_there_by_mistake() -> None:
    ignored = (ROOT / ".gitignore").read_text().splitlines()

    assert "/collections/__init__.py" in ignored
    assert "*.mo" in ignored


def test_files_stay_short() -> None:
    long = [
        f"{path.relative_to(ROOT)}: {lines}"
        for path in modules()
        if (lines := len(path.read_text().splitlines())) > FILE_LINES_MAX
    ]

    assert long == []


def test_functions_stay_short() -> None:
    long = []
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES_MAX:
                long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {lines}")

    assert long == []


def test_no_module_is_a_drawer_for_everything() -> None:
    drawers = {"utils", "util", "helpers", "misc", "common", "tools"}

    assert [str(p.relative_to(ROOT)) for p in modules() if drawers & {p.stem, p.parent.name}] == []


def test_packages_say_nothing_in_their_init() -> None:
    speaking = [
        name
        for path in modules()
        if path.name == "__init__.py"
        and path.parent.name != "models"
        and path.read_text().strip()
        and (name := str(path.relative_to(ROOT))) not in INITS_WITH_CONTENT
    ]

    assert speaking == []


def test_every_module_begins_with_a_sentence_about_its_domain() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in modules()
        if path.read_text().strip()
        and path.name != "__init__.py"
        and not ast.get_docstring(ast.parse(path.read_text()))
    ]

    assert silent == []


def test_every_folder_of_modules_is_a_package() -> None:
    folders = {path.parent for path in modules()} - {ROOT / "collections"}

    assert [str(f.relative_to(ROOT)) for f in folders if not (f / "__init__.py").exists()] == []


def test_tests_are_no_packages() -> None:
    assert [str(p.relative_to(ROOT)) for p in (ROOT / "tests").rglob("__init__.py")] == []


def test_test_files_have_names_of_their_own() -> None:
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]

    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_nothing_is_left_for_later_and_no_machine_is_named() -> None:
    found = []
    for path in texts():
        if path == Path(__file__) or path.name.startswith("requirements"):
            continue
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            if UNFINISHED.search(line) or MACHINE_PATH.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}")

    assert found == []


def test_every_variable_that_the_settings_read_stands_in_the_example() -> None:
    text = (ROOT / "config" / "settings.py").read_text()
    read = set(re.findall(r"""env(?:\.\w+)?\(\s*"([A-Z_]+)\"""", text))

    assert read
    example = (ROOT / ".env.example").read_text()
    assert [
        name for name in sorted(read) if not re.search(rf"^#?{name}=", example, re.MULTILINE)
    ] == []
