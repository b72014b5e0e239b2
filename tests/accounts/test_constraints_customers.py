"""What the database itself refuses of terms, pauses, numbers, SIMs, orders and contacts."""

from datetime import UTC, date, datetime
from hashlib import sha256

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.models import (
    Acceptance,
    Account,
    ContractSummary,
    Interaction,
    Location,
    Membership,
    MembershipLine,
    NumberPool,
    Order,
    OrderItem,
    ServiceNumber,
    Sim,
    SimAssignment,
    SimPool,
    SubscriptionCancellation,
    SubscriptionPause,
    SubscriptionTerm,
)
from tests import make

AT = datetime(2026, 11, 3, 12, tzinfo=UTC)
NEW_YEAR, SPRING, SUMMER = date(2026, 1, 1), date(2026, 4, 1), date(2026, 7, 1)
ICCID = "8947000000000000012"


@pytest.fixture
def kari(fjordtel):
    return make.make_account(fjordtel)


@pytest.fixture
def mobile(kari, fjordtel):
    return make.make_subscription(kari, make.make_plan(fjordtel), number="4790000123")


@pytest.fixture
def order(kari):
    return Order.objects.create(account=kari, number="O-1", wanted_on=SPRING, created_at=AT)


def refused(constraint: str):
    return pytest.raises(IntegrityError, match=constraint)


def broken_by_both(row, fields: dict, constraint: str) -> None:
    """The database refuses the values through the ORM and through plain SQL."""
    with refused(constraint), transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(**fields)
    meta = row._meta
    columns = [meta.get_field(name).column for name in fields]
    assignments = ", ".join(f'"{column}" = %s' for column in columns)
    values = [getattr(value, "pk", value) for value in fields.values()]
    with refused(constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{meta.db_table}" SET {assignments} WHERE id = %s',
            [*values, row.pk],
        )


def twice(row, constraint: str, **other) -> None:
    """A second row like it is refused, through the ORM and through plain SQL."""
    values = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.primary_key
    } | other
    with refused(constraint), transaction.atomic():
        type(row).objects.create(**values)
    columns = [field.column for field in row._meta.concrete_fields if not field.primary_key]
    listed = ", ".join(f'"{column}"' for column in columns)
    table = row._meta.db_table
    shown = ", ".join("%s" if c in other else f'"{c}"' for c in columns)
    given = [other[column] for column in columns if column in other]
    with refused(constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{table}" ({listed}) SELECT {shown} FROM "{table}" WHERE id = %s',
            [*given, row.pk],
        )


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"invoice_months": 5}, "account_invoice_months_divide_a_year"),
        ({"streams": "three"}, "account_streams_are_known"),
        ({"tax_status": "never"}, "account_tax_status_is_known"),
        ({"vat_check": "format"}, "account_vat_check_has_a_number_and_a_time"),
        ({"vat_checked_at": AT}, "account_vat_check_has_a_number_and_a_time"),
        (
            {"tax_status": "reverse_charge"},
            "account_reverse_charge_has_a_checked_vat_number",
        ),
    ],
)
def test_an_account_is_refused(kari, fields, constraint):
    broken_by_both(kari, fields, constraint)


def test_no_circle_of_parents_three_levels_down(kari, fjordtel):
    child = make.make_account(fjordtel, "2", "Child", parent=kari)
    grandchild = make.make_account(fjordtel, "3", "Grandchild", parent=child)

    broken_by_both(kari, {"parent": grandchild}, "no_circle_of_parents")

    assert Account.objects.get(pk=kari.pk).parent is None


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"role": "king"}, "membership_role_is_known"),
        ({"rights": ["fly"]}, "membership_rights_are_known"),
    ],
)
def test_a_membership_is_refused(kari, fields, constraint):
    make.make_person(kari)

    broken_by_both(Membership.objects.get(), fields, constraint)


def test_membership_line_once(kari, mobile):
    make.make_person(kari)
    line = MembershipLine.objects.create(membership=Membership.objects.get(), subscription=mobile)

    twice(line, "membership_line_once")


def test_location_confirmed_emergency_address_is_whole(kari):
    location: Location = make.make_location(kari)

    broken_by_both(
        location,
        {"emergency_confirmed_at": AT},
        "location_confirmed_emergency_address_is_whole",
    )


def test_subscription_one_pause_at_a_time(mobile):
    pause = SubscriptionPause.objects.create(subscription=mobile, during=DateRange(SPRING, None))

    twice(pause, "subscription_one_pause_at_a_time")


@pytest.mark.parametrize(
    ("during", "constraint"),
    [
        (
            DateRange(SPRING, SPRING),
            "subscription_pause_span_not_empty|subscription_pause_has_a_start",
        ),
        (DateRange(None, SPRING), "subscription_pause_has_a_start"),
    ],
)
def test_a_pause_is_refused(mobile, during, constraint):
    pause = SubscriptionPause.objects.create(subscription=mobile, during=DateRange(SPRING, None))

    broken_by_both(pause, {"during": during}, constraint)


def test_a_term_is_refused(mobile):
    term = SubscriptionTerm.objects.create(
        subscription=mobile, bound_from=SPRING, bound_until=SUMMER, months=3
    )

    twice(term, "subscription_term_start_once")
    broken_by_both(term, {"bound_until": NEW_YEAR}, "subscription_term_ends_after_it_starts")
    broken_by_both(term, {"months": 121}, "subscription_term_is_of_bearable_length")


def test_a_cancellation_is_refused(mobile):
    row = SubscriptionCancellation.objects.create(
        subscription=mobile, requested_at=AT, effective_on=SUMMER
    )

    twice(row, "subscription_cancelled_once")
    broken_by_both(row, {"reason": "mood"}, "subscription_cancellation_reason_is_known")


def test_pools_are_refused(fjordtel):
    pool = NumberPool.objects.create(brand=fjordtel, code="OSLO", name="Oslo")
    stock = SimPool.objects.create(brand=fjordtel, code="SHOP", name="Shop")

    twice(pool, "number_pool_code_once")
    broken_by_both(pool, {"quarantine_days": 3651}, "number_pool_quarantine_ends")
    twice(stock, "sim_pool_code_once")


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"state": "lost"}, "service_number_state_is_known"),
        ({"state": "quarantined"}, "service_number_quarantine_has_an_end"),
        ({"quarantined_until": SPRING}, "service_number_quarantine_has_an_end"),
        ({"state": "reserved"}, "service_number_reservation_has_an_end"),
        ({"state": "ported_out"}, "service_number_ported_out_has_a_day"),
        (
            {"ported_in_on": SUMMER, "ported_out_on": SPRING},
            "service_number_goes_after_it_came",
        ),
    ],
)
def test_a_number_is_refused(fjordtel, fields, constraint):
    number = ServiceNumber.objects.create(brand=fjordtel, number="4790000123")

    broken_by_both(number, fields, constraint)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"iccid": "12"}, "sim_iccid_is_plain"),
        ({"imsi": "12"}, "sim_imsi_is_plain"),
        ({"state": "lost"}, "sim_state_is_known"),
        ({"kind": "wood"}, "sim_kind_is_known"),
    ],
)
def test_a_sim_is_refused(fjordtel, fields, constraint):
    broken_by_both(Sim.objects.create(brand=fjordtel, iccid=ICCID), fields, constraint)


def test_sim_imsi_once(fjordtel):
    sim = Sim.objects.create(brand=fjordtel, iccid=ICCID, imsi="242011234567890")

    twice(sim, "sim_imsi_once", iccid="8947000000000000020")


def test_a_sim_and_a_subscription_have_each_other_at_a_time(kari, fjordtel, mobile):
    sim = Sim.objects.create(brand=fjordtel, iccid=ICCID)
    other = Sim.objects.create(brand=fjordtel, iccid="8947000000000000020")
    line = make.make_subscription(kari, code="MOB-2")
    row = SimAssignment.objects.create(sim=sim, subscription=mobile, during=DateRange(SPRING, None))

    twice(row, "sim_one_subscription_at_a_time", subscription_id=line.pk)
    twice(row, "subscription_one_sim_at_a_time", sim_id=other.pk)
    broken_by_both(row, {"during": DateRange(SPRING, SPRING)}, "sim_assignment_span_not_empty")


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"state": "thought"}, "order_state_is_known"),
        ({"state": "submitted"}, "order_submitted_has_a_time"),
        ({"state": "rejected", "submitted_at": AT}, "order_closed_has_a_time"),
    ],
)
def test_an_order_is_refused(order, fields, constraint):
    broken_by_both(order, fields, constraint)


def test_order_number_once(order):
    twice(order, "order_number_once")


def test_an_accepted_order_needs_an_acceptance(order):
    with refused("accepted_needs_acceptance"), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(state="accepted", submitted_at=AT)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_an_order_item_is_refused(order, mobile):
    item = OrderItem.objects.create(order=order, position=1, kind="pause", subscription=mobile)

    twice(item, "order_item_position_once")
    broken_by_both(item, {"kind": "wish"}, "order_item_kind_is_known")
    broken_by_both(item, {"subscription": None}, "order_item_names_a_subscription")
    broken_by_both(item, {"kind": "plan_change"}, "order_item_names_a_plan")
    plan = mobile.plan_history.get().plan
    broken_by_both(item, {"kind": "add_on", "plan": plan}, "order_item_names_a_code")


def summary_of(order, text: str = "Mobile 10 GB") -> ContractSummary:
    return ContractSummary.objects.create(
        order=order,
        language="en",
        text=text,
        sha256=sha256(text.encode()).hexdigest(),
        made_at=AT,
    )


def test_a_contract_summary_is_refused(order):
    summary = summary_of(order)

    twice(summary, "contract_summary_has_a_hash", sha256="none")
    twice(summary, "contract_summary_says_something", text="")


def test_an_acceptance_is_refused(order, kari):
    other = Order.objects.create(account=kari, number="O-2", wanted_on=SPRING, created_at=AT)
    row = Acceptance.objects.create(
        order=order,
        summary=summary_of(order),
        accepted_at=AT,
        accepted_by="Kari Nordmann",
        method="portal",
        language="en",
    )

    twice(row, "acceptance_method_is_known", order_id=other.pk, method="nod")
    twice(row, "acceptance_names_somebody", order_id=other.pk, accepted_by="")


def contact(kari, **fields) -> Interaction:
    defaults = {
        "brand": kari.brand,
        "account": kari,
        "code": "C-1",
        "channel": "phone",
        "direction": "in",
        "happened_at": AT,
        "recorded_at": AT,
        "text": "Asked about the bill.",
    }
    return Interaction.objects.create(**(defaults | fields))


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"account_id": None}, "interaction_is_with_somebody"),
        ({"code": "C-2", "text": ""}, "interaction_says_something"),
        ({"code": "C-2", "channel": "smoke"}, "interaction_channel_is_known"),
        ({"code": "C-2", "direction": "up"}, "interaction_direction_is_known"),
        ({"code": "C-2", "topic": "weather"}, "interaction_topic_is_known"),
        ({}, "interaction_code_once"),
    ],
)
def test_an_interaction_is_refused(kari, fields, constraint):
    twice(contact(kari), constraint, **fields)


@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_what_was_said_and_accepted_is_frozen(kari, order, statement):
    """ContractSummary, Acceptance and Interaction: the trigger `frozen`."""
    summary = summary_of(order)
    Acceptance.objects.create(
        order=order,
        summary=summary,
        accepted_at=AT,
        accepted_by="Kari Nordmann",
        method="portal",
        language="en",
    )
    contact(kari)

    for model in (Acceptance, ContractSummary, Interaction):
        with (
            pytest.raises(IntegrityError, match="never change"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement.format(model._meta.db_table))


def test_no_truncate_of_what_was_said_and_accepted(kari):
    """ContractSummary, Acceptance and Interaction: the trigger `no_truncate`."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL trunkline.allow_flush = 'off'")
        for model in (Acceptance, ContractSummary, Interaction):
            with pytest.raises(IntegrityError, match="never removed"), transaction.atomic():
                cursor.execute(f"TRUNCATE {model._meta.db_table} CASCADE")
