"""Numbers that usage names: pools, states with quarantine, and whose they are over time."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from accounts.models.subscriptions import Subscription
from core.history import tracked
from core.models.organisation import Brand, code_validator
from core.one_brand import keeps_its_owner, one_brand
from core.same_key import SameKey


@tracked()
class NumberPool(models.Model):
    """Numbers kept together: a block of the regulator's, golden numbers, one city's.

    A number that is given back rests for `quarantine_days` before somebody else may have it.
    """

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="number_pools")
    code = models.CharField(max_length=40, validators=[code_validator])
    name = models.CharField(max_length=100)
    quarantine_days = models.PositiveSmallIntegerField(default=90)

    class Meta:
        ordering = ("brand", "code")
        constraints = (
            models.UniqueConstraint(fields=("id", "brand"), name="number_pool_with_brand"),
            models.UniqueConstraint(fields=("brand", "code"), name="number_pool_code_once"),
            models.CheckConstraint(
                condition=Q(quarantine_days__lte=3650), name="number_pool_quarantine_ends"
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


@tracked()
class ServiceNumber(models.Model):
    """A number that usage names: an MSISDN in E.164 digits, or a switch's account code.

    ```
    free ──▶ reserved ──▶ assigned ──▶ quarantined ──▶ free
      └──────────────────────┘  └────▶ ported_out ──▶ quarantined
    free, quarantined ──▶ retired
    ```
    """

    class State(models.TextChoices):
        FREE = "free", "free"
        RESERVED = "reserved", "reserved"
        ASSIGNED = "assigned", "assigned"
        QUARANTINED = "quarantined", "quarantined"
        PORTED_OUT = "ported_out", "ported out"
        RETIRED = "retired", "retired"

    TRANSITIONS = {
        State.FREE: {State.RESERVED, State.ASSIGNED, State.RETIRED},
        State.RESERVED: {State.FREE, State.ASSIGNED},
        State.ASSIGNED: {State.QUARANTINED, State.PORTED_OUT},
        State.QUARANTINED: {State.FREE, State.ASSIGNED, State.RETIRED},
        State.PORTED_OUT: {State.QUARANTINED, State.ASSIGNED},
        State.RETIRED: set[State](),
    }

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="service_numbers")
    number = models.CharField(max_length=60, help_text="E.164 digits, or an account code.")
    pool = models.ForeignKey(
        NumberPool, models.PROTECT, null=True, blank=True, related_name="numbers"
    )
    state = models.CharField(max_length=20, choices=State.choices, default=State.FREE)
    quarantined_until = models.DateField(
        null=True, blank=True, help_text="The first day on which it may be free again."
    )
    reserved_until = models.DateField(null=True, blank=True)
    ported_in_on = models.DateField(null=True, blank=True)
    ported_in_from = models.CharField(max_length=100, blank=True)
    ported_out_on = models.DateField(null=True, blank=True)
    ported_out_to = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ("brand", "number")
        constraints = (
            SameKey(fields=("pool", "brand"), name="service_number_pool_of_its_brand"),
            models.UniqueConstraint(fields=("brand", "number"), name="service_number_once"),
            models.CheckConstraint(
                condition=Q(number__regex=r"^[A-Za-z0-9._@-]+$"), name="service_number_is_plain"
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=(
                        "free",
                        "reserved",
                        "assigned",
                        "quarantined",
                        "ported_out",
                        "retired",
                    )
                ),
                name="service_number_state_is_known",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state="quarantined", quarantined_until__isnull=False)
                    | (~Q(state="quarantined") & Q(quarantined_until__isnull=True))
                ),
                name="service_number_quarantine_has_an_end",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state="reserved", reserved_until__isnull=False)
                    | (~Q(state="reserved") & Q(reserved_until__isnull=True))
                ),
                name="service_number_reservation_has_an_end",
            ),
            models.CheckConstraint(
                condition=~Q(state="ported_out") | Q(ported_out_on__isnull=False),
                name="service_number_ported_out_has_a_day",
            ),
            models.CheckConstraint(
                condition=(
                    Q(ported_in_on__isnull=True)
                    | Q(ported_out_on__isnull=True)
                    | Q(ported_out_on__gte=F("ported_in_on"))
                ),
                name="service_number_goes_after_it_came",
            ),
        )
        triggers = (keeps_its_owner("brand"),)

    def __str__(self) -> str:
        return self.number


@tracked()
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
        triggers = (*one_brand(("subscription__account__brand", "number__brand")),)

    def __str__(self) -> str:
        return f"{self.number} {self.during}"
