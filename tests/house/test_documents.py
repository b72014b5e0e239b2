"""The documents fit the program: words are classes, links lead somewhere, commands exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pghistory.models
from django.apps import apps
from django.conf import settings
from django.core.management import get_commands

from core.audit import all_invariants

ROOT = Path(settings.BASE_DIR)
OURS = {"accounts", "billing", "catalog", "core", "dunning", "payments", "portal"}
LINK = re.compile(r"(?<!`)\[[^\]]+\]\(([^)\s]+)\)")


def pages() -> Iterator[Path]:
    yield from ROOT.glob("*.md")
    yield from (ROOT / "docs").rglob("*.md")
    yield ROOT / "collections" / "README.md"


def anchors(page: Path) -> set[str]:
    """The names of a page's headings, as links write them."""
    heads = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


def test_every_link_leads_somewhere() -> None:
    broken = []
    for page in pages():
        for target in LINK.findall(page.read_text()):
            if re.match(r"[a-z]+:", target):
                continue
            name, _, anchor = target.partition("#")
            goal = (page.parent / name).resolve() if name else page
            if not goal.exists() or (anchor and anchor not in anchors(goal)):
                broken.append(f"{page.relative_to(ROOT)}: {target}")

    assert broken == []


def test_every_page_is_reached_from_the_readme_or_the_index() -> None:
    index = (ROOT / "docs" / "README.md").read_text()
    linked = {(ROOT / "docs" / target.split("#")[0]).resolve() for target in LINK.findall(index)}

    unreached = {
        str(page.relative_to(ROOT))
        for page in (ROOT / "docs").rglob("*.md")
        if page.resolve() not in linked and page.name != "README.md"
    }

    assert unreached == set()


def test_the_glossary_is_the_list_of_classes() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text()
    terms = re.findall(r"^- \*\*(\w+)\*\* – ", text, re.MULTILINE)
    classes = {
        model.__name__
        for model in apps.get_models()
        if model._meta.app_label in OURS and not issubclass(model, pghistory.models.Event)
    }

    assert len(terms) == len(set(terms))
    assert set(terms) == classes
    assert set(re.findall(r"\*\*(\w+)\*\*", text)) == set(terms)


def test_every_command_that_a_page_names_exists() -> None:
    named = {
        (str(page.relative_to(ROOT)), command)
        for page in pages()
        for command in re.findall(r"manage\.py ([a-z_]+)", page.read_text())
    }

    assert named
    assert [(page, command) for page, command in named if command not in get_commands()] == []


def test_every_command_of_ours_stands_in_the_operations_page() -> None:
    text = (ROOT / "docs" / "operations.md").read_text()
    ours = [name for name, app in get_commands().items() if app in OURS]

    assert [
        name for name in ours if f"`{name}" not in text and f"manage.py {name}" not in text
    ] == []


def test_every_make_target_that_a_page_names_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {
        target
        for page in pages()
        for target in re.findall(r"(?:`|^)make ([a-z]+)", page.read_text(), re.MULTILINE)
    }

    assert named - targets == set()


def test_every_path_that_a_page_names_exists() -> None:
    """Paths in backquotes with a known first folder, as far as they hold no wildcard."""
    tops = {path.name for path in ROOT.iterdir() if path.is_dir()} - {"var"}
    named = [
        (page.relative_to(ROOT), path)
        for page in pages()
        for path in re.findall(r"`([A-Za-z_.]+/[\w./-]+)`", page.read_text())
        if path.split("/")[0] in tops
    ]

    assert named
    assert [f"{page}: {path}" for page, path in named if not (ROOT / path).exists()] == []


def test_every_invariant_stands_in_the_operations_page() -> None:
    text = (ROOT / "docs" / "operations.md").read_text()

    assert [i.id for i in all_invariants() if not re.search(rf"\b{i.id}\b", text)] == []
