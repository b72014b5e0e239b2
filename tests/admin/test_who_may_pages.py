"""Who may have a plan: chosen on its page, shown as sentences, held once a second person agreed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.urls import reverse

from catalog.models import Discount, EligibilityRule, Plan, Promotion
from catalog.who_may import WhoMay, rules_of, who_may_now, who_may_of
from core.models import Approval, User
from core.services.decide_approval import approve
from tests import make


@pytest.fixture
def staff(fjordtel) -> User:
    return make.make_staff("maker@fjordtel.example", fjordtel, is_superuser=True)


@pytest.fixture
def checker(fjordtel) -> User:
    return make.make_staff("checker@fjordtel.example", fjordtel, is_superuser=True)


@pytest.fixture
def client(staff, sign_in) -> Client:
    return sign_in(staff)


@pytest.fixture
def plan(fjordtel) -> Plan:
    make.make_plan(fjordtel, "FIBER", name={"nb": "Fiber", "en": "Fibre"})
    discount = Discount.objects.create(
        brand=fjordtel, code="TEN", name={"en": "Ten"}, kind="percent", value=10,
        available=DateRange(date(2026, 1, 1), None),
    )  # fmt: skip
    Promotion.objects.create(
        brand=fjordtel, code="XMAS", name={"en": "Xmas"}, discount=discount,
        available=DateRange(date(2026, 1, 1), None),
    )  # fmt: skip
    return make.make_plan(fjordtel, "MOBIL10")


def ask(client: Client, plan: Plan, **chosen: object) -> Approval:
    address = reverse("admin:catalog_plan_who_may", args=[plan.pk])
    client.post(address, {"reason": "A plan for fibre customers"} | chosen)
    return Approval.objects.latest("pk")


def test_the_conditions_hold_once_a_second_person_agreed(client, plan, checker):
    asked = ask(client, plan, customer_kind="business", requires_plans=["FIBER"], months="6")
    before = plan.eligibility_rules.count()

    approve(asked, by=checker, now=datetime.now(UTC))

    rules = list(plan.eligibility_rules.order_by("position"))
    assert before == 0
    assert [rule.kind for rule in rules] == ["customer_kind", "tenure", "requires"]
    assert asked.difference == [
        [
            "Who may have it",
            "everybody",
            "Only for businesses; For customers of at least 6 months; Only together with Fibre",
        ],
        [
            "Others are told",
            "–",
            (
                "It goes with Fibre only. It is for businesses only. "
                "It is for those who have been customers for 6 months."
            ),
        ],
    ]


def test_the_page_shows_what_holds_now(client, plan):
    EligibilityRule.objects.create(plan=plan, kind="place", countries=["NO"], postcodes=["01"])

    page = client.get(reverse("admin:catalog_plan_who_may", args=[plan.pk])).content.decode()

    assert 'value="NO"' in page
    assert 'value="01"' in page


def test_rules_that_changed_meanwhile_refuse_the_approval(client, plan, checker):
    asked = ask(client, plan, new_customer="on")
    EligibilityRule.objects.create(plan=plan, kind="customer_kind", customer_kind="consumer")

    decided = approve(asked, by=checker, now=datetime.now(UTC))

    assert decided.state == "failed"
    assert [rule.kind for rule in plan.eligibility_rules.all()] == ["customer_kind"]


def test_what_is_wrong_or_changes_nothing_asks_nobody(client, plan):
    address = reverse("admin:catalog_plan_who_may", args=[plan.pk])

    wrong = client.post(address, {"reason": "x", "countries": "Norway"}).content.decode()
    same = client.post(address, {"reason": "x"}).content.decode()

    assert "ISO codes of two letters" in wrong
    assert "Nothing differs" in same
    assert not Approval.objects.exists()


def test_rules_of_files_that_say_more_are_left_to_files(client, plan):
    fiber = Plan.objects.get(code="FIBER")
    for position in (0, 1):
        EligibilityRule.objects.create(
            plan=plan, kind="requires", other_plan=fiber, position=position
        )

    response = client.get(reverse("admin:catalog_plan_who_may", args=[plan.pk]))

    assert response.status_code == 302
    assert plan.eligibility_rules.count() == 2


def test_everything_that_can_be_asked_comes_back_as_it_was_said(plan):
    who = WhoMay(
        customer_kind="consumer",
        new_customer=True,
        months=12,
        requires_plans=("FIBER",),
        requires_products=("MOBILE",),
        excludes_plans=("FIBER",),
        countries=("NO", "SE"),
        postcodes=("01",),
        promotion="XMAS",
    )

    rules = rules_of(plan, who)
    EligibilityRule.objects.bulk_create(rules)

    assert who_may_now(list(plan.eligibility_rules.all())) == who
    assert who_may_of(who.as_payload()) == who
