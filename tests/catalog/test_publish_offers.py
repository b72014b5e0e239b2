"""Discounts and bundles are published by a second person, who sees what they take off."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from catalog.approval_kinds import PUBLISH_BUNDLE, PUBLISH_DISCOUNT
from catalog.models import Bundle, BundlePart, Discount, DiscountTarget, Promotion
from catalog.services.publish_offer import publish_offer
from core.errors import DomainError
from core.models import Approval, User
from core.services.decide_approval import approve
from core.services.request_approval import request_approval
from tests import make

NOW = datetime(2026, 11, 3, 8, tzinfo=UTC)
FROM = DateRange(date(2026, 12, 1), None)


@pytest.fixture
def maker(fjordtel) -> User:
    return make.make_staff("maker@fjordtel.example", fjordtel, is_superuser=True)


@pytest.fixture
def checker(fjordtel) -> User:
    return make.make_staff("checker@fjordtel.example", fjordtel, is_superuser=True)


@pytest.fixture
def discount(fjordtel) -> Discount:
    """Ten per cent off MOBIL10 (299.00), not off FIBER (399.00)."""
    mobile = make.make_plan(fjordtel, "MOBIL10", "299.00")
    make.make_plan(fjordtel, "FIBER", "399.00")
    made = Discount.objects.create(
        brand=fjordtel,
        code="TEN",
        name={"nb": "Ti prosent", "en": "Ten per cent"},
        kind="percent",
        value=Decimal(10),
        months=12,
        available=FROM,
    )
    DiscountTarget.objects.create(discount=made, plan=mobile)
    return made


def ask(offer: Discount | Bundle, maker: User) -> Approval:
    kind = PUBLISH_DISCOUNT if isinstance(offer, Discount) else PUBLISH_BUNDLE
    return request_approval(
        kind, subject=offer, brand=offer.brand, requested_by=maker, reason="Christmas", now=NOW
    )


def test_the_second_person_sees_the_price_of_each_plan_and_publishes(discount, maker, checker):
    asked = ask(discount, maker)

    decided = approve(asked, by=checker, now=NOW)

    discount.refresh_from_db()
    rows = {row[0]: (row[1], row[2]) for row in asked.difference}
    assert rows["MOBIL10 a month"] == ("NOK\xa0299.00", "NOK\xa0269.10")
    assert "FIBER a month" not in rows
    assert rows["Takes off"] == ("", "10 % on each line")
    assert (asked.amount, asked.currency) == (Decimal("-29.90"), "NOK")
    assert decided.state == "approved"
    assert discount.state == "published"
    assert discount.published_by == ("maker@fjordtel.example, approved by checker@fjordtel.example")


def test_who_asks_does_not_decide_whatever_their_rights(discount, maker):
    asked = ask(discount, maker)

    with pytest.raises(DomainError, match="second person"):
        approve(asked, by=maker, now=NOW)

    discount.refresh_from_db()
    assert discount.state == "draft"


@pytest.mark.parametrize("change", ["value", "target", "promotion"])
def test_what_was_changed_meanwhile_is_not_published(discount, maker, checker, change):
    asked = ask(discount, maker)
    if change == "value":
        Discount.objects.update(value=Decimal(50))
    elif change == "target":
        discount.targets.all().delete()
    else:
        Promotion.objects.create(
            brand=discount.brand, code="XMAS", name={"en": "Xmas"}, discount=discount,
            promotion_code="XMAS", available=FROM,
        )  # fmt: skip

    decided = approve(asked, by=checker, now=NOW)

    discount.refresh_from_db()
    assert decided.state == "failed"
    assert "changed after the request" in decided.outcome
    assert discount.state == "draft"


def test_the_promotions_that_give_it_are_shown(discount, maker):
    Promotion.objects.create(
        brand=discount.brand, code="XMAS", name={"en": "Xmas"}, discount=discount,
        promotion_code="XMAS26", available=DateRange(date(2026, 12, 1), date(2027, 1, 1)),
        uses_limit=100,
    )  # fmt: skip

    rows = {row[0]: row[2] for row in ask(discount, maker).difference}

    assert rows["Promotion XMAS"] == (
        "from 1\xa0Dec\xa02026 until before 1\xa0Jan\xa02027, code XMAS26, at most 100 accounts"
    )


def test_an_amount_never_takes_off_more_than_there_is(discount, maker):
    Discount.objects.update(kind="amount", value=Decimal(500))
    discount.refresh_from_db()

    asked = ask(discount, maker)

    rows = {row[0]: row[2] for row in asked.difference}
    assert rows["MOBIL10 a month"] == "NOK\xa00.00"
    assert asked.amount == Decimal("-299.00")


def test_a_discount_on_usage_alone_names_no_monthly_money(discount, maker):
    Discount.objects.update(charge_kinds=["usage"])
    discount.refresh_from_db()

    asked = ask(discount, maker)

    assert asked.amount is None
    assert "MOBIL10 a month" not in {row[0] for row in asked.difference}


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"name": {"nb": "Ti prosent"}}, "Its name has no text in en"),
        ({"available": DateRange(date(2026, 1, 1), date(2026, 2, 1))}, "It ended on 2026-02-01"),
    ],
)
def test_what_is_not_whole_is_not_published(discount, fields, reason):
    Discount.objects.update(**fields)
    discount.refresh_from_db()

    with pytest.raises(DomainError, match=reason):
        publish_offer(discount, published_by="Kari", now=NOW, today=NOW.date())


def test_a_bundle_needs_its_discount_published_first(discount, maker, checker):
    bundle = Bundle.objects.create(
        brand=discount.brand, code="HOME", name={"nb": "Hjem", "en": "Home"}, discount=discount,
        available=FROM,
    )  # fmt: skip
    for plan in discount.brand.plans.all():
        BundlePart.objects.create(bundle=bundle, plan=plan)
    with pytest.raises(DomainError, match="publish that first"):
        ask(bundle, maker)

    approve(ask(discount, maker), by=checker, now=NOW)
    bundle.refresh_from_db()
    asked = ask(bundle, maker)
    approve(asked, by=checker, now=NOW)

    bundle.refresh_from_db()
    assert bundle.state == "published"
    assert ["Parts", "", "plan FIBER, plan MOBIL10"] in asked.difference
