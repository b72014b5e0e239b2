"""A line that can't be rated waits in suspense with its reason, once, and costs nothing."""

from __future__ import annotations

from datetime import date

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from billing.usage.models import SuspendedUsage, UsageRecord
from tests import make
from tests.billing.usage.kari import asterisk_call, call

QUANTITY = "a quantity is a number, zero or more"
ONLY_CORRECTIONS = "only corrections may be, and the source's mapping says which lines are"
NO_CALL = "leave lines out that are no calls (`skip` in the mapping), or correct them"
CORRECT = "correct the line"


def reasons() -> list[tuple[str, str, str]]:
    """Reason, what is wrong, and the remedy, of every line in suspense."""
    found = []
    for reason, detail in SuspendedUsage.objects.values_list("reason", "detail"):
        what, _, remedy = detail.rpartition("; ")
        found.append((reason, what or remedy, remedy if what else ""))
    return found


@pytest.mark.parametrize(
    ("line", "what", "remedy"),
    [
        (call(seconds=""), "no quantity", ""),
        (call(seconds=-61), "the quantity '-61' is negative", ONLY_CORRECTIONS),
        (call(seconds="-0"), "the quantity '-0' is negative", ONLY_CORRECTIONS),
        (call(seconds="NaN"), "'NaN' is not a quantity", QUANTITY),
        (call(seconds="inf"), "'inf' is not a quantity", QUANTITY),
        (call(seconds="1e3"), "'1e3' is not a quantity", QUANTITY),
        (call(seconds="٦١"), "'٦١' is not a quantity", QUANTITY),
        (call(seconds="61.5"), "the quantity '61.5' is not a whole number of units", ""),
        (
            call(seconds="61.0000000000000000000000000001"),
            "the quantity '61.0000000000000000000000000001' is not a whole number of units",
            "",
        ),
        (
            call(seconds=10**12 + 1),
            "the quantity '1000000000001' is absurd",
            "the source takes 1,000,000,000,000 units at most",
        ),
        (call(seconds="9" * 400), f"'{'9' * 40}…' is not a quantity", QUANTITY),
        (call(start=""), "no start time", ""),
        (call(start="2026-02-30T12:00:00Z"), "'2026-02-30T12:00:00Z' is not a time", CORRECT),
        (call(start="yesterday"), "'yesterday' is not a time", CORRECT),
        (
            call(start="0001-01-01T00:00:00+14:00"),
            "the time '0001-01-01T00:00:00+14:00' is impossible",
            CORRECT,
        ),
        (
            call(start="2024-03-31T23:59:59Z"),
            "no partition for 2024-03",
            "correct the time, or run ensure_partitions --from 2024-03",
        ),
        (
            call(start="2031-01-01T00:00:00Z"),
            "no partition for 2031-01",
            "correct the time, or run ensure_partitions --from 2031-01",
        ),
        (call(called=""), "no called number", ""),
        (call(called="+"), "the called number '+' is not made of digits", NO_CALL),
        (call(called="22x"), "the called number '22x' is not made of digits", NO_CALL),
        (
            call(called="+" + "4" * 19),
            f"the called number '+{'4' * 19}' has more than 18 digits",
            "",
        ),
    ],
)
def test_what_makes_no_sense_is_invalid(kari, line, what, remedy):
    imported = kari.take([line])

    assert reasons() == [("invalid", what, remedy)]
    assert imported.suspended == {"invalid": 1}
    assert not UsageRecord.objects.exists()


def test_an_unknown_word_for_the_type_is_invalid(kari):
    kari.source.mapping["columns"]["type"] = "kind"

    kari.take([call() + ",MMS"], header="id,start,service,called,seconds,kind")

    assert reasons() == [
        ("invalid", "the type 'MMS' is unknown", "name it under `types` in the mapping")
    ]


def test_a_price_beyond_all_measure_is_invalid(kari):
    make.make_rate(kari.deck, "881", "999999999999.999999")

    kari.take([call(called="+8810000000", seconds=10**9)])

    assert reasons() == [
        (
            "invalid",
            "1,000,000,000 units to 8810000000 cost an absurd amount",
            "check the line, and the rates of deck VOICE",
        )
    ]


def test_a_deck_in_another_currency_than_the_account_is_invalid(kari):
    kari.account.currency = "EUR"
    kari.account.save()

    kari.take([call()])

    assert reasons() == [
        (
            "invalid",
            "deck VOICE is in NOK, account 100123 in EUR",
            "give the account a plan in its currency",
        )
    ]


@pytest.mark.parametrize(
    ("service", "what", "remedy"),
    [
        (
            "+4799999999",
            "nobody has the number +4799999999 or 4799999999",
            "give it to a subscription (import_accounts)",
        ),
        ("", "the line names no service", ""),
    ],
)
def test_a_number_that_nobody_has_is_an_unknown_service(kari, service, what, remedy):
    kari.take([call(service=service)])

    assert reasons() == [("unknown_service", what, remedy)]


def test_another_brands_number_is_an_unknown_service(kari, northwind):
    source = make.make_source(northwind, "NORTH")

    kari.take([call()], source=source)

    assert [reason for reason, *_ in reasons()] == ["unknown_service"]


@pytest.mark.parametrize("day", ["2026-10-04", "2026-10-10"])
def test_a_number_before_and_after_its_assignment_is_not_active(kari, day):
    number = kari.subscription.numbers.get()
    number.during = DateRange(date(2026, 10, 5), date(2026, 10, 10))
    number.save()

    kari.take([call(start=f"{day}T12:00:00Z")])

    assert reasons() == [
        (
            "not_active",
            f"no subscription had the number 4790000123 on {day}",
            "correct the dates of the number (import_accounts)",
        )
    ]


@pytest.mark.parametrize(
    ("start", "reason"),
    [
        ("2026-10-04T21:59:59Z", "not_active"),  # 4 October, 23:59:59 in Oslo
        ("2026-10-04T22:00:00Z", None),
        ("2026-10-09T21:59:59Z", None),
        ("2026-10-09T22:00:00Z", "not_active"),  # the day of the cancellation
    ],
)
def test_a_subscription_is_active_from_its_start_until_before_its_end(kari, start, reason):
    kari.subscription.starts_on = date(2026, 10, 5)
    kari.subscription.ends_on = date(2026, 10, 10)
    kari.subscription.save()

    imported = kari.take([call(start=start)])

    assert list(imported.suspended) == ([reason] if reason else [])


def test_an_unknown_prefix_has_no_rate_never_the_amount_zero(kari):
    kari.take([call(called="+390612345")])

    assert reasons() == [
        (
            "no_rate",
            "deck VOICE has no rate for 390612345 on 2026-10-03",
            "add its prefix (import_rates)",
        )
    ]


def test_a_plan_without_a_deck_for_the_usage_has_no_rate(kari):
    kari.source.usage_type = "sms"

    kari.take([call()])

    assert reasons() == [
        (
            "no_rate",
            "plan MOBIL10 from 2020-01-01 has no deck for sms",
            "give the plan a version with one (import_catalog)",
        )
    ]


def test_a_day_without_a_plan_has_no_rate(kari):
    kari.subscription.plan_history.all().delete()

    kari.take([call()])

    assert reasons() == [
        (
            "no_rate",
            "subscription MOB-1 had no plan on 2026-10-03",
            "give it one from that day on (import_accounts)",
        )
    ]


def test_reasons_are_tested_in_their_order(kari):
    kari.take(
        [
            call("A-1", service="+4799999999", called="+390612345", seconds=-1),
            call("A-2", service="+4799999999", called="+390612345"),
        ]
    )

    assert [reason for reason, *_ in reasons()] == ["invalid", "unknown_service"]


def test_the_same_id_with_other_content_conflicts_and_the_first_stays(kari):
    imported = kari.take([call(seconds=61), call(seconds=62)])

    assert imported.suspended == {"conflict": 1}
    assert UsageRecord.objects.get().quantity == 61
    assert reasons() == [
        (
            "conflict",
            "another record with the same id says something else; the first one stays",
            "ask the source which is right",
        )
    ]


def test_a_conflict_with_a_stored_record_is_found_too(kari):
    kari.take([call(seconds=61)], "first.csv")

    imported = kari.take([call(seconds=62)], "second.csv")

    assert imported.suspended == {"conflict": 1}


def test_an_id_may_come_again_after_the_sources_time_of_reuse(kari):
    kari.take([call(start="2026-08-01T12:00:00Z")], "first.csv")

    imported = kari.take(
        [
            call(start="2026-10-02T12:00:00Z", seconds=5),  # 62 days later: the same record
            call(start="2026-10-02T12:00:01Z", seconds=6),
        ],
        "second.csv",
    )

    assert imported.suspended == {"conflict": 1}
    assert imported.rated == 1


def test_the_same_suspended_line_again_is_a_duplicate(kari):
    lines = [call("A-1", seconds=-1), call("A-2", called="+390612345"), call("", seconds=61.5)]
    kari.take(lines, "first.csv")

    imported = kari.take([*lines, *lines, call("A-9")], "second.csv")

    assert (imported.duplicates, imported.rated) == (6, 1)
    assert SuspendedUsage.objects.count() == 3


def test_a_corrected_line_is_rated_though_its_invalid_twin_came_first(kari):
    imported = kari.take([call(seconds=-61), call(seconds=61)])

    assert imported.suspended == {"invalid": 1}
    assert imported.rated == 1


def test_a_suspended_line_keeps_what_could_be_read(kari):
    kari.take([asterisk_call(dst="0039 06 12345678")], header="", source=kari.asterisk())

    line = SuspendedUsage.objects.get()
    assert line.raw == asterisk_call(dst="0039 06 12345678")
    assert (line.line_number, line.brand, line.state) == (1, kari.brand, "open")
    assert (line.service, line.called, line.quantity) == ("4790000123", "390612345678", 61)
