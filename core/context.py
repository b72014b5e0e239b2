"""Whose site a request is for, and who may use it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest

from core.models import Brand, User

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser


LOGO_TYPES = ("image/png", "image/jpeg")


def site(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the brand whose host was asked (none on the staff host)."""
    return {
        "brand": brand_of(request),
        "languages": languages_of(brand_of(request)),
        "has_logo": has_logo(brand_of(request)),
        "on_staff_host": is_staff_host(request),
        "language": getattr(request, "LANGUAGE_CODE", "en"),
    }


def has_logo(brand: Brand | None) -> bool:
    """Whether the brand has a logo of a kind that can't hold a script."""
    return brand is not None and brand.logo_type in LOGO_TYPES


def languages_of(brand: Brand | None) -> list[tuple[str, str]]:
    """The languages that a brand offers and we have, each with its own name for itself."""
    known = dict(settings.LANGUAGES)
    return [(code, known[code]) for code in (brand.languages if brand else ()) if code in known]


def brand_of(request: HttpRequest) -> Brand | None:
    """The brand whose host was asked, or None on the staff host."""
    brand = getattr(request, "brand", None)
    return brand if isinstance(brand, Brand) else None


def is_staff_host(request: HttpRequest) -> bool:
    """Whether the request came to the back office's own host name."""
    return bool(getattr(request, "on_staff_host", False))


def may_use_site(user: AbstractBaseUser | AnonymousUser, request: HttpRequest) -> bool:
    """Whether this user has any business on the site that was asked.

    The staff host is for staff. A brand's host is for persons with a membership in an account of
    that brand, and never for staff: their login opens more than a customer's site should hold.
    """
    if not isinstance(user, User) or not user.is_active:
        return False
    if is_staff_host(request):
        return user.is_staff
    brand = brand_of(request)
    if brand is None or user.is_staff:
        return False
    return User.objects.filter(pk=user.pk, person__memberships__account__brand=brand).exists()
