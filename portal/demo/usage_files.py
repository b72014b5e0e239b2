"""Writes a month of usage as the machines do: Asterisk's Master.csv and two operators' CSV."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from portal.demo.customers import FJORDTEL, NORTHWIND
from portal.demo.usage import DATA, HOME, SMS, VOICE, Event

ZONES = {FJORDTEL: ZoneInfo("Europe/Oslo"), NORTHWIND: ZoneInfo("Europe/Berlin")}
# Every so-manyth record comes twice; a handful of lines names nobody or goes nowhere.
TWICE_EVERY = 1500
STRANGERS = {FJORDTEL: "4790000999", NORTHWIND: "494066969999"}
NOWHERE = "999123456789"
Row = list[Any]
Writer = Callable[[Path, Sequence[Event]], None]


def write_usage(folder: Path, brand: str, month: str, events: Sequence[Event]) -> dict[str, Path]:
    """Write the month's files of a brand; returns them by the code of their source."""
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, Path] = {}
    for source, name, writer, kinds in _SOURCES[brand]:
        own = [event for event in events if _is_for(event, kinds)]
        if own:
            path = folder / f"{month}-{name}"
            writer(path, _with_trouble(own, brand))
            files[source] = path
    return files


def _is_for(event: Event, kinds: str) -> bool:
    is_mobile = event.number.startswith("49171")
    return {
        "calls": event.kind == VOICE,
        "mobile": event.kind != VOICE,
        "pbx": not is_mobile,
        "partner": is_mobile,
    }[kinds]


def _with_trouble(events: Sequence[Event], brand: str) -> list[Event]:
    """The events, and what real files have too: strangers, numbers that are none, doubles."""
    found = list(events)
    middle = events[len(events) // 2]
    found.append(replace(middle, number=STRANGERS[brand]))
    if middle.kind != DATA:
        found.append(replace(middle, called=NOWHERE))
    found += [event for place, event in enumerate(events, 1) if place % TWICE_EVERY == 0]
    return sorted(found, key=lambda event: event.start)


def _write_switch(path: Path, events: Sequence[Event]) -> None:
    """Master.csv with 18 columns; the line is the account code, times are UTC."""
    ids = _Ids("{epoch}.{place}")
    rows = (_asterisk(event, ids.unique(event), FJORDTEL) for event in events)
    _write_asterisk(path, rows)


def _write_pbx(path: Path, events: Sequence[Event]) -> None:
    """Master.csv with 16 columns; the line is the caller as the PBX shows it, times are local.

    Calls between colleagues are in it too: they are no usage.
    """
    rows = [_asterisk(event, "", NORTHWIND) for event in events]
    inside = [_asterisk(event, "", NORTHWIND, inside=True) for event in events[::40]]
    _write_asterisk(path, rows + inside)


def _asterisk(event: Event, unique_id: str, brand: str, *, inside: bool = False) -> Row:
    rings = 4 + event.quantity % 9
    local = event.start.replace(tzinfo=ZONES[brand])
    answer = local.astimezone(UTC) if brand == FJORDTEL else event.start
    start = answer - timedelta(seconds=rings)
    answered = event.quantity > 0
    caller = _as_dialled(event.number, brand)
    called = "201" if inside else _as_dialled(event.called, brand)
    row: Row = [
        event.number if brand == FJORDTEL else "",
        caller,
        called,
        "internal" if inside else "from-internal",
        f'"{caller}" <{caller}>',
        f"PJSIP/{caller}-{int(local.timestamp()) % 65536:08x}",
        f"PJSIP/trunk-{event.quantity:08x}",
        "Dial",
        f"PJSIP/{called}@trunk,60",
        _stamp(start),
        _stamp(answer) if answered else "",
        _stamp(answer + timedelta(seconds=event.quantity)),
        rings + event.quantity,
        event.quantity,
        "ANSWERED" if answered else "NO ANSWER",
        "DOCUMENTATION",
    ]
    return [*row, unique_id, ""] if unique_id else row


def _write_asterisk(path: Path, rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        # Asterisk puts texts into quotes and leaves numbers bare.
        csv.writer(file, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n").writerows(rows)


def _write_network(path: Path, events: Sequence[Event]) -> None:
    """Messages and data: an id of its own for each, times with their zone."""
    ids = _Ids(path.stem + "-{place:06d}")
    kinds = {SMS: "TEXT", DATA: "DATA"}
    rows: list[Row] = [["record_id", "started_at", "a_number", "b_number", "amount", "kind"]]
    for event in events:
        start = event.start.replace(tzinfo=ZONES[FJORDTEL])
        called = f"+{event.called}" if event.called else ""
        row = [ids.unique(event), start.isoformat(), f"+{event.number}", called]
        rows.append([*row, event.quantity, kinds[event.kind]])
    _write_rows(path, rows, ",")


def _write_partner(path: Path, events: Sequence[Event]) -> None:
    """A list with semicolons, German headings and German dates."""
    ids = _Ids(path.stem + "-{place:06d}")
    kinds = {VOICE: "Anruf", SMS: "SMS", DATA: "Daten"}
    rows: list[Row] = [["Datensatz", "Beginn", "Teilnehmer", "Ziel", "Menge", "Art"]]
    for event in events:
        start = event.start.strftime("%d.%m.%Y %H:%M:%S")
        called = _as_dialled(event.called, NORTHWIND)
        row = [ids.unique(event), start, _as_dialled(event.number, NORTHWIND), called]
        rows.append([*row, event.quantity, kinds[event.kind]])
    _write_rows(path, rows, ";")


def _write_rows(path: Path, rows: Iterable[Row], delimiter: str) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=delimiter, lineterminator="\n").writerows(rows)


def _as_dialled(number: str, brand: str) -> str:
    """How somebody at home would dial it: 90000123, 040 66969…, 0046…"""
    home = HOME[brand]
    if not number:
        return ""
    if number.startswith(home):
        return number.removeprefix(home) if brand == FJORDTEL else f"0{number.removeprefix(home)}"
    return f"00{number}"


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S")


class _Ids:
    """Gives each record an id, and the same one again if it comes twice."""

    def __init__(self, form: str) -> None:
        self._form = form
        self._known: dict[Event, str] = {}

    def unique(self, event: Event) -> str:
        """The event's id in this file."""
        if event not in self._known:
            epoch = int(event.start.replace(tzinfo=UTC).timestamp())
            place = len(self._known) + 1
            self._known[event] = self._form.format(epoch=epoch, place=place)
        return self._known[event]


_SOURCES: dict[str, tuple[tuple[str, str, Writer, str], ...]] = {
    FJORDTEL: (
        ("FJORD-SWITCH", "fjordtel-Master.csv", _write_switch, "calls"),
        ("FJORD-NETWORK", "fjordtel-network.csv", _write_network, "mobile"),
    ),
    NORTHWIND: (
        ("NORTHWIND-PBX", "northwind-Master.csv", _write_pbx, "pbx"),
        ("NORTHWIND-MOBILE", "northwind-partner.csv", _write_partner, "partner"),
    ),
}
