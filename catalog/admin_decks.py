"""Back office pages of prices by number: suppliers, decks with bands, rates and their imports.

What a brand sells at is seen by its staff; what is bought, by staff of the legal entity's brands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils import timezone

from catalog.models import BandHours, Rate, RateDeck, RateImport, Supplier, TimeBand
from catalog.queries import rate_in_place_of, rates_for_number, rates_superseded_by
from catalog.services.revert_rate_import import revert_rate_import
from core.backoffice import columns
from core.backoffice.actions import post_only, refusals_as_messages, row_of, url
from core.backoffice.registry import Cell, Link, Panel, link, panel
from core.backoffice.scoping import (
    EntityAdmin,
    ScopedAdmin,
    ScopedInline,
    choices_of,
    entity_scope,
)
from core.formatting import format_day
from core.periods import local_date

FROM_CATALOGUE = "Comes in with a catalogue: manage.py import_catalog FILE.yaml"
FROM_RATES = "Rates come in by file: manage.py import_rates DECK FILE.csv --from DATE"
SUPERSEDED_SHOWN_MAX = 20
STANDINGS = {"superseded": "danger", "ended": "info"}
WHOLE_NUMBER = re.compile(r"\+([0-9]{1,40})(?:\s+([0-9]{4}-[0-9]{2}-[0-9]{2}))?")


def deck_scope(path: str, brand_ids: Sequence[int]) -> Q:
    """Sell decks of these brands and buy decks of their legal entities; `path` leads to a deck."""
    start = f"{path}__" if path else ""
    own = Q(**{f"{start}brand__in": brand_ids})
    return own | entity_scope(f"{start}supplier__legal_entity", brand_ids)


class DeckInline(ScopedInline):
    model = RateDeck
    fields = ("code", "name", "usage_type", "currency", "per", "zone")
    show_change_link = True

    def scope(self, brand_ids: Sequence[int]) -> Q:
        return deck_scope("", brand_ids)


@admin.register(Supplier)
class SupplierAdmin(EntityAdmin):
    empty_text = FROM_CATALOGUE
    list_display = ("code", "name", "legal_entity", "currency", "contact_name", "contact_email")
    list_select_related = ("legal_entity",)
    list_filter = ("legal_entity",)
    search_fields = ("code", "name", "contact_name", "contact_email")
    inlines = (DeckInline,)


class TimeBandInline(ScopedInline):
    model = TimeBand
    fields = ("code", "hours_in_words")
    verbose_name_plural = "time bands: by the wall clock in the deck's zone"

    def scope(self, brand_ids: Sequence[int]) -> Q:
        return deck_scope("deck", brand_ids)

    def get_queryset(self, request: HttpRequest) -> QuerySet[TimeBand]:
        bands: QuerySet[TimeBand] = super().get_queryset(request)
        return bands.prefetch_related("hours")

    @admin.display(description="hours")
    def hours_in_words(self, band: TimeBand) -> str:
        return "; ".join(str(hours) for hours in band.hours.all())


@admin.register(RateDeck)
class RateDeckAdmin(ScopedAdmin):
    empty_text = FROM_CATALOGUE
    list_display = (
        "code",
        "name",
        "direction",
        "brand",
        "supplier",
        "usage_type",
        "currency",
        "per",
        "zone",
    )
    list_select_related = ("brand", "supplier")
    list_filter = ("direction", "brand", "supplier", "usage_type")
    search_fields = ("code", "name")
    inlines = (TimeBandInline,)

    def scope(self, brand_ids: Sequence[int]) -> Q:
        return deck_scope("", brand_ids)


@link("catalog.ratedeck", position=10, permission="catalog.view_rate")
def rates_of_deck(deck: RateDeck) -> list[Link]:
    """The deck's rates, of all days."""
    return [Link("Rates", f"{reverse('admin:catalog_rate_changelist')}?deck__id__exact={deck.pk}")]


@link("catalog.ratedeck", position=20, permission="catalog.view_rateimport")
def imports_of_deck(deck: RateDeck) -> list[Link]:
    """The files that the deck's rates came with."""
    address = reverse("admin:catalog_rateimport_changelist")
    return [Link("Files of rates", f"{address}?deck__id__exact={deck.pk}")]


class DeckRowsAdmin(ScopedAdmin):
    """A page of rows that belong to a deck."""

    path_to_deck = "deck"

    def scope(self, brand_ids: Sequence[int]) -> Q:
        return deck_scope(self.path_to_deck, brand_ids)


@admin.register(TimeBand)
class TimeBandAdmin(DeckRowsAdmin):
    empty_text = FROM_CATALOGUE
    list_display = ("code", "deck")
    list_select_related = ("deck",)
    list_filter = ("deck",)
    search_fields = ("code", "deck__code")


@admin.register(BandHours)
class BandHoursAdmin(DeckRowsAdmin):
    empty_text = FROM_CATALOGUE
    list_display = (
        "deck",
        "band",
        columns.text("day_in_words", "day", ordering="weekday"),
        columns.text("hours_in_words", "hours", ordering="minutes"),
    )
    list_select_related = ("deck", "band")
    list_filter = ("deck", "band")
    search_fields = ("band__code", "deck__code")


@admin.register(RateImport)
class RateImportAdmin(DeckRowsAdmin):
    empty_text = FROM_RATES
    list_display = (
        "id",
        "file_name",
        "deck",
        "starts_on",
        columns.count("added"),
        columns.count("changed"),
        columns.count("ended"),
        columns.count("unchanged"),
        columns.count("superseded"),
        "imported_at",
        "imported_by",
        "reverted_at",
    )
    list_display_links = ("id", "file_name")
    list_select_related = ("deck",)
    list_filter = ("deck",)
    search_fields = ("file_name", "sha256", "imported_by")
    date_hierarchy = "imported_at"

    def get_urls(self) -> list[URLPattern]:
        own = url(self, "<path:object_id>/revert/", self.revert, "revert")
        return [own, *super().get_urls()]

    def revert(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Take the import back, if nothing was built on it."""
        record: RateImport = row_of(self, request, object_id, "catalog.change_rateimport")
        if answer := post_only(request):
            return answer
        now = timezone.now()
        with refusals_as_messages(request):
            removed = revert_rate_import(
                record, by=str(request.user), as_of=local_date(now, record.deck.zone), now=now
            )
            messages.success(request, f"Taken back: {removed:,} rates are gone.")
        return redirect("admin:catalog_rateimport_change", record.pk)


@link("catalog.rateimport", position=10, permission="catalog.change_rateimport")
def revert_link(record: RateImport) -> Iterable[Link]:
    """An import can be taken back once."""
    if record.reverted_at is not None:
        return []
    address = reverse("admin:catalog_rateimport_revert", args=[record.pk])
    return [Link("Take back", address, post=True)]


@panel("catalog.rateimport", position=10, permission="catalog.view_rate")
def superseded_panel(record: RateImport) -> Panel | None:
    """The wrong rates whose place an import's rates took."""
    rates = record.superseded_rates.select_related("deck", "superseded_by")
    if not rates.exists():
        return None
    address = f"{reverse('admin:catalog_rate_changelist')}?superseded_by={record.pk}"
    return _superseded(rates[:SUPERSEDED_SHOWN_MAX], record, url=address)


@panel("catalog.rate", position=10, permission="catalog.view_rate")
def superseded_by_rate_panel(rate: Rate) -> Panel | None:
    """The wrong rates whose place this one took."""
    rates, record = rates_superseded_by(rate), rate.imported_by
    return _superseded(rates, record) if rates and record else None


def _superseded(rates: Iterable[Rate], record: RateImport, url: str = "") -> Panel:
    rows: list[list[Cell | str]] = [
        [
            Cell(rate.prefix, url=reverse("admin:catalog_rate_change", args=[rate.pk])),
            Cell(_price_in_words(rate), figure=True),
            format_day(rate.starts_on, "en"),
            rate.destination,
        ]
        for rate in rates
    ]
    return Panel(
        title="Rates that it superseded",
        columns=("Prefix", "Price", "From", "Destination"),
        rows=rows,
        empty="",
        url=url,
        note=f"Why: {record.reason or 'no reason was kept.'} They price nothing any more; what they"
        " have priced keeps its price until it is rated again.",
    )


def _price_in_words(rate: Rate) -> str:
    if rate.ended:
        return "ended"
    fee = f" + {columns.price_in_words(rate.connection_fee, rate.deck.currency)} a call"
    price = f"{columns.price_in_words(rate.price, rate.deck.currency)} per {rate.per}"
    return price + (fee if rate.connection_fee else "")


def standing_of(rate: Rate) -> tuple[str, str]:
    """What is no price: what was wrong from its start on, and the end of a prefix."""
    if rate.superseded_by_id:
        return "superseded", f"superseded by import {rate.superseded_by_id}"
    return ("ended", "prefix ended") if rate.ended else ("", "")


class SupersededFilter(admin.SimpleListFilter):
    """Rates that hold, or those that were wrong and price nothing any more."""

    title = "superseded"
    parameter_name = "is_superseded"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The two kinds."""
        return [("no", "No"), ("yes", "Yes: they price nothing any more")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Rate]) -> QuerySet[Rate]:
        """Those of the chosen kind."""
        if self.value() not in {"no", "yes"}:
            return queryset
        return queryset.filter(superseded_by__isnull=self.value() == "no")


@admin.register(Rate)
class RateAdmin(DeckRowsAdmin):
    empty_text = FROM_RATES
    list_display = (
        "prefix",
        columns.label("superseded_by", "state", standing_of, STANDINGS),
        "destination",
        "deck",
        "band",
        "starts_on",
        columns.price("price", currency="deck.currency"),
        columns.count("per", "per units"),
        columns.price("connection_fee", "connection fee", currency="deck.currency"),
        columns.count("first_increment", "first step"),
        columns.count("next_increment", "next steps"),
        "steps",
    )
    list_select_related = ("deck", "band", "superseded_by")
    list_filter = ("deck", "starts_on", "ended", SupersededFilter)
    search_fields = ("^prefix", "destination")
    search_help_text = (
        "The beginning of a prefix (4790), a part of a destination's name, or a whole number with"
        " its plus, and a day if not today: +4790123456 2026-12-01 finds the rates that serve it."
    )

    change_form_outer_before_template = "admin/catalog/rate_standing.html"

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any
    ) -> HttpResponse:
        """Say first of a superseded rate that it is, by which one, and why."""
        rate: Rate | None = options.get("obj")
        if rate is not None and rate.superseded_by_id:
            context["in_its_place"] = right = rate_in_place_of(rate)
            context["right_price"] = _price_in_words(right) if right else ""
        return super().render_change_form(request, context, *args, **options)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """For a whole number, the rates of the longest prefix in force, of each deck."""
        asked = _number_and_day(search_term)
        if asked is None:
            found: tuple[QuerySet[Any], bool] = super().get_search_results(
                request, queryset, search_term
            )
            return found
        number, day = asked
        now = timezone.now()
        serving = [
            rate.pk
            for deck in choices_of(self.admin_site, RateDeck, request)
            for rate in rates_for_number(deck, number, day or local_date(now, deck.zone))
        ]
        return queryset.filter(pk__in=serving), False


def _number_and_day(text: str) -> tuple[str, date | None] | None:
    """A whole number and a day, as they are written into the search field."""
    found = WHOLE_NUMBER.fullmatch(text.strip())
    if not found:
        return None
    try:
        return found[1], date.fromisoformat(found[2]) if found[2] else None
    except ValueError:
        return None
