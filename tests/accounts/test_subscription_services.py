"""Plan changes, pauses, notices, numbers, SIMs and orders, with worked dates."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.models import Interaction, Order, ServiceNumber, Sim
from accounts.queries import rights_of, subscriptions_of_user
from accounts.services.accept_order import accept_order
from accounts.services.add_add_on import add_add_on
from accounts.services.assign_number import assign_number, reserve_number
from accounts.services.assign_sim import (
    assign_sim,
    block_sim,
    retire_sim,
    swap_sim,
    unblock_sim,
)
from accounts.services.cancel_subscription import (
    cancel_subscription,
    cancellation_costs,
    take_back_cancellation,
)
from accounts.services.carry_out_order import carry_out_order
from accounts.services.change_plan import change_plan
from accounts.services.create_order import WantedItem, create_order
from accounts.services.end_add_on import end_add_on
from accounts.services.move_order import cancel_order, reject_order
from accounts.services.pause_subscription import pause_subscription
from accounts.services.record_interaction import record_interaction
from accounts.services.release_number import (
    release_number,
    retire_number,
    take_number_back,
)
from accounts.services.resume_subscription import resume_subscription
from accounts.services.return_numbers import return_numbers
from accounts.services.set_membership import set_membership
from accounts.services.submit_order import submit_order
from accounts.states import state_on
from core.errors import DomainError
from tests import make

TODAY, NOW = date(2026, 11, 11), datetime(2026, 11, 11, 9, tzinfo=UTC)


@pytest.fixture
def plan(fjordtel):
    return make.make_plan(fjordtel, "MOBIL10", "299.00")


@pytest.fixture
def bigger(fjordtel):
    return make.make_plan(fjordtel, "MOBIL20", "399.00")


@pytest.fixture
def mobile(fjordtel, plan):
    return make.make_subscription(make.make_account(fjordtel), plan, number="4790000123")


def history(subscription) -> list[tuple[str, str, str]]:
    rows = subscription.plan_history.select_related("plan").order_by("during")
    return [(row.plan.code, str(row.during.lower), str(row.during.upper)) for row in rows]


@pytest.mark.parametrize(("when", "day"), [("now", "2026-11-11"), ("next_period", "2026-12-01")])
def test_a_plan_changes_now_or_with_the_next_bill_day(mobile, bigger, when, day):
    change = change_plan(mobile, plan=bigger, when=when, as_of=TODAY)

    assert str(change.starts_on) == day
    assert history(mobile) == [("MOBIL10", "2026-01-01", day), ("MOBIL20", day, "None")]


def test_a_change_back_before_it_began_leaves_the_plan_as_it_was(mobile, plan, bigger):
    change_plan(mobile, plan=bigger, when="next_period", as_of=TODAY)

    change_plan(mobile, plan=plan, when="now", as_of=TODAY)

    assert history(mobile) == [("MOBIL10", "2026-01-01", "None")]


def test_a_plan_that_it_has_already_is_refused(mobile, plan):
    with pytest.raises(DomainError, match="already"):
        change_plan(mobile, plan=plan, when="now", as_of=TODAY)


def test_a_plan_of_another_brand_is_refused(mobile, northwind):
    with pytest.raises(DomainError, match="not sold"):
        change_plan(mobile, plan=make.make_plan(northwind, "VOIP"), when="now", as_of=TODAY)


def test_the_day_of_a_pause_rests_and_the_day_of_a_resume_does_not(mobile):
    pause_subscription(mobile, as_of=TODAY)
    resume_subscription(mobile, as_of=date(2026, 11, 21))

    days = (date(2026, 11, 10), TODAY, date(2026, 11, 20), date(2026, 11, 21))
    assert [state_on(mobile, day) for day in days] == ["active", "paused", "paused", "active"]


def test_what_is_paused_can_not_be_paused_and_what_runs_not_resumed(mobile):
    with pytest.raises(DomainError, match="not paused"):
        resume_subscription(mobile, as_of=TODAY)
    pause_subscription(mobile, as_of=TODAY)
    with pytest.raises(DomainError, match="paused on some"):
        pause_subscription(mobile, as_of=date(2026, 11, 12))


def test_add_ons_come_once_by_code_and_end(mobile, fjordtel):
    extra = make.make_plan(fjordtel, "EXTRA", "49.00", kind="add_on")
    add_add_on(mobile, plan=extra, code="O-1", as_of=TODAY)

    with pytest.raises(DomainError, match="already"):
        add_add_on(mobile, plan=extra, code="O-1", as_of=TODAY)

    assert end_add_on(mobile, code="O-1", as_of=TODAY).ends_on == TODAY


@pytest.fixture
def bound(mobile):
    """Bound for the year 2026, 30 days of notice."""
    mobile.terms.create(
        bound_from=date(2026, 1, 1), bound_until=date(2027, 1, 1), months=12, notice_days=30
    )
    return mobile


def test_leaving_early_counts_started_months_whole(bound):
    costs = cancellation_costs(bound, as_of=TODAY, effective_on=date(2026, 12, 15))

    assert (costs.months_left, costs.earliest_on, costs.fee) == (
        1, date(2027, 1, 1), Decimal(0),
    )  # fmt: skip


def test_a_bound_subscription_ends_only_with_the_costs_accepted(bound):
    early = date(2026, 12, 15)
    with pytest.raises(DomainError, match="bound until"):
        cancel_subscription(bound, as_of=TODAY, now=NOW, effective_on=early)
    with pytest.raises(DomainError, match="Notice of 30 days"):
        cancel_subscription(bound, as_of=TODAY, now=NOW, effective_on=TODAY, accept_costs=True)

    row = cancel_subscription(bound, as_of=TODAY, now=NOW, effective_on=early, accept_costs=True)

    bound.refresh_from_db()
    assert (bound.ends_on, row.costs["months_left"]) == (early, 1)
    assert bound.numbers.get().during == DateRange(date(2026, 1, 1), early)


def test_a_cancellation_taken_back_leaves_everything_as_it_was(bound):
    cancel_subscription(bound, as_of=TODAY, now=NOW)

    take_back_cancellation(bound, as_of=TODAY, now=NOW)

    bound.refresh_from_db()
    assert bound.ends_on is None
    assert bound.numbers.get().during.upper is None


def test_a_number_rests_before_another_has_it(mobile, fjordtel):
    number = ServiceNumber.objects.get()
    other = make.make_subscription(make.make_account(fjordtel, "100124", "Bo Berg"))

    release_number(mobile, number=number, as_of=TODAY)
    number.refresh_from_db()
    with pytest.raises(DomainError, match="rests until 2027-02-09"):
        assign_number(other, number=number, as_of=TODAY)
    early = return_numbers(fjordtel, as_of=date(2027, 2, 8))
    done = return_numbers(fjordtel, as_of=date(2027, 2, 9))
    assign_number(other, number=number, as_of=date(2027, 2, 9))

    number.refresh_from_db()
    assert (early.free, done.free, number.state) == (0, 1, "assigned")


def test_the_daily_command_tells_what_it_did(mobile, capsys):
    release_number(mobile, number=ServiceNumber.objects.get(), as_of=TODAY)

    call_command("return_numbers", "--as-of", "2027-03-01")

    assert "numbers free again" in capsys.readouterr().out
    assert ServiceNumber.objects.get().state == "free"


def test_a_number_is_kept_ported_out_taken_back_and_retired(mobile, fjordtel):
    spare = ServiceNumber.objects.create(brand=fjordtel, number="4790000124")
    reserve_number(spare, until=date(2026, 11, 20), as_of=TODAY)
    number = ServiceNumber.objects.get(number="4790000123")

    release_number(mobile, number=number, as_of=TODAY, ported_out_to="Other Mobile")
    gone = ServiceNumber.objects.get(pk=number.pk).state
    back = take_number_back(number, as_of=TODAY).state
    retired = retire_number(number).state

    assert (gone, back, retired) == ("ported_out", "quarantined", "retired")
    assert return_numbers(fjordtel, as_of=date(2026, 11, 20)).free == 1


def test_a_sim_is_swapped_and_the_old_one_never_used_again(mobile, fjordtel):
    old = Sim.objects.create(brand=fjordtel, iccid="8947000000000000012")
    new = Sim.objects.create(brand=fjordtel, iccid="8947000000000000020")
    assign_sim(mobile, sim=old, as_of=date(2026, 11, 1))
    block_sim(old)
    unblock_sim(old)

    swap_sim(mobile, sim=new, as_of=TODAY)

    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.state, new.state) == ("retired", "assigned")
    with pytest.raises(DomainError, match="not in stock"):
        assign_sim(mobile, sim=old, as_of=TODAY)
    with pytest.raises(DomainError):
        retire_sim(new)


def test_an_order_is_shown_accepted_and_carried_out(mobile, plan, bigger, fjordtel):
    ServiceNumber.objects.create(brand=fjordtel, number="4790000199")
    order = create_order(
        mobile.account,
        number="O-1",
        items=[
            WantedItem("plan_change", mobile, bigger),
            WantedItem("new_subscription", None, plan, "MOB-2", {"number": "4790000199"}),
        ],
        wanted_on=TODAY,
        now=NOW,
        ordered_by="Kari Nordmann",
        language="en",
    )
    summary = submit_order(order, now=NOW)

    with pytest.raises(DomainError, match="show it again"):
        accept_order(order, accepted_by="Kari", method="portal", now=NOW, sha256="0" * 64)
    acceptance = accept_order(
        order, accepted_by="Kari", method="portal", now=NOW, sha256=summary.sha256
    )
    done = carry_out_order(order, as_of=TODAY, now=NOW)

    assert "NOK\xa0399.00 a month" in summary.text
    assert "Phone number: 4790000199" in summary.text
    assert acceptance.withdrawal_until == date(2026, 11, 25)
    assert done.state == Order.State.DONE
    assert history(mobile)[-1] == ("MOBIL20", "2026-11-11", "None")
    assert mobile.account.subscriptions.get(code="MOB-2").numbers.count() == 1


def test_an_order_that_can_not_be_done_leaves_nothing(mobile, bigger):
    order = create_order(
        mobile.account,
        number="O-1",
        items=[WantedItem("plan_change", mobile, bigger), WantedItem("resume", mobile)],
        wanted_on=TODAY,
        now=NOW,
    )
    summary = submit_order(order, now=NOW)
    accept_order(order, accepted_by="Kari", method="phone", now=NOW, sha256=summary.sha256)

    with pytest.raises(DomainError, match="Item 2"):
        carry_out_order(order, as_of=TODAY, now=NOW)

    assert history(mobile) == [("MOBIL10", "2026-01-01", "None")]
    assert cancel_order(order, reason="changed mind", now=NOW).state == "cancelled"
    with pytest.raises(DomainError):
        reject_order(order, reason="too late", now=NOW)


def test_a_contact_is_noted_and_corrected_by_another(mobile):
    first = record_interaction(
        brand=mobile.account.brand,
        account=mobile.account,
        channel="phone",
        direction="in",
        text="Wants a bigger plan.",
        happened_at=NOW,
        now=NOW,
    )

    record_interaction(
        brand=mobile.account.brand,
        account=mobile.account,
        channel="phone",
        direction="in",
        text="It was the other line.",
        happened_at=NOW,
        now=NOW,
        corrects=first,
    )

    assert Interaction.objects.get(corrects=first).text == "It was the other line."


def test_a_line_owner_sees_the_line_and_no_bill(mobile, fjordtel):
    kari = make.make_person(mobile.account)
    bo = make.make_person(mobile.account, "bo@example.com", role="viewer", name="Bo Berg")
    make.make_subscription(mobile.account, code="MOB-2")

    membership = set_membership(mobile.account, bo, role="line_owner", lines=[mobile])

    assert list(subscriptions_of_user(bo.user, fjordtel)) == [mobile]
    assert "see_bills" not in rights_of(membership)
    with pytest.raises(DomainError, match="keeps one owner"):
        set_membership(mobile.account, kari, role="viewer")
