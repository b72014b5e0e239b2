"""Limits that customers are warned at: spend caps, the thresholds that were crossed, bars."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from accounts.models import Account, Order, Subscription
from core.history import tracked
from core.one_brand import SameBrand, one_brand
from core.triggers import frozen, no_truncate

# Per cent of an allowance or a cap at which somebody is told.
THRESHOLDS = (50, 80, 100)


class CapKind(models.TextChoices):
    """What a spend cap does when it is reached."""

    NOTIFY = "notify", "tell the customer"
    BLOCK = "block", "tell the customer and block extras"
    NONE = "none", "no cap, not even the brand's"


@tracked()
class SpendCap(models.Model):
    """How much usage may cost in a usage period of a subscription before something is done.

    `amount` is in the account's currency and the brand's price mode; late usage doesn't count. The
    cap that holds on a day is the one in force then; where there is none, the brand's default.
    """

    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="spend_caps")
    during = DateRangeField(help_text="From this date, until before that one.")
    kind = models.CharField(max_length=10, choices=CapKind.choices)
    amount = models.DecimalField(max_digits=18, decimal_places=3, null=True, blank=True)

    class Meta:
        ordering = ("subscription", "during")
        constraints = (
            ExclusionConstraint(
                name="spend_cap_one_at_a_time",
                expressions=(
                    ("subscription", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ),
            ),
            models.CheckConstraint(
                condition=Q(during__isempty=False, during__startswith__isnull=False),
                name="spend_cap_span_has_a_start",
            ),
            models.CheckConstraint(
                condition=Q(kind="none", amount__isnull=True)
                | Q(kind__in=("notify", "block"), amount__gt=0, amount__isnull=False),
                name="spend_cap_kind_fits_its_amount",
            ),
        )

    def __str__(self) -> str:
        return f"{self.subscription} {self.kind} {self.during}"


class UsageAlert(models.Model):
    """A threshold that an allowance or a spend cap crossed in a usage period: once, for ever.

    Of an allowance, `code` is its code, and an own one names its subscription; of a cap `code` is
    its amount, so that a cap that is raised counts anew. `level` and `limit` are what was used and
    what there was when it crossed: units, or millionths of the currency unit. Where a batch of
    records crossed several thresholds, only the highest is `told`; nothing is told of a period
    that is closed. An alert is never unsent, also where usage falls below and crosses again.
    """

    class Subject(models.TextChoices):
        ALLOWANCE = "allowance", "allowance"
        CAP = "cap", "spend cap"

    account = models.ForeignKey(Account, models.PROTECT, related_name="usage_alerts")
    subscription = models.ForeignKey(
        Subscription, models.PROTECT, null=True, blank=True, related_name="usage_alerts"
    )
    period_start = models.DateField()
    subject = models.CharField(max_length=10, choices=Subject.choices)
    code = models.CharField(max_length=40)
    threshold = models.PositiveSmallIntegerField(help_text="Per cent.")
    level = models.BigIntegerField()
    limit = models.BigIntegerField()
    told = models.BooleanField()
    crossed_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("account", "period_start", "subject", "code", "subscription", "threshold"),
                nulls_distinct=False,
                name="usage_alert_once",
            ),
            models.CheckConstraint(
                condition=Q(threshold__in=THRESHOLDS)
                & (Q(subject="allowance") | Q(subject="cap", subscription__isnull=False)),
                name="usage_alert_words_are_known",
            ),
            models.CheckConstraint(
                condition=Q(limit__gt=0, level__gt=0), name="usage_alert_has_a_level_and_a_limit"
            ),
        )
        triggers = (frozen(), no_truncate(), SameBrand(("account", "subscription__account")))

    def __str__(self) -> str:
        return f"{self.subject} {self.code} of {self.account_id}: {self.threshold} %"


class ExtrasBar(models.Model):
    """A bar on extras that a spend cap brought about, from its order to the one that lifts it.

    What costs nothing beyond the plan goes on. `until` is the first day of the next usage period:
    from then on the bar is lifted by itself. The network does what the orders say.
    """

    class Lifted(models.TextChoices):
        PERIOD = "period", "the usage period ended"
        PERSON = "person", "somebody lifted it"
        CAP = "cap", "the cap was changed"

    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="extras_bars")
    period_start = models.DateField()
    until = models.DateField()
    cap_amount = models.DecimalField(max_digits=18, decimal_places=3)
    bar_order = models.OneToOneField(Order, models.PROTECT, related_name="extras_bar")
    barred_at = models.DateTimeField()
    lift_order = models.OneToOneField(
        Order, models.PROTECT, null=True, blank=True, related_name="extras_bar_lifted"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_because = models.CharField(max_length=10, choices=Lifted.choices, blank=True)
    lifted_by = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("subscription",),
                condition=Q(lifted_at__isnull=True),
                name="extras_bar_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(cap_amount__gt=0, until__gt=F("period_start")),
                name="extras_bar_of_a_cap_and_a_period",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lift_order__isnull=True, lifted_because="")
                | Q(
                    lifted_at__isnull=False,
                    lift_order__isnull=False,
                    lifted_because__in=("period", "person", "cap"),
                ),
                name="extras_bar_lifted_by_an_order",
            ),
        )
        triggers = (
            *one_brand(
                ("subscription__account", "bar_order__account"),
                ("subscription__account", "lift_order__account"),
            ),
            no_truncate(),
        )

    def __str__(self) -> str:
        return f"{self.subscription} barred from {self.barred_at:%Y-%m-%d}"
