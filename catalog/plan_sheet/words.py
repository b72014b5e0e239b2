"""Amounts, quantities and spans of time as a plan sheet writes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.formatting import NO_BREAK_SPACE, format_exact_money, format_number
from core.localised import localised
from core.models import Brand
from core.money import round_amount

GIGABYTE, MEGABYTE = 1024**3, 1024**2
# The unit people compare by, and how many units of the record it is.
STANDARD_UNITS = {"voice": 60, "sms": 1, "data": MEGABYTE}


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One fact: what it is, how much, and a remark."""

    label: str
    value: str = ""
    note: str = ""


class Words:
    """Writes figures in one language, for one brand's currency."""

    def __init__(self, brand: Brand, language: str) -> None:
        self.brand = brand
        self.language = language

    def text(self, texts: Mapping[str, str]) -> str:
        """A text that the brand keeps by language."""
        return localised(texts, self.language)

    def money(self, amount: Decimal) -> str:
        """An exact amount with its currency and all its decimals."""
        return format_exact_money(amount, self.brand.currency, self.language)

    def number(self, number: int) -> str:
        """A whole number."""
        return format_number(number, self.language)

    def percent(self, share: Decimal) -> str:
        """So many per cent: 25 %."""
        figure = f"{share.normalize():f}"
        point = "." if self.language == "en" else ","
        return f"{figure.replace('.', point)}{NO_BREAK_SPACE}%"

    def months(self, months: int) -> str:
        """12 months, 1 month."""
        return ngettext("%(count)s month", "%(count)s months", months) % {
            "count": self.number(months)
        }

    def days(self, days: int) -> str:
        """14 days, 1 day."""
        return ngettext("%(count)s day", "%(count)s days", days) % {"count": self.number(days)}

    def every(self, price: str, months: int) -> str:
        """A price and how often it is charged: 299,00 kr a month."""
        if months == 1:
            return _("%(price)s a month") % {"price": price}
        if months == 12:
            return _("%(price)s a year") % {"price": price}
        return _("%(price)s every %(count)s months") % {
            "price": price,
            "count": self.number(months),
        }

    def quantity(self, unit: str, quantity: Decimal) -> str:
        """An allowance's quantity: 300 minutes, 10 GB, 100 messages, 50,00 kr."""
        if unit == "money":
            return self.money(quantity)
        return self.units({"seconds": "voice", "bytes": "data"}.get(unit, "sms"), int(quantity))

    def units(self, usage_type: str, count: int) -> str:
        """So many units of a type of usage, in the largest unit that divides them."""
        if usage_type == "voice":
            if count % 60 == 0:
                minutes = count // 60
                return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {
                    "count": self.number(minutes)
                }
            return ngettext("%(count)s second", "%(count)s seconds", count) % {
                "count": self.number(count)
            }
        if usage_type == "sms":
            return ngettext("%(count)s message", "%(count)s messages", count) % {
                "count": self.number(count)
            }
        for name, size in (("GB", GIGABYTE), ("MB", MEGABYTE), ("kB", 1024)):
            if count % size == 0 and count >= size:
                return f"{self.number(count // size)}{NO_BREAK_SPACE}{name}"
        return f"{self.number(count)}{NO_BREAK_SPACE}B"

    def per_unit(self, price: Decimal, per: int, usage_type: str) -> str:
        """A price for the unit that people compare by: 0,49 kr a minute.

        A price that has no exact form for it is given for its own number of units.
        """
        standard = STANDARD_UNITS[usage_type]
        exact = price * standard / per
        if exact == round_amount(exact, 6):
            price, per = exact, standard
        words = {
            ("voice", 60): _("%(price)s a minute"),
            ("sms", 1): _("%(price)s a message"),
            ("data", MEGABYTE): _("%(price)s a MB"),
        }
        fitting = words.get((usage_type, per), _("%(price)s for %(units)s"))
        return fitting % {"price": self.money(price), "units": self.units(usage_type, per)}
