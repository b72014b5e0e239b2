"""Texts that brands keep in several languages, as a mapping from language to text."""

from __future__ import annotations

from collections.abc import Mapping


def localised(texts: Mapping[str, str], language: str, fallback: str = "en") -> str:
    """The text in `language`, else in `fallback`, else in any; empty where there is none."""
    for wish in (language, fallback):
        if texts.get(wish):
            return texts[wish]
    return next(iter(texts.values()), "")
