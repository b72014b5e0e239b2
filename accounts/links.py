"""Addresses of a brand's portal, as messages name them."""

from __future__ import annotations

from django.conf import settings

from core.models import Brand


def portal_address(brand: Brand, path: str = "/", host: str = "") -> str:
    """The whole address of a page on the brand's first domain, or on `host`."""
    if not host:
        domain = brand.domains.first()
        host = domain.host if domain else settings.STAFF_HOST
        host += f":{settings.PUBLIC_PORT}" if settings.PUBLIC_PORT else ""
    return f"{settings.PUBLIC_SCHEME}://{host}{path}"
