"""Pages for when something went wrong: what happened, and what to do now."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """400: the browser sent something we can't read."""
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """403: signed in, but without the right."""
    return render(request, "403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """403: the form is too old, or cookies are off."""
    return render(request, "403_csrf.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """404: no such page, or none that this person may see; both look the same."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our own fault. Asks the database for nothing: it may be what is down."""
    brand = getattr(request, "brand", None)
    context = {"brand": brand, "language": getattr(request, "LANGUAGE_CODE", "en")}
    return render(None, "500.html", context, status=500)
