"""Form fields of the back office's own pages, in the look of the others."""

from __future__ import annotations

from typing import Any

from django import forms
from unfold.widgets import INPUT_CLASSES


class DayInput(forms.DateInput):
    """A date as the browser offers it; sent and shown as 2026-11-01."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": " ".join(INPUT_CLASSES)} | (attrs or {}), format="%Y-%m-%d")


class MomentInput(forms.DateTimeInput):
    """A date and a time as the browser offers them; sent and shown as 2026-11-01T21:10."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__({"class": " ".join(INPUT_CLASSES)}, format="%Y-%m-%dT%H:%M")
