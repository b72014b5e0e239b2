"""Reads behind the pages of alerts and spend caps."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from accounts.models import Subscription
from billing.usage.alerts.caps import Cap, Caps, settings_of
from billing.usage.alerts.models import ExtrasBar, UsageAlert
from billing.usage.alerts.words import AlertWords, line_in_words, words_of
from billing.usage.any_of import any_of
from billing.usage.models import UsageSummary
from core.money import from_micro
from core.periods import Period
from portal.access import Visit
from portal.queries import label_of, plan_of

ALERTS_MAX = 50


@dataclass(frozen=True, slots=True)
class CappedLine:
    """A service with the cap that holds today, what its usage costs so far, and its bar."""

    subscription: Subscription
    label: str
    plan: str
    cap: Cap | None
    spent: Decimal
    bar: ExtrasBar | None

    @property
    def per_cent(self) -> int:
        """How much of the cap is used, at most 100."""
        if self.cap is None:
            return 0
        return min(100, int(self.spent * 100 / self.cap.amount))


@dataclass(frozen=True, slots=True)
class SentAlert:
    """An alert as the customer reads it."""

    alert: UsageAlert
    words: AlertWords
    line: str


def capped_lines(
    visit: Visit, period: Period, subscriptions: list[Subscription]
) -> list[CappedLine]:
    """These services; three queries, however many there are."""
    ids = [row.pk for row in subscriptions]
    caps = Caps(settings_of(visit.brand), ids)
    spent = dict(
        UsageSummary.objects.filter(
            any_of("subscription_id", ids), period_start=period.start, origin_start=period.start
        )
        .order_by()
        .values_list("subscription_id")
        .annotate(Sum("amount"))
    )
    bars = ExtrasBar.objects.filter(any_of("subscription_id", ids), lifted_at=None)
    barred = {bar.subscription_id: bar for bar in bars}
    return [
        CappedLine(
            subscription=row,
            label=label_of(row, visit.today),
            plan=plan_of(row, visit.today, visit.language),
            cap=caps.on(row.pk, visit.today),
            spent=from_micro(int(spent.get(row.pk) or 0)),
            bar=barred.get(row.pk),
        )
        for row in subscriptions
    ]


def sent_alerts(visit: Visit) -> list[SentAlert]:
    """What the customer was told of allowances and caps, newest first."""
    rows = list(
        UsageAlert.objects.filter(any_of("account_id", visit.ids), told=True)
        .select_related("account", "subscription")
        .prefetch_related("subscription__numbers__number")[:ALERTS_MAX]
    )
    words = words_of(rows, visit.language)
    return [
        SentAlert(row, words[row.pk], line_in_words(row.subscription) if row.subscription else "")
        for row in rows
    ]
