"""The inbox, the decision page and the search show what is one's brands', and act by services."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from core import approvals
from core.approvals import Effect, approval_kind
from core.models import Approval
from core.services.record_event import record_event
from core.services.request_approval import request_approval
from tests import make
from tests.admin.house import make_house


class Nothing:
    """A request that changes nothing, and says so."""

    def effect(self, subject, payload):
        return Effect("Change the name", [("name", subject.name, "CANARY-new")])

    def fingerprint(self, subject, payload):
        return subject.name

    def carry_out(self, approval, now):
        """Nothing to do."""


@pytest.fixture
def waiting(own, monkeypatch):
    """A request by somebody else in the member of staff's brand."""
    monkeypatch.setattr(approvals, "_kinds", dict(approvals._kinds))
    approval_kind("nothing", permission="core.change_brand")(Nothing)
    return ask(own.brand)


def ask(brand):
    maker = make.make_staff(f"maker@{brand.code}.example", brand)
    return request_approval(
        "nothing",
        subject=brand,
        brand=brand,
        requested_by=maker,
        reason="It is wrong.",
        now=timezone.now(),
    )


def test_what_waits_is_seen_with_its_difference_and_approved(staff, waiting):
    inbox = staff.get(reverse("admin:core_approval_changelist") + "?inbox=me")
    address = reverse("admin:core_approval_decide", args=[waiting.pk])
    page = staff.get(address).content.decode()

    answer = staff.post(address, {"decision": "approve", "comment": "Yes."})

    waiting.refresh_from_db()
    assert list(inbox.context["cl"].result_list) == [waiting]
    assert "CANARY-new" in page
    assert answer.status_code == 302
    assert (waiting.state, waiting.comment) == ("approved", "Yes.")
    assert staff.get(answer.url).status_code == 200


def test_a_request_of_another_brand_looks_like_none(staff, waiting):
    foreign = ask(make_house("foreign").brand)

    address = reverse("admin:core_approval_decide", args=[foreign.pk])

    assert staff.get(address).status_code == 404
    assert staff.post(address, {"decision": "approve"}).status_code == 404
    assert Approval.objects.get(pk=foreign.pk).is_open


def test_events_are_listed_and_shown(staff, own):
    event = record_event(
        "thing.happened", brand=own.brand, account_id=1, payload={}, now=timezone.now()
    )

    assert staff.get(reverse("admin:core_event_changelist")).status_code == 200
    assert staff.get(reverse("admin:core_event_change", args=[event.pk])).status_code == 200


def test_the_search_finds_what_is_ours_exact_first_and_nothing_foreign(staff, own):
    make_house("foreign")
    number = f"{own.canary}-1"

    ours = staff.get(reverse("backoffice-search"), {"q": number}).content.decode()
    foreign = staff.get(reverse("backoffice-search"), {"q": "CANARY-foreign"})
    typed = staff.get(reverse("backoffice-search"), {"q": number}, headers={"HX-Request": "true"})

    assert f"{number} {own.canary} Nordmann" in ours
    assert foreign.context["found"] == []
    assert b"<html" not in typed.content
