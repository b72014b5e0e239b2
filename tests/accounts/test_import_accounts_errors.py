"""Whatever is wrong in a file of accounts is told with its line and the way to mend it."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.models import Account, Person
from core.errors import InputRefused
from core.models import Brand
from tests import make
from tests.accounts.conftest import KARI, TakeIn

WRONG = [
    ("brand: fjordtel", "brand: fjord", "brand 'fjord' is not known; known are: fjordtel"),
    ('number: "100123"', 'number: "100 123"', "number '100 123' is not a code"),
    ("    bill_day: 1\n", "    bill_day: 0\n", "bill_day 0 is out of range; use 1 to 31"),
    ("    bill_day: 1\n", "    billday: 1\n", "'billday' is not a known key; known are: brand"),
    ("    bill_day: 1\n", "    kind: person\n", "kind 'person' is not known; use one of: consumer"),
    ("    bill_day: 1\n", "    language: de\n", "brand fjordtel does not speak de; use one of"),
    ("    bill_day: 1\n", "    tax_status: none\n", "tax_status 'none' is not known; use one of"),
    ("    bill_day: 1\n", "    opened_on: 2026-02-01\n", "lies after a subscription's start 2026"),
    ("    bill_day: 1\n", "    invoice_email: kari\n", "invoice_email 'kari' is not an e-mail ad"),
    ("    bill_day: 1\n", "    payment_terms_days: -1\n", "payment_terms_days -1 is out of range"),
    ("country: NO}", "country: Norge}", "country 'NORGE' is not a country; use the two letters"),
    ("Kari@Example.com", "kari", "email 'kari' is not an e-mail address; write name@example.com"),
    ("language: nb}", "role: boss}", "role 'boss' is not known; use one of: owner, billing, view"),
    ("location: home", "location: cabin", "location 'cabin' is not there; the account has: home"),
    ("starts_on: 2026-01-01", "starts_on: 2026-02-30", "starts_on '2026-02-30' is not a date"),
    ("plan: MOBIL10,", "plan: MOBIL99,", "plan 'MOBIL99' is not one of brand fjordtel; known are"),
    ("plan: MOBIL10,", "plan: DAYPASS-TR,", "is of kind add_on; name it under add_ons"),
    ("plan: DAYPASS-TR,", "plan: MOBIL20,", "is of kind plan; name it under plans"),
    ("MOBIL20, from: 2026-10-14", "MOBIL20, from: 2026-01-01", "two plans start on 2026-01-01"),
    ("from: 2026-10-14", "from: 2025-10-14", "lies before the subscription's start 2026-01-01"),
    ("from: 2026-10-03", "from: 2026-10-03, until: 2026-10-02", "ends on 2026-10-02, before it"),
    ("+47 900 00 123", "47/900", "number '47/900' is not a number; write E.164 digits"),
    ('123", from: 2026-01-01}', '123", from: 2025-01-01}', "before the subscription's start"),
    ('123", from: 2026-01-01}', '123", until: 2025-01-01}', "ends on 2025-01-01, before it starts"),
    ("        label:", "        plan: MOBIL10\n        label:", "plan and plans stand both here"),
]


def first_difference(text: str) -> int:
    pairs = zip(KARI.splitlines(), text.splitlines(), strict=False)
    return next(number for number, (old, new) in enumerate(pairs, 1) if old != new)


@pytest.mark.parametrize(("old", "new", "said"), WRONG, ids=[new.strip() for _, new, _ in WRONG])
def test_it_is_told_on_its_line(take_in: TakeIn, old: str, new: str, said: str) -> None:
    text = KARI.replace(old, new, 1)

    with pytest.raises(InputRefused) as refused:
        take_in(text)

    found = [problem for problem in refused.value.problems if said in str(problem)]
    assert [problem.line for problem in found] == [first_difference(text)], refused.value.problems
    assert not Account.objects.exists()
    assert not Person.objects.exists()


@pytest.mark.parametrize(
    ("gone", "line", "said"),
    [
        ("    name: Kari Nordmann\n", 2, "account 100123: name is missing"),
        ('    number: "100123"\n', 2, "account: number is missing"),
        ("        starts_on: 2026-01-01\n", 12, "subscription MOB-1: starts_on is missing"),
        ("name: Kari Nordmann, ", 8, "person Kari@Example.com: name is missing"),
        ("code: ORDER-77, ", 20, "add-on: code is missing"),
        ("accounts:\n", 1, "accounts is missing"),
    ],
)
def test_what_is_missing_is_told(take_in: TakeIn, gone: str, line: int, said: str) -> None:
    with pytest.raises(InputRefused) as refused:
        take_in(KARI.replace(gone, "", 1))

    found = [problem for problem in refused.value.problems if said in str(problem)]
    assert [problem.line for problem in found] == [line], refused.value.problems


def test_a_plan_without_a_price_on_its_first_day_is_refused(
    take_in: TakeIn, selling: Brand
) -> None:
    make.make_plan(selling, "NEW", starts_on=date(2026, 11, 1))

    with pytest.raises(InputRefused) as refused:
        take_in(KARI.replace("plan: MOBIL20", "plan: NEW"))

    [problem] = refused.value.problems
    assert "plan NEW has no version in force on 2026-10-14; its first starts 2026-11-01" in str(
        problem
    )


def test_all_problems_are_told_at_once_in_the_order_of_the_file(take_in: TakeIn) -> None:
    text = KARI.replace("bill_day: 1", "bill_day: x").replace("MOBIL10", "A").replace("+47", "/")

    with pytest.raises(InputRefused) as refused:
        take_in(text)

    lines = [problem.line for problem in refused.value.problems]
    assert (len(lines), lines) == (3, sorted(lines))


def test_an_account_or_person_that_stands_twice_names_the_first(take_in: TakeIn) -> None:
    people = "    locations:"
    text = KARI.replace(people, "      - {name: K, email: kari@example.com}\n" + people)

    with pytest.raises(InputRefused) as refused:
        take_in(text + KARI.removeprefix("accounts:\n").replace("123", "123", 1))

    said = " ".join(str(problem) for problem in refused.value.problems)
    assert "number: stands twice" in said or "stands twice, first on line 2" in said
    assert "stands twice, first on line 8" in said


def test_a_subscription_without_a_plan_is_noted(take_in: TakeIn) -> None:
    text = KARI[: KARI.index("        plans:")] + KARI[KARI.index("        numbers:") :]

    report = take_in(text)

    assert any("has no plan: nothing is charged" in note.what for note in report.warnings)
