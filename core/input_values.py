"""Readers of single values: each makes one kind of thing of a text, or says how to write it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from core.input_tree import Entries, Items, Node, Reader, Scalar, T, Unreadable, listed
from core.money import exponent

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
AMOUNT = re.compile(r"-?[0-9]+(\.[0-9]+)?")
WHOLE = re.compile(r"-?[0-9]{1,18}")
HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
YES = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
AMOUNT_LIMIT = Decimal(10) ** 12
# Codes that CLDR lists beside the ISO countries: unions, pseudo-locales, "unknown".
NO_COUNTRIES = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"}


def scalar(node: Node) -> str:
    """The text itself, without blanks around it."""
    if not isinstance(node, Scalar):
        raise Unreadable("must be a single value", "write it on one line after the colon")
    return node.text.strip()


def text(max_length: int) -> Reader[str]:
    """A text of at most so many characters."""

    def read(node: Node) -> str:
        value = scalar(node)
        if len(value) > max_length:
            raise Unreadable(f"has {len(value)} characters", f"use at most {max_length}")
        return value

    return read


def code(max_length: int = 40) -> Reader[str]:
    """A code: letters, digits, dot, dash, underscore."""

    def read(node: Node) -> str:
        value = scalar(node)
        if not CODE.fullmatch(value):
            raise Unreadable(
                f"{value!r} is not a code", "use letters, digits, dot, dash and underscore only"
            )
        if len(value) > max_length:
            raise Unreadable(f"{value!r} is too long", f"use at most {max_length} characters")
        return value

    return read


def digits(max_length: int) -> Reader[str]:
    """Digits only."""

    def read(node: Node) -> str:
        value = scalar(node)
        if not (value.isascii() and value.isdigit() and len(value) <= max_length):
            raise Unreadable(f"{value!r} is not right", f"use at most {max_length} digits")
        return value

    return read


def parse_amount(value: str, decimals: int = 6) -> Decimal:
    """An exact amount, zero or more, with at most so many decimals; never through a float."""
    if not AMOUNT.fullmatch(value):
        raise Unreadable(f"{value!r} is not an amount", "write digits and a point, as in 399.00")
    amount = Decimal(value)
    if amount < 0:
        raise Unreadable(f"{value} is negative", "use zero or more")
    if amount >= AMOUNT_LIMIT:
        raise Unreadable(f"{value} is too large", f"stay below {AMOUNT_LIMIT:,}")
    if len(value.partition(".")[2].rstrip("0")) > decimals:
        raise Unreadable(f"{value} has too many decimals", f"use at most {decimals}")
    return amount


def amount(decimals: int = 6, maximum: Decimal | None = None) -> Reader[Decimal]:
    """An amount, zero or more, with at most so many decimals."""

    def read(node: Node) -> Decimal:
        value = parse_amount(scalar(node), decimals)
        if maximum is not None and value > maximum:
            raise Unreadable(f"{value} is too large", f"use at most {maximum}")
        return value

    return read


def parse_whole(value: str, minimum: int, maximum: int) -> int:
    """A whole number within limits."""
    if not WHOLE.fullmatch(value):
        raise Unreadable(f"{value!r} is not a whole number", f"use {minimum} to {maximum}")
    if not minimum <= int(value) <= maximum:
        raise Unreadable(f"{value} is out of range", f"use {minimum} to {maximum}")
    return int(value)


def whole(minimum: int, maximum: int) -> Reader[int]:
    """A whole number within limits."""
    return lambda node: parse_whole(scalar(node), minimum, maximum)


def parse_day(value: str) -> date:
    """A date written as 2026-11-01."""
    try:
        if len(value) != 10:
            raise ValueError
        return date.fromisoformat(value)
    except ValueError:
        raise Unreadable(f"{value!r} is not a date", "write it as 2026-11-01") from None


def day(node: Node) -> date:
    """A date."""
    return parse_day(scalar(node))


def parse_flag(value: str) -> bool:
    """Yes or no."""
    if value.lower() not in YES:
        raise Unreadable(f"{value!r} is neither yes nor no", "write true or false")
    return YES[value.lower()]


def flag(node: Node) -> bool:
    """Yes or no."""
    return parse_flag(scalar(node))


def choice(words: Mapping[str, T]) -> Reader[T]:
    """One of some words, each standing for a value."""

    def read(node: Node) -> T:
        value = scalar(node)
        if value not in words:
            raise Unreadable(f"{value!r} is not known", f"use one of: {', '.join(words)}")
        return words[value]

    return read


def one_of(words: Iterable[str]) -> Reader[str]:
    """One of some words."""
    return choice({word: word for word in words})


def list_of(read_item: Reader[T]) -> Reader[list[T]]:
    """A list; a single value counts as a list of one."""

    def read(node: Node) -> list[T]:
        if isinstance(node, Items):
            return [read_item(item) for item in node.items]
        return [read_item(node)]

    return read


def currency(node: Node) -> str:
    """An ISO 4217 code that the money arithmetic knows."""
    value = scalar(node)
    try:
        exponent(value)
    except ValueError:
        raise Unreadable(f"{value!r} is not known", "use an ISO 4217 code such as NOK") from None
    return value


def zone(node: Node) -> str:
    """An IANA time zone."""
    value = scalar(node)
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Unreadable(
            f"{value!r} is not a time zone", "use an IANA name such as Europe/Oslo"
        ) from None
    return value


def email(node: Node) -> str:
    """An e-mail address."""
    value = scalar(node)
    try:
        validate_email(value)
    except ValidationError:
        raise Unreadable(f"{value!r} is not an e-mail address", "write name@example.com") from None
    if len(value) > 254:
        raise Unreadable("is too long", "use at most 254 characters")
    return value


def host(node: Node) -> str:
    """A host name in lower case, without port."""
    value = scalar(node).lower()
    if not HOST.fullmatch(value) or len(value) > 200:
        raise Unreadable(
            f"{value!r} is not a host name", "write it without https:// and without a port"
        )
    return value


def country(node: Node) -> str:
    """An ISO 3166 code of two letters."""
    value = scalar(node).upper()
    if value not in _countries():
        raise Unreadable(f"{value!r} is not a country", "use the two letters of ISO 3166, as NO")
    return value


@cache
def _countries() -> frozenset[str]:
    territories = Locale("en").territories
    return frozenset(key for key in map(str, territories) if len(key) == 2) - NO_COUNTRIES


def languages() -> list[str]:
    """The languages that the product speaks."""
    return [key for key, _ in settings.LANGUAGES]


def language(node: Node) -> str:
    """A language that the product speaks."""
    return one_of(languages())(node)


def localised_text(max_length: int = 1000) -> Callable[[Node], dict[str, str]]:
    """A text by language; a plain text counts for every language."""
    read_one = text(max_length)

    def read(node: Node) -> dict[str, str]:
        if not isinstance(node, Entries):
            return {"en": read_one(node)}
        unknown = [key for key in node.values if key not in languages()]
        if unknown:
            raise Unreadable(f"has no language {unknown[0]!r}", f"use {listed(languages())}")
        texts = {key: read_one(value) for key, value in node.values.items() if not value.is_empty}
        if not texts:
            raise Unreadable("has no text", "give a text in one language at least")
        return texts

    return read
