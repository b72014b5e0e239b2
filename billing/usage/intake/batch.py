"""Many events as columns: what rating a part of a file needs, without an object for each line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from billing.usage.groups import distinct_of
from billing.usage.intake.events import Event, Trouble
from billing.usage.intake.framing import Line
from billing.usage.intake.normalising import CALLED_DIGITS_MAX

Integers = NDArray[np.int64]
Digits = NDArray[np.bytes_]
Digests = NDArray[np.void]
Flags = NDArray[np.bool_]

CALLED = np.dtype(f"S{CALLED_DIGITS_MAX}")
DIGEST = np.dtype("V16")
NO_DIGEST = bytes(DIGEST.itemsize)


@dataclass(slots=True, eq=False)
class EventBatch:
    """Events in the order of their lines; a value per event, as `Event` has it.

    `names` are the distinct services, `services` their places. What can't be read is 0 or empty;
    `troubled` are these events, by row. `prices` are millionths, of the events that are `priced` by
    their source; `corrects` is the key of the record that one of the `corrections` names, or zero
    bytes. `text_of` is the text of a line, by its number.
    """

    line_numbers: Integers
    starts: Integers
    quantities: Integers
    usage_types: Integers
    called: Digits
    names: Sequence[tuple[str, ...]]
    services: Integers
    text_of: Callable[[int], str]
    keys: Digests = field(default_factory=lambda: np.zeros(0, DIGEST))
    contents: Digests = field(default_factory=lambda: np.zeros(0, DIGEST))
    priced: Flags = field(default_factory=lambda: np.zeros(0, np.bool_))
    prices: Integers = field(default_factory=lambda: np.zeros(0, np.int64))
    corrections: Flags = field(default_factory=lambda: np.zeros(0, np.bool_))
    corrects: Digests = field(default_factory=lambda: np.zeros(0, DIGEST))
    troubled: dict[int, Event] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Without a word about prices and corrections, there are none."""
        for name in ("priced", "prices", "corrections", "corrects"):
            if not len(getattr(self, name)):
                setattr(self, name, np.zeros(len(self), getattr(self, name).dtype))

    def __len__(self) -> int:
        return len(self.line_numbers)

    @classmethod
    def of(cls, events: Sequence[Event]) -> EventBatch:
        """Events that were read one by one."""
        names: dict[tuple[str, ...], int] = {}
        services = [names.setdefault(event.services, len(names)) for event in events]
        texts = {event.line.number: event.line.text for event in events}
        return cls(
            line_numbers=_integers(event.line.number for event in events),
            starts=_integers(event.start or 0 for event in events),
            quantities=_integers(event.quantity or 0 for event in events),
            usage_types=_integers(event.usage_type or 0 for event in events),
            called=np.array([(event.called or "").encode() for event in events], CALLED),
            names=list(names),
            services=_integers(services),
            priced=np.array([event.price_micro is not None for event in events], np.bool_),
            prices=_integers(event.price_micro or 0 for event in events),
            corrections=np.array([event.is_correction for event in events], np.bool_),
            corrects=np.frombuffer(
                b"".join(event.corrects or NO_DIGEST for event in events), DIGEST
            ),
            keys=np.frombuffer(b"".join(event.key for event in events), DIGEST),
            contents=np.frombuffer(b"".join(event.content for event in events), DIGEST),
            text_of=texts.__getitem__,
            troubled={row: event for row, event in enumerate(events) if event.trouble},
        )

    def event(self, row: int) -> Event:
        """One of the events. Its line has no fields: they were read."""
        return self.troubled.get(row) or Event(
            line=Line(int(self.line_numbers[row]), self.text_of(int(self.line_numbers[row])), []),
            services=self.names[int(self.services[row])],
            start=int(self.starts[row]),
            quantity=int(self.quantities[row]),
            called=self.called[row].decode(),
            usage_type=int(self.usage_types[row]),
            key=self.keys[row].tobytes(),
            content=self.contents[row].tobytes(),
            price_micro=int(self.prices[row]) if self.priced[row] else None,
            is_correction=bool(self.corrections[row]),
            corrects=self.named_by(row),
        )

    def named_by(self, row: int) -> bytes | None:
        """The key of the record that a correction names, None if it names none."""
        key = self.corrects[row].tobytes()
        return None if key == NO_DIGEST else key

    def refuse(self, row: int, trouble: Trouble) -> None:
        """An event that was readable is none: it goes to suspense."""
        event = self.event(row)
        event.trouble = trouble
        self.troubled[row] = event

    def only(self, rows: Integers) -> EventBatch:
        """These of the events, which are to be in the order of their lines."""
        used, services = distinct_of(self.services[rows])
        place_of = dict(zip(rows.tolist(), range(len(rows)), strict=True)) if self.troubled else {}
        return EventBatch(
            **{name: getattr(self, name)[rows] for name in _COLUMNS},
            names=[self.names[index] for index in used.tolist()],
            services=services,
            text_of=self.text_of,
            troubled={
                place_of[row]: event for row, event in self.troubled.items() if row in place_of
            },
        )

    @property
    def readable(self) -> NDArray[np.bool_]:
        """Which events have no trouble."""
        readable = np.ones(len(self), np.bool_)
        readable[list(self.troubled)] = False
        return readable


def merged(one: EventBatch, other: EventBatch) -> EventBatch:
    """The events of both, in the order of their lines."""
    order = np.argsort(np.concatenate((one.line_numbers, other.line_numbers)))
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    of_other = set(other.line_numbers.tolist())

    def text_of(number: int) -> str:
        return (other if number in of_other else one).text_of(number)

    columns = {
        name: np.concatenate((getattr(one, name), getattr(other, name)))[order] for name in _COLUMNS
    }
    services = np.concatenate((one.services, other.services + len(one.names)))[order]
    troubled = {int(place[row]): event for row, event in one.troubled.items()}
    troubled |= {int(place[row + len(one)]): event for row, event in other.troubled.items()}
    return EventBatch(
        **columns,
        names=[*one.names, *other.names],
        services=services,
        text_of=text_of,
        troubled=troubled,
    )


def joined(batches: Sequence[EventBatch], text_of: Callable[[int], str]) -> EventBatch:
    """The events of batches whose lines follow each other."""
    names: dict[tuple[str, ...], int] = {}
    services: list[Integers] = [np.zeros(0, np.int64)]
    troubled: dict[int, Event] = {}
    count = 0
    for batch in batches:
        places = [names.setdefault(service, len(names)) for service in batch.names]
        services.append(np.array(places, np.int64)[batch.services])
        troubled |= {count + row: event for row, event in batch.troubled.items()}
        count += len(batch)
    empty = EventBatch.of([])
    return EventBatch(
        **{
            name: np.concatenate([getattr(empty, name), *(getattr(b, name) for b in batches)])
            for name in _COLUMNS
        },
        names=list(names),
        services=np.concatenate(services),
        text_of=text_of,
        troubled=troubled,
    )


_COLUMNS = (
    "line_numbers", "starts", "quantities", "usage_types", "called", "keys", "contents",
    "priced", "prices", "corrections", "corrects",
)  # fmt: skip


def _integers(values: Iterable[int]) -> Integers:
    return np.fromiter(values, np.int64)
