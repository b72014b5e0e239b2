"""The steps of a calculation in plain words, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext

from billing.rating.allowance_reasons import ALLOWANCE_TEXTS
from billing.rating.explanation import TEXTS

LANGUAGES = ("en", "nb", "de")
# What both say, they say in the same words.
_SENTENCES = ALLOWANCE_TEXTS | TEXTS


def in_words(fact: Mapping[str, object]) -> str:
    """One step: the sentence of its `rule` in the language that is active, with its figures."""
    return gettext(_SENTENCES[str(fact["rule"])]).format(**fact)
