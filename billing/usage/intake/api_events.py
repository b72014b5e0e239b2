"""A request's body as events: which of them can be kept at all, and why the others can't."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from billing.usage.intake.api_layout import EVENT_FIELDS, fields_of_event, text_of_event
from billing.usage.intake.framing import Line

EVENTS_MAX = 10_000
ID_LENGTH_MAX = 200
TEXT_LENGTH_MAX = 1_000

REQUIRED_FIELDS = ("start", "service")
_NOT_TEXT = "say it as a text or a number"


class BodyRefused(ValueError):
    """A body that is no list of events at all: what is wrong with it."""


class TooManyEvents(ValueError):
    """More events than one request may bring."""


@dataclass(frozen=True, slots=True)
class Repeated:
    """An object that says something twice, and what."""

    name: str


class Refusal(NamedTuple):
    """What is wrong with an event, and how to mend it."""

    what: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class SaidEvent:
    """One event of a body: its texts by field, or why it can't be kept. `id` is what it says."""

    id: str
    texts: dict[str, str]
    refusal: Refusal | None = None

    def line(self, number: int) -> Line:
        """The line by which a file keeps it."""
        return Line(number, text_of_event(self.texts), fields_of_event(self.texts))


class EventJudge:
    """Says of each event of a source's request whether it can be kept.

    Numbers that are not whole get the source's `decimal_sign`, so that they read as in its files.
    """

    def __init__(self, *, needs_id: bool, decimal_sign: str = ".") -> None:
        self._needs_id = needs_id
        self._decimal_sign = decimal_sign

    def parse(self, text: str) -> Any:
        """JSON with numbers as texts. Raises `ValueError` saying what is wrong."""
        try:
            return json.loads(
                text,
                parse_int=str,
                parse_float=self._figure,
                parse_constant=str,
                object_pairs_hook=_once,
            )
        except RecursionError:
            raise ValueError("it nests too deeply") from None
        except json.JSONDecodeError as error:
            what = f"it is not JSON: {error.msg} at line {error.lineno}, character {error.colno}"
            raise ValueError(what) from None

    def judge(self, said: Any) -> SaidEvent:
        """The event, its texts made storable."""
        if isinstance(said, Repeated):
            return _refused("", f"it says {said.name!r} twice", "say each field once")
        if not isinstance(said, dict):
            return _refused("", "it is no object", "write an event as {…}")
        own_id = said.get("id")
        shown = own_id[:ID_LENGTH_MAX] if isinstance(own_id, str) else ""
        texts: dict[str, str] = {}
        for name, value in said.items():
            if name not in EVENT_FIELDS:
                known = ", ".join(EVENT_FIELDS)
                return _refused(shown, f"it says {name[:40]!r}", f"an event may say {known}")
            if value is None:
                continue
            if not isinstance(value, str):
                return _refused(shown, f"its {name} is neither a text nor a number", _NOT_TEXT)
            longest = ID_LENGTH_MAX if name in ("id", "corrects") else TEXT_LENGTH_MAX
            if len(value) > longest:
                what = f"its {name} has more than {longest:,} characters"
                return _refused(shown, what, "shorten it")
            texts[name] = _storable(value)
        if self._needs_id and not texts.get("id", "").strip():
            return _refused("", "it has no id", "give each event an id, and keep it when repeating")
        missing = [] if texts.get("corrects", "").strip() else _missing(texts)
        if missing:
            return _refused(shown, f"it says no {missing[0]}", f"every event says its {missing[0]}")
        return SaidEvent(shown, texts)

    def _figure(self, text: str) -> str:
        return text.replace(".", self._decimal_sign)


def read_events(raw: bytes, judge: EventJudge) -> tuple[list[SaidEvent], str]:
    """The events of a JSON body and the source that it names, empty if it names none.

    The body is a list of events or an object with the list under `events`. Raises `BodyRefused`,
    `TooManyEvents`.
    """
    said, source = _parsed(_decoded(raw), judge), ""
    if isinstance(said, dict):
        strangers = sorted(said.keys() - {"events", "source"})
        if strangers:
            raise BodyRefused(f"The body says {strangers[0][:40]!r}; it may say events and source.")
        source, said = said.get("source", ""), said.get("events")
        if not isinstance(source, str):
            raise BodyRefused("The body's source is no text.")
    if not isinstance(said, list):
        raise BodyRefused('The body is no list of events: send {"events": […]}.')
    _count(said)
    return [judge.judge(each) for each in said], source


def read_event_lines(raw: bytes, judge: EventJudge) -> list[SaidEvent]:
    """The events of a body with one event a line; empty lines are none.

    A line that is no JSON is an event that can't be kept. Raises `BodyRefused`, `TooManyEvents`.
    """
    lines = [line for line in _decoded(raw).split("\n") if line and not line.isspace()]
    _count(lines)
    return [_of_line(line, judge) for line in lines]


def kept(events: Iterable[SaidEvent], first_line: int) -> list[Line]:
    """The lines of the events that can be kept, numbered from `first_line` on."""
    fine = (event for event in events if event.refusal is None)
    return [event.line(number) for number, event in enumerate(fine, first_line)]


def _of_line(line: str, judge: EventJudge) -> SaidEvent:
    try:
        said = judge.parse(line)
    except ValueError as error:
        return _refused("", str(error), "write one object a line, and nothing else")
    return judge.judge(said)


def _parsed(text: str, judge: EventJudge) -> Any:
    try:
        return judge.parse(text)
    except ValueError as error:
        what = str(error)
        raise BodyRefused(f"The body can't be read: {what}.") from None


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BodyRefused(f"The body is not UTF-8: byte {error.start + 1}.") from None


def _count(events: Sequence[object]) -> None:
    if len(events) > EVENTS_MAX:
        raise TooManyEvents(
            f"There are {len(events):,} events, and a request takes {EVENTS_MAX:,}: split it."
        )


def _once(pairs: list[tuple[str, Any]]) -> Any:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        return Repeated(next(name for name in names if names.count(name) > 1)[:40])
    return made


def _missing(texts: dict[str, str]) -> list[str]:
    return [name for name in REQUIRED_FIELDS if not texts.get(name, "").strip()]


def _storable(text: str) -> str:
    """What no database stores is replaced: halves of a character, and NUL."""
    if text.isascii() and text.isprintable():
        return text
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")


def _refused(own_id: str, what: str, remedy: str) -> SaidEvent:
    clean: Callable[[str], str] = _storable
    return SaidEvent(clean(own_id), {}, Refusal(clean(what), remedy))
