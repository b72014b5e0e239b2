"""Drafts of prices: made, copied, changed, deleted, and published by a second person."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from django.db.models import Model

from catalog.models import Bundle, Discount, Plan, PlanVersion
from catalog.queries import content_of, terms_of, version_in_force
from catalog.services.draft_plan_version import create_draft, delete_draft, edit_draft
from catalog.services.import_catalog import import_catalog
from catalog.services.publish_plan_version import publish_plan_version
from catalog.version_content import AllowanceContent, ChargeContent, VersionContent
from core.errors import DomainError, InputRefused
from core.models import Brand
from core.services.decide_approval import approve
from core.services.request_approval import request_approval
from tests import make

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
TODAY, NEXT_YEAR = date(2026, 11, 23), date(2027, 1, 1)
TEXT = {"nb": "Abonnement", "en": "Subscription"}
MONTHLY = ChargeContent("monthly", TEXT, price=Decimal("319.00"))
CONTENT = VersionContent(
    charges=(MONTHLY,), allowances=(AllowanceContent("sms", TEXT, "messages", None, ("sms",)),)
)


@pytest.fixture
def plan(fjordtel: Brand) -> Plan:
    return make.make_plan(fjordtel)


def test_a_draft_holds_nothing_until_it_is_published(plan: Plan) -> None:
    draft = create_draft(plan, starts_on=TODAY, content=CONTENT)
    before = version_in_force(plan, TODAY)

    publish_plan_version(draft, published_by="Kari", now=NOW, today=TODAY)

    assert before != draft
    assert version_in_force(plan, TODAY) == draft


def test_a_copy_says_the_same(plan: Plan) -> None:
    first = create_draft(plan, starts_on=NEXT_YEAR, content=CONTENT)

    copy = create_draft(plan, starts_on=date(2028, 1, 1), clone_of=first)

    assert content_of(terms_of(copy)) == content_of(terms_of(first)) == CONTENT


def test_two_versions_never_start_on_one_day(plan: Plan) -> None:
    create_draft(plan, starts_on=NEXT_YEAR)

    with pytest.raises(DomainError, match="choose another day"):
        create_draft(plan, starts_on=NEXT_YEAR)


@pytest.mark.parametrize(
    "price", ["1.0000001", "-1", "NaN", "Infinity", "1e20"]
)  # fmt: skip
def test_what_is_no_price_is_refused_with_the_charges_name(plan: Plan, price: str) -> None:
    content = VersionContent(charges=(replace(MONTHLY, price=Decimal(price)),))

    with pytest.raises(DomainError, match=r"charge monthly: price .* is not a price"):
        create_draft(plan, starts_on=NEXT_YEAR, content=content)

    assert PlanVersion.objects.count() == 1


def test_a_text_may_be_missing_in_a_draft_only(plan: Plan) -> None:
    content = VersionContent(charges=(replace(MONTHLY, description={"en": "Only English"}),))
    draft = create_draft(plan, starts_on=NEXT_YEAR, content=content)

    with pytest.raises(DomainError, match="description has no text in nb"):
        publish_plan_version(draft, published_by="Kari", now=NOW, today=TODAY)

    edit_draft(draft, content=CONTENT, starts_on=date(2027, 2, 1))
    published = publish_plan_version(draft, published_by="Kari", now=NOW, today=TODAY)
    assert (published.starts_on, published.published_at) == (date(2027, 2, 1), NOW)


def test_prices_are_not_dated_back_but_by_the_shell(plan: Plan) -> None:
    draft = create_draft(plan, starts_on=date(2026, 11, 22), content=CONTENT)

    with pytest.raises(DomainError, match="which is past"):
        publish_plan_version(draft, published_by="Kari", now=NOW, today=TODAY)

    assert publish_plan_version(draft, published_by="f.yaml", now=NOW, today=None).published_at


def test_what_is_published_is_neither_edited_nor_deleted_nor_published_again(plan: Plan) -> None:
    version = plan.versions.get()

    for refused in (
        lambda: edit_draft(version, content=CONTENT),
        lambda: delete_draft(version),
        lambda: publish_plan_version(version, published_by="Kari", now=NOW, today=None),
    ):
        with pytest.raises(DomainError, match="is published"):
            refused()


def test_a_deleted_draft_is_gone(plan: Plan) -> None:
    draft = create_draft(plan, starts_on=NEXT_YEAR, content=CONTENT)

    delete_draft(draft)

    with pytest.raises(DomainError, match="not there any more"):
        edit_draft(draft, content=CONTENT)


def test_a_second_person_publishes_what_was_shown(plan: Plan) -> None:
    draft = create_draft(plan, starts_on=NEXT_YEAR, content=CONTENT)
    maker = make.make_staff("maker@fjordtel.example", plan.brand)
    checker = make.make_staff("checker@fjordtel.example", is_superuser=True)

    asked = request_approval(
        "publish_plan_version", subject=draft, brand=plan.brand, requested_by=maker,
        reason="New prices", now=NOW,
    )  # fmt: skip
    approve(asked, by=checker, now=NOW)

    draft.refresh_from_db()
    assert ["monthly price", "299", "319"] in asked.difference
    assert draft.state == "published"
    assert draft.published_by == "maker@fjordtel.example, approved by checker@fjordtel.example"


def test_a_draft_that_changed_since_it_was_asked_about_is_not_published(plan: Plan) -> None:
    draft = create_draft(plan, starts_on=NEXT_YEAR, content=CONTENT)
    maker = make.make_staff("maker@fjordtel.example", plan.brand)
    checker = make.make_staff("checker@fjordtel.example", is_superuser=True)
    asked = request_approval(
        "publish_plan_version", subject=draft, brand=plan.brand, requested_by=maker,
        reason="New prices", now=NOW,
    )  # fmt: skip

    edit_draft(draft, content=replace(CONTENT, charges=(replace(MONTHLY, price=Decimal(1)),)))
    decided = approve(asked, by=checker, now=NOW)

    draft.refresh_from_db()
    assert (decided.state, draft.state) == ("failed", "draft")


OFFER = """
discounts:
  - {code: TEN, brand: fjordtel, name: Ten, percent: 10, from: 2026-01-01, state: %(state)s}
bundles:
  - code: HOME
    brand: fjordtel
    name: Home
    discount: TEN
    parts: [{plan: MOBIL10}, {product: MOBILE}]
    from: 2026-01-01
    state: %(state)s
"""


def test_prices_and_offers_move_as_declared(plan: Plan, tmp_path: Path) -> None:
    """PlanVersion, Discount and Bundle go from draft to published, and never back."""
    draft = create_draft(plan, starts_on=NEXT_YEAR, content=CONTENT)
    states: dict[type[Model], list[str]] = {PlanVersion: [draft.state], Discount: [], Bundle: []}

    states[PlanVersion].append(
        publish_plan_version(draft, published_by="Kari", now=NOW, today=TODAY).state
    )
    with suppress(DomainError):
        edit_draft(draft, content=VersionContent())
    states[PlanVersion].append(PlanVersion.objects.get(pk=draft.pk).state)
    for state in ("draft", "published", "draft"):
        with suppress(InputRefused):
            import_catalog(
                (OFFER % {"state": state}).encode(), file="offers.yaml", folder=tmp_path, now=NOW
            )
        for model in (Discount, Bundle):
            states[model].append(model._default_manager.get().state)

    for offered, seen in states.items():
        transitions = getattr(offered, "TRANSITIONS")  # noqa: B009 – of two classes
        declared = {(before, after) for before, ends in transitions.items() for after in ends}
        assert {(a, b) for a, b in pairwise(seen) if a != b} == declared
