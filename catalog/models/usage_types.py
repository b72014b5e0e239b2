"""The types of usage, and the unit in which each is counted."""

from __future__ import annotations

from django.db import models


class UsageType(models.TextChoices):
    """What is used; calls are counted in seconds, messages singly, data in bytes."""

    VOICE = "voice", "voice (seconds)"
    SMS = "sms", "SMS (messages)"
    DATA = "data", "data (bytes)"


USAGE_TYPES: list[str] = ["voice", "sms", "data"]
