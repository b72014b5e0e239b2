"""billing.rating.allowances_reference: worked numbers that read as the rules."""

from __future__ import annotations

from decimal import Decimal

import pytest

from billing.rating.allowances_reference import Take, consume_events
from billing.rating.grants import GrantError, Profile, Segment
from core.money import MICRO, from_micro
from tests.billing.rating.allowance_cases import BO, KARI, MONTH, call, correction, grant

KRONE = MICRO


def outcome(grants, events, **more):
    """By record: covered units, paid, amount; by grant what is left."""
    consumption = consume_events(grants, events, **more)
    records = {
        key: (record.covered_units, from_micro(record.paid_micro), from_micro(record.amount_micro))
        for key, record in consumption.records.items()
    }
    return records, consumption.left


def test_units_are_covered_from_the_front_and_the_rest_costs_its_price():
    records, left = outcome([grant(quantity=45)], [call(1, units=60)])

    assert records == {1: (45, 0, Decimal("0.15"))}
    assert left == {1: 0}


def test_what_is_left_over_is_priced_where_it_falls_in_the_steps():
    steps = (Segment(60, 400_000, 60), Segment(30, 200_000, 60))

    records, _ = outcome([grant(quantity=70)], [call(1, segments=steps)])

    assert records == {1: (70, 0, Decimal("0.066667"))}


@pytest.mark.parametrize(
    ("stays", "amount"),
    [((False, False), "0.10"), ((True, False), "0.10"), ((True, True), "0.59")],
)
def test_the_fee_falls_away_unless_every_covering_allowance_says_otherwise(stays, amount):
    grants = [
        grant(code=code, key=key, quantity=25, fee_when_covered=fee)
        for key, (code, fee) in enumerate(zip("AB", stays, strict=True))
    ]

    records, _ = outcome(grants, [call(1, connection_fee_micro=490_000)])

    assert records == {1: (50, 0, Decimal(amount))}


def test_an_allowance_that_covers_nothing_has_no_say_about_the_fee():
    grants = [grant(code="EMPTY", key=1, quantity=0), grant(code="SMS", key=2, closes=0)]

    records, _ = outcome(grants, [call(1, connection_fee_micro=490_000)])

    assert records == {1: (0, 0, Decimal("1.09"))}


def test_the_cap_comes_after_allowances_and_before_rounding():
    capped = call(1, units=600, cap_micro=5 * KRONE, connection_fee_micro=KRONE, decimals=0)

    assert outcome([grant(quantity=10)], [capped])[0] == {1: (10, 0, 5)}
    assert outcome([grant(quantity=551)], [capped])[0] == {1: (551, 0, 0)}


def test_money_pays_the_rounded_amount_after_units_fee_included():
    grants = [
        grant(code="MONEY", key=1, quantity=KRONE, money=True, priority=1),
        grant(code="UNITS", key=2, quantity=60, priority=2),
    ]
    calls = [call(1, connection_fee_micro=490_000), call(2, connection_fee_micro=490_000)]

    records, left = outcome(grants, calls)

    assert records == {1: (60, 0, 0), 2: (0, 1, Decimal("0.09"))}
    assert left == {1: 0, 2: 0}


def test_money_does_not_pay_what_counts_in_the_periods_total():
    grants = [grant(code="MONEY", key=1, money=True), grant(key=2, quantity=20)]

    consumption = consume_events(grants, [call(1, cumulative=True)])

    record = consumption.records[1]
    assert (record.covered_units, record.uncovered_units, record.amount_micro) == (20, 40, 0)
    assert consumption.left == {1: 6000, 2: 0}


def used_first(one, other):
    """Which of two grants, each of one call, the first call uses."""
    consumption = consume_events([one, other], [call(1)])
    return consumption.records[1].takes[0].grant


def test_the_order_is_priority_expiry_scope_and_code():
    users = {KARI: 0, BO: 0}
    ranked = [
        grant(key=9, code="Z", priority=1, scope="shared", users=users),
        grant(key=8, code="Y", expires=5, scope="shared", users=users),
        grant(key=7, code="X", expires=9),
        grant(key=6, code="V", expires=9, scope="pooled", users=users),
        grant(key=5, code="A", expires=9, scope="shared", users=users),
        grant(key=4, code="B", expires=9, scope="shared", users=users),
        grant(key=3, code="A"),
    ]

    for place, earlier in enumerate(ranked):
        for later in ranked[place + 1 :]:
            assert used_first(earlier, later) == used_first(later, earlier) == earlier.key


def test_carried_units_go_before_those_of_the_month_since_they_expire_first():
    new = grant(key=1, quantity=100, expires=3 * MONTH)
    carried = grant(key=2, quantity=40, expires=2 * MONTH)

    assert outcome([new, carried], [call(1)])[1] == {1: 80, 2: 0}


def test_a_record_outside_the_window_cant_use_the_grant():
    window = grant(opens=10, closes=20)
    calls = [call(key, start=start) for key, start in enumerate([9, 10, 19, 20])]

    assert [figures[0] for figures in outcome([window], calls)[0].values()] == [0, 60, 60, 0]


def test_a_plan_change_closes_the_old_grant_and_the_new_one_opens():
    old = grant(key=1, code="OLD", quantity=60, closes=14, expires=31)
    new = grant(key=2, code="NEW", quantity=90, opens=14, closes=31)
    calls = [call(1, start=13), call(2, start=13, units=30), call(3, start=14)]

    records, left = outcome([old, new], calls)

    assert [figures[0] for figures in records.values()] == [60, 0, 60]
    assert left == {1: 0, 2: 30}


def test_a_pool_is_used_by_its_subscriptions_from_their_own_start_on():
    pool = grant(scope="pooled", users={KARI: 0, BO: 5}, quantity=150)
    calls = [call(1, subscription=BO, start=4), call(2), call(3, subscription=BO, start=5)]

    records, left = outcome([pool], calls)

    assert [records[key][0] for key in (1, 2, 3)] == [0, 60, 60]
    assert left == {1: 30}


def test_destinations_and_usage_types_must_match():
    sms = grant(code="SMS", key=1, usage_types=frozenset({"sms"}))
    world = grant(code="WORLD", key=2, destinations=frozenset({2}))
    europe = grant(code="EUROPE", key=3, destinations=frozenset({1, 2}))

    assert outcome([sms, world, europe], [call(1)])[1] == {1: 6000, 2: 6000, 3: 5940}


def test_records_consume_by_start_then_source_then_id_whatever_the_order_of_arrival():
    calls = [
        call(1, start=7, source="B", record=b"1"),
        call(2, start=7, source="A", record=b"R-9"),
        call(3, start=7, source="A", record=b"R-10"),
        call(4, start=8, source="A", record=b"0"),
    ]

    assert list(outcome([grant()], calls)[0]) == [3, 2, 1, 4]


def test_priced_records_and_corrections_without_a_record_take_nothing():
    calls = [call(1, settled_micro=3 * KRONE), call(2, settled_micro=-KRONE)]

    records, left = outcome([grant()], calls)

    assert records == {1: (0, 0, 3), 2: (0, 0, -1)}
    assert left == {1: 6000}


def test_a_correction_stands_right_after_its_record_and_gives_back_to_the_very_grants():
    grants = [
        grant(code="A", key=1, quantity=40),
        grant(code="B", key=2, quantity=10),
        grant(code="MONEY", key=3, quantity=60_000, money=True),
    ]
    wrong = call(1)
    events = [correction(9, wrong), call(2), wrong]

    consumption = consume_events(grants, events)

    assert list(consumption.records) == [1, 9, 2]
    assert consumption.records[9].takes == (Take(1, -40), Take(2, -10), Take(3, -60_000))
    assert consumption.records[9].amount_micro == -40_000
    assert consumption.records[2].takes == (Take(1, 40), Take(2, 10), Take(3, 60_000))


@pytest.mark.parametrize("corrected", [[call(5)], [correction(6, call(1))], [call(7)]])
def test_a_correction_reverses_a_known_record_once(corrected):
    events = [call(1), correction(2, call(1)), correction(3, corrected[0])]
    if corrected[0].corrects is not None:
        events = [call(1), correction(2, call(1)), correction(3, call(1))]

    with pytest.raises(GrantError, match="once"):
        consume_events([grant()], events)


def test_nothing_used_costs_nothing_not_even_the_fee():
    assert outcome([], [call(1, units=0, connection_fee_micro=KRONE)])[0] == {1: (0, 0, 0)}


def test_late_records_take_only_what_was_left_over_by_order_of_arrival():
    on_time = call(1, units=60, start=9)
    late = [call(2, start=1, arrival=2), call(3, start=8, arrival=1)]

    records, left = outcome([grant(quantity=150)], [*late, on_time])

    assert [records[key][0] for key in (1, 2, 3)] == [60, 30, 60]
    assert left == {1: 0}


def test_what_was_carried_on_is_not_left_over_for_late_records():
    events = [call(1), call(2, start=0, arrival=1)]

    records, left = outcome([grant(quantity=150)], events, carried={1: 70})

    assert records[2][0] == 20
    assert left == {1: 0}


def test_an_allowance_without_limit_covers_all():
    records, left = outcome([grant(quantity=None)], [call(1, units=10**12)])

    assert records == {1: (10**12, 0, 0)}
    assert left == {1: None}


def test_a_record_says_in_plain_words_how_it_used_its_allowances():
    grants = [
        grant(code="EMPTY", key=1, quantity=0),
        grant(code="MINUTES", key=2, quantity=45),
        grant(code="MONEY", key=3, quantity=100_000, money=True),
    ]
    event = call(1, connection_fee_micro=490_000, decimals=2)

    consumption = consume_events(grants, [event, correction(2, event)])

    assert [reason.text for reason in consumption.records[1].reasons] == [
        "EMPTY is used up.",
        "MINUTES covers 45 units; 0 are left of it.",
        "No connection fee, since units are covered.",
        "15 units that nothing covers, at 0.60 per 60: 0.15.",
        "Together: 0.15.",
        "Rounded to 2 decimals (half_up): 0.15.",
        "MONEY pays 0.10; 0.00 is left of it.",
    ]
    assert [reason.text for reason in consumption.records[2].reasons] == [
        "It reverses its record whole: -0.05.",
        "MINUTES gets back 45.",
        "MONEY gets back 0.10.",
    ]


def test_late_settled_counted_and_capped_records_say_so():
    profile = Profile(KARI, "voice")
    unlimited = [grant(key=1, quantity=None, money=True)]
    texts = {
        key: [reason.text for reason in record.reasons]
        for key, record in consume_events(
            unlimited,
            [
                call(1, arrival=1, settled_micro=KRONE, profile=profile),
                call(2, cumulative=True),
                call(3, units=0),
                call(4, cap_micro=300_000),
            ],
        ).records.items()
    }

    assert texts[1] == [
        "Its usage period is closed: it may use only what that period left over.",
        "Its amount is settled already, so it uses no allowance: 1.00.",
    ]
    assert texts[2] == ["60 units count in the total of the usage period, which has one price."]
    assert texts[3] == ["Nothing was used, so nothing is charged, not even a connection fee."]
    assert texts[4][2:] == [
        "At most 0.30 is charged for one event.",
        "Rounded to 6 decimals (half_up): 0.30.",
        "MINUTES pays 0.30; it has no limit.",
    ]


@pytest.mark.parametrize("terms", [{"quantity": -1}, {"quantity": 2**61}, {"scope": "all"}])
def test_a_grant_that_cant_be_is_refused(terms):
    with pytest.raises(GrantError):
        grant(**terms)


def test_an_event_that_cant_be_is_refused():
    with pytest.raises(GrantError):
        Segment(-1, 0, 1)
    with pytest.raises(GrantError):
        call(1, cap_micro=-1)
    with pytest.raises(GrantError):
        call(1, rounding="half_even")
