"""What is sold: products, plans and add-ons, and their charges in dated versions."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from catalog.models.tax import TaxCategory
from core.models.organisation import Brand, code_validator
from core.triggers import frozen


class Product(models.Model):
    """A family of things sold: it says how they are taxed, booked and grouped."""

    class Service(models.TextChoices):
        MOBILE = "mobile", "mobile"
        BROADBAND = "broadband", "broadband"
        TV = "tv", "TV"
        VOICE = "voice", "fixed voice (VoIP)"
        OTHER = "other", "other"

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="products")
    code = models.CharField(max_length=40, validators=[code_validator])
    name = models.JSONField(help_text="By language.")
    service = models.CharField(max_length=20, choices=Service.choices)
    tax_category = models.ForeignKey(TaxCategory, models.PROTECT, related_name="products")
    revenue_account = models.CharField(max_length=20, default="3000")

    class Meta:
        ordering = ("brand", "code")
        constraints = (
            models.UniqueConstraint(fields=("brand", "code"), name="product_code_once_per_brand"),
        )

    def __str__(self) -> str:
        return self.code


class Plan(models.Model):
    """Something a subscription has: one plan at a time, and any number of add-ons beside it."""

    class Kind(models.TextChoices):
        PLAN = "plan", "plan"
        ADD_ON = "add_on", "add-on"

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="plans")
    product = models.ForeignKey(Product, models.PROTECT, related_name="plans")
    code = models.CharField(max_length=40, validators=[code_validator])
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.PLAN)
    name = models.JSONField(help_text="By language.")

    class Meta:
        ordering = ("brand", "code")
        constraints = (
            models.UniqueConstraint(fields=("brand", "code"), name="plan_code_once_per_brand"),
            models.CheckConstraint(
                condition=Q(kind__in=("plan", "add_on")), name="plan_kind_is_known"
            ),
        )

    def __str__(self) -> str:
        return self.code


class PlanVersion(models.Model):
    """The prices of a plan from a date on, until the plan's next version starts.

    A version has a start and no end, so versions can neither overlap nor leave holes. It is never
    edited: the database refuses it. A subscription moves to a newer version at the start of the
    next charge period (rules: a renewal).
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="versions")
    starts_on = models.DateField()
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=200, help_text="Who, or the file it came from.")

    class Meta:
        ordering = ("plan", "starts_on")
        constraints = (
            models.UniqueConstraint(fields=("plan", "starts_on"), name="plan_version_start_once"),
        )
        triggers = (frozen("published_is_frozen", deletable=True),)

    def __str__(self) -> str:
        return f"{self.plan.code} from {self.starts_on}"


class Charge(models.Model):
    """A recurring or one-off price in a plan version, in the brand's price mode."""

    class Kind(models.TextChoices):
        RECURRING = "recurring", "recurring"
        ONE_OFF = "one_off", "one-off"

    class Timing(models.TextChoices):
        ADVANCE = "advance", "in advance"
        ARREARS = "arrears", "in arrears"

    class Proration(models.TextChoices):
        DAILY = "daily", "by days"
        NONE = "none", "a part period costs nothing"
        FULL = "full", "a part period costs the full price"

    version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="charges")
    code = models.CharField(max_length=40, validators=[code_validator])
    kind = models.CharField(max_length=10, choices=Kind.choices)
    description = models.JSONField(help_text="What the customer reads, by language.")
    price = models.DecimalField(max_digits=18, decimal_places=6)
    months = models.PositiveSmallIntegerField(default=1, help_text="Length of the charge period.")
    timing = models.CharField(max_length=10, choices=Timing.choices, default=Timing.ADVANCE)
    proration = models.CharField(max_length=10, choices=Proration.choices, default=Proration.DAILY)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("version", "position", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("version", "code"), name="charge_code_once_per_version"
            ),
            models.CheckConstraint(condition=Q(price__gte=0), name="charge_price_not_negative"),
            models.CheckConstraint(
                condition=Q(months__gte=1) & Q(months__lte=60), name="charge_months_1_to_60"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=("recurring", "one_off")), name="charge_kind_is_known"
            ),
        )
        triggers = (frozen("published_is_frozen", deletable=True),)

    def __str__(self) -> str:
        return self.code
