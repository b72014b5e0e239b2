"""Messages to people: an outbox written with the decision, sent afterwards."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models.people import Account
from core.models.organisation import Brand


class Message(models.Model):
    """One message to one address. `unique_key` makes sure the same thing is said once.

    ```
    queued ──▶ sent
       ├─────▶ dropped  (its reason went away before it was sent: the bill was paid)
       └─────▶ failed   (three refusals by the mail server; a person looks at it)
    ```
    """

    class State(models.TextChoices):
        QUEUED = "queued", "queued"
        SENT = "sent", "sent"
        DROPPED = "dropped", "dropped"
        FAILED = "failed", "failed"

    TRANSITIONS = {
        State.QUEUED: {State.SENT, State.DROPPED, State.FAILED},
        State.FAILED: {State.QUEUED},
        State.SENT: set[State](),
        State.DROPPED: set[State](),
    }

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="messages")
    account = models.ForeignKey(Account, models.PROTECT, related_name="messages")
    event = models.CharField(max_length=60)
    channel = models.CharField(max_length=10, default="email")
    language = models.CharField(max_length=10)
    to_address = models.CharField(max_length=254)
    subject = models.CharField(max_length=200)
    body_text = models.TextField()
    body_html = models.TextField(blank=True)
    unique_key = models.CharField(max_length=200, unique=True)
    message_id = models.CharField(max_length=200, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=("queued", "sent", "dropped", "failed")),
                name="message_state_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False),
                name="message_sent_has_a_time",
            ),
        )

    def __str__(self) -> str:
        return f"{self.event} to {self.to_address}"
