"""How often a key may ask."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle, SimpleRateThrottle

from core.models import ApiKey


class BringingThrottle(BaseThrottle):
    """So many requests a minute for each key that brings data (`API_BRINGING_RATE`).

    These may come by the thousand, so they are counted by the minute and not remembered one by one.
    """

    def __init__(self) -> None:
        self._left_seconds = 0

    def allow_request(self, request: Request, view: Any) -> bool:
        key = request.auth
        if not isinstance(key, ApiKey):
            return True
        minute, second = divmod(int(SimpleRateThrottle.timer()), 60)
        self._left_seconds = 60 - second
        name = f"api-bringing-{key.pk}-{minute}"
        count = cache.get(name, 0) + 1
        cache.set(name, count, 120)
        return bool(count <= settings.API_BRINGING_RATE)

    def wait(self) -> int:
        """Seconds until the next minute."""
        return self._left_seconds


class KeyThrottle(SimpleRateThrottle):
    """So many requests a minute for each key (`API_RATE`); the answer says when to ask again."""

    scope = "key"

    def get_rate(self) -> str:
        return str(settings.API_RATE)

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        key = request.auth
        return f"api-key-{key.pk}" if isinstance(key, ApiKey) else None
