"""What an account has: subscriptions with dated plan history, add-ons, numbers over time."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from accounts.models.people import Account, Location
from catalog.models.plans import Plan
from core.models.organisation import Brand, code_validator


class Subscription(models.Model):
    """One service of an account: a mobile line, a broadband access, a TV package.

    Active from `starts_on` until before `ends_on` (dates in the brand's zone): the day of a
    cancellation is not charged.
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="subscriptions")
    location = models.ForeignKey(
        Location, models.PROTECT, null=True, blank=True, related_name="subscriptions"
    )
    code = models.CharField(max_length=60, validators=[code_validator])
    label = models.CharField(max_length=100, blank=True, help_text="The customer's own name.")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("account", "code")
        constraints = (
            models.UniqueConstraint(fields=("account", "code"), name="subscription_code_once"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="subscription_ends_after_it_starts",
            ),
        )

    def __str__(self) -> str:
        return self.label or self.code


class SubscriptionPlan(models.Model):
    """The plan a subscription has over a span of dates; the day of a change is the new plan's."""

    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="plan_history")
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="subscription_plans")
    during = DateRangeField(help_text="From this date, until before that one.")

    class Meta:
        ordering = ("subscription", "during")
        constraints = (
            ExclusionConstraint(
                name="subscription_one_plan_at_a_time",
                expressions=(
                    ("subscription", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ),
            ),
            models.CheckConstraint(
                condition=Q(during__isempty=False), name="subscription_plan_span_not_empty"
            ),
        )

    def __str__(self) -> str:
        return f"{self.plan} {self.during}"


class SubscriptionAddOn(models.Model):
    """An add-on taken beside the plan; a one-off one is charged on the day it starts."""

    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="add_ons")
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="subscription_add_ons")
    code = models.CharField(max_length=60, validators=[code_validator], help_text="Order id.")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("subscription", "starts_on", "code")
        constraints = (
            models.UniqueConstraint(
                fields=("subscription", "code"), name="subscription_add_on_code_once"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="subscription_add_on_ends_after_it_starts",
            ),
        )

    def __str__(self) -> str:
        return f"{self.plan} from {self.starts_on}"


class ServiceNumber(models.Model):
    """A number that usage names: an MSISDN in E.164 digits, or a switch's account code."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="service_numbers")
    number = models.CharField(max_length=60, help_text="E.164 digits, or an account code.")

    class Meta:
        ordering = ("brand", "number")
        constraints = (
            models.UniqueConstraint(fields=("brand", "number"), name="service_number_once"),
            models.CheckConstraint(
                condition=Q(number__regex=r"^[A-Za-z0-9._@-]+$"), name="service_number_is_plain"
            ),
        )

    def __str__(self) -> str:
        return self.number


class NumberAssignment(models.Model):
    """A number belongs to at most one subscription at a time."""

    number = models.ForeignKey(ServiceNumber, models.PROTECT, related_name="assignments")
    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="numbers")
    during = DateRangeField(help_text="From this date, until before that one.")

    class Meta:
        ordering = ("number", "during")
        constraints = (
            ExclusionConstraint(
                name="number_one_subscription_at_a_time",
                expressions=(
                    ("number", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ),
            ),
            models.CheckConstraint(
                condition=Q(during__isempty=False), name="number_assignment_span_not_empty"
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.during}"
