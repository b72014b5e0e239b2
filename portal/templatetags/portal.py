"""How templates write amounts, dates and quantities: as documents do, in the page's language."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel.dates import format_date, format_skeleton
from django import template
from django.forms import BoundField
from django.template.context import Context
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from billing.documents.composition.itemisation import how_priced
from billing.documents.composition.lines import included_note
from billing.documents.formats import SMS, Formats, in_groups_of_four, phone_number
from billing.invoicing.models import InvoiceLine
from billing.usage.queries import UsageItem
from core.localised import localised

register = template.Library()
NO_BREAK_SPACE = "\xa0"


@lru_cache(maxsize=64)
def formats_of(language: str, currency: str = "EUR", zone: str = "UTC") -> Formats:
    """The writer of values; where only dates and counts are written, any currency will do."""
    return Formats(language, currency, zone)


def _formats(currency: str = "EUR", zone: str = "UTC") -> Formats:
    return formats_of(get_language() or "en", currency, zone)


def _unbroken(text: str) -> str:
    return text.replace(" ", NO_BREAK_SPACE)


@register.filter
def money(amount: Decimal, currency: str) -> str:
    """`{{ invoice.total|money:invoice.currency }}`: 905,07 kr."""
    return _formats(currency).money(amount)


@register.filter
def amount(value: Decimal, currency: str) -> str:
    """The same without the currency, for columns."""
    return _formats(currency).amount(value)


@register.filter
def price(value: Decimal, currency: str) -> str:
    """An exact amount with all its decimals, without the currency."""
    return _formats(currency).price(value)


@register.filter
def rate(value: Decimal) -> str:
    """A percentage."""
    return _formats().percent(value)


@register.filter
def absolute(value: Decimal) -> Decimal:
    """The amount without its sign."""
    return abs(value)


@register.filter
def negative(value: Decimal) -> Decimal:
    """The amount with the other sign."""
    return -value


@register.filter
def day(value: date) -> str:
    """14 Nov 2026."""
    return _unbroken(_formats().day(value))


@register.filter
def short_day(value: date) -> str:
    """A day whose year goes without saying: 14 Nov."""
    return _unbroken(format_skeleton("MMMd", value, locale=_formats().locale))


@register.filter
def month(value: date) -> str:
    """November 2026."""
    return _unbroken(format_date(value, "LLLL y", locale=_formats().locale))


@register.filter
def days_until(start: date, end: date) -> str:
    """The half-open period from `start` by its first and last day: 1–30 Nov 2026."""
    return _unbroken(_formats().span(start, end))


@register.filter
def local_day(instant: datetime, zone: str) -> str:
    """The day of an instant in the brand's zone."""
    return day(instant.astimezone(_formats(zone=zone).zone).date())


@register.filter
def clock(instant: datetime, zone: str) -> str:
    """The time of day in the brand's zone."""
    return f"{instant.astimezone(_formats(zone=zone).zone):%H:%M:%S}"


@register.filter
def hour_and_minute(instant: datetime, zone: str) -> str:
    """The time of day in the brand's zone, without seconds: 14:05."""
    return f"{instant.astimezone(_formats(zone=zone).zone):%H:%M}"


@register.filter
def day_before(value: date) -> date:
    """The last day before this one."""
    return value - timedelta(days=1)


@register.filter
def of_key(values: dict[int, Any], key: int) -> Any:
    """`{{ meters|of_key:service.pk }}`: what a dictionary holds, or nothing."""
    return values.get(key)


@register.filter
def phone(number: str) -> str:
    """A number as people write it."""
    return _unbroken(phone_number(number))


@register.filter
def grouped(text: str) -> str:
    """An IBAN in groups of four."""
    return in_groups_of_four(text)


@register.filter
def text_in(texts: Any, language: str) -> str:
    """One of a brand's own texts, in the page's language."""
    return localised(texts, language) if isinstance(texts, dict) else str(texts)


@register.simple_tag
def quantity(value: int, usage_type: int) -> str:
    """What was used: 1:02:03, 11 messages, 1.2 GB."""
    return uses(value, usage_type) if usage_type == SMS else _formats().quantity(usage_type, value)


@register.simple_tag
def included(item: UsageItem) -> str:
    """Of an event: included, 0:01:00 included, priced together, or nothing."""
    return how_priced(item, _formats())


@register.simple_tag
def covered_part(line: InvoiceLine) -> str:
    """What allowances covered of a bill's line, or nothing."""
    return included_note(line, _formats())


@register.simple_tag
def uses(records: int | None, usage_type: int | None) -> str:
    """How many calls, messages or sessions."""
    return _formats().events(usage_type, records or 0)


@register.simple_tag
def due_in_words(due: date, today: date) -> str:
    """How far off a due date is, in words."""
    days = (due - today).days
    if days == 0:
        return _("today")
    if days > 0:
        return ngettext("in %(days)s day", "in %(days)s days", days) % {"days": days}
    return ngettext("%(days)s day ago", "%(days)s days ago", -days) % {"days": -days}


@register.inclusion_tag("portal/parts/field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """One form field: label, hint, error and input, tied together for screen readers."""
    described = []
    if bound.help_text:
        described.append(f"{bound.id_for_label}-hint")
    if bound.errors:
        described.append(f"{bound.id_for_label}-error")
    attributes: dict[str, Any] = {}
    if described:
        attributes["aria-describedby"] = " ".join(described)
    if bound.errors:
        attributes["aria-invalid"] = "true"
    return {"field": bound, "widget": bound.as_widget(attrs=attributes)}


@register.simple_tag(takes_context=True)
def here(context: Context, section: str) -> str:
    """Marks the navigation's entry of the page that is shown."""
    match = getattr(context.get("request"), "resolver_match", None)
    name = match.view_name if match else ""
    return "page" if name == section or name.startswith(section + "-") else ""
