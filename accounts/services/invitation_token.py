"""Links with which invited people choose their first password: once, within a week."""

from __future__ import annotations

from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from core.errors import DomainError
from core.models import User

INVITATION_DAYS = 7
# The purpose is part of the signature: no other link of ours is taken for this one.
PURPOSE = "accounts.invitation"
PATH = "/invitation/"


def invitation_path(user: User) -> str:
    """The path of the page on which the password is chosen."""
    token = signing.dumps({"user": user.pk, "state": _state(user)}, salt=PURPOSE)
    return f"{PATH}{token}/"


def invited(token: str) -> User | None:
    """Who was invited by this link; None if it is not ours, too old, or was used."""
    try:
        facts = signing.loads(token, salt=PURPOSE, max_age=INVITATION_DAYS * 86400)
    except signing.BadSignature:
        return None
    user = User.objects.filter(pk=facts.get("user"), is_active=True).first()
    if user is None or user.has_usable_password():
        return None
    return user if constant_time_compare(facts.get("state", ""), _state(user)) else None


def accept_invitation(user: User, password: str) -> None:
    """Keep the first password; the link works no more. DomainError if there is one already."""
    if user.has_usable_password():
        raise DomainError("A password was chosen already.")
    user.set_password(password)
    user.save(update_fields=["password"])


def _state(user: User) -> str:
    """Changes with the password and the address: the link ends with either."""
    return salted_hmac(PURPOSE, f"{user.pk}:{user.password}:{user.email}").hexdigest()
