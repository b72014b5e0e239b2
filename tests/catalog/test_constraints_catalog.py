"""What the database itself refuses of plans, prices, decks and tax rates."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from catalog.models import (
    DeckAssignment,
    Plan,
    PlanVersion,
    Product,
    Rate,
    RateDeck,
    TaxRate,
    UsageCategory,
)
from tests import make


@pytest.fixture
def deck(fjordtel) -> RateDeck:
    return make.make_deck(fjordtel)


@pytest.fixture
def plan(fjordtel, deck) -> Plan:
    return make.make_plan(fjordtel, decks={"voice": deck})


@pytest.fixture
def version(plan) -> PlanVersion:
    return PlanVersion.objects.get(plan=plan)


@pytest.fixture
def draft(plan, deck) -> PlanVersion:
    draft = PlanVersion.objects.create(plan=plan, starts_on=date(2027, 1, 1))
    make.make_charge(draft)
    DeckAssignment.objects.create(version=draft, usage_type="voice", deck=deck)
    return draft


def refused(constraint: str):
    """The database refuses what follows, by the constraint of this name."""
    return pytest.raises(IntegrityError, match=constraint)


def test_product_code_once_per_brand(fjordtel):
    product = make.make_product(fjordtel)

    with refused("product_code_once_per_brand"), transaction.atomic():
        Product.objects.create(
            brand=fjordtel, code=product.code, name={}, tax_category=product.tax_category
        )


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"code": "MOBIL10"}, "plan_code_once_per_brand"),
        ({"code": "NEW", "kind": "bundle"}, "plan_kind_is_known"),
    ],
)
def test_a_plan_is_refused(plan, fields, constraint):
    with refused(constraint), transaction.atomic():
        Plan.objects.create(brand=plan.brand, product=plan.product, name={}, **fields)


def test_plan_version_start_once(plan, version):
    with refused("plan_version_start_once"), transaction.atomic():
        make.make_version(plan, "1.00", starts_on=version.starts_on)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"code": "monthly"}, "charge_code_once_per_version"),
        ({"price": Decimal("-0.01")}, "charge_price_not_negative"),
        ({"months": 0}, "charge_months_1_to_60"),
        ({"months": 61}, "charge_months_1_to_60"),
        ({"kind": "yearly"}, "charge_kind_is_known"),
    ],
)
def test_a_charge_is_refused(draft, fields, constraint):
    with refused(constraint), transaction.atomic():
        make.make_charge(draft, **({"code": "other"} | fields))


def test_deck_once_per_version_and_usage_type(draft, deck):
    with refused("deck_once_per_version_and_usage_type"), transaction.atomic():
        DeckAssignment.objects.create(version=draft, usage_type="voice", deck=deck)


def test_usage_category_code_once_per_brand(fjordtel):
    with refused("usage_category_code_once_per_brand"), transaction.atomic():
        UsageCategory.objects.create(brand=fjordtel, code="voice", name={})


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [({"per": 0}, "deck_per_positive"), ({"decimals": 7}, "deck_decimals_at_most_6")],
)
def test_a_deck_is_refused(fjordtel, fields, constraint):
    with refused(constraint), transaction.atomic():
        make.make_deck(fjordtel, "OTHER", **fields)


@pytest.mark.parametrize(
    ("prefix", "fields", "constraint"),
    [
        ("47", {}, "rate_start_once_per_prefix"),
        ("", {}, "rate_prefix_is_digits"),
        ("+47", {}, "rate_prefix_is_digits"),
        ("46", {"per": 0}, "rate_steps_positive"),
        ("46", {"next_increment": 0}, "rate_steps_positive"),
        ("46", {"price": Decimal("-0.000001")}, "rate_prices_not_negative"),
        ("46", {"connection_fee": Decimal(-1)}, "rate_prices_not_negative"),
        ("46", {"max_charge": Decimal(-1)}, "rate_prices_not_negative"),
        ("46", {"first_price": Decimal(-1)}, "rate_prices_not_negative"),
    ],
)
def test_a_rate_is_refused(deck, prefix, fields, constraint):
    make.make_rate(deck, "47")

    with refused(constraint), transaction.atomic():
        make.make_rate(deck, prefix, **fields)


def test_prices_are_frozen(deck):
    """Trigger prices_are_frozen: a Rate is taken over from by a later one, never changed."""
    rate = make.make_rate(deck, "47")

    with refused("rows of catalog_rate never change"), transaction.atomic():
        Rate.objects.filter(pk=rate.pk).update(price=Decimal("0.01"))


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"during": DateRange(date(2026, 1, 1), None)}, "tax_rate_one_at_a_time"),
        ({"rate": Decimal("100.01")}, "tax_rate_is_a_percentage"),
        ({"rate": Decimal(-1)}, "tax_rate_is_a_percentage"),
        ({"treatment": "E"}, "tax_rate_only_standard_charges_tax"),
        (
            {"during": DateRange(date(2019, 1, 1), date(2019, 1, 1))},
            "tax_rate_span_not_empty",
        ),
    ],
)
def test_a_tax_rate_is_refused(fjordtel, fields, constraint):
    standard = TaxRate.objects.get()
    usual = {
        "legal_entity": fjordtel.legal_entity,
        "category": standard.category,
        "rate": Decimal(25),
        "during": DateRange(date(2019, 1, 1), make.LONG_AGO),
    }

    with refused(constraint), transaction.atomic():
        TaxRate.objects.create(**(usual | fields))


def test_a_tax_rate_may_follow_on_the_day_the_last_one_ends(fjordtel):
    TaxRate.objects.update(during=DateRange(make.LONG_AGO, date(2027, 1, 1)))

    TaxRate.objects.create(
        legal_entity=fjordtel.legal_entity,
        category=TaxRate.objects.get().category,
        rate=Decimal(24),
        during=DateRange(date(2027, 1, 1), None),
    )

    assert TaxRate.objects.count() == 2
