"""Charges of a plan version: recurring, one-off and by usage, with the tiers of cumulative ones."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from catalog.models.destinations import DestinationGroup
from catalog.models.freezing import frozen_with, is_price
from catalog.models.usage_types import USAGE_TYPES, UsageType
from catalog.models.versions import PlanVersion
from core.history import tracked
from core.models.organisation import code_validator
from core.one_brand import keeps_its_owner, one_brand

VERSION = "catalog_planversion"
CHARGE = ("catalog_charge", "charge_id")


@tracked()
class Charge(models.Model):
    """A price in a plan version, in the brand's price mode.

    A recurring charge costs `price` for each period of `months`; a one-off costs it once, when
    `taken_at` says. A usage charge prices the units of its `usage_types`: by the version's deck,
    event for event (`per_unit`), or the sum of a usage period by tiers (`graduated`: each tier's
    units at its price; `volume`: all at the price of the tier reached) or in blocks of `per`
    units at `price` (`package`). Tiers' prices are for `per` units.
    """

    class Kind(models.TextChoices):
        RECURRING = "recurring", "recurring"
        ONE_OFF = "one_off", "one-off"
        USAGE = "usage", "by usage"

    class Timing(models.TextChoices):
        ADVANCE = "advance", "in advance"
        ARREARS = "arrears", "in arrears"

    class Proration(models.TextChoices):
        DAILY = "daily", "by days"
        NONE = "none", "a part period costs nothing"
        FULL = "full", "a part period costs the full price"

    class TakenAt(models.TextChoices):
        START = "start", "when the subscription or add-on starts"
        CHANGE = "change", "whenever the plan is taken, also by a plan change"
        ORDER = "order", "when it is ordered"
        END = "end", "when the subscription or add-on ends"

    class Pricing(models.TextChoices):
        PER_UNIT = "per_unit", "by the rate deck"
        GRADUATED = "graduated", "graduated: each tier at its price"
        VOLUME = "volume", "volume: everything at the tier reached"
        PACKAGE = "package", "package: each block started"

    version = models.ForeignKey(PlanVersion, models.CASCADE, related_name="charges")
    code = models.CharField(max_length=40, validators=[code_validator])
    kind = models.CharField(max_length=10, choices=Kind.choices)
    description = models.JSONField(help_text="What the customer reads, by language.")
    price = models.DecimalField(max_digits=18, decimal_places=6, default=0)
    months = models.PositiveSmallIntegerField(default=1, help_text="Length of the charge period.")
    timing = models.CharField(max_length=10, choices=Timing.choices, default=Timing.ADVANCE)
    proration = models.CharField(max_length=10, choices=Proration.choices, default=Proration.DAILY)
    taken_at = models.CharField(max_length=10, choices=TakenAt.choices, default=TakenAt.START)
    pricing = models.CharField(max_length=10, choices=Pricing.choices, blank=True)
    usage_types = ArrayField(
        models.CharField(max_length=10, choices=UsageType.choices), default=list, blank=True
    )
    per = models.PositiveBigIntegerField(
        null=True, blank=True, help_text="Units a price is for; in a package, those of a block."
    )
    discountable = models.BooleanField(default=True)
    counts_toward_minimum = models.BooleanField(
        default=False, help_text="Whether it counts towards the plan's minimum spend."
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("version", "position", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("version", "code"), name="charge_code_once_per_version"
            ),
            models.CheckConstraint(condition=is_price("price"), name="charge_price_not_negative"),
            models.CheckConstraint(
                condition=Q(months__gte=1) & Q(months__lte=60), name="charge_months_1_to_60"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=("recurring", "one_off", "usage")),
                name="charge_kind_is_known",
            ),
            models.CheckConstraint(
                condition=Q(timing__in=("advance", "arrears"))
                & Q(proration__in=("daily", "none", "full"))
                & Q(taken_at__in=("start", "change", "order", "end")),
                name="charge_words_are_known",
            ),
            models.CheckConstraint(
                condition=(~Q(kind="usage") & Q(pricing="", usage_types=[], per__isnull=True))
                | Q(kind="usage", pricing="per_unit", price=0, per__isnull=True)
                | Q(
                    kind="usage",
                    pricing__in=("graduated", "volume"),
                    price=0,
                    per__isnull=False,
                    per__gte=1,
                )
                | Q(kind="usage", pricing="package", per__isnull=False, per__gte=1),
                name="charge_usage_says_how_it_is_priced",
            ),
            models.CheckConstraint(
                condition=~Q(kind="usage")
                | (Q(usage_types__len__gte=1) & Q(usage_types__contained_by=USAGE_TYPES)),
                name="charge_usage_says_what_is_used",
            ),
        )
        triggers = (
            frozen_with(VERSION, "version_id"),
            keeps_its_owner("version"),
        )

    def __str__(self) -> str:
        return self.code

    @property
    def is_cumulative(self) -> bool:
        """Whether it prices the sum of a usage period rather than each event."""
        return self.pricing in (
            self.Pricing.GRADUATED,
            self.Pricing.VOLUME,
            self.Pricing.PACKAGE,
        )


@tracked()
class ChargeTier(models.Model):
    """A tier of a graduated or volume charge: the price of `per` units up to and including `up_to`.

    The last tier has no limit.
    """

    charge = models.ForeignKey(Charge, models.CASCADE, related_name="tiers")
    up_to = models.PositiveBigIntegerField(null=True, blank=True, help_text="Empty: no limit.")
    price = models.DecimalField(max_digits=18, decimal_places=6)

    class Meta:
        ordering = ("charge", models.F("up_to").asc(nulls_last=True))
        constraints = (
            models.UniqueConstraint(
                fields=("charge", "up_to"), nulls_distinct=False, name="charge_tier_limit_once"
            ),
            models.CheckConstraint(
                condition=Q(up_to__isnull=True) | Q(up_to__gte=1), name="charge_tier_limit_positive"
            ),
            models.CheckConstraint(condition=is_price("price"), name="charge_tier_is_a_price"),
        )
        triggers = (frozen_with(VERSION, "version_id", through=CHARGE),)

    def __str__(self) -> str:
        return f"up to {self.up_to}" if self.up_to else "beyond"


@tracked()
class ChargeDestination(models.Model):
    """A destination group that a usage charge is for; without any it is for all."""

    charge = models.ForeignKey(Charge, models.CASCADE, related_name="destinations")
    group = models.ForeignKey(DestinationGroup, models.PROTECT, related_name="charges")

    class Meta:
        ordering = ("charge", "group")
        constraints = (
            models.UniqueConstraint(fields=("charge", "group"), name="charge_destination_once"),
        )
        triggers = (
            frozen_with(VERSION, "version_id", through=CHARGE),
            *one_brand(("charge__version__plan__brand", "group__brand")),
        )

    def __str__(self) -> str:
        return f"{self.charge_id} {self.group_id}"


@tracked()
class ChargeCategory(models.Model):
    """A usage category that a usage charge is for; without any it is for all."""

    charge = models.ForeignKey(Charge, models.CASCADE, related_name="categories")
    category = models.ForeignKey(
        "catalog.UsageCategory", models.PROTECT, related_name="usage_charges"
    )

    class Meta:
        ordering = ("charge", "category")
        verbose_name_plural = "charge categories"
        constraints = (
            models.UniqueConstraint(fields=("charge", "category"), name="charge_category_once"),
        )
        triggers = (
            frozen_with(VERSION, "version_id", through=CHARGE),
            *one_brand(("charge__version__plan__brand", "category__brand")),
        )

    def __str__(self) -> str:
        return f"{self.charge_id} {self.category_id}"
