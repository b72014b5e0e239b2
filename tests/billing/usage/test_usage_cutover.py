"""Usage of before the cutover was billed by the system before and is never charged here."""

from __future__ import annotations

from datetime import date

import pytest

from billing.usage.cutover import AllowanceUsedBefore, UsageCutover
from billing.usage.directory import Directory, Owner, PriceLists
from billing.usage.intake.events import Trouble
from billing.usage.models import SuspendedUsage
from billing.usage.services.take_over_usage import (
    set_cutover,
    take_over_allowances,
    take_over_cutovers,
)
from core.errors import InputRefused
from tests import make


@pytest.fixture
def kari(db):
    brand = make.make_brand()
    deck = make.make_deck(brand)
    account = make.make_account(brand, bill_day=15)
    plan = make.make_plan(brand, decks={"voice": deck})
    make.make_subscription(account, plan, number="4790000123")
    return account


def place(account, day: date):
    directory = Directory(account.brand, {"4790000123"})
    owner = directory.find(("4790000123",), day)
    assert isinstance(owner, Owner)
    account.refresh_from_db()
    return PriceLists(directory.plan_ids, [account]).place(owner, day, 1)


def test_the_cutover_parts_what_is_ours_from_what_is_not(kari) -> None:
    take_over_cutovers(b"account,usage_from\n100123,2026-11-01\n", "bruk.csv", brand=None)

    before, after = place(kari, date(2026, 10, 31)), place(kari, date(2026, 11, 1))

    assert isinstance(before, Trouble)
    assert before.reason == SuspendedUsage.Reason.BILLED_ELSEWHERE
    assert not isinstance(after, Trouble)
    assert (after.period_start, after.is_late) == (date(2026, 10, 15), False)
    assert kari.usage_closed_until == date(2026, 10, 15)


def test_every_account_opened_before_gets_it_once(kari) -> None:
    assert set_cutover(kari.brand, date(2026, 11, 1)) == 1
    assert set_cutover(kari.brand, date(2026, 11, 1)) == 0
    assert UsageCutover.objects.get().account == kari


def test_an_allowance_that_the_plan_lacks_is_told(kari) -> None:
    content = b"account,service_number,allowance,units\n100123,4790000123,minutter,60\n"

    with pytest.raises(InputRefused) as refused:
        take_over_allowances(content, "k.csv", brand=None, taken_over_on=date(2026, 11, 1))

    assert "k.csv:2: " in str(refused.value.problems[0])
    assert "'minutter' is none of" in str(refused.value.problems[0])
    assert not AllowanceUsedBefore.objects.exists()
