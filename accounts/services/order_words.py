"""What orders ask for in the customer's words: kinds of items and the facts beside them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import OrderItem
from core.formatting import format_day

Kind = OrderItem.Kind


def kind_in_words(kind: str) -> str:
    """What shall happen, in the active language."""
    return {
        Kind.NEW_SUBSCRIPTION: _("New service"),
        Kind.PLAN_CHANGE: _("Change of plan"),
        Kind.ADD_ON: _("Add-on"),
        Kind.PAUSE: _("Pause"),
        Kind.RESUME: _("End of the pause"),
        Kind.CANCEL: _("Cancellation"),
        Kind.NUMBER_CHANGE: _("Change of number"),
        Kind.SIM_CHANGE: _("Change of SIM card"),
        Kind.BAR_EXTRAS: _("Bar on extras"),
        Kind.LIFT_BAR: _("End of the bar on extras"),
    }[Kind(kind)]


def facts_of(item: OrderItem, language: str) -> list[list[str]]:
    """Label and value of what was said beside an item; dates are written out."""
    labels = {
        "label": _("Called"),
        "location": _("Location"),
        "number": _("Phone number"),
        "iccid": _("SIM card"),
        "when": _("When"),
        "ends_on": _("First day without it"),
        "until": _("Until"),
        "effective_on": _("First day without it"),
        "reason": _("Reason"),
        "note": _("Note"),
    }
    details = sorted(item.details.items(), key=lambda fact: (*labels,).index(fact[0]))
    return [[labels[name], _value(value, language)] for name, value in details if value]


def _value(value: Any, language: str) -> str:
    """`next_period` and `now` in words; a day as the language writes it."""
    words = {"next_period": _("with the next period"), "now": _("at once")}
    text = str(value)
    try:
        return words.get(text) or format_day(date.fromisoformat(text), language)
    except ValueError:
        return text
