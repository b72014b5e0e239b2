"""Services move to another address, also for emergency calls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Location
from accounts.services.standing import lock_account
from core.errors import DomainError


@dataclass(frozen=True, slots=True)
class Address:
    """A place; the country by its two letters (ISO 3166)."""

    street: str
    postcode: str
    city: str
    country: str


@transaction.atomic
def move_location(
    location: Location, *, address: Address, emergency_address_too: bool, now: datetime
) -> Location:
    """Change where the location's services are delivered.

    The emergency address moves along where the customer says that it is the same; else it stays
    but is no longer confirmed. Raises DomainError for an address without street, city or country.
    """
    _check(address)
    lock_account(location.account_id)
    location = Location.objects.select_for_update().get(pk=location.pk)
    for name in ("street", "postcode", "city", "country"):
        setattr(location, name, getattr(address, name))
    location.emergency_confirmed_at = None
    location.save()
    if emergency_address_too:
        return confirm_emergency_address(location, address=address, note="", now=now)
    return location


@transaction.atomic
def confirm_emergency_address(
    location: Location, *, address: Address, note: str, now: datetime
) -> Location:
    """The customer confirms at `now` where people really are when an emergency call is made."""
    _check(address)
    location = Location.objects.select_for_update().get(pk=location.pk)
    for name in ("street", "postcode", "city", "country"):
        setattr(location, f"emergency_{name}", getattr(address, name))
    location.emergency_note = note
    location.emergency_confirmed_at = now
    location.save()
    return location


def _check(address: Address) -> None:
    if not (address.street.strip() and address.city.strip() and len(address.country) == 2):
        raise DomainError(_("An address needs a street, a city and a country."))
