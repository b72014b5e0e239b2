"""How alerts and unusual usage are told to people: what it is about, figures in their language."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from accounts.models import Subscription
from billing.usage.alerts.models import UsageAlert
from billing.usage.alerts.spike_models import SpikeKind
from billing.usage.allowances.models import AllowanceBalance
from catalog.models import Allowance
from core.formatting import format_money, format_number, format_quantity
from core.localised import localised
from core.money import from_micro

MONEY_KINDS = {SpikeKind.COST, SpikeKind.DESTINATION, SpikeKind.ROAMING}
_USAGE_TYPES = {"seconds": 1, "messages": 2, "bytes": 3}


@dataclass(frozen=True, slots=True)
class AlertWords:
    """What an alert is about; figures with their units, `left` is never below zero."""

    subject: str
    used: str
    limit: str
    left: str


def words_of(alerts: Iterable[UsageAlert], language: str) -> dict[int, AlertWords]:
    """The words of some alerts, by id; their accounts are loaded."""
    alerts = list(alerts)
    named = _allowances({each.account_id for each in alerts}, {each.code for each in alerts})
    return {each.pk: _words(each, named.get((*_key(each), each.code)), language) for each in alerts}


def kind_in_words(kind: str) -> str:
    """What is unusual, in the active language."""
    return {
        SpikeKind.VOICE: _("much calling"),
        SpikeKind.MESSAGES: _("many messages"),
        SpikeKind.DATA: _("much data"),
        SpikeKind.COST: _("high cost"),
        SpikeKind.DESTINATION: _("calls to expensive destinations"),
        SpikeKind.NIGHT: _("calls at night"),
        SpikeKind.ROAMING: _("usage while roaming"),
    }[SpikeKind(kind)]


def figure_in_words(kind: str, quantity: int, currency: str, language: str) -> str:
    """A figure of a line's day: duration, count, volume or amount."""
    if kind in MONEY_KINDS:
        return format_money(from_micro(quantity), currency, language)
    if kind == SpikeKind.VOICE:
        return format_quantity(quantity, 1, language)
    if kind == SpikeKind.DATA:
        return format_quantity(quantity, 3, language)
    return format_number(quantity, language)


def line_in_words(line: Subscription) -> str:
    """The customer's name for it, else its number, else its code."""
    if line.label:
        return line.label
    held = max(line.numbers.all(), key=lambda row: row.during.lower, default=None)
    return f"+{held.number.number}" if held is not None else line.code


def _words(alert: UsageAlert, allowance: Allowance | None, language: str) -> AlertWords:
    write = _writer(alert, allowance, language)
    if alert.subject == UsageAlert.Subject.CAP:
        subject = _("Spend cap")
    else:
        subject = localised(allowance.description, language) if allowance else alert.code
    return AlertWords(
        subject, write(alert.level), write(alert.limit), write(max(alert.limit - alert.level, 0))
    )


def _writer(alert: UsageAlert, allowance: Allowance | None, language: str) -> Callable[[int], str]:
    unit = allowance.unit if allowance is not None else "messages"
    if alert.subject == UsageAlert.Subject.CAP or unit == Allowance.Unit.MONEY:
        currency = alert.account.currency
        return lambda quantity: format_money(from_micro(quantity), currency, language)
    return lambda quantity: format_quantity(quantity, _USAGE_TYPES[unit], language)


def _key(row: UsageAlert | AllowanceBalance) -> tuple[int, int | None, date]:
    return row.account_id, row.subscription_id, row.period_start


def _allowances(
    accounts: set[int], codes: set[str]
) -> dict[tuple[int, int | None, date, str], Allowance]:
    """The newest allowance of each code that an account's period has a grant of."""
    rows = AllowanceBalance.objects.filter(
        account_id__in=accounts, allowance__code__in=codes
    ).select_related("allowance")
    return {(*_key(row), row.allowance.code): row.allowance for row in rows.order_by("pk")}
