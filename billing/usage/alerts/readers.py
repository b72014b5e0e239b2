"""Who is told about a line's or an account's usage: owners, and line owners of their lines."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.models import Account, Membership, Person, Subscription
from accounts.queries import billing_address_of, language_of

Role = Membership.Role


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who is told; `sees_money` is false for line owners.

    `person` is None where only an address is known, which may be empty.
    """

    person: Person | None
    name: str
    email: str
    phone: str
    language: str
    sees_money: bool


def readers_of(account: Account, subscription: Subscription | None) -> list[Reader]:
    """The owners of the account, or of the one it bills to, and who owns the line.

    Where nobody owns the account the one who reads its bills is told.
    """
    found = {member.person_id: _reader(member, account) for member in _owners(account)}
    if not found:
        found[0] = _unnamed(account)
    if subscription is not None:
        lines = Membership.objects.filter(
            role=Role.LINE_OWNER, lines__subscription=subscription
        ).select_related("person")
        for member in lines.order_by("pk"):
            found.setdefault(member.person_id, _reader(member, account))
    return list(found.values())


def _owners(account: Account) -> list[Membership]:
    """Owners of the account; of one that has none and bills to its parent, the parent's."""
    seen: set[int] = set()
    at: Account | None = account
    while at is not None and at.pk not in seen:
        seen.add(at.pk)
        members = list(
            at.memberships.filter(role=Role.OWNER).select_related("person").order_by("pk")
        )
        if members:
            return members
        at = at.parent if at.bills_to_parent else None
    return []


def _reader(member: Membership, account: Account) -> Reader:
    person = member.person
    spoken = person.language in account.brand.languages
    return Reader(
        person=person,
        name=person.name,
        email=_address(person.email),
        phone=person.phone,
        language=person.language if spoken else language_of(account),
        sees_money=member.role != Role.LINE_OWNER,
    )


def _unnamed(account: Account) -> Reader:
    address = _address(billing_address_of(account))
    name = " ".join(account.name.split())
    return Reader(None, name, address, "", language_of(account), sees_money=True)


def _address(email: str) -> str:
    """The address; empty for one that is none: it must not hold up the others' news."""
    try:
        validate_email(email)
    except ValidationError:
        return ""
    return email
