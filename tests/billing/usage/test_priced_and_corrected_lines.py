"""A line may carry a price, be a correction, and name the record that it corrects."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.usage.intake.batch import EventBatch
from billing.usage.intake.batch_reader import BatchReader
from billing.usage.intake.events import Event, EventReader
from billing.usage.intake.framing import FilePart, Line
from billing.usage.intake.layouts import layout_of
from billing.usage.intake.normalising import normaliser_of
from billing.usage.models import UsageSource
from core.errors import DomainError

HEADER = ["id", "at", "a", "b", "seconds", "art", "original", "net"]
COLUMNS = {"id": "id", "start": "at", "service": "a", "called": "b", "quantity": "seconds"}
MORE = {"kind": "art", "corrects": "original", "price": "net"}
START = "2026-10-03T12:00:00Z"
START_MICRO = 1_791_028_800_000_000


def source(columns: dict[str, str] | None = None, **mapping: Any) -> UsageSource:
    mapping["columns"] = COLUMNS | (MORE if columns is None else columns)
    if "kind" in mapping["columns"]:
        mapping.setdefault("corrections", ["CREDIT"])
    return UsageSource(code="S", format="csv", country_code="47", mapping=mapping)


def read(
    usage_source: UsageSource,
    record_id: str = "A-1",
    seconds: str = "61",
    kind: str = "CALL",
    corrects: str = "",
    price: str = "",
    called: str = "+4722000000",
    start: str = START,
) -> Event:
    """One line of that source, read alone; reading it in columns says the same."""
    fields = [record_id, start, "+4790000123", called, seconds, kind, corrects, price]
    layout, normaliser = layout_of(usage_source), normaliser_of(usage_source)
    reader = EventReader(7, layout, normaliser, HEADER)
    [event], _ = reader.read([Line(2, "", fields)])
    raw = (";".join(HEADER) + "\n" + ";".join(fields) + "\n").encode()
    layout_of_file = layout_of(
        UsageSource(code="S", format="csv", mapping=usage_source.mapping | {"delimiter": ";"})
    )
    part = FilePart(1, 2, 0, len(raw), 1, b"")
    in_columns = BatchReader(7, layout_of_file, normaliser, HEADER).read(raw, part).events.event(0)
    assert known(in_columns) == known(event)
    return event


def known(event: Event) -> tuple[object, ...]:
    """What is known of an event, its line aside."""
    return tuple(getattr(event, name) for name in Event.__slots__ if name != "line")


def digest(*texts: str) -> bytes:
    return blake2b("\x1f".join(texts).encode(), digest_size=16).digest()


def trouble(event: Event) -> tuple[str, str]:
    assert event.trouble is not None
    assert event.trouble.reason == "invalid"
    return event.trouble.what, event.trouble.remedy


@pytest.mark.parametrize(
    ("price", "mapping", "micro"),
    [
        ("1.25", {}, 1_250_000),
        ("0", {}, 0),
        ("", {}, None),
        ("  ", {}, None),
        (" 3.5 ", {}, 3_500_000),
        ("0.000001", {}, 1),
        ("1.2500000000", {}, 1_250_000),
        ("100000000", {}, 100_000_000_000_000),
        ("0001.25", {}, 1_250_000),
        ("1,25", {"decimal_sign": ","}, 1_250_000),
        ("125", {"price_unit": "0.01"}, 1_250_000),
        ("12.5", {"price_unit": "0.01"}, 125_000),
        ("7", {"price_unit": "0.000001"}, 7),
        ("2", {"price_unit": "1000"}, 2_000_000_000),
    ],
)
def test_a_price_is_read_exactly(price, mapping, micro):
    event = read(source(**mapping), price=price)

    assert event.trouble is None
    assert event.price_micro == micro


@pytest.mark.parametrize(
    ("price", "mapping", "what", "remedy"),
    [
        ("free", {}, "'free' is not a price", "write it as in 12.50"),
        ("inf", {}, "'inf' is not a price", "write it as in 12.50"),
        ("1e3", {}, "'1e3' is not a price", "write it as in 12.50"),
        ("1,25", {}, "'1,25' is not a price", "write it as in 12.50"),
        ("1.25", {"decimal_sign": ","}, "'1.25' is not a price", "write it as in 12,50"),
        ("1.234.567,00", {"decimal_sign": ","}, "'1.234.567,00' is not a price",
         "write it as in 12,50"),
        ("0.0000001", {}, "the price '0.0000001' has more than 6 decimals",
         "round it where it is made, or correct the mapping's price_unit"),
        ("0.00001", {"price_unit": "0.01"}, "the price '0.00001' has more than 6 decimals",
         "round it where it is made, or correct the mapping's price_unit"),
        ("100000000.000001", {}, "the price '100000000.000001' is absurd",
         "a record costs 100,000,000 at most"),
        ("-1.25", {}, "the price '-1.25' is negative",
         "only corrections may be, and the source's mapping says which lines are"),
    ],
)  # fmt: skip
def test_a_price_that_makes_no_sense_is_invalid(price, mapping, what, remedy):
    assert trouble(read(source(**mapping), price=price)) == (what, remedy)


@pytest.mark.parametrize("kind", ["CREDIT", " credit ", "Credit"])
def test_a_correction_may_be_negative(kind):
    event = read(source(), seconds="-61", kind=kind, price="-1.25")

    assert event.trouble is None
    assert (event.is_correction, event.corrects) == (True, None)
    assert (event.quantity, event.price_micro) == (-61, -1_250_000)


def test_minutes_and_decimals_of_a_correction_are_those_of_a_record():
    event = read(source(quantity_unit=60, decimal_sign=","), seconds="-1,5", kind="CREDIT")

    assert event.quantity == -90


@pytest.mark.parametrize(
    ("seconds", "what"),
    [
        ("-inf", "'-inf' is not a quantity"),
        ("--5", "'--5' is not a quantity"),
        ("-", "'-' is not a quantity"),
        ("-61.5", "the quantity '-61.5' is not a whole number of units"),
        ("-1000000000001", "the quantity '-1000000000001' is absurd"),
        ("", "no quantity"),
    ],
)
def test_a_correction_has_limits_on_both_sides(seconds, what):
    assert trouble(read(source(), seconds=seconds, kind="CREDIT"))[0] == what


def test_a_price_of_a_correction_has_limits_on_both_sides():
    event = read(source(), kind="CREDIT", price="-100000000.000001")

    assert trouble(event)[0] == "the price '-100000000.000001' is absurd"


def test_a_correction_names_its_record_by_the_records_own_key():
    record = read(source(), "A-1")

    correction = read(source(), "C-1", kind="CREDIT", corrects=" A-1 ")

    assert correction.corrects == record.key == digest("7", "id", "A-1")
    assert correction.key == digest("7", "id", "C-1")


def test_a_correction_that_names_its_record_needs_neither_quantity_nor_called_number():
    event = read(source(), seconds=" ", called="", kind="CREDIT", corrects="A-1")

    assert event.trouble is None
    assert (event.quantity, event.called) == (0, "")


def test_without_a_column_for_the_kind_what_names_a_record_is_a_correction():
    columns = {"corrects": "original"}

    plain, correction = (read(source(columns), corrects=named) for named in ("", "A-0"))

    assert (plain.is_correction, correction.is_correction) == (False, True)


def test_a_record_of_another_kind_that_names_a_record_is_invalid():
    event = read(source(), kind="CALL", corrects="A-0")

    assert trouble(event) == (
        "it names a record to correct, but its kind 'CALL' is no correction",
        "name the kind under `corrections` in the mapping, or correct the line",
    )


def test_one_column_may_say_the_usage_type_and_the_kind():
    columns = {"type": "art", "kind": "art"}
    usage_source = source(columns, types={"CALL": "voice", "CREDIT-SMS": "sms"})
    usage_source.mapping["corrections"] = ["CREDIT-SMS"]

    event = read(usage_source, seconds="-1", kind="CREDIT-SMS")

    assert (event.usage_type, event.is_correction, event.quantity) == (2, True, -1)


@pytest.mark.parametrize("columns", [{}, MORE])
def test_a_record_without_price_and_correction_is_known_by_what_it_always_was(columns):
    event = read(source(columns), "")

    said = ("event", "1", str(START_MICRO), "4790000123", "4722000000", "61")
    assert event.content == digest(*said)
    assert event.key == digest("7", "content", *said)


def test_price_kind_and_named_record_are_part_of_what_a_record_says():
    lines = [
        {},
        {"price": "0"},
        {"price": "1.25"},
        {"kind": "CREDIT"},
        {"kind": "CREDIT", "price": "1.25"},
        {"kind": "CREDIT", "corrects": "A-1"},
        {"kind": "CREDIT", "corrects": "A-2"},
    ]

    events = [read(source(), "", **line) for line in lines]

    assert len({event.content for event in events}) == len(lines)
    assert len({event.key for event in events}) == len(lines)


def test_a_price_is_the_same_however_it_is_written():
    events = [read(source(), "", price=price) for price in ("1.25", "1.250", " 01.25")]

    assert len({event.content for event in events}) == 1


@given(
    st.lists(
        st.tuples(
            st.integers(-(10**12), 10**12),
            st.none() | st.integers(-(10**14), 10**14),
            st.booleans(),
            st.none() | st.binary(min_size=16, max_size=16).filter(any),
        )
    )
)
def test_a_batch_carries_what_its_events_say(figures):
    events = [
        Event(
            line=Line(number, "", []),
            services=("4790000123",),
            start=START_MICRO,
            quantity=quantity,
            called="4722000000",
            usage_type=1,
            key=number.to_bytes(16),
            content=number.to_bytes(16),
            price_micro=price,
            is_correction=is_correction,
            corrects=corrects if is_correction else None,
        )
        for number, (quantity, price, is_correction, corrects) in enumerate(figures, 1)
    ]

    batch = EventBatch.of(events)

    assert [known(batch.event(row)) for row in range(len(batch))] == [known(e) for e in events]


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ({"decimal_sign": ";"}, "`decimal_sign` is a point or a comma"),
        ({"price_unit": "1/3"}, "`price_unit` is a number, not '1/3'"),
        ({"price_unit": "0.0"}, "`price_unit` is a number, not '0.0'"),
        ({"corrections": []}, "names the column `kind` and, under `corrections`"),
    ],
)
def test_a_stored_mapping_that_makes_no_sense_is_refused(mapping, said):
    with pytest.raises(DomainError, match="Source S: ") as refused:
        normaliser_of(source(**mapping))

    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("0:01:05", 65), ("1:05", 65), ("90:00", 5_400), ("100:00:59", 360_059), ("720:00", 43_200)],
)
def test_a_call_may_say_how_long_it_was_as_a_clock_does(written, seconds):
    event = read(source(), seconds=written)

    assert (event.trouble, event.quantity) == (None, seconds)


@pytest.mark.parametrize("written", ["0:61:05", "1:65", "0:00:60", "1:5", ":05", "1:00:00:00"])
def test_what_no_clock_shows_is_no_quantity(written):
    what, _ = trouble(read(source(), seconds=written))

    assert what == f"'{written}' is not a quantity"
