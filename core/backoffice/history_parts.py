"""What belongs to a row and has no page of its own: its history stands on the row's page.

A part is a tracked model without a page whose first reference names the row, that goes with the
row, or that stands inside the row's page: the charges of a price version, the memberships of a
person. Parts have parts: the tiers of a charge.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import CASCADE, ForeignKey, Model, Q, QuerySet
from django.http import HttpRequest

from core.backoffice.history import SHOWN_MAX, Change, changes_of, events_of, tell
from core.imports.written_tables import event_models


@dataclass(frozen=True, slots=True)
class Part:
    """A model without a page, and the reference by which its rows belong to another's."""

    model: type[Model]
    events: Any
    owner: ForeignKey[Any, Any]


def page_of(site: admin.AdminSite, model: type[Model]) -> Any:
    """The page that shows a model's rows, whatever proxy it is registered for; None without."""
    concrete = model._meta.concrete_model
    return next(
        (page for one, page in site._registry.items() if one._meta.concrete_model is concrete), None
    )


def parts_of(site: admin.AdminSite, model: type[Model]) -> Iterator[Part]:
    """The parts of a model's rows."""
    page = page_of(site, model)
    inside = {inline.model for inline in getattr(page, "inlines", ())}
    for tracked, events in event_models().items():
        if page_of(site, tracked) is not None:
            continue
        for one in references_of(tracked):
            is_its = one.related_model._meta.concrete_model is model._meta.concrete_model
            goes_along = one.remote_field.on_delete is CASCADE
            if is_its and (one is references_of(tracked)[0] or goes_along or tracked in inside):
                yield Part(tracked, events, one)


def references_of(model: type[Model]) -> list[ForeignKey[Any, Any]]:
    """The foreign keys of a model, in their order."""
    fields: Any = model._meta.concrete_fields
    return [one for one in fields if isinstance(one, ForeignKey)]


def changes_with_parts(
    site: admin.AdminSite, row: Model, request: HttpRequest
) -> list[Change] | None:
    """The changes of a row and of its parts, newest first, at most 200; None without history."""
    changes = changes_of(row)
    found = list(_of_parts(site, type(row), [row.pk], request))
    if changes is None and not found:
        return None
    every = [*(changes or ()), *found]
    return sorted(every, key=lambda one: one.at, reverse=True)[:SHOWN_MAX]


def _of_parts(
    site: admin.AdminSite, model: type[Model], keys: Any, request: HttpRequest
) -> Iterator[Change]:
    for part in parts_of(site, model):
        if not may_see(request, part.model):
            continue
        mine = part.events.objects.filter(**{f"{part.owner.attname}__in": keys})
        found = seen(site, part.events.objects.filter(pgh_obj__in=mine.values("pgh_obj")), request)
        yield from tell(part.events, found.order_by("-pgh_id")[:SHOWN_MAX], part=True)
        yield from _of_parts(site, part.model, found.order_by().values("pgh_obj"), request)


def may_see(request: HttpRequest, model: type[Model]) -> bool:
    """Whether somebody may see rows of this model; what has no right of its own, superusers."""
    user: Any = request.user
    return bool(user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}"))


def seen(site: admin.AdminSite, events: QuerySet[Any], request: HttpRequest) -> QuerySet[Any]:
    """The events that refer to nothing of a brand that the member of staff doesn't work for."""
    user: Any = request.user
    if user.is_superuser:
        return events
    for one in references_of(events.model.pgh_tracked_model):
        page = page_of(site, one.related_model)
        if getattr(page, "brand_path", None):
            visible = _keys_seen(site, one.related_model, request)
            none = Q(**{f"{one.attname}__isnull": True})
            events = events.filter(none | Q(**{f"{one.attname}__in": visible}))
    return events


def _keys_seen(site: admin.AdminSite, model: type[Model], request: HttpRequest) -> Any:
    """The rows within the member of staff's brands, as a subquery: those that are gone too."""
    if events_of(model) is not None:
        return visible_events(site, model, request).values("pgh_obj")
    return page_of(site, model).get_queryset(request).values("pk")


def events_between(
    site: admin.AdminSite, request: HttpRequest, since: datetime, until: datetime
) -> Iterator[tuple[Any, QuerySet[Any]]]:
    """By model, the events of a span of time [since, until) that a member of staff may see."""
    for tracked, events in sorted(event_models().items(), key=lambda item: item[0]._meta.label):
        page = page_of(site, tracked)
        may = page.has_view_permission(request) if page else may_see(request, tracked)
        if may:
            span = Q(pgh_created_at__gte=since, pgh_created_at__lt=until)
            yield events, visible_events(site, tracked, request).filter(span)


def visible_events(
    site: admin.AdminSite, model: type[Model], request: HttpRequest
) -> QuerySet[Any]:
    """Every event of a model that is within the member of staff's brands.

    By the brand that the events themselves lead to; where they lead to none, by the rows that are
    still there. A part is seen where what it belongs to is.
    """
    events, page = events_of(model), page_of(site, model)
    found: QuerySet[Any] = events.objects.all()
    user: Any = request.user
    if user.is_superuser:
        return found
    if page is None:
        owner = references_of(model)[0]
        above = visible_events(site, owner.related_model, request).values("pgh_obj")
        return seen(site, found.filter(**{f"{owner.attname}__in": above}), request)
    path = str(getattr(page, "brand_path", "") or "")
    if path.split("__", maxsplit=1)[0] in {one.name for one in references_of(model)}:
        brands = user.brands.values("pk") if user.is_staff else user.brands.none().values("pk")
        return found.filter(**{f"{path}__in": brands})
    return found.filter(pgh_obj__in=page.get_queryset(request).values("pk"))
