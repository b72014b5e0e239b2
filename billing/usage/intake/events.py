"""A line of usage as an event: what happened, what it is known by, or why it can't be read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from billing.usage.intake.digests import (
    content_text,
    digest,
    identity_text,
    more_content_text,
    unreadable_text,
)
from billing.usage.intake.framing import Line
from billing.usage.intake.normalising import Normaliser, Unreadable
from billing.usage.intake.record_layout import Fields, Layout
from billing.usage.models import SuspendedUsage, UsageType


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a line goes to suspense, and how to mend it.

    `cause` is what is to be mended, such as the unknown number: lines with the same one are mended
    together.
    """

    reason: str
    what: str
    remedy: str = ""
    cause: str = ""


@dataclass(slots=True)
class Event:
    """One line of usage. What could not be read is None or empty, and `trouble` says why.

    `start` is in microseconds since 1970 UTC, `quantity` in units, `called` in E.164 digits
    (empty for data without a called number). `services` are the names the service may have.
    `key` is the record's identity within its source, `content` a digest of what it says.
    `price_micro` are millionths of the account's currency unit if the source carries a price;
    `corrects` is the key of the record that a correction names, None if it names none.
    """

    line: Line
    services: tuple[str, ...]
    start: int | None = None
    quantity: int | None = None
    called: str | None = None
    usage_type: int | None = None
    key: bytes = b""
    content: bytes = b""
    trouble: Trouble | None = None
    price_micro: int | None = None
    is_correction: bool = False
    corrects: bytes | None = None

    @property
    def rated_number(self) -> str:
        """The digits whose prefix decides the rate: data without a called number is `0`."""
        return self.called or "0"


class EventReader:
    """Makes events of one source's lines, and counts the lines that are no usage."""

    def __init__(
        self, source_id: int, layout: Layout, normaliser: Normaliser, header: Sequence[str]
    ) -> None:
        self._made_of = (source_id, layout, normaliser, header)
        self._source = str(source_id)
        self._fields_of = layout.fields_reader(header)
        self._normaliser = normaliser
        self._called: dict[str, str] = {}
        self._services: dict[str, tuple[str, ...]] = {}

    def __reduce__(self) -> tuple[type[EventReader], tuple[object, ...]]:
        """A process that was started anew makes its own: what reads fields may not be sent."""
        return EventReader, self._made_of

    def read(self, lines: Iterable[Line]) -> tuple[list[Event], int]:
        """The events of these lines, and how many lines are ignored."""
        self._called.clear()
        self._services.clear()
        events: list[Event] = []
        ignored = 0
        for line in lines:
            fields = self._fields_of(line.fields)
            if fields.ignored:
                ignored += 1
            else:
                events.append(self._event(line, fields))
        return events, ignored

    def _event(self, line: Line, fields: Fields) -> Event:
        services = self._services.get(fields.service)
        if services is None:
            services = self._normaliser.services(fields.service)
            self._services[fields.service] = services
        event = Event(line=line, services=services)
        try:
            self._read_kind(event, fields)
            self._read_type(event, fields)
            self._read_start(event, fields)
            self._read_quantity(event, fields)
            self._read_called(event, fields)
            self._read_price(event, fields)
        except Unreadable:
            self._read_what_can_be_read(event, fields)
        self._identify(event, fields)
        return event

    def _read_what_can_be_read(self, event: Event, fields: Fields) -> None:
        """The first thing that can't be read is the trouble; the rest is kept."""
        for name, read in (
            ("kind", self._read_kind),
            ("type", self._read_type),
            ("start", self._read_start),
            ("quantity", self._read_quantity),
            ("called", self._read_called),
            ("price", self._read_price),
        ):
            try:
                read(event, fields)
            except Unreadable as error:
                if event.trouble is None:
                    event.trouble = Trouble(
                        SuspendedUsage.Reason.INVALID, error.what, error.remedy, f"field {name}"
                    )

    def _read_kind(self, event: Event, fields: Fields) -> None:
        event.is_correction = self._normaliser.is_correction(fields.kind, fields.corrects)
        if event.is_correction and fields.corrects:
            event.corrects = digest(identity_text(self._source, fields.corrects, "", ""))

    def _read_type(self, event: Event, fields: Fields) -> None:
        event.usage_type = self._normaliser.type_of(fields.type)

    def _read_start(self, event: Event, fields: Fields) -> None:
        event.start = self._normaliser.start(fields.start)

    def _read_quantity(self, event: Event, fields: Fields) -> None:
        if event.corrects and not fields.quantity.strip():
            # It takes its record back whole, whatever it says.
            event.quantity = 0
            return
        event.quantity = self._normaliser.quantity(
            fields.quantity, is_correction=event.is_correction, usage_type=event.usage_type
        )

    def _read_called(self, event: Event, fields: Fields) -> None:
        may_be_empty = event.usage_type == UsageType.DATA or event.corrects
        if may_be_empty and not fields.called.strip():
            event.called = ""
            return
        called = self._called.get(fields.called)
        if called is None:
            called = self._called[fields.called] = self._normaliser.called(fields.called)
        event.called = called

    def _read_price(self, event: Event, fields: Fields) -> None:
        event.price_micro = self._normaliser.price(fields.price, is_correction=event.is_correction)

    def _identify(self, event: Event, fields: Fields) -> None:
        if event.trouble:
            content = unreadable_text(fields)
        else:
            content = content_text(
                event.usage_type or 0,
                event.start or 0,
                event.services[-1],
                event.called or "",
                event.quantity or 0,
            ) + more_content_text(
                event.price_micro, event.corrects, is_correction=event.is_correction
            )
        event.content = digest(content)
        event.key = digest(identity_text(self._source, fields.id, fields.identity, content))
