"""SIM cards: stock, states, and which subscription has one over time."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from accounts.models.subscriptions import Subscription
from core.history import tracked
from core.models.organisation import Brand, code_validator
from core.one_brand import keeps_its_owner, one_brand
from core.same_key import SameKey
from core.secret_field import SEALED, SecretField


@tracked()
class SimPool(models.Model):
    """A stock of SIM cards: a delivery, a shop's drawer, a supplier's profiles."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="sim_pools")
    code = models.CharField(max_length=40, validators=[code_validator])
    name = models.CharField(max_length=100)

    class Meta:
        ordering = ("brand", "code")
        verbose_name = "SIM pool"
        constraints = (
            models.UniqueConstraint(fields=("id", "brand"), name="sim_pool_with_brand"),
            models.UniqueConstraint(fields=("brand", "code"), name="sim_pool_code_once"),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


# The PUK unlocks a card: it stands in no history, list, page or interface, and is sealed at rest.
@tracked(exclude=("puk",))
class Sim(models.Model):
    """A SIM card or profile, known by its ICCID: digits with a check digit (Luhn).

    ```
    in_stock ──▶ assigned ──▶ retired
       │           │  ▲          ▲
       │           ▼  │          │
       │         blocked ────────┤
       └─────────────────────────┘
    ```
    """

    class State(models.TextChoices):
        IN_STOCK = "in_stock", "in stock"
        ASSIGNED = "assigned", "assigned"
        BLOCKED = "blocked", "blocked"
        RETIRED = "retired", "retired"

    class Kind(models.TextChoices):
        CARD = "card", "card"
        ESIM = "esim", "eSIM"

    TRANSITIONS = {
        State.IN_STOCK: {State.ASSIGNED, State.RETIRED},
        State.ASSIGNED: {State.BLOCKED, State.RETIRED},
        State.BLOCKED: {State.ASSIGNED, State.RETIRED},
        State.RETIRED: set[State](),
    }

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="sims")
    iccid = models.CharField("ICCID", max_length=20, unique=True)
    imsi = models.CharField("IMSI", max_length=15, blank=True)
    puk = SecretField(
        "PUK",
        blank=True,
        editable=False,
        validators=[RegexValidator(r"^[0-9]{8}$", "A PUK has 8 digits.")],
    )
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.CARD)
    pool = models.ForeignKey(SimPool, models.PROTECT, null=True, blank=True, related_name="sims")
    state = models.CharField(max_length=10, choices=State.choices, default=State.IN_STOCK)

    class Meta:
        ordering = ("brand", "iccid")
        verbose_name = "SIM"
        constraints = (
            SameKey(fields=("pool", "brand"), name="sim_pool_of_its_brand"),
            models.CheckConstraint(
                condition=Q(iccid__regex=r"^89[0-9]{16,18}$"), name="sim_iccid_is_plain"
            ),
            models.CheckConstraint(
                condition=Q(imsi="") | Q(imsi__regex=r"^[0-9]{14,15}$"), name="sim_imsi_is_plain"
            ),
            models.UniqueConstraint(fields=("imsi",), condition=~Q(imsi=""), name="sim_imsi_once"),
            models.CheckConstraint(condition=Q(puk__regex=SEALED), name="sim_puk_is_sealed"),
            models.CheckConstraint(
                condition=Q(state__in=("in_stock", "assigned", "blocked", "retired")),
                name="sim_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=("card", "esim")), name="sim_kind_is_known"
            ),
        )
        triggers = (keeps_its_owner("brand"),)

    def __str__(self) -> str:
        return self.iccid


@tracked()
class SimAssignment(models.Model):
    """A SIM belongs to one subscription at a time, and a subscription has one SIM at a time."""

    sim = models.ForeignKey(Sim, models.PROTECT, related_name="assignments")
    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="sims")
    during = DateRangeField(help_text="From this date, until before that one.")

    class Meta:
        ordering = ("sim", "during")
        verbose_name = "SIM assignment"
        constraints = (
            ExclusionConstraint(
                name="sim_one_subscription_at_a_time",
                expressions=(
                    ("sim", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ),
            ),
            ExclusionConstraint(
                name="subscription_one_sim_at_a_time",
                expressions=(
                    ("subscription", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ),
            ),
            models.CheckConstraint(
                condition=Q(during__isempty=False), name="sim_assignment_span_not_empty"
            ),
        )
        triggers = (*one_brand(("subscription__account__brand", "sim__brand")),)

    def __str__(self) -> str:
        return f"{self.sim} {self.during}"
