"""The plan sheet says everything that is charged, in the customer's words and language."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from catalog.models import (
    Allowance,
    AllowanceDestination,
    Bundle,
    BundlePart,
    Charge,
    ChargeTier,
    DeckAssignment,
    DestinationGroup,
    Discount,
    EligibilityRule,
    Plan,
    PlanVersion,
    TerminationStep,
)
from catalog.plan_sheet.content import plan_sheet
from tests import make

DAY = date(2026, 11, 1)
STARTS = date(2026, 10, 1)


@pytest.fixture
def plan(fjordtel):
    product = make.make_product(fjordtel)
    return Plan.objects.create(
        brand=fjordtel, product=product, code="MOBIL20",
        name={"nb": "Mobil 20 GB", "en": "Mobile 20 GB"},
    )  # fmt: skip


@pytest.fixture
def version(plan):
    return PlanVersion.objects.create(plan=plan, starts_on=STARTS)


def charge(version, code="monthly", **fields):
    defaults = {
        "kind": "recurring", "price": Decimal("399.00"),
        "description": {"nb": "Månedspris", "en": "Monthly price"},
    }  # fmt: skip
    return Charge.objects.create(version=version, code=code, **(defaults | fields))


def rows(version, key, language="en"):
    sheet = plan_sheet(PlanVersion.objects.get(pk=version.pk), language, as_of=DAY)
    found = [section.rows for section in sheet.sections if section.key == key]
    return [
        (row.label, row.value.replace("\xa0", " "), row.note.replace("\xa0", " "))
        for row in (found[0] if found else ())
    ]


@pytest.mark.parametrize(
    ("fields", "language", "words"),
    [
        ({}, "en", ("Monthly price", "NOK 399.00 a month", "in advance")),
        ({}, "nb", ("Månedspris", "399,00 kr i måneden", "på forskudd")),
        ({"months": 12}, "en", ("Monthly price", "NOK 399.00 a year", "in advance")),
        ({"months": 3}, "en", ("Monthly price", "NOK 399.00 every 3 months", "in advance")),
        (
            {"timing": "arrears", "proration": "none"},
            "en",
            ("Monthly price", "NOK 399.00 a month", "in arrears, a part period costs nothing"),
        ),
        (
            {"price": Decimal("0.4875")},
            "en",
            ("Monthly price", "NOK 0.4875 a month", "in advance"),
        ),
    ],
)
def test_a_recurring_charge_says_how_much_and_how_often(version, fields, language, words):
    charge(version, **fields)

    assert rows(version, "recurring", language) == [words]


def test_trial_and_minimum_spend_stand_with_the_price(version):
    charge(version)
    PlanVersion.objects.filter(pk=version.pk).update(trial_days=14, minimum_spend=Decimal(50))

    assert rows(version, "recurring")[1:] == [
        ("Free trial", "14 days", "then the prices above"),
        ("Minimum spend", "NOK 50.00 a month", "what is used less is charged"),
    ]


@pytest.mark.parametrize(
    ("fields", "value", "note"),
    [
        ({"unit": "bytes", "quantity": 20 * 1024**3, "usage_types": ["data"]}, "20 GB a month", ""),
        (
            {"unit": "seconds", "quantity": 300 * 60, "usage_types": ["voice"], "scope": "pooled"},
            "300 minutes a month",
            "pooled over all lines of the account",
        ),
        (
            {
                "unit": "messages", "quantity": 100, "usage_types": ["sms"],
                "roll_over_periods": 2, "roll_over_cap": 150,
            },
            "100 messages a month",
            "what is left can be used for 2 more months, at most 150 messages",
        ),
        (
            {"unit": "money", "quantity": Decimal("49.50"), "usage_types": ["voice"]},
            "NOK 49.50 a month",
            "",
        ),
        ({"unit": "bytes", "quantity": None, "usage_types": ["data"]}, "unlimited", ""),
    ],
)  # fmt: skip
def test_an_allowance_says_how_much_and_for_whom(version, fields, value, note):
    Allowance.objects.create(version=version, code="a", description={"en": "Included"}, **fields)

    assert rows(version, "included") == [("Included", value, note)]


def test_an_allowance_names_the_places_it_is_for(version, fjordtel):
    allowance = Allowance.objects.create(
        version=version, code="eu", description={"en": "Calls"}, unit="seconds", quantity=600,
        usage_types=["voice"],
    )  # fmt: skip
    group = DestinationGroup.objects.create(brand=fjordtel, code="EU", name={"en": "EU and EEA"})
    AllowanceDestination.objects.create(allowance=allowance, group=group)

    assert rows(version, "included") == [("Calls", "10 minutes a month", "to EU and EEA")]


def test_the_decks_prices_stand_as_spans_by_category(version, fjordtel):
    deck = make.make_deck(fjordtel)
    make.make_rate(deck, "47", "0.49", connection_fee="0.99")
    make.make_rate(deck, "4790", "0.00")
    make.make_rate(deck, "90", "2.90", starts_on=date(2027, 1, 1))
    DeckAssignment.objects.create(version=version, usage_type="voice", deck=deck)

    assert rows(version, "beyond") == [
        ("Calls", "NOK 0.00 to NOK 0.49 a minute, by destination", "connection fee up to NOK 0.99")
    ]


def test_tiers_and_blocks_say_their_steps(version):
    steps = charge(
        version, "steps", kind="usage", price=0, pricing="graduated", usage_types=["voice"], per=60,
        description={"en": "Calls"},
    )  # fmt: skip
    ChargeTier.objects.create(charge=steps, up_to=6000, price=Decimal("0.50"))
    ChargeTier.objects.create(charge=steps, up_to=None, price=Decimal("0.25"))
    charge(
        version, "blocks", kind="usage", price=Decimal(49), pricing="package", position=1,
        usage_types=["data"], per=1024**3, description={"en": "More data"},
    )  # fmt: skip

    assert rows(version, "beyond") == [
        ("Calls, up to 100 minutes", "NOK 0.50 a minute", "each step at its price"),
        ("Calls, beyond 100 minutes", "NOK 0.25 a minute", "each step at its price"),
        ("More data", "NOK 49.00 for each 1 GB started", ""),
    ]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, [("Binding", "none", ""), ("Notice", "none", "")]),
        (
            {"term_months": 12, "notice_days": 30},
            [
                ("Binding", "12 months", ""),
                ("Notice", "30 days", ""),
                ("Leaving earlier", "costs nothing", ""),
            ],
        ),
        (
            {"term_months": 12, "termination": "remaining_months", "termination_share": 50},
            [
                ("Binding", "12 months", ""),
                ("Notice", "none", ""),
                (
                    "Leaving earlier",
                    "50 % of the monthly price for each month left",
                    "a started month counts whole",
                ),
            ],
        ),
    ],
)
def test_the_term_says_for_how_long_and_what_leaving_costs(version, fields, words):
    PlanVersion.objects.filter(pk=version.pk).update(**fields)

    assert rows(version, "term") == words


def test_a_falling_schedule_says_each_step(version):
    PlanVersion.objects.filter(pk=version.pk).update(term_months=12, termination="schedule")
    TerminationStep.objects.create(version=version, from_month=1, fee=Decimal(1000))
    TerminationStep.objects.create(version=version, from_month=7, fee=Decimal(500))

    assert rows(version, "term")[2:] == [
        ("Leaving in months 1 to 6", "NOK 1,000.00", ""),
        ("Leaving in months 7 to 12", "NOK 500.00", ""),
    ]


def test_bundles_and_conditions_are_told(version, fjordtel, plan):
    fiber = make.make_product(fjordtel, "FIBER", name={"en": "Fibre"}, service="broadband")
    discount = Discount.objects.create(
        brand=fjordtel, code="TEN", name={"en": "Ten off"}, kind="percent", value=10, months=6,
        available=DateRange(STARTS, None),
    )  # fmt: skip
    bundle = Bundle.objects.create(
        brand=fjordtel, code="HOME", name={"en": "Home bundle"}, discount=discount,
        available=DateRange(STARTS, None),
    )  # fmt: skip
    BundlePart.objects.create(bundle=bundle, plan=plan)
    BundlePart.objects.create(bundle=bundle, product=fiber)
    for row in (discount, bundle):
        type(row).objects.filter(pk=row.pk).update(
            state="published", published_at=make.PUBLISHED, published_by="test"
        )
    EligibilityRule.objects.create(plan=plan, kind="customer_kind", customer_kind="consumer")
    EligibilityRule.objects.create(plan=plan, kind="excludes", product=fiber, position=1)
    EligibilityRule.objects.create(
        plan=plan, kind="place", countries=["NO"], postcodes=["01"], position=2
    )

    assert rows(version, "together") == [
        ("Home bundle", "10 % off for 6 months", "together with Fibre")
    ]
    assert [label for label, _, _ in rows(version, "who")] == [
        "Only for consumers",
        "Not together with Fibre",
        "Only in Norway (postcodes beginning with 01)",
    ]


def test_what_is_not_included_is_said_line_by_line(version):
    PlanVersion.objects.filter(pk=version.pk).update(
        exclusions={"en": "Calls to ships\nPremium numbers"}
    )

    assert [label for label, _, _ in rows(version, "excluded")] == [
        "Calls to ships",
        "Premium numbers",
    ]


def test_the_sheet_as_text_and_as_data_say_the_same(version):
    charge(version)
    sheet = plan_sheet(version, "nb", as_of=DAY)

    data: Any = sheet.as_data()
    text = sheet.as_text()

    assert data["prices"] == "Prisene er med avgift."
    for section in data["sections"]:
        assert section["title"] in text
        for row in section["rows"]:
            assert row["label"] in text
            assert row["value"] in text
