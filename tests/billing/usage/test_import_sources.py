"""Usage sources come with the catalogue: how their files are read, checked before any comes."""

from __future__ import annotations

from datetime import UTC, datetime
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
