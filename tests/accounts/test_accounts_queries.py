"""Whose accounts a user sees, and who pays for an account."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db import connection

from accounts.audit import numbers_that_two_have, strangers_of_another_brand
from accounts.models import Account
from accounts.queries import accounts_of_user, top_account
from core.models import Brand
from tests import make


def family(brand: Brand) -> list[Account]:
    """Acme, its office that bills to it, a desk that bills to the office, a shop that doesn't."""
    acme = make.make_account(brand, "A", "Acme AS", kind="business")
    office = make.make_account(brand, "B", "Office", parent=acme, bills_to_parent=True)
    desk = make.make_account(brand, "C", "Desk", parent=office, bills_to_parent=True)
    shop = make.make_account(brand, "D", "Shop", parent=acme)
    return [acme, office, desk, shop]


def seen(user: object, brand: Brand) -> list[str]:
    return [account.number for account in accounts_of_user(user, brand)]


def test_a_member_sees_the_account_and_what_bills_to_it(fjordtel: Brand) -> None:
    acme, *_ = family(fjordtel)
    make.make_account(fjordtel, "E", "Bo Berg")
    person = make.make_person(acme, "boss@acme.example")

    assert seen(person.user, fjordtel) == ["A", "B", "C"]


def test_a_member_of_a_child_sees_nothing_of_the_parent(fjordtel: Brand) -> None:
    office = family(fjordtel)[1]
    person = make.make_person(office, "office@acme.example")

    assert seen(person.user, fjordtel) == ["B", "C"]


def test_another_brand_is_another_world(fjordtel: Brand, northwind: Brand) -> None:
    person = make.make_person(make.make_account(fjordtel))

    assert seen(person.user, northwind) == []


def test_nobody_and_strangers_see_nothing(fjordtel: Brand) -> None:
    make.make_person(make.make_account(fjordtel))

    assert seen(AnonymousUser(), fjordtel) == []
    assert seen(make.make_staff(), fjordtel) == []


def test_who_was_locked_out_sees_nothing(fjordtel: Brand) -> None:
    person = make.make_person(make.make_account(fjordtel))
    assert person.user is not None
    person.user.is_active = False

    assert seen(person.user, fjordtel) == []


def test_what_is_seen_takes_one_query(fjordtel: Brand, django_assert_num_queries: object) -> None:
    person = make.make_person(family(fjordtel)[0], "boss@acme.example")

    with django_assert_num_queries(1):
        seen(person.user, fjordtel)


def test_the_top_account_gets_the_invoice(fjordtel: Brand) -> None:
    acme, office, desk, shop = family(fjordtel)

    assert [top_account(account).number for account in (acme, office, desk, shop)] == [
        "A", "A", "A", "D",
    ]  # fmt: skip


def test_the_audit_finds_brands_that_mix(fjordtel: Brand, northwind: Brand) -> None:
    kari = make.make_account(fjordtel)
    acme = make.make_account(northwind, "200200", "Acme AS")
    assert list(numbers_that_two_have()) == []
    assert list(strangers_of_another_brand()) == []
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE accounts_account DROP CONSTRAINT account_parent_of_its_brand")

    Account.objects.filter(pk=kari.pk).update(parent=acme)

    assert list(strangers_of_another_brand()) == ["account 100123 has a parent of another brand"]
