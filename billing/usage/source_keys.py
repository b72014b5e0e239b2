"""Which source's usage an API key brings."""

from __future__ import annotations

from django.db import models

from billing.usage.models import UsageSource
from core.history import tracked
from core.models import ApiKey
from core.one_brand import one_brand


@tracked()
class UsageSourceKey(models.Model):
    """A key brings usage of one source, and of no other; a source may have several keys."""

    key = models.OneToOneField(ApiKey, models.PROTECT, related_name="usage_source_key")
    source = models.ForeignKey(UsageSource, models.PROTECT, related_name="source_keys")

    class Meta:
        ordering = ("source", "key")
        triggers = (*one_brand(("key__brand", "source__brand")),)

    def __str__(self) -> str:
        return f"{self.key} for {self.source}"
