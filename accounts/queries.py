"""Reads of accounts: whose accounts a user may see, and who pays for an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from accounts.models import Account, Membership
from core.models import Brand

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

# UNION, not UNION ALL: the walk ends even where parents went round in a circle.
_VISIBLE_IDS = """
    WITH RECURSIVE visible(id) AS (
        SELECT account.id
          FROM accounts_account account
          JOIN accounts_membership membership ON membership.account_id = account.id
          JOIN accounts_person person ON person.id = membership.person_id
         WHERE person.user_id = %s AND account.brand_id = %s
        UNION
        SELECT child.id
          FROM accounts_account child
          JOIN visible ON child.parent_id = visible.id
         WHERE child.bills_to_parent
    )
    SELECT id FROM visible
"""


def accounts_of_user(user: AbstractBaseUser | AnonymousUser, brand: Brand) -> QuerySet[Account]:
    """The accounts of `brand` that the user may see: memberships, and what bills to these.

    Accounts that bill to a member's account, at any depth, are part of its invoice and so are
    seen with it; a membership in a child shows nothing of its parent. One query; nobody who
    isn't signed in sees anything.
    """
    if not user.is_authenticated or not user.is_active:
        return Account.objects.none()
    visible = RawSQL(_VISIBLE_IDS, (user.pk, brand.pk))  # noqa: S611 – a constant text
    return Account.objects.filter(brand=brand, pk__in=visible).order_by("number")


def top_account(account: Account) -> Account:
    """The account on whose invoice this account's lines stand: itself, or an ancestor."""
    seen = {account.pk}
    while account.bills_to_parent and account.parent is not None:
        account = account.parent
        if account.pk in seen:
            break
        seen.add(account.pk)
    return account


def billing_address_of(account: Account) -> str:
    """Where mail about bills goes: the account's own address, else its first owner's or billing
    person's; empty if there is none.
    """
    if account.invoice_email:
        return account.invoice_email
    roles = (Membership.Role.OWNER, Membership.Role.BILLING)
    members = account.memberships.filter(role__in=roles).exclude(person__email="")
    first = members.order_by("id").select_related("person").first()
    return first.person.email if first else ""


def language_of(account: Account) -> str:
    """The language of the account's bills and messages: its own, else the brand's first."""
    return account.language or account.brand.default_language
