"""Plans and numbers over time: added, moved, replaced, and never two at once."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.models import NumberAssignment, Subscription, SubscriptionPlan
from core.errors import InputRefused
from tests.accounts.conftest import KARI, TakeIn, counts

PLANS = """\
          - {plan: MOBIL10, from: 2026-01-01}
          - {plan: MOBIL20, from: 2026-10-14}
"""
BO = """\
  - brand: fjordtel
    number: "100200"
    name: Bo Berg
    subscriptions:
      - code: MOB-1
        starts_on: 2026-01-01
        plan: MOBIL10
        numbers: [{number: "4790000200"}]
"""


def history() -> list[tuple[str, str, str]]:
    return [
        (row.plan.code, str(row.during.lower), str(row.during.upper or ""))
        for row in SubscriptionPlan.objects.order_by("during")
    ]


def numbers() -> list[tuple[str, str, str, str]]:
    rows = NumberAssignment.objects.order_by("number__number", "during")
    return [
        (
            row.number.number,
            row.subscription.account.number,
            str(row.during.lower),
            str(row.during.upper or ""),
        )
        for row in rows
    ]


def test_a_later_plan_closes_the_one_before_at_its_start(take_in: TakeIn) -> None:
    take_in(KARI.replace(PLANS, "          - {plan: MOBIL10}\n"))

    report = take_in(KARI.replace(PLANS, "          - {plan: MOBIL20, from: 2026-12-01}\n"))

    assert history() == [("MOBIL10", "2026-01-01", "2026-12-01"), ("MOBIL20", "2026-12-01", "")]
    assert report.parts["plan histories"].details == [
        "~ 100123 MOB-1: MOBIL10 from 2026-01-01 → MOBIL10 from 2026-01-01, MOBIL20 from 2026-12-01"
    ]
    assert not [note for note in report.warnings if "plans" in note.what]


@pytest.mark.parametrize(
    ("plans", "expected"),
    [
        ("[{plan: MOBIL20}]", [("MOBIL20", "2026-01-01", "")]),
        (
            "[{plan: MOBIL10}, {plan: MOBIL20, from: 2026-09-01}]",
            [("MOBIL10", "2026-01-01", "2026-09-01"), ("MOBIL20", "2026-09-01", "")],
        ),
        (
            "[{plan: MOBIL20, from: 2026-09-01}, {plan: MOBIL10}]",
            [("MOBIL10", "2026-01-01", "2026-09-01"), ("MOBIL20", "2026-09-01", "")],
        ),
        (
            "[{plan: MOBIL10}, {plan: MOBIL20, from: 2026-03-01},{plan: MOBIL10,from: 2026-05-01}]",
            [
                ("MOBIL10", "2026-01-01", "2026-03-01"),
                ("MOBIL20", "2026-03-01", "2026-05-01"),
                ("MOBIL10", "2026-05-01", ""),
            ],
        ),
        ("[{plan: MOBIL10}, {plan: MOBIL10, from: 2026-05-01}]", [("MOBIL10", "2026-01-01", "")]),
    ],
)
def test_the_history_of_the_file_replaces_the_stored_one(
    take_in: TakeIn, plans: str, expected: list[tuple[str, str, str]]
) -> None:
    take_in()

    take_in(KARI.replace(f"plans:\n{PLANS}", f"plans: {plans}\n"))

    assert history() == expected


def test_rewriting_the_past_is_noted(take_in: TakeIn) -> None:
    take_in()

    report = take_in(KARI.replace("2026-10-14", "2026-09-14"))

    assert [note.what for note in report.warnings] == [
        "account 100123, subscription MOB-1: the plans before 2026-11-23 change"
    ]


def test_a_number_ends_with_its_subscription_and_is_free_again(take_in: TakeIn) -> None:
    take_in()
    ended = KARI.replace(
        "starts_on: 2026-01-01", "starts_on: 2026-01-01\n        ends_on: 2026-12-01"
    )

    take_in(ended)
    take_in("accounts:\n" + BO.replace('"4790000200"', '"4790000123", from: 2026-12-01'))

    assert numbers() == [
        ("4790000123", "100123", "2026-01-01", "2026-12-01"),
        ("4790000123", "100200", "2026-12-01", ""),
    ]


def test_the_end_of_a_subscription_ends_numbers_the_file_does_not_name(take_in: TakeIn) -> None:
    take_in()

    take_in(
        'accounts:\n  - {brand: fjordtel, number: "100123",'
        " subscriptions: [{code: MOB-1, ends_on: 2026-12-01}]}\n"
    )

    assert numbers() == [("4790000123", "100123", "2026-01-01", "2026-12-01")]
    assert Subscription.objects.get().ends_on == date(2026, 12, 1)


def test_a_number_moves_from_one_account_to_another_in_one_file(take_in: TakeIn) -> None:
    take_in()
    moved = KARI.replace('123", from: 2026-01-01}', '123", from: 2026-01-01, until: 2026-11-01}')

    report = take_in(moved + BO.replace('"4790000200"', '"4790000123", from: 2026-11-01'))

    assert numbers() == [
        ("4790000123", "100123", "2026-01-01", "2026-11-01"),
        ("4790000123", "100200", "2026-11-01", ""),
    ]
    assert counts(report)["numbers"] == (1, 1, 0)


def test_numbers_that_the_file_does_not_name_stay(take_in: TakeIn) -> None:
    take_in()

    take_in(KARI.replace("+47 900 00 123", "4790000999"))

    assert [number for number, *_ in numbers()] == ["4790000123", "4790000999"]


def test_a_number_of_somebody_else_is_refused_and_told_whose_it_is(take_in: TakeIn) -> None:
    take_in()

    with pytest.raises(InputRefused) as refused:
        take_in("accounts:\n" + BO.replace("4790000200", "4790000123"))

    [problem] = refused.value.problems
    assert str(problem) == (
        "accounts.yaml:9: account 100200, subscription MOB-1, number: number 4790000123 belongs"
        " to account 100123 (Kari Nordmann), subscription MOB-1, from 2026-01-01; end it there"
        " with until:, or begin here later with from:"
    )
    assert len(numbers()) == 1


def test_two_of_one_file_cannot_have_one_number(take_in: TakeIn) -> None:
    with pytest.raises(InputRefused) as refused:
        take_in(KARI + BO.replace("4790000200", "4790000123"))

    [problem] = refused.value.problems
    assert problem.line == 30
    assert "belongs to account 100123 (Kari Nordmann), subscription MOB-1" in problem.what


def test_an_add_on_is_updated_by_its_code(take_in: TakeIn) -> None:
    take_in()

    report = take_in(KARI.replace("from: 2026-10-03}", "from: 2026-10-03, until: 2026-10-10}"))

    assert counts(report)["add-ons"] == (0, 1, 0)
    assert Subscription.objects.get().add_ons.get().ends_on == date(2026, 10, 10)
