"""The words of messages: templates by brand, event, channel and language, in versions."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models.consents import Channel
from accounts.topics import CHANNELS
from core.history import tracked
from core.models.organisation import Brand
from core.triggers import no_truncate

PUBLISHED_STAYS = """
    IF OLD.state = 'draft' THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.brand_id, NEW.event, NEW.channel, NEW.language, NEW.version, NEW.subject,
                NEW.text, NEW.html)
            IS NOT DISTINCT FROM
           (OLD.brand_id, OLD.event, OLD.channel, OLD.language, OLD.version, OLD.subject,
                OLD.text, OLD.html)
           AND NEW.state <> 'draft' THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a template that was published stays as it was: make a new version'
        USING ERRCODE = 'integrity_constraint_violation';
"""


@tracked()
class MessageTemplate(models.Model):
    """What is said on an event, by a channel, in a language; of a brand, or of every brand.

    ```
    draft ──▶ published ──▶ retired  (when the next version is published, or by hand)
    ```
    Publishing needs a second person. At most one version of each is published; where there is
    none, the product's own words are used.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "draft"
        PUBLISHED = "published", "published"
        RETIRED = "retired", "retired"

    TRANSITIONS = {
        State.DRAFT: {State.PUBLISHED},
        State.PUBLISHED: {State.RETIRED},
        State.RETIRED: set[State](),
    }

    brand = models.ForeignKey(
        Brand,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="message_templates",
        help_text="Empty: for every brand that has none of its own.",
    )
    event = models.CharField(max_length=60)
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.EMAIL)
    language = models.CharField(max_length=10)
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    subject = models.CharField(max_length=500, blank=True)
    text = models.TextField()
    html = models.TextField(blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("event", "channel", "language", "brand", "-version")
        permissions = (("publish_messagetemplate", "Can publish message template"),)
        constraints = (
            models.UniqueConstraint(fields=("id", "brand"), name="message_template_with_brand"),
            models.UniqueConstraint(
                fields=("brand", "event", "channel", "language", "version"),
                nulls_distinct=False,
                name="message_template_version_once",
            ),
            models.UniqueConstraint(
                fields=("brand", "event", "channel", "language"),
                condition=Q(state="published"),
                nulls_distinct=False,
                name="message_template_one_published",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "published", "retired")),
                name="message_template_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(channel__in=CHANNELS), name="message_template_channel_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(published_at__isnull=False),
                name="message_template_published_has_a_time",
            ),
        )
        triggers = (
            pgtrigger.Trigger(
                name="published_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=PUBLISHED_STAYS,
            ),
            no_truncate(),
        )

    def __str__(self) -> str:
        return f"{self.event} · {self.get_channel_display()} · {self.language} · {self.version}"
