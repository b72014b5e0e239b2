"""What the database itself refuses of versions, charges, allowances, offers and rules."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from catalog.models import (
    Allowance,
    AllowanceDestination,
    Bundle,
    BundlePart,
    Charge,
    ChargeCategory,
    ChargeDestination,
    ChargeTier,
    DeckAssignment,
    DestinationGroup,
    DestinationPrefix,
    Discount,
    DiscountTarget,
    EligibilityRule,
    Plan,
    PlanVersion,
    Promotion,
    TerminationStep,
    UsageCategory,
)
from core.models import Brand
from tests import make

ALWAYS = DateRange(date(2026, 1, 1), None)
EMPTY = DateRange(date(2026, 1, 1), date(2026, 1, 1))


def refused(constraint: str):
    """The database refuses what follows, by the constraint of this name."""
    return pytest.raises(IntegrityError, match=constraint)


@pytest.fixture
def plan(fjordtel: Brand) -> Plan:
    return make.make_plan(fjordtel)


@pytest.fixture
def group(fjordtel: Brand) -> DestinationGroup:
    return DestinationGroup.objects.create(brand=fjordtel, code="NORDIC", name={"en": "Nordic"})


@pytest.fixture
def discount(fjordtel: Brand) -> Discount:
    return make_discount(fjordtel)


@pytest.fixture
def draft(plan: Plan, group: DestinationGroup) -> PlanVersion:
    """A draft with one row of everything that belongs to a version."""
    draft = make.make_draft(plan, term_months=12, termination="schedule")
    charge = make_usage(draft, "calls")
    ChargeTier.objects.create(charge=charge, up_to=100, price=1)
    ChargeDestination.objects.create(charge=charge, group=group)
    ChargeCategory.objects.create(charge=charge, category=UsageCategory.objects.earliest("pk"))
    AllowanceDestination.objects.create(allowance=make_allowance(draft), group=group)
    TerminationStep.objects.create(version=draft, from_month=1, fee=100)
    deck = make.make_deck(plan.brand)
    DeckAssignment.objects.create(version=draft, usage_type="voice", deck=deck)
    return draft


def make_discount(brand: Brand, code: str = "TEN", **fields: Any) -> Discount:
    usual = {"name": {}, "kind": "percent", "value": 10, "available": ALWAYS}
    return Discount.objects.create(brand=brand, code=code, **(usual | fields))


def make_usage(version: PlanVersion, code: str, **fields: Any) -> Charge:
    usual = {"kind": "usage", "pricing": "graduated", "usage_types": ["voice"], "per": 60}
    return make.make_charge(version, code=code, price=0, **(usual | fields))


def make_allowance(version: PlanVersion, code: str = "minutes", **fields: Any) -> Allowance:
    usual = {"description": {}, "unit": "seconds", "quantity": 600, "usage_types": ["voice"]}
    return Allowance.objects.create(version=version, code=code, **(usual | fields))


def test_plan_sale_ends_after_it_starts(plan):
    with refused("plan_sale_ends_after_it_starts"), transaction.atomic():
        Plan.objects.update(sold_from=date(2026, 2, 1), sold_until=date(2026, 1, 1))


WHO = "plan_version_published_says_when_and_by_whom"


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"state": "published"}, WHO),
        ({"state": "withdrawn"}, WHO),
        ({"published_by": "Kari"}, WHO),
        ({"published_at": make.PUBLISHED}, WHO),
        ({"adoption": "never"}, "plan_version_adoption_is_known"),
        ({"term_months": 121}, "plan_version_term_in_range"),
        ({"notice_days": 731}, "plan_version_term_in_range"),
        ({"trial_days": 731}, "plan_version_term_in_range"),
        ({"minimum_spend": Decimal("-0.01")}, "plan_version_minimum_is_a_price"),
        ({"termination": "some"}, "plan_version_termination_is_whole"),
        ({"termination": "remaining_months"}, "plan_version_termination_is_whole"),
        (
            {"termination": "remaining_months", "termination_share": Decimal(101)},
            "plan_version_termination_is_whole",
        ),
        ({"termination_amount": 1}, "plan_version_termination_is_whole"),
        ({"termination": "schedule", "term_months": 0}, "plan_version_termination_needs_a_term"),
    ],
)
def test_a_version_is_refused(plan, fields, constraint):
    with refused(constraint), transaction.atomic():
        make.make_draft(plan, **({"term_months": 12} | fields))


def test_drafts_and_published_versions_share_their_starts(plan, draft):
    with refused("plan_version_start_once"), transaction.atomic():
        make.make_draft(plan, draft.starts_on)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"kind": "recurring"}, "charge_usage_says_how_it_is_priced"),
        ({"pricing": "free"}, "charge_usage_says_how_it_is_priced"),
        ({"per": None}, "charge_usage_says_how_it_is_priced"),
        ({"per": 0}, "charge_usage_says_how_it_is_priced"),
        ({"pricing": "per_unit"}, "charge_usage_says_how_it_is_priced"),
        ({"usage_types": []}, "charge_usage_says_what_is_used"),
        ({"usage_types": ["fax"]}, "charge_usage_says_what_is_used"),
        ({"timing": "later"}, "charge_words_are_known"),
        ({"taken_at": "birth"}, "charge_words_are_known"),
        ({"proration": "some"}, "charge_words_are_known"),
    ],
)
def test_a_usage_charge_is_refused(draft, fields, constraint):
    with refused(constraint), transaction.atomic():
        make_usage(draft, "other", **fields)


@pytest.mark.parametrize("price", ["'NaN'", "-0.000001"])
def test_not_even_sql_makes_a_price_of_what_is_none(draft, price):
    sql = f"UPDATE catalog_charge SET kind = 'one_off', pricing = '', usage_types = '{{}}', per = NULL, price = {price}"  # noqa: E501

    with refused("charge_price_not_negative"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql + " WHERE version_id = %s", [draft.pk])


@pytest.mark.parametrize("price", ["1e20", "'Infinity'"])
def test_sql_refuses_prices_without_bounds(draft, price):
    with pytest.raises(DataError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE catalog_chargetier SET price = {price}")


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"up_to": 100}, "charge_tier_limit_once"),
        ({"up_to": 0}, "charge_tier_limit_positive"),
        ({"up_to": 7, "price": Decimal(-1)}, "charge_tier_is_a_price"),
    ],
)
def test_a_tier_is_refused(draft, fields, constraint):
    charge = draft.charges.get()

    with refused(constraint), transaction.atomic():
        ChargeTier.objects.create(charge=charge, **({"price": 1} | fields))


def test_a_charge_has_one_last_tier(draft):
    charge = draft.charges.get()
    ChargeTier.objects.create(charge=charge, price=1)

    with refused("charge_tier_limit_once"), transaction.atomic():
        ChargeTier.objects.create(charge=charge, price=2)


def test_a_reach_is_named_once(draft, group):
    charge, allowance = draft.charges.get(), draft.allowances.get()

    with refused("charge_destination_once"), transaction.atomic():
        ChargeDestination.objects.create(charge=charge, group=group)
    with refused("charge_category_once"), transaction.atomic():
        ChargeCategory.objects.create(charge=charge, category=UsageCategory.objects.earliest("pk"))
    with refused("allowance_destination_once"), transaction.atomic():
        AllowanceDestination.objects.create(allowance=allowance, group=group)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"from_month": 1}, "termination_step_month_once"),
        ({"from_month": 0}, "termination_step_month_1_to_120"),
        ({"from_month": 121}, "termination_step_month_1_to_120"),
        ({"from_month": 2, "fee": Decimal(-1)}, "termination_step_is_a_price"),
    ],
)
def test_a_termination_step_is_refused(draft, fields, constraint):
    with refused(constraint), transaction.atomic():
        TerminationStep.objects.create(version=draft, **({"fee": 1} | fields))


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"code": "minutes"}, "allowance_code_once_per_version"),
        ({"quantity": 0}, "allowance_quantity_is_positive_and_whole"),
        ({"quantity": Decimal("1.5")}, "allowance_quantity_is_positive_and_whole"),
        ({"unit": "bytes"}, "allowance_unit_fits_its_usage"),
        ({"unit": "hours"}, "allowance_unit_fits_its_usage"),
        ({"unit": "money", "usage_types": []}, "allowance_unit_fits_its_usage"),
        ({"unit": "money", "usage_types": ["fax"]}, "allowance_unit_fits_its_usage"),
        ({"scope": "world"}, "allowance_words_are_known"),
        ({"proration": "half"}, "allowance_words_are_known"),
        ({"roll_over_cap": 5}, "allowance_roll_over_is_whole"),
        ({"roll_over_periods": 61}, "allowance_roll_over_is_whole"),
        ({"roll_over_periods": 1, "quantity": None}, "allowance_roll_over_is_whole"),
        ({"expires_after_days": 0}, "allowance_expires_or_rolls_over"),
        ({"expires_after_days": 5, "roll_over_periods": 1}, "allowance_expires_or_rolls_over"),
    ],
)
def test_an_allowance_is_refused(draft, fields, constraint):
    with refused(constraint), transaction.atomic():
        make_allowance(draft, **({"code": "other"} | fields))


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"during": DateRange(date(2027, 1, 1), None)}, "destination_prefix_once_at_a_time"),
        ({"prefix": "+46"}, "destination_prefix_is_digits"),
        ({"prefix": "45", "during": EMPTY}, "destination_prefix_span_not_empty"),
    ],
)
def test_a_destination_prefix_is_refused(group, fields, constraint):
    usual = {"group": group, "prefix": "46", "during": ALWAYS}
    DestinationPrefix.objects.create(**usual)

    with refused(constraint), transaction.atomic():
        DestinationPrefix.objects.create(**(usual | fields))


def test_destination_group_code_once_per_brand(group):
    with refused("destination_group_code_once_per_brand"), transaction.atomic():
        DestinationGroup.objects.create(brand=group.brand, code=group.code, name={})


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"code": "TEN"}, "discount_code_once_per_brand"),
        ({"state": "published"}, "discount_published_says_when_and_by_whom"),
        ({"value": 101}, "discount_value_fits_its_kind"),
        ({"value": 0}, "discount_value_fits_its_kind"),
        ({"kind": "amount", "value": -1}, "discount_value_fits_its_kind"),
        ({"kind": "gift"}, "discount_value_fits_its_kind"),
        ({"level": "house"}, "discount_words_are_known"),
        ({"stacking": "often"}, "discount_words_are_known"),
        ({"charge_kinds": ["tax"]}, "discount_words_are_known"),
        ({"months": 0}, "discount_months_1_to_120"),
        ({"available": EMPTY}, "discount_span_not_empty"),
    ],
)
def test_a_discount_is_refused(discount, fields, constraint):
    with refused(constraint), transaction.atomic():
        make_discount(discount.brand, **({"code": "OTHER"} | fields))


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"code": "SPRING"}, "promotion_code_once_per_brand"),
        ({"promotion_code": "SPRING27"}, "promotion_given_code_once_per_brand"),
        ({"promotion_code": "spring"}, "promotion_given_code_in_capitals"),
        ({"available": EMPTY}, "promotion_span_not_empty"),
        ({"uses_limit": 0}, "promotion_limit_positive"),
    ],
)
def test_a_promotion_is_refused(discount, fields, constraint):
    usual = {"brand": discount.brand, "discount": discount, "available": ALWAYS, "name": {}}
    Promotion.objects.create(**usual, code="SPRING", promotion_code="SPRING27")

    with refused(constraint), transaction.atomic():
        Promotion.objects.create(**(usual | {"code": "OTHER"} | fields))


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"code": "HOME"}, "bundle_code_once_per_brand"),
        ({"state": "published"}, "bundle_published_says_when_and_by_whom"),
        ({"available": EMPTY}, "bundle_span_not_empty"),
    ],
)
def test_a_bundle_is_refused(discount, fields, constraint):
    usual = {"brand": discount.brand, "discount": discount, "available": ALWAYS, "name": {}}
    Bundle.objects.create(**usual, code="HOME")

    with refused(constraint), transaction.atomic():
        Bundle.objects.create(**(usual | {"code": "OTHER"} | fields))


def test_a_target_and_a_part_are_one_thing_and_stand_once(plan, discount):
    bundle = Bundle.objects.create(
        brand=plan.brand, code="HOME", name={}, discount=discount, available=ALWAYS
    )
    cases = (
        (DiscountTarget, {"discount": discount}, "discount_target_once"),
        (BundlePart, {"bundle": bundle}, "bundle_part_once"),
    )
    whole = {DiscountTarget: "discount_target_is_one_thing", BundlePart: "bundle_part_is_one_thing"}

    for model, owner, once in cases:
        model.objects.create(plan=plan, **owner)
        with refused(once), transaction.atomic():
            model.objects.create(plan=plan, **owner)
        with refused(whole[model]), transaction.atomic():
            model.objects.create(plan=plan, product=plan.product, **owner)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"plan": None}, "eligibility_rule_is_of_one_thing"),
        ({"customer_kind": "dog"}, "eligibility_rule_asks_one_thing"),
        ({"months": 3}, "eligibility_rule_asks_one_thing"),
        ({"kind": "tenure", "customer_kind": ""}, "eligibility_rule_asks_one_thing"),
        ({"kind": "promotion", "customer_kind": ""}, "eligibility_rule_asks_one_thing"),
        ({"kind": "place", "customer_kind": ""}, "eligibility_rule_asks_one_thing"),
        ({"kind": "requires", "customer_kind": ""}, "eligibility_rule_asks_one_thing"),
        ({"kind": "luck", "customer_kind": ""}, "eligibility_rule_asks_one_thing"),
    ],
)
def test_an_eligibility_rule_is_refused(plan, fields, constraint):
    usual = {"plan": plan, "kind": "customer_kind", "customer_kind": "consumer"}

    with refused(constraint), transaction.atomic():
        EligibilityRule.objects.create(**(usual | fields))


PARTS = [
    (PlanVersion, {"starts_on": date(2028, 1, 1)}),
    (Charge, {"position": 7}),
    (ChargeTier, {"price": 7}),
    (ChargeDestination, {"group_id": 7}),
    (ChargeCategory, {"category_id": 7}),
    (Allowance, {"priority": 7}),
    (AllowanceDestination, {"group_id": 7}),
    (TerminationStep, {"fee": 7}),
    (DeckAssignment, {"usage_type": "sms"}),
]


@pytest.mark.parametrize(("model", "values"), PARTS)
def test_published_is_frozen(draft, model, values):
    """Trigger published_is_frozen: no row of a published version changes or goes, by SQL either."""
    make.publish(draft)
    rows = model.objects.filter(pk=model.objects.latest("pk").pk)
    table = model._meta.db_table

    with refused("never change"), transaction.atomic():
        rows.update(**values)
    with refused("never change"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")


@pytest.mark.parametrize("add", [make.make_charge, make_allowance])
def test_nothing_is_added_to_a_published_version(draft, add):
    make.publish(draft)

    with refused("never change"), transaction.atomic():
        add(draft, code="late")


def test_a_draft_changes_and_goes_with_all_that_belongs_to_it(draft):
    draft.charges.update(position=3)

    draft.delete()

    assert not ChargeTier.objects.exists()
    assert not Allowance.objects.exists()


def test_of_a_published_offer_only_its_days_change(plan, discount):
    """Trigger published_is_frozen on Discount, DiscountTarget, Bundle and BundlePart."""
    DiscountTarget.objects.create(discount=discount, plan=plan)
    bundle = Bundle.objects.create(
        brand=plan.brand, code="HOME", name={}, discount=discount, available=ALWAYS
    )
    BundlePart.objects.create(bundle=bundle, plan=plan)
    make.publish(discount)
    make.publish(bundle)

    Discount.objects.update(available=DateRange(date(2026, 1, 1), date(2027, 1, 1)))
    Bundle.objects.update(available=DateRange(date(2026, 1, 1), date(2027, 1, 1)))
    for change in (
        lambda: Discount.objects.update(value=11),
        lambda: Discount.objects.update(state="draft", published_at=None, published_by=""),
        lambda: Bundle.objects.update(name={"en": "x"}),
        lambda: DiscountTarget.objects.update(plan=None, product=plan.product),
        lambda: BundlePart.objects.all().delete(),
        lambda: Discount.objects.all()._raw_delete("default"),
    ):
        with refused("never change"), transaction.atomic():
            change()
