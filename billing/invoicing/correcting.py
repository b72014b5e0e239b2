"""The arithmetic of credit notes: what is left of an invoice's lines, and the tax that goes back.

Rules: section 5. Credits repeat the original's tax split and never exceed what was invoiced, by
line and in sum. Nothing is stored here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from billing.invoicing.tax import GroupTotal, TaxGroup, tax_lines
from core.errors import DomainError
from core.money import round_amount, spread

Key = tuple[str, str, Decimal]


@dataclass(frozen=True, slots=True)
class LineLeft:
    """A line of an invoice, and what is left of it: `amount` plus all that was given back.

    `by_days` says that some of it was given back on a later invoice, with that one's tax.
    """

    line_id: int
    group: Key
    amount: Decimal
    left: Decimal
    by_days: bool = False


@dataclass(frozen=True, slots=True)
class Correction:
    """What a credit note gives back: amounts and nets by line, and its tax groups; all negative
    but for lines that were credits themselves."""

    amounts: Mapping[int, Decimal]
    nets: Mapping[int, Decimal]
    totals: Sequence[GroupTotal]

    @property
    def total(self) -> Decimal:
        """With tax."""
        return sum((group.gross for group in self.totals), Decimal(0))


def everything(lines: Sequence[LineLeft]) -> dict[int, Decimal]:
    """What is left of each line."""
    return {line.line_id: line.left for line in lines if line.left}


def by_amount(lines: Sequence[LineLeft], amount: Decimal, places: int) -> dict[int, Decimal]:
    """`amount`, in the price mode, spread over the lines by what is left of each."""
    whole = sum((line.left for line in lines), Decimal(0))
    if amount <= 0 or round_amount(amount, places) != amount:
        raise DomainError(f"Credit a positive amount with {places} decimals, not {amount}.")
    if amount > whole:
        raise DomainError(
            f"No more than {whole:.{places}f} is left of this invoice; {amount} was asked for."
        )
    shares = spread(amount, [line.left for line in lines], places)
    return {line.line_id: share for line, share in zip(lines, shares, strict=True) if share}


def correct(
    lines: Sequence[LineLeft],
    back: Mapping[int, Decimal],
    tax_left: Mapping[Key, Decimal],
    *,
    gross_prices: bool,
    places: int,
) -> Correction:
    """A credit note that gives `back` of these lines: amounts in the price mode, with their sign.

    Tax is computed once per group on its sum, and never more than the group has left. With the
    last of a group goes all that is left of its tax, so that a wholly credited invoice leaves
    nothing. Raises DomainError where more is asked for than is left of a line.
    """
    known = {line.line_id: line for line in lines}
    for line_id, amount in back.items():
        _refuse_too_much(known.get(line_id), amount, places)
    chosen = [(known[line_id], amount) for line_id, amount in back.items() if amount]
    if not chosen:
        raise DomainError("Nothing is left to credit on these lines.")
    taxed = tax_lines(
        [(TaxGroup(*line.group), -amount) for line, amount in chosen],
        gross_prices=gross_prices,
        places=places,
    )
    nets = {line.line_id: net for (line, _), net in zip(chosen, taxed.nets, strict=True)}
    remaining: dict[Key, Decimal] = defaultdict(Decimal)
    untouched: dict[Key, bool] = defaultdict(lambda: True)
    for line in lines:
        remaining[line.group] += abs(line.left - back.get(line.line_id, Decimal(0)))
        untouched[line.group] &= not line.by_days
    totals = []
    for total in taxed.totals:
        key = (total.group.category, total.group.treatment, total.group.rate)
        is_last = not remaining[key] and untouched[key]
        tax = -tax_left[key] if is_last else _within(total.tax, -tax_left[key])
        net = total.gross - tax if gross_prices else total.net
        totals.append(GroupTotal(total.group, net, tax, net + tax))
        if net != total.net:
            own = [(line, amount) for line, amount in chosen if line.group == key]
            largest = max(own, key=lambda pair: abs(pair[1]))[0]
            nets[largest.line_id] += net - total.net
    return Correction({line.line_id: -amount for line, amount in chosen}, nets, totals)


def _refuse_too_much(line: LineLeft | None, amount: Decimal, places: int) -> None:
    if line is None:
        raise DomainError("This line isn't on the invoice.")
    if round_amount(amount, places) != amount:
        raise DomainError(f"{amount} has more than {places} decimals.")
    if amount * line.left < 0 or abs(amount) > abs(line.left):
        raise DomainError(
            f"No more than {line.left:.{places}f} is left of this line; {amount} was asked for."
        )


def _within(tax: Decimal, most: Decimal) -> Decimal:
    """The tax, but not more than there is, and not of the other sign."""
    if most <= 0:
        return min(max(tax, most), Decimal(0))
    return max(min(tax, most), Decimal(0))
