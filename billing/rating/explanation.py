"""Why an event costs what it costs: the reference's reasons, in plain words.

A reason is a rule's name and the values it worked on. `TEXTS` words each rule in English; pages
in other languages translate these sentences and format them with `Reason.values`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from billing.rating.model import Priced, Rate

if TYPE_CHECKING:
    from billing.rating.reference import Segment


def _(text: str) -> str:
    """Marks a sentence that other languages translate."""
    return text


TEXTS = {
    "cut": _("Only the first {digits} digits of the number decide: {number}."),
    "ended": _("Prefix {prefix} is closed since {since}, so a shorter one serves."),
    "no_rate": _("No prefix of {number} has a rate in force at {start}."),
    "rate": _("The longest prefix of {number} in force at {start} is {prefix}, since {since}."),
    "band": _("At {instant} the hours are {band}, which has a price of its own."),
    "other_hours": _("At {instant} the hours are {band}; the price of all other hours serves."),
    "no_band": _("At {instant} the hours are {band}: the prefix has no price for them."),
    "too_long": _("A call of more than {days} days is no call: it has no price."),
    "zero": _("Nothing was used, so nothing is charged, not even a connection fee."),
    "correction": _("{quantity} units correct a charge: they mirror {mirrored} units."),
    "connection_fee": _("Connection fee: {amount}."),
    "no_fee": _("No connection fee of {amount}: an allowance covers the beginning."),
    "part_covered": _(
        "From unit {from_unit}: {units} units, billed as {billed} in steps of "
        "{increment}; an allowance covers {covered}, the rest at {price} per {per}: "
        "{amount}."
    ),
    "part": _(
        "From unit {from_unit}: {units} units, billed as {billed} in steps of "
        "{increment}, at {price} per {per}: {amount}."
    ),
    "sum": _("Together: {amount}."),
    "cap": _("At most {cap} is charged for one event."),
    "rounding": _("Rounded to {decimals} decimals ({rounding}): {amount}."),
    "mirror": _("As a correction: {amount}."),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of the calculation: a key of `TEXTS` and the values that its sentence shows."""

    rule: str
    values: Mapping[str, object]

    @property
    def text(self) -> str:
        return TEXTS[self.rule].format(**self.values)


@dataclass(frozen=True, slots=True)
class Explanation:
    """The outcome of one event and its reasons, in the order in which they were applied.

    Without a rate (`no_rate`) both `rate` and `priced` are None: that is never an amount of 0.
    `segments` are the billed units in their order, before allowances.
    """

    reasons: tuple[Reason, ...]
    rate: Rate | None = None
    priced: Priced | None = None
    segments: tuple["Segment", ...] = ()

    @property
    def outcome(self) -> str:
        """`rated`, `no_rate`, or `invalid` for what no rate can price."""
        if self.priced is not None:
            return "rated"
        return "no_rate" if self.rate is None else "invalid"


def plain(amount: Fraction) -> str:
    """An exact amount in plain decimals; three dots where it goes on beyond the ninth."""
    scaled = abs(amount) * 10**9
    whole, decimals = divmod(scaled.numerator // scaled.denominator, 10**9)
    text = f"{whole}.{decimals:09}".rstrip("0")
    text = text + "0" * max(0, 2 - len(text.partition(".")[2]))
    dots = "" if scaled.denominator == 1 else "…"
    return f"{'-' if amount < 0 else ''}{text}{dots}"
