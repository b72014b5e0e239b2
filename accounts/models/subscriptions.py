"""What an account has: subscriptions with dated plans, add-ons, pauses, terms, cancellations."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from accounts.models.people import Account, Location, Membership
from catalog.models import Plan, PlanVersion
from core.history import tracked
from core.models.organisation import code_validator
from core.one_brand import keeps_its_owner, one_brand
from core.same_key import SameKey


@tracked()
class Subscription(models.Model):
    """One service of an account: a mobile line, a broadband access, a TV package.

    Active from `starts_on` until before `ends_on` (dates in the brand's zone): the day of a
    cancellation is not charged. Its state on a day (ordered, active, paused, cancelled) follows
    from its dates and is never stored: accounts/queries.py.
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="subscriptions")
    location = models.ForeignKey(
        Location, models.PROTECT, null=True, blank=True, related_name="subscriptions"
    )
    code = models.CharField(max_length=60, validators=[code_validator])
    label = models.CharField(max_length=100, blank=True, help_text="The customer's own name.")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    ordered_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("account", "code")
        constraints = (
            SameKey(fields=("location", "account"), name="subscription_location_of_its_account"),
            models.UniqueConstraint(fields=("account", "code"), name="subscription_code_once"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="subscription_ends_after_it_starts",
            ),
        )
        triggers = (keeps_its_owner("account"),)

    def __str__(self) -> str:
        return self.label or self.code


@tracked()
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
        triggers = (*one_brand(("subscription__account__brand", "plan__brand")),)

    def __str__(self) -> str:
        return f"{self.plan} {self.during}"


@tracked()
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
        triggers = (*one_brand(("subscription__account__brand", "plan__brand")),)

    def __str__(self) -> str:
        return f"{self.plan} from {self.starts_on}"


@tracked()
class SubscriptionPause(models.Model):
    """Days on which a subscription rests: the day of the pause does, the day of a resume doesn't.

    Usage on these days is not active, and recurring charges leave them out.
    """

    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="pauses")
    during = DateRangeField(help_text="From this date, until before that one.")
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("subscription", "during")
        constraints = (
            ExclusionConstraint(
                name="subscription_one_pause_at_a_time",
                expressions=(
                    ("subscription", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ),
            ),
            models.CheckConstraint(
                condition=Q(during__isempty=False), name="subscription_pause_span_not_empty"
            ),
            models.CheckConstraint(
                condition=Q(during__startswith__isnull=False),
                name="subscription_pause_has_a_start",
            ),
        )

    def __str__(self) -> str:
        return f"{self.subscription} paused {self.during}"


@tracked()
class SubscriptionTerm(models.Model):
    """How long a subscription is bound, as it was agreed: copied when the plan was accepted.

    Bound from `bound_from` until before `bound_until`; `months` is what was agreed (0: not
    bound). Notice is given `notice_days` before the end. The latest row that has begun holds.
    """

    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="terms")
    bound_from = models.DateField()
    months = models.PositiveSmallIntegerField(default=0)
    bound_until = models.DateField()
    notice_days = models.PositiveSmallIntegerField(default=0)
    plan_version = models.ForeignKey(
        PlanVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="terms",
        help_text="Whose terms were agreed. Empty: agreed elsewhere.",
    )

    class Meta:
        ordering = ("subscription", "bound_from")
        constraints = (
            models.UniqueConstraint(
                fields=("subscription", "bound_from"), name="subscription_term_start_once"
            ),
            models.CheckConstraint(
                condition=Q(bound_until__gte=F("bound_from")),
                name="subscription_term_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(months__lte=120) & Q(notice_days__lte=730),
                name="subscription_term_is_of_bearable_length",
            ),
        )
        triggers = (*one_brand(("subscription__account__brand", "plan_version__plan__brand")),)

    def __str__(self) -> str:
        return f"{self.subscription} bound until {self.bound_until}"


@tracked()
class SubscriptionCancellation(models.Model):
    """A customer's or the reseller's notice: when it came, from whom, why, and from when it counts.

    `costs` is what the one who cancelled was told that leaving costs. A cancellation that is taken
    back keeps its row.
    """

    class Reason(models.TextChoices):
        MOVED = "moved", "moved away"
        PRICE = "price", "price"
        QUALITY = "quality", "quality of the service"
        COMPETITOR = "competitor", "went to another provider"
        NO_NEED = "no_need", "no longer needed"
        WITHDRAWN = "withdrawn", "withdrawal from the contract"
        UNPAID = "unpaid", "unpaid bills"
        DECEASED = "deceased", "customer died"
        OTHER = "other", "other"

    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="cancellations")
    requested_at = models.DateTimeField()
    requested_by = models.CharField(max_length=200, blank=True)
    effective_on = models.DateField(help_text="The first day without the service.")
    reason = models.CharField(max_length=20, choices=Reason.choices, default=Reason.OTHER)
    note = models.TextField(blank=True)
    costs = models.JSONField(default=dict, blank=True, editable=False)
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("subscription", "requested_at")
        constraints = (
            models.UniqueConstraint(
                fields=("subscription",),
                condition=Q(taken_back_at__isnull=True),
                name="subscription_cancelled_once",
            ),
            models.CheckConstraint(
                condition=Q(
                    reason__in=(
                        "moved",
                        "price",
                        "quality",
                        "competitor",
                        "no_need",
                        "withdrawn",
                        "unpaid",
                        "deceased",
                        "other",
                    )
                ),
                name="subscription_cancellation_reason_is_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.subscription} cancelled from {self.effective_on}"


@tracked()
class MembershipLine(models.Model):
    """A subscription that a line owner may see and change."""

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="lines")
    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="line_owners")

    class Meta:
        ordering = ("membership", "subscription")
        constraints = (
            models.UniqueConstraint(
                fields=("membership", "subscription"), name="membership_line_once"
            ),
        )
        triggers = (*one_brand(("membership__account", "subscription__account")),)

    def __str__(self) -> str:
        return f"{self.membership}: {self.subscription}"
