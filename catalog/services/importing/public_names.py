"""Names that customers read: by language, complete in those of the brand."""

from __future__ import annotations

from typing import Any

from catalog.publication_checks import missing_languages
from core.input_tree import Fields
from core.models import Brand


def require_languages(fields: Fields, brand: Brand, values: dict[str, Any]) -> None:
    """Report a given name that lacks one of the brand's languages."""
    missing = missing_languages(values["name"], brand.languages) if "name" in values else []
    if missing:
        fields.problem(
            "name",
            f"name has no text in {', '.join(missing)}",
            "customers read it: give one in each of the brand's languages",
        )
