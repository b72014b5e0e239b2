"""Who may have a plan: each rule by a table, and the reasons in words."""

from __future__ import annotations

from datetime import date

import pytest

from catalog.eligibility import CustomerFacts, Eligibility, why_not
from catalog.models import EligibilityRule, Plan, Product

DAY = date(2026, 11, 23)
MOBILE = Product(pk=5, code="MOBILE", name={"en": "Mobile"})
ONE, TWO = (Plan(pk=n, code=f"P{n}", name={"en": f"Plan {n}"}) for n in (1, 2))
NEEDS_ONE = EligibilityRule(kind="requires", other_plan=ONE)
NEEDS_TWO = EligibilityRule(kind="requires", other_plan=TWO)
NEEDS_TWO_TOO = EligibilityRule(kind="requires", other_plan=TWO, position=1)
OSLO = EligibilityRule(kind="place", countries=["NO"], postcodes=["0", "12-5"])


def rule(**fields: object) -> EligibilityRule:
    return EligibilityRule(**fields)


def facts(**fields: object) -> CustomerFacts:
    return CustomerFacts(day=DAY, **({"customer_kind": "consumer"} | fields))


def held(*ids: int) -> dict[str, frozenset[int]]:
    return {"plan_ids": frozenset(ids)}


CASES = [
    ([], {}, []),
    ([rule(kind="customer_kind", customer_kind="consumer")], {}, []),
    (
        [rule(kind="customer_kind", customer_kind="business")],
        {},
        ["It is for businesses only."],
    ),
    ([NEEDS_ONE], {}, ["It goes with Plan 1 only."]),
    ([NEEDS_ONE], held(1), []),
    ([NEEDS_ONE, NEEDS_TWO], held(2), []),
    ([NEEDS_ONE, NEEDS_TWO], {}, ["It goes with Plan 1 or Plan 2 only."]),
    ([NEEDS_ONE, NEEDS_TWO_TOO], held(1), ["It goes with Plan 2 only."]),
    ([rule(kind="requires", product=MOBILE)], {"product_ids": frozenset({5})}, []),
    (
        [rule(kind="excludes", product=MOBILE)],
        {"product_ids": frozenset({5})},
        ["It can't be had together with Mobile."],
    ),
    ([rule(kind="excludes", other_plan=ONE)], held(2), []),
    ([rule(kind="tenure", months=6)], {"customer_since": date(2026, 5, 23)}, []),
    (
        [rule(kind="tenure", months=6)],
        {"customer_since": date(2026, 5, 24)},
        ["It is for those who have been customers for 6 months."],
    ),
    (
        [rule(kind="tenure", months=1)],
        {},
        ["It is for those who have been customers for 1 month."],
    ),
    ([rule(kind="new_customer")], {}, []),
    (
        [rule(kind="new_customer")],
        {"customer_since": DAY},
        ["It is for new customers only."],
    ),
    ([OSLO], {"country": "no", "postcode": "0155"}, []),
    ([OSLO], {"country": "NO", "postcode": "125 0"}, []),
    ([OSLO], {"country": "SE", "postcode": "0155"}, ["It is not sold at this address."]),
    ([OSLO], {"country": "NO", "postcode": ""}, ["It is not sold at this address."]),
    ([OSLO], {"country": "NO", "postcode": "5003"}, ["It is not sold at this address."]),
    (
        [rule(kind="promotion", needed_promotion_id=3)],
        {"promotion_ids": frozenset({4})},
        ["It needs a promotion code."],
    ),
    ([rule(kind="promotion", needed_promotion_id=3)], {"promotion_ids": frozenset({3})}, []),
]


@pytest.mark.parametrize(("rules", "known", "reasons"), CASES)
def test_each_rule_says_why_not(
    rules: list[EligibilityRule], known: dict[str, object], reasons: list[str]
) -> None:
    assert why_not(Eligibility(None, None, rules), facts(**known)) == reasons


@pytest.mark.parametrize(
    ("first", "end", "reasons"),
    [
        (DAY, None, []),
        (date(2026, 11, 24), None, ["It is not sold yet."]),
        (None, date(2026, 11, 24), []),
        (None, DAY, ["It is no longer sold."]),
    ],
)
def test_the_days_of_sale_are_half_open(
    first: date | None, end: date | None, reasons: list[str]
) -> None:
    assert why_not(Eligibility(first, end, []), facts()) == reasons


def test_every_reason_is_told_once() -> None:
    rules = [NEEDS_ONE, OSLO, OSLO, rule(kind="new_customer")]

    reasons = why_not(Eligibility(None, None, rules), facts(customer_since=date(2020, 1, 1)))

    assert len(reasons) == 3
