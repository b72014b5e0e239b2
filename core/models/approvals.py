"""Requests that a second person decides: who asked for what, what it changes, who decided."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q

from core.history import tracked
from core.models.organisation import Brand
from core.triggers import no_truncate

# What somebody asked for is never changed afterwards, and nothing of a decided request is.
REQUEST_IS_FIXED = """
    IF TG_OP = 'DELETE' OR OLD.state <> 'requested' THEN
        RAISE EXCEPTION 'a decided approval never changes, and none is removed'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (to_jsonb(OLD) - ARRAY['state', 'decided_by_id', 'decided_at', 'comment', 'outcome'])
        IS DISTINCT FROM
        (to_jsonb(NEW) - ARRAY['state', 'decided_by_id', 'decided_at', 'comment', 'outcome'])
    THEN
        RAISE EXCEPTION 'what was asked for never changes; withdraw it and ask anew'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""


@tracked()
class Approval(models.Model):
    """A change that waits for a second person, with its difference and its money as asked for.

    ```
    requested ──▶ approved    carried out in the same transaction
        ├───────▶ rejected    by a second person
        ├───────▶ withdrawn   by whoever asked
        ├───────▶ expired     nobody decided in time
        └───────▶ failed      approved too late: its subject moved on meanwhile
    ```
    The one who decides is never the one who asked, whatever their rights: the database sees to it.
    """

    class State(models.TextChoices):
        REQUESTED = "requested", "requested"
        APPROVED = "approved", "approved"
        REJECTED = "rejected", "rejected"
        WITHDRAWN = "withdrawn", "withdrawn"
        EXPIRED = "expired", "expired"
        FAILED = "failed", "moved on"

    TRANSITIONS = {
        State.REQUESTED: {
            State.APPROVED,
            State.REJECTED,
            State.WITHDRAWN,
            State.EXPIRED,
            State.FAILED,
        },
        State.APPROVED: set[State](),
        State.REJECTED: set[State](),
        State.WITHDRAWN: set[State](),
        State.EXPIRED: set[State](),
        State.FAILED: set[State](),
    }

    kind = models.CharField(max_length=60)
    brand = models.ForeignKey(Brand, models.PROTECT, related_name="approvals")
    subject_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    subject_id = models.BigIntegerField()
    subject = GenericForeignKey("subject_type", "subject_id")
    subject_label = models.CharField(max_length=200)
    payload = models.JSONField(default=dict, blank=True, help_text="Identifiers and figures only.")
    summary = models.CharField(max_length=300)
    difference = models.JSONField(default=list, help_text="Rows of label, before and after.")
    amount = models.DecimalField(max_digits=18, decimal_places=3, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    fingerprint = models.CharField(max_length=200, help_text="What the subject looked like.")
    reason = models.CharField(max_length=200)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.REQUESTED)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    comment = models.CharField(max_length=500, blank=True)
    outcome = models.CharField(max_length=500, blank=True, help_text="Why it was not carried out.")

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(
                fields=("expires_at",), name="approval_waiting", condition=Q(state="requested")
            ),
            models.Index(fields=("subject_type", "subject_id"), name="approval_subject"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    state__in=(
                        "requested",
                        "approved",
                        "rejected",
                        "withdrawn",
                        "expired",
                        "failed",
                    )
                ),
                name="approval_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("requested_by")),
                name="approval_checker_is_not_maker",
            ),
            models.CheckConstraint(
                condition=Q(state="requested", decided_at__isnull=True)
                | (~Q(state="requested") & Q(decided_at__isnull=False)),
                name="approval_decided_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("approved", "rejected", "failed"), decided_by__isnull=False)
                | Q(state__in=("requested", "withdrawn", "expired"), decided_by__isnull=True),
                name="approval_decision_has_a_checker",
            ),
            models.UniqueConstraint(
                fields=("kind", "subject_type", "subject_id"),
                condition=Q(state="requested"),
                name="approval_open_once_per_subject",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="approval_reason_is_given"),
            models.CheckConstraint(
                condition=Q(amount__isnull=True, currency="")
                | Q(amount__isnull=False, currency__regex=r"^[A-Z]{3}$"),
                name="approval_amount_has_a_currency",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("requested_at")),
                name="approval_expires_after_request",
            ),
        )
        triggers = (
            pgtrigger.Trigger(
                name="request_is_fixed",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=REQUEST_IS_FIXED,
            ),
            no_truncate(),
        )

    def __str__(self) -> str:
        return f"{self.kind.replace('_', ' ').capitalize()}: {self.subject_label}"

    @property
    def is_open(self) -> bool:
        """Whether it still waits for a decision."""
        return self.state == self.State.REQUESTED
