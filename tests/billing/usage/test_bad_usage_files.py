"""Files that did not arrive whole: exit code 1, the place of each fault, and nothing stored."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest

from billing.models import UsageFile, UsageRecord
from billing.usage.intake import framing
from billing.usage.services.import_usage_file import import_usage_file
from billing.usage.slices import bytes_of
from core.errors import DomainError
from tests import make
from tests.billing.usage.kari import HEADER, NOW, Kari, call, hits
from tests.billing.usage.test_import_usage_command import run, totals

GOOD = f"{HEADER}\n{call('A-1')}\n"
TRAILED = {
    "columns": {
        "id": "id",
        "start": "start",
        "service": "service",
        "called": "called",
        "quantity": "seconds",
    },
    "other_lines": ["HDR"],
    "trailer": {"mark": "TRL", "count": 2, "sum": 3},
}
SESSION = (
    "Sat Oct  3 14:0{0}:00 2026\n"
    '\tUser-Name = "{1}"\n\tAcct-Status-Type = Stop\n\tAcct-Session-Id = "{0}"\n'
    "\tAcct-Session-Time = 60\n\tTimestamp = 179102880{0}\n\n"
)


def refused(kari: Kari, content: bytes, line: int, what: str, name: str = "usage.csv") -> None:
    """The command tells the place and returns 1; nothing is stored."""
    path = kari.folder / name
    path.write_bytes(content)

    code, _, errors = run("import_usage", kari.source.code, path)

    assert code == 1
    assert f"{path}:{line}: {what}" in errors
    assert not UsageFile.objects.exists()
    assert not UsageRecord.objects.exists()


@pytest.mark.parametrize(
    ("content", "line", "what"),
    [
        (b"", 1, "the file is empty"),
        ((GOOD + call("A-2")[:-4]).encode(), 3, "the last line has no line end"),
        (GOOD.encode("utf-16"), 1, "the file is UTF-16"),
        (GOOD.encode() + "A-2,Kåre\n".encode("latin-1"), 3, "byte 6 (0xe5) is not utf-8"),
        (GOOD.encode() + b"A-2,\0\n", 3, "the line holds a NUL byte"),
        (GOOD.encode().replace(b"\n", b"\r"), 1, "the last line has no line end"),
        (GOOD.encode() + b"A-2,\r,x\n", 3, "a carriage return stands inside the line"),
        (GOOD.encode() + b"x" * 2**20 + b"\n", 3, "the line has more than 65,536 bytes"),
        (GOOD.encode() + b'A-2,"x\n', 3, "a quoted field is not closed on its line"),
        (GOOD.encode() + b'A-2,"x\ny",1,2,3\n', 3, "a quoted field is not closed on its line"),
        (GOOD.encode() + b"A-2,1,2\n", 3, "3 columns, where the header line has 5"),
        (b"a,b\n1,2\n", 1, "the header line has no column"),
    ],
)
def test_faults_of_a_csv_file(kari, content, line, what):
    refused(kari, content, line, what)


def test_a_byte_order_mark_is_accepted(kari):
    path = kari.folder / "usage.csv"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())

    assert run("import_usage", "SWITCH", path)[0] == 0


def trailed(kari: Kari, **mapping: Any) -> Kari:
    kari.source.mapping = TRAILED | mapping
    kari.source.save()
    return kari


@pytest.mark.parametrize(
    ("trailer", "line", "what"),
    [
        ("", 4, "the trailer 'TRL' is missing, so the file may be cut off"),
        ("TRL,3,122\n", 5, "the trailer tells of '3' records, but there are 2"),
        ("TRL,2,121\n", 5, "the trailer tells of a sum of '121', but there are 122"),
        ("TRL,2\n", 5, "the trailer tells of a sum of '', but there are 122"),
        ("TRL,two,122\n", 5, "the trailer tells of 'two' records, but there are 2"),
        (f"TRL,2,122\n{call('A-3')}\n", 6, "a line stands behind the trailer of line 5"),
    ],
)
def test_a_trailer_that_is_missing_or_tells_otherwise_refuses_the_file(kari, trailer, line, what):
    content = f"{HEADER}\nHDR,42\n{call('A-1')}\n{call('A-2')}\n{trailer}"

    refused(trailed(kari), content.encode(), line, what)


@pytest.mark.parametrize("trailer", ["TRL,2,122\n", "TRL,2,122.0,x,y,z\n\n", '"TRL","2","122"\n'])
def test_a_trailer_that_is_right_is_no_usage(kari, trailer):
    path = kari.folder / "usage.csv"
    path.write_text(f"{HEADER}\nHDR,42\n{call('A-1')}\n{call('A-2')}\n{trailer}")

    code, output, _ = run("import_usage", trailed(kari).source.code, path)

    assert code == 0
    assert (totals(output)["rated"], totals(output)["ignored"]) == ("2", "2")
    assert hits() == []


def test_a_trailer_counts_without_a_header_line_as_well(kari):
    kari = trailed(
        kari,
        names=["id", "start", "service", "called", "seconds"],
        lines_before=1,
        trailer={"mark": "TRL", "count": 2},
    )
    path = kari.folder / "usage.csv"
    path.write_text(f"Calls of October\n{call('A-1')}\nTRL,1\n")

    assert run("import_usage", kari.source.code, path)[0] == 0
    refused_path = kari.folder / "short.csv"
    refused_path.write_text(f"Calls of October\n{call('A-2')}\nTRL,2\n")
    code, _, errors = run("import_usage", kari.source.code, refused_path)
    assert code == 1
    assert f"{refused_path}:3: the trailer tells of '2' records, but there are 1" in errors


def test_a_bad_file_among_good_ones_stops_none_of_them(kari):
    bad, good = kari.folder / "a.csv", kari.write([call("A-1")], "b.csv")
    bad.write_text(f"{HEADER}\nA-9\n")

    code, output, errors = run("import_usage", "SWITCH", bad, good)

    assert code == 1
    assert errors.startswith(f"{bad}:2: 1 columns")
    assert totals(output)["rated"] == "1"


@pytest.fixture
def radius(kari: Kari) -> Kari:
    """Kari's sessions, counted by time."""
    make.assign_number(kari.subscription, "kari.home-1")
    make.make_rate(kari.deck, "0", "0.10")
    kari.source = make.make_source(
        kari.brand, "RADIUS", format="radius", usage_type="data",
        mapping={"quantity": "session_time"},
    )  # fmt: skip
    data = make.make_deck(kari.brand, "DATA", usage_type="data")
    make.make_rate(data, "0", "1.00", per=60)
    plan = make.make_plan(kari.brand, "HOME", decks={"data": data}, product=kari.plan.product)
    kari.subscription.plan_history.all().delete()
    make.give_plan(kari.subscription, plan, kari.subscription.starts_on)
    return kari


@pytest.mark.parametrize(("slice_rows", "window_rows"), [(1, 1), (1, 3), (2, 2), (50, 2)])
def test_blocks_stay_whole_however_the_file_is_cut(radius, slice_rows, window_rows):
    path = radius.folder / "detail"
    path.write_text("\n" + "".join(SESSION.format(n, "kari.home-1") for n in range(9)))

    def die(_rows: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_usage_file(
            source=radius.source, path=path, now=NOW, on_slice=die,
            slice_rows=slice_rows, window_rows=window_rows,
        )  # fmt: skip
    import_usage_file(
        source=radius.source, path=path, now=NOW, slice_rows=slice_rows, window_rows=window_rows
    )

    assert hits() == []
    assert bytes_of(UsageFile.objects.get()) == path.read_bytes()
    assert list(UsageRecord.objects.order_by("line_number").values_list("line_number", flat=True)) \
        == [2 + 7 * n for n in range(9)]  # fmt: skip


def test_radius_blocks_with_windows_line_ends_and_a_mark(radius):
    path = radius.folder / "detail"
    text = "".join(SESSION.format(n, "kari.home-1") for n in range(2)).replace("\n", "\r\n")
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())

    imported = radius.take_file(path)

    assert (imported.rated, imported.suspended) == (2, {})
    assert bytes_of(UsageFile.objects.get()) == path.read_bytes()


def test_a_file_that_changes_while_it_is_read_is_not_taken_in(kari, monkeypatch):
    path = kari.write([call(f"A-{n}") for n in range(3)])
    check = framing.check_file

    def check_then_grow(*arguments: Any, **options: Any) -> Any:
        checked = check(*arguments, **options)
        path.write_text(path.read_text().replace("A-0", "B-0"))
        return checked

    monkeypatch.setattr("billing.usage.services.import_usage_file.check_file", check_then_grow)

    with pytest.raises(DomainError, match="changed while it was read"):
        kari.take_file(path)

    assert not UsageRecord.objects.exists()


def test_packed_bad_files_tell_their_places_too(kari):
    path = kari.folder / "usage.csv.gz"
    path.write_bytes(gzip.compress(GOOD.encode() + b"A-2,1,2\n"))

    code, _, errors = run("import_usage", "SWITCH", Path(path))

    assert code == 1
    assert errors.startswith(f"{path}:3: 3 columns")
