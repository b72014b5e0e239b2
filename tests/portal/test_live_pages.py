"""The running bill, what is left of allowances and the days, as customers see them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from billing.models import AllowanceBalance, DailyUsage
from billing.usage.cutover import AllowanceUsedBefore
from catalog.models import TaxRate
from tests import make
from tests.portal.reading import text_of

GIGABYTE = 1024**3


def give_data(kari, quantity: int | None = 10 * GIGABYTE, **fields: object) -> None:
    """From November Kari's mobile includes data."""
    held = kari.subscriptions[0].plan_history.order_by("during").last()
    plan = held.plan
    version = make.make_draft(plan, date(2026, 11, 1))
    defaults = {
        "unit": "bytes", "usage_types": ["data"], "description": {"en": "Data"},
        "quantity": None if quantity is None else Decimal(quantity),
    }  # fmt: skip
    make.make_allowance(version, "DATA", **(defaults | fields))
    make.publish(version)


def used(kari, units: int) -> None:
    AllowanceUsedBefore.objects.create(
        subscription=kari.subscriptions[0], allowance_code="DATA",
        period_start=date(2026, 11, 1), units=units,
    )  # fmt: skip


def test_the_next_bill_so_far_says_when_and_that_it_is_an_estimate(portal, kari):
    home = text_of(portal.get("/"))
    usage = text_of(portal.get("/usage/"))

    for page in (home, usage):
        assert "Your next bill so far" in page
        assert "So far, as of 10:00. An estimate of the bill of 1 Dec 2026" in page
    assert "Usage so far NOK 1.14" in usage


def test_what_is_left_of_an_allowance_stands_in_plain_units(portal, kari):
    """7.7 GB of 10 are used: 2.3 are left, rounded down."""
    give_data(kari)
    used(kari, 77 * GIGABYTE // 10)

    page = portal.get("/usage/")

    assert "2.3 GB of 10 GB left" in text_of(page)
    assert "until 30 Nov 2026" in text_of(page)
    assert b'<svg class="remaining" role="img"' in page.content
    assert b'width="23"' in page.content


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"quantity": None}, "no limit, 0 B used"),
        ({"scope": "shared"}, "shared by your services"),
        ({"scope": "pooled"}, "your services put it together"),
        ({"roll_over_periods": 1}, "what you don't use stays until 31 Dec 2026"),
        (
            {"unit": "money", "usage_types": ["voice"], "quantity": Decimal(50)},
            "NOK 50.00 of NOK 50.00 left",
        ),
        (
            {"unit": "seconds", "usage_types": ["voice"], "quantity": Decimal(2460)},
            "41 min of 41 min left",
        ),
    ],
)
def test_each_kind_of_allowance_is_told(portal, kari, fields, said):
    give_data(kari, **fields)

    assert said in text_of(portal.get("/usage/"))
    assert not AllowanceBalance.objects.exists()


def test_days_are_drawn_and_written(portal, kari):
    """Of 200 s the bar is 100 high, of 50 s 25."""
    DailyUsage.objects.create(
        subscription=kari.subscriptions[0], period_start=date(2026, 11, 1),
        origin_start=date(2026, 11, 1), usage_type=1, quantities=[50, 200],
        amounts=[500_000, 2_000_000],
    )  # fmt: skip

    page = portal.get("/usage/")

    assert "Calls each day Most on 2 Nov 2026: 0:03:20" in text_of(page)
    assert "1 Nov 0:00:50 0.50 2 Nov 0:03:20 2.00" in text_of(page)
    assert b'<rect x="0" y="75" width="14" height="25">' in page.content
    assert b'<rect x="20" y="0" width="14" height="100">' in page.content
    assert b"style=" not in page.content


def test_a_bill_that_cannot_be_estimated_says_so_without_guessing(portal, kari):
    TaxRate.objects.all().delete()

    assert "We can't estimate this bill." in text_of(portal.get("/"))


def test_who_has_nothing_yet_sees_empty_pages(portal, kari, fjordtel, sign_in):
    bo = make.make_account(fjordtel, "100900", "Bo Berg", opened_on=date(2026, 11, 1))
    person = make.make_person(bo, "bo@example.com")

    page = sign_in(person).get("/usage/")

    assert "Nothing used so far." in text_of(page)
    assert "NOK 0.00" in text_of(page)
