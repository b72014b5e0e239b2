"""What people agreed to hear about, by which channel, and at which hours."""

from __future__ import annotations

from datetime import time

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from accounts.models.people import Account, Person
from accounts.topics import CHANNELS, TOPICS
from core.history import tracked
from core.models.organisation import Brand
from core.same_key import SameKey
from core.triggers import frozen, no_truncate

# Letters and digits only: what networks show as the sender of a text message.
SMS_SENDER = r"^([A-Za-z0-9][A-Za-z0-9 ]{0,10}|\+[0-9]{6,15})?$"
sms_sender_validator = RegexValidator(
    SMS_SENDER,
    "At most 11 letters, digits and blanks, or a number that begins with +.",
)


class Channel(models.TextChoices):
    """The ways on which messages travel."""

    EMAIL = "email", "e-mail"
    SMS = "sms", "text message"
    IN_APP = "in_app", "notice in the portal"


class SubjectOfMessages(models.TextChoices):
    """Topics as a choice; what each needs is said in accounts.topics."""

    SIGN_IN = "sign_in", "signing in"
    SECURITY = "security", "security"
    INVOICE = "invoice", "bills"
    USAGE_ALERT = "usage_alert", "usage alerts"
    PAYMENT_REMINDER = "payment_reminder", "payment reminders"
    CONTRACT = "contract", "contract"
    SERVICE = "service", "news about the service"
    MARKETING = "marketing", "offers"


@tracked()
class Consent(models.Model):
    """One statement of a person, or of an account: they agree to a topic by a channel, or no more.

    Statements are never changed or removed; the last one counts. `at` is when it was said,
    `evidence` where that can be looked up, `text_version` the words that were agreed to.
    """

    class Statement(models.TextChoices):
        GIVEN = "given", "given"
        WITHDRAWN = "withdrawn", "withdrawn"

    class Source(models.TextChoices):
        PORTAL = "portal", "portal"
        LINK = "link", "link in a message"
        PHONE = "phone", "telephone"
        PAPER = "paper", "paper"
        SHOP = "shop", "in person"
        ORDER = "order", "order"
        FILE = "file", "file"

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="consents")
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="consents"
    )
    account = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="consents"
    )
    topic = models.CharField(max_length=30, choices=SubjectOfMessages.choices)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    statement = models.CharField(max_length=10, choices=Statement.choices)
    at = models.DateTimeField(help_text="When it was said.")
    source = models.CharField(max_length=10, choices=Source.choices)
    evidence = models.CharField(
        max_length=500, blank=True, help_text="Where it can be looked up: a call, a form, a page."
    )
    text_version = models.CharField(
        max_length=60, blank=True, help_text="The version of the words that were agreed to."
    )
    language = models.CharField(max_length=10, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("-at", "-id")
        indexes = (
            models.Index(fields=("person", "brand", "topic", "channel"), name="consent_of_person"),
            models.Index(fields=("account", "topic", "channel"), name="consent_of_account"),
        )
        constraints = (
            SameKey(fields=("account", "brand"), name="consent_account_of_its_brand"),
            models.CheckConstraint(
                condition=Q(person__isnull=False, account__isnull=True)
                | Q(person__isnull=True, account__isnull=False),
                name="consent_of_a_person_or_an_account",
            ),
            models.CheckConstraint(
                condition=Q(statement__in=("given", "withdrawn")), name="consent_given_or_withdrawn"
            ),
            models.CheckConstraint(
                condition=Q(topic__in=tuple(TOPICS)), name="consent_topic_is_known"
            ),
            models.CheckConstraint(
                condition=Q(channel__in=CHANNELS), name="consent_channel_is_known"
            ),
        )
        triggers = (frozen(), no_truncate())

    def __str__(self) -> str:
        return f"{self.get_topic_display()} by {self.get_channel_display()}: {self.statement}"


@tracked()
class ContactPreference(models.Model):
    """Whether a person wants a topic by a channel from a brand; no row means the usual."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="contact_preferences")
    brand = models.ForeignKey(Brand, models.PROTECT, related_name="contact_preferences")
    topic = models.CharField(max_length=30, choices=SubjectOfMessages.choices)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    wanted = models.BooleanField()

    class Meta:
        ordering = ("person", "brand", "topic", "channel")
        constraints = (
            models.UniqueConstraint(
                fields=("person", "brand", "topic", "channel"), name="contact_preference_once"
            ),
            models.CheckConstraint(
                condition=Q(topic__in=tuple(TOPICS)), name="contact_preference_topic_is_known"
            ),
            models.CheckConstraint(
                condition=Q(channel__in=CHANNELS), name="contact_preference_channel_is_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.person}: {self.get_topic_display()} by {self.get_channel_display()}"


@tracked()
class QuietHours(models.Model):
    """When a person wants no messages; without a row the brand's hours hold, in its zone.

    From `quiet_from` until `quiet_until` on the person's clock, over midnight if the second is
    the earlier one; the same twice means at no hour.
    """

    person = models.OneToOneField(Person, models.CASCADE, related_name="quiet_hours")
    quiet_from = models.TimeField(default=time(21))
    quiet_until = models.TimeField(default=time(8))
    zone = models.CharField(max_length=60, help_text="IANA time zone, for example Europe/Oslo.")
    sundays = models.BooleanField(default=True, help_text="No messages on Sundays.")
    holidays = models.BooleanField(default=True, help_text="No messages on public holidays.")

    class Meta:
        verbose_name_plural = "quiet hours"

    def __str__(self) -> str:
        return f"{self.person}: {self.quiet_from:%H:%M}–{self.quiet_until:%H:%M} {self.zone}"


@tracked()
class MessageSettings(models.Model):
    """How a brand writes: its sender, its quiet hours and how often a week; defaults without a row.

    An empty sender is the brand's own name and address.
    """

    brand = models.OneToOneField(Brand, models.CASCADE, related_name="message_settings")
    sender_name = models.CharField(max_length=100, blank=True)
    sender_email = models.EmailField(blank=True)
    reply_to = models.EmailField(blank=True)
    sms_sender = models.CharField(
        max_length=16,
        blank=True,
        validators=[sms_sender_validator],
        help_text="At most 11 letters and digits, or a number.",
    )
    quiet_from = models.TimeField(default=time(21))
    quiet_until = models.TimeField(default=time(8))
    sundays = models.BooleanField(default=True, help_text="No messages on Sundays.")
    holidays = models.BooleanField(default=True, help_text="No messages on public holidays.")
    contacts_a_week = models.PositiveSmallIntegerField(
        default=2, help_text="To one person in 7 days, for each kind of subject."
    )
    invoice_notice = models.BooleanField(
        default=False, help_text="Tell customers by e-mail that a bill was issued."
    )

    class Meta:
        verbose_name_plural = "message settings"
        constraints = (
            models.CheckConstraint(
                condition=Q(contacts_a_week__gte=1), name="message_settings_a_contact_at_least"
            ),
            models.CheckConstraint(
                condition=Q(sms_sender__regex=SMS_SENDER), name="message_settings_sms_sender_fits"
            ),
        )

    def __str__(self) -> str:
        return f"Messages of {self.brand}"
