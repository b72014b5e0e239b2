"""What buttons of the back office do before they call a service: method, rights, brand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import URLPattern, path

from core.backoffice.scoping import ScopedAdmin
from core.errors import DomainError

View = Callable[..., HttpResponse]


def row_of(page: ScopedAdmin, request: HttpRequest, key: str, permission: str) -> Any:
    """The row, if it is of the member of staff's brands and they may do this; else 404 or 403."""
    user: Any = request.user
    if not user.has_perm(permission):
        raise PermissionDenied
    row = page.get_object(request, key)
    if row is None:
        raise Http404
    return row


def post_only(request: HttpRequest) -> HttpResponse | None:
    """An answer to whoever asks with another method than POST; None for POST."""
    return None if request.method == "POST" else HttpResponseNotAllowed(["POST"])


@contextmanager
def refusals_as_messages(request: HttpRequest) -> Iterator[None]:
    """Show what the rules refuse as a message on the next page."""
    try:
        yield
    except DomainError as error:
        messages.error(request, str(error))


def url(page: ScopedAdmin, route: str, view: View, name: str) -> URLPattern:
    """A page's own URL behind the back office's login: `admin:<app>_<model>_<name>`."""
    full_name = f"{page.opts.app_label}_{page.opts.model_name}_{name}"
    pattern: URLPattern = path(route, page.admin_site.admin_view(view), name=full_name)
    return pattern
