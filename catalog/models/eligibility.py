"""Eligibility rules: who may have a plan or a promotion."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from catalog.models.discounts import Promotion
from catalog.models.plans import Plan, Product
from core.history import tracked
from core.one_brand import one_brand

UNUSED = {
    "customer_kind": Q(customer_kind=""),
    "other_plan": Q(other_plan__isnull=True),
    "product": Q(product__isnull=True),
    "months": Q(months__isnull=True),
    "places": Q(countries=[], postcodes=[]),
    "needed_promotion": Q(needed_promotion__isnull=True),
}
ONE_NAMED = Q(other_plan__isnull=True, product__isnull=False) | Q(
    other_plan__isnull=False, product__isnull=True
)
USED = {
    "customer_kind": (("customer_kind",), Q(customer_kind__in=("consumer", "business"))),
    "requires": (("other_plan", "product"), ONE_NAMED),
    "excludes": (("other_plan", "product"), ONE_NAMED),
    "tenure": (("months",), Q(months__isnull=False, months__gte=1, months__lte=600)),
    "place": (("places",), ~Q(countries=[], postcodes=[])),
    "promotion": (("needed_promotion",), Q(needed_promotion__isnull=False)),
    "new_customer": ((), Q()),
}


def _asks_one_thing() -> Q:
    """Each kind of rule has what it asks for, and nothing of the other kinds."""
    whole = Q(pk__in=[])
    for kind, (used, condition) in USED.items():
        unused = Q()
        for name, empty in UNUSED.items():
            if name not in used:
                unused &= empty
        whole |= Q(kind=kind) & condition & unused
    return whole


@tracked()
class EligibilityRule(models.Model):
    """One thing that is asked of whoever wants a plan or a promotion; all rules must be met."""

    class Kind(models.TextChoices):
        CUSTOMER_KIND = "customer_kind", "is a consumer, or a business"
        REQUIRES = "requires", "has a plan, or a plan of a product"
        EXCLUDES = "excludes", "does not have a plan, or a plan of a product"
        TENURE = "tenure", "has been a customer for some months"
        PLACE = "place", "gets it in some countries or postcodes"
        PROMOTION = "promotion", "was given a promotion"
        NEW_CUSTOMER = "new_customer", "is a new customer"

    plan = models.ForeignKey(
        Plan, models.CASCADE, null=True, blank=True, related_name="eligibility_rules"
    )
    promotion = models.ForeignKey(
        Promotion, models.CASCADE, null=True, blank=True, related_name="eligibility_rules"
    )
    kind = models.CharField(max_length=20, choices=Kind.choices)
    customer_kind = models.CharField(max_length=10, blank=True)
    other_plan = models.ForeignKey(
        Plan, models.PROTECT, null=True, blank=True, related_name="rules_that_name_it"
    )
    product = models.ForeignKey(
        Product, models.PROTECT, null=True, blank=True, related_name="rules_that_name_it"
    )
    months = models.PositiveSmallIntegerField(null=True, blank=True)
    countries = ArrayField(
        models.CharField(max_length=2), default=list, blank=True, help_text="ISO 3166 codes."
    )
    postcodes = ArrayField(
        models.CharField(max_length=12),
        default=list,
        blank=True,
        help_text="Beginnings of postcodes.",
    )
    needed_promotion = models.ForeignKey(
        Promotion, models.PROTECT, null=True, blank=True, related_name="rules_that_name_it"
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("plan", "promotion", "position", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(plan__isnull=True, promotion__isnull=False)
                | Q(plan__isnull=False, promotion__isnull=True),
                name="eligibility_rule_is_of_one_thing",
            ),
            models.CheckConstraint(
                condition=_asks_one_thing(), name="eligibility_rule_asks_one_thing"
            ),
        )
        triggers = (
            *one_brand(
                ("plan__brand", "other_plan__brand"),
                ("plan__brand", "product__brand"),
                ("plan__brand", "needed_promotion__brand"),
                ("promotion__brand", "other_plan__brand"),
                ("promotion__brand", "product__brand"),
                ("promotion__brand", "needed_promotion__brand"),
            ),
        )

    def __str__(self) -> str:
        return self.kind
