"""Rate decks: what an event costs by the number called, dated, in bulk."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from catalog.models.freezing import frozen_with
from catalog.models.rate_keys import kept_for_its_rates
from catalog.models.suppliers import Supplier
from catalog.models.versions import PlanVersion
from core.history import tracked
from core.models.organisation import Brand, code_validator
from core.one_brand import keeps_its_owner, one_brand


@tracked()
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
        triggers = (
            kept_for_its_rates(
                "category_id = OLD.id AND deck_id IN"
                " (SELECT id FROM catalog_ratedeck WHERE brand_id = OLD.brand_id)"
            ),
            keeps_its_owner("brand"),
        )

    def __str__(self) -> str:
        return self.code


@tracked()
class RateDeck(models.Model):
    """A price list for one usage type: what a brand sells at, or what a supplier sells to us at.

    A sell deck is in its brand's currency and price mode, a buy deck in its supplier's currency.
    Dates of its rates begin at midnight in `zone`. Amounts are rounded once to `decimals` places.
    `margin_floor` is the least margin of a sell deck, in per cent of the price.
    """

    class UsageType(models.TextChoices):
        VOICE = "voice", "voice (seconds)"
        SMS = "sms", "SMS (messages)"
        DATA = "data", "data (bytes)"

    class Rounding(models.TextChoices):
        HALF_UP = "half_up", "half away from zero"
        UP = "up", "away from zero"
        DOWN = "down", "toward zero"

    class Direction(models.TextChoices):
        SELL = "sell", "sell: what a brand's customers pay"
        BUY = "buy", "buy: what a supplier takes"

    class BandRule(models.TextChoices):
        START = "start", "the whole event by the band it starts in"
        SPLIT = "split", "cut at the bands' edges"

    direction = models.CharField(max_length=4, choices=Direction.choices, default=Direction.SELL)
    brand = models.ForeignKey(Brand, models.PROTECT, null=True, blank=True, related_name="decks")
    supplier = models.ForeignKey(
        Supplier, models.PROTECT, null=True, blank=True, related_name="decks"
    )
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
    band_rule = models.CharField(max_length=5, choices=BandRule.choices, default=BandRule.START)
    margin_floor = models.DecimalField(
        max_digits=6, decimal_places=3, null=True, blank=True, help_text="Per cent of the price."
    )

    class Meta:
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(condition=Q(per__gte=1), name="deck_per_positive"),
            models.CheckConstraint(condition=Q(decimals__lte=6), name="deck_decimals_at_most_6"),
            models.CheckConstraint(
                condition=Q(direction="sell", brand__isnull=False, supplier__isnull=True)
                | Q(direction="buy", brand__isnull=True, supplier__isnull=False),
                name="deck_of_a_brand_or_a_supplier",
            ),
            models.CheckConstraint(
                condition=Q(band_rule__in=("start", "split")), name="deck_band_rule_is_known"
            ),
            models.CheckConstraint(
                condition=Q(margin_floor__isnull=True)
                | Q(direction="sell", margin_floor__gte=0, margin_floor__lt=100),
                name="deck_margin_floor_below_100",
            ),
        )
        triggers = (
            kept_for_its_rates("deck_id = OLD.id"),
            keeps_its_owner("brand"),
        )

    def __str__(self) -> str:
        return self.code


@tracked()
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
        triggers = (
            frozen_with("catalog_planversion", "version_id"),
            *one_brand(("version__plan__brand", "deck__brand")),
        )

    def __str__(self) -> str:
        return f"{self.version_id} {self.usage_type}"
