"""Let somebody into the back office: a login, its brands and what it may do there."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from core.errors import DomainError
from core.models import Brand, User
from core.services.set_up_roles import group_of


@transaction.atomic
def create_staff(
    email: str,
    *,
    brands: Iterable[Brand] = (),
    group: str = "",
    superuser: bool = False,
    password: str | None = None,
) -> tuple[User, bool]:
    """Create a member of staff, or give one that exists more brands and rights; True if new.

    The password of a login that exists stays. Raises DomainError for an address that is no
    address or belongs to a customer, and for an unknown role.
    """
    try:
        validate_email(email)
    except ValidationError:
        raise DomainError(f"{email!r} is not an e-mail address.") from None
    user = User.objects.filter(email__iexact=email).first()
    created = user is None
    if user is None:
        user = User.objects.create_user(email, password, is_staff=True, is_superuser=superuser)
    elif not user.is_staff:
        raise DomainError(f"{email} is a customer's login; staff need an address of their own.")
    elif superuser and not user.is_superuser:
        user.is_superuser = True
        user.save(update_fields=["is_superuser"])
    user.brands.add(*brands)
    if group:
        user.groups.add(group_of(group))
    return user, created
