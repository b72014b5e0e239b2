"""Remember when a key was last used, at most once a minute."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from core.models import ApiKey

NOTED_EVERY = timedelta(minutes=1)


def note_api_key_use(key: ApiKey, *, now: datetime) -> None:
    """Set `last_used_at` where it is older than a minute: most requests write nothing."""
    if key.last_used_at and now - key.last_used_at < NOTED_EVERY:
        return
    stale = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now)
    ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=now)
