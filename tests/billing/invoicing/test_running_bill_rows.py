"""What a running bill reads is what its query sets say, whoever asks, and however often."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, DataError, connection, transaction
from django.db.models import QuerySet

from accounts.models import Account
from billing.invoicing.live import rows as live_rows
from billing.usage.any_of import any_of
from core.rows_together import RowsTogether, gathered
from tests import make
from tests.core.worlds import build_world

pytestmark = pytest.mark.django_db

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)


def plain(rows: Any) -> list[tuple[Any, ...]]:
    """The rows with all that JSON can carry."""
    names = [
        field.attname
        for field in rows[0]._meta.concrete_fields
        if field.get_internal_type() != "BinaryField"
    ] if rows else []  # fmt: skip
    return [tuple(getattr(row, name) for name in names) for row in rows]


def expected(wanted: dict[str, QuerySet[Any]]) -> dict[str, list[tuple[Any, ...]]]:
    return {name: plain(list(found)) for name, found in wanted.items()}


@pytest.fixture
def accounts(fjordtel, northwind) -> list[int]:
    """One of each brand with all that it may have, and one that has nothing."""
    build_world(fjordtel)
    build_world(northwind)
    make.make_account(fjordtel, "100199", "Nobody")
    return list(Account.objects.order_by("pk").values_list("pk", flat=True))


@pytest.mark.parametrize("keeps_plans", [True, False])
def test_each_account_and_period_is_read_as_its_query_sets_say(accounts, keeps_plans, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", not keeps_plans)
    asked = [[each] for each in accounts] + [accounts, []]
    for ids in asked:
        for start, end in ((OCTOBER, NOVEMBER), (NOVEMBER, date(2026, 12, 1))):
            found = live_rows._OF_ACCOUNTS.read(ids=ids, start=start, end=end)
            wanted = live_rows._of_accounts(ids, start, end)
            assert {name: plain(rows) for name, rows in found.items()} == expected(dict(wanted))
            if found["accounts"]:
                names = live_rows._asked_of_catalogue(found)
                catalogue = live_rows._OF_CATALOGUE.read(**names)
                wanted = live_rows._of_catalogue(**names)
                assert {name: plain(rows) for name, rows in catalogue.items()} == expected(
                    dict(wanted)
                )


def of_brand(brand: list[int], day: date) -> dict[str, QuerySet[Any]]:
    return {"accounts": Account.objects.filter(any_of("brand_id", brand), opened_on__lte=day)}


def break_transaction() -> None:
    with suppress(DataError), connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")


def test_a_question_that_failed_is_asked_again(fjordtel):
    make.make_account(fjordtel)
    together = RowsTogether(of_brand, brand="bigint[]", day="date")
    with transaction.atomic():
        break_transaction()
        with pytest.raises(DatabaseError):
            together.read(brand=[fjordtel.pk], day=OCTOBER)
        transaction.set_rollback(True)

    found = together.read(brand=[fjordtel.pk], day=OCTOBER)

    assert [row.number for row in found["accounts"]] == ["100123"]
    assert together.read(brand=[fjordtel.pk], day=date(2020, 1, 1)) == {"accounts": []}


def test_what_no_query_set_uses_as_it_was_given_is_refused():
    def counts_days(days: list[int]) -> dict[str, QuerySet[Any]]:
        return {"accounts": Account.objects.filter(bill_day__in=days)}

    with pytest.raises(ValueError, match="No query set uses days"):
        RowsTogether(counts_days, days="bigint[]").read(days=[1])


def test_rows_of_an_owner_are_not_narrowed_by_another_question(fjordtel):
    account = make.make_account(fjordtel)
    subscription = make.make_subscription(account, make.make_plan(fjordtel))
    gathered([account], "subscriptions", [subscription], "account")

    assert list(account.subscriptions.all()) == [subscription]
    with pytest.raises(LookupError, match="choose among them"):
        account.subscriptions.filter(code="A-1")
