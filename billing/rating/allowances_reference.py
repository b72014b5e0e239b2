"""The scalar reference of allowances: one record after the other, exactly as the rules say.

It explains single records, rates what would overflow the engine, and is the oracle that the
engine is tested against. So it is slow and plain on purpose: exact fractions, one event at a time.
Rules: docs/how-invoices-are-calculated.md, "Allowances".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from billing.rating.allowance_reasons import AllowanceReason
from billing.rating.explanation import Reason, plain
from billing.rating.grants import Event, Grant, in_order
from billing.rating.reference import round_exact
from core.money import MICRO

Left = dict[int, int | None]


@dataclass(frozen=True, slots=True)
class Take:
    """What a record takes from a grant: units or millionths; negative when it gives back."""

    grant: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Consumed:
    """A record after allowances: covered units, money paid for it, and what it still costs.

    `uncovered_units` are those that are priced, or that count in a cumulative total. Of a
    correction all figures are its record's with the other sign.
    """

    event: Event
    covered_units: int
    uncovered_units: int
    paid_micro: int
    amount_micro: int
    takes: tuple[Take, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Consumption:
    """Every record's outcome by its key, and what each grant gave and has left (None: no limit)."""

    records: dict[int, Consumed]
    used: dict[int, int]
    left: Left


def consume_events(
    grants: Iterable[Grant],
    events: Iterable[Event],
    *,
    left: Mapping[int, int | None] | None = None,
    carried: Mapping[int, int] | None = None,
) -> Consumption:
    """Let the records of a usage period use its grants.

    `left` says what the grants hold to begin with, where that isn't their whole quantity.
    `carried` is what went on to the next period: it is not there for late usage.
    """
    ordered = sorted(grants, key=lambda grant: grant.place)
    remaining: Left = {grant.key: grant.quantity for grant in ordered} | dict(left or {})
    used = dict.fromkeys(remaining, 0)
    records: dict[int, Consumed] = {}
    still_carrying = dict(carried or {})
    for event in in_order(events):
        if event.arrival is not None:
            _carry_out(remaining, still_carrying)
        outcome = _consume(ordered, event, remaining, records)
        records[event.key] = outcome
        for take in outcome.takes:
            used[take.grant] += take.quantity
            _change(remaining, take.grant, -take.quantity)
    _carry_out(remaining, still_carrying)
    return Consumption(records, used, remaining)


def price_uncovered(event: Event, covered_units: int, *, with_fee: bool) -> int:
    """The amount in millionths when so many units from the front are covered."""
    return _price(event, covered_units, with_fee)[0]


def _consume(
    grants: Sequence[Grant], event: Event, left: Left, records: Mapping[int, Consumed]
) -> Consumed:
    """One record's outcome; `left` is not changed."""
    reasons = [] if event.arrival is None else [AllowanceReason("late", {})]
    if event.corrects is not None:
        return _reverse(grants, event, records[event.corrects], reasons)
    if event.settled_micro is not None:
        reasons.append(AllowanceReason("settled", {"amount": _money(event.settled_micro)}))
        return Consumed(event, 0, event.units, 0, event.settled_micro, (), tuple(reasons))
    if not event.units:
        reasons.append(AllowanceReason("nothing_billed", {}))
        return Consumed(event, 0, 0, 0, 0, (), tuple(reasons))
    eligible = [
        grant
        for grant in grants
        if grant.serves(event.profile) and grant.is_open(event.profile.subscription, event.start)
    ]
    of_units = [grant for grant in eligible if not grant.money]
    takes, why = _take(of_units, event.units, left)
    reasons += why
    covered = sum(take.quantity for take in takes)
    uncovered = event.units - covered
    if event.cumulative:
        reasons.append(AllowanceReason("counts", {"units": uncovered}))
        return Consumed(event, covered, uncovered, 0, 0, tuple(takes), tuple(reasons))
    covering = {take.grant for take in takes}
    with_fee = all(grant.fee_when_covered for grant in of_units if grant.key in covering)
    amount, why = _price(event, covered, with_fee)
    payments, payment_reasons = _take([grant for grant in eligible if grant.money], amount, left)
    paid = sum(take.quantity for take in payments)
    all_reasons = (*reasons, *why, *payment_reasons)
    both = (*takes, *payments)
    return Consumed(event, covered, uncovered, paid, amount - paid, both, all_reasons)


def _take(
    grants: Sequence[Grant], wanted: int, left: Left
) -> tuple[list[Take], list[AllowanceReason]]:
    """Take what is wanted from the first grant that has some, then from the next."""
    takes: list[Take] = []
    reasons: list[AllowanceReason] = []
    for grant in grants:
        if not wanted:
            break
        there = left[grant.key]
        quantity = wanted if there is None else min(wanted, there)
        if quantity:
            takes.append(Take(grant.key, quantity))
            wanted -= quantity
        reasons.append(_take_reason(grant, quantity, there))
    return takes, reasons


def _take_reason(grant: Grant, quantity: int, there: int | None) -> AllowanceReason:
    if there == 0:
        return AllowanceReason("used_up", {"code": grant.code})
    rule = "pays" if grant.money else "covers"
    shown = _money(quantity) if grant.money else quantity
    values = {"code": grant.code, "amount" if grant.money else "units": shown}
    if there is None:
        return AllowanceReason(f"{rule}_without_limit", values)
    rest = there - quantity
    return AllowanceReason(rule, values | {"left": _money(rest) if grant.money else rest})


def _price(event: Event, covered: int, with_fee: bool) -> tuple[int, list[AllowanceReason]]:
    """What is left over where it falls in the event's segments; then cap, then one rounding."""
    reasons: list[AllowanceReason] = []
    exact = Fraction(0)
    fee = event.connection_fee_micro
    if fee and with_fee:
        exact += Fraction(fee, MICRO)
        rule = "fee_stays" if covered else "fee"
        reasons.append(AllowanceReason(rule, {"amount": _money(fee)}))
    elif fee:
        reasons.append(AllowanceReason("fee_falls_away", {}))
    first = 0
    for segment in event.segments:
        units = min(segment.units, max(0, first + segment.units - covered))
        first += segment.units
        if units:
            amount = Fraction(units * segment.price_micro, segment.per * MICRO)
            exact += amount
            values = {"units": units, "price": _money(segment.price_micro), "per": segment.per}
            reasons.append(AllowanceReason("segment", {**values, "amount": plain(amount)}))
    reasons.append(AllowanceReason("sum", {"amount": plain(exact)}))
    if event.cap_micro and exact * MICRO > event.cap_micro:
        exact = Fraction(event.cap_micro, MICRO)
        reasons.append(AllowanceReason("cap", {"cap": plain(exact)}))
    rounded = round_exact(exact, event.decimals, event.rounding)
    how = {"decimals": event.decimals, "rounding": event.rounding, "amount": plain(rounded)}
    reasons.append(AllowanceReason("rounding", how))
    return int(rounded * MICRO), reasons


def _reverse(
    grants: Sequence[Grant], event: Event, record: Consumed, reasons: list[AllowanceReason]
) -> Consumed:
    """A correction that names its record: everything mirrored, to the very grants."""
    named = {grant.key: grant for grant in grants}
    reasons.append(AllowanceReason("mirrors", {"amount": _money(-record.amount_micro)}))
    for take in record.takes:
        grant = named[take.grant]
        shown = _money(take.quantity) if grant.money else take.quantity
        reasons.append(AllowanceReason("gives_back", {"code": grant.code, "quantity": shown}))
    return Consumed(
        event,
        -record.covered_units,
        -record.uncovered_units,
        -record.paid_micro,
        -record.amount_micro,
        tuple(Take(take.grant, -take.quantity) for take in record.takes),
        tuple(reasons),
    )


def _carry_out(left: Left, carried: dict[int, int]) -> None:
    """Take out once what goes on to the next period."""
    while carried:
        key, quantity = carried.popitem()
        there = left[key]
        if there is not None:
            left[key] = max(0, there - quantity)


def _change(left: Left, key: int, by: int) -> None:
    there = left[key]
    if there is not None:
        left[key] = there + by


def _money(micro: int) -> str:
    return plain(Fraction(micro, MICRO))
