"""Tax categories and their dated rates for each legal entity."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from core.history import tracked
from core.models.organisation import LegalEntity, code_validator


@tracked()
class TaxCategory(models.Model):
    """What kind of supply a product is for tax: standard, reduced, exempt …"""

    code = models.CharField(max_length=40, unique=True, validators=[code_validator])
    name = models.CharField(max_length=100)

    class Meta:
        ordering = ("code",)
        verbose_name_plural = "tax categories"

    def __str__(self) -> str:
        return self.name


@tracked()
class TaxRate(models.Model):
    """The rate of one tax category for one legal entity over a span of dates.

    `rate` is a percentage. `treatment` is the EN 16931 category letter; everything but a
    standard rate prints its reason on the invoice.
    """

    class Treatment(models.TextChoices):
        STANDARD = "S", "standard rate"
        ZERO = "Z", "zero rated"
        EXEMPT = "E", "exempt"
        REVERSE_CHARGE = "AE", "reverse charge"

    legal_entity = models.ForeignKey(LegalEntity, models.PROTECT, related_name="tax_rates")
    category = models.ForeignKey(TaxCategory, models.PROTECT, related_name="rates")
    treatment = models.CharField(max_length=2, choices=Treatment.choices, default="S")
    rate = models.DecimalField(max_digits=7, decimal_places=4, help_text="Per cent.")
    reason = models.JSONField(
        default=dict, blank=True, help_text="Printed reason by language, where tax is not charged."
    )
    during = DateRangeField(help_text="From this date, until before that one.")

    class Meta:
        ordering = ("legal_entity", "category", "during")
        constraints = (
            ExclusionConstraint(
                name="tax_rate_one_at_a_time",
                expressions=(
                    ("legal_entity", RangeOperators.EQUAL),
                    ("category", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ),
            ),
            models.CheckConstraint(
                condition=Q(rate__gte=0) & Q(rate__lte=100), name="tax_rate_is_a_percentage"
            ),
            models.CheckConstraint(
                condition=Q(treatment="S") | Q(rate=0), name="tax_rate_only_standard_charges_tax"
            ),
            models.CheckConstraint(
                condition=Q(during__isempty=False), name="tax_rate_span_not_empty"
            ),
        )

    def __str__(self) -> str:
        return f"{self.category.code} {self.rate.normalize():f} %"
