"""Tell customers what their usage reached: a message each by the channels they left on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db.models import Sum
from django.urls import reverse
from django.utils import translation

from accounts.links import portal_address
from accounts.models import Account, Subscription
from accounts.services.queue_message import queue_message
from accounts.services.render_message import render_message
from accounts.topics import EMAIL, IN_APP, SMS
from billing.usage.alerts.caps import Cap, cap_on
from billing.usage.alerts.message_events import ALLOWANCE_EVENT, CAP_EVENT, SPIKE_EVENT
from billing.usage.alerts.models import CapKind, UsageAlert
from billing.usage.alerts.readers import Reader, readers_of
from billing.usage.alerts.spike_models import SpikeFlag
from billing.usage.alerts.words import (
    MONEY_KINDS,
    figure_in_words,
    kind_in_words,
    line_in_words,
    words_of,
)
from billing.usage.models import UsageSummary
from core.errors import DomainError
from core.formatting import format_day, format_money
from core.money import from_micro
from core.periods import local_date, period_containing

# Older news of usage helps nobody.
KEPT = timedelta(days=3)

Values = dict[str, object]


def tell_alert(alert_id: int, *, now: datetime) -> int:
    """Queue what is said about a threshold that was crossed; how many messages were new.

    Owners hear of all their account's alerts, line owners of their lines', without amounts. Call
    it in the transaction that notes the news as told.
    """
    alert = UsageAlert.objects.select_related("account__brand", "subscription").get(pk=alert_id)
    event = CAP_EVENT if alert.subject == UsageAlert.Subject.CAP else ALLOWANCE_EVENT
    return _tell(
        event,
        f"usage_alert:{alert.pk}",
        alert.account,
        alert.subscription,
        lambda reader: _alert_values(alert, reader, now),
        now,
    )


def tell_spike(flag_id: int, *, now: datetime) -> int:
    """Queue a notice of unusual usage; how many messages were new."""
    flag = SpikeFlag.objects.select_related("account__brand", "subscription").get(pk=flag_id)
    return _tell(
        SPIKE_EVENT,
        f"usage_spike:{flag.pk}",
        flag.account,
        flag.subscription,
        lambda reader: _spike_values(flag, reader),
        now,
    )


def _tell(
    event: str,
    key: str,
    account: Account,
    subscription: Subscription | None,
    values: Callable[[Reader], Values],
    now: datetime,
) -> int:
    told = 0
    for reader in readers_of(account, subscription):
        with translation.override(reader.language):
            said = values(reader)
        for channel, address in _channels(reader):
            who = reader.person.pk if reader.person else 0
            try:
                message = queue_message(
                    event=event,
                    account=account,
                    person=reader.person,
                    language=reader.language,
                    channel=channel,
                    to_address=address,
                    content=render_message(
                        event, reader.language, account.brand, said, channel=channel
                    ),
                    unique_key=f"{key}:{who}:{channel}",
                    queued_at=now,
                    expires_at=now + KEPT,
                )
            except DomainError:
                continue  # a number that is none must not hold up the other news
            told += message is not None
    return told


def _channels(reader: Reader) -> list[tuple[str, str]]:
    """By which ways a reader can be told; the sender leaves out those they switched off.

    A notice in the portal is for who sees the account there.
    """
    ways = [(EMAIL, reader.email)] if reader.email else []
    if reader.phone and settings.SMS_URL:
        ways.append((SMS, reader.phone))
    if reader.sees_money:
        ways.append((IN_APP, ""))
    return ways


def _alert_values(alert: UsageAlert, reader: Reader, now: datetime) -> Values:
    account, language = alert.account, reader.language
    period = period_containing(alert.period_start, account.bill_day)
    line = alert.subscription
    spent = _spent(account, alert)
    values: Values = _common(account, line, reader, "alerts") | {
        "percent": str(alert.threshold),
        "until": format_day(period.end - timedelta(days=1), language),
        "so_far": format_money(spent, account.currency, language) if reader.sees_money else "",
        "plan_link": _plan_link(account, line, reader),
    }
    if alert.subject == UsageAlert.Subject.CAP:
        return values | _cap_values(alert, reader, now)
    return values | _allowance_values(alert, reader)


def _allowance_values(alert: UsageAlert, reader: Reader) -> Values:
    words = words_of([alert], reader.language)[alert.pk]
    return {
        "all_used": "yes" if alert.threshold >= 100 else "",
        "allowance": words.subject,
        "used": words.used,
        "included": words.limit,
        "left": words.left,
    }


def _cap_values(alert: UsageAlert, reader: Reader, now: datetime) -> Values:
    account, line = alert.account, alert.subscription
    cap: Cap | None = None
    if line is not None:
        line.account = account
        cap = cap_on(line, local_date(now, account.brand.zone))
    blocks = cap is not None and cap.kind == CapKind.BLOCK and cap.code == alert.code

    words = words_of([alert], reader.language)[alert.pk]
    return {
        "reached": "yes" if alert.threshold >= 100 else "",
        "blocked": "yes" if blocks else "",
        "cap": words.limit if reader.sees_money else "",
        "spent": words.used if reader.sees_money else "",
    }


def _spike_values(flag: SpikeFlag, reader: Reader) -> Values:
    shown = reader.sees_money or flag.kind not in MONEY_KINDS

    def words(quantity: int | None) -> str:
        if quantity is None or not shown:
            return ""
        return figure_in_words(flag.kind, quantity, flag.account.currency, reader.language)

    return _common(flag.account, flag.subscription, reader, "usage") | {
        "what": kind_in_words(flag.kind),
        "day": format_day(flag.day, reader.language),
        "seen": words(flag.seen),
        "usual": words(flag.median),
    }


def _common(account: Account, line: Subscription | None, reader: Reader, page: str) -> Values:
    # Line owners have one page of their own.
    path = page if reader.sees_money else "lines"
    return {
        "name": " ".join(reader.name.split()),
        "account_number": account.number,
        "line": line_in_words(line) if line is not None else "",
        "link": portal_address(account.brand, reverse(path, "config.urls")),
    }


def _plan_link(account: Account, line: Subscription | None, reader: Reader) -> str:
    if line is None or not reader.sees_money:
        return ""
    path = reverse("service-plan", "config.urls", args=[line.pk])
    return portal_address(account.brand, path)


def _spent(account: Account, alert: UsageAlert) -> Decimal:
    """What the usage of the account costs in the alert's period so far."""
    rows = UsageSummary.objects.filter(account=account, period_start=alert.period_start)
    return from_micro(int(rows.aggregate(all=Sum("amount"))["all"] or 0))
