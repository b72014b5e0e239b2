"""What stands below a plan version in a catalogue file: terms, charges and allowances."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from catalog.models import (
    Allowance,
    Charge,
    DestinationGroup,
    PlanVersion,
    UsageCategory,
    UsageType,
)
from catalog.models.allowances import OF_UNITS, QUANTITY_LIMIT
from catalog.sections import CatalogueFile, Entry
from catalog.version_content import AllowanceContent, ChargeContent, TermsContent, TierContent
from core.input_tree import Entries, Fields, Key, Node, Reader, Unreadable
from core.input_values import (
    amount,
    flag,
    list_of,
    localised_text,
    one_of,
    parse_amount,
    scalar,
    whole,
)
from core.models import Brand

UNITS_LIMIT = 10**15
RECURRING_ONLY = ("months", "timing", "proration")
ONE_OFF_ONLY = ("taken_at",)
USAGE_ONLY = ("pricing", "usage_types", "per", "destinations", "categories", "tiers")
NO_LIMIT = "unlimited"
Row = TypeVar("Row", ChargeContent, AllowanceContent)


@dataclass(slots=True)
class Place:
    """Where rows are read: the file, the brand (None where it has a problem), the version's name.

    `rows` remembers on which lines each charge and allowance stands.
    """

    catalogue: CatalogueFile
    brand: Brand | None
    fields: Fields
    is_draft: bool
    rows: dict[tuple[str, str], Fields] = field(default_factory=dict)

    @property
    def languages(self) -> Sequence[str]:
        return self.brand.languages if self.brand else ("en",)


def public_text(languages: Sequence[str], max_length: int) -> Reader[dict[str, str]]:
    """A text by language; a plain text stands in each of the brand's languages."""
    read_texts = localised_text(max_length)

    def read(node: Node) -> dict[str, str]:
        texts = read_texts(node)
        if isinstance(node, Entries):
            return texts
        return dict.fromkeys(languages, texts["en"])

    return read


def read_terms(place: Place) -> tuple[TermsContent, tuple[tuple[int, Decimal], ...]]:
    """The terms of a version, and the steps of its fee for leaving early."""
    text = public_text(place.languages, 1000)
    keys = (
        Key("adoption", one_of(PlanVersion.Adoption.values), empty=PlanVersion.Adoption.RENEWAL),
        Key("summary", text, empty={}),
        Key("exclusions", text, empty={}),
        Key("term_months", whole(0, 120), empty=0),
        Key("notice_days", whole(0, 730), empty=0),
        Key("trial_days", whole(0, 730), empty=0),
        Key("minimum_spend", amount(), empty=Decimal(0)),
    )
    values = place.fields.collect(keys)
    leaving, steps = _read_early_termination(place)
    return TermsContent(**values, **leaving), steps


def _read_early_termination(
    place: Place,
) -> tuple[dict[str, Any], tuple[tuple[int, Decimal], ...]]:
    subject = f"{place.fields.subject}, early termination"
    fields = place.fields.table("early_termination", subject)
    if fields is None:
        return {}, ()
    share = fields.get("share", amount(4, Decimal(100)))
    each = fields.get("amount", amount())
    steps: list[tuple[int, Decimal]] = []
    for row in fields.tables("schedule", f"{subject}, step"):
        month = row.require("from_month", whole(1, 120))
        fee = row.require("fee", amount())
        row.finish()
        if month is not None and fee is not None:
            steps.append((month, fee))
    given = [name for name in ("share", "amount", "schedule") if fields.given(name)]
    if len(given) != 1:
        fields.problem(
            "share", "it is one of share, amount and schedule", "give exactly one of them"
        )
    fields.finish()
    if fields.given("schedule"):
        return {"termination": PlanVersion.Termination.SCHEDULE.value}, tuple(steps)
    return {
        "termination": PlanVersion.Termination.REMAINING_MONTHS.value,
        "termination_share": share,
        "termination_amount": each,
    }, ()


def read_charges(place: Place) -> tuple[ChargeContent, ...]:
    """The charges of a version that have no problem, in their order."""
    keys = (
        Key("kind", one_of(Charge.Kind.values), empty=Charge.Kind.RECURRING),
        Key("description", public_text(place.languages, 200), required=not place.is_draft),
        Key("price", amount(), empty=Decimal(0)),
        Key("months", whole(1, 60), empty=1),
        Key("timing", one_of(Charge.Timing.values), empty=Charge.Timing.ADVANCE),
        Key("proration", one_of(Charge.Proration.values), empty=Charge.Proration.DAILY),
        Key("taken_at", one_of(Charge.TakenAt.values), empty=Charge.TakenAt.START),
        Key("pricing", one_of(Charge.Pricing.values)),
        Key("usage_types", list_of(one_of(UsageType.values)), empty=[]),
        Key("per", whole(1, UNITS_LIMIT), empty=None),
        Key("discountable", flag, empty=True),
        Key("counts_toward_minimum", flag, empty=False),
    )

    def read(fields: Fields, entry: Entry) -> ChargeContent:
        values = fields.collect(keys)
        kind = values.get("kind", Charge.Kind.RECURRING)
        tiers = _read_tiers(fields)
        _refuse_what_goes_with_others(fields, kind)
        pricing = values.get("pricing")
        if kind == Charge.Kind.USAGE and not pricing and "pricing" not in fields.node.values:
            fields.problem("pricing", "pricing is missing", f"use one of: {_pricings()}")
        priced = kind != Charge.Kind.USAGE or pricing == Charge.Pricing.PACKAGE
        if priced and not fields.given("price"):
            fields.problem("price", "price is missing", "add price: …")
        values["usage_types"] = tuple(sorted(set(values.get("usage_types", ()))))
        return ChargeContent(
            entry.code,
            **values,
            tiers=tiers,
            destinations=_codes(entry, place.brand, "destinations", "destination group"),
            categories=_codes(entry, place.brand, "categories", "usage category"),
        )

    return _read_rows(place, "charges", "charge", read)


def read_allowances(place: Place) -> tuple[AllowanceContent, ...]:
    """The allowances of a version that have no problem, in their order."""
    keys = (
        Key("description", public_text(place.languages, 200), required=not place.is_draft),
        Key("unit", one_of(Allowance.Unit.values), required=True),
        Key("quantity", _quantity, required=True),
        Key("usage_types", list_of(one_of(UsageType.values)), empty=[]),
        Key("scope", one_of(Allowance.Scope.values), empty=Allowance.Scope.OWN),
        Key("priority", whole(0, 32767), empty=100),
        Key("expires_after_days", whole(1, 1830), empty=None),
        Key("roll_over_periods", whole(0, 60), empty=0),
        Key("roll_over_cap", amount(), empty=None),
        Key("proration", one_of(Allowance.Proration.values), empty=Allowance.Proration.FULL),
        Key("connection_fee_when_covered", flag, empty=False),
    )

    def read(fields: Fields, entry: Entry) -> AllowanceContent:
        values = fields.collect(keys)
        if values.get("quantity") == NO_LIMIT:
            values["quantity"] = None
        usage_types = values.get("usage_types") or [OF_UNITS.get(values.get("unit", ""), "")]
        values["usage_types"] = tuple(sorted(set(filter(None, usage_types))))
        destinations = _codes(entry, place.brand, "destinations", "destination group")
        return AllowanceContent(entry.code, **values, destinations=destinations)

    return _read_rows(place, "allowances", "allowance", read)


def _read_rows(
    place: Place, part: str, kind: str, read: Callable[[Fields, Entry], Row]
) -> tuple[Row, ...]:
    rows: list[Row] = []
    version = place.fields
    for fields in version.tables(part, f"{version.subject}, {kind}"):
        entry = Entry(place.catalogue, f"{version.subject}, {kind}", fields)
        name = entry.identify(place.brand.code if place.brand else "")
        row = read(fields, entry)
        if entry.finish():
            rows.append(row)
            place.rows[(part, name)] = fields
    return tuple(rows)


def _read_tiers(fields: Fields) -> tuple[TierContent, ...]:
    tiers: list[TierContent] = []
    for row in fields.tables("tiers", f"{fields.subject}, tier"):
        up_to = row.get("up_to", whole(1, UNITS_LIMIT))
        price = row.require("price", amount())
        row.finish()
        if price is not None:
            tiers.append(TierContent(up_to, price))
    return tuple(tiers)


def _refuse_what_goes_with_others(fields: Fields, kind: str) -> None:
    for names, goes_with, words in (
        (RECURRING_ONLY, Charge.Kind.RECURRING, "recurring"),
        (ONE_OFF_ONLY, Charge.Kind.ONE_OFF, "one-off"),
        (USAGE_ONLY, Charge.Kind.USAGE, "usage"),
    ):
        for name in names:
            if kind != goes_with and fields.given(name):
                fields.problem(name, f"{name} goes with {words} charges only", "leave it out")


def _codes(entry: Entry, brand: Brand | None, name: str, kind: str) -> tuple[str, ...]:
    """The codes of a list, each of them one of the brand's."""
    model = DestinationGroup if name == "destinations" else UsageCategory
    rows = model.objects.filter(brand=brand) if brand else None
    return entry.references(name, kind, rows, scope=brand.code if brand else "")


def _quantity(node: Node) -> Decimal | str:
    """So many units or so much money, or the word for no limit."""
    text = scalar(node)
    if text == NO_LIMIT:
        return NO_LIMIT
    value = parse_amount(text)
    if not 0 < value < QUANTITY_LIMIT:
        raise Unreadable(f"{text} is out of range", f"use more than 0, or {NO_LIMIT}")
    return value


def _pricings() -> str:
    return ", ".join(Charge.Pricing.values)
