"""Messages to people: an outbox written with the decision, sent afterwards."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models.consents import Channel, SubjectOfMessages
from accounts.models.people import Account, Person
from accounts.models.templates import MessageTemplate
from accounts.topics import CHANNELS, TOPICS
from core.models.organisation import Brand
from core.one_brand import keeps_its_owner
from core.same_key import SameKey

GONE_OUT = ("sent", "delivered", "bounced")


class Message(models.Model):
    """One message to one address. `unique_key` makes sure the same thing is said once.

    ```
    queued ──▶ sending ──▶ sent ──▶ delivered ──▶ bounced
      │ ▲         │          └───────────────────────▲
      │ ├─────────┤  refused for now, or its sender died: tried again later
      │ │         └──▶ failed  (refused for good; a person looks at it and may queue it again)
      └─┼──▶ dropped  (its reason went away, it came too late, or the person does not want it)
        └──────────── failed
    ```
    `sending` is a lease: while it lasts, one sender hands the message over. A message whose text
    may have arrived though nobody said so is marked `may_have_arrived`; it is tried once more as
    the same message. `decided_at` is when it was last decided to send it, under the account's
    lock. `send_after` keeps quiet hours; `secret` holds values that are needed once.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "queued"
        SENDING = "sending", "sending"
        SENT = "sent", "sent"
        DELIVERED = "delivered", "delivered"
        BOUNCED = "bounced", "bounced"
        DROPPED = "dropped", "dropped"
        FAILED = "failed", "failed"

    TRANSITIONS = {
        State.QUEUED: {State.SENDING, State.DROPPED},
        State.SENDING: {State.SENT, State.QUEUED, State.FAILED},
        State.SENT: {State.DELIVERED, State.BOUNCED},
        State.DELIVERED: {State.BOUNCED},
        State.BOUNCED: set[State](),
        State.FAILED: {State.QUEUED},
        State.DROPPED: set[State](),
    }

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="messages")
    account = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="messages"
    )
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="messages"
    )
    event = models.CharField(max_length=60)
    topic = models.CharField(max_length=30, choices=SubjectOfMessages.choices, default="service")
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.EMAIL)
    language = models.CharField(max_length=10)
    to_address = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=200)
    body_text = models.TextField()
    body_html = models.TextField(blank=True)
    template = models.ForeignKey(
        MessageTemplate, models.PROTECT, null=True, blank=True, related_name="messages"
    )
    secret = models.JSONField(null=True, blank=True, editable=False)
    unique_key = models.CharField(max_length=200, unique=True)
    message_id = models.CharField(max_length=200, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    send_after = models.DateTimeField(db_default=Now())
    next_attempt_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    may_have_arrived = models.BooleanField(default=False)
    segments = models.PositiveSmallIntegerField(null=True, blank=True)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    delivery_at = models.DateTimeField(null=True, blank=True)
    delivery_detail = models.CharField(max_length=500, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(
                fields=("next_attempt_at",), name="message_queue", condition=Q(state="queued")
            ),
            models.Index(
                fields=("leased_until",), name="message_leases", condition=Q(state="sending")
            ),
            models.Index(fields=("to_address", "decided_at"), name="message_contacts"),
        )
        constraints = (
            SameKey(fields=("account", "brand"), name="message_account_of_its_brand"),
            SameKey(fields=("template", "brand"), name="message_template_of_its_brand"),
            models.CheckConstraint(
                condition=Q(
                    state__in=(
                        "queued",
                        "sending",
                        "sent",
                        "delivered",
                        "bounced",
                        "dropped",
                        "failed",
                    )
                ),
                name="message_state_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=GONE_OUT) | Q(sent_at__isnull=False),
                name="message_sent_has_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="sending") | Q(leased_until__isnull=False),
                name="message_sending_has_a_lease",
            ),
            models.CheckConstraint(
                condition=Q(account__isnull=False) | Q(person__isnull=False),
                name="message_is_to_somebody",
            ),
            models.CheckConstraint(
                condition=Q(channel="in_app") | ~Q(to_address=""), name="message_has_an_address"
            ),
            models.CheckConstraint(
                condition=Q(channel__in=CHANNELS), name="message_channel_is_known"
            ),
            models.CheckConstraint(
                condition=Q(topic__in=tuple(TOPICS)), name="message_topic_is_known"
            ),
            models.CheckConstraint(
                condition=Q(secret__isnull=True) | Q(state__in=("queued", "sending")),
                name="message_secret_only_while_it_waits",
            ),
            models.CheckConstraint(
                condition=Q(read_at__isnull=True) | Q(channel="in_app"),
                name="message_read_in_the_portal_only",
            ),
        )
        triggers = (keeps_its_owner("account"),)

    def __str__(self) -> str:
        return f"{self.event} to {self.to_address or self.person or self.account}"
