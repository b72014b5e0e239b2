"""Make a key for another system; its secret is shown once and never stored."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime
from hashlib import sha256

from django.db import transaction

from core.errors import DomainError
from core.models import ApiKey, Brand, User
from core.models.api_keys import SCOPES

MARK = "tl"
PREFIX_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"


@transaction.atomic
def issue_api_key(
    *,
    brand: Brand,
    name: str,
    scopes: Collection[str],
    expires_at: datetime,
    issued_by: User,
    now: datetime,
) -> tuple[ApiKey, str]:
    """The new key and its token `tl_<prefix>_<secret>`, which nobody can read again.

    Raises DomainError for an unknown scope, none at all, or an end that is not ahead.
    """
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not scopes:
        named = ", ".join(unknown) or "nothing"
        raise DomainError(f"A key can't be for {named}; choose from {', '.join(SCOPES)}.")
    if expires_at <= now:
        raise DomainError("The key would have expired already; choose a later day.")
    if not name.strip():
        raise DomainError("Name the system that will use the key.")
    prefix = "".join(secrets.choice(PREFIX_ALPHABET) for _ in range(12))
    token = f"{MARK}_{prefix}_{secrets.token_urlsafe(32)}"
    key = ApiKey.objects.create(
        brand=brand,
        name=name.strip(),
        prefix=prefix,
        digest=digest_of(token),
        scopes=sorted(set(scopes)),
        created_by=issued_by,
        created_at=now,
        expires_at=expires_at,
    )
    return key, token


def digest_of(token: str) -> str:
    """The SHA-256 of a token: its 256 random bits need no slower hash."""
    return sha256(token.encode()).hexdigest()
