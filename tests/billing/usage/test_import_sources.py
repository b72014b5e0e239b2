"""Usage sources come with the catalogue: how their files are read, checked before any comes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from billing.models import UsageSource
from catalog.services.import_catalog import import_catalog
from core.errors import InputRefused
from core.input_report import ImportReport
from core.models import Brand
from tests import make

CSV = """\
sources:
  - code: FJORD-CSV
    brand: fjordtel
    name: Carrier
    format: csv
    country_code: "+47"
    mapping:
      delimiter: ";"
      columns: {id: record_id, start: at, service: a, called: b, quantity: minutes, type: kind}
      types: {CALL: voice, TEXT: sms}
      time_format: "%d.%m.%Y %H:%M:%S"
      quantity_unit: 60
"""
ASTERISK = """\
sources:
  - {code: SWITCH, brand: fjordtel, name: Switch, format: asterisk,
     mapping: {service: src, skip_contexts: [internal, test]}}
"""

PRICED = (
    CSV.replace("type: kind}", "type: kind, kind: art, corrects: original, price: net}")
    + """\
      corrections: [CREDIT, Storno]
      decimal_sign: ","
      price_unit: 0.0100
"""
)


def take_in(text: str) -> ImportReport:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    return import_catalog(text.encode(), file="sources.yaml", folder=Path(), now=now)


def test_a_mapping_is_stored_as_it_is_read(fjordtel: Brand) -> None:
    take_in(CSV)

    source = UsageSource.objects.get()
    assert (source.country_code, source.zone, source.international_prefix) == ("47", "UTC", "00")
    assert source.mapping == {
        "delimiter": ";",
        "time_format": "%d.%m.%Y %H:%M:%S",
        "quantity_unit": 60,
        "columns": {
            "id": "record_id",
            "start": "at",
            "service": "a",
            "called": "b",
            "quantity": "minutes",
            "type": "kind",
        },
        "types": {"CALL": "voice", "TEXT": "sms"},
    }


def test_a_mapping_of_asterisk_is_stored(fjordtel: Brand) -> None:
    take_in(ASTERISK)

    assert UsageSource.objects.get().mapping == {
        "service": "src",
        "skip_contexts": ["internal", "test"],
    }


def test_a_mapping_says_which_lines_are_corrections_and_which_carry_a_price(
    fjordtel: Brand,
) -> None:
    take_in(PRICED)

    mapping = UsageSource.objects.get().mapping
    columns = mapping["columns"]
    assert (columns["kind"], columns["corrects"], columns["price"]) == ("art", "original", "net")
    assert mapping["corrections"] == ["CREDIT", "Storno"]
    assert (mapping["decimal_sign"], mapping["price_unit"]) == (",", "0.01")


def test_one_word_for_corrections_needs_no_list(fjordtel: Brand) -> None:
    take_in(PRICED.replace("[CREDIT, Storno]", "CREDIT"))

    assert UsageSource.objects.get().mapping["corrections"] == ["CREDIT"]


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("      corrections: [CREDIT, Storno]\n", "", 8, "corrections is missing"),
        (" kind: art,", "", 13, "corrections says something of the column kind"),
        (", price: net", "", 15, "price_unit says something of the column price"),
        ("[CREDIT, Storno]", '[CREDIT, ""]', 13, "corrections has an empty word"),
        ('decimal_sign: ","', "decimal_sign: ;", 14, "';' is not known; use one of: ., ,"),
        ("price_unit: 0.0100", "price_unit: 0", 15, "price_unit is 0; use 1 for currency units"),
        ("price_unit: 0.0100", "price_unit: -1", 15, "-1 is negative; use zero or more"),
        ("price_unit: 0.0100", "price_unit: 1e-2", 15, "'1e-2' is not an amount"),
        ("price_unit: 0.0100", "price_unit: 0.0000001", 15, "has too many decimals"),
        ("price_unit: 0.0100", "price_unit: 1000001", 15, "1000001 is too large"),
    ],
)
def test_what_is_wrong_about_prices_and_corrections_is_told_with_its_line(
    fjordtel: Brand, old: str, new: str, line: int, said: str
) -> None:
    with pytest.raises(InputRefused) as refused:
        take_in(PRICED.replace(old, new, 1))

    assert [(p.line, said in str(p)) for p in refused.value.problems] == [(line, True)], (
        refused.value.problems
    )


@pytest.mark.parametrize("text", [CSV, ASTERISK, PRICED])
def test_the_same_again_changes_nothing(fjordtel: Brand, text: str) -> None:
    take_in(text)

    assert not take_in(text).has_changes


def test_a_tab_may_stand_between_columns(fjordtel: Brand) -> None:
    take_in(CSV.replace('";"', '"\\t"'))

    assert UsageSource.objects.get().mapping["delimiter"] == "\t"


def test_data_needs_no_called_number(fjordtel: Brand) -> None:
    take_in(
        CSV.replace(", type: kind", "")
        .replace("called: b, ", "")
        .replace("    mapping:", "    usage_type: data\n    mapping:")
    )

    assert UsageSource.objects.get().usage_type == "data"


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("format: csv", "format: xml", 5, "format 'xml' is not known; use one of: asterisk, csv"),
        ("start: at, ", "", 9, "start is missing"),
        ("called: b, ", "", 9, "called is missing"),
        ("{id:", "{ident:", 9, "'ident' is not a known key; known are"),
        ("CALL: voice", "CALL: phone", 10, "'phone' is not known; use one of: voice, sms, data"),
        ('"%d.%m.%Y %H:%M:%S"', '"%d.%m. %H:%M"', 11, "does not tell a date and a time of day"),
        ('"%d.%m.%Y %H:%M:%S"', '"%d.%m.%Y %I:%M"', 11, "does not tell a date and a time of day"),
        ("quantity_unit: 60", "quantity_unit: 0.5", 12, "'0.5' is not a whole number"),
        ('delimiter: ";"', "delimiter: abc", 8, "'abc' can't stand between columns"),
        ('"+47"', '"0047x"', 6, "'0047x' is not a country code"),
        ("    mapping:", "    encoding: ebcdic-x\n    mapping:", 7, "is not an encoding"),
        ("    mapping:", "    short_code_digits: 99\n    mapping:", 7, "99 is out of range"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    fjordtel: Brand, old: str, new: str, line: int, said: str
) -> None:
    with pytest.raises(InputRefused) as refused:
        take_in(CSV.replace(old, new, 1))

    assert [p.line for p in refused.value.problems if said in str(p)] == [line], (
        refused.value.problems
    )
    assert not UsageSource.objects.exists()


def test_a_csv_source_needs_a_mapping(fjordtel: Brand) -> None:
    with pytest.raises(InputRefused) as refused:
        take_in(CSV[: CSV.index("    mapping:")])

    assert "mapping is missing" in refused.value.problems[0].what


def test_a_code_belongs_to_one_brand(fjordtel: Brand, northwind: Brand) -> None:
    make.make_source(northwind, "FJORD-CSV")

    with pytest.raises(InputRefused) as refused:
        take_in(CSV)

    assert "the source FJORD-CSV is brand northwind's" in refused.value.problems[0].what


def test_a_source_keeps_its_mapping_where_the_file_says_nothing_of_it(fjordtel: Brand) -> None:
    take_in(CSV)
    before: dict[str, Any] = UsageSource.objects.get().mapping

    take_in(CSV[: CSV.index("    mapping:")].replace("Carrier", "Carrier Two"))

    source = UsageSource.objects.get()
    assert (source.name, source.mapping) == ("Carrier Two", before)


WIDE = """\
sources:
  - code: WIDE
    brand: fjordtel
    name: Switch
    format: csv
    file_name_pattern: "CDR_{date}_{sequence}.csv*"
    expected_by: "06:00"
    expected_from: 2026-11-01
    sequence_first: 1
    sequence_daily: true
    holds_billing: false
    many_in_archive: true
    mapping:
      names: [began, day, number, to, up, down, kind, cause]
      columns_min: 7
      more_columns: true
      loose_quotes: true
      lines_before: 1
      other_lines: [HDR]
      trailer: {mark: TRL, count: 2, sum: 3}
      only: {cause: [NORMAL, ""]}
      columns: {start: [day, began], service: [number], called: to, type: kind,
                quantity: {voice: up, data: [up, down]}}
      quantity_unit: {voice: 1, data: 1024}
      quantity_rounding: up
      time_format: "%d.%m.%Y %H:%M"
"""


def test_a_file_without_header_and_its_schedule_are_stored(fjordtel: Brand) -> None:
    take_in(WIDE)

    source = UsageSource.objects.get()
    assert source.mapping == {
        "names": ["began", "day", "number", "to", "up", "down", "kind", "cause"],
        "columns_min": 7,
        "more_columns": True,
        "loose_quotes": True,
        "lines_before": 1,
        "other_lines": ["HDR"],
        "trailer": {"mark": "TRL", "count": 2, "sum": 3},
        "only": {"cause": ["NORMAL", ""]},
        "columns": {
            "start": ["day", "began"],
            "service": ["number"],
            "called": "to",
            "type": "kind",
            "quantity": {"voice": "up", "data": ["up", "down"]},
        },
        "quantity_unit": {"voice": 1, "data": 1024},
        "quantity_rounding": "up",
        "time_format": "%d.%m.%Y %H:%M",
    }
    assert (source.expected_by, source.expected_from) == (time(6), date(2026, 11, 1))
    assert (source.sequence_first, source.sequence_daily, source.holds_billing) == (1, True, False)
    assert source.many_in_archive
    assert not take_in(WIDE).has_changes


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("columns_min: 7", "columns_min: 0", "columns_min 0 is out of range; use 1 to 1000"),
        ("names: [began, ", "names: [day, ", "names 'day' twice; name each column once"),
        ("called: to,", "called: two,", "called is 'two', which is none of the names"),
        ("only: {cause:", "only: {reason:", "only names no column 'reason'"),
        ('only: {cause: [NORMAL, ""]}', "only: NORMAL", "only must be a mapping"),
        ("{voice: up, data", "{fax: up, data", "quantity 'fax' is not a usage type"),
        ("{voice: 1, data", "{voice: 0, data", "quantity_unit 0 is out of range"),
        ("type: kind,", "", "quantity depends on the type, which columns don't name"),
        ("mark: TRL, ", "", "mark is missing"),
        ("rounding: up", "rounding: down", "quantity_rounding 'down' is not known"),
        ('"06:00"', '"6"', "expected_by '6' is not a time of day; write it as 06:00"),
        ("{date}_{seq", "{seq", "sequence_daily needs {date} and {sequence}"),
        ("    expected_from: 2026-11-01\n", "", "expected_from is missing"),
        ("many_in_archive: true", "expected_every_hours: 6", "files are expected either every"),
        ("names: [began, day, number, to, up, down, kind, cause]", "", "columns_min is for files"),
    ],
)
def test_what_makes_no_sense_in_a_mapping_is_told(
    fjordtel: Brand, before: str, after: str, problem: str
) -> None:
    assert before in WIDE

    with pytest.raises(InputRefused) as refused:
        take_in(WIDE.replace(before, after))

    assert problem in "\n".join(map(str, refused.value.problems))


def test_a_profile_fills_up_what_the_source_does_not_say(fjordtel: Brand) -> None:
    take_in(
        "sources:\n  - code: BOX\n    brand: fjordtel\n    name: Switch\n    profile: freeswitch\n"
        "    zone: Europe/Oslo\n    mapping: {columns: {service: caller_id_number, answer: }}\n"
    )

    source = UsageSource.objects.get()
    assert (source.format, source.zone, source.usage_type) == ("csv", "Europe/Oslo", "voice")
    assert source.mapping["names"][0] == "caller_id_name"
    assert source.mapping["columns"] == {
        "id": "uuid",
        "start": "start_stamp",
        "service": "caller_id_number",
        "called": "destination_number",
        "quantity": "billsec",
    }


def test_a_profile_that_does_not_exist_is_told_with_those_that_do(fjordtel: Brand) -> None:
    with pytest.raises(InputRefused) as refused:
        take_in(
            "sources:\n  - {code: BOX, brand: fjordtel, name: Switch, profile: nortel,"
            " format: asterisk}\n"
        )

    assert str(refused.value.problems[0]) == (
        "sources.yaml:2: source: profile 'nortel' is not a profile; known are: asterisk, "
        "freeswitch, radius, carrier-semicolon, carrier-utc, mobile-priced, json-lines"
    )


@pytest.mark.parametrize(
    ("mapping", "problem"),
    [
        ("{quantity: bits}", "quantity 'bits' is not known; use one of: octets"),
        ("{start: begin}", "start 'begin' is not known; use one of: session, stop"),
        ("{columns: {start: a}}", "'columns' is not a known key"),
    ],
)
def test_a_mapping_of_radius_is_checked(fjordtel: Brand, mapping: str, problem: str) -> None:
    with pytest.raises(InputRefused) as refused:
        take_in(
            "sources:\n  - {code: R, brand: fjordtel, name: R, format: radius, usage_type: data,"
            f" mapping: {mapping}}}\n"
        )

    assert problem in str(refused.value.problems[0])
