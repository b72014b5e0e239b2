"""Say what a person may do in an account's portal."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Account, Membership, MembershipLine, Person, Subscription
from accounts.rights import Right
from accounts.services.standing import lock_account
from core.errors import DomainError

Role = Membership.Role


@transaction.atomic
def set_membership(
    account: Account,
    person: Person,
    *,
    role: str,
    rights: Sequence[str] = (),
    lines: Sequence[Subscription] = (),
) -> Membership:
    """Make the person a member in `role`; `rights` other than the role's, `lines` of a line owner.

    Raises DomainError for rights that nobody knows, lines of another account, a line owner
    without lines, and where the account would lose its last owner.
    """
    lock_account(account.pk)
    unknown = sorted(set(rights) - set(Right.values))
    if unknown:
        raise DomainError(_("Nobody knows the right %(right)s.") % {"right": ", ".join(unknown)})
    if any(line.account_id != account.pk for line in lines):
        raise DomainError(_("A line owner's lines are those of the account."))
    if (role == Role.LINE_OWNER) != bool(lines):
        raise DomainError(_("A line owner, and nobody else, is given lines."))
    if role != Role.OWNER:
        _refuse_the_last_owner(account, person)
    membership, _made = Membership.objects.update_or_create(
        account=account,
        person=person,
        defaults={"role": role, "rights": sorted(set(rights))},
    )
    membership.lines.exclude(subscription__in=lines).delete()
    known = set(membership.lines.values_list("subscription_id", flat=True))
    for line in lines:
        if line.pk not in known:
            MembershipLine.objects.create(membership=membership, subscription=line)
    return membership


@transaction.atomic
def end_membership(account: Account, person: Person) -> None:
    """The person sees the account no more; DomainError for its last owner."""
    lock_account(account.pk)
    _refuse_the_last_owner(account, person)
    Membership.objects.filter(account=account, person=person).delete()


def _refuse_the_last_owner(account: Account, person: Person) -> None:
    owners = account.memberships.filter(role=Role.OWNER)
    if owners.filter(person=person).exists() and owners.count() == 1:
        raise DomainError(_("An account keeps one owner: name another one first."))
