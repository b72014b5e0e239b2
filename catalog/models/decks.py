"""Rate decks: what an event costs by the number called, dated, in bulk."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from catalog.models.freezing import frozen_with
from catalog.models.versions import PlanVersion
from core.models.organisation import Brand, code_validator
from core.triggers import frozen


class UsageCategory(models.Model):
    """A heading under which usage stands on the invoice ("Calls abroad").

    A rate that names none counts under its deck's usage type, whose category is made with the
    brand.
    """

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="usage_categories")
    code = models.CharField(max_length=40, validators=[code_validator])
    name = models.JSONField(help_text="What the customer reads, by language.")

    class Meta:
        ordering = ("brand", "code")
        verbose_name_plural = "usage categories"
        constraints = (
            models.UniqueConstraint(
                fields=("brand", "code"), name="usage_category_code_once_per_brand"
            ),
        )

    def __str__(self) -> str:
        return self.code


class RateDeck(models.Model):
    """A price list for one usage type of a brand, in the brand's currency and price mode.

    Dates of its rates begin at midnight in `zone`. Amounts are rounded once to `decimals` places.
    """

    class UsageType(models.TextChoices):
        VOICE = "voice", "voice (seconds)"
        SMS = "sms", "SMS (messages)"
        DATA = "data", "data (bytes)"

    class Rounding(models.TextChoices):
        HALF_UP = "half_up", "half away from zero"
        UP = "up", "away from zero"
        DOWN = "down", "toward zero"

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="decks")
    code = models.CharField(max_length=40, unique=True, validators=[code_validator])
    name = models.CharField(max_length=200)
    usage_type = models.CharField(max_length=10, choices=UsageType.choices)
    currency = models.CharField(max_length=3)
    zone = models.CharField(max_length=60)
    per = models.PositiveBigIntegerField(
        default=60, help_text="Units a price is for, where a rate names none: 60 seconds …"
    )
    decimals = models.PositiveSmallIntegerField(default=6)
    rounding = models.CharField(max_length=10, choices=Rounding.choices, default=Rounding.HALF_UP)

    class Meta:
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(condition=Q(per__gte=1), name="deck_per_positive"),
            models.CheckConstraint(condition=Q(decimals__lte=6), name="deck_decimals_at_most_6"),
        )

    def __str__(self) -> str:
        return self.code


class RateImport(models.Model):
    """A file of rates that was taken into a deck: the record of who changed which prices."""

    deck = models.ForeignKey(RateDeck, models.PROTECT, related_name="imports")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    starts_on = models.DateField()
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    ended = models.PositiveIntegerField(default=0)
    imported_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.file_name} into {self.deck_id}"


class Rate(models.Model):
    """The price of one prefix from a date on, until the next row of the same deck and prefix.

    A rate has a start and no end; a row marked `ended` closes its prefix. So a plain unique key
    makes overlaps impossible. Prices have up to 6 decimals; `max_charge` 0 means no cap; empty
    `first_increment` and `first_price` equal `next_increment` and `price`.
    """

    # No indexes of their own on the foreign keys: the unique key leads with the deck, and each
    # further index makes taking in a large file slower by a third.
    deck = models.ForeignKey(RateDeck, models.PROTECT, related_name="rates", db_index=False)
    prefix = models.CharField(max_length=15)
    starts_on = models.DateField()
    ended = models.BooleanField(default=False)
    destination = models.CharField(max_length=100, blank=True)
    category = models.ForeignKey(
        UsageCategory,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="rates",
        db_index=False,
    )
    connection_fee = models.DecimalField(max_digits=18, decimal_places=6, default=0)
    per = models.PositiveBigIntegerField(default=60)
    first_increment = models.PositiveBigIntegerField(null=True, blank=True)
    first_price = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    next_increment = models.PositiveBigIntegerField(default=1)
    price = models.DecimalField(max_digits=18, decimal_places=6, default=0)
    max_charge = models.DecimalField(max_digits=18, decimal_places=6, default=0)
    imported_by = models.ForeignKey(
        RateImport,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="rates",
        db_index=False,
    )

    class Meta:
        ordering = ("deck", "prefix", "starts_on")
        constraints = (
            models.UniqueConstraint(
                fields=("deck", "prefix", "starts_on"), name="rate_start_once_per_prefix"
            ),
            models.CheckConstraint(
                condition=Q(prefix__regex=r"^[0-9]{1,15}$"), name="rate_prefix_is_digits"
            ),
            models.CheckConstraint(
                condition=Q(per__gte=1) & Q(next_increment__gte=1), name="rate_steps_positive"
            ),
            models.CheckConstraint(
                condition=Q(price__gte=0)
                & Q(connection_fee__gte=0)
                & Q(max_charge__gte=0)
                & (Q(first_price__isnull=True) | Q(first_price__gte=0)),
                name="rate_prices_not_negative",
            ),
        )
        triggers = (frozen("prices_are_frozen", deletable=True),)

    def __str__(self) -> str:
        return f"{self.prefix} from {self.starts_on}"


class DeckAssignment(models.Model):
    """Which deck prices which usage type under a plan version; frozen with its version."""

    version = models.ForeignKey(PlanVersion, models.CASCADE, related_name="deck_assignments")
    usage_type = models.CharField(max_length=10, choices=RateDeck.UsageType.choices)
    deck = models.ForeignKey(RateDeck, models.PROTECT, related_name="assignments")

    class Meta:
        ordering = ("version", "usage_type")
        constraints = (
            models.UniqueConstraint(
                fields=("version", "usage_type"), name="deck_once_per_version_and_usage_type"
            ),
        )
        triggers = (frozen_with("catalog_planversion", "version_id"),)

    def __str__(self) -> str:
        return f"{self.version_id} {self.usage_type}"
