"""Plan versions: the prices and terms of a plan from a date on, drafted, then published."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from catalog.models.freezing import (
    PublicationState,
    frozen_when_published,
    frozen_with,
    is_price,
    published_says_when_and_by_whom,
)
from catalog.models.plans import Plan
from core.history import tracked
from core.one_brand import keeps_its_owner


class PlanVersionQuerySet(models.QuerySet["PlanVersion"]):
    """Versions by what may be done with them."""

    def published(self) -> PlanVersionQuerySet:
        """Those that hold or will hold; drafts never price anything."""
        return self.filter(state=PublicationState.PUBLISHED)


@tracked()
class PlanVersion(models.Model):
    """The prices and terms of a plan from a date on, until the plan's next version starts.

    ```
    draft ──▶ published
    ```
    A version has a start and no end, so versions can neither overlap nor leave holes. A draft may
    be changed and deleted with all that belongs to it. Once published it is never edited: the
    database refuses it, for its charges, tiers, allowances, decks and fees as well. Which
    subscriptions move to a newer version, and when, is its `adoption`.
    """

    State = PublicationState
    TRANSITIONS = {
        PublicationState.DRAFT: {PublicationState.PUBLISHED},
        PublicationState.PUBLISHED: set[PublicationState](),
    }

    class Adoption(models.TextChoices):
        RENEWAL = "renewal", "everybody, at the next charge period"
        TERM_END = "term_end", "everybody, when the contract term ends"
        NEW_ONLY = "new_only", "new customers only"

    class Termination(models.TextChoices):
        NONE = "none", "no fee"
        REMAINING_MONTHS = "remaining_months", "for each month left of the term"
        SCHEDULE = "schedule", "by a falling schedule"

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="versions")
    state = models.CharField(
        max_length=10, choices=PublicationState.choices, default=PublicationState.DRAFT
    )
    starts_on = models.DateField()
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.CharField(
        max_length=200, blank=True, help_text="Who, or the file it came from."
    )
    adoption = models.CharField(max_length=10, choices=Adoption.choices, default=Adoption.RENEWAL)
    summary = models.JSONField(
        default=dict, blank=True, help_text="What it is in a sentence, by language."
    )
    exclusions = models.JSONField(
        default=dict, blank=True, help_text="What is not included, by language."
    )
    term_months = models.PositiveSmallIntegerField(
        default=0, help_text="Months for which the customer is bound; 0: none."
    )
    notice_days = models.PositiveSmallIntegerField(default=0)
    trial_days = models.PositiveSmallIntegerField(
        default=0, help_text="Recurring charges start after so many days."
    )
    minimum_spend = models.DecimalField(
        max_digits=18, decimal_places=6, default=0, help_text="For each usage period; 0: none."
    )
    termination = models.CharField(
        max_length=20, choices=Termination.choices, default=Termination.NONE
    )
    termination_share = models.DecimalField(
        max_digits=7,
        decimal_places=4,
        null=True,
        blank=True,
        help_text="Per cent of the monthly recurring charges, for each month left.",
    )
    termination_amount = models.DecimalField(
        max_digits=18,
        decimal_places=6,
        null=True,
        blank=True,
        help_text="Amount for each month left.",
    )

    objects = PlanVersionQuerySet.as_manager()

    class Meta:
        ordering = ("plan", "starts_on")
        permissions = (("publish_planversion", "Can publish drafted prices as second person"),)
        constraints = (
            models.UniqueConstraint(fields=("plan", "starts_on"), name="plan_version_start_once"),
            models.CheckConstraint(
                condition=published_says_when_and_by_whom(),
                name="plan_version_published_says_when_and_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(adoption__in=("renewal", "term_end", "new_only")),
                name="plan_version_adoption_is_known",
            ),
            models.CheckConstraint(
                condition=Q(term_months__lte=120, notice_days__lte=730, trial_days__lte=730),
                name="plan_version_term_in_range",
            ),
            models.CheckConstraint(
                condition=is_price("minimum_spend"), name="plan_version_minimum_is_a_price"
            ),
            models.CheckConstraint(
                condition=Q(
                    termination__in=("none", "schedule"),
                    termination_share__isnull=True,
                    termination_amount__isnull=True,
                )
                | Q(
                    termination="remaining_months",
                    termination_share__isnull=False,
                    termination_share__gt=0,
                    termination_share__lte=100,
                    termination_amount__isnull=True,
                )
                | Q(termination="remaining_months", termination_share__isnull=True)
                & Q(termination_amount__isnull=False)
                & is_price("termination_amount"),
                name="plan_version_termination_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(termination="none") | Q(term_months__gte=1),
                name="plan_version_termination_needs_a_term",
            ),
        )
        triggers = (
            frozen_when_published(),
            keeps_its_owner("plan"),
        )

    def __str__(self) -> str:
        draft = " (draft)" if self.is_draft else ""
        return f"{self.plan.code} from {self.starts_on}{draft}"

    @property
    def is_draft(self) -> bool:
        """Whether it may still be changed."""
        return self.state == PublicationState.DRAFT


@tracked()
class TerminationStep(models.Model):
    """The early-termination fee from a month of the term on, until the next step.

    `from_month` 1 is the first month of the term; a started month counts whole.
    """

    version = models.ForeignKey(PlanVersion, models.CASCADE, related_name="termination_steps")
    from_month = models.PositiveSmallIntegerField()
    fee = models.DecimalField(max_digits=18, decimal_places=6)

    class Meta:
        ordering = ("version", "from_month")
        constraints = (
            models.UniqueConstraint(
                fields=("version", "from_month"), name="termination_step_month_once"
            ),
            models.CheckConstraint(
                condition=Q(from_month__gte=1, from_month__lte=120),
                name="termination_step_month_1_to_120",
            ),
            models.CheckConstraint(condition=is_price("fee"), name="termination_step_is_a_price"),
        )
        triggers = (frozen_with("catalog_planversion", "version_id"),)

    def __str__(self) -> str:
        return f"from month {self.from_month}"
