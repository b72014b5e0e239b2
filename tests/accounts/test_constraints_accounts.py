"""What the database itself refuses of accounts, people, subscriptions and numbers."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import F

from accounts.models import (
    Account,
    Membership,
    NumberAssignment,
    Person,
    ServiceNumber,
    Subscription,
    SubscriptionPlan,
)
from tests import make

NEW_YEAR, SPRING = date(2026, 1, 1), date(2026, 4, 1)


@pytest.fixture
def kari(fjordtel) -> Account:
    return make.make_account(fjordtel)


@pytest.fixture
def mobile(kari, fjordtel) -> Subscription:
    return make.make_subscription(kari, make.make_plan(fjordtel), number="4790000123")


def refused(constraint: str):
    """The database refuses what follows, by the constraint of this name."""
    return pytest.raises(IntegrityError, match=constraint)


def test_account_number_once(kari):
    with refused("account_number_once"), transaction.atomic():
        make.make_account(kari.brand, kari.number, "Bo Berg")


def test_another_brand_may_use_the_same_account_number(kari, northwind):
    assert make.make_account(northwind, kari.number).number == kari.number


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"bill_day": 0}, "account_bill_day_1_to_31"),
        ({"bill_day": 32}, "account_bill_day_1_to_31"),
        ({"bills_to_parent": True}, "account_bills_to_a_parent_it_has"),
        ({"parent": F("pk")}, "account_not_its_own_parent"),
    ],
)
def test_an_account_is_refused(kari, fields, constraint):
    with refused(constraint), transaction.atomic():
        Account.objects.filter(pk=kari.pk).update(**fields)


def test_person_email_once_whatever_its_case(kari):
    make.make_person(kari)

    with refused("person_email_once_whatever_its_case"), transaction.atomic():
        Person.objects.create(name="Kari again", email="KARI@example.com")


def test_membership_once(kari):
    person = make.make_person(kari)

    with refused("membership_once"), transaction.atomic():
        Membership.objects.create(account=kari, person=person, role="viewer")


def test_location_code_once(kari):
    make.make_location(kari)

    with refused("location_code_once"), transaction.atomic():
        make.make_location(kari)


def test_subscription_code_once(kari, mobile):
    with refused("subscription_code_once"), transaction.atomic():
        make.make_subscription(kari, code=mobile.code)


def test_subscription_ends_after_it_starts(kari):
    with refused("subscription_ends_after_it_starts"), transaction.atomic():
        make.make_subscription(kari, starts_on=SPRING, ends_on=NEW_YEAR)


@pytest.mark.parametrize(
    ("during", "constraint"),
    [
        (DateRange(SPRING, None), "subscription_one_plan_at_a_time"),
        (DateRange(date(2025, 1, 1), date(2026, 1, 2)), "subscription_one_plan_at_a_time"),
        (DateRange(NEW_YEAR, NEW_YEAR), "subscription_plan_span_not_empty"),
    ],
)
def test_a_plan_of_a_subscription_is_refused(mobile, during, constraint):
    plan = mobile.plan_history.get().plan

    with refused(constraint), transaction.atomic():
        SubscriptionPlan.objects.create(subscription=mobile, plan=plan, during=during)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"code": "ORDER-1"}, "subscription_add_on_code_once"),
        (
            {"code": "ORDER-2", "ends_on": NEW_YEAR},
            "subscription_add_on_ends_after_it_starts",
        ),
    ],
)
def test_an_add_on_is_refused(mobile, fjordtel, fields, constraint):
    day_pass = make.make_plan(fjordtel, "DAYPASS-TR", "49.00", kind="add_on")
    make.give_add_on(mobile, day_pass, SPRING)

    with refused(constraint), transaction.atomic():
        make.give_add_on(mobile, day_pass, SPRING, **fields)


@pytest.mark.parametrize(
    ("number", "constraint"),
    [
        ("4790000123", "service_number_once"),
        ("+4790000124", "service_number_is_plain"),
        ("4790 000124", "service_number_is_plain"),
        ("", "service_number_is_plain"),
    ],
)
def test_a_number_is_refused(mobile, fjordtel, number, constraint):
    with refused(constraint), transaction.atomic():
        ServiceNumber.objects.create(brand=fjordtel, number=number)


@pytest.mark.parametrize(
    ("during", "constraint"),
    [
        (DateRange(SPRING, None), "number_one_subscription_at_a_time"),
        (DateRange(NEW_YEAR, NEW_YEAR), "number_assignment_span_not_empty"),
    ],
)
def test_a_number_belongs_to_one_subscription_at_a_time(kari, mobile, during, constraint):
    other = make.make_subscription(kari, code="MOB-2")

    with refused(constraint), transaction.atomic():
        NumberAssignment.objects.create(
            number=ServiceNumber.objects.get(), subscription=other, during=during
        )


def test_a_number_may_move_on_the_day_it_is_given_up(kari, mobile):
    NumberAssignment.objects.update(during=DateRange(NEW_YEAR, SPRING))
    other = make.make_subscription(kari, code="MOB-2")

    make.assign_number(other, "4790000123", during=DateRange(SPRING, None))

    assert NumberAssignment.objects.count() == 2
