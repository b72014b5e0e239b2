"""Discounts, the promotions that give them, and bundles of services that are cheaper together."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db import models
from django.db.models import Q

from catalog.models.freezing import (
    PublicationState,
    frozen_when_published,
    frozen_with,
    is_price,
    published_says_when_and_by_whom,
)
from catalog.models.plans import Plan, Product
from core.history import tracked
from core.models.organisation import Brand, code_validator
from core.one_brand import keeps_its_owner, one_brand
from core.same_key import SameKey

CHARGE_KINDS = ["recurring", "one_off", "usage"]
TRANSITIONS = {
    PublicationState.DRAFT: {PublicationState.PUBLISHED},
    PublicationState.PUBLISHED: set[PublicationState](),
}
ONE_THING = Q(plan__isnull=True, product__isnull=False) | Q(
    plan__isnull=False, product__isnull=True
)


@tracked()
class Discount(models.Model):
    """A percentage or an amount off, on what its targets name, for a time.

    ```
    draft ──▶ published
    ```
    It may be granted on the days `available`, which alone may be changed once it is published;
    who has it keeps it for `months` (for good where that is empty). On level `line` each
    discounted line gets its own; on level `invoice` it is taken of the sum of the discountable
    lines and spread over them. Of discounts that meet, the lowest priority comes first: `add`
    takes its part of the full price, `compound` of what is left, and `alone` goes with no other.
    """

    State = PublicationState
    TRANSITIONS = TRANSITIONS

    class Kind(models.TextChoices):
        PERCENT = "percent", "per cent"
        AMOUNT = "amount", "amount"

    class Level(models.TextChoices):
        LINE = "line", "on each line"
        INVOICE = "invoice", "on the invoice"

    class Stacking(models.TextChoices):
        ADD = "add", "beside others, of the full price"
        COMPOUND = "compound", "beside others, of what is left"
        ALONE = "alone", "never with others"

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="discounts")
    code = models.CharField(max_length=40, validators=[code_validator])
    name = models.JSONField(help_text="What the customer reads, by language.")
    state = models.CharField(
        max_length=10, choices=PublicationState.choices, default=PublicationState.DRAFT
    )
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    value = models.DecimalField(
        max_digits=18, decimal_places=6, help_text="Per cent, or an amount for each month."
    )
    level = models.CharField(max_length=10, choices=Level.choices, default=Level.LINE)
    charge_kinds = ArrayField(
        models.CharField(max_length=10), default=list, blank=True, help_text="Empty: all."
    )
    available = DateRangeField(help_text="From this date, until before that one.")
    months = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="How long it holds; empty: for good."
    )
    stacking = models.CharField(max_length=10, choices=Stacking.choices, default=Stacking.ADD)
    priority = models.PositiveSmallIntegerField(default=100, help_text="The lowest comes first.")

    class Meta:
        ordering = ("brand", "code")
        constraints = (
            models.UniqueConstraint(fields=("id", "brand"), name="discount_with_brand"),
            models.UniqueConstraint(fields=("brand", "code"), name="discount_code_once_per_brand"),
            models.CheckConstraint(
                condition=published_says_when_and_by_whom(),
                name="discount_published_says_when_and_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(kind="percent", value__gt=0, value__lte=100)
                | (Q(kind="amount", value__gt=0) & is_price("value")),
                name="discount_value_fits_its_kind",
            ),
            models.CheckConstraint(
                condition=Q(level__in=("line", "invoice"))
                & Q(stacking__in=("add", "compound", "alone"))
                & Q(charge_kinds__contained_by=CHARGE_KINDS),
                name="discount_words_are_known",
            ),
            models.CheckConstraint(
                condition=Q(months__isnull=True) | Q(months__gte=1, months__lte=120),
                name="discount_months_1_to_120",
            ),
            models.CheckConstraint(
                condition=Q(available__isempty=False), name="discount_span_not_empty"
            ),
        )
        triggers = (
            frozen_when_published(but="available"),
            keeps_its_owner("brand"),
        )

    def __str__(self) -> str:
        return self.code


@tracked()
class DiscountTarget(models.Model):
    """A product or plan that a discount is taken on; without any it is taken on everything."""

    discount = models.ForeignKey(Discount, models.CASCADE, related_name="targets")
    product = models.ForeignKey(
        Product, models.PROTECT, null=True, blank=True, related_name="discount_targets"
    )
    plan = models.ForeignKey(
        Plan, models.PROTECT, null=True, blank=True, related_name="discount_targets"
    )

    class Meta:
        ordering = ("discount", "id")
        constraints = (
            models.CheckConstraint(condition=ONE_THING, name="discount_target_is_one_thing"),
            models.UniqueConstraint(
                fields=("discount", "product", "plan"),
                nulls_distinct=False,
                name="discount_target_once",
            ),
        )
        triggers = (
            frozen_with("catalog_discount", "discount_id"),
            *one_brand(("discount__brand", "product__brand"), ("discount__brand", "plan__brand")),
        )

    def __str__(self) -> str:
        return f"{self.discount_id} {self.plan_id or self.product_id}"


@tracked()
class Promotion(models.Model):
    """A way to get a discount in a time: with a code that the customer gives, or without one.

    Who may have it is said by its eligibility rules.
    """

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="promotions")
    code = models.CharField(max_length=40, validators=[code_validator])
    name = models.JSONField(help_text="What the customer reads, by language.")
    discount = models.ForeignKey(Discount, models.PROTECT, related_name="promotions")
    promotion_code = models.CharField(
        max_length=40,
        blank=True,
        validators=[code_validator],
        help_text="What the customer gives, in capitals; empty: none is asked.",
    )
    available = DateRangeField(help_text="From this date, until before that one.")
    uses_limit = models.PositiveIntegerField(
        null=True, blank=True, help_text="How many accounts may have it; empty: all."
    )

    class Meta:
        ordering = ("brand", "code")
        constraints = (
            SameKey(fields=("discount", "brand"), name="promotion_discount_of_its_brand"),
            models.UniqueConstraint(fields=("brand", "code"), name="promotion_code_once_per_brand"),
            models.UniqueConstraint(
                fields=("brand", "promotion_code"),
                condition=~Q(promotion_code=""),
                name="promotion_given_code_once_per_brand",
            ),
            models.CheckConstraint(
                condition=Q(promotion_code__regex=r"^[A-Z0-9._-]*$"),
                name="promotion_given_code_in_capitals",
            ),
            models.CheckConstraint(
                condition=Q(available__isempty=False), name="promotion_span_not_empty"
            ),
            models.CheckConstraint(
                condition=Q(uses_limit__isnull=True) | Q(uses_limit__gte=1),
                name="promotion_limit_positive",
            ),
        )
        triggers = (keeps_its_owner("brand"),)

    def __str__(self) -> str:
        return self.code


@tracked()
class Bundle(models.Model):
    """Services that are cheaper together: while an account has all parts, its discount holds.

    ```
    draft ──▶ published
    ```
    Once published, only its days `available` may be changed.
    """

    State = PublicationState
    TRANSITIONS = TRANSITIONS

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="bundles")
    code = models.CharField(max_length=40, validators=[code_validator])
    name = models.JSONField(help_text="What the customer reads, by language.")
    state = models.CharField(
        max_length=10, choices=PublicationState.choices, default=PublicationState.DRAFT
    )
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.CharField(max_length=200, blank=True)
    discount = models.ForeignKey(Discount, models.PROTECT, related_name="bundles")
    available = DateRangeField(help_text="From this date, until before that one.")

    class Meta:
        ordering = ("brand", "code")
        constraints = (
            SameKey(fields=("discount", "brand"), name="bundle_discount_of_its_brand"),
            models.UniqueConstraint(fields=("brand", "code"), name="bundle_code_once_per_brand"),
            models.CheckConstraint(
                condition=published_says_when_and_by_whom(),
                name="bundle_published_says_when_and_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(available__isempty=False), name="bundle_span_not_empty"
            ),
        )
        triggers = (
            frozen_when_published(but="available"),
            keeps_its_owner("brand"),
        )

    def __str__(self) -> str:
        return self.code


@tracked()
class BundlePart(models.Model):
    """A part of a bundle: any plan of a product, or one plan."""

    bundle = models.ForeignKey(Bundle, models.CASCADE, related_name="parts")
    product = models.ForeignKey(
        Product, models.PROTECT, null=True, blank=True, related_name="bundle_parts"
    )
    plan = models.ForeignKey(
        Plan, models.PROTECT, null=True, blank=True, related_name="bundle_parts"
    )

    class Meta:
        ordering = ("bundle", "id")
        constraints = (
            models.CheckConstraint(condition=ONE_THING, name="bundle_part_is_one_thing"),
            models.UniqueConstraint(
                fields=("bundle", "product", "plan"),
                nulls_distinct=False,
                name="bundle_part_once",
            ),
        )
        triggers = (
            frozen_with("catalog_bundle", "bundle_id"),
            *one_brand(("bundle__brand", "product__brand"), ("bundle__brand", "plan__brand")),
        )

    def __str__(self) -> str:
        return f"{self.bundle_id} {self.plan_id or self.product_id}"
