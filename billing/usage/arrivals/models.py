"""When usage files came, under which names, and which of them nobody waits for any more."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from billing.usage.models import UsageFile, UsageSource
from core.history import tracked
from core.one_brand import keeps_its_owner


class UsageArrival(models.Model):
    """A name under which a file came: the same content may come under several.

    Names tell which file of a day or of a sequence it is, so a quiet hour's file, which says the
    same as that of the hour before, has come as well.
    """

    file = models.ForeignKey(UsageFile, models.CASCADE, related_name="arrivals")
    name = models.CharField(max_length=255)
    arrived_at = models.DateTimeField()

    class Meta:
        ordering = ("arrived_at", "id")
        constraints = (models.UniqueConstraint(fields=("file", "name"), name="usage_arrival_once"),)

    def __str__(self) -> str:
        return self.name


@tracked()
class AcceptedUsageGap(models.Model):
    """A usage file that never came, and why billing may go on without it.

    `key` names the gap within its source as `usage_gaps` lists it.
    """

    source = models.ForeignKey(UsageSource, models.PROTECT, related_name="accepted_gaps")
    key = models.CharField(max_length=80)
    reason = models.CharField(max_length=200)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    accepted_at = models.DateTimeField()

    class Meta:
        ordering = ("source", "key")
        constraints = (
            models.UniqueConstraint(fields=("source", "key"), name="accepted_usage_gap_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="accepted_usage_gap_says_why"),
        )
        triggers = (keeps_its_owner("source"),)

    def __str__(self) -> str:
        return f"{self.source_id} {self.key}"
