"""Everything a plan may say, destination groups, discounts, promotions, bundles, eligibility."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from catalog.models import (
    Bundle,
    DestinationGroup,
    Discount,
    EligibilityRule,
    Plan,
    PlanVersion,
    Promotion,
)
from catalog.queries import content_of, terms_of
from core.errors import InputRefused
from tests.catalog.conftest import CATALOGUE, TakeIn, line_of

GROUPS = """
destination_groups:
  - code: NORDIC
    brand: fjordtel
    name: {nb: Norden, en: Nordic countries}
    prefixes: ["46", "45", {prefix: "358", from: 2026-01-01, until: 2028-01-01}]
"""
RICH = """
  - code: RICH
    brand: fjordtel
    product: MOBILE
    name: {nb: Rik, en: Rich}
    sold_from: 2026-01-01
    sold_until: 2028-01-01
    versions:
      - from: 2027-01-01
        adoption: new_only
        summary: {nb: Alt du trenger., en: All you need.}
        exclusions: {nb: Ikke utlandet., en: Not abroad.}
        term_months: 24
        notice_days: 30
        trial_days: 14
        minimum_spend: "100.00"
        early_termination:
          schedule:
            - {from_month: 1, fee: "2000.00"}
            - {from_month: 13, fee: "1000.00"}
        decks: {voice: FJORD-VOICE}
        charges:
          - {code: monthly, description: Rich, price: "499.00", discountable: false}
          - {code: calls, description: Calls, kind: usage, pricing: per_unit, usage_types: voice}
          - code: gigabytes
            description: Data
            kind: usage
            pricing: graduated
            usage_types: [data]
            per: 1073741824
            tiers: [{up_to: 1073741824, price: "10.00"}, {price: "5.00"}]
        allowances:
          - code: nordic
            description: {nb: 100 minutter, en: 100 minutes}
            unit: seconds
            quantity: 6000
            destinations: [NORDIC]
            scope: pooled
            priority: 10
            roll_over_periods: 2
            roll_over_cap: 6000
            proration: days
          - {code: messages, description: Unlimited, unit: messages, quantity: unlimited}
"""
OFFERS = """
discounts:
  - code: TOGETHER
    brand: fjordtel
    name: {nb: Sammen, en: Together}
    percent: "10"
    charge_kinds: [recurring]
    on: {products: [MOBILE]}
    from: 2026-01-01
    months: 12
  - {code: WELCOME, brand: fjordtel, name: Velkommen, amount: "50.00", from: 2026-01-01}

promotions:
  - code: SPRING
    brand: fjordtel
    name: {nb: Vår, en: Spring}
    discount: WELCOME
    promotion_code: spring27
    from: 2027-03-01
    until: 2027-06-01
    uses_limit: 500

bundles:
  - code: HOME
    brand: fjordtel
    name: {nb: Hjem, en: Home}
    discount: TOGETHER
    parts: [{plan: MOBIL10}, {plan: RICH}]
    from: 2026-01-01

eligibility:
  - brand: fjordtel
    plan: RICH
    rules:
      - customer_kind: consumer
      - requires: {plans: [MOBIL10], products: [MOBILE]}
      - place: {countries: [NO], postcodes: ["0", "1"]}
      - promotion: SPRING
  - brand: fjordtel
    promotion: SPRING
    rules: [{new_customer: true}, {tenure_months: 3}, {excludes: {plans: [RICH]}}]
"""
WHOLE = CATALOGUE.replace("\nplans:", GROUPS + "\nplans:").replace(
    "\nsources:", RICH + OFFERS + "\nsources:"
)


def test_everything_is_stored_as_it_stands_there(take_in: TakeIn) -> None:
    take_in(WHOLE)

    content = content_of(terms_of(PlanVersion.objects.get(plan__code="RICH")))
    assert (content.terms.adoption, content.terms.term_months) == ("new_only", 24)
    assert content.terms.termination == "schedule"
    assert content.termination_steps == ((1, Decimal(2000)), (13, Decimal(1000)))
    monthly, calls, gigabytes = content.charges
    assert (monthly.discountable, monthly.description) == (False, {"nb": "Rich", "en": "Rich"})
    assert (calls.pricing, calls.usage_types) == ("per_unit", ("voice",))
    assert [(tier.up_to, tier.price) for tier in gigabytes.tiers] == [
        (1073741824, Decimal(10)),
        (None, Decimal(5)),
    ]
    nordic, messages = content.allowances
    assert (nordic.usage_types, nordic.destinations) == (("voice",), ("NORDIC",))
    assert (nordic.quantity, nordic.roll_over_cap) == (Decimal(6000), Decimal(6000))
    assert (messages.quantity, messages.usage_types) == (None, ("sms",))
    spans = dict(DestinationGroup.objects.get().prefixes.values_list("prefix", "during"))
    assert spans["46"] == DateRange(None, None)
    assert spans["358"] == DateRange(date(2026, 1, 1), date(2028, 1, 1))
    together = Discount.objects.get(code="TOGETHER")
    assert (together.kind, together.value, together.state) == ("percent", Decimal(10), "published")
    assert [target.product.code for target in together.targets.all()] == ["MOBILE"]
    assert Promotion.objects.get().promotion_code == "SPRING27"
    assert {part.plan.code for part in Bundle.objects.get().parts.all()} == {"MOBIL10", "RICH"}
    assert EligibilityRule.objects.filter(plan__code="RICH").count() == 5


def test_the_whole_again_changes_nothing(take_in: TakeIn) -> None:
    take_in(WHOLE)

    again = take_in(WHOLE)

    assert [name for name, part in again.parts.items() if part.new or part.changed] == []


DRAFT = WHOLE.replace(
    "      - from: 2027-01-01\n", "      - from: 2027-01-01\n        state: draft\n"
)


def test_a_draft_is_kept_changed_and_published(take_in: TakeIn) -> None:
    first = take_in(DRAFT)
    state = PlanVersion.objects.get(plan__code="RICH").state
    changed = take_in(DRAFT.replace('"499.00"', '"449.00"'))
    published = take_in(WHOLE.replace('"499.00"', '"449.00"'))

    label = "fjordtel RICH from 2027-01-01"
    assert any("draft: monthly 499" in line for line in first.parts["plan versions"].details)
    assert state == "draft"
    assert changed.parts["plan versions"].details == [f"~ {label}: monthly price: 499 → 449"]
    assert published.parts["plan versions"].details == [f"~ {label}: state: draft → published"]
    version = PlanVersion.objects.get(plan__code="RICH")
    assert (version.state, version.published_by) == ("published", "catalogue.yaml")
    assert version.charges.get(code="monthly").price == 449


def test_a_draft_may_lack_a_text_but_not_be_published_with_it(take_in: TakeIn) -> None:
    without = "description: {nb: 100 minutter, en: 100 minutes}"

    report = take_in(DRAFT.replace(without, "description: {nb: 100 minutter}"))
    with pytest.raises(InputRefused) as refused:
        take_in(WHOLE.replace(without, "description: {nb: 100 minutter}"))

    said = "description has no text in en"
    assert said in report.warnings[0].what
    assert said in refused.value.problems[0].what


DECKS = "        decks: {voice: FJORD-VOICE}\n        charges:\n          - {code"
# What is replaced, by what, and what is said of it.
WRONG = [
    ('price: "499.00"', 'price: "499.1234567"', "has too many decimals"),
    ('price: "499.00"', "price: -1", "is negative"),
    ('price: "499.00"', "price: NaN", "is not an amount"),
    ('price: "499.00"', "price: 1" + "0" * 20, "is too large"),
    ("adoption: new_only", "adoption: some", "adoption 'some' is not known"),
    ("term_months: 24", "term_months: 121", "121 is out of range"),
    ("term_months: 24", "term_months: 0", "a fee for leaving early needs a term"),
    ("from_month: 13", "from_month: 1", "month 1 follows month 1"),
    ("from_month: 13", "from_month: 25", "lies beyond the term"),
    ('fee: "1000.00"', 'fee: "3000.00"', "the fee rises in month 13"),
    ("{up_to: 1073741824", "{up_to: 0", "0 is out of range"),
    (', {price: "5.00"}]', "]", "the last tier has no limit"),
    ("            per: 1073741824\n", "", "per is missing"),
    ("pricing: graduated", "pricing: package", "price is missing"),
    ("usage_types: [data]", "usage_types: [voice]", "calls prices the same voice"),
    (DECKS, DECKS.split("\n", 1)[1], "no deck prices voice"),
    ("destinations: [NORDIC]", "destinations: [EU]", "'EU' is not a destination group of fjordtel"),
    ("quantity: 6000", "quantity: 6000.5", "quantity 6000.5 is not whole"),
    ("quantity: 6000", "quantity: 0", "0 is out of range"),
    ("unit: seconds", "unit: bytes\n            usage_types: voice", "bytes are used by data"),
    ("roll_over_periods: 2", "roll_over_periods: 0", "nothing is carried on"),
    (", en: All you need.}", "}", "summary has no text in en"),
    ("sold_until: 2028-01-01", "sold_until: 2025-01-01", "before it begins"),
    ('prefixes: ["46",', 'prefixes: ["46", "46",', "prefix 46 stands there twice"),
    ('prefixes: ["46",', 'prefixes: ["+46",', "prefix '+46' is not right"),
    ("until: 2028-01-01}]", "until: 2025-01-01}]", "ends on 2025-01-01, before it starts"),
    ('percent: "10"', 'percent: "101"', "101 is out of range"),
    ('percent: "10"', 'percent: "0"', "0 is out of range"),
    ('percent: "10"', 'percent: "10"\n    amount: "1"', "it is percent or amount, not both"),
    ("name: {nb: Sammen, en: Together}", "name: {nb: Sammen}", "name has no text in en"),
    ("on: {products: [MOBILE]}", "on: {products: [TV]}", "'TV' is not a product of fjordtel"),
    ("discount: TOGETHER", "discount: NONE", "discount 'NONE' is not a discount of fjordtel"),
    ("parts: [{plan: MOBIL10}, {plan: RICH}]", "parts: [{plan: RICH}]", "two parts or more"),
    ("parts: [{plan: MOBIL10}", "parts: [{plan: RICH}", "a part stands twice"),
    ("- customer_kind: consumer", "- customer_kind: dog", "customer_kind 'dog' is not known"),
    ("- customer_kind: consumer", "- {}", "a rule asks one thing"),
    ("- promotion: SPRING", "- promotion: FALL", "promotion 'FALL' is not a promotion"),
    ("{new_customer: true}", "{new_customer: false}", "new_customer is yes or not there"),
    ("countries: [NO]", "countries: [XX]", "is not a country"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), WRONG)
def test_what_is_wrong_is_told_with_its_line(
    take_in: TakeIn, old: str, new: str, said: str
) -> None:
    assert WHOLE.count(old) >= 1
    before, after = WHOLE.split(old, 1)

    with pytest.raises(InputRefused) as refused:
        take_in(before + new + after)

    problems = [problem for problem in refused.value.problems if said in problem.what]
    assert problems, [str(problem) for problem in refused.value.problems]
    assert abs(problems[0].line - line_of(WHOLE, old)) <= 12
    assert Plan.objects.count() == 0


def test_several_problems_are_told_at_once(take_in: TakeIn) -> None:
    text = WHOLE.replace("quantity: 6000", "quantity: 0").replace('percent: "10"', "percent: x")

    with pytest.raises(InputRefused) as refused:
        take_in(text.replace("from_month: 13", "from_month: 1"))

    assert len(refused.value.problems) >= 2


def test_a_published_discount_is_ended_but_never_changed(take_in: TakeIn) -> None:
    take_in(WHOLE)

    with pytest.raises(InputRefused) as refused:
        take_in(WHOLE.replace('percent: "10"', 'percent: "15"'))
    ended = take_in(WHOLE.replace("    months: 12\n", "    months: 12\n    until: 2027-01-01\n"))

    assert "value: 10 → 15" in refused.value.problems[0].what
    assert ended.parts["discounts"].changed == 1
    assert Discount.objects.get(code="TOGETHER").available.upper == date(2027, 1, 1)


def test_the_rules_of_a_plan_are_replaced_as_a_whole(take_in: TakeIn) -> None:
    take_in(WHOLE)

    take_in(WHOLE.replace("      - promotion: SPRING\n", ""))

    kinds = EligibilityRule.objects.filter(plan__code="RICH").values_list("kind", flat=True)
    assert list(kinds) == ["customer_kind", "requires", "requires", "place"]
