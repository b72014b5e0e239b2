"""Drafts of prices in the back office: made and edited in forms, published by a second person."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from catalog.models import (
    Bundle,
    DestinationGroup,
    Discount,
    EligibilityRule,
    PlanVersion,
    Promotion,
)
from catalog.queries import content_of, terms_of
from core.models import Approval
from core.services.decide_approval import approve
from tests import make

START = date(2027, 1, 1)


@pytest.fixture(autouse=True)
def _on_23_november():
    with time_machine.travel("2026-11-23T09:00:00Z", tick=False):
        yield


@pytest.fixture
def plan(own):
    return own[PlanVersion].plan


@pytest.fixture
def draft(staff, plan):
    """A copy of the plan's only version, made by its form."""
    address = reverse("admin:catalog_plan_new_version", args=[plan.pk])
    answer = staff.post(address, {"starts_on": "2027-01-01", "copy_of": plan.versions.get().pk})
    made = plan.versions.get(starts_on=START)
    assert answer.url == page(made, "edit")
    return made


def page(version, name: str) -> str:
    return reverse(f"admin:catalog_planversion_{name}", args=[version.pk])


def filled(client, version, **changes) -> dict[str, object]:
    """What a browser sends of the page of a draft, with some fields changed."""
    form = client.get(page(version, "edit")).context["draft"]
    sent: dict[str, object] = {}
    for rows in (form.charges, form.allowances, form.steps):
        sent |= {bound.html_name: bound.value() for bound in rows.management_form}
        for one in rows:
            sent |= {bound.html_name: bound.value() for bound in one}
    sent |= {bound.html_name: bound.value() for bound in form.terms}
    sent |= changes
    return {name: value for name, value in sent.items() if value is not None and value is not False}


def test_a_draft_is_edited_in_forms_with_an_input_for_each_language(staff, draft):
    shown = staff.get(page(draft, "edit")).content.decode()
    more = {
        "charges-0-price": "349.5",
        "charges-0-description_nb": "Månedspris",
        "charges-1-code": "calls",
        "charges-1-kind": "usage",
        "charges-1-pricing": "graduated",
        "charges-1-usage_types": ["voice"],
        "charges-1-per": "60",
        "charges-1-tiers": "1000 0.50\nbeyond 0.3",
        "terms-term_months": "12",
        "terms-termination": "schedule",
        "steps-0-from_month": "1",
        "steps-0-fee": "900",
    }

    answer = staff.post(page(draft, "edit"), filled(staff, draft, **more))

    content = content_of(terms_of(draft))
    assert answer.status_code == 302
    for language in draft.plan.brand.languages:
        assert f'name="charges-0-description_{language}"' in shown
    assert content.charges[0].price == Decimal("349.50")
    assert content.charges[0].description["nb"] == "Månedspris"
    assert [(tier.up_to, tier.price) for tier in content.charges[1].tiers] == [
        (1000, Decimal("0.5")),
        (None, Decimal("0.3")),
    ]
    assert content.terms.term_months == 12
    assert content.termination_steps == ((1, Decimal(900)),)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"charges-0-price": "-1"}, "Price -1 is not a price"),
        ({"charges-0-pricing": "package"}, "Only a charge by usage has this"),
        ({"charges-1-code": "monthly"}, "There is a row monthly already"),
        ({"terms-termination": "schedule"}, "A fee for leaving early needs a term"),
        ({"terms-starts_on": "2026-01-01"}, "choose another day"),
        ({"charges-0-tiers": "many 1"}, "Line 1: “many 1” is not a limit and a price"),
    ],
)
def test_what_is_wrong_is_told_in_words_and_nothing_is_saved(staff, draft, changes, said):
    before = content_of(terms_of(draft))
    sent = filled(staff, draft, **changes)
    if "choose" in said:
        sent["terms-starts_on"] = str(draft.plan.versions.earliest("starts_on").starts_on)

    answer = staff.post(page(draft, "edit"), sent)

    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert content_of(terms_of(draft)) == before


def test_publishing_needs_a_second_person(staff, superuser, draft):
    waiting = ask(staff, draft)
    checker = make.make_staff("checker@own.example", is_superuser=True)
    decide = reverse("admin:core_approval_decide", args=[waiting.pk])
    refused = staff.post(decide, {"decision": "approve"}).content.decode()
    draft.refresh_from_db()
    assert draft.is_draft
    assert "You asked for it" in refused

    done = approve(waiting, by=checker, now=timezone.now())

    draft.refresh_from_db()
    assert (done.state, draft.is_draft) == ("approved", False)
    assert staff.get(page(draft, "edit")).status_code == 302
    shown = staff.get(reverse("admin:core_approval_change", args=[waiting.pk])).content.decode()
    assert "Plan sheet" in shown


def test_a_superuser_does_not_decide_on_their_own_request(superuser, draft):
    waiting = ask(superuser, draft)

    superuser.post(
        reverse("admin:core_approval_decide", args=[waiting.pk]), {"decision": "approve"}
    )

    draft.refresh_from_db()
    waiting.refresh_from_db()
    assert (draft.is_draft, waiting.state) == (True, "requested")


def test_what_is_edited_after_the_request_is_not_published(staff, draft):
    waiting = ask(staff, draft)
    checker = make.make_staff("checker@own.example", is_superuser=True)
    staff.post(page(draft, "edit"), filled(staff, draft, **{"charges-0-price": "1"}))

    decided = approve(waiting, by=checker, now=timezone.now())

    draft.refresh_from_db()
    assert (decided.state, draft.is_draft) == ("failed", True)
    assert "299" in decided.outcome


def test_a_charge_without_a_text_for_customers_is_not_even_asked_for(staff, draft):
    brand = draft.plan.brand
    empty = {f"charges-0-description_{language}": "" for language in brand.languages}
    staff.post(page(draft, "edit"), filled(staff, draft, **empty))

    answer = staff.post(page(draft, "publish"), {"reason": "New year"})

    assert "description has no text in" in answer.content.decode()
    assert not Approval.objects.exclude(summary__startswith="CANARY").exists()


def test_a_draft_is_deleted_and_the_plan_shows_its_versions(staff, draft):
    address = reverse("admin:catalog_plan_change", args=[draft.plan_id])
    shown = staff.get(address).content.decode()
    sheet = staff.get(page(draft, "sheet"))

    staff.post(page(draft, "delete_draft"))

    assert "in force" in shown
    assert [one.language for one in sheet.context["sheets"]] == list(draft.plan.brand.languages)
    assert not PlanVersion.objects.filter(pk=draft.pk).exists()


def test_versions_of_another_brand_look_like_none(staff, foreign):
    version = foreign[PlanVersion]

    for name in ("edit", "sheet", "publish", "delete_draft"):
        assert staff.get(page(version, name)).status_code == 404
        assert staff.post(page(version, name)).status_code == 404
    new = reverse("admin:catalog_plan_new_version", args=[version.plan_id])
    assert staff.get(new).status_code == 404


def test_offers_of_ones_own_brand_are_listed_and_shown(staff, own, foreign):
    for model in (Discount, Promotion, Bundle, DestinationGroup, EligibilityRule):
        name = f"admin:catalog_{model._meta.model_name}"
        rows = staff.get(reverse(f"{name}_changelist")).context["cl"].result_list

        assert list(rows) == [own[model]]
        assert staff.get(reverse(f"{name}_change", args=[own[model].pk])).status_code == 200
        assert staff.get(reverse(f"{name}_change", args=[foreign[model].pk])).status_code == 302


def ask(client, version) -> Approval:
    """Ask for publication by the page; all texts are there."""
    brand = version.plan.brand
    texts = {f"charges-0-description_{language}": "Price" for language in brand.languages}
    client.post(page(version, "edit"), filled(client, version, **texts))
    answer = client.post(page(version, "publish"), {"reason": "New year"})
    waiting = Approval.objects.exclude(summary__startswith="CANARY").get()
    assert answer.url == reverse("admin:core_approval_change", args=[waiting.pk])
    return waiting
