"""Usage files read and priced by hand: numbers, times, the longest prefix, increments, rounding."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.oracle.calendars import usage_period
from tests.oracle.company import FAR, Company, Deck, Rate

MILLION = 1_000_000
ABSURD = 10**8 * MILLION


@dataclass(frozen=True)
class Line:
    """A usage line as the file has it, with its instant in UTC."""

    number: int
    id: str
    usage_type: str
    start: datetime | None
    service: str
    called: str
    quantity: str
    content: tuple[str, ...]


@dataclass
class Record:
    """A rated record: exact amount in millionths of the currency."""

    brand: str
    account: str
    subscription: str
    plan: str
    start: datetime
    usage_type: str
    called: str
    quantity: int
    amount: int
    category: str
    origin: date
    origin_end: date
    billed: bool = False


@dataclass
class Usage:
    """All records and all suspended lines so far, and what has been seen."""

    records: list[Record] = field(default_factory=list)
    suspended: list[tuple[str, int, str]] = field(default_factory=list)
    seen: dict[tuple[str, str], list[tuple[Any, ...]]] = field(default_factory=dict)


class SuspendError(Exception):
    """The line can't be rated, for this reason."""


def round_away(amount: Fraction, decimals: int, mode: str = "half_up") -> Fraction:
    """Round to decimals: half away from zero, away from zero, or toward zero."""
    scale = 10**decimals
    scaled = abs(amount) * scale
    whole = scaled.numerator // scaled.denominator
    rest = scaled - whole
    if (mode == "half_up" and rest * 2 >= 1) or (mode == "up" and rest > 0):
        whole += 1
    return Fraction(whole if amount >= 0 else -whole, scale)


def find_rate(deck: Deck, called: str, start: datetime) -> Rate | None:
    """The rate of the longest prefix that has one in force when the record starts."""
    day = start.astimezone(deck.zone).date()
    for length in range(len(called), 0, -1):
        begun = [rate for rate in deck.rates.get(called[:length], []) if rate.starts_on <= day]
        if begun and not begun[-1].ended:
            return begun[-1]
    return None


def price(deck: Deck, rate: Rate, quantity: int) -> int:
    """What an event costs, in millionths."""
    if quantity == 0:
        return 0
    further = max(quantity - rate.first_increment, 0)
    steps = -(-further // rate.next_increment)
    amount = rate.connection_fee + rate.first_increment * rate.first_price / rate.per
    amount += steps * rate.next_increment * rate.price / rate.per
    if rate.max_charge:
        amount = min(amount, rate.max_charge)
    return int(round_away(amount, deck.decimals, deck.rounding) * MILLION)


def normalise(source: dict[str, Any], text: str) -> str:
    """A number as E.164 digits, short codes as they are."""
    number = re.sub(r"[\s\-./()\[\]]", "", text)
    international = source.get("international_prefix", "00")
    if number.startswith("+"):
        number = number[1:]
    elif international and number.startswith(international):
        number = number[len(international) :]
    elif len(number) > source.get("short_code_digits", 0) and source.get("country_code"):
        national = source.get("national_prefix") or ""
        number = source["country_code"] + number.removeprefix(national)
    if not (number.isascii() and number.isdigit()):
        raise SuspendError("invalid")
    return number


def instant(text: str, time_format: str, zone: ZoneInfo) -> datetime | None:
    """The text's moment in UTC: the first of two equal hours, the later of a skipped one."""
    try:
        if time_format == "epoch":
            return datetime.fromtimestamp(int(text), UTC)
        if time_format == "iso":
            moment = datetime.fromisoformat(text)
        else:
            moment = datetime.strptime(text, time_format)  # noqa: DTZ007 (the zone comes next)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def read_lines(source: dict[str, Any], path: Path) -> Iterator[Line]:
    """Each line of a usage file that is not ignored."""
    with path.open(newline="", encoding=source.get("encoding", "utf-8")) as file:
        if source["format"] == "asterisk":
            yield from _asterisk(source, csv.reader(file))
        else:
            delimiter = source["mapping"].get("delimiter", ",")
            yield from _mapped(source, csv.DictReader(file, delimiter=delimiter))


def _asterisk(source: dict[str, Any], rows: Any) -> Iterator[Line]:
    mapping = source.get("mapping") or {}
    zone = ZoneInfo(source["zone"])
    for number, row in enumerate(rows, 1):
        if not row or row[3] in mapping.get("skip_contexts", []):
            continue
        by_id = len(row) == 18 and mapping.get("id", "uniqueid") == "uniqueid" and row[16]
        yield Line(
            number,
            row[16] if by_id else "\x1f".join(row),
            "voice",
            instant(row[10] or row[9], "%Y-%m-%d %H:%M:%S", zone),
            row[0] if mapping.get("service", "accountcode") == "accountcode" else row[1],
            row[2],
            row[13],
            tuple(row),
        )


def _mapped(source: dict[str, Any], rows: Any) -> Iterator[Line]:
    mapping = source["mapping"]
    columns = mapping["columns"]
    zone = ZoneInfo(source["zone"])
    for number, row in enumerate(rows, 2):
        word = row[columns["type"]] if "type" in columns else ""
        usage_type = mapping.get("types", {}).get(word, word) or source.get("usage_type", "voice")
        start = instant(row[columns["start"]], mapping.get("time_format", "iso"), zone)
        service, called = row[columns["service"]], row[columns["called"]]
        quantity = row[columns["quantity"]]
        content = (usage_type, str(start), service, called, quantity)
        known_by = row[columns["id"]] if "id" in columns else ""
        yield Line(
            number,
            known_by or "\x1f".join(content),
            usage_type,
            start,
            service,
            called,
            quantity,
            content,
        )


def take_file(company: Company, usage: Usage, source_code: str, path: Path) -> None:
    """Rate each line of a file, or leave it aside with a reason."""
    source = company.sources[source_code]
    days = source.get("id_reuse_days", 62)
    for line in read_lines(source, path):
        earlier = usage.seen.setdefault((source_code, line.id), [])
        near = [
            (content, stands)
            for start, content, stands in earlier
            if not (start and line.start) or abs(start - line.start) <= timedelta(days=days)
        ]
        if line.content in (content for content, _ in near):
            continue
        contradicts = any(stands for _, stands in near)
        reason = ""
        try:
            usage.records.append(rate_line(company, source, line, is_conflict=contradicts))
        except SuspendError as problem:
            reason = str(problem)
            usage.suspended.append((path.name, line.number, reason))
        # What made no sense, or contradicts another, does not stand in the way of what does.
        earlier.append((line.start, line.content, reason not in ("invalid", "conflict")))


def rate_line(
    company: Company, source: dict[str, Any], line: Line, *, is_conflict: bool = False
) -> Record:
    """Price one line; SuspendError says why it can't be."""
    brand = source["brand"]
    quantity = _quantity(source, line)
    if line.start is None or line.usage_type not in ("voice", "sms", "data"):
        raise SuspendError("invalid")
    without = line.usage_type == "data" and not line.called
    called = "" if without else normalise(source, line.called)
    if is_conflict:
        raise SuspendError("conflict")
    day = line.start.astimezone(ZoneInfo(company.brands[brand]["zone"])).date()
    account, subscription = owner_on(company, source, line.service, day)
    payer = company.accounts[brand, company.payer(brand, account)]
    origin, origin_end = usage_period(day, payer.get("bill_day", 1))
    taken = [one for one in subscription["plans"] if one["from"] <= day][-1]
    version = company.version(brand, taken["plan"], max(origin, taken["from"]))
    if line.usage_type not in version.decks:
        raise SuspendError("no_rate")
    deck = company.decks[version.decks[line.usage_type]]
    rate = find_rate(deck, called or "0", line.start)
    if rate is None:
        raise SuspendError("no_rate")
    amount = price(deck, rate, quantity)
    if amount > ABSURD:
        raise SuspendError("invalid")
    return Record(
        brand,
        account,
        subscription["code"],
        taken["plan"],
        line.start,
        line.usage_type,
        called,
        quantity,
        amount,
        rate.category,
        origin,
        origin_end,
    )


def _quantity(source: dict[str, Any], line: Line) -> int:
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", line.quantity):
        raise SuspendError("invalid")
    unit = (source.get("mapping") or {}).get("quantity_unit", 1)
    quantity = Fraction(line.quantity) * unit
    if quantity.denominator != 1 or quantity > source.get("quantity_max", 10**12):
        raise SuspendError("invalid")
    return int(quantity)


def owner_on(
    company: Company, source: dict[str, Any], service: str, day: date
) -> tuple[str, dict[str, Any]]:
    """The account and subscription that had the number on the day."""
    found = False
    for spelling in _spellings(source, service):
        for (brand, number), account in company.accounts.items():
            if brand != source["brand"]:
                continue
            for subscription in account.get("subscriptions", []):
                for entry in subscription["numbers"]:
                    if entry["number"] != spelling:
                        continue
                    found = True
                    active = subscription["starts_on"] <= day < subscription.get("ends_on", FAR)
                    paused = any(
                        pause["from"] <= day < pause.get("until", FAR)
                        for pause in subscription.get("pauses", [])
                    )
                    if active and not paused and entry["from"] <= day < entry.get("until", FAR):
                        return number, subscription
        if found:
            break
    raise SuspendError("not_active" if found else "unknown_service")


def _spellings(source: dict[str, Any], service: str) -> Iterator[str]:
    yield service
    try:
        yield normalise(source, service)
    except SuspendError:
        return
