"""How staff read quantities of usage: seconds as 2:03, bytes as MB, messages as they are."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from core.formatting import NO_BREAK_SPACE, format_number
from core.money import round_amount

VOICE, SMS, DATA = 1, 2, 3
_BYTE_UNITS = (("GB", 1024**3), ("MB", 1024**2), ("kB", 1024))


def quantity_in_words(quantity: int, usage_type: int) -> str:
    """Seconds as 1:02:03 or 2:03, messages as a count, bytes as GB, MB or kB of 1024."""
    if usage_type == VOICE:
        return _duration(quantity)
    if usage_type == DATA:
        return _bytes(quantity)
    return format_number(quantity, "en")


def quantities_in_words(units: Iterable[tuple[int, int]]) -> str:
    """Pairs of usage type and quantity: 1:02:03, 2 messages, 3.50 MB."""
    return ", ".join(
        quantity_in_words(quantity, kind) if kind != SMS else _messages(quantity)
        for kind, quantity in units
    )


def _messages(count: int) -> str:
    return f"{format_number(count, 'en')} {'message' if count == 1 else 'messages'}"


def _duration(seconds: int) -> str:
    minutes, rest = divmod(abs(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    figure = f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
    return f"−{figure}" if seconds < 0 else figure


def _bytes(quantity: int) -> str:
    for unit, size in _BYTE_UNITS:
        if abs(quantity) >= size:
            return f"{round_amount(Decimal(quantity) / size, 2)}{NO_BREAK_SPACE}{unit}"
    return f"{quantity}{NO_BREAK_SPACE}B"
