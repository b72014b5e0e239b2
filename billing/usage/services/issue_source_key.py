"""Make a key that brings usage of one source; its secret is shown once and never stored."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from billing.usage.models import UsageSource
from billing.usage.source_keys import UsageSourceKey
from core.models import User
from core.models.api_keys import Scope
from core.services.issue_api_key import issue_api_key


@transaction.atomic
def issue_source_key(
    *, source: UsageSource, name: str, expires_at: datetime, issued_by: User, now: datetime
) -> tuple[UsageSourceKey, str]:
    """The new key of the source and its token; `name` is the system that will use it.

    It is for nothing but bringing usage of this source. Raises `DomainError` as `issue_api_key`.
    """
    key, token = issue_api_key(
        brand=source.brand,
        name=name,
        scopes=[Scope.USAGE_WRITE],
        expires_at=expires_at,
        issued_by=issued_by,
        now=now,
    )
    return UsageSourceKey.objects.create(key=key, source=source), token
