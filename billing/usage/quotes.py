"""What an event costs and why: of a record that is stored, and of one that is only asked about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np

from billing.rating.explanation import Explanation
from billing.rating.model import Rate
from billing.rating.prefixes import encode_numbers
from billing.rating.reference import explain_event
from billing.usage.buy_decks import load_buy_decks
from billing.usage.decks import load_deck
from billing.usage.intake.normalising import NOISE, UNITS_MAX, Normaliser, Unreadable
from billing.usage.models import UsageType
from billing.usage.quote_words import in_words
from catalog.models import Plan, PlanVersion, RateDeck
from catalog.queries import version_in_force
from core.errors import DomainError
from core.money import from_micro
from core.periods import local_date

# Data without a called number is rated as "0", as records of it are.
NO_NUMBER = "0"
# Clocks are computed some days ahead of an event, and calendars end with the year 9999.
LAST_YEAR = 9900


@dataclass(frozen=True, slots=True)
class Quote:
    """The price of one event, with its reasons.

    `amount` is in `currency`, exact to 6 decimals, in the brand's price mode; None where `outcome`
    is not `rated`. Of an event that is only asked about it is the price before allowances; of a
    stored record `before` is that price, `covered` are the units that allowances cover and `paid`
    is what money allowances pay. `cost` is what the supplier takes, None where none is known.
    `late`: its usage period is closed, so that it stands on the next invoice, marked. Of an event
    asked about for a line `service` names that, `source` is where it would come from, and `adds` is
    what it adds to the usage of the account, with what it changes of other usage. `rate_from` is
    the local date since when the rate holds, `reasons` are the steps of the calculation in plain
    words, `facts` the same as figures.
    """

    deck: str
    version: date | None
    number: str
    start: datetime
    quantity: int
    usage_type: str
    outcome: str
    currency: str
    amount: Decimal | None = None
    billed: int | None = None
    prefix: str | None = None
    band: str | None = None
    destination: str = ""
    rate_from: date | None = None
    cost: Decimal | None = None
    before: Decimal | None = None
    covered: int = 0
    paid: Decimal = Decimal(0)
    late: bool = False
    service: str = ""
    source: str = ""
    plan: str = ""
    subscription: str = ""
    adds: Decimal | None = None
    reasons: tuple[str, ...] = ()
    facts: tuple[Mapping[str, object], ...] = ()

    def in_words(self) -> list[str]:
        """The steps in plain words, in the language that is active."""
        return [in_words(fact) for fact in self.facts]

    @property
    def margin(self) -> Decimal | None:
        """What is left of the price: amount less cost; None where one of them isn't known."""
        return None if self.amount is None or self.cost is None else self.amount - self.cost

    def as_data(self) -> dict[str, Any]:
        """The quote as JSON has it: amounts as texts with six decimals, times with their zone."""
        return {
            "deck": self.deck,
            "version_from": None if self.version is None else str(self.version),
            "number": self.number,
            "start": self.start.isoformat(),
            "quantity": self.quantity,
            "usage_type": self.usage_type,
            "outcome": self.outcome,
            "currency": self.currency,
            "amount": None if self.amount is None else f"{self.amount:.6f}",
            "before_allowances": None if self.before is None else f"{self.before:.6f}",
            "billed_units": self.billed,
            "covered_units": self.covered,
            "paid_by_allowances": f"{self.paid:.6f}",
            "late": self.late,
            "service": self.service,
            "source": self.source,
            "plan": self.plan,
            "subscription": self.subscription,
            "adds": None if self.adds is None else f"{self.adds:.6f}",
            "cost": None if self.cost is None else f"{self.cost:.6f}",
            "margin": None if self.margin is None else f"{self.margin:.6f}",
            "prefix": self.prefix,
            "band": self.band,
            "destination": self.destination,
            "rate_from": None if self.rate_from is None else str(self.rate_from),
            "steps": [
                {"text": text, **fact}
                for text, fact in zip(self.in_words(), self.facts, strict=True)
            ],
        }


def version_at(plan: Plan, start: datetime) -> PlanVersion | None:
    """The plan's published version on the brand's local day of `start`, or None."""
    return version_in_force(plan, local_date(start, plan.brand.zone))


def quote_usage(
    version: PlanVersion,
    *,
    usage_type: str,
    number: str,
    start: datetime,
    quantity: int,
    supplier_id: int | None = None,
) -> Quote:
    """What the event would cost by a plan version, as if it were rated now.

    `number` are E.164 digits (see `dialled_digits`), empty for data without one; `quantity` is in
    seconds, messages or bytes. Allowances are left out: the quote is the price beyond them. Raises
    DomainError where the version has no deck for that usage.
    """
    refuse_absurd(start, quantity)
    deck = _deck_of(version, usage_type)
    digits = number or NO_NUMBER
    loaded = load_deck(deck, number=digits)
    told = explain_event(loaded, digits, epoch_seconds(start), quantity)
    quote = quote_of(deck, told, version.starts_on, digits, start, quantity)
    return replace(quote, cost=_cost(supplier_id, quote))


def refuse_absurd(start: datetime, quantity: int) -> None:
    """Raises DomainError for an event that no calendar or counter can hold."""
    if abs(quantity) > UNITS_MAX or start.year > LAST_YEAR:
        raise DomainError(
            f"An event has at most {UNITS_MAX:,} units and starts before {LAST_YEAR + 1};"
            " ask about a smaller or an earlier one."
        )


def dialled_digits(text: str, normaliser: Normaliser | None = None) -> str:
    """A dialled number as E.164 digits: `+90 532 …`, `0090 532 …` and bare digits.

    With a source's normaliser, as that source's lines are read. Raises DomainError for anything
    that is no number.
    """
    if normaliser is not None:
        try:
            return normaliser.called(text)
        except Unreadable as error:
            raise DomainError("; ".join(filter(None, (error.what, error.remedy)))) from None
    digits = text.translate(NOISE)
    digits = digits[1:] if digits.startswith("+") else digits.removeprefix("00")
    if digits and not (digits.isascii() and digits.isdigit()):
        raise DomainError(f"{text!r} is not a number; write it as +90 532 123 45 67.")
    return digits


def _cost(supplier_id: int | None, quote: Quote) -> Decimal | None:
    """What the supplier takes for the event; None where it has no rate in the price's currency."""
    if supplier_id is None:
        return None
    decks = load_buy_decks(supplier_id, quote.usage_type, number=quote.number)
    if decks.currency != quote.currency:
        return None
    costs, known = decks.cost(
        encode_numbers([quote.number]),
        np.array([epoch_seconds(quote.start)], np.int64),
        np.array([quote.quantity], np.int64),
    )
    return from_micro(int(costs[0])) if known[0] else None


def _deck_of(version: PlanVersion, usage_type: str) -> RateDeck:
    for assignment in version.deck_assignments.all():
        if assignment.usage_type == usage_type:
            return assignment.deck
    raise DomainError(
        f"Plan {version.plan.code} from {version.starts_on} has no deck for {usage_type}; it sells"
        " none, or its next version should name one."
    )


def epoch_seconds(moment: datetime) -> int:
    return int(moment.timestamp() // 1)


def quote_of(
    deck: RateDeck,
    told: Explanation,
    version: date,
    number: str,
    start: datetime,
    quantity: int,
) -> Quote:
    rate: Rate | None = told.rate
    priced = told.priced
    return Quote(
        deck=deck.code,
        version=version,
        number=number,
        start=start,
        quantity=quantity,
        usage_type=deck.usage_type,
        outcome=told.outcome,
        currency=deck.currency,
        amount=None if priced is None else from_micro(priced.amount_micro),
        billed=None if priced is None else priced.billed_units,
        prefix=None if rate is None else rate.prefix,
        band=(rate.band or None) if rate else None,
        destination="" if rate is None else rate.destination,
        rate_from=None
        if rate is None
        else local_date(datetime.fromtimestamp(rate.starts, UTC), deck.zone),
        reasons=tuple(reason.text for reason in told.reasons),
        facts=tuple({"rule": reason.rule, **reason.values} for reason in told.reasons),
    )


def usage_type_called(name: str) -> str:
    """The usage type of that name. Raises DomainError for an unknown one."""
    names = [str(kind.label) for kind in UsageType]
    if name not in names:
        raise DomainError(f"There is no usage type {name!r}; there are {', '.join(names)}.")
    return name
