"""Every contact with a customer, over whichever channel."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models.people import Account, Person
from core.models.organisation import Brand
from core.same_key import SameKey
from core.triggers import frozen, no_truncate


class Interaction(models.Model):
    """One contact: who, when, how, about what. It never changes; a later row corrects it."""

    class Channel(models.TextChoices):
        PHONE = "phone", "phone"
        EMAIL = "email", "e-mail"
        CHAT = "chat", "chat"
        SMS = "sms", "SMS"
        IN_PERSON = "in_person", "in person"
        PORTAL = "portal", "portal"
        LETTER = "letter", "letter"

    class Direction(models.TextChoices):
        INBOUND = "in", "from the customer"
        OUTBOUND = "out", "to the customer"

    class Topic(models.TextChoices):
        BILL = "bill", "bill"
        PAYMENT = "payment", "payment"
        FAULT = "fault", "fault"
        ORDER = "order", "order"
        CONTRACT = "contract", "contract"
        COMPLAINT = "complaint", "complaint"
        DEBT = "debt", "debt"
        OTHER = "other", "other"

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="interactions")
    account = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="interactions"
    )
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="interactions"
    )
    code = models.CharField(
        max_length=60, blank=True, help_text="Its name in the system that it came from."
    )
    channel = models.CharField(max_length=10, choices=Channel.choices)
    direction = models.CharField(max_length=3, choices=Direction.choices)
    topic = models.CharField(max_length=10, choices=Topic.choices, default=Topic.OTHER)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    staff_name = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    outcome = models.CharField(max_length=300, blank=True)
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="corrections"
    )

    class Meta:
        ordering = ("-happened_at", "-id")
        indexes = (models.Index(fields=("account", "-happened_at"), name="interaction_of_account"),)
        constraints = (
            models.UniqueConstraint(fields=("id", "brand"), name="interaction_with_brand"),
            SameKey(fields=("account", "brand"), name="interaction_account_of_its_brand"),
            SameKey(fields=("corrects", "brand"), name="interaction_corrects_one_of_its_brand"),
            models.CheckConstraint(
                condition=Q(account__isnull=False) | Q(person__isnull=False),
                name="interaction_is_with_somebody",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="interaction_says_something"),
            models.CheckConstraint(
                condition=Q(
                    channel__in=("phone", "email", "chat", "sms", "in_person", "portal", "letter")
                ),
                name="interaction_channel_is_known",
            ),
            models.CheckConstraint(
                condition=Q(direction__in=("in", "out")), name="interaction_direction_is_known"
            ),
            models.CheckConstraint(
                condition=Q(
                    topic__in=(
                        "bill",
                        "payment",
                        "fault",
                        "order",
                        "contract",
                        "complaint",
                        "debt",
                        "other",
                    )
                ),
                name="interaction_topic_is_known",
            ),
            models.UniqueConstraint(
                fields=("account", "code"),
                condition=~Q(code=""),
                name="interaction_code_once",
            ),
        )
        triggers = (frozen(), no_truncate())

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.happened_at:%Y-%m-%d} {self.topic}"
