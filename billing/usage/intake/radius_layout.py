"""RADIUS accounting `detail` files: blocks of attributes, of which each ended session is one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from billing.usage.intake.line_filters import LineFilter, filters_of, first_refusing
from billing.usage.intake.record_layout import (
    SUMMANDS,
    Fields,
    FieldsReader,
    Layout,
    Problem,
    encoding_of,
)
from billing.usage.models import UsageSource
from catalog.models import RateDeck
from core.errors import DomainError

QUANTITIES = ("octets", "input_octets", "output_octets", "session_time")
STARTS = ("session", "stop")
_ATTRIBUTE = re.compile(r"\s+([A-Za-z0-9][A-Za-z0-9._:-]*?)\s*(?:[:+=!]?=)\s*(.*?)\s*")
_ESCAPED = re.compile(r"\\([0-7]{3}|.)")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
_STOPPED = {"stop", "2"}
_SESSION = ("nas-ip-address", "nas-ipv6-address", "nas-identifier")
_EVENT = re.compile(r"([A-Z][a-z]{2} +\d{1,2} \d{4} \d\d:\d\d:\d\d) *([A-Za-z0-9+-]*)")
_HEADER_TIME = "%a %b %d %H:%M:%S %Y"
_EVENT_TIME = "%b %d %Y %H:%M:%S"
# A device's own clock is believed if it says about what the server's says.
_CLOCKS_APART = timedelta(minutes=10)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_START, _QUANTITY, _SERVICE, _CALLED, _ID, _STATUS = range(6)
_PLACES = 6


@dataclass(frozen=True, kw_only=True)
class RadiusLayout(Layout):
    """A block begins with a date in its line's first column; attributes are indented below.

    `service` are attributes of which the first that is there names whose session it is. A row
    holds what is worked out of a block, the filters' attributes, and the block itself.
    """

    in_blocks: ClassVar[bool] = True
    zone: tzinfo
    service: tuple[str, ...]
    called: str
    counts: str
    starts_at: str
    line_filters: tuple[LineFilter, ...] = ()

    @property
    def is_plain(self) -> bool:
        return False

    @property
    def has_ids(self) -> bool:
        return True

    def width_problem(self, width: int, header_width: int) -> Problem | None:
        return None

    def places(self, header: Sequence[str]) -> dict[str, int]:
        return {}

    def line_problem(self, text: str, *, is_head: bool, is_open: bool) -> Problem | None:
        """What is wrong with one line of a block; `is_open`: its first line came before."""
        if is_head:
            if _ATTRIBUTE.fullmatch(f" {text}"):
                return (
                    "an attribute stands in the first column, where a record begins",
                    "begin records with a date, and indent the attributes below it",
                )
            return None
        if not is_open:
            return (
                "an attribute stands before the first record",
                "the file's beginning is missing: fetch it again",
            )
        found = _ATTRIBUTE.fullmatch(text)
        if found is None:
            return ("the line is no attribute", 'write it as in User-Name = "kari", indented')
        if found[2][:1] in ('"', "'") and (len(found[2]) < 2 or found[2][-1] != found[2][0]):
            return ("a quoted value is not closed on its line", "fetch the file again")
        return None

    def is_whole(self, text: str) -> bool:
        """Whether the last block of a file, behind which no empty line stands, seems complete:
        the server's own time is what it writes last."""
        return "timestamp" in _attributes(text)

    def split(self, text: str) -> list[str]:
        said = _attributes(text)
        row = [""] * _PLACES
        row[_STATUS] = said.get("acct-status-type", "")
        row[_START] = self._start(text.partition("\n")[0], said)
        row[_QUANTITY] = self._quantity(said)
        row[_SERVICE] = next((said[name] for name in self.service if said.get(name)), "")
        row[_CALLED] = said.get(self.called, "") if self.called else ""
        row[_ID] = _id(said)
        return [*row, *(said.get(f.column.casefold(), "") for f in self.line_filters), text]

    def filters(self, header: Sequence[str]) -> list[tuple[int, LineFilter]]:
        return list(enumerate(self.line_filters, _PLACES))

    def fields_reader(self, header: Sequence[str]) -> FieldsReader:
        filters = self.filters(header)

        def read(row: list[str]) -> Fields:
            return Fields(
                id=row[_ID],
                start=row[_START],
                service=row[_SERVICE],
                called=row[_CALLED],
                quantity=row[_QUANTITY],
                type="",
                identity="",
                ignored=row[_STATUS].strip().casefold() not in _STOPPED
                or first_refusing(filters, row),
            )

        return read

    def _quantity(self, said: Mapping[str, str]) -> str:
        if self.counts == "session_time":
            return said.get("acct-session-time", "")
        directions = [
            word for word in ("input", "output") if self.counts in ("octets", f"{word}_octets")
        ]
        octets = [_octets(said, word) for word in directions]
        return SUMMANDS.join(octets) if any(octets) else ""

    def _start(self, head: str, said: Mapping[str, str]) -> str:
        """When the session began (or stopped), as ISO; what can't be read as it stands."""
        try:
            stopped = self._stopped(head, said)
            if stopped is None:
                return head
            if self.starts_at == "session":
                stopped -= timedelta(seconds=int(said.get("acct-session-time") or 0))
            return stopped.astimezone(UTC).isoformat()
        except (ValueError, OverflowError):
            return head

    def _stopped(self, head: str, said: Mapping[str, str]) -> datetime | None:
        """When it stopped: by the device's clock, if the server's says about the same."""
        server = self._server_time(head, said)
        if server is not None:
            server -= timedelta(seconds=int(said.get("acct-delay-time") or 0))
        event = self._event_time(said.get("event-timestamp", ""))
        if event is not None and (server is None or abs(event - server) <= _CLOCKS_APART):
            return event
        return server

    def _server_time(self, head: str, said: Mapping[str, str]) -> datetime | None:
        if said.get("timestamp"):
            return _EPOCH + timedelta(seconds=int(said["timestamp"]))
        try:
            shown = datetime.strptime(" ".join(head.split()), _HEADER_TIME)  # noqa: DTZ007
        except ValueError:
            return None
        return shown.replace(tzinfo=self.zone)

    def _event_time(self, text: str) -> datetime | None:
        """The device's time: seconds since 1970, ISO, or as `Nov  3 2026 12:00:00 CET`."""
        if text.isascii() and text.isdigit():
            return _EPOCH + timedelta(seconds=int(text))
        found = _EVENT.fullmatch(text)
        try:
            if found is None:
                moment = datetime.fromisoformat(text)
                return moment if moment.tzinfo else moment.replace(tzinfo=self.zone)
            shown = datetime.strptime(" ".join(found[1].split()), _EVENT_TIME)  # noqa: DTZ007
        except ValueError:
            return None
        if found[2] in ("UTC", "GMT", "Z"):
            return shown.replace(tzinfo=UTC)
        # The zone's name tells which of the two hours it is when clocks go back.
        folds = [shown.replace(tzinfo=self.zone, fold=fold) for fold in (0, 1)]
        return next((each for each in folds if each.tzname() == found[2]), folds[0])


def _attributes(text: str) -> dict[str, str]:
    """The values of a block's attributes by their names in small letters; the first of each."""
    said: dict[str, str] = {}
    for line in text.split("\n")[1:]:
        found = _ATTRIBUTE.fullmatch(line)
        if found is not None:
            said.setdefault(found[1].casefold(), _value(found[2]))
    return said


def _value(text: str) -> str:
    if len(text) < 2 or text[0] not in "\"'" or text[-1] != text[0]:
        return text
    return _ESCAPED.sub(_unescaped, text[1:-1]).replace("\0", "\ufffd")


def _unescaped(found: re.Match[str]) -> str:
    sign = found[1]
    return chr(int(sign, 8)) if len(sign) == 3 else _ESCAPES.get(sign, sign)


def _octets(said: Mapping[str, str], direction: str) -> str:
    """Bytes of a direction: the counter, which begins anew after 4 GiB, and how often it did."""
    low = said.get(f"acct-{direction}-octets", "").strip()
    high = said.get(f"acct-{direction}-gigawords", "").strip() or "0"
    if not low and high == "0":
        return ""
    if not (high.isascii() and high.isdigit() and len(high) < 12):
        return high
    low = low or "0"
    if not (low.isascii() and low.isdigit() and len(low) < 21):
        return low
    return str(int(high) * 2**32 + int(low))


def _id(said: Mapping[str, str]) -> str:
    """What a session is known by: the server's own id, else device, user and the device's id."""
    if unique := said.get("acct-unique-session-id"):
        return unique
    session = said.get("acct-session-id", "")
    if not session:
        return ""
    device = next((said[name] for name in _SESSION if said.get(name)), "")
    return "/".join((device, said.get("user-name", ""), session))


def radius_layout(source: UsageSource) -> RadiusLayout:
    """The layout that the mapping says; `DomainError` if it makes no sense."""
    mapping: dict[str, Any] = source.mapping
    is_data = source.usage_type == RateDeck.UsageType.DATA
    counts = mapping.get("quantity") or ("octets" if is_data else "session_time")
    starts_at = mapping.get("start") or "session"
    for key, value, words in (("quantity", counts, QUANTITIES), ("start", starts_at, STARTS)):
        if value not in words:
            raise DomainError(
                f"Source {source.code}: its mapping's `{key}` is one of {', '.join(words)}, "
                f"not {value!r}."
            )
    try:
        zone: tzinfo = UTC if source.zone == "UTC" else ZoneInfo(source.zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise DomainError(f"Source {source.code}: unknown time zone {source.zone!r}.") from None
    service = mapping.get("service") or "User-Name"
    names = service if isinstance(service, list) else [service]
    return RadiusLayout(
        encoding=encoding_of(source),
        zone=zone,
        service=tuple(str(name).casefold() for name in names),
        called=str(mapping.get("called") or "").casefold(),
        counts=counts,
        starts_at=starts_at,
        line_filters=filters_of(mapping),
    )
