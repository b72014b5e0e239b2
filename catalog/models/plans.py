"""What is sold: products and the plans, add-ons and one-off purchases of each."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from catalog.models.tax import TaxCategory
from core.history import tracked
from core.models.organisation import Brand, code_validator
from core.one_brand import keeps_its_owner
from core.same_key import SameKey


@tracked()
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
            models.UniqueConstraint(fields=("id", "brand"), name="product_with_brand"),
            models.UniqueConstraint(fields=("brand", "code"), name="product_code_once_per_brand"),
        )
        triggers = (keeps_its_owner("brand"),)

    def __str__(self) -> str:
        return self.code


@tracked()
class Plan(models.Model):
    """Something a subscription has: one plan at a time, and any number of add-ons beside it.

    A one-off is taken beside the plan like an add-on, and has no recurring charges. Who may have
    a plan is said by its eligibility rules, and when it may be taken anew by its days of sale.
    """

    class Kind(models.TextChoices):
        PLAN = "plan", "plan"
        ADD_ON = "add_on", "add-on"
        ONE_OFF = "one_off", "one-off purchase"

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="plans")
    product = models.ForeignKey(Product, models.PROTECT, related_name="plans")
    code = models.CharField(max_length=40, validators=[code_validator])
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.PLAN)
    name = models.JSONField(help_text="By language.")
    sold_from = models.DateField(
        null=True, blank=True, help_text="First day on which it may be taken; empty: always."
    )
    sold_until = models.DateField(
        null=True, blank=True, help_text="First day on which it may no longer be taken."
    )

    class Meta:
        ordering = ("brand", "code")
        constraints = (
            SameKey(fields=("product", "brand"), name="plan_product_of_its_brand"),
            models.UniqueConstraint(fields=("brand", "code"), name="plan_code_once_per_brand"),
            models.CheckConstraint(
                condition=Q(kind__in=("plan", "add_on", "one_off")), name="plan_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(sold_from__isnull=True)
                | Q(sold_until__isnull=True)
                | Q(sold_from__lte=F("sold_until")),
                name="plan_sale_ends_after_it_starts",
            ),
        )
        triggers = (keeps_its_owner("brand"),)

    def __str__(self) -> str:
        return self.code
