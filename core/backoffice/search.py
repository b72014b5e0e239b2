"""One search over everything: each app registers what it finds in `search_entries.py`.

    @search_entry("Invoices", position=30, permission="billing.view_invoice")
    def invoices(text: str, scope: Scope) -> Iterable[Hit]: ...

An entry asks for a few rows by indexed columns, and only for rows in `scope`; what is exactly what
was typed (a number, an address, a reference) stands before what merely begins so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from core.backoffice.scoping import scoped

HITS_MAX = 8  # of each entry
TEXT_MAX = 100
LETTERS_MIN = 2


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: its title, a line about it, its page; `exact` where it is what was typed."""

    title: str
    detail: str
    url: str
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What one entry found."""

    title: str
    hits: list[Hit]


@dataclass(frozen=True, slots=True)
class Scope:
    """Limits querysets to the brands of the member of staff."""

    request: HttpRequest

    def __call__(self, rows: QuerySet[Any], path: str) -> QuerySet[Any]:
        """The rows whose brand, found along `path`, is one of the member of staff's."""
        return scoped(rows, path, self.request)


Finder = Callable[[str, Scope], Iterable[Hit]]


@dataclass(frozen=True, slots=True)
class _SearchEntry:
    position: int
    title: str
    permission: str
    find: Finder


_entries: dict[str, _SearchEntry] = {}


def search_entry(title: str, *, position: int, permission: str) -> Callable[[Finder], Finder]:
    """Register what is found under `title` by staff with `permission`."""

    def register(find: Finder) -> Finder:
        name = f"{find.__module__}.{find.__qualname__}"
        _entries[name] = _SearchEntry(position, title, permission, find)
        return find

    return register


def search(text: str, request: HttpRequest) -> list[Found]:
    """What is found by `text` for this member of staff; groups with an exact hit come first."""
    text = " ".join(text.replace("\0", "").split())[:TEXT_MAX]
    if len(text) < LETTERS_MIN:
        return []
    user: Any = request.user
    found = []
    for entry in sorted(_entries.values(), key=lambda one: (one.position, one.title)):
        if not user.has_perm(entry.permission):
            continue
        hits = sorted(entry.find(text, Scope(request)), key=lambda hit: not hit.exact)[:HITS_MAX]
        if hits:
            found.append(Found(entry.title, hits))
    return sorted(found, key=lambda group: not group.hits[0].exact)


def search_view(request: HttpRequest) -> HttpResponse:
    """The search page; typing in its field asks for the results alone."""
    text = request.GET.get("q", "")
    context = {"title": "Search", "text": text, "found": search(text, request)}
    if request.headers.get("HX-Request"):
        return TemplateResponse(request, "admin/backoffice/search_results.html", context)
    context = admin.site.each_context(request) | context
    return TemplateResponse(request, "admin/backoffice/search.html", context)
