"""Orders, numbers and SIMs go where their TRANSITIONS say, whichever service pushes."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.models import Acceptance, ContractSummary, Order, ServiceNumber, Sim
from accounts.services.accept_order import accept_order
from accounts.services.assign_number import assign_number, reserve_number
from accounts.services.assign_sim import (
    assign_sim,
    block_sim,
    retire_sim,
    swap_sim,
    unblock_sim,
)
from accounts.services.carry_out_order import carry_out_order
from accounts.services.move_order import cancel_order, reject_order
from accounts.services.release_number import release_number, retire_number, take_number_back
from accounts.services.return_numbers import return_numbers
from accounts.services.submit_order import submit_order
from core.errors import DomainError
from tests import make
from tests.house.test_states import declared

NOW, TODAY = datetime(2026, 11, 3, 8, tzinfo=UTC), date(2026, 11, 3)
HASH = "0" * 64


def test_orders_move_as_declared(fjordtel) -> None:
    kari = make.make_account(fjordtel)
    services = (
        lambda order: submit_order(order, now=NOW),
        lambda order: accept_order(
            order, accepted_by="Kari", method="portal", now=NOW, sha256=HASH
        ),
        lambda order: carry_out_order(order, as_of=TODAY, now=NOW),
        lambda order: reject_order(order, reason="no", now=NOW),
        lambda order: cancel_order(order, reason="no", now=NOW),
    )
    moves = set()
    for number, (before, fire) in enumerate((b, f) for b in Order.State for f in services):
        closed = {Order.State.DONE, Order.State.REJECTED, Order.State.CANCELLED}
        order = Order.objects.create(
            account=kari,
            number=str(number),
            wanted_on=TODAY,
            language="en",
            created_at=NOW,
            state=before,
            submitted_at=NOW,
            closed_at=NOW if before in closed else None,
        )
        summary = ContractSummary.objects.create(
            order=order, language="en", text="x", sha256=HASH, made_at=NOW
        )
        if before in {Order.State.ACCEPTED, Order.State.DONE}:
            Acceptance.objects.create(
                order=order,
                summary=summary,
                accepted_at=NOW,
                accepted_by="Kari",
                method="portal",
                language="en",
            )
        with suppress(DomainError):
            fire(order)
        order.refresh_from_db()
        moves.add((before, order.state))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    assert {(a, b) for a, b in moves if a != b} == declared(Order)


def test_numbers_move_as_declared(fjordtel) -> None:
    line = make.make_subscription(make.make_account(fjordtel))
    services = (
        lambda number: reserve_number(number, until=date(2026, 12, 1), as_of=TODAY),
        lambda number: assign_number(line, number=number, as_of=TODAY),
        lambda number: assign_number(line, number=number, as_of=TODAY, ported_in_from="Other"),
        lambda number: release_number(line, number=number, as_of=TODAY),
        lambda number: release_number(line, number=number, as_of=TODAY, ported_out_to="Other"),
        take_number_back_today,
        retire_number,
        lambda number: return_numbers(fjordtel, as_of=date(2027, 12, 1)),
    )
    state = ServiceNumber.State
    moves = set()
    for before in state:
        for fire in services:
            line.numbers.all().delete()
            ServiceNumber.objects.all().delete()
            number = ServiceNumber.objects.create(
                brand=fjordtel,
                number="4790000123",
                state=before,
                quarantined_until=TODAY if before == state.QUARANTINED else None,
                reserved_until=TODAY if before == state.RESERVED else None,
                ported_out_on=TODAY if before == state.PORTED_OUT else None,
            )
            if before in {state.ASSIGNED, state.QUARANTINED}:
                end = TODAY if before == state.QUARANTINED else None
                line.numbers.create(number=number, during=DateRange(date(2026, 1, 1), end))
            with suppress(DomainError):
                fire(number)
            number.refresh_from_db()
            moves.add((before, number.state))

    assert {(a, b) for a, b in moves if a != b} == declared(ServiceNumber)


def take_number_back_today(number: ServiceNumber) -> object:
    return take_number_back(number, as_of=TODAY)


def test_sims_move_as_declared(fjordtel) -> None:
    line = make.make_subscription(make.make_account(fjordtel))
    spare_number = "8947000000000000020"
    services = (
        lambda sim, spare: assign_sim(line, sim=sim, as_of=TODAY),
        lambda sim, spare: swap_sim(line, sim=spare, as_of=TODAY),
        lambda sim, spare: block_sim(sim),
        lambda sim, spare: unblock_sim(sim),
        lambda sim, spare: retire_sim(sim),
        lambda sim, spare: return_numbers(fjordtel, as_of=TODAY),
    )
    moves = set()
    for before in Sim.State:
        for fire in services:
            line.sims.all().delete()
            Sim.objects.all().delete()
            sim = Sim.objects.create(brand=fjordtel, iccid="8947000000000000012", state=before)
            spare = Sim.objects.create(brand=fjordtel, iccid=spare_number)
            if before in {Sim.State.ASSIGNED, Sim.State.BLOCKED}:
                line.sims.create(sim=sim, during=DateRange(date(2026, 1, 1), None))
            with suppress(DomainError):
                fire(sim, spare)
            sim.refresh_from_db()
            moves.add((before, sim.state))

    assert {(a, b) for a, b in moves if a != b} == declared(Sim)
