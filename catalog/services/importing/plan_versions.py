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


def import_versions(catalogue: CatalogueFile, plan: Plan, tables: list[Fields]) -> None:
    """Publish the versions that are new; one that is there must say the same."""
    for fields in tables:
        entry = Entry(catalogue, "version", fields)
        start = fields.require("from", day)
        fields.subject = f"plan {plan.code}, version from {start}"
        entry.identity = ("version", plan.brand.code, plan.code, str(start))
        if start is not None:
            entry.only_once("from")
        decks = _read_decks(entry, plan)
        charges = _read_charges(catalogue, fields)
        if not entry.finish() or start is None:
            continue
        stored = plan.versions.filter(starts_on=start).first()
        if stored is None:
            _warn_where_it_is_late(catalogue, fields, plan, start)
            _publish(catalogue, plan, start, charges, decks)
        elif differing := _differences(stored, charges, decks):
            fields.problem(
                "from",
                f"published prices never change ({'; '.join(differing)})",
                "add a version with a later `from`",
            )
        else:
            catalogue.report.add_unchanged("plan versions")


def _read_decks(entry: Entry, plan: Plan) -> dict[str, RateDeck]:
    fields = entry.fields.table("decks", f"{entry.fields.subject}, decks")
    decks: dict[str, RateDeck] = {}
    if fields is None:
        return decks
    reading = Entry(entry.catalogue, "decks", fields)
    for usage_type in RateDeck.UsageType.values:
        deck = reading.reference(usage_type, "deck", RateDeck.objects.all(), required=False)
        if deck is None:
            continue
        decks[usage_type] = deck
        if deck.brand_id != plan.brand_id:
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


def _read_charges(catalogue: CatalogueFile, version: Fields) -> list[_Charge]:
    charges: list[_Charge] = []
    for fields in version.tables("charges", f"{version.subject}, charge"):
        entry = Entry(catalogue, f"{version.subject}, charge", fields)
        code = entry.identify()
        values = fields.collect(CHARGE_KEYS)
        if values.get("kind") == Charge.Kind.ONE_OFF:
            for name in RECURRING_ONLY:
                if name in values:
                    fields.problem(name, f"{name} goes with recurring charges only", "leave it out")
        if entry.finish():
            charges.append(_Charge(code, **values))
    return charges


def _publish(
    catalogue: CatalogueFile,
    plan: Plan,
    start: date,
    charges: list[_Charge],
    decks: dict[str, RateDeck],
) -> None:
    version = PlanVersion.objects.create(
        plan=plan,
        starts_on=start,
        published_at=catalogue.now,
        published_by=catalogue.problems.file[-200:],
    )
    Charge.objects.bulk_create(
        Charge(version=version, position=position, **asdict(charge))
        for position, charge in enumerate(charges)
    )
    DeckAssignment.objects.bulk_create(
        DeckAssignment(version=version, usage_type=usage_type, deck=deck)
        for usage_type, deck in decks.items()
    )
    catalogue.report.add_new(
        "plan versions",
        f"{plan.brand.code} {plan.code} from {start}: {_words(charges, decks)}",
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
        found.append(f"decks: {_words([], decks_before)} → {_words([], decks)}")
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
    return ", ".join(parts) or "no charges"


def _warn_where_it_is_late(
    catalogue: CatalogueFile, fields: Fields, plan: Plan, start: date
) -> None:
    """A version that takes over in the past re-prices days that may have been billed."""
    if start < catalogue.now.date() and plan.versions.filter(starts_on__lt=start).exists():
        fields.warn(
            "from",
            "starts in the past beside versions that were published before",
            "what was billed since then is settled by the next bill run",
        )
