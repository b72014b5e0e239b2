"""How staff read amounts, dates and counts; what customers read is in billing.documents.formats.

No float anywhere. Spaces inside a figure are no-break spaces, the minus sign is a real one (−).
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from babel import Locale
from babel.dates import format_skeleton
from babel.numbers import format_currency, format_decimal

from core.money import exponent, round_amount, round_money

NO_BREAK_SPACE = "\xa0"
# English is written as in Europe: the day before the month.
LOCALES = {"en": "en_GB", "nb": "nb_NO", "de": "de_DE"}


def locale_of(language: str) -> str:
    """Babel's locale for one of our languages."""
    return LOCALES.get(language, "en_GB")


def format_money(amount: Decimal, currency: str, language: str) -> str:
    """An amount with its currency, rounded to the currency's decimals: 905,07 kr, €1,200.50."""
    text = format_currency(round_money(amount, currency), currency, locale=locale_of(language))
    # Where a currency has no sign of its own its code stands before the figure: NOK 905.07.
    return _tidy(re.sub(r"([^\W\d_])(\d)", rf"\1{NO_BREAK_SPACE}\2", text))


def format_amount(amount: Decimal, currency: str, language: str) -> str:
    """An amount without its currency, for columns that name it once: 905,07."""
    places = exponent(currency)
    pattern = "#,##0" + ("." + "0" * places if places else "")
    rounded = round_money(amount, currency)
    return _tidy(format_decimal(rounded, format=pattern, locale=locale_of(language)))


def format_price(amount: Decimal, currency: str, language: str) -> str:
    """An exact amount without its currency: its own decimals, at least the currency's."""
    places = exponent(currency)
    pattern = "#,##0." + "0" * places + "#" * (6 - places) if places else "#,##0.######"
    return _tidy(format_decimal(amount, format=pattern, locale=locale_of(language)))


def format_exact_money(amount: Decimal, currency: str, language: str) -> str:
    """An exact amount with its currency: its own decimals, at least the currency's: 0,4875 kr."""
    places = max(exponent(currency), -int(amount.normalize().as_tuple().exponent))
    locale = Locale.parse(locale_of(language))
    standard = locale.currency_formats["standard"].pattern
    fraction = "." + "0" * places if places else ""
    pattern = standard.replace("#,##0.00", f"#,##0{fraction}")
    text = format_currency(amount, currency, format=pattern, locale=locale, currency_digits=False)
    return _tidy(re.sub(r"([^\W\d_])(\d)", rf"\1{NO_BREAK_SPACE}\2", text))


def format_number(number: int, language: str) -> str:
    """A whole number: 1 204."""
    return _tidy(format_decimal(number, locale=locale_of(language)))


def format_day(day: date, language: str) -> str:
    """A day: 14 Nov 2026."""
    return _tidy(format_skeleton("yMMMd", day, locale=locale_of(language)))


def format_quantity(quantity: int, usage_type: int, language: str) -> str:
    """A duration h:mm:ss (voice, 1), a count of messages (2), or a volume in MB (data, 3)."""
    if usage_type == 1:
        sign, seconds = "−" if quantity < 0 else "", abs(quantity)
        return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    if usage_type == 3:
        megabytes = round_amount(Decimal(quantity) / 1024**2, 2)
        return f"{_tidy(format_decimal(megabytes, locale=locale_of(language)))}{NO_BREAK_SPACE}MB"
    return format_number(quantity, language)


def _tidy(text: str) -> str:
    return text.replace(" ", NO_BREAK_SPACE).replace("-", "−")
