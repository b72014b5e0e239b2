"""The kinds of files of this app: catalogues in YAML, and rates of a deck."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from catalog.models import RateDeck, RateImport
from catalog.services.import_catalog import import_catalog
from catalog.services.import_rates import RateImportResult, import_rates
from catalog.services.importing.rate_changes import RowDifference
from catalog.services.revert_rate_import import revert_rate_import
from core.errors import InputProblem, InputRefused
from core.imports.kinds import YES, ImportRequest, TargetField, import_kind
from core.input_report import ImportReport
from core.input_tree import listed
from core.models import ImportBatch
from core.periods import local_date

IMPORT_RATES = "import_rates"
CORRECTED = "superseded rates"
# Logos lie beside a catalogue's file; one that came over the net has nothing beside it.
NO_FOLDER = Path("/nonexistent")


@import_kind("catalogue", label="Catalogue (YAML)", every_brand=True, shell_only=True)
def take_in_catalogue(request: ImportRequest) -> ImportReport:
    """A catalogue; it publishes prices, so it comes in from the shell alone."""
    return import_catalog(request.content, file=request.file, folder=NO_FOLDER, now=request.now)


RATE_FIELDS = (
    TargetField("prefix", "digits that a number begins with, country code first", "text",
                required=True, example="4790",
                synonyms=("code", "dial code", "dialcode", "dial prefix", "area code", "prefiks",
                          "vorwahl", "number prefix", "breakout")),
    TargetField("destination", "what the prefix is called", example="Norway mobile",
                synonyms=("destination name", "description", "country", "zone", "destinasjon",
                          "ziel", "zielname", "name", "land")),
    TargetField("price", "price of `per` units", "decimal", example="0.4900",
                synonyms=("rate", "cost", "tariff", "price per minute", "rate per minute", "pris",
                          "preis", "minutenpreis", "new rate", "usd/min", "eur/min")),
    TargetField("per", "units that the price is for, 60 for a minute", "integer", example="60",
                synonyms=("unit", "price unit", "per units")),
    TargetField("connection_fee", "price of the connection", "decimal", example="0.59",
                synonyms=("connect fee", "setup fee", "connection charge", "oppkoblingspris",
                          "startpris", "verbindungsentgelt", "setup")),
    TargetField("first_increment", "units that always count", "integer", example="60",
                synonyms=("minimum", "min increment", "initial increment", "first interval",
                          "minimum duration")),
    TargetField("first_price", "price of the first increment", "decimal"),
    TargetField("next_increment", "units counted at once after it", "integer", example="1",
                synonyms=("increment", "interval", "billing increment", "next interval")),
    TargetField("max_charge", "most that one event costs", "decimal",
                synonyms=("maximum", "cap", "max price")),
    TargetField("category", "code of the heading on the bill",
                synonyms=("heading", "usage category")),
    TargetField("ended", "whether the prefix ends", "yes_no",
                synonyms=("deleted", "closed", "discontinued")),
    TargetField("starts_on", "first day of the row", "date", example="2027-01-01",
                synonyms=("effective date", "effective from", "valid from", "start date",
                          "effective", "gyldig fra", "gültig ab")),
)  # fmt: skip
RATE_OPTIONS = (
    TargetField("deck", "code of the rate deck", required=True, example="VOICE"),
    TargetField("starts_on", "first day on which the rates hold", "date", required=True),
    TargetField(
        "correct",
        "rates that have started were wrong: the file's take their place from their start on",
        "yes_no",
    ),
    TargetField(
        "reason",
        "why it comes in; needed to correct, and it stays with the rates",
        needed_with="correct",
    ),
)


def take_back_rates(batch: ImportBatch, now: datetime) -> None:
    """Revert the rates that a batch brought; they are known by the moment they came in."""
    assert batch.applied_at is not None  # only applied imports are reverted
    records = RateImport.objects.filter(
        deck__code=batch.options["deck"], imported_at=batch.applied_at
    )
    if batch.brand is not None:
        records = records.filter(deck__brand=batch.brand)
    for record in records.select_related("deck"):
        as_of = local_date(now, record.deck.zone)
        revert_rate_import(record, by=f"revert of import {batch.pk}", as_of=as_of, now=now)


def imports_of_deck(batch: ImportBatch) -> str:
    """Which imports the deck has had, and which of them were taken back."""
    records = RateImport.objects.filter(deck__code=batch.options.get("deck", ""))
    if batch.brand is not None:
        records = records.filter(deck__brand=batch.brand)
    return " ".join(f"{pk}:{at}" for pk, at in records.values_list("pk", "reverted_at"))


@import_kind(
    "rates",
    label="Rates of a deck",
    fields=RATE_FIELDS,
    options=RATE_OPTIONS,
    permission="catalog.add_rate",
    revert=take_back_rates,
    approval=IMPORT_RATES,
    stands_on=imports_of_deck,
)
def take_in_rates(request: ImportRequest) -> ImportReport:
    """Rates of the deck that the options name."""
    result = import_rates(
        request.content,
        file=request.file,
        deck=_deck(request),
        starts_on=date.fromisoformat(request.options["starts_on"]),
        as_of=request.as_of,
        correct=request.options.get("correct") == YES,
        reason=request.options.get("reason", ""),
        now=request.now,
        step=request.step,
    )
    return report_of(result)


def report_of(result: RateImportResult) -> ImportReport:
    """The result as a report; the largest moves of prices stand for all changed rates."""
    report = ImportReport(warnings=list(result.warnings))
    corrected = {row.line for row in result.corrections}
    for row in result.corrections:
        label = f"{row.prefix} {row.destination}".strip()
        told = f"since {row.starts_on}: {_price_before(row)} → {_price_after(row)}"
        report.add_changed(CORRECTED, label, [told])
    for move in (*result.rises, *result.falls):
        if move.line in corrected:
            continue
        before, after = (f"{price.normalize():f}" for price in (move.price_before, move.price))
        label = f"{move.prefix} {move.destination}".strip()
        told = f"price: {before} per {move.per_before} → {after} per {move.per}"
        report.add_changed("rates", label, [told])
    corrections = result.superseded
    part = report.part("rates")
    part.new = result.new - corrections.get("new", 0)
    part.changed = result.changed - corrections.get("changed", 0)
    part.unchanged = result.unchanged
    if ended := result.ended - corrections.get("ended", 0):
        report.part("ended rates").changed = ended
    if corrections:
        report.part(CORRECTED).changed = sum(corrections.values())
    return report


def _price_before(row: RowDifference) -> str:
    """What the superseded rate said."""
    if row.price_before is None or row.per_before is None:
        return "ended"
    return f"{row.price_before.normalize():f} per {row.per_before}"


def _price_after(row: RowDifference) -> str:
    return "ended" if row.kind == "ended" else f"{row.price.normalize():f} per {row.per}"


def _deck(request: ImportRequest) -> RateDeck:
    """The deck, if its brand is one that this import may touch."""
    decks = RateDeck.objects.select_related("brand")
    if request.brand is not None:
        decks = decks.filter(brand=request.brand)
    code = request.options["deck"]
    found = list(decks.filter(code=code)[:2])
    if len(found) == 1:
        return found[0]
    known = listed(decks.order_by("code").values_list("code", flat=True))
    what = f"there is no deck called {code}" if not found else f"two brands have a deck {code}"
    remedy = f"known are: {known}" if not found else "choose the brand"
    raise InputRefused([InputProblem("options", 1, what, remedy)])
