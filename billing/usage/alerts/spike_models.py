"""Unusual usage: what a line used on a day, what a brand thinks unusual, flags for staff."""

from __future__ import annotations

from datetime import time
from decimal import Decimal
from typing import TypeAlias

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from accounts.models import Account, Subscription
from billing.usage.alerts.models import CapKind
from catalog.models import DestinationGroup, UsageCategory
from core.history import tracked
from core.models import Brand
from core.one_brand import one_brand
from core.triggers import no_truncate


class SpikeKind(models.TextChoices):
    """What of a line's day is watched; the names of `LineDay`'s figures."""

    VOICE = "voice", "much calling"
    MESSAGES = "messages", "many messages"
    DATA = "data", "much data"
    COST = "cost", "high cost"
    DESTINATION = "destination", "expensive destinations"
    NIGHT = "night", "calls at night"
    ROAMING = "roaming", "roaming"


class LineDay(models.Model):
    """What a line used on one day, as it was rated: what spikes are measured by.

    Days are the brand's. Seconds, messages, bytes; `cost`, `destination` and `roaming` are
    millionths of what is charged; `night` are calls. Late usage is left out. Lean: plain ids, and
    one index.
    """

    pk = models.CompositePrimaryKey("subscription_id", "day")
    subscription_id = models.BigIntegerField()
    day = models.DateField()
    voice = models.BigIntegerField()
    messages = models.BigIntegerField()
    data = models.BigIntegerField()
    cost = models.BigIntegerField()
    destination = models.BigIntegerField()
    night = models.BigIntegerField()
    roaming = models.BigIntegerField()

    class Meta:
        ordering = ("subscription_id", "day")

    def __str__(self) -> str:
        return f"{self.subscription_id} {self.day}"


def _per_cent(default: int) -> models.PositiveSmallIntegerField[int, int]:
    return models.PositiveSmallIntegerField(
        default=default, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )


_Amount: TypeAlias = "models.DecimalField[Decimal | None, Decimal | None]"


def _amount(help_text: str = "") -> _Amount:
    return models.DecimalField(
        max_digits=18,
        decimal_places=3,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=help_text,
    )


@tracked()
class AlertSettings(models.Model):
    """What a brand warns of: its default spend cap, the bounds of customers' caps, spikes.

    Limits are for one line and day; an empty one switches its kind off. A day counts as a spike
    at the limit, or earlier where it is more than `median_factor` times the line's own median of
    the last `median_days` days with usage, and at least `floor_per_cent` of the limit.
    """

    brand = models.OneToOneField(Brand, models.PROTECT, related_name="alert_settings")
    default_cap_kind = models.CharField(
        max_length=10, choices=CapKind.choices, default=CapKind.NONE
    )
    default_cap_amount = _amount("For lines without a cap of their own.")
    cap_least = models.DecimalField(
        max_digits=18, decimal_places=3, default=0, help_text="What customers may set, at least."
    )
    cap_most = _amount("What customers may set, at most; empty: anything.")
    watch_spikes = models.BooleanField(default=True)
    tell_customers = models.BooleanField(default=True, help_text="Of spikes, by a message.")
    median_factor = models.PositiveSmallIntegerField(
        default=5, null=True, blank=True, help_text="Empty: only the limits count."
    )
    median_days = models.PositiveSmallIntegerField(default=28)
    days_least = models.PositiveSmallIntegerField(
        default=7, help_text="So many days with usage make a median."
    )
    floor_per_cent = _per_cent(20)
    voice_minutes = models.PositiveIntegerField(default=600, null=True, blank=True)
    messages = models.PositiveIntegerField(default=500, null=True, blank=True)
    data_megabytes = models.PositiveIntegerField(default=50_000, null=True, blank=True)
    cost = _amount()
    destination_cost = _amount("Of calls to expensive destinations.")
    night_calls = models.PositiveIntegerField(default=50, null=True, blank=True)
    roaming_cost = _amount()
    expensive_destinations = models.ForeignKey(
        DestinationGroup, models.PROTECT, null=True, blank=True, related_name="+"
    )
    expensive_minute = _amount("A call that costs so much a minute is expensive, wherever it goes.")
    roaming_category = models.ForeignKey(
        UsageCategory, models.PROTECT, null=True, blank=True, related_name="+"
    )
    night_from = models.TimeField(default=time(0))
    night_until = models.TimeField(default=time(5))

    class Meta:
        ordering = ("brand",)
        verbose_name_plural = "alert settings"
        constraints = (
            models.CheckConstraint(
                condition=Q(default_cap_kind="none", default_cap_amount__isnull=True)
                | Q(
                    default_cap_kind__in=("notify", "block"),
                    default_cap_amount__isnull=False,
                    default_cap_amount__gt=0,
                ),
                name="alert_settings_default_cap_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(floor_per_cent__lte=100, median_days__gte=1, median_days__lte=60)
                & (Q(median_factor__isnull=True) | Q(median_factor__gte=1)),
                name="alert_settings_median_makes_sense",
            ),
        )
        triggers = (
            *one_brand(
                ("brand", "expensive_destinations__brand"),
                ("brand", "roaming_category__brand"),
            ),
        )

    def __str__(self) -> str:
        return f"Alerts of {self.brand}"


class SpikeFlag(models.Model):
    """Unusual usage of a line on a day, for staff to look at: at most one of each kind.

    ```
    new ──▶ in progress ──▶ resolved
     └───────────┴────────▶ dismissed
    ```
    `seen` is what was counted when it was flagged, `limit` the brand's, `median` the line's own of
    `days` days (empty while there are too few): units of `LineDay`. `first_contact_at` is when the
    customer was first spoken to.
    """

    class State(models.TextChoices):
        NEW = "new", "new"
        IN_PROGRESS = "in_progress", "in progress"
        RESOLVED = "resolved", "resolved"
        DISMISSED = "dismissed", "dismissed"

    TRANSITIONS = {
        State.NEW: {State.IN_PROGRESS, State.DISMISSED},
        State.IN_PROGRESS: {State.RESOLVED, State.DISMISSED},
        State.RESOLVED: set[State](),
        State.DISMISSED: set[State](),
    }

    account = models.ForeignKey(Account, models.PROTECT, related_name="spike_flags")
    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="spike_flags")
    kind = models.CharField(max_length=12, choices=SpikeKind.choices)
    day = models.DateField()
    seen = models.BigIntegerField()
    limit = models.BigIntegerField()
    median = models.BigIntegerField(null=True, blank=True)
    days = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=12, choices=State.choices, default=State.NEW)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="spike_flags",
    )
    outcome = models.CharField(max_length=500, blank=True)
    flagged_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True)
    first_contact_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=("subscription", "kind", "day"), name="spike_flag_once"),
            models.CheckConstraint(
                condition=Q(
                    kind__in=(
                        "voice",
                        "messages",
                        "data",
                        "cost",
                        "destination",
                        "night",
                        "roaming",
                    )
                ),
                name="spike_flag_kind_is_known",
            ),
            models.CheckConstraint(
                condition=Q(state="new", owner__isnull=True, closed_at__isnull=True)
                | Q(state="in_progress", owner__isnull=False, closed_at__isnull=True)
                | Q(
                    ~Q(outcome=""),
                    state__in=("resolved", "dismissed"),
                    owner__isnull=False,
                    closed_at__isnull=False,
                ),
                name="spike_flag_state_is_whole",
            ),
        )
        indexes = (models.Index(fields=("account", "day"), name="spike_flag_by_account"),)
        triggers = (*one_brand(("account", "subscription__account")), no_truncate())

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.subscription} on {self.day}"
