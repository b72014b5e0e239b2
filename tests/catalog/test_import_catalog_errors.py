"""Whatever is wrong in a catalogue is told with its line and the way to mend it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from catalog.services.import_catalog import import_catalog
from core.errors import InputProblem, InputRefused
from core.models import Brand, LegalEntity
from tests.catalog.conftest import CATALOGUE, TakeIn, line_of

# What is replaced, by what, and what is said of the line on which the new text stands.
WRONG = [
    ("currency: NOK", "currency: NKR", "currency 'NKR' is not known; use an ISO 4217 code"),
    ("zone: Europe/Oslo", "zone: Oslo", "zone 'Oslo' is not a time zone; use an IANA name"),
    ("languages: [nb, en]", "languages: [nb, fr]", "languages 'fr' is not known; use one of: en"),
    ("languages: [nb, en]", "languages: [nb, nb]", "a language stands twice; name each once"),
    ("prices: gross", "prices: brutto", "prices 'brutto' is not known; use one of: gross, net"),
    ("reference: kid_mod10", "reference: kid", "'kid' is not known; use one of: kid_mod10"),
    ("[fjordtel.localhost]", "['https://x']", "hosts 'https://x' is not a host name"),
    ("[fjordtel.localhost]", "[staff.localhost]", "host staff.localhost is the staff's"),
    ('"#0b5563"', "blue", "primary_colour 'blue' is not a colour; write it in quotes"),
    ("faktura@fjordtel.example", "faktura", "sender_email 'faktura' is not an e-mail address"),
    ("payment_terms_days: 14", "payment_terms_days: 14.5", "'14.5' is not a whole number"),
    ("payment_terms_days: 14", "payment_terms_days: 900", "900 is out of range; use 0 to 365"),
    ("payment_terms_days: 14", "payment_days: 14", "'payment_days' is not a known key; known are"),
    ("series: INVOICES", "series: BILLS", "'BILLS' is not a series of FJORDTEL; known are: INV"),
    ("legal_entity: FJORDTEL\n    series", "legal_entity: FJORD\n    series", "is not a legal ent"),
    ("country: NO}", "country: Norway}", "country 'NORWAY' is not a country"),
    ("first_number: 100001", "first_number: 0", "first_number 0 is out of range"),
    ('rate: "25"', "rate: 25 %", "rate '25 %' is not an amount; write digits and a point"),
    ('rate: "25"', "rate: 125", "rate 125 is too large; use at most 100"),
    ('rate: "0"', "rate: 5", "a rate above 0 goes with treatment standard only"),
    ("from: 2020-01-01\n  - legal", "from: 1.1.2020\n  - legal", "from '1.1.2020' is not a date"),
    ("usage_type: voice", "usage_type: fax", "usage_type 'fax' is not known; use one of: voice"),
    ("service: mobile", "service: phone", "service 'phone' is not known; use one of: mobile"),
    ("tax_category: standard", "tax_category: std", "'std' is not a tax category; known are: boo"),
    ("product: MOBILE", "product: FIBRE", "'FIBRE' is not a product of fjordtel; known are: MOB"),
    ("{voice: FJORD-VOICE}", "{sms: FJORD-VOICE}", "deck FJORD-VOICE prices voice; name a deck"),
    ("{voice: FJORD-VOICE}", "{fax: FJORD-VOICE}", "'fax' is not a known key; known are: voice"),
    ('price: "299.00"', "price: 299,00", "'299,00' is not an amount; write digits and a point"),
    ('price: "299.00"', "price: -1", "price -1 is negative; use zero or more"),
    ('price: "299.00"', "price: 0.1234567", "0.1234567 has too many decimals; use at most 6"),
    ('price: "299.00"', "price: 1e3", "price '1e3' is not an amount"),
    ('price: "299.00"', "price: 1000000000000", "is too large"),
    ('price: "299.00"', "price: [1, 2]", "price must be a single value"),
    ("kind: one_off", "kind: once", "kind 'once' is not known; use one of: recurring, one_off"),
    ("kind: one_off", "kind: one_off\n            months: 3", "goes with recurring charges only"),
    ("code: setup", "code: monthly", "stands twice, first on line"),
    ("format: asterisk", "format: cisco", "format 'cisco' is not known; use one of: asterisk"),
    ('country_code: "47"', "country_code: NO", "country_code 'NO' is not a country code"),
    ("  - code: MOBILE\n", "  - code: MO BILE\n", "'MO BILE' is not a code; use letters"),
    ("name: {nb: Mobil, en: Mobile}", "name: {no: Mobil}", "name has no language 'no'; use en"),
    ("tax_categories:", "tax_kinds: []\ntax_categories:", "'tax_kinds' is not a known key"),
]


def first_difference(text: str) -> int:
    """The first line on which a text is no longer the catalogue."""
    pairs = zip(CATALOGUE.splitlines(), text.splitlines(), strict=False)
    return next(number for number, (old, new) in enumerate(pairs, 1) if old != new)


def problems_of(take_in: TakeIn, text: str) -> list[InputProblem]:
    with pytest.raises(InputRefused) as refused:
        take_in(text)
    assert not LegalEntity.objects.exists()
    return refused.value.problems


@pytest.mark.parametrize(("old", "new", "said"), WRONG, ids=[new for _, new, _ in WRONG])
def test_it_is_told_on_its_line(take_in: TakeIn, old: str, new: str, said: str) -> None:
    text = CATALOGUE.replace(old, new, 1)
    line = first_difference(text)

    found = problems_of(take_in, text)

    assert [problem.line for problem in found if said in str(problem)] == [line]
    assert all(str(problem).startswith("catalogue.yaml:") for problem in found)


@pytest.mark.parametrize(
    ("gone", "subject", "key"),
    [
        ("    name: Fjordtel AS\n", "legal entity FJORDTEL", "name"),
        ("    currency: NOK\n", "brand fjordtel", "currency"),
        ("    series: INVOICES\n", "brand fjordtel", "series"),
        ("    sender_email: faktura@fjordtel.example\n", "brand fjordtel", "sender_email"),
        ("    usage_type: voice\n", "deck FJORD-VOICE", "usage_type"),
        ("    tax_category: standard\n", "product MOBILE", "tax_category"),
        ('            price: "299.00"\n', "version from 2026-01-01, charge monthly", "price"),
        ("    format: asterisk\n", "source FJORD-SWITCH", "format"),
    ],
)
def test_a_missing_key_is_told_on_the_first_line_of_its_entry(
    take_in: TakeIn, gone: str, subject: str, key: str
) -> None:
    text = CATALOGUE.replace(gone, "", 1)

    [problem] = problems_of(take_in, text)

    code = subject.rsplit(maxsplit=1)[-1]
    first = next(
        number
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip() == f"- code: {code}"
    )
    assert (problem.line, problem.remedy) == (first, f"add {key}: …")
    assert problem.what.endswith(f"{subject}: {key} is missing")


def test_all_problems_are_told_at_once_in_the_order_of_the_file(take_in: TakeIn) -> None:
    text = CATALOGUE.replace('"299.00"', "lots").replace("NOK", "KR").replace('"25"', "x")

    found = problems_of(take_in, text)

    assert [problem.line for problem in found] == sorted(problem.line for problem in found)
    assert len(found) == 3


def test_what_names_a_broken_entry_is_not_told_a_second_time(take_in: TakeIn) -> None:
    found = problems_of(take_in, CATALOGUE.replace("currency: NOK", "currency: KR"))

    assert len(found) == 1


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        (b"brands:\n  - name: F\xe5rik\n", 2, "byte 0xe5 is not UTF-8"),
        (b"brands:\n  - code: a\n name: b\n", 3, "this is not YAML"),
        (b"brands:\n\t- code: a\n", 2, "this is not YAML"),
        (b'brands:\n  - code: "a\n', 3, "this is not YAML"),
        (b"brands: \x00\n", 1, "a NUL byte"),
        (b"- brands\n", 1, "a catalogue is a mapping"),
        (b"brands: fjordtel\n", 1, "brands must be a list"),
        (b"brands:\n  - fjordtel\n", 2, "an entry of brands must be a mapping"),
        (b"brands:\n  - code: a\n    code: b\n", 3, "the key 'code' stands here twice"),
        (b"brands:\n  - {<<: {code: a}}\n", 2, "“<<” is not supported"),
        (b"brands: &a\n  - *a\n", 1, "the nesting is too deep"),
    ],
)
def test_what_is_no_catalogue_at_all_is_told(
    db: None, tmp_path: Path, content: bytes, line: int, said: str
) -> None:
    with pytest.raises(InputRefused) as refused:
        import_catalog(
            content, file="c.yaml", folder=tmp_path, now=datetime(2026, 11, 1, tzinfo=UTC)
        )

    assert [p.line for p in refused.value.problems if said in p.what] == [line]
    assert all(problem.remedy for problem in refused.value.problems)


def test_an_empty_file_changes_nothing(take_in: TakeIn) -> None:
    assert not take_in("\ufeff# nothing yet\n").has_changes


def test_an_entry_that_stands_twice_names_the_first(take_in: TakeIn) -> None:
    text = CATALOGUE.replace(
        "  - {code: books, name: Zero rated}",
        "  - {code: books, name: Zero rated}\n  - {code: standard, name: Again}",
    )

    [problem] = problems_of(take_in, text)

    first = line_of(text, "{code: standard, name: Standard rate}")
    assert problem.line == first + 2
    assert f"stands twice, first on line {first}" in problem.what


def test_two_brands_cannot_answer_under_one_host_name(take_in: TakeIn) -> None:
    take_in()
    other = """brands:
  - {code: other, name: Other, legal_entity: FJORDTEL, series: INVOICES, currency: NOK,
     zone: Europe/Oslo, languages: [en], prices: net, hosts: [fjordtel.localhost],
     sender_email: a@b.example}
"""

    with pytest.raises(InputRefused) as refused:
        take_in(other)

    assert "host fjordtel.localhost belongs to brand fjordtel" in refused.value.problems[0].what
    assert Brand.objects.count() == 1


@pytest.mark.parametrize("prefix", ["FT-", "FT-1", ""])
def test_two_series_never_make_the_same_number(take_in: TakeIn, prefix: str) -> None:
    text = CATALOGUE.replace(
        "      - {code: INVOICES",
        f'      - {{code: OTHER, prefix: "{prefix}"}}\n      - {{code: INVOICES',
    )
    if prefix == "":
        text = text.replace('prefix: "FT-"', 'prefix: "7"')

    found = problems_of(take_in, text)

    assert "makes the same numbers as series" in found[0].what


def test_an_odd_vat_number_is_only_noted(take_in: TakeIn) -> None:
    report = take_in(CATALOGUE.replace("NO923456783MVA", "NO1MVA"))

    [note] = report.warnings
    assert "'NO1MVA' is not a usual VAT number of NO" in note.what


def test_an_invoice_without_tax_must_say_why(take_in: TakeIn) -> None:
    text = CATALOGUE.replace("treatment: zero", "treatment: exempt")

    [problem] = problems_of(take_in, text)

    assert problem.line == line_of(text, "    treatment: exempt") - 2
    assert "an invoice without tax must say why" in problem.what


def test_a_wrong_iban_is_refused(take_in: TakeIn) -> None:
    text = CATALOGUE.replace('    bank_account: "1234.56.78903"', "    iban: NO0012345678903")

    [problem] = problems_of(take_in, text)

    assert "'NO0012345678903' is not an IBAN" in problem.what
