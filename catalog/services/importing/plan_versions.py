"""Versions of plans: drafted or published, and never changed once they are published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from catalog.models import Plan, PlanVersion, RateDeck, UsageType
from catalog.publication_checks import Objection, objections_to
from catalog.queries import content_of, decks_named, terms_of
from catalog.sections import CatalogueFile, Entry
from catalog.services.draft_plan_version import MAY_BE_MISSING
from catalog.services.importing.version_rows import (
    Place,
    read_allowances,
    read_charges,
    read_terms,
)
from catalog.services.write_version import write_version
from catalog.version_content import VersionContent, differences, told
from core.input_tree import Fields
from core.input_values import day, one_of
from core.models import Brand

State = PlanVersion.State
PART = "plan versions"


@dataclass(slots=True)
class VersionEntry:
    """A version as the file says it."""

    fields: Fields
    start: date
    state: str
    content: VersionContent
    rows: dict[tuple[str, str], Fields]


def read_versions(
    catalogue: CatalogueFile, brand: Brand | None, plan_code: str, tables: list[Fields]
) -> list[VersionEntry]:
    """The versions of a plan that have no problem; `brand` is None where it has one itself."""
    versions: list[VersionEntry] = []
    for fields in tables:
        entry = Entry(catalogue, "version", fields)
        start = fields.require("from", day)
        fields.subject = f"plan {plan_code}, version from {start}"
        entry.identity = ("version", brand.code if brand else "", plan_code, str(start))
        if start is not None:
            entry.only_once("from")
        state = fields.get("state", one_of(State.values)) or State.PUBLISHED.value
        place = Place(catalogue, brand, fields, state == State.DRAFT)
        terms, steps = read_terms(place)
        content = VersionContent(
            terms=terms,
            decks=_read_decks(entry, brand),
            charges=read_charges(place),
            allowances=read_allowances(place),
            termination_steps=steps,
        )
        if entry.finish() and start is not None:
            versions.append(VersionEntry(fields, start, state, content, place.rows))
    return versions


def store_versions(catalogue: CatalogueFile, plan: Plan, versions: list[VersionEntry]) -> None:
    """Store the versions that are new or drafts; a published one must say the same."""
    for entry in versions:
        stored = plan.versions.filter(starts_on=entry.start).first()
        if stored is None or stored.is_draft:
            if _is_sound(plan, entry):
                _store(catalogue, plan, entry, stored)
            continue
        before = content_of(terms_of(stored))
        cells = told(differences(before, entry.content, plan.brand.languages))
        if entry.state == State.DRAFT:
            entry.fields.problem("state", "is published already", "give the draft a later `from`")
        elif cells:
            entry.fields.problem(
                "from",
                f"published prices never change ({'; '.join(cells)})",
                "add a version with a later `from`",
            )
        else:
            catalogue.report.add_unchanged(PART)


def _store(
    catalogue: CatalogueFile, plan: Plan, entry: VersionEntry, stored: PlanVersion | None
) -> None:
    """Write the content, and publish it where the file says so, in the name of the file."""
    label = f"{plan.brand.code} {plan.code} from {entry.start}"
    publishes = entry.state == State.PUBLISHED
    before = content_of(terms_of(stored)) if stored else None
    cells = told(differences(before, entry.content, plan.brand.languages)) if before else []
    if stored is not None and not cells and not publishes:
        catalogue.report.add_unchanged(PART)
        return
    if publishes:
        _warn_where_it_is_late(catalogue, entry, plan)
    version = stored or PlanVersion(plan=plan, starts_on=entry.start)
    if stored is None or cells:
        write_version(version, entry.content)
    if publishes:
        version.state = State.PUBLISHED
        version.published_at = catalogue.now
        version.published_by = catalogue.problems.file[-200:]
        version.save()
    if stored is None:
        draft = "" if publishes else "draft: "
        catalogue.report.add_new(PART, f"{label}: {draft}{entry.content.words}")
    else:
        news = ["state: draft → published"] if publishes else []
        catalogue.report.add_changed(PART, label, news + cells)


def _is_sound(plan: Plan, entry: VersionEntry) -> bool:
    """Report what keeps it from being published; a draft's missing texts are only noted."""
    decks = decks_named(entry.content.decks.values())
    sound = True
    for objection in objections_to(entry.content, plan, decks):
        fields = _place_of(objection, entry)
        if entry.state == State.DRAFT and objection.name in MAY_BE_MISSING:
            fields.warn(objection.name, objection.what, objection.remedy)
        else:
            fields.problem(objection.name, objection.what, objection.remedy)
            sound = False
    return sound


def _place_of(objection: Objection, entry: VersionEntry) -> Fields:
    return entry.rows.get((objection.part, objection.row), entry.fields)


def _read_decks(entry: Entry, brand: Brand | None) -> dict[str, str]:
    """The code of the deck for each usage type."""
    fields = entry.fields.table("decks", f"{entry.fields.subject}, decks")
    decks: dict[str, str] = {}
    if fields is None:
        return decks
    subject = fields.subject
    reading = Entry(entry.catalogue, "decks", fields)
    fields.subject = subject
    for usage_type in UsageType.values:
        deck = reading.reference(usage_type, "deck", RateDeck.objects.all(), required=False)
        if deck is None:
            continue
        decks[usage_type] = deck.code
        if brand is not None and deck.brand_id != brand.pk:
            whose = f"belongs to brand {deck.brand.code}" if deck.brand else "is a supplier's"
            fields.problem(usage_type, f"deck {deck.code} {whose}", "use its own")
        if deck.usage_type != usage_type:
            fields.problem(
                usage_type, f"deck {deck.code} prices {deck.usage_type}", "name a deck that fits"
            )
    if not reading.finish():
        entry.depends_on_broken()
    return decks


def _warn_where_it_is_late(catalogue: CatalogueFile, entry: VersionEntry, plan: Plan) -> None:
    """A version that takes over in the past re-prices days that may have been billed."""
    published_before = plan.versions.filter(
        starts_on__lt=entry.start, published_at__lt=catalogue.now
    )
    if entry.start < catalogue.now.date() and published_before.exists():
        entry.fields.warn(
            "from",
            "starts in the past beside versions that were published before",
            "what was billed since then is settled by the next bill run",
        )
