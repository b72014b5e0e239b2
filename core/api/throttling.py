"""How often a key may ask."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from core.models import ApiKey


class KeyThrottle(SimpleRateThrottle):
    """So many requests a minute for each key (`API_RATE`); the answer says when to ask again."""

    scope = "key"

    def get_rate(self) -> str:
        return str(settings.API_RATE)

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        key = request.auth
        return f"api-key-{key.pk}" if isinstance(key, ApiKey) else None
