"""Every text that customers read is there in every language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.utils.translation import templatize

ROOT = Path(settings.BASE_DIR)
LANGUAGES = ("nb", "de")
FOLDERS = ("portal", "account", "mfa")
CALL = re.compile(
    r"""(?:n?gettext(?:_lazy)?|_)\(\s*u?(?P<quote>["'])(?P<text>(?:\\.|(?!(?P=quote)).)*)(?P=quote)"""
)
PLACEHOLDER = re.compile(r"%\(\w+\)s|%s|\{\w*\}|</?\w+>")


def templates() -> list[Path]:
    named = [path for folder in FOLDERS for path in (ROOT / "templates" / folder).rglob("*.*")]
    return sorted([*named, *(ROOT / "templates").glob("*.html")])


def messages_of(path: Path) -> Iterator[str]:
    """The texts of a template or module, as gettext's own collector would find them."""
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        source = templatize(source)
    for found in CALL.finditer(source):
        yield found["text"].encode().decode("unicode_escape").encode("latin-1").decode()


def catalogue(language: str) -> dict[str, polib.POEntry]:
    path = ROOT / "locale" / language / "LC_MESSAGES" / "django.po"
    return {entry.msgid: entry for entry in polib.pofile(str(path))}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_of_the_portal_lacks_its_translation(language):
    known = catalogue(language)
    sources = [*templates(), *sorted((ROOT / "portal").glob("**/*.py")), ROOT / "core/login.py",
               ROOT / "core/login_forms.py"]  # fmt: skip
    texts = {text for path in sources if "demo" not in path.parts for text in messages_of(path)}

    missing = sorted(text for text in texts if text not in known or not known[text].translated())

    assert len(texts) > 150
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_what_is_filled_in(language):
    for entry in catalogue(language).values():
        for text in entry.msgstr_plural.values() or [entry.msgstr]:
            if text:
                assert sorted(PLACEHOLDER.findall(text)) == sorted(PLACEHOLDER.findall(entry.msgid))


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_in_the_catalogue_is_a_guess(language):
    entries = catalogue(language).values()

    assert [entry.msgid for entry in entries if "fuzzy" in entry.flags] == []


def test_no_page_says_anything_outside_the_catalogue():
    for path in templates():
        if path.suffix != ".html":
            continue
        bare = path.read_text(encoding="utf-8")
        for marked in (
            r"\{% blocktranslate .*?\{% endblocktranslate %\}",
            r"\{% block width.*?\{% endblock width %\}",
            r"\{[%{#].*?[%}#]\}",
            r"<[^>]*>",
        ):
            bare = re.sub(marked, " ", bare, flags=re.DOTALL)

        words = set(re.findall(r"[A-Za-z]{3,}", bare)) - {"IBAN", "BIC"}

        assert words == set(), f"{path.name} says something in one language"
