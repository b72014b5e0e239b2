"""The first page of the back office: what waits for somebody, in figures that their lists prove."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from core.backoffice.registry import tiles_of


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add the tiles that the apps registered."""
    return context | {"tiles": tiles_of(request)}
