"""Let somebody into the back office: a login, its brands and what it may do there."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from core.errors import DomainError
from core.models import Brand, User

APPS = ("core", "catalog", "accounts", "billing", "payments", "dunning")
# What a group may do beside seeing every page of its brands.
GROUPS: dict[str, tuple[str, ...]] = {
    "Billing staff": (
        "accounts.change_account",
        "accounts.change_location",
        "accounts.change_person",
        "billing.add_billrun",
        "core.change_job",
        "payments.change_payment",
    ),
    "Auditors": (),
}


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
    address or belongs to a customer, and for an unknown group.
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
        user.groups.add(staff_group(group))
    return user, created


def staff_group(name: str) -> Group:
    """The group of this name with its rights, made or renewed: all may see, some may do more."""
    if name not in GROUPS:
        raise DomainError(f"There is no group called {name!r}; choose from {', '.join(GROUPS)}.")
    group, _created = Group.objects.get_or_create(name=name)
    seen = Permission.objects.filter(
        content_type__app_label__in=APPS, codename__startswith="view_"
    ).exclude(content_type__app_label="core", content_type__model="user")
    group.permissions.set(seen)
    for right in GROUPS[name]:
        app, codename = right.split(".")
        group.permissions.add(
            Permission.objects.get(content_type__app_label=app, codename=codename)
        )
    return group
