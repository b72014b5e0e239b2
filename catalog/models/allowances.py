"""Allowances: the units or the money that a plan version includes in each usage period."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Floor

from catalog.models.destinations import DestinationGroup
from catalog.models.freezing import frozen_with
from catalog.models.usage_types import USAGE_TYPES, UsageType
from catalog.models.versions import PlanVersion
from core.history import tracked
from core.models.organisation import code_validator
from core.one_brand import keeps_its_owner, one_brand

QUANTITY_LIMIT = 10**14
OF_UNITS = {"seconds": "voice", "messages": "sms", "bytes": "data"}


def _unit_fits_usage() -> Q:
    fits = Q(unit="money", usage_types__contained_by=USAGE_TYPES, usage_types__len__gte=1)
    for unit, usage_type in OF_UNITS.items():
        fits |= Q(unit=unit, usage_types=[usage_type])
    return fits


@tracked()
class Allowance(models.Model):
    """What is included in a usage period: so many seconds, messages or bytes, or so much money.

    `own` belongs to one subscription; `shared` is one quantity for the account, however many
    subscriptions name it; of a `pooled` one each subscription adds its quantity to a pool of the
    account. The lowest priority is used first. An empty quantity has no limit. Unused units go
    into the next `roll_over_periods` periods, at most `roll_over_cap` of them.
    """

    class Unit(models.TextChoices):
        SECONDS = "seconds", "seconds"
        MESSAGES = "messages", "messages"
        BYTES = "bytes", "bytes"
        MONEY = "money", "money"

    class Scope(models.TextChoices):
        OWN = "own", "one subscription"
        SHARED = "shared", "one quantity for the account"
        POOLED = "pooled", "the account's subscriptions together"

    class Proration(models.TextChoices):
        FULL = "full", "in full, also for a part period"
        DAYS = "days", "by days"

    version = models.ForeignKey(PlanVersion, models.CASCADE, related_name="allowances")
    code = models.CharField(max_length=40, validators=[code_validator])
    description = models.JSONField(help_text="What the customer reads, by language.")
    unit = models.CharField(max_length=10, choices=Unit.choices)
    quantity = models.DecimalField(
        max_digits=20, decimal_places=6, null=True, blank=True, help_text="Empty: no limit."
    )
    usage_types = ArrayField(models.CharField(max_length=10, choices=UsageType.choices))
    scope = models.CharField(max_length=10, choices=Scope.choices, default=Scope.OWN)
    priority = models.PositiveSmallIntegerField(default=100, help_text="The lowest is used first.")
    expires_after_days = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="Days from its grant; empty: it ends with its usage period.",
    )
    roll_over_periods = models.PositiveSmallIntegerField(default=0)
    roll_over_cap = models.DecimalField(
        max_digits=20, decimal_places=6, null=True, blank=True, help_text="Empty: all of it."
    )
    proration = models.CharField(max_length=10, choices=Proration.choices, default=Proration.FULL)
    connection_fee_when_covered = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("version", "position", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("version", "code"), name="allowance_code_once_per_version"
            ),
            models.CheckConstraint(
                condition=Q(quantity__isnull=True)
                | (
                    Q(quantity__gt=0, quantity__lt=QUANTITY_LIMIT)
                    & (Q(unit="money") | Q(quantity=Floor("quantity")))
                ),
                name="allowance_quantity_is_positive_and_whole",
            ),
            models.CheckConstraint(
                condition=_unit_fits_usage(), name="allowance_unit_fits_its_usage"
            ),
            models.CheckConstraint(
                condition=Q(scope__in=("own", "shared", "pooled"))
                & Q(proration__in=("full", "days")),
                name="allowance_words_are_known",
            ),
            models.CheckConstraint(
                condition=Q(roll_over_periods=0, roll_over_cap__isnull=True)
                | Q(roll_over_periods__gte=1, roll_over_periods__lte=60, quantity__isnull=False)
                & (
                    Q(roll_over_cap__isnull=True)
                    | Q(roll_over_cap__gt=0, roll_over_cap__lt=QUANTITY_LIMIT)
                ),
                name="allowance_roll_over_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(expires_after_days__isnull=True)
                | Q(expires_after_days__gte=1, expires_after_days__lte=1830, roll_over_periods=0),
                name="allowance_expires_or_rolls_over",
            ),
        )
        triggers = (
            frozen_with("catalog_planversion", "version_id"),
            keeps_its_owner("version"),
        )

    def __str__(self) -> str:
        return self.code


@tracked()
class AllowanceDestination(models.Model):
    """A destination group that an allowance covers; without any it covers all."""

    allowance = models.ForeignKey(Allowance, models.CASCADE, related_name="destinations")
    group = models.ForeignKey(DestinationGroup, models.PROTECT, related_name="allowances")

    class Meta:
        ordering = ("allowance", "group")
        constraints = (
            models.UniqueConstraint(
                fields=("allowance", "group"), name="allowance_destination_once"
            ),
        )
        triggers = (
            frozen_with(
                "catalog_planversion",
                "version_id",
                through=("catalog_allowance", "allowance_id"),
            ),
            *one_brand(("allowance__version__plan__brand", "group__brand")),
        )

    def __str__(self) -> str:
        return f"{self.allowance_id} {self.group_id}"
