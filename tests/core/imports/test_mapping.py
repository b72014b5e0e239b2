"""Other systems' files become ours by a mapping, whatever they write numbers and dates like."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InputRefused
from core.imports.apply_mapping import apply_mapping
from core.imports.cells import DATE_FORMATS, read_cell, read_date, read_decimal, read_phone
from core.imports.failed_rows import harmless, write_failed_rows
from core.imports.foreign_file import FileShape, read_foreign
from core.imports.kinds import TargetField
from core.imports.mapping import (
    Mapping,
    MappingRefused,
    SkipRule,
    Source,
    parse_mapping,
    write_mapping,
)
from core.imports.our_form import turn_back, write_our_form
from core.imports.suggest import suggest_mapping
from core.input_csv import parse_csv
from core.input_tree import Problems, Unreadable

FIELDS = (
    TargetField("number", "the number", required=True, synonyms=("kundenr", "customer number")),
    TargetField("name", "the name", synonyms=("navn", "kundenavn")),
    TargetField("kind", "the kind", "choice", choices=("consumer", "business")),
    TargetField("opened_on", "since", "date", synonyms=("opprettet",)),
    TargetField("amount", "money", "decimal", synonyms=("beløp",)),
    TargetField("phone", "phone", "phone", synonyms=("mobil",)),
    TargetField("live", "whether", "yes_no"),
)
NAMES = [item.name for item in FIELDS]


def mapped(content: str, data: dict) -> list[dict[str, str]]:
    mapping = parse_mapping(data, FIELDS)
    table = read_foreign(content.encode(), "f.csv", mapping.shape)
    result = apply_mapping(table, mapping, FIELDS, "f.csv")
    assert result.problems == []
    return [row.values for row in result.rows]


def test_columns_constants_joins_splits_and_words() -> None:
    rows = mapped(
        "Nr;First;Last;Type;Place\n7;Kari;Nordmann;P;0155 Oslo\n",
        {
            "fields": {
                "number": {"column": "Place", "split": " ", "part": 1},
                "name": {"join": "{First} {Last}"},
                "kind": {"column": "Type", "values": {"P": "consumer"}, "otherwise": "business"},
                "live": {"constant": "yes"},
            }
        },
    )

    assert rows == [{"number": "0155", "name": "Kari Nordmann", "kind": "consumer", "live": "true"}]


def test_amounts_take_their_sign_from_another_column() -> None:
    rows = mapped(
        "Nr;Sum;DC\n1;1.234,50;K\n2;10,00;D\n",
        {
            "file": {"decimal": "comma"},
            "fields": {
                "number": "Nr",
                "amount": {"column": "Sum", "minus_column": "DC", "minus_words": ["K"]},
            },
        },
    )

    assert [row["amount"] for row in rows] == ["-1234.50", "10.00"]


def test_rows_and_lines_that_do_not_count_are_passed_by() -> None:
    content = "Export of 2026\n\nNr,Status\n1,open\n2,closed\n3,open\nTotal,\n"
    rows = mapped(
        content,
        {
            "file": {"skip_lines": 1, "footer_lines": 1},
            "skip_rows": [{"column": "Status", "is": "closed"}],
            "fields": {"number": "Nr"},
        },
    )

    assert [row["number"] for row in rows] == ["1", "3"]


def test_json_lines_have_names_with_dots() -> None:
    content = '{"id": 7, "who": {"name": "Bo"}, "sum": 1.10}\n{"id": 8, "live": true}\n'
    rows = mapped(
        content,
        {"fields": {"number": "id", "name": "who.name", "amount": "sum", "live": "live"}},
    )

    assert rows[0] == {"number": "7", "name": "Bo", "amount": "1.10", "live": ""}
    assert rows[1]["live"] == "true"


@pytest.mark.parametrize(
    ("text", "mark", "expected"),
    [
        ("1 234,50", ",", "1234.50"),
        ("1.234.567,89", ",", "1234567.89"),
        ("1,234.5", ".", "1234.5"),
        ("kr 399,-", ",", "399"),
        ("(12.00)", ".", "-12.00"),
        ("12.00-", ".", "-12.00"),
        ("€ 5", ".", "5"),
        ("1'000.25", ".", "1000.25"),
        ("-0,00", ",", "0.00"),
    ],
)
def test_amounts_are_read_exactly(text: str, mark: str, expected: str) -> None:
    assert read_decimal(text, mark) == expected


@pytest.mark.parametrize(
    ("text", "mark"),
    [("1.5", ","), ("12,34", "."), ("1,23,456", "."), ("abc", "."), ("1.2.3", ".")],
)
def test_amounts_that_could_be_two_things_are_refused(text: str, mark: str) -> None:
    with pytest.raises(Unreadable):
        read_decimal(text, mark)


@given(st.dates(date(1970, 1, 1), date(2068, 12, 31)), st.sampled_from(sorted(DATE_FORMATS)))
def test_every_date_comes_back_from_every_way_of_writing(day: date, name: str) -> None:
    assert read_date(day.strftime(DATE_FORMATS[name]), name) == day.isoformat()


@given(st.decimals(-(10**9), 10**9, places=4, allow_nan=False))
def test_every_amount_comes_back_with_either_mark(amount: Decimal) -> None:
    english = f"{amount:,.4f}"
    german = english.translate(str.maketrans(",.", ".,"))

    assert Decimal(read_decimal(english, ".")) == Decimal(read_decimal(german, ",")) == amount


@pytest.mark.parametrize(
    ("text", "country", "expected"),
    [
        ("+47 900 00 123", "", "4790000123"),
        ("0047 90000123", "", "4790000123"),
        ("900 00 123", "NO", "4790000123"),
        ("4790000123", "NO", "4790000123"),
        ("030 123456", "DE", "4930123456"),
        ("switch.4711", "NO", "switch.4711"),
    ],
)
def test_numbers_are_written_as_e164(text: str, country: str, expected: str) -> None:
    assert read_phone(text, country) == expected


words = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=8)
sources = st.builds(
    Source,
    column=words,
    default=words | st.just(""),
    values=st.dictionaries(words, words, max_size=2),
    otherwise=st.none() | words,
    dates=st.sampled_from(["", *DATE_FORMATS]),
    decimal=st.sampled_from(["", ",", "."]),
    country=st.none() | st.sampled_from(["", "NO"]),
)
mappings = st.builds(
    Mapping,
    shape=st.builds(
        FileShape,
        encoding=st.sampled_from(["", "cp1252", "utf-16"]),
        delimiter=st.sampled_from(["", ";", "\t", ","]),
        skip_lines=st.integers(0, 9),
        footer_lines=st.integers(0, 9),
        has_header=st.booleans(),
    ),
    dates=st.sampled_from(sorted(DATE_FORMATS)),
    decimal=st.sampled_from([",", "."]),
    skip=st.lists(st.builds(SkipRule, column=words, words=st.tuples(words)), max_size=2).map(tuple),
    sources=st.dictionaries(st.sampled_from(NAMES), sources, max_size=4),
)


@given(mappings)
def test_a_mapping_written_and_read_again_is_the_same(mapping: Mapping) -> None:
    assert parse_mapping(write_mapping(mapping), FIELDS) == mapping


@given(st.lists(st.lists(st.text(max_size=12), min_size=2, max_size=2), min_size=1, max_size=12))
def test_our_form_keeps_every_row_on_its_line(cells: list[list[str]]) -> None:
    content = "a,b\n"
    for pair in cells:
        clean = [text.replace('"', "").replace("\0", "").replace("\r", "") for text in pair]
        content += ",".join(f'"{text}"' for text in clean) + "\n"
    table = read_foreign(content.encode("utf-8", "replace"), "f.csv", FileShape(delimiter=","))
    mapping = parse_mapping({"fields": {"number": "a", "name": "b"}}, FIELDS)
    rows = apply_mapping(table, mapping, FIELDS, "f.csv")

    form = write_our_form(rows)
    again = parse_csv(form.content.decode(), Problems("f.csv"), ("number", "name"), ())

    kept = {row.line for row in rows.rows if any(row.values.values())}
    assert kept <= set(again.lines) <= {row.line for row in rows.rows}


def test_files_without_a_header_are_named_by_place_and_keep_their_lines() -> None:
    mapping = parse_mapping({"file": {"header": False}, "fields": {"number": "column 1"}}, FIELDS)
    table = read_foreign(b"7,Kari\n8,Bo\n", "f.csv", mapping.shape)
    form = write_our_form(apply_mapping(table, mapping, FIELDS, "f.csv"))
    problems = Problems("f.csv")
    lines = parse_csv(form.content.decode(), problems, ("number",), ()).lines
    problems.add(lines[1], "account 8: number is odd")

    assert turn_back(problems.found, form)[0].line == 2
    assert "column “column 1”" in turn_back(problems.found, form)[0].what


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encoding_and_delimiter_are_found(encoding: str, delimiter: str) -> None:
    text = f"Nr{delimiter}Navn\n1{delimiter}Bjørn Ås\n2{delimiter}Øyvind\n"

    table = read_foreign(text.encode(encoding), "f.csv")

    assert [row.cells["Navn"] for row in table.rows] == ["Bjørn Ås", "Øyvind"]


def test_columns_are_guessed_by_their_heads_in_three_languages() -> None:
    content = "Kunde-Nr.;Navn;Opprettet;Beløp;Mobil\n1;Bo;03.04.2026;1.234,50;90000123\n"

    guess = suggest_mapping(read_foreign(content.encode(), "f.csv"), FIELDS)

    assert {name: source.column for name, source in guess.sources.items()} == {
        "number": "Kunde-Nr.",
        "name": "Navn",
        "opened_on": "Opprettet",
        "amount": "Beløp",
        "phone": "Mobil",
    }
    assert (guess.dates, guess.decimal) == ("dd.mm.yyyy", ",")


def test_a_mapping_that_asks_for_what_is_not_there_says_so() -> None:
    table = read_foreign(b"Nr,Navn\n1,Bo\n", "f.csv")
    mapping = parse_mapping({"fields": {"name": "Nvn"}}, FIELDS)

    with pytest.raises(MappingRefused) as refused:
        apply_mapping(table, mapping, FIELDS, "f.csv")

    assert refused.value.reasons == [
        "name: the file has no column “Nvn”; it has: Nr, Navn.",
        "number (the number) is needed: choose its column, or a constant.",
    ]


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {"fields": {"nobody": "Nr"}},
        {"fields": {"number": {"column": "Nr", "constant": "7"}}},
        {"fields": {"number": {"colum": "Nr"}}},
        {"file": {"dates": "whenever"}, "fields": {}},
        {"file": {"encoding": "ebcdic"}, "fields": {}},
        {"file": {"delimiter": "%"}, "fields": {}},
        {"skip_rows": [{"column": "Nr"}], "fields": {}},
    ],
)
def test_a_mapping_that_can_not_be_used_is_refused(data: object) -> None:
    with pytest.raises(MappingRefused):
        parse_mapping(data, FIELDS)


HOSTILE = {
    "NUL": b"Nr,Navn\n1,B\0o\n",
    "a ZIP bomb or workbook": b"PK\x03\x04" + b"\0" * 100,
    "gzip": b"\x1f\x8b" + b"\0" * 100,
    "10,000 columns": ",".join(f"c{n}" for n in range(10_000)).encode() + b"\n",
    "nothing": b"",
    "blank lines": b"\n \n\n",
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_files_that_nothing_can_be_made_of_are_refused(content: bytes) -> None:
    with pytest.raises(InputRefused):
        read_foreign(content, "f.csv")


def test_broken_rows_are_told_with_their_lines() -> None:
    table = read_foreign(b'Nr,Navn\n1,Bo\n2,"Kari\n3,Ida\n', "f.csv", FileShape(delimiter=","))

    assert [row.line for row in table.rows] == [2]
    assert table.problems[0].line == 3
    assert "broken CSV" in table.problems[0].what


def test_a_line_of_a_megabyte_is_one_problem() -> None:
    content = b"Nr,Navn\n1," + b"x" * 2**20 + b"\n2,Bo\n"

    table = read_foreign(content, "f.csv", FileShape(delimiter=","))

    assert [problem.line for problem in table.problems][:1] == [2]
    assert table.rows[-1].cells["Navn"] == "Bo"


def test_the_same_head_twice_makes_two_columns() -> None:
    table = read_foreign(b"Nr,Navn,Navn,Navn\n1,Bo,Berg,x\n", "f.csv")

    assert table.columns == ["Nr", "Navn", "Navn (2)", "Navn (3)"]


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3+cmd", "\t=1"])
def test_formulas_are_made_harmless_in_what_is_downloaded(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-12.50", "+4790000123", "Kari", "12=12", ""])
def test_numbers_and_words_stay_as_they_are(text: str) -> None:
    assert harmless(text) == text


def test_failed_rows_come_back_with_their_reasons() -> None:
    table = read_foreign(b"Nr;Navn\n1;Bo\nx;=Kari\n", "f.csv")
    problems = Problems("f.csv")
    problems.add(3, "column “Nr”: number is odd", "write digits")

    text = write_failed_rows(table, problems.found)

    assert text.splitlines() == [
        "\ufeffNr;Navn;line;reason",
        "x;'=Kari;3;column “Nr”: number is odd; write digits".replace(
            "column “Nr”: number is odd; write digits",
            '"column “Nr”: number is odd; write digits"',
        ),
    ]


@given(st.text(max_size=30), st.sampled_from(FIELDS))
def test_any_cell_is_read_or_refused(text: str, item: TargetField) -> None:
    with suppress(Unreadable):
        assert isinstance(read_cell(text, item, dates="dd.mm.yyyy", mark=",", country="NO"), str)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with suppress(InputRefused):
        assert read_foreign(content, "f.csv").columns
