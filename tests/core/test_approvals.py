"""A second person decides: never who asked, never on something else than what was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from core import approvals
from core.approvals import Effect, approval_kind
from core.errors import DomainError
from core.models import Approval, Brand
from core.services.decide_approval import approve, expire_approvals, reject, why_not, withdraw
from core.services.request_approval import request_approval
from tests import make

NOW = datetime(2026, 11, 3, 8, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


class LowerMinimum:
    """Changes the amount below which a brand reminds nobody."""

    def effect(self, subject: Brand, payload: Mapping[str, Any]) -> Effect:
        before, after = subject.minimum_open_amount, Decimal(payload["minimum"])
        return Effect(
            "Remind of smaller amounts",
            [("minimum open amount", f"{before:.2f}", f"{after:.2f}")],
            money=after - before,
            currency=subject.currency,
        )

    def fingerprint(self, subject: Brand, payload: Mapping[str, Any]) -> str:
        return f"{subject.minimum_open_amount:.3f}"

    def carry_out(self, approval: Approval, now: datetime) -> None:
        minimum = Decimal(approval.payload["minimum"])
        if minimum < 0:
            raise DomainError("A minimum is not negative.")
        Brand.objects.filter(pk=approval.subject_id).update(minimum_open_amount=minimum)


@pytest.fixture(autouse=True)
def _kind(monkeypatch):
    monkeypatch.setattr(approvals, "_kinds", dict(approvals._kinds))
    approval_kind("lower_minimum", permission="core.change_brand")(LowerMinimum)


@pytest.fixture
def maker(fjordtel):
    return make.make_staff("maker@fjordtel.example", fjordtel, is_superuser=True)


@pytest.fixture
def checker(fjordtel):
    return make.make_staff("checker@fjordtel.example", fjordtel, is_superuser=True)


def ask(brand, maker, minimum="20.00", **fields):
    facts = {"reason": "Small debts grow.", "now": NOW, "payload": {"minimum": minimum}} | fields
    return request_approval(
        "lower_minimum", subject=brand, brand=brand, requested_by=maker, **facts
    )


def minimum_of(brand) -> Decimal:
    return Brand.objects.get(pk=brand.pk).minimum_open_amount


def test_a_request_keeps_the_difference_and_the_money_as_asked_for(fjordtel, maker):
    request = ask(fjordtel, maker)

    assert request.state == "requested"
    assert request.difference == [["minimum open amount", "50.00", "20.00"]]
    assert (request.amount, request.currency) == (Decimal("-30.00"), "NOK")
    assert request.expires_at == NOW + timedelta(days=7)
    assert minimum_of(fjordtel) == 50


def test_a_second_person_approves_and_it_is_carried_out_at_once(fjordtel, maker, checker):
    request = ask(fjordtel, maker)

    decided = approve(request, by=checker, now=LATER, comment="Agreed.")

    assert (decided.state, decided.decided_by, decided.comment) == ("approved", checker, "Agreed.")
    assert minimum_of(fjordtel) == 20


def test_who_asked_never_decides_not_even_a_superuser(fjordtel, maker):
    request = ask(fjordtel, maker)

    with pytest.raises(DomainError, match="a second person decides"):
        approve(request, by=maker, now=LATER)
    with pytest.raises(DomainError, match="a second person decides"):
        reject(request, by=maker, now=LATER, comment="no")
    with pytest.raises(IntegrityError, match="approval_checker_is_not_maker"), transaction.atomic():
        Approval.objects.update(state="approved", decided_by=maker, decided_at=LATER)

    assert minimum_of(fjordtel) == 50


def test_who_lacks_the_right_or_the_brand_does_not_decide(fjordtel, northwind, maker):
    request = ask(fjordtel, maker)
    without_right = make.make_staff("a@fjordtel.example", fjordtel)
    of_another_brand = make.make_staff("b@northwind.example", northwind)

    assert why_not(request, without_right) == "Your role does not decide on this."
    assert why_not(request, of_another_brand) == "Your role does not decide on this."


def test_nothing_is_carried_out_once_the_subject_moved_on(fjordtel, maker, checker):
    request = ask(fjordtel, maker)
    Brand.objects.update(minimum_open_amount=40)

    decided = approve(request, by=checker, now=LATER)

    assert decided.state == "failed"
    assert "minimum open amount: was 50.00 → 20.00, is now 40.00 → 20.00" in decided.outcome
    assert minimum_of(fjordtel) == 40


def test_a_refusal_while_carrying_out_leaves_the_request_waiting(fjordtel, maker, checker):
    request = ask(fjordtel, maker, minimum="-1")

    with pytest.raises(DomainError, match="not negative"):
        approve(request, by=checker, now=LATER)

    request.refresh_from_db()
    assert request.state == "requested"
    assert minimum_of(fjordtel) == Decimal(50)


def test_one_request_of_a_kind_waits_for_a_subject(fjordtel, maker, checker):
    ask(fjordtel, maker)

    with pytest.raises(DomainError, match="already waits"):
        ask(fjordtel, checker)
    withdraw(Approval.objects.get(), by=maker, now=LATER)
    ask(fjordtel, checker)

    assert Approval.objects.count() == 2


def test_a_request_and_a_rejection_need_a_reason(fjordtel, maker, checker):
    with pytest.raises(DomainError, match="Say why"):
        ask(fjordtel, maker, reason=" ")
    with pytest.raises(DomainError, match="Say why you reject"):
        reject(ask(fjordtel, maker), by=checker, now=LATER)


def test_nobody_else_withdraws(fjordtel, maker, checker):
    with pytest.raises(DomainError, match="Only who asked"):
        withdraw(ask(fjordtel, maker), by=checker, now=LATER)


def test_what_nobody_decides_in_time_expires(fjordtel, maker, checker):
    request = ask(fjordtel, maker)
    too_late = NOW + timedelta(days=7)

    with pytest.raises(DomainError, match="expired"):
        approve(request, by=checker, now=too_late)

    assert expire_approvals(too_late - timedelta(seconds=1)) == 0
    assert expire_approvals(too_late) == 1
    request.refresh_from_db()
    assert (request.state, request.decided_by) == ("expired", None)


def test_approvals_move_as_declared(fjordtel, maker, checker):
    def moved_on(request):
        Brand.objects.update(minimum_open_amount=41)
        approve(request, by=checker, now=LATER)
        Brand.objects.update(minimum_open_amount=50)

    def back(request):
        Brand.objects.update(minimum_open_amount=50)
        return request

    services = {
        "approve": lambda request: approve(back(request), by=checker, now=LATER),
        "reject": lambda request: reject(request, by=checker, now=LATER, comment="no"),
        "withdraw": lambda request: withdraw(request, by=maker, now=LATER),
        "expire": lambda request: expire_approvals(NOW + timedelta(days=8)),
        "moved on": moved_on,
    }
    moves = set()
    for first in services.values():
        for second in services.values():
            request = ask(back(fjordtel), maker)
            Brand.objects.update(minimum_open_amount=50)
            for fire in (first, second):
                before = Approval.objects.get(pk=request.pk).state
                with suppress(DomainError):
                    fire(request)
                moves.add((before, Approval.objects.get(pk=request.pk).state))
    declared = {(a, b) for a, ends in Approval.TRANSITIONS.items() for b in ends}

    assert {(a, b) for a, b in moves if a != b} == declared


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"state": "expired"}, "approval_decided_has_a_time"),
        ({"decided_at": LATER}, "approval_decided_has_a_time"),
        ({"state": "approved", "decided_at": LATER}, "approval_decision_has_a_checker"),
        ({"reason": ""}, "approval_reason_is_given"),
        ({"amount": None}, "approval_amount_has_a_currency"),
        ({"currency": "kr"}, "approval_amount_has_a_currency"),
        ({"expires_at": NOW}, "approval_expires_after_request"),
    ],
)
def test_an_approval_is_refused(fjordtel, maker, fields, constraint):
    good = ask(fjordtel, maker)
    values = {
        field.attname: getattr(good, field.attname)
        for field in Approval._meta.concrete_fields
        if field.name not in ("id", "subject_id")
    }
    withdraw(good, by=maker, now=LATER)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Approval.objects.create(**(values | {"subject_id": 99} | fields))


def test_a_state_that_nobody_knows_is_refused_by_itself(fjordtel, maker):
    ask(fjordtel, maker)

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        # Two other rules name states as well: without them this one still holds.
        for rule in ("approval_decision_has_a_checker", "approval_decided_has_a_time"):
            cursor.execute(f"ALTER TABLE core_approval DROP CONSTRAINT {rule}")
        with pytest.raises(IntegrityError, match="approval_state_is_known"):
            cursor.execute("UPDATE core_approval SET state = 'lost'")


def test_two_open_requests_are_refused_by_the_database(fjordtel, maker):
    good = ask(fjordtel, maker)
    good.pk = None

    with (
        pytest.raises(IntegrityError, match="approval_open_once_per_subject"),
        transaction.atomic(),
    ):
        good.save(force_insert=True)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE core_approval SET payload = '{}'",
        "UPDATE core_approval SET difference = '[]'",
        "UPDATE core_approval SET amount = 1",
        "UPDATE core_approval SET requested_by_id = requested_by_id + 1",
        "DELETE FROM core_approval",
    ],
)
def test_request_is_fixed_for_an_approval_that_waits(fjordtel, maker, sql):
    """Trigger request_is_fixed of Approval: what was asked for never changes."""
    ask(fjordtel, maker)

    with (
        pytest.raises(IntegrityError, match="never changes"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


def test_a_decided_approval_is_frozen(fjordtel, maker, checker):
    approve(ask(fjordtel, maker), by=checker, now=LATER)

    for fields in ({"comment": "x"}, {"state": "rejected"}, {"decided_at": NOW}):
        with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
            Approval.objects.update(**fields)
