"""Usage files become records with exact amounts: worked numbers from the file to the table."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from billing.usage.models import UsageFile, UsageRecord, UsageSummary
from billing.usage.slices import bytes_of
from catalog.models import UsageCategory
from tests import make
from tests.billing.usage.kari import amounts, call, summaries


@pytest.mark.parametrize(
    ("called", "seconds", "billed", "micro"),
    [
        ("+4722000000", 61, 61, 1_488_167),  # 0.99 + 0.49 + 0.49/60 = 1.4881666…
        ("+4722000000", 60, 60, 1_480_000),
        ("+4722000000", 20, 60, 1_480_000),  # the first increment is billed whole
        ("+4722000000", 0, 0, 0),  # unanswered: no connection fee either
        ("+4790111222", 600, 600, 0),  # the longest prefix decides
        ("+902121234567", 61, 120, 6_790_000),  # 0.99 + 2 × 2.90
        ("+902121234567", 3600, 3600, 49_000_000),  # capped, fee included
        ("00902121234567", 61, 120, 6_790_000),
        ("22 00-00(00)", 61, 61, 1_488_167),  # national: 47 is put before
        ("+4722000000", "61.0", 61, 1_488_167),
    ],
)
def test_an_event_costs_what_its_rate_says(kari, called, seconds, billed, micro):
    imported = kari.take([call(called=called, seconds=seconds)])

    assert amounts() == [(int(float(seconds)), billed, micro)]
    assert imported.amounts == {"NOK": micro}
    assert imported.problems == []


def test_a_record_knows_whose_it_is_and_what_priced_it(kari):
    kari.take([call()])

    record = UsageRecord.objects.get()
    version = kari.plan.versions.get()
    assert record.start_at == datetime(2026, 10, 3, 12, tzinfo=UTC)
    assert record.account_id == kari.account.pk
    assert record.subscription_id == kari.subscription.pk
    assert record.number_id == kari.subscription.numbers.get().number_id
    assert record.brand_id == kari.brand.pk
    assert record.source_id == kari.source.pk
    assert record.file_id == UsageFile.objects.get().pk
    assert record.line_number == 2
    assert record.plan_version_id == version.pk
    assert record.rate_id == kari.deck.rates.get(prefix="47").pk
    assert record.category_id == UsageCategory.objects.get(code="voice").pk
    assert record.called_number == "4722000000"
    assert record.usage_type == 1
    assert record.flags == 0
    assert record.period_start == record.origin_start == date(2026, 10, 1)


def test_a_rates_own_category_is_a_summary_of_its_own(kari):
    abroad = UsageCategory.objects.create(brand=kari.brand, code="abroad", name={"en": "Abroad"})
    make.make_rate(kari.deck, "46", "1.00", category=abroad)

    kari.take([call("A-1"), call("A-2", called="+46812345678", seconds=60), call("A-3")])

    assert [row[3:] for row in summaries()] == [
        ("abroad", 1, 1, 60, 60, 1_000_000, 0),
        ("voice", 1, 2, 122, 122, 2_976_334, 0),
    ]


def test_messages_and_data_are_priced_by_their_own_decks(kari):
    sms = make.make_deck(kari.brand, "SMS", usage_type="sms", per=1)
    make.make_rate(sms, "47", "0.39", per=1, first_increment=1)
    data = make.make_deck(kari.brand, "DATA", usage_type="data", per=1_048_576)
    make.make_rate(data, "0", "0.10", per=1_048_576, first_increment=1)
    plan = make.make_plan(kari.brand, "ALL", decks={"voice": kari.deck, "sms": sms, "data": data})
    make.make_subscription(kari.account, plan, "MOB-2", number="4790000124")
    kari.source.mapping["columns"]["type"] = "kind"
    kari.source.mapping["types"] = {"CALL": "voice", "TEXT": "sms"}
    header = "id,start,service,called,seconds,kind"
    at = "2026-10-03T12:00:00Z"

    kari.take(
        [
            f"1,{at},+4790000124,+4722000000,60,CALL",
            f"2,{at},+4790000124,+4722000000,2,TEXT",
            f"3,{at},+4790000124,,1572864,data",
            f"4,{at},+4790000124,+4722000000,60,",
        ],
        header=header,
    )

    assert [row[3:] for row in summaries()] == [
        ("data", 3, 1, 1_572_864, 1_572_864, 150_000, 0),
        ("sms", 2, 1, 2, 2, 780_000, 0),
        ("voice", 1, 2, 120, 120, 2_960_000, 0),
    ]
    assert UsageRecord.objects.get(usage_type=3).called_number == ""


def test_minutes_become_seconds_by_the_quantity_unit(kari):
    kari.source.mapping["quantity_unit"] = 60

    imported = kari.take([call("A-1", seconds=2), call("A-2", seconds="1.5")])

    assert imported.units == {1: 210}


@pytest.mark.parametrize(
    ("time_format", "text"),
    [
        ("iso", "2026-10-03T14:00:00+02:00"),
        ("iso", "2026-10-03 12:00:00"),
        ("iso", "20261003T120000Z"),
        ("epoch", "1791028800"),
        ("epoch", "1791028800.0"),
        ("%d.%m.%Y %H:%M:%S", "03.10.2026 12:00:00"),
        ("%d/%b/%Y:%H:%M:%S %z", "03/Oct/2026:14:00:00 +0200"),
    ],
)
def test_times_are_read_in_the_sources_format(kari, time_format, text):
    kari.source.mapping["time_format"] = time_format

    kari.take([call(start=text)])

    assert UsageRecord.objects.get().start_at == datetime(2026, 10, 3, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        ("2026-10-25 01:30:00", datetime(2026, 10, 24, 23, 30, tzinfo=UTC)),
        ("2026-10-25 02:30:00", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # twice: the first
        ("2026-10-25 03:30:00", datetime(2026, 10, 25, 2, 30, tzinfo=UTC)),
        ("2026-03-29 02:30:00", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),  # skipped: 03:30
    ],
)
def test_local_times_around_a_change_of_clocks(kari, local, utc):
    kari.source.zone = "Europe/Oslo"

    kari.take([call(start=local)])

    assert UsageRecord.objects.get().start_at == utc


def test_a_period_begins_at_midnight_in_the_brands_zone(kari):
    kari.take(
        [
            call("A-1", start="2026-09-30T21:59:59Z"),
            call("A-2", start="2026-09-30T22:00:00Z"),
            call("A-3", start="2026-10-31T22:59:59Z"),
            call("A-4", start="2026-10-31T23:00:00Z"),
        ]
    )

    periods = UsageSummary.objects.order_by("period_start").values_list("period_start", "records")
    assert list(periods) == [
        (date(2026, 9, 1), 1),
        (date(2026, 10, 1), 2),
        (date(2026, 11, 1), 1),
    ]


@pytest.mark.parametrize(
    ("bill_day", "start", "period_start"),
    [
        (15, "2026-10-14T12:00:00Z", date(2026, 9, 15)),
        (15, "2026-10-15T12:00:00Z", date(2026, 10, 15)),
        (31, "2026-10-30T12:00:00Z", date(2026, 9, 30)),
        (31, "2026-10-31T12:00:00Z", date(2026, 10, 31)),
    ],
)
def test_the_usage_period_is_the_month_on_the_bill_day(kari, bill_day, start, period_start):
    kari.account.bill_day = bill_day
    kari.account.save()

    kari.take([call(start=start)])

    assert UsageRecord.objects.get().period_start == period_start


def test_usage_of_a_closed_period_is_late(kari):
    kari.take([call("A-1", start="2026-10-03T12:00:00Z")], "early.csv")
    kari.account.usage_closed_until = date(2026, 11, 1)
    kari.account.save()

    kari.take(
        [
            call("A-2", start="2026-10-20T12:00:00Z"),
            call("A-3", start="2026-11-01T12:00:00Z"),
        ],
        "late.csv",
    )

    rows = UsageRecord.objects.order_by("start_at").values_list(
        "period_start", "origin_start", "flags"
    )
    assert list(rows) == [
        (date(2026, 10, 1), date(2026, 10, 1), 0),
        (date(2026, 11, 1), date(2026, 10, 1), UsageRecord.Flag.LATE),
        (date(2026, 11, 1), date(2026, 11, 1), 0),
    ]
    assert [row[1:3] + row[5:6] for row in summaries()] == [
        (date(2026, 10, 1), date(2026, 10, 1), 1),
        (date(2026, 11, 1), date(2026, 10, 1), 1),
        (date(2026, 11, 1), date(2026, 11, 1), 1),
    ]


def test_rates_are_those_in_force_at_the_start_from_midnight_in_the_decks_zone(kari):
    make.make_rate(kari.deck, "47", "0.60", starts_on=date(2026, 10, 15))

    kari.take(
        [
            call("A-1", start="2026-10-14T21:59:59Z", seconds=60),
            call("A-2", start="2026-10-14T22:00:00Z", seconds=60),
        ]
    )

    assert [amount for _, _, amount in amounts()] == [1_480_000, 600_000]


def test_usage_prices_renew_with_the_usage_period_not_within_it(kari):
    new_deck = make.make_deck(kari.brand, "NEW")
    make.make_rate(new_deck, "47", "1.00")
    make.make_version(kari.plan, "299.00", starts_on=date(2026, 10, 15), decks={"voice": new_deck})

    kari.take(
        [
            call("A-1", start="2026-10-20T12:00:00Z", seconds=60),
            call("A-2", start="2026-11-01T12:00:00Z", seconds=60),
        ]
    )

    assert [amount for _, _, amount in amounts()] == [1_480_000, 1_000_000]


def test_a_plan_taken_within_the_period_prices_from_its_own_day_on(kari):
    deck = make.make_deck(kari.brand, "BIG")
    make.make_rate(deck, "47", "0.10")
    big = make.make_plan(kari.brand, "MOBIL20", decks={"voice": deck})
    make.give_plan(kari.subscription, big, date(2026, 10, 14))

    kari.take(
        [
            call("A-1", start="2026-10-13T21:59:59Z", seconds=60),
            call("A-2", start="2026-10-13T22:00:00Z", seconds=60),
        ]
    )

    assert [amount for _, _, amount in amounts()] == [1_480_000, 100_000]


def test_a_number_that_moved_is_its_owners_of_the_day(kari):
    bo = make.make_account(kari.brand, "100124", "Bo Berg")
    number = kari.subscription.numbers.get()
    number.during = DateRange(date(2026, 1, 1), date(2026, 10, 10))
    number.save()
    theirs = make.make_subscription(bo, kari.plan)
    make.assign_number(theirs, during=DateRange(date(2026, 10, 10), None))

    kari.take(
        [
            call("A-1", start="2026-10-09T12:00:00Z"),
            call("A-2", start="2026-10-10T12:00:00Z"),
        ]
    )

    owners = UsageRecord.objects.order_by("start_at").values_list("account_id", flat=True)
    assert list(owners) == [kari.account.pk, bo.pk]


def test_a_byte_order_mark_carriage_returns_and_empty_lines_do_no_harm(kari):
    path = kari.folder / "usage.csv"
    text = "id,start,service,called,seconds\r\n\r\n" + call() + "\r\n\r\n"
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())

    imported = kari.take_file(path)

    assert (imported.rows, imported.rated) == (1, 1)
    assert UsageRecord.objects.get().line_number == 3


def test_the_file_and_its_slices_keep_counts_units_and_raw_lines(kari):
    path = kari.write([call("A-1"), call("A-1"), call("A-2", seconds=-1), call("A-3", seconds=9)])

    kari.take_file(path, slice_rows=2)

    file = UsageFile.objects.get()
    assert file.state == "done"
    assert (file.rows, file.rated, file.duplicates, file.suspended) == (4, 2, 1, 1)
    assert (file.quantity, file.quantity_rated) == (61 + 61 + 9, 61 + 9)
    slices = list(file.slices.values_list("position", "first_line", "last_line"))
    assert slices == [(0, 1, 3), (1, 4, 5)]
    assert bytes_of(file) == path.read_bytes()


def test_short_codes_keep_their_digits_and_leading_zeros(kari):
    make.make_rate(kari.deck, "0", "0.00")
    make.make_rate(kari.deck, "1", "0.00")

    kari.take([call("A-1", called="112"), call("A-2", called="02800")])

    assert {record.called_number for record in UsageRecord.objects.all()} == {"112", "02800"}


def test_prices_round_as_the_deck_says_once(kari):
    kari.deck.decimals, kari.deck.rounding = 2, "up"
    kari.deck.save()

    kari.take([call()])

    assert Decimal(UsageRecord.objects.get().amount) / 1_000_000 == Decimal("1.49")
