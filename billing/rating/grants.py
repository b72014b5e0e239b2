"""What allowances know of the world: grants, events that use them, and the order of both.

A grant is what an allowance gives for a usage period: whole units (seconds, messages, bytes) or
money in millionths. An event is one usage record, rated but for allowances: its billed units lie
in segments, in the order in which the event runs through them. Instants are whole microseconds
since 1970 in UTC, windows half-open. Nothing here knows a database.
Rules: docs/how-invoices-are-calculated.md, "Allowances".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from core.money import MICRO_DECIMALS, ROUNDING_MODES

Scope = Literal["own", "pooled", "shared"]
SCOPES: tuple[Scope, ...] = ("own", "pooled", "shared")

# What a grant holds stays below this, so that the engine's sums fit 63 bits.
QUANTITY_LIMIT = 2**61


class GrantError(ValueError):
    """A grant or an event that contradicts itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A quantity that the records of some subscriptions may use inside a window of time.

    - `quantity`: units, or millionths of the currency unit with `money`; None has no limit.
    - `users`: the subscriptions that may use it, each from an instant on.
    - `opens`, `closes`: a record that starts before, or at `closes` or later, can't use it.
    - `expires`: when it would end by itself; it decides the order only, so that an early close
      changes nothing for the records before.
    - `destinations`: groups of destinations, of which a record needs one; empty: all.
    - `fee_when_covered`: the connection fee is charged although units are covered.
    """

    key: int
    code: str
    quantity: int | None
    opens: int
    closes: int
    users: Mapping[int, int]
    usage_types: frozenset[str]
    expires: int | None = None
    money: bool = False
    scope: Scope = "own"
    priority: int = 100
    destinations: frozenset[int] = frozenset()
    fee_when_covered: bool = False

    def __post_init__(self) -> None:
        if self.quantity is not None and not 0 <= self.quantity < QUANTITY_LIMIT:
            raise GrantError(f"{self.code} can't hold {self.quantity}.")
        if self.scope not in SCOPES:
            raise GrantError(f"Unknown scope {self.scope!r}; use one of {', '.join(SCOPES)}.")

    @property
    def place(self) -> tuple[object, ...]:
        """Where it stands in the order of consumption: units before money, then by the rules."""
        expires = self.closes if self.expires is None else self.expires
        scope = SCOPES.index(self.scope)
        return (self.money, self.priority, expires, scope, self.code, self.opens, self.key)

    def serves(self, profile: "Profile") -> bool:
        """Whether events of this profile may use it, at any time."""
        return (
            profile.subscription in self.users
            and profile.usage_type in self.usage_types
            and (not self.destinations or bool(self.destinations & profile.destinations))
        )

    def is_open(self, subscription: int, start: int) -> bool:
        """Whether a record of this subscription that starts then lies in its window."""
        return max(self.opens, self.users[subscription]) <= start < self.closes


@dataclass(frozen=True, slots=True)
class Profile:
    """What decides which grants an event may use, but for its time."""

    subscription: int
    usage_type: str
    destinations: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Segment:
    """Billed units in a row that cost `price_micro` millionths for each `per` units."""

    units: int
    price_micro: int
    per: int = 1

    def __post_init__(self) -> None:
        if self.units < 0 or self.price_micro < 0 or self.per < 1:
            raise GrantError(f"Not a segment of an event: {self}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One usage record on its way to its amount. Amounts are millionths.

    - `start`, `source`, `record`: its place in the canonical order.
    - `cap_micro` 0 means none; `decimals` and `rounding` are the deck's.
    - `settled_micro`: the amount is known and no allowance is used: priced by its source, or a
      correction that names no record.
    - `cumulative`: its uncovered units count in the period's total, so it has no own amount.
    - `corrects`: the key of the record that it reverses.
    - `arrival`: None, or for late usage the order in which it arrived.
    """

    key: int
    start: int
    source: str
    record: bytes
    profile: Profile
    segments: tuple[Segment, ...] = ()
    connection_fee_micro: int = 0
    cap_micro: int = 0
    decimals: int = MICRO_DECIMALS
    rounding: str = "half_up"
    settled_micro: int | None = None
    cumulative: bool = False
    corrects: int | None = None
    arrival: int | None = None
    units: int = field(init=False)

    def __post_init__(self) -> None:
        if self.connection_fee_micro < 0 or self.cap_micro < 0:
            raise GrantError("A connection fee and a cap are zero or more.")
        if self.rounding not in ROUNDING_MODES or not 0 <= self.decimals <= MICRO_DECIMALS:
            raise GrantError(f"Unknown rounding: {self.rounding}, {self.decimals} decimals.")
        object.__setattr__(self, "units", sum(segment.units for segment in self.segments))


def in_order(events: Iterable[Event]) -> list[Event]:
    """Events in the order in which they consume.

    By start, source and the record's own id; a correction stands right after its record. Late
    usage follows by arrival. A correction of an unknown record, of a correction, or a second one
    of the same record raises `GrantError`.
    """
    known = {event.key: event for event in events}
    corrected: set[int] = set()
    for event in known.values():
        if event.corrects is None:
            continue
        record = known.get(event.corrects)
        if record is None or record.corrects is not None or record.key in corrected:
            raise GrantError("A correction reverses a record that is here, once.")
        corrected.add(record.key)

    def place(event: Event) -> tuple[object, ...]:
        record = event if event.corrects is None else known[event.corrects]
        late = (0, 0) if event.arrival is None else (1, event.arrival)
        canonical = (record.start, record.source.encode(), record.record, record.key)
        return (*late, *canonical, event.corrects is not None)

    return sorted(known.values(), key=place)
