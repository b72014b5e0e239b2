"""What always holds of accounts: whose a number is, and that brands don't mix."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection
from django.db.models import F, Q

from accounts.models import (
    Account,
    NumberAssignment,
    Subscription,
    SubscriptionAddOn,
    SubscriptionPlan,
)
from core.audit import invariant

_TWICE = """
    SELECT number.number, one.subscription_id, other.subscription_id
      FROM accounts_numberassignment one
      JOIN accounts_numberassignment other
        ON other.number_id = one.number_id AND other.id > one.id AND other.during && one.during
      JOIN accounts_servicenumber number ON number.id = one.number_id
     ORDER BY number.number
"""


@invariant("I24", "a number belongs to at most one subscription at a time")
def numbers_that_two_have() -> Iterator[str]:
    """Each pair of assignments of one number that share a day."""
    with connection.cursor() as cursor:
        cursor.execute(_TWICE)
        for number, one, other in cursor.fetchall():
            yield f"number {number} belongs to subscriptions {one} and {other} at the same time"


@invariant("I28", "what belongs to an account is of the account's brand")
def strangers_of_another_brand() -> Iterator[str]:
    """Parents, plans, add-ons and numbers of another brand, locations of another account."""
    for account in Account.objects.filter(~Q(brand=F("parent__brand")), parent__isnull=False):
        yield f"account {account.number} has a parent of another brand"
    for row in SubscriptionPlan.objects.exclude(plan__brand=F("subscription__account__brand")):
        yield f"subscription {row.subscription_id} has plan {row.plan_id} of another brand"
    for add_on in SubscriptionAddOn.objects.exclude(plan__brand=F("subscription__account__brand")):
        yield f"subscription {add_on.subscription_id} has an add-on of another brand: {add_on.code}"
    for number in NumberAssignment.objects.exclude(number__brand=F("subscription__account__brand")):
        yield f"subscription {number.subscription_id} has a number of another brand"
    for line in Subscription.objects.filter(location__isnull=False).exclude(
        location__account=F("account")
    ):
        yield f"subscription {line.code} lies at a location of another account"
