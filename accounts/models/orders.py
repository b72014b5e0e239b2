"""Orders: what a customer wants, the contract summary shown, and the proof of acceptance."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q

from accounts.models.people import Account, Person
from accounts.models.subscriptions import Subscription
from catalog.models.plans import Plan
from core.history import tracked
from core.models.organisation import code_validator
from core.one_brand import keeps_its_owner, one_brand
from core.same_key import SameKey
from core.triggers import frozen, no_truncate

_NEEDS_ACCEPTANCE = """
    IF NOT EXISTS (SELECT 1 FROM accounts_acceptance WHERE order_id = NEW.id) THEN
        RAISE EXCEPTION 'accepted_needs_acceptance: order % has no acceptance record', NEW.number
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
"""


@tracked()
class Order(models.Model):
    """What a customer asks for, as one decision.

    ```
    draft ──▶ submitted ──▶ accepted ──▶ done
      │           ├──▶ rejected  │
      └───────────┴──────────────┴──▶ cancelled
    ```
    """

    class State(models.TextChoices):
        DRAFT = "draft", "draft"
        SUBMITTED = "submitted", "submitted"
        ACCEPTED = "accepted", "accepted"
        DONE = "done", "done"
        REJECTED = "rejected", "rejected"
        CANCELLED = "cancelled", "cancelled"

    TRANSITIONS = {
        State.DRAFT: {State.SUBMITTED, State.CANCELLED},
        State.SUBMITTED: {State.ACCEPTED, State.REJECTED, State.CANCELLED},
        State.ACCEPTED: {State.DONE, State.CANCELLED},
        State.DONE: set[State](),
        State.REJECTED: set[State](),
        State.CANCELLED: set[State](),
    }

    account = models.ForeignKey(Account, models.PROTECT, related_name="orders")
    number = models.CharField(max_length=60, validators=[code_validator])
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    wanted_on = models.DateField(help_text="From this day on, in the brand's zone.")
    language = models.CharField(max_length=10, blank=True)
    ordered_by = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closing_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=("account", "number"), name="order_number_once"),
            models.CheckConstraint(
                condition=Q(
                    state__in=("draft", "submitted", "accepted", "done", "rejected", "cancelled")
                ),
                name="order_state_is_known",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=("draft", "cancelled")) | Q(submitted_at__isnull=False)),
                name="order_submitted_has_a_time",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state__in=("done", "rejected", "cancelled"), closed_at__isnull=False)
                    | (~Q(state__in=("done", "rejected", "cancelled")) & Q(closed_at__isnull=True))
                ),
                name="order_closed_has_a_time",
            ),
        )
        triggers = (
            pgtrigger.Trigger(
                name="accepted_needs_acceptance",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("state"),
                timing=pgtrigger.Deferred,
                condition=pgtrigger.Q(new__state__in=("accepted", "done")),
                func=_NEEDS_ACCEPTANCE,
            ),
            keeps_its_owner("account"),
        )

    def __str__(self) -> str:
        return self.number


@tracked()
class OrderItem(models.Model):
    """One thing of an order: what shall happen to which subscription.

    A new subscription has none yet: `code` is the one it gets. `details` hold what the kind needs
    besides: a number, an ICCID, a reason, whether a plan changes with the next period. Bars on what
    costs extra are the network's to do.
    """

    class Kind(models.TextChoices):
        NEW_SUBSCRIPTION = "new_subscription", "new subscription"
        PLAN_CHANGE = "plan_change", "plan change"
        ADD_ON = "add_on", "add-on"
        PAUSE = "pause", "pause"
        RESUME = "resume", "resume"
        CANCEL = "cancel", "cancellation"
        NUMBER_CHANGE = "number_change", "number change"
        SIM_CHANGE = "sim_change", "SIM change"
        BAR_EXTRAS = "bar_extras", "bar on extras"
        LIFT_BAR = "lift_bar", "end of the bar"

    order = models.ForeignKey(Order, models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=Kind.choices)
    subscription = models.ForeignKey(
        Subscription, models.PROTECT, null=True, blank=True, related_name="order_items"
    )
    plan = models.ForeignKey(
        Plan, models.PROTECT, null=True, blank=True, related_name="order_items"
    )
    code = models.CharField(max_length=60, blank=True, validators=[code_validator])
    details = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ("order", "position")
        constraints = (
            models.UniqueConstraint(fields=("order", "position"), name="order_item_position_once"),
            models.CheckConstraint(
                condition=Q(
                    kind__in=(
                        "new_subscription",
                        "plan_change",
                        "add_on",
                        "pause",
                        "resume",
                        "cancel",
                        "number_change",
                        "sim_change",
                        "bar_extras",
                        "lift_bar",
                    )
                ),
                name="order_item_kind_is_known",
            ),
            models.CheckConstraint(
                condition=(Q(kind="new_subscription") | Q(subscription__isnull=False)),
                name="order_item_names_a_subscription",
            ),
            models.CheckConstraint(
                condition=(
                    ~Q(kind__in=("new_subscription", "plan_change", "add_on"))
                    | Q(plan__isnull=False)
                ),
                name="order_item_names_a_plan",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=("new_subscription", "add_on")) | ~Q(code=""),
                name="order_item_names_a_code",
            ),
        )
        triggers = (
            *one_brand(
                ("order__account", "subscription__account"),
                ("order__account__brand", "plan__brand"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.order} {self.position}: {self.kind}"


class ContractSummary(models.Model):
    """What the customer was shown before accepting, word for word; it never changes.

    `sha256` is of the text's UTF-8 bytes. An order that changes gets another summary.
    """

    order = models.ForeignKey(Order, models.PROTECT, related_name="summaries")
    language = models.CharField(max_length=10)
    text = models.TextField()
    data = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("order", "id")
        verbose_name_plural = "contract summaries"
        constraints = (
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="contract_summary_has_a_hash"
            ),
            models.UniqueConstraint(fields=("id", "order"), name="contract_summary_with_order"),
            models.CheckConstraint(condition=~Q(text=""), name="contract_summary_says_something"),
        )
        triggers = (frozen(), no_truncate())

    def __str__(self) -> str:
        return f"Summary of {self.order}"


class Acceptance(models.Model):
    """The record that an order was accepted: who, when, how, of which text; it never changes."""

    class Method(models.TextChoices):
        PORTAL = "portal", "in the portal"
        SIGNATURE = "signature", "signature"
        PHONE = "phone", "on the phone"
        IN_PERSON = "in_person", "in person"
        EMAIL = "email", "by e-mail"
        LETTER = "letter", "by letter"
        INSTRUCTION = "instruction", "standing instruction"

    order = models.OneToOneField(Order, models.PROTECT, related_name="acceptance")
    summary = models.ForeignKey(ContractSummary, models.PROTECT, related_name="acceptances")
    accepted_at = models.DateTimeField()
    accepted_by = models.CharField(max_length=200)
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="acceptances"
    )
    method = models.CharField(max_length=20, choices=Method.choices)
    evidence = models.TextField(blank=True, help_text="Where the proof is: recording, file, shop.")
    ip_address = models.GenericIPAddressField(null=True, blank=True)
    language = models.CharField(max_length=10)
    withdrawal_until = models.DateField(
        null=True, blank=True, help_text="The last day of the right to withdraw."
    )

    class Meta:
        ordering = ("-id",)
        constraints = (
            SameKey(fields=("summary", "order"), name="acceptance_summary_of_its_order"),
            models.CheckConstraint(
                condition=Q(
                    method__in=(
                        "portal",
                        "signature",
                        "phone",
                        "in_person",
                        "email",
                        "letter",
                        "instruction",
                    )
                ),
                name="acceptance_method_is_known",
            ),
            models.CheckConstraint(condition=~Q(accepted_by=""), name="acceptance_names_somebody"),
        )
        triggers = (frozen(), no_truncate())

    def __str__(self) -> str:
        return f"{self.order} accepted by {self.accepted_by}"
