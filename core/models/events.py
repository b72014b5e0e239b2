"""News that other parts and other systems are told: written with the change, delivered after it."""

from __future__ import annotations

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from core.models.organisation import Brand
from core.triggers import no_truncate

EVENT_IS_FIXED = """
    IF TG_OP = 'DELETE' THEN
        IF OLD.state IN ('waiting', 'parked') THEN
            RAISE EXCEPTION 'an event that was not delivered is not removed'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.state IN ('delivered', 'skipped')
        OR ROW(OLD.uid, OLD.stream_id, OLD.sequence, OLD.kind, OLD.payload, OLD.recorded_at)
        IS DISTINCT FROM
        ROW(NEW.uid, NEW.stream_id, NEW.sequence, NEW.kind, NEW.payload, NEW.recorded_at)
    THEN
        RAISE EXCEPTION 'what an event says never changes'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""


class EventStream(models.Model):
    """The events of one account in their order; without an account, those of the brand itself.

    Its row is locked while an event is written, so that an event never becomes visible before an
    earlier one of the same account.
    """

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+")
    account_id = models.BigIntegerField(null=True, blank=True)
    last_sequence = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("brand", "account_id"),
                nulls_distinct=False,
                name="event_stream_once_per_account",
            ),
        )

    def __str__(self) -> str:
        return f"{self.brand} {self.account_id or ''}".strip()


class Event(models.Model):
    """One piece of news, told to every subscriber at least once and in its account's order.

    ```
    waiting ──▶ delivered
       │  ▲
       ▼  └─ a person tries again
     parked ──▶ skipped   (by a person, with a reason)
    ```
    `uid` is the same however often an event is told: receivers know it again by it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        DELIVERED = "delivered", "delivered"
        PARKED = "parked", "parked"
        SKIPPED = "skipped", "skipped"

    TRANSITIONS = {
        State.WAITING: {State.DELIVERED, State.PARKED},
        State.PARKED: {State.WAITING, State.SKIPPED},
        State.DELIVERED: set[State](),
        State.SKIPPED: set[State](),
    }

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    stream = models.ForeignKey(EventStream, models.PROTECT, related_name="events")
    sequence = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=60)
    payload = models.JSONField(default=dict, blank=True, help_text="Identifiers and figures only.")
    recorded_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    skipped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    skip_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(
                fields=("stream", "sequence"),
                name="event_undelivered",
                condition=Q(state__in=("waiting", "parked")),
            ),
            models.Index(fields=("id",), name="event_waiting", condition=Q(state="waiting")),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("stream", "sequence"), name="event_place_in_its_stream_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("waiting", "delivered", "parked", "skipped")),
                name="event_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(state="delivered", delivered_at__isnull=False)
                | (~Q(state="delivered") & Q(delivered_at__isnull=True)),
                name="event_delivered_has_a_time",
            ),
            models.CheckConstraint(
                condition=(Q(state="skipped", skipped_by__isnull=False) & ~Q(skip_reason=""))
                | (~Q(state="skipped") & Q(skipped_by__isnull=True, skip_reason="")),
                name="event_skipped_by_somebody_for_a_reason",
            ),
        )
        triggers = (
            pgtrigger.Trigger(
                name="event_is_fixed",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=EVENT_IS_FIXED,
            ),
            no_truncate(),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.uid}"
