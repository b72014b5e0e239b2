"""Reading in columns says what reading line by line says, whatever stands in the lines."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.usage.intake.batch_reader import BatchReader
from billing.usage.intake.events import Event, EventReader
from billing.usage.intake.framing import FilePart, lines_of
from billing.usage.intake.layouts import layout_of
from billing.usage.intake.normalising import normaliser_of
from billing.usage.models import UsageSource

COLUMNS = ("id", "start", "service", "called", "quantity", "type", "kind", "corrects", "price")
HEADER = list(COLUMNS)
ASTERISK_WIDTH = 18

noise = st.text(alphabet=' \t0123456789+-.:TZ"ø,٣\u00a0\x1cx', max_size=6)
digits = st.text(alphabet="0123456789", max_size=22)
times = st.one_of(
    st.datetimes().map(lambda moment: moment.isoformat()),
    st.datetimes().map(lambda moment: moment.isoformat(timespec="milliseconds") + "Z"),
    st.datetimes(timezones=st.timezones()).map(lambda moment: moment.isoformat(" ")),
    st.datetimes().map(lambda moment: moment.strftime("%Y-%m-%d %H:%M:%S")),
    st.builds(
        "20{}-{:02}-{:02}{}{:02}:{:02}:{:02}{}".format,
        st.integers(20, 30),
        st.integers(0, 13),
        st.integers(0, 32),
        st.sampled_from("T t_"),
        st.integers(0, 25),
        st.integers(0, 61),
        st.integers(0, 61),
        st.sampled_from(["", "Z", "z", "+02:00", "-23:59", "+24:00", "+0200", ".5", ".123Z"]),
    ),
    digits,
    noise,
)
figures = st.one_of(
    st.integers(0, 5000).map(str),
    st.integers(-5000, 0).map(str),
    digits,
    noise,
    st.sampled_from(["", "1.5", "-1.5"]),
)
prices = st.one_of(
    st.just(""),
    st.decimals(-10, 10**10, places=2).map(str),
    st.decimals(0, 10**8, places=6).map(str),
    st.decimals(0, 1000, places=7).map(lambda price: str(price).replace(".", ",")),
    digits,
    noise,
)
called = st.one_of(
    st.builds("{}{}".format, st.sampled_from(["", "+", "00", "0", "0047", "++"]), digits), noise
)
services = st.one_of(
    st.sampled_from(["+4790000123", "4790000123", "90000123", "kari.home", ""]), called
)
ids = st.one_of(st.integers(0, 30).map("R-{}".format), noise, st.text(alphabet="aø ", max_size=70))
types = st.sampled_from(["", "voice", "data", " sms", "CALL", "MMS"])
kinds = st.sampled_from(["", "CALL", " call ", "CREDIT", " credit", "Crédit", "storno"])
named_ids = st.one_of(st.just(""), st.just(""), ids)
rows = st.tuples(ids, times, services, called, figures, types, kinds, named_ids, prices)


def quoted(fields: tuple[str, ...], chance: int) -> str:
    """The fields as a line, some of them in quotes they don't need."""
    out = io.StringIO()
    style = (csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC)[chance % 3]
    csv.writer(out, quoting=style, lineterminator="").writerow(fields)
    return out.getvalue()


lines = st.one_of(
    st.builds(quoted, rows, st.integers(0, 2)),
    st.sampled_from(["", "  ", 'A"1,2026-10-03T12:00:00Z,1"2,3,4,voice,,,1']),
)
sources = st.fixed_dictionaries(
    {
        "zone": st.sampled_from(["UTC", "Europe/Oslo", "Australia/Lord_Howe", "Asia/Kathmandu"]),
        "country_code": st.sampled_from(["", "47"]),
        "international_prefix": st.sampled_from(["", "00"]),
        "national_prefix": st.sampled_from(["", "0"]),
        "short_code_digits": st.sampled_from([0, 6]),
        "encoding": st.sampled_from(["utf-8", "cp1252"]),
        "quantity_max": st.sampled_from([1000, 10**12]),
    }
)
formats = st.fixed_dictionaries(
    {
        "time_format": st.sampled_from(["iso", "epoch", "%Y-%m-%d %H:%M:%S"]),
        "quantity_unit": st.sampled_from([1, 60]),
        "decimal_sign": st.sampled_from([".", ","]),
        "price_unit": st.sampled_from(["1", "0.01", "0.000003", "250.5"]),
    }
)


def said(event: Event) -> dict[str, Any]:
    """All that an event says; its line's fields were read."""
    names = [name for name in Event.__slots__ if name != "line"]
    return {name: getattr(event, name) for name in names} | {"line": event.line[:2]}


def compare(source: UsageSource, texts: list[str], header: list[str], *, feed: str = "\n") -> None:
    """Reading in columns and line by line, with a first line of the file at number 1."""
    layout, normaliser = layout_of(source), normaliser_of(source)
    raw = "".join(text + feed for text in texts).encode(source.encoding, "replace")
    part = FilePart(1, len(texts), 0, len(raw), len(texts), b"")
    expected = EventReader(7, layout, normaliser, header).read(lines_of(raw, part, layout))
    read = BatchReader(7, layout, normaliser, header).read(raw, part)
    events = [read.events.event(row) for row in range(len(read.events))]
    assert [said(event) for event in events] == [said(event) for event in expected[0]]
    assert len(read.row_numbers) - len(read.events) == expected[1]
    assert read.events.quantities.sum() == sum(event.quantity or 0 for event in expected[0])


@settings(max_examples=300, deadline=None)
@given(
    texts=st.lists(lines, max_size=12),
    settings_of=sources,
    mapping=formats,
    named=st.sets(st.sampled_from(["id", "called", "type", "kind", "corrects", "price"])),
    feed=st.sampled_from(["\n", "\r\n"]),
)
def test_mapped_lines_say_the_same_in_columns(texts, settings_of, mapping, named, feed):
    columns = {name: name for name in COLUMNS if name in named | {"start", "service", "quantity"}}
    mapping = mapping | {"columns": columns, "types": {"CALL": "voice"}}
    if "kind" in named:
        mapping["corrections"] = ["Credit", "crédit"]
    source = UsageSource(code="S", format="csv", mapping=mapping, **settings_of)

    compare(source, [",".join(HEADER), *texts], HEADER, feed=feed)


@settings(max_examples=100, deadline=None)
@given(
    texts=st.lists(
        st.builds(
            lambda fields, chance, context, width, answer: quoted(
                (
                    fields[2], "90000123", fields[3], context, 'Kari "K"', "a", "b", "Dial", "c",
                    "2026-10-03 12:00:00", fields[1], "", "70", fields[4], answer, "DOC",
                    fields[0], "", "peer", "linked", "7",
                )[:width],
                chance,
            ),
            rows,
            st.integers(0, 2),
            st.sampled_from(["outgoing", "internal", ' "internal" ']),
            st.sampled_from([16, 17, 18, 19, 20, 21]),
            st.sampled_from(["ANSWERED", "answered ", "NO ANSWER", '"BUSY"']),
        ),
        max_size=12,
    ),
    known_by=st.sampled_from(["uniqueid", "line"]),
    skipped=st.sampled_from([[], ["internal"]]),
    seventeenth=st.sampled_from(["uniqueid", "userfield"]),
    only=st.sampled_from([{}, {"disposition": ["ANSWERED"]}]),
)  # fmt: skip
def test_lines_of_asterisk_say_the_same_in_columns(texts, known_by, skipped, seventeenth, only):
    source = UsageSource(
        code="S",
        format="asterisk",
        country_code="47",
        mapping={
            "id": known_by,
            "skip_contexts": skipped,
            "column_17": seventeenth,
            "only": only,
        },
    )

    compare(source, texts, [])


@settings(max_examples=100, deadline=None)
@given(
    texts=st.lists(
        st.one_of(
            lines.filter(lambda text: '"' not in text or text.count('"') % 2 == 0),
            st.sampled_from([
                'A-1, "2026-10-03T12:00:00Z","9"0","47","5","voice","","",""',
                '"A-1","2026-10-03T12:00:00Z","a,"b" c","47","5","voice","","", "1"',
            ]),
        ),
        max_size=12,
    ),
    skipped=st.sampled_from([{}, {"type": ["voice", ""], "called": ["47"]}]),
    before=st.sampled_from([0, 2]),
    marks=st.sampled_from([[], ["R-1", "A-1"]]),
)  # fmt: skip
def test_lines_without_header_say_the_same_in_columns(texts, skipped, before, marks):
    source = UsageSource(
        code="S",
        format="csv",
        mapping={
            "columns": {name: name for name in COLUMNS},
            "corrections": ["C"],
            "names": HEADER,
            "more_columns": True,
            "loose_quotes": True,
            "skip": skipped,
            "lines_before": before,
            "other_lines": marks,
        },
    )

    compare(source, ["x"] * before + texts, [])


@pytest.mark.parametrize("encoding", ["shift_jis", "gb18030"])
def test_encodings_whose_bytes_are_not_characters_are_read_line_by_line(encoding):
    source = UsageSource(
        code="S",
        format="csv",
        encoding=encoding,
        mapping={
            "columns": {name: name for name in COLUMNS},
            "delimiter": "|",
            "corrections": ["C"],
        },
    )

    compare(
        source, ["|".join(HEADER), "R-1|2026-10-03T12:00:00|ソ90|+47|5|voice|C|ソ|-1.5"], HEADER
    )
