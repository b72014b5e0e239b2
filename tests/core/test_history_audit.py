"""Invariant I29: whatever is changed behind the history's back is found, and the row is named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from accounts.models import Account, Membership
from core.audit import all_invariants
from core.history import changed_by
from core.models import Brand
from tests import make


@pytest.fixture
def account(db) -> Account:
    account: Account = make.make_account(make.make_brand())
    make.make_person(account)
    return account


def hits(number: str) -> list[str]:
    return [hit for item in all_invariants() if item.id == number for hit in item.check()]


def by_sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@contextmanager
def behind_its_back() -> Iterator[None]:
    """What a person with the rights of the database's owner can do: no trigger fires."""
    by_sql("SET LOCAL session_replication_role = replica")
    yield
    by_sql("SET LOCAL session_replication_role = origin")


def test_an_ordinary_life_breaks_nothing(account):
    Account.objects.update(city="Bergen")
    Account.objects.update(bill_day=9)
    Membership.objects.all().delete()

    assert [hits(number) for number in ("I29", "I29b", "I29c")] == [[], [], []]


def test_a_change_with_triggers_off_is_found_with_its_row_and_column(account):
    with behind_its_back():
        by_sql("UPDATE accounts_account SET city = 'Bergen' WHERE id = %s", account.pk)

    (hit,) = hits("I29b")
    assert hit.startswith(f"accounts.Account {account.pk} ({account}): its last event, ")
    assert hit.endswith("says something else of city")


def test_a_change_while_a_trigger_is_disabled_is_found_afterwards(account):
    by_sql("SET CONSTRAINTS ALL IMMEDIATE")
    by_sql("ALTER TABLE accounts_account DISABLE TRIGGER USER")
    by_sql("UPDATE accounts_account SET bill_day = 9, city = 'Bergen'")
    by_sql("ALTER TABLE accounts_account ENABLE TRIGGER USER")

    (hit,) = hits("I29b")
    assert hits("I29") == []
    assert "bill_day, city" in hit


@pytest.mark.parametrize(
    ("table", "trigger"),
    [
        ("core_brand", "pgtrigger_insert_insert_"),
        ("core_brand", "pgtrigger_update_update_"),
        ("core_brand", "pgtrigger_delete_delete_"),
        ("core_brandevent", "pgtrigger_append_only_"),
    ],
)
def test_a_trigger_that_is_off_gone_or_empty_is_found(db, table, trigger):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname LIKE %s",
            [table, f"{trigger}%"],
        )
        ((name,),) = cursor.fetchall()

    by_sql(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
    assert hits("I29") == [f"{table}: the trigger {name} is switched off"]

    by_sql(f"ALTER TABLE {table} ENABLE REPLICA TRIGGER {name}")
    assert hits("I29") == [f"{table}: the trigger {name} is switched off"]

    by_sql(f"ALTER TABLE {table} ENABLE TRIGGER {name}")
    by_sql(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS TRIGGER LANGUAGE plpgsql"
        " AS $$ BEGIN RETURN NEW; END; $$"
    )
    assert hits("I29") == [f"{table}: the trigger {name} does something else than it should"]

    by_sql(f"DROP TRIGGER {name} ON {table}")
    assert hits("I29") == [f"{table}: the trigger {name} is missing"]


def test_a_row_that_came_or_went_unseen_is_found(account):
    membership = Membership.objects.get()
    with behind_its_back():
        by_sql("DELETE FROM accounts_membership")
        by_sql("INSERT INTO catalog_taxcategory (code, name) VALUES ('secret', 'Secret')")

    gone, came = hits("I29b")
    assert gone == f"accounts.Membership {membership.pk}: it is gone without an event"
    assert came.startswith("catalog.TaxCategory ")
    assert came.endswith("): it has no event")


def test_a_row_that_came_back_unseen_is_found(account):
    Membership.objects.all().delete()
    with behind_its_back():
        by_sql(
            "INSERT INTO accounts_membership (id, account_id, person_id, role, rights)"
            " SELECT id, account_id, person_id, role, rights FROM accounts_membershipevent LIMIT 1"
        )

    (hit,) = hits("I29b")
    assert "says that it was removed" in hit


def test_an_edited_last_event_is_found(account):
    with behind_its_back():
        by_sql("UPDATE accounts_accountevent SET name = 'Bo Berg'")

    (hit,) = hits("I29b")
    assert hit.endswith("says something else of name")


@pytest.mark.parametrize(
    ("tampering", "told"),
    [
        (
            "UPDATE {0} SET city = 'Oslo' WHERE pgh_label = 'update' AND city = 'Bergen'",
            "changes nothing",
        ),
        ("DELETE FROM {0} WHERE pgh_label = 'insert'", "does not add it"),
        ("UPDATE {0} SET pgh_label = 'insert' WHERE city = 'Bergen'", "can't follow event"),
        ("UPDATE {0} SET pgh_obj_id = pgh_obj_id + 1 WHERE city = 'Bergen'", "is of another row"),
        ("DELETE FROM pghistory_context", "was taken out"),
    ],
)
def test_what_does_not_follow_in_the_middle_of_a_history_is_found(account, tampering, told):
    with changed_by(channel="command", reason="moved"):
        Account.objects.update(city="Bergen")
    Account.objects.update(city="Tromsø")

    with behind_its_back():
        by_sql(tampering.format("accounts_accountevent"))

    found = hits("I29c")
    assert [hit for hit in found if f"accounts.Account {account.pk} (" in hit or told in hit]
    assert any(told in hit for hit in found)


def test_an_event_of_a_removal_that_says_something_new_is_found(account):
    key = Membership.objects.get().pk
    Membership.objects.all().delete()

    with behind_its_back():
        by_sql("UPDATE accounts_membershipevent SET role = 'viewer' WHERE pgh_label = 'delete'")

    (hit,) = hits("I29c")
    assert hit.startswith(f"accounts.Membership {key}: event ")
    assert hit.endswith("removes something else than was there")


def test_rows_that_are_many_are_told_without_asking_for_each(db, django_assert_max_num_queries):
    brand = make.make_brand()
    with behind_its_back():
        Brand.objects.filter(pk=brand.pk).update(name="Other")

    with django_assert_max_num_queries(75):  # one for each tracked model, and the names
        assert len(hits("I29b")) == 1
