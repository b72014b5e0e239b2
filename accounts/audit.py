"""What always holds of accounts: whose a number is, and that brands don't mix."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection
from django.db.models import F, Q

from accounts import audit_messages  # noqa: F401 – states its own invariant
from accounts.models import (
    Account,
    NumberAssignment,
    ServiceNumber,
    Sim,
    Subscription,
    SubscriptionTerm,
)
from core.audit import invariant

_SIM_TWICE = """
    SELECT sim.iccid, one.subscription_id, other.subscription_id
      FROM accounts_simassignment one
      JOIN accounts_simassignment other
        ON other.id > one.id AND other.during && one.during
       AND (other.sim_id = one.sim_id OR other.subscription_id = one.subscription_id)
      JOIN accounts_sim sim ON sim.id = one.sim_id
     ORDER BY sim.iccid
"""
_TWICE = """
    SELECT number.number, one.subscription_id, other.subscription_id
      FROM accounts_numberassignment one
      JOIN accounts_numberassignment other
        ON other.number_id = one.number_id AND other.id > one.id AND other.during && one.during
      JOIN accounts_servicenumber number ON number.id = one.number_id
     ORDER BY number.number
"""


@invariant("I24", "a number and a SIM belong to at most one subscription at a time")
def numbers_that_two_have() -> Iterator[str]:
    """Each pair of assignments of one number that share a day."""
    with connection.cursor() as cursor:
        cursor.execute(_TWICE)
        for number, one, other in cursor.fetchall():
            yield f"number {number} belongs to subscriptions {one} and {other} at the same time"
        cursor.execute(_SIM_TWICE)
        for iccid, one, other in cursor.fetchall():
            yield f"SIM {iccid}: subscriptions {one} and {other} have it, or two, at the same time"
    yield from _numbers_without_their_state()
    yield from _terms_of_other_plans()


def _numbers_without_their_state() -> Iterator[str]:
    """Numbers that somebody has for good but are told to be free, and the other way round."""
    for_good = NumberAssignment.objects.filter(during__endswith__isnull=True)
    numbers = ServiceNumber.objects.filter(pk__in=for_good.values("number"))
    for number in numbers.exclude(state=ServiceNumber.State.ASSIGNED):
        yield f"number {number} is assigned without an end but {number.state}"
    unowned = ServiceNumber.objects.filter(state=ServiceNumber.State.ASSIGNED)
    for number in unowned.filter(assignments__isnull=True):
        yield f"number {number} is {number.state} but nobody ever had it"


def _terms_of_other_plans() -> Iterator[str]:
    """Terms longer or shorter than what the plan version says that they were copied from."""
    terms = SubscriptionTerm.objects.filter(plan_version__isnull=False)
    for term in terms.exclude(months=F("plan_version__term_months")):
        yield f"subscription {term.subscription_id} is bound for other months than agreed"


@invariant("I28", "what belongs to an account is of the account's brand")
def strangers_of_another_brand() -> Iterator[str]:
    """Parents of another brand, locations of another account, pools of another brand.

    Composite keys hold these; what triggers hold (plans, numbers, SIMs …) is I28c.
    """
    for account in Account.objects.filter(~Q(brand=F("parent__brand")), parent__isnull=False):
        yield f"account {account.number} has a parent of another brand"
    for line in Subscription.objects.filter(location__isnull=False).exclude(
        location__account=F("account")
    ):
        yield f"subscription {line.code} lies at a location of another account"
    for model in (ServiceNumber, Sim):
        for row in model._default_manager.filter(pool__isnull=False).exclude(
            pool__brand=F("brand")
        ):
            yield f"{model._meta.verbose_name} {row} lies in a pool of another brand"
