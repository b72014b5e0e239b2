"""What the rating engine knows of the world: decks, rates and steps, without any database.

Prices are `Decimal` with at most 6 decimals, never negative, in the deck's currency (which the
caller knows) per `Rate.per` units. Units are whole numbers: seconds, messages or bytes. Instants
are whole UTC epoch seconds; a rate's start is midnight in the deck's zone, computed by the caller.
Everything that can't be priced raises `RateError` when it is built, so that rating never fails.
Rules: docs/how-invoices-are-calculated.md, "Pricing one usage record".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from billing.rating.bands import Calendar
from core.money import MICRO_DECIMALS, ROUNDING_MODES, to_micro

PREFIX_DIGITS_MAX = 15
# A call that lasts longer is no call; where calls are cut at bands' edges, it has no price.
SPLIT_SECONDS_MAX = 31 * 86_400


class RateError(ValueError):
    """A rate or a deck that contradicts itself."""


@dataclass(frozen=True, slots=True)
class RateStep:
    """From `from_unit` on, up to the next step, units cost `price` per `Rate.per`.

    The step's own part of an event is billed rounded up to its own `increment`.
    """

    from_unit: int
    price: Decimal
    increment: int

    def __post_init__(self) -> None:
        _require_units("A step's first unit", self.from_unit, minimum=0)
        _require_units("A step's increment", self.increment, minimum=1)
        _require_price("A step's price", self.price)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """The price of events to a prefix in a band from `starts` on, until its next rate starts.

    The empty band serves all hours whose band has no rate of its own. `ended` closes the pair from
    `starts` on: a prefix of which every band is closed has no rate, and a shorter one serves.
    The empty prefix matches every number. `first_increment` None means as `next_increment`,
    `first_price` None as `price`, `max_charge` 0 no cap. With `steps` (the first at unit 0, in
    ascending order) the steps alone say prices and increments. `key` is the row's database id.
    """

    prefix: str
    starts: int
    key: int
    per: int = 60
    connection_fee: Decimal = Decimal(0)
    first_increment: int | None = None
    first_price: Decimal | None = None
    next_increment: int = 1
    price: Decimal = Decimal(0)
    max_charge: Decimal = Decimal(0)
    steps: tuple[RateStep, ...] = ()
    band: str = ""
    ended: bool = False
    destination: str = ""
    category: str = ""

    def __post_init__(self) -> None:
        _require_prefix(self.prefix)
        _require_units("`per`", self.per, minimum=1)
        _require_units("The next increment", self.next_increment, minimum=1)
        if self.first_increment is not None:
            _require_units("The first increment", self.first_increment, minimum=0)
        _require_price("The connection fee", self.connection_fee)
        _require_price("The price", self.price)
        _require_price("The cap", self.max_charge)
        if self.first_price is not None:
            _require_price("The first price", self.first_price)
        _require_ascending(self.steps)

    @property
    def opening_increment(self) -> int:
        """The first increment, or the next one where the first is empty."""
        return self.next_increment if self.first_increment is None else self.first_increment

    @property
    def opening_price(self) -> Decimal:
        """The first price, or the price where the first is empty."""
        return self.price if self.first_price is None else self.first_price


@dataclass(frozen=True, slots=True)
class Deck:
    """A price list: its rates, and how an event's amount is rounded, once, at the end.

    At most one rate for each (prefix, band, starts). Rounding: half_up (half away from zero), up
    (away from zero), down (toward zero), to `decimals` between 0 and 6. Rates that name a band
    need a `calendar` that has it. Events are priced by the band they start in, or, where `split`,
    cut at the edges of bands: then units are seconds.
    """

    code: str
    rates: tuple[Rate, ...]
    decimals: int = MICRO_DECIMALS
    rounding: str = "half_up"
    calendar: Calendar | None = None
    split: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.decimals <= MICRO_DECIMALS:
            raise RateError(f"A deck has 0 to {MICRO_DECIMALS} decimals, not {self.decimals}.")
        if self.rounding not in ROUNDING_MODES:
            raise RateError(
                f"Unknown rounding {self.rounding!r}; use one of {', '.join(ROUNDING_MODES)}."
            )
        bands = {"", *(self.calendar.bands if self.calendar else ())}
        seen: set[tuple[str, str, int]] = set()
        for rate in self.rates:
            if rate.band not in bands:
                raise RateError(f"Deck {self.code} has no band {rate.band!r}.")
            key = (rate.prefix, rate.band, rate.starts)
            if key in seen:
                raise RateError(f"Prefix {rate.prefix} has two rates that start at {rate.starts}.")
            seen.add(key)


# A price in millionths. Decks repeat few prices many times, so their conversions are kept.
price_micro = lru_cache(maxsize=2**16)(to_micro)


@dataclass(frozen=True, slots=True)
class Priced:
    """One event's price: `amount_micro` in millionths of the currency unit, and the units billed.

    Both are negative for a correction. `rate_key` is the database id of the rate that served.
    """

    amount_micro: int
    billed_units: int
    rate_key: int


def _require_prefix(prefix: str) -> None:
    if prefix and not (prefix.isascii() and prefix.isdigit()):
        raise RateError(f"A prefix is made of the digits 0-9, not {prefix!r}.")
    if len(prefix) > PREFIX_DIGITS_MAX:
        raise RateError(f"A prefix has at most {PREFIX_DIGITS_MAX} digits: {prefix}.")


def _require_units(name: str, units: int, minimum: int) -> None:
    if type(units) is not int:
        raise TypeError(f"{name} is a whole number of units, not {type(units).__name__}.")
    if units < minimum:
        raise RateError(f"{name} must be at least {minimum}, not {units}.")


def _require_price(name: str, price: Decimal) -> None:
    if not isinstance(price, Decimal):
        raise TypeError(f"{name} is a Decimal, not {type(price).__name__}.")
    try:
        micro = price_micro(price)
    except ValueError as error:
        raise RateError(f"{name}: {error}") from None
    if micro < 0:
        raise RateError(f"{name} must be zero or more, not {price}.")


def _require_ascending(steps: Sequence[RateStep]) -> None:
    if not steps:
        return
    if steps[0].from_unit != 0:
        raise RateError(f"The first step starts at unit 0, not at {steps[0].from_unit}.")
    for earlier, later in pairwise(steps):
        if later.from_unit <= earlier.from_unit:
            raise RateError(f"Steps must ascend: {later.from_unit} after {earlier.from_unit}.")
