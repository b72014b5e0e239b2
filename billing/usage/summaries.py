"""Usage periods and their sums: what bills and balances read, and what was dropped of it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from accounts.models.people import Account
from accounts.models.subscriptions import Subscription
from catalog.models import PlanVersion
from catalog.models.decks import UsageCategory
from core.one_brand import keeps_its_owner, one_brand


class UsagePeriod(models.Model):
    """A closed usage period of an account, `[start, end)` in the brand's zone.

    A row exists from the moment an account is calculated: what arrives from then on is late.
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="usage_periods")
    start = models.DateField()
    end = models.DateField()
    closed_at = models.DateTimeField()

    class Meta:
        ordering = ("account", "start")
        constraints = (
            models.UniqueConstraint(fields=("account", "start"), name="usage_period_once"),
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="usage_period_not_empty"),
        )

    def __str__(self) -> str:
        return f"{self.account_id} {self.start}–{self.end}"


class UsageSummary(models.Model):
    """What bills and balances read: one row for each key, added to as records are rated.

    `amount`, `cost` and what money allowances `paid` are millionths of the currency unit, in the
    brand's price mode.
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="usage_summaries")
    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="usage_summaries")
    period_start = models.DateField()
    origin_start = models.DateField()
    category = models.ForeignKey(UsageCategory, models.PROTECT, related_name="+")
    plan_version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="+")
    usage_type = models.SmallIntegerField(help_text="1 voice, 2 SMS, 3 data.")
    records = models.BigIntegerField()
    quantity = models.BigIntegerField()
    billed = models.BigIntegerField()
    covered = models.BigIntegerField(default=0)
    paid = models.BigIntegerField(default=0)
    amount = models.BigIntegerField()
    cost = models.BigIntegerField()

    class Meta:
        ordering = ("subscription", "period_start", "origin_start", "category")
        verbose_name_plural = "usage summaries"
        constraints = (
            models.UniqueConstraint(
                fields=(
                    "subscription",
                    "period_start",
                    "origin_start",
                    "category",
                    "plan_version",
                    "usage_type",
                ),
                name="usage_summary_key_once",
            ),
        )
        indexes = (
            models.Index(fields=("account", "period_start"), name="usage_summary_by_account"),
        )
        triggers = (
            *one_brand(
                ("account", "subscription__account"),
                ("account__brand", "category__brand"),
                ("account__brand", "plan_version__plan__brand"),
            ),
            keeps_its_owner("subscription"),
        )

    def __str__(self) -> str:
        return f"{self.subscription_id} {self.period_start} {self.category_id}"


class DroppedUsage(models.Model):
    """What the records were that the retention has dropped: their sums, by the key of a summary.

    Summaries, allowances and cumulative prices count these records for ever; `counted` are the
    units of them that a cumulative price counts.
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="+")
    period_start = models.DateField()
    origin_start = models.DateField()
    category = models.ForeignKey(UsageCategory, models.PROTECT, related_name="+")
    plan_version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="+")
    usage_type = models.SmallIntegerField(help_text="1 voice, 2 SMS, 3 data.")
    records = models.BigIntegerField()
    quantity = models.BigIntegerField()
    billed = models.BigIntegerField()
    covered = models.BigIntegerField()
    paid = models.BigIntegerField()
    amount = models.BigIntegerField()
    cost = models.BigIntegerField()
    counted = models.BigIntegerField()

    class Meta:
        ordering = ("subscription", "period_start", "origin_start", "category")
        verbose_name_plural = "dropped usage"
        constraints = (
            models.UniqueConstraint(
                fields=(
                    "subscription",
                    "period_start",
                    "origin_start",
                    "category",
                    "plan_version",
                    "usage_type",
                ),
                name="dropped_usage_key_once",
            ),
        )
        triggers = (
            *one_brand(
                ("account", "subscription__account"),
                ("account__brand", "category__brand"),
                ("account__brand", "plan_version__plan__brand"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.subscription_id} {self.period_start} {self.category_id}"
