"""What every page's template knows: whose site this is."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """The brand whose host was asked (none on the staff host)."""
    return {"brand": getattr(request, "brand", None), "on_staff_host": is_staff_host(request)}


def is_staff_host(request: HttpRequest) -> bool:
    """Whether the request came to the back office's own host name."""
    return bool(getattr(request, "on_staff_host", False))
