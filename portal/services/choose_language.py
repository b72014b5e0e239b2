"""A person chooses the language of pages and messages."""

from __future__ import annotations

from accounts.models import Person
from core.errors import DomainError
from core.models import Brand


def choose_language(person: Person, language: str, *, brand: Brand) -> None:
    """Remember the language on the person; one that the brand doesn't offer is refused."""
    if language not in brand.languages:
        raise DomainError(f"{brand.name} has no pages in that language.")
    person.language = language
    person.save(update_fields=["language"])
