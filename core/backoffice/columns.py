"""Columns of lists as staff read them: figures to the right, states as coloured words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from operator import attrgetter
from typing import Any

from django.utils.html import format_html
from unfold.decorators import display

from core.formatting import format_day, format_money, format_number, format_price
from core.money import from_micro

Column = Callable[[Any], Any]

# How urgent a state is, by the words that states of all kinds use.
TONES = {
    "queued": "info",
    "pending": "info",
    "draft": "info",
    "loading": "info",
    "running": "warning",
    "calculating": "warning",
    "calculated": "info",
    "paused": "warning",
    "review": "warning",
    "approved": "info",
    "publishing": "warning",
    "published": "success",
    "cancelled": "info",
    "held": "warning",
    "open": "warning",
    "parked": "danger",
    "failed": "danger",
    "done": "success",
    "issued": "success",
    "sent": "success",
    "released": "success",
}


def money(name: str, title: str = "", *, currency: str = "currency") -> Column:
    """An amount with its currency; `name` and `currency` are dotted paths from the row."""
    amount_of, currency_of = attrgetter(name), attrgetter(currency)

    def column(row: Any) -> str:
        amount: Decimal | None = amount_of(row)
        return "–" if amount is None else format_money(amount, currency_of(row), "en")

    return _named(column, name, "money", title)


def price(name: str, title: str = "", *, currency: str = "currency") -> Column:
    """A price with all its decimals and its currency."""
    amount_of, currency_of = attrgetter(name), attrgetter(currency)

    def column(row: Any) -> str:
        amount: Decimal | None = amount_of(row)
        return "–" if amount is None else price_in_words(amount, currency_of(row))

    return _named(column, name, "money", title)


def price_in_words(amount: Decimal, currency: str) -> str:
    """A price with all its decimals: NOK 0.4875."""
    return f"{currency}\xa0{format_price(amount, currency, 'en')}"


def micro_money(name: str, title: str = "", *, currency: str) -> Column:
    """An amount kept in millionths, with all its decimals and its currency."""
    amount_of, currency_of = attrgetter(name), attrgetter(currency)

    def column(row: Any) -> str:
        return price_in_words(from_micro(amount_of(row)), currency_of(row))

    return _named(column, name, "money", title)


def count(name: str, title: str = "") -> Column:
    """A whole number with its thousands apart."""
    number_of = attrgetter(name)

    def column(row: Any) -> str:
        number: int | None = number_of(row)
        return "–" if number is None else format_number(number, "en")

    return _named(column, name, "count", title)


def state(name: str = "state", title: str = "", tones: Mapping[str, str] = TONES) -> Column:
    """A state as a coloured word."""

    def column(row: Any) -> tuple[str, str]:
        return getattr(row, name), getattr(row, f"get_{name}_display")()

    shown: Column = display(label=dict(tones))(_named(column, name, "state", title))
    return shown


def label(
    name: str, title: str, word_of: Callable[[Any], tuple[str, str]], tones: Mapping[str, str]
) -> Column:
    """A coloured word that is made of the row: which of `tones`, and the word; sorted by `name`."""

    def column(row: Any) -> tuple[str, str]:
        return word_of(row)

    shown: Column = display(label=dict(tones))(_named(column, name, "state", title))
    return shown


def text(name: str, title: str, *, ordering: str = "") -> Column:
    """What stands at the end of a dotted path."""
    value_of = attrgetter(name)

    def column(row: Any) -> Any:
        return value_of(row)

    made = _named(column, name, "text", title)
    made.admin_order_field = ordering or name.replace(".", "__")  # type: ignore[attr-defined]
    return made


def span(name: str = "during", title: str = "") -> Column:
    """A half-open span of dates by its first and last day."""
    span_of = attrgetter(name)

    def column(row: Any) -> str:
        during = span_of(row)
        first = format_day(during.lower, "en") if during.lower else "always"
        if during.upper is None:
            return f"since {first}"
        return f"{first} – {format_day(during.upper - timedelta(days=1), 'en')}"

    return _named(column, name, "span", title)


def texts(name: str, title: str = "") -> Column:
    """A text that is kept by language, each named."""
    texts_of = attrgetter(name)

    def column(row: Any) -> str:
        return " · ".join(f"{language}: {text}" for language, text in texts_of(row).items())

    return _named(column, name, "texts", title)


def raw(name: str, title: str = "") -> Column:
    """A text as it came, line for line."""
    text_of = attrgetter(name)

    def column(row: Any) -> str:
        return format_html('<span class="backoffice-raw">{}</span>', text_of(row))

    return _named(column, name, "raw", title)


def _named(column: Column, name: str, suffix: str, title: str) -> Column:
    """The stylesheet knows columns by the end of their names: `…_money`, `…_count`."""
    made: Any = column
    made.__name__ = made.__qualname__ = f"{name.replace('.', '_')}_{suffix}"
    made.do_not_call_in_templates = True  # heads of inlines are named by the function
    made.short_description = title or name.rsplit(".", maxsplit=1)[-1].replace("_", " ")
    made.admin_order_field = name.replace(".", "__")
    return column
