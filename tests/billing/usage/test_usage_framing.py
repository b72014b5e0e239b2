"""A file that did not arrive whole is refused whole, with each place and remedy."""

from __future__ import annotations

import zlib

import pytest

from billing.usage.intake.framing import check_file, lines_of
from billing.usage.intake.layouts import layout_of
from billing.usage.models import SuspendedUsage, UsageFile, UsageRecord, UsageSource
from core.errors import DomainError, InputRefused
from tests.billing.usage.kari import HEADER, asterisk_call, call

CUT_OFF = (
    "the last line has no line end, so the file may be cut off; "
    "fetch it again once it is complete, or end its last line"
)
QUOTES = (
    "a quoted field is not closed on its line, or goes on behind its quote; "
    'write one record a line, and quotes inside quotes doubled: ""'
)
CARRIAGE_RETURN = (
    "a carriage return stands inside the line; "
    "end lines with line feed, or carriage return and line feed"
)
OTHER_ENCODING = "save the file so, or set the source's encoding (such as latin-1)"
WIDTH = "complete the line; put fields that hold the delimiter in quotes"
HEADER_REMEDY = "correct the file or the source's mapping: there are id, begin, service, called"
GOOD = f"{HEADER}\n{call('A-1')}\n"


@pytest.mark.parametrize(
    ("content", "problems"),
    [
        (b"", ["1: the file is empty; fetch it again, or leave it out"]),
        (b"\n\n", ["1: the header line is missing"]),
        (
            (GOOD + call("A-2")[:-6]).encode(),
            [
                f"3: {CUT_OFF}",
            ],
        ),
        (
            (GOOD + call("A-2")).encode(),
            [
                f"3: {CUT_OFF}",
            ],
        ),
        (
            GOOD.encode() + "A-2,2026-10-03T12:00:00Z,Kåre,4722000000,61\n".encode("latin-1"),
            [
                f"3: byte 27 (0xe5) is not utf-8; {OTHER_ENCODING}",
            ],
        ),
        (
            GOOD.encode() + b"A-2,2026-10-03T12:00:00Z,479000\x000123,4722000000,61\n",
            ["3: the line holds a NUL byte; fetch the file again: it is damaged"],
        ),
        (
            (
                GOOD + 'A-2,"2026-10-03T12:00:00Z,4790000123,4722000000,61\n' + call() + "\n"
            ).encode(),
            [
                f"3: {QUOTES}",
            ],
        ),
        (
            (GOOD + 'A-2,a"b,"4790000123,4722000000,61\n').encode(),
            [
                f"3: {QUOTES}",
            ],
        ),
        (
            (GOOD + "A-2,2026-10-03T12:00:00Z\n" + call("A-3") + ",more\n").encode(),
            [
                f"3: 2 columns, where the header line has 5; {WIDTH}",
                f"4: 6 columns, where the header line has 5; {WIDTH}",
            ],
        ),
        (
            b"id,begin,service,called\nA-1,2026-10-03T12:00:00Z,4790000123,4722000000\n",
            [
                f"1: the header line has no column 'start', 'seconds'; {HEADER_REMEDY}",
            ],
        ),
        (
            b"id,start,start,service,called,seconds\n",
            ["1: the header line names 'start' twice; name each column once"],
        ),
        (
            GOOD.replace("\n", "\r").encode() + b"\n",
            [
                f"1: {CARRIAGE_RETURN}",
            ],
        ),
        (
            GOOD.encode() + b"x" * 1_000_000 + b"\n",
            ["3: the line has more than 65,536 bytes; this is not a file of one record a line"],
        ),
        (GOOD.encode("utf-16"), ["1: the file is UTF-16; save it as UTF-8"]),
        (
            zlib.compress(GOOD.encode(), wbits=31),
            ["1: the file is compressed (gzip); unpack it first"],
        ),
    ],
)
def test_a_file_that_is_not_whole_is_refused_and_nothing_stored(kari, content, problems):
    path = kari.folder / "usage.csv"
    path.write_bytes(content)

    with pytest.raises(InputRefused) as refused:
        kari.take_file(path, window_rows=1)

    assert [str(problem) for problem in refused.value.problems] == [
        f"{path}:{problem}" for problem in problems
    ]
    assert not UsageFile.objects.exists()
    assert not UsageRecord.objects.exists()
    assert not SuspendedUsage.objects.exists()


def test_a_master_csv_of_other_widths_is_refused(kari):
    path = kari.write([asterisk_call(), asterisk_call(columns=17)], header="")

    with pytest.raises(InputRefused) as refused:
        kari.take_file(path, source=kari.asterisk())

    assert str(refused.value.problems[0]) == (
        f"{path}:2: 17 columns, where Master.csv has 16 or 18; switch loguniqueid and "
        "loguserfield on or off together, or say in the source's mapping which one it is: "
        "column_17: uniqueid"
    )


def test_a_file_marked_utf_8_contradicts_a_latin_1_source(kari):
    kari.source.encoding = "latin-1"
    path = kari.folder / "usage.csv"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())

    with pytest.raises(InputRefused) as refused:
        kari.take_file(path)

    assert refused.value.problems[0].what == (
        "the file says that it is UTF-8, its source that it is iso8859-1"
    )


def test_a_hopeless_file_stops_at_a_thousand_problems(kari):
    path = kari.write(["x"] * 5_000)

    with pytest.raises(InputRefused) as refused:
        kari.take_file(path)

    assert len(refused.value.problems) == 1_000


def test_a_header_alone_is_a_file_without_rows(kari):
    imported = kari.take([])

    assert imported.rows == 0
    assert UsageFile.objects.get().state == "done"


def test_a_file_that_changes_between_check_and_reading_stores_nothing_of_the_change(kari):
    path = kari.write([call("A-1"), call("A-2")])
    layout = layout_of(kari.source)
    checked = check_file(path, layout)
    kari.write([call("A-1"), call("A-2", seconds=999)])

    with pytest.raises(DomainError, match="changed while it was read"):
        checked.bytes_of(checked.parts[0])


def test_parts_end_at_so_many_rows(kari):
    path = kari.write([call(f"A-{n}") for n in range(5)])
    layout = layout_of(kari.source)

    checked = check_file(path, layout, part_rows=2)

    assert (checked.rows, checked.line_count) == (5, 6)
    assert [(part.first_line, part.last_line) for part in checked.parts] == [(1, 3), (4, 5), (6, 6)]
    part = checked.parts[1]
    lines = lines_of(checked.bytes_of(part), part, layout)
    assert [(line.number, line.fields[0]) for line in lines] == [(4, "A-2"), (5, "A-3")]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"encoding": "utf-16"}, "the encoding 'utf-16' can't be read"),
        ({"encoding": "klingon"}, "the encoding 'klingon' can't be read"),
        ({"zone": "Europe/Atlantis"}, "unknown time zone 'Europe/Atlantis'"),
        ({"mapping": {"columns": {"start": "s"}}}, "they name start"),
        ({"mapping": {}}, "they name nothing"),
        ({"mapping": {"columns": {"colour": "c"}}}, "they name colour"),
        ({"format": "asterisk", "mapping": {"service": "dst"}}, "not 'dst'"),
        ({"format": "asterisk", "mapping": {"id": "src"}}, "not 'src'"),
    ],
)
def test_a_source_whose_settings_make_no_sense_says_so(kari, changes, message):
    for name, value in changes.items():
        setattr(kari.source, name, value)

    with pytest.raises(DomainError, match=message):
        kari.take([call()])


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_other_delimiters_and_quoted_fields_are_read(kari, delimiter):
    source: UsageSource = kari.source
    source.mapping["delimiter"] = delimiter
    row = delimiter.join(['"A-1"', "2026-10-03T12:00:00Z", "4790000123", '"+47 22 00 00 00"', "61"])

    kari.take([row], header=HEADER.replace(",", delimiter))

    assert UsageRecord.objects.get().called_number == "4722000000"
