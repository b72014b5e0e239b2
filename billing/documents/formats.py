"""How figures, dates and quantities are written on documents, in each language."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

import phonenumbers
from babel import Locale
from babel.dates import format_date, format_datetime, format_interval
from babel.numbers import (
    format_currency,
    format_decimal,
    get_currency_symbol,
)
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.money import MICRO_DECIMALS, exponent, round_money

VOICE, SMS, DATA = 1, 2, 3
MINUS = "\N{MINUS SIGN}"
LOCALES = {"en": "en_GB", "nb": "nb_NO", "de": "de_DE"}
SHORT_CODE_DIGITS_MAX = 6
_KIB = Decimal(1024)
_DATA_UNITS = (("GB", 3), ("MB", 2), ("kB", 1))
# Marks that reverse or embed text directions can make a document say something else.
_DIRECTION_MARKS = re.compile("[\u202a-\u202e\u2066-\u2069]")


class Formats:
    """Writes values in one language, currency and time zone."""

    def __init__(self, language: str, currency: str, zone: str) -> None:
        self.language = language
        self.currency = currency
        self.zone = ZoneInfo(zone)

    @cached_property
    def locale(self) -> Locale:
        """The regional form of the language: British dates for English."""
        return Locale.parse(LOCALES.get(self.language, self.language))

    def amount(self, amount: Decimal) -> str:
        """An amount without its currency, at the currency's decimals: 1 905,07."""
        return self._decimal(round_money(amount, self.currency), exponent(self.currency))

    def money(self, amount: Decimal) -> str:
        """An amount with its currency: 905,07 kr."""
        if get_currency_symbol(self.currency, self.locale) == self.currency:
            pattern = self.locale.currency_formats["standard"].pattern
            if pattern.startswith("¤"):  # "NOK905.07" is hard to read
                return f"{self.currency}\u00a0{self.amount(amount)}"
        rounded = round_money(amount, self.currency)
        return self._signed(format_currency(rounded, self.currency, locale=self.locale))

    def price(self, price: Decimal, decimals: int | None = None) -> str:
        """A price with as many decimals as it needs, at least the currency's, at most six."""
        return self._decimal(price, price_decimals(price, self.currency, decimals))

    def percent(self, rate: Decimal) -> str:
        """A rate of so many per cent: 25 %, 8.25%."""
        pattern = self.locale.percent_formats[None].pattern
        number = self._decimal(rate, max(0, -int(rate.normalize().as_tuple().exponent)))
        return str(pattern.replace("#,##0", number))

    def count(self, number: int) -> str:
        """A whole number with its thousands apart."""
        return self._decimal(Decimal(number), 0)

    def long_date(self, day: date) -> str:
        """16 November 2026."""
        return str(format_date(day, "long", locale=self.locale))

    def day(self, day: date) -> str:
        """16 Nov 2026."""
        return str(format_date(day, "medium", locale=self.locale))

    def span(self, start: date, end: date) -> str:
        """The half-open period as its first and last day: 14–31 Oct 2026."""
        return str(format_interval(start, end - timedelta(days=1), "yMMMd", locale=self.locale))

    def moment(self, instant: datetime) -> str:
        """Day and time in the document's zone: 03.10. 14:05:09."""
        local = instant.astimezone(self.zone)
        return f"{_day_and_month(local.date(), str(self.locale))}\u2002{local:%H:%M:%S}"

    def local_datetime(self, instant: datetime) -> str:
        """Date and time in the document's zone."""
        return str(format_datetime(instant, "medium", tzinfo=self.zone, locale=self.locale))

    def duration(self, seconds: int) -> str:
        """Hours, minutes and seconds: 2:13:45."""
        sign = MINUS if seconds < 0 else ""
        minutes, rest = divmod(abs(seconds), 60)
        return f"{sign}{minutes // 60}:{minutes % 60:02d}:{rest:02d}"

    def volume(self, size: int) -> str:
        """A data volume in the largest unit of which there is one: 3.42 GB (1 GB = 1024 MB)."""
        for unit, power in _DATA_UNITS:
            if abs(size) >= 1024**power:
                return f"{self._decimal(size / _KIB**power, 2 if power == 3 else 1)}\u00a0{unit}"
        return f"{self.count(size)}\u00a0B"

    def short_volume(self, size: int) -> str:
        """A data volume in its largest unit with one decimal at most, cut off: 2.3 GB, 10 GB."""
        for unit, power in _DATA_UNITS:
            if size >= 1024**power:
                whole, tenth = divmod(size * 10 // 1024**power, 10)
                figure = Decimal(whole * 10 + tenth) / 10
                return f"{self._decimal(figure, 1 if tenth else 0)}\u00a0{unit}"
        return f"{self.count(size)}\u00a0B"

    def quantity(self, usage_type: int | None, quantity: int) -> str:
        """Seconds as a duration, bytes as a volume, anything else as a count."""
        if usage_type == VOICE:
            return self.duration(quantity)
        return self.volume(quantity) if usage_type == DATA else self.count(quantity)

    def included(
        self, usage_type: int | None, covered: int, *, billed: int = 0, is_paid: bool = False
    ) -> str:
        """What allowances covered of billed units: "included" where it is all, "0:01:00 included"
        where it is a part, nothing where there is none; `is_paid`: money allowances paid it all.
        """
        if is_paid or 0 < covered == billed:
            return _("included")
        if covered <= 0:
            return ""
        return _("%(quantity)s included") % {"quantity": self.quantity(usage_type, covered)}

    def events(self, usage_type: int | None, records: int) -> str:
        """37 calls, 12 messages, 3 sessions; events where several kinds stand together."""
        count = self.count(records)
        if usage_type == VOICE:
            return ngettext("%(count)s call", "%(count)s calls", records) % {"count": count}
        if usage_type == SMS:
            return ngettext("%(count)s message", "%(count)s messages", records) % {"count": count}
        if usage_type == DATA:
            return ngettext("%(count)s session", "%(count)s sessions", records) % {"count": count}
        return ngettext("%(count)s event", "%(count)s events", records) % {"count": count}

    def quantity_label(self, usage_type: int | None) -> str:
        """The heading over quantities of this type, or of several."""
        labels = {VOICE: _("Duration"), SMS: _("Messages"), DATA: _("Volume")}
        return _("Quantity") if usage_type is None else labels.get(usage_type, _("Quantity"))

    def _decimal(self, number: Decimal, decimals: int) -> str:
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        return self._signed(format_decimal(number, format=pattern, locale=self.locale))

    def _signed(self, text: str) -> str:
        """With a real minus sign, which stands as high as the figures, in every language."""
        return text.replace("-", MINUS)


def price_decimals(price: Decimal, currency: str, at_least: int | None = None) -> int:
    """How many decimals the price needs: the currency's or more, six at most."""
    needed = -int(price.normalize().as_tuple().exponent)
    return min(MICRO_DECIMALS, max(exponent(currency), needed, at_least or 0))


def printable(text: str) -> str:
    """The text without control characters and marks that turn its direction."""
    bare = _DIRECTION_MARKS.sub("", text)
    visible = "".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in bare)
    return re.sub(" +", " ", visible).strip()


@lru_cache(maxsize=50_000)
def phone_number(digits: str) -> str:
    """E.164 digits as people write them: +47 90 00 01 23; short codes stay as they are."""
    if len(digits) <= SHORT_CODE_DIGITS_MAX or not digits.isdigit():
        return digits
    try:
        number = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        return digits
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def in_groups_of_four(text: str) -> str:
    """DE89 3704 0044 0532 0130 00: an IBAN or RF reference as it is read aloud."""
    return "\u00a0".join(text[start : start + 4] for start in range(0, len(text), 4))


@lru_cache(maxsize=2_000)
def _day_and_month(day: date, locale: str) -> str:
    pattern = Locale.parse(locale).datetime_skeletons["MMdd"].pattern
    return str(format_date(day, pattern, locale=locale))
