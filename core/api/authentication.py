"""Who asks the API: a key of one brand, sent as `Authorization: Bearer tl_…`."""

from __future__ import annotations

from hmac import compare_digest
from typing import Any

import pghistory
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from core.context import brand_of
from core.models import ApiKey
from core.services.issue_api_key import MARK, digest_of
from core.services.note_api_key_use import note_api_key_use

REFUSED = "The key is not valid: it is unknown, expired, revoked, or another brand's."
NO_KEY_HAS_THIS = "0" * 64


class KeyUser(AnonymousUser):
    """Stands for the system behind a key: signed in as nobody, with no right but its scopes."""

    def __init__(self, key: ApiKey) -> None:
        super().__init__()
        self.key = key

    @property
    def is_authenticated(self) -> bool:  # type: ignore[override]
        """Whoever has a valid key is known."""
        return True

    def __str__(self) -> str:
        return str(self.key)


class KeyAuthentication(BaseAuthentication):
    """Finds the key by its public part and compares the digests in constant time.

    Unknown, expired, revoked and, on a brand's host, another brand's keys get one answer.
    """

    def authenticate(self, request: Request) -> tuple[KeyUser, ApiKey] | None:
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"bearer":
            return None
        key = _key_of(words[1:], request)
        if key is None:
            raise AuthenticationFailed(REFUSED)
        now = timezone.now()
        if not key.is_live(now):
            raise AuthenticationFailed(REFUSED)
        note_api_key_use(key, now=now)
        # Adds to the context that the request has already, if it may change anything.
        pghistory.context(key=key.prefix)
        return KeyUser(key), key

    def authenticate_header(self, request: Request) -> str:
        """So that a refusal is a 401 and says how to ask."""
        return 'Bearer realm="Trunkline"'


def _key_of(words: list[bytes], request: Request) -> ApiKey | None:
    token = b"".join(words).decode("ascii", errors="replace") if len(words) == 1 else ""
    parts = token.split("_", 2)
    found = None
    if len(parts) == 3 and parts[0] == MARK and "\0" not in token:
        found = ApiKey.objects.select_related("brand").filter(prefix=parts[1]).first()
    is_same = compare_digest(found.digest if found else NO_KEY_HAS_THIS, digest_of(token))
    if found is None or not is_same or not found.brand.live:
        return None
    host_brand = brand_of(request)
    return found if host_brand is None or host_brand == found.brand else None


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI document describes the keys."""

    target_class = KeyAuthentication
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A key of one brand, made in the back office.",
        }
