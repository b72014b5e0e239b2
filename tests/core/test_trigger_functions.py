"""core.trigger_functions: what every trigger calls catches no errors, and answers as before."""

from __future__ import annotations

import pghistory
import pgtrigger
import pytest
from django.apps import apps
from django.db import connection

from accounts.models import Account
from core.trigger_functions import put_in_place
from tests import make

FUNCTIONS = ("_pgtrigger_should_ignore", "_pgh_attach_context")
EVENTS = apps.get_model("accounts", "AccountEvent")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_new_database_has_the_function_that_catches_no_errors(db, name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = %s", [name])
        bodies = [body for (body,) in cursor.fetchall()]

    assert len(bodies) == 1
    assert "EXCEPTION" not in bodies[0]


def test_a_database_without_them_is_left_alone(db) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION _pgh_attach_context() CASCADE")

        put_in_place("default")

        cursor.execute("SELECT count(*) FROM pg_proc WHERE proname = '_pgh_attach_context'")
        assert cursor.fetchone() == (0,)


def last_event(account: Account):
    return EVENTS.objects.filter(pgh_obj=account).latest("pgh_id")


def test_a_change_with_a_context_tells_it_and_one_without_tells_none(db) -> None:
    account = make.make_account(make.make_brand())

    Account.objects.filter(pk=account.pk).update(city="Bergen")
    nobodys = last_event(account).pgh_context
    with pghistory.context(reason="moved"):
        Account.objects.filter(pk=account.pk).update(city="Alta")

    assert nobodys is None
    assert last_event(account).pgh_context.metadata["reason"] == "moved"


def test_a_trigger_that_is_ignored_does_nothing_and_then_works_again(db) -> None:
    account = make.make_account(make.make_brand())
    before = EVENTS.objects.count()

    with pgtrigger.ignore("accounts.Account:update_update"):
        Account.objects.filter(pk=account.pk).update(city="Bergen")
    silent = EVENTS.objects.count()
    Account.objects.filter(pk=account.pk).update(city="Tromsø")

    assert silent == before
    assert EVENTS.objects.count() == before + 1
