"""Each language is complete: what customers read is translated, nothing is left over."""

from __future__ import annotations

import io
import re
import string
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from babel.messages.extract import extract
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(settings.BASE_DIR)
KEYWORDS: dict[str, object] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
TRANSLATED = [code for code, _ in settings.LANGUAGES if code != "en"]
FOLDERS = ["accounts", "billing", "catalog", "collections", "config", "core", "portal"]

Key = tuple[str, str]


def sources() -> Iterator[tuple[Path, str]]:
    """Every file with texts, templates as the program code that Django reads them as."""
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*.py"):
            if "migrations" not in path.parts:
                yield path, path.read_text()
    for path in (ROOT / "templates").rglob("*"):
        if path.suffix in {".html", ".txt", ".svg", ".css"}:
            # All that is no text to translate is blotted out; in brackets, indents mean nothing.
            yield path, f"({templatize(path.read_text(), origin=str(path))})"


def wanted() -> dict[Key, str]:
    """Every text that the program asks to have translated: (context, text) → where."""
    texts: dict[Key, str] = {}
    for path, code in sources():
        found = extract("python", io.BytesIO(code.encode()), keywords=KEYWORDS)
        for line, message, _comments, context in found:
            text = message if isinstance(message, str) else message[0]
            texts[(context or "", text)] = f"{path.relative_to(ROOT)}:{line}"
    return texts


@pytest.fixture(scope="module")
def texts() -> dict[Key, str]:
    return wanted()


def catalogue(language: str) -> polib.POFile:
    return polib.pofile(str(ROOT / "locale" / language / "LC_MESSAGES" / "django.po"))


def entries(language: str) -> dict[Key, polib.POEntry]:
    return {(e.msgctxt or "", e.msgid): e for e in catalogue(language) if not e.obsolete}


def fields(text: str) -> set[str]:
    """The places of a text where values go: {name} and %(name)s."""
    named = {name for _, name, _, _ in string.Formatter().parse(text.replace("%", "")) if name}
    return named | set(re.findall(r"%\((\w+)\)", text))


def test_there_are_texts_to_translate(texts: dict[Key, str]) -> None:
    assert len(texts) > 100


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_has_a_translation(language: str, texts: dict[Key, str]) -> None:
    present = entries(language)

    assert {where: key for key, where in texts.items() if key not in present} == {}


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_missing_or_uncertain(language: str) -> None:
    unfinished = [e.msgid for e in catalogue(language) if not (e.translated() or e.obsolete)]

    assert unfinished == []
    assert [entry.msgid for entry in catalogue(language) if entry.fuzzy] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_of_a_text_that_went_away(language: str, texts: dict[Key, str]) -> None:
    assert [key for key in entries(language) if key not in texts] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_keep_the_places_of_values(language: str) -> None:
    lost = []
    for entry in entries(language).values():
        forms = list(entry.msgstr_plural.values()) or [entry.msgstr]
        original = fields(entry.msgid) | fields(entry.msgid_plural)
        lost += [entry.msgid for form in forms if fields(form) - original]
        lost += [entry.msgid] if original - set().union(*map(fields, forms)) else []

    assert lost == []
