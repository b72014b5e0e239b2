"""Reads of accounts: whose accounts a user may see, and who pays for an account."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from accounts.models import Account, Membership, Person, Subscription, SubscriptionTerm
from accounts.rights import ROLE_RIGHTS, Right
from catalog.eligibility import CustomerFacts, why_not
from catalog.models import Plan
from catalog.queries import eligibility_of, version_of, versions_of
from core.models import Brand
from core.periods import local_date

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
           AND membership.role <> 'line_owner'
           AND (membership.rights = '{}' OR membership.rights @> '{see_bills,see_usage}')
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
    isn't signed in sees anything. A line owner sees none of them (`subscriptions_of_user`), nor
    does a member whose own list of rights leaves out bills or usage.
    """
    if not user.is_authenticated or not user.is_active:
        return Account.objects.none()
    visible = RawSQL(_VISIBLE_IDS, (user.pk, brand.pk))  # noqa: S611 – a constant text
    return Account.objects.filter(brand=brand, pk__in=visible).order_by("number")


def rights_of(membership: Membership) -> frozenset[str]:
    """What the membership allows: its own list of rights or, where that is empty, its role's."""
    return frozenset(membership.rights) or ROLE_RIGHTS[membership.role]


def has_right(person: Person | None, account: Account, right: Right) -> bool:
    """Whether a membership of the account, or of one whose invoice it is on, brings the right."""
    at: Account | None = account
    seen: set[int] = set()
    while person is not None and at is not None and at.pk not in seen:
        seen.add(at.pk)
        members = at.memberships.filter(person=person).exclude(role=Membership.Role.LINE_OWNER)
        if any(right in rights_of(member) for member in members):
            return True
        at = at.parent if at.bills_to_parent else None
    return False


def subscriptions_of_user(
    user: AbstractBaseUser | AnonymousUser, brand: Brand
) -> QuerySet[Subscription]:
    """The subscriptions of `brand` that the user may see: their accounts', and their own lines."""
    if not user.is_authenticated or not user.is_active:
        return Subscription.objects.none()
    lines = Q(
        account__brand=brand,
        line_owners__membership__person__user_id=user.pk,
        line_owners__membership__role=Membership.Role.LINE_OWNER,
    )
    mine = Subscription.objects.filter(lines).values("pk")
    return Subscription.objects.filter(
        Q(account__in=accounts_of_user(user, brand).values("pk")) | Q(pk__in=mine)
    )


def lines_of_user(user: AbstractBaseUser | AnonymousUser, brand: Brand) -> QuerySet[Subscription]:
    """The lines of `brand` that the user owns and whose usage they may see, by account and code."""
    if not user.is_authenticated or not user.is_active:
        return Subscription.objects.none()
    memberships = Membership.objects.filter(
        Q(rights=[]) | Q(rights__contains=[str(Right.SEE_USAGE)]),
        account__brand=brand,
        person__user_id=user.pk,
        role=Membership.Role.LINE_OWNER,
    )
    return (
        Subscription.objects.filter(account__brand=brand, line_owners__membership__in=memberships)
        .select_related("account")
        .prefetch_related("numbers__number", "plan_history__plan")
        .order_by("account__number", "code")
    )


def term_on(subscription: Subscription, day: date) -> SubscriptionTerm | None:
    """The term that holds on `day`: the last one that has begun by then, or None."""
    terms = [term for term in subscription.terms.all() if term.bound_from <= day]
    return max(terms, key=lambda term: term.bound_from, default=None)


def why_not_this_plan(account: Account, plan: Plan, *, as_of: date) -> list[str]:
    """Every reason, in words, for which the account may not have the plan from `as_of` on.

    The rules are the catalogue's (`catalog.eligibility`); the facts are the account's as on that
    day: its kind, since when it is a customer, what it has, and where.
    """
    if plan.brand_id != account.brand_id:
        return [_("It is not sold by this brand.")]
    return why_not(eligibility_of([plan])[plan.pk], _facts_of(account, as_of))


def may_have_plan(account: Account, plan: Plan, *, as_of: date) -> bool:
    """Whether the account may have the plan from `as_of` on."""
    return not why_not_this_plan(account, plan, as_of=as_of)


def plans_to_choose(account: Account, *, as_of: date) -> list[Plan]:
    """The plans (no add-ons) that the account may have from `as_of` on, by code; they have a price
    then. A few queries, however many plans there are."""
    plans = list(Plan.objects.filter(brand=account.brand_id, kind=Plan.Kind.PLAN).order_by("code"))
    versions = versions_of(plans)
    priced = [plan for plan in plans if version_of(versions[plan.pk], as_of) is not None]
    rules, facts = eligibility_of(priced), _facts_of(account, as_of)
    return [plan for plan in priced if not why_not(rules[plan.pk], facts)]


def _facts_of(account: Account, as_of: date) -> CustomerFacts:
    subscriptions = account.subscriptions.filter(starts_on__lte=as_of).exclude(ends_on__lte=as_of)
    plans = Plan.objects.filter(
        Q(
            subscription_plans__subscription__in=subscriptions,
            subscription_plans__during__contains=as_of,
        )
        | Q(
            Q(subscription_add_ons__ends_on__isnull=True)
            | Q(subscription_add_ons__ends_on__gt=as_of),
            subscription_add_ons__subscription__in=subscriptions,
            subscription_add_ons__starts_on__lte=as_of,
        )
    )
    had = list(plans.values_list("pk", "product_id"))
    first = account.subscriptions.order_by("starts_on").values_list("starts_on", flat=True).first()
    return CustomerFacts(
        day=as_of,
        customer_kind=account.kind,
        customer_since=first if first is not None and first < as_of else None,
        plan_ids=frozenset(plan_id for plan_id, _product in had),
        product_ids=frozenset(product_id for _plan, product_id in had),
        country=account.country,
        postcode=account.postcode,
    )


def today_of(brand: Brand, now: datetime) -> date:
    """The day it is for the brand's customers."""
    return local_date(now, brand.zone)


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
