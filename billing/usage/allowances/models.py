"""What allowances and cumulative prices keep: grants of usage periods, counted units, reversals."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from accounts.models.people import Account
from accounts.models.subscriptions import Subscription
from billing.usage.models import UsageSource
from catalog.models import Allowance, Charge, PlanVersion
from catalog.models.decks import UsageCategory
from core.one_brand import one_brand


class AllowanceBalance(models.Model):
    """A grant of an allowance for a usage period, and how far it is used.

    Quantities are units (seconds, messages, bytes) or, of money, millionths of the currency unit;
    an empty `quantity` has no limit. Dates are the brand's; a record that starts on `closes` or
    later can't use it. `contributions` are pairs of subscription (of a shared one 0) and what it
    adds, `users` pairs of subscription and the day from which it may use it. `expires` decides
    the order of consumption and until when the rest may be carried; `granted` is the day on which
    it was opened first: before the period for what was carried into it. `carried` is what went
    into the next period when this one was closed; empty before. Of equal grants (an add-on bought
    twice) `position` tells which.

    `used_up_from`, `last_start` and `spare` say whether a record that arrives late changes others:
    see `billing.rating.allowances.GrantState`. Instants are microseconds since 1970, UTC.
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="allowance_balances")
    subscription = models.ForeignKey(
        Subscription, models.PROTECT, null=True, related_name="allowance_balances"
    )
    allowance = models.ForeignKey(Allowance, models.PROTECT, related_name="balances")
    period_start = models.DateField()
    opens = models.DateField()
    closes = models.DateField()
    expires = models.DateField()
    granted = models.DateField()
    position = models.PositiveSmallIntegerField(default=0)
    quantity = models.BigIntegerField(null=True)
    used = models.BigIntegerField(default=0)
    used_before = models.BigIntegerField(
        default=0, help_text="Of it, what the system before counted."
    )
    carried = models.BigIntegerField(null=True)
    contributions = models.JSONField()
    users = models.JSONField()
    used_up_from = models.BigIntegerField(null=True)
    last_start = models.BigIntegerField(null=True)
    spare = models.BigIntegerField(null=True)

    class Meta:
        ordering = ("account", "period_start", "opens", "granted", "position")
        constraints = (
            models.UniqueConstraint(
                fields=(
                    "account",
                    "period_start",
                    "allowance",
                    "subscription",
                    "opens",
                    "granted",
                    "position",
                ),
                nulls_distinct=False,
                name="allowance_balance_once",
            ),
            models.CheckConstraint(
                condition=Q(used__gte=0, used_before__gte=0)
                & (
                    Q(quantity__isnull=True, carried__isnull=True)
                    | Q(quantity__isnull=True, carried=0)
                    | Q(quantity__gte=0, carried__isnull=True, used__lte=F("quantity"))
                    | Q(
                        quantity__isnull=False,
                        carried__isnull=False,
                        carried__gte=0,
                        used__lte=F("quantity") - F("carried"),
                    )
                ),
                name="allowance_balance_used_within_granted",
            ),
            models.CheckConstraint(
                condition=Q(closes__gte=F("opens"), expires__gte=F("closes"))
                & Q(granted__lte=F("opens")),
                name="allowance_balance_dates_in_order",
            ),
        )
        triggers = (
            *one_brand(
                ("account", "subscription__account"),
                ("account__brand", "allowance__version__plan__brand"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.account_id} {self.period_start} {self.allowance_id}"

    @property
    def left(self) -> int | None:
        """What records may still use; None without limit."""
        return None if self.quantity is None else self.quantity - self.used - (self.carried or 0)


class CumulativeUsage(models.Model):
    """Units that a cumulative price counts in a usage period, and what they cost.

    The price is that of the whole period's units of `charge`; `amount` (millionths) is the share
    of one category and usage type. Late records are not counted: they carry their own amount.
    """

    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="cumulative_usage")
    origin_start = models.DateField()
    plan_version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="+")
    charge = models.ForeignKey(Charge, models.PROTECT, related_name="+")
    category = models.ForeignKey(UsageCategory, models.PROTECT, related_name="+")
    usage_type = models.SmallIntegerField(help_text="1 voice, 2 SMS, 3 data.")
    units = models.BigIntegerField()
    amount = models.BigIntegerField()

    class Meta:
        ordering = ("subscription", "origin_start", "charge", "category", "usage_type")
        verbose_name_plural = "cumulative usage"
        constraints = (
            models.UniqueConstraint(
                fields=(
                    "subscription",
                    "origin_start",
                    "plan_version",
                    "charge",
                    "category",
                    "usage_type",
                ),
                name="cumulative_usage_once",
            ),
        )
        triggers = (
            *one_brand(
                ("subscription__account__brand", "plan_version__plan__brand"),
                ("subscription__account__brand", "category__brand"),
                ("plan_version", "charge__version"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.subscription_id} {self.origin_start} {self.charge_id}"


class UsageCorrection(models.Model):
    """Which record a correction reverses: each at most once.

    Both are named by their source, key and start, as `UsageRecord` has them.
    """

    source = models.ForeignKey(UsageSource, models.PROTECT, related_name="corrections")
    key = models.UUIDField()
    start_at = models.DateTimeField()
    corrected_key = models.UUIDField()
    corrected_start_at = models.DateTimeField()

    class Meta:
        ordering = ("corrected_start_at", "corrected_key")
        constraints = (
            models.UniqueConstraint(
                fields=("corrected_key", "corrected_start_at"), name="usage_corrected_once"
            ),
            models.UniqueConstraint(fields=("key", "start_at"), name="usage_correction_once"),
        )

    def __str__(self) -> str:
        return f"{self.key} reverses {self.corrected_key}"
