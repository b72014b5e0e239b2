"""What a line says, made comparable: instants in UTC, whole units, E.164 digits."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from fractions import Fraction
from functools import partial
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from billing.usage.intake.record_layout import SUMMANDS
from billing.usage.models import USAGE_TYPE_NAMES, UsageSource, UsageType
from core.errors import DomainError

# More than this is never one event's, whatever the source allows; sums of a part stay exact.
UNITS_MAX = 10**14
# A source's price is one record's, in millionths: a hundred million units at most.
PRICE_MICRO_MAX = 10**14
DECIMAL_SIGNS = (".", ",")
# Called numbers are stored as whole numbers.
CALLED_DIGITS_MAX = 18

# Up to the year 9900; what is far from today has no partition anyway.
_MICROSECONDS_MAX = 250_000_000_000 * 10**6
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NOISE = str.maketrans("", "", " \t\u00a0-()[]./")
_FIGURE = re.compile(r"(-?)([0-9]{1,30})(?:([.,])([0-9]{1,30}))?", re.ASCII)
# Hours, minutes and seconds, or minutes (as many as there are) and seconds.
_CLOCK = re.compile(r"(?:([0-9]{1,4}):([0-5]?[0-9])|([0-9]{1,4})):([0-5][0-9])", re.ASCII)
_PRICE_UNIT = re.compile(r"[0-9]{1,7}(\.[0-9]{1,6})?", re.ASCII)
_EPOCH_TEXT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,9})?", re.ASCII)

_ONLY_CORRECTIONS = "only corrections may be, and the source's mapping says which lines are"


class Unreadable(ValueError):
    """A field that makes no sense: what is wrong with it, and how to mend it."""

    def __init__(self, what: str, remedy: str = "") -> None:
        self.what, self.remedy = what, remedy
        super().__init__(what)


@dataclass(frozen=True, slots=True)
class Normaliser:
    """How one source's texts are read. Its methods raise `Unreadable`."""

    zone: tzinfo
    time_format: str
    read_time: Callable[[str], datetime]
    country_code: str
    international_prefix: str
    national_prefix: str
    short_code_digits: int
    quantity_unit: int
    quantity_max: int
    usage_type: int
    types: dict[str, int]
    decimal_sign: str = "."
    price_unit: Fraction = Fraction(1)
    corrections: frozenset[str] = frozenset()
    unit_of_type: Mapping[int, int] = field(default_factory=dict)
    rounds_up: bool = False

    def start(self, text: str) -> int:
        """The instant in microseconds since 1970 UTC.

        A time without zone is the source's local time: of an hour that comes twice the first, and
        in an hour that clocks skip, what the clock would have shown had it not been put forward.
        """
        text = text.strip()
        if not text:
            raise Unreadable("no start time")
        try:
            moment = self.read_time(text)
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=self.zone)
            microseconds = epoch_microseconds(moment)
        except (ValueError, OverflowError):
            raise Unreadable(f"{_short(text)} is not a time", "correct the line") from None
        if not 0 <= microseconds <= _MICROSECONDS_MAX:
            raise Unreadable(f"the time {_short(text)} is impossible", "correct the line")
        return microseconds

    def is_correction(self, kind: str, corrects: str) -> bool:
        """Whether a line of this kind, which may name a record to correct, is a correction.

        Where the source says no words for it, lines that name a record are.
        """
        if not self.corrections:
            return bool(corrects)
        if kind.casefold() in self.corrections:
            return True
        if corrects:
            raise Unreadable(
                f"it names a record to correct, but its kind {_short(kind)} is no correction",
                "name the kind under `corrections` in the mapping, or correct the line",
            )
        return False

    def quantity(
        self, text: str, *, is_correction: bool = False, usage_type: int | None = None
    ) -> int:
        """Whole units: the text's figure times the source's `quantity_unit`. Only that of a
        correction may be negative. A message without a figure is one, a call's may be a time such
        as 0:01:05; what stands between `SUMMANDS` is added up."""
        parts = text.split(SUMMANDS)
        if len(parts) > 1:
            parts = [part for part in parts if part.strip()] or [""]
        units = sum(self._units(part.strip(), usage_type, is_correction) for part in parts)
        if abs(units) > self.quantity_max:
            raise Unreadable(
                f"the quantity {_short('+'.join(parts))} is absurd",
                f"the source takes {self.quantity_max:,} units at most",
            )
        return units

    def _units(self, text: str, usage_type: int | None, is_correction: bool) -> int:
        if text.isascii() and text.isdigit() and len(text) <= 30:
            return int(text) * self._unit(usage_type)
        if not text:
            if usage_type == UsageType.SMS:
                return 1
            raise Unreadable("no quantity")
        clock = _CLOCK.fullmatch(text) if usage_type == UsageType.VOICE else None
        if clock:
            hours, minutes, more_minutes, seconds = (int(part or 0) for part in clock.groups())
            return hours * 3600 + (minutes + more_minutes) * 60 + seconds
        figure = self._figure(text)
        if figure is None:
            raise Unreadable(
                f"{_short(text)} is not a quantity", "a quantity is a number, zero or more"
            )
        if text.startswith("-") and not is_correction:
            raise Unreadable(f"the quantity {_short(text)} is negative", _ONLY_CORRECTIONS)
        exact = figure * self._unit(usage_type)
        units = ceil(exact) if self.rounds_up else int(exact)
        if units != exact and not self.rounds_up:
            raise Unreadable(f"the quantity {_short(text)} is not a whole number of units")
        return units

    def _unit(self, usage_type: int | None) -> int:
        """How many seconds, messages or bytes one of the file's figures is."""
        return self.unit_of_type.get(usage_type or 0, self.quantity_unit)

    def price(self, text: str, *, is_correction: bool = False) -> int | None:
        """Millionths of a currency unit: the text's figure times the source's `price_unit`; None
        where there is no text. Only that of a correction may be negative."""
        text = text.strip()
        if not text:
            return None
        figure = self._figure(text)
        if figure is None:
            raise Unreadable(
                f"{_short(text)} is not a price", f"write it as in 12{self.decimal_sign}50"
            )
        if text.startswith("-") and not is_correction:
            raise Unreadable(f"the price {_short(text)} is negative", _ONLY_CORRECTIONS)
        micro = figure * self.price_unit * 10**6
        if micro.denominator != 1:
            raise Unreadable(
                f"the price {_short(text)} has more than 6 decimals",
                "round it where it is made, or correct the mapping's price_unit",
            )
        if abs(micro) > PRICE_MICRO_MAX:
            raise Unreadable(
                f"the price {_short(text)} is absurd",
                f"a record costs {PRICE_MICRO_MAX // 10**6:,} at most",
            )
        return int(micro)

    def _figure(self, text: str) -> Fraction | None:
        """The number that a text without blanks around it is."""
        found = _FIGURE.fullmatch(text)
        if found is None or found[3] not in (None, self.decimal_sign):
            return None
        return Fraction(f"{found[1]}{found[2]}.{found[4] or 0}")

    def called(self, text: str) -> str:
        """A dialled number as E.164 digits; short codes as they are."""
        if not text.strip():
            raise Unreadable("no called number")
        number = text.translate(NOISE)
        if number.startswith("+"):
            number = number[1:]
        elif self.international_prefix and number.startswith(self.international_prefix):
            number = number.removeprefix(self.international_prefix)
        elif len(number) > self.short_code_digits and self.country_code:
            number = self.country_code + number.removeprefix(self.national_prefix)
        if not (number.isascii() and number.isdigit()):
            raise Unreadable(
                f"the called number {_short(text)} is not made of digits",
                "leave lines out that are no calls (`skip` in the mapping), or correct them",
            )
        if len(number) > CALLED_DIGITS_MAX:
            raise Unreadable(
                f"the called number {_short(text)} has more than {CALLED_DIGITS_MAX} digits"
            )
        return number

    def services(self, text: str) -> tuple[str, ...]:
        """The names under which a service may be known: as it stands, then as E.164 digits."""
        text = text.strip()
        try:
            number = self.called(text)
        except Unreadable:
            return (text,)
        return (text,) if number == text else (text, number)

    def type_of(self, word: str) -> int:
        """The usage type that a line's word means; the source's where there is none."""
        if not word:
            return self.usage_type
        found = self.types.get(word) or self.types.get(word.casefold())
        if found is None:
            raise Unreadable(
                f"the type {_short(word)} is unknown", "name it under `types` in the mapping"
            )
        return found


def normaliser_of(source: UsageSource) -> Normaliser:
    """How the source's texts are read; `DomainError` if its settings make no sense."""
    mapping: dict[str, Any] = source.mapping
    try:
        zone: tzinfo = UTC if source.zone == "UTC" else ZoneInfo(source.zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise DomainError(f"Source {source.code}: unknown time zone {source.zone!r}.") from None
    types = {name: number for number, name in USAGE_TYPE_NAMES.items()}
    for word, kind in (mapping.get("types") or {}).items():
        if kind not in types:
            raise DomainError(
                f"Source {source.code}: `types` say voice, sms or data, not {kind!r}."
            )
        types[str(word)] = types[kind]
    unit, unit_of_type = _units(source)
    time_format = str(mapping.get("time_format") or "iso")
    decimal_sign, price_unit, corrections = _figures_and_kinds(source)
    return Normaliser(
        zone=zone,
        time_format=time_format,
        read_time=_time_reader(time_format),
        country_code=source.country_code,
        international_prefix=source.international_prefix,
        national_prefix=source.national_prefix,
        short_code_digits=source.short_code_digits,
        quantity_unit=unit,
        quantity_max=min(source.quantity_max, UNITS_MAX),
        usage_type=types[source.usage_type],
        types=types,
        decimal_sign=decimal_sign,
        price_unit=price_unit,
        corrections=corrections,
        unit_of_type=unit_of_type,
        rounds_up=mapping.get("quantity_rounding") == "up",
    )


def _units(source: UsageSource) -> tuple[int, dict[int, int]]:
    """How much one of a file's figures is, and how much for each usage type, where that differs."""
    said = source.mapping.get("quantity_unit") or 1
    units = said if isinstance(said, dict) else {"": said}
    numbers = {name: number for number, name in USAGE_TYPE_NAMES.items()}
    for kind, unit in units.items():
        if type(unit) is not int or unit < 1 or (isinstance(said, dict) and kind not in numbers):
            raise DomainError(
                f"Source {source.code}: `quantity_unit` is a whole number, not {said!r}."
            )
    if not isinstance(said, dict):
        return said, {}
    return 1, {numbers[kind]: unit for kind, unit in said.items()}


def _figures_and_kinds(source: UsageSource) -> tuple[str, Fraction, frozenset[str]]:
    """The decimal sign, what prices are counted in, and the words that mean a correction."""
    mapping: dict[str, Any] = source.mapping
    sign = str(mapping.get("decimal_sign") or ".")
    if sign not in DECIMAL_SIGNS:
        raise DomainError(f"Source {source.code}: `decimal_sign` is a point or a comma.")
    text = str(mapping.get("price_unit") or "1")
    unit = Fraction(text) if _PRICE_UNIT.fullmatch(text) else Fraction(0)
    if unit <= 0:
        raise DomainError(f"Source {source.code}: `price_unit` is a number, not {text!r}.")
    words = frozenset(str(word).strip().casefold() for word in mapping.get("corrections") or ())
    if bool(words) != bool((mapping.get("columns") or {}).get("kind")):
        raise DomainError(
            f"Source {source.code}: its mapping names the column `kind` and, under `corrections`, "
            "the words there that mean a correction, or neither."
        )
    return sign, unit, words


def epoch_microseconds(moment: datetime) -> int:
    """Microseconds since 1970 UTC, exactly."""
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def instant(microseconds: int) -> datetime:
    """The instant so many microseconds after 1970 UTC."""
    return _EPOCH + timedelta(microseconds=microseconds)


def _time_reader(time_format: str) -> Callable[[str], datetime]:
    if time_format == "iso":
        return datetime.fromisoformat
    if time_format == "epoch":
        return _read_epoch
    # A pattern without %z makes naive times, which are then in the source's zone.
    return partial(_time_in, time_format)


def _time_in(time_format: str, text: str) -> datetime:
    return datetime.strptime(text, time_format)  # noqa: DTZ007


def _read_epoch(text: str) -> datetime:
    if not _EPOCH_TEXT.fullmatch(text):
        raise ValueError(text)
    whole, _, fraction = text.partition(".")
    seconds = int(whole)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=int(f"{fraction:0<6}"[:6]))


def _short(text: str) -> str:
    """The text in quotes, cut where it is long."""
    text = text.strip()
    return repr(text if len(text) <= 40 else text[:40] + "…")
