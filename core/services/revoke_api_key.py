"""End a key before its time."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from core.errors import DomainError
from core.models import ApiKey


@transaction.atomic
def revoke_api_key(key: ApiKey, *, now: datetime) -> ApiKey:
    """End the key at once, for good; one that was ended already is refused."""
    locked = ApiKey.objects.select_for_update().get(pk=key.pk)
    if locked.revoked_at is not None:
        raise DomainError(f"The key {locked.name} was ended already.")
    locked.revoked_at = now
    locked.save(update_fields=["revoked_at"])
    return locked
