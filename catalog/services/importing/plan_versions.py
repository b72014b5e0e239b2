"""Versions of plans: published once, compared for ever after, never changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from catalog.models import Charge, DeckAssignment, Plan, PlanVersion, RateDeck
from catalog.sections import CatalogueFile, Entry
from core.input_report import in_words
from core.input_tree import Fields, Key
from core.input_values import amount, day, localised_text, one_of, whole
from core.models import Brand

CHARGE_KEYS = (
    Key("kind", one_of(Charge.Kind.values), empty=Charge.Kind.RECURRING),
    Key("description", localised_text(200), required=True),
    Key("price", amount(), required=True),
    Key("months", whole(1, 60), empty=1),
    Key("timing", one_of(Charge.Timing.values), empty=Charge.Timing.ADVANCE),
    Key("proration", one_of(Charge.Proration.values), empty=Charge.Proration.DAILY),
)
RECURRING_ONLY = ("months", "timing", "proration")


@dataclass(frozen=True, slots=True)
class _Charge:
    """What a charge says, for comparing and for storing."""

    code: str
    kind: str = Charge.Kind.RECURRING.value
    description: dict[str, str] | None = None
    price: Decimal = Decimal(0)
    months: int = 1
    timing: str = Charge.Timing.ADVANCE.value
    proration: str = Charge.Proration.DAILY.value

    @property
    def words(self) -> str:
        """The charge in a diff."""
        text = f"{self.code} {in_words(self.price)}"
        if self.kind == Charge.Kind.ONE_OFF:
            return f"{text} once"
        months = "" if self.months == 1 else f" per {self.months} months"
        return f"{text}{months}"


@dataclass(slots=True)
class VersionEntry:
    """A version as the file says it."""

    fields: Fields
    start: date
    charges: list[_Charge]
    decks: dict[str, RateDeck]


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
        decks = _read_decks(entry, brand)
        charges = _read_charges(catalogue, brand, fields)
        if entry.finish() and start is not None:
            versions.append(VersionEntry(fields, start, charges, decks))
    return versions


def store_versions(catalogue: CatalogueFile, plan: Plan, versions: list[VersionEntry]) -> None:
    """Publish the versions that are new; one that is there must say the same."""
    for version in versions:
        stored = plan.versions.filter(starts_on=version.start).first()
        if stored is None:
            _warn_where_it_is_late(catalogue, version, plan)
            _publish(catalogue, plan, version)
        elif differing := _differences(stored, version.charges, version.decks):
            version.fields.problem(
                "from",
                f"published prices never change ({'; '.join(differing)})",
                "add a version with a later `from`",
            )
        else:
            catalogue.report.add_unchanged("plan versions")


def _read_decks(entry: Entry, brand: Brand | None) -> dict[str, RateDeck]:
    fields = entry.fields.table("decks", f"{entry.fields.subject}, decks")
    decks: dict[str, RateDeck] = {}
    if fields is None:
        return decks
    subject = fields.subject
    reading = Entry(entry.catalogue, "decks", fields)
    fields.subject = subject
    for usage_type in RateDeck.UsageType.values:
        deck = reading.reference(usage_type, "deck", RateDeck.objects.all(), required=False)
        if deck is None:
            continue
        decks[usage_type] = deck
        if brand is not None and deck.brand != brand:
            fields.problem(
                usage_type, f"deck {deck.code} belongs to brand {deck.brand.code}", "use its own"
            )
        if deck.usage_type != usage_type:
            fields.problem(
                usage_type, f"deck {deck.code} prices {deck.usage_type}", "name a deck that fits"
            )
    if not reading.finish():
        entry.depends_on_broken()
    return decks


def _read_charges(catalogue: CatalogueFile, brand: Brand | None, version: Fields) -> list[_Charge]:
    charges: list[_Charge] = []
    for fields in version.tables("charges", f"{version.subject}, charge"):
        entry = Entry(catalogue, f"{version.subject}, charge", fields)
        code = entry.identify(brand.code if brand else "")
        values = fields.collect(CHARGE_KEYS)
        if values.get("kind") == Charge.Kind.ONE_OFF:
            for name in RECURRING_ONLY:
                if name in values:
                    fields.problem(name, f"{name} goes with recurring charges only", "leave it out")
        if entry.finish():
            charges.append(_Charge(code, **values))
    return charges


def _publish(catalogue: CatalogueFile, plan: Plan, entry: VersionEntry) -> None:
    version = PlanVersion.objects.create(
        plan=plan,
        starts_on=entry.start,
    )
    Charge.objects.bulk_create(
        Charge(version=version, position=position, **asdict(charge))
        for position, charge in enumerate(entry.charges)
    )
    DeckAssignment.objects.bulk_create(
        DeckAssignment(version=version, usage_type=usage_type, deck=deck)
        for usage_type, deck in entry.decks.items()
    )
    version.state = PlanVersion.State.PUBLISHED
    version.published_at = catalogue.now
    version.published_by = catalogue.problems.file[-200:]
    version.save()
    words = _words(entry.charges, entry.decks) or "no charges"
    catalogue.report.add_new(
        "plan versions", f"{plan.brand.code} {plan.code} from {entry.start}: {words}"
    )


def _differences(
    stored: PlanVersion, charges: list[_Charge], decks: dict[str, RateDeck]
) -> list[str]:
    """In words, how a published version differs from what the file says; order counts."""
    before = [_stored_charge(charge) for charge in stored.charges.all()]
    decks_before = {row.usage_type: row.deck for row in stored.deck_assignments.all()}
    found: list[str] = []
    if before != charges:
        found.extend(_charge_differences(before, charges))
    if decks_before != decks:
        words = [_words([], each) or "none" for each in (decks_before, decks)]
        found.append(f"decks: {' → '.join(words)}")
    return found


def _charge_differences(before: list[_Charge], after: list[_Charge]) -> list[str]:
    old = {charge.code: asdict(charge) for charge in before}
    new = {charge.code: asdict(charge) for charge in after}
    found = [f"{code} is gone" for code in old if code not in new]
    found += [f"{code} is added" for code in new if code not in old]
    for code in old.keys() & new.keys():
        found += [
            f"{code} {name}: {in_words(value)} → {in_words(new[code][name])}"
            for name, value in old[code].items()
            if value != new[code][name]
        ]
    return sorted(found) or ["the order of charges"]


def _stored_charge(charge: Charge) -> _Charge:
    names = ("kind", "description", "price", "months", "timing", "proration")
    values: dict[str, Any] = {name: getattr(charge, name) for name in names}
    return _Charge(charge.code, **values)


def _words(charges: Iterable[_Charge], decks: dict[str, RateDeck]) -> str:
    parts = [charge.words for charge in charges]
    parts += [f"{usage_type} by {deck.code}" for usage_type, deck in sorted(decks.items())]
    return ", ".join(parts)


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
