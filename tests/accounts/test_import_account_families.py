"""Parents and children: in any order, without circles, on the parent's terms."""

from __future__ import annotations

from itertools import permutations

import pytest

from accounts.models import Account
from core.errors import InputRefused
from core.models import Brand
from tests import make
from tests.accounts.conftest import TakeIn, counts

ACME = '  - {brand: fjordtel, number: "A", name: Acme AS, bill_day: 15, payment_terms_days: 30}\n'
OSLO = '  - {brand: fjordtel, number: "B", name: Oslo, parent: "A", bills_to_parent: true}\n'
DESK = '  - {brand: fjordtel, number: "C", name: Desk, parent: "B", bills_to_parent: true}\n'


def terms() -> dict[str, tuple[int, int | None]]:
    return {a.number: (a.bill_day, a.payment_terms_days) for a in Account.objects.all()}


@pytest.mark.parametrize("order", list(permutations([ACME, OSLO, DESK])))
def test_children_take_over_the_terms_of_the_top_in_any_order(
    take_in: TakeIn, order: tuple[str, ...]
) -> None:
    take_in("accounts:\n" + "".join(order))

    assert terms() == {"A": (15, 30), "B": (15, 30), "C": (15, 30)}
    assert Account.objects.get(number="C").parent.parent.number == "A"


def test_a_child_that_pays_itself_keeps_its_own_terms(take_in: TakeIn) -> None:
    take_in("accounts:\n" + ACME + OSLO.replace("true", "false, bill_day: 7"))

    assert terms() == {"A": (15, 30), "B": (7, None)}


def test_a_child_that_says_otherwise_is_noted_and_follows(take_in: TakeIn) -> None:
    report = take_in("accounts:\n" + ACME + OSLO.replace("true", "true, bill_day: 7"))

    assert terms()["B"] == (15, 30)
    assert "bill_day is the parent's, 15" in " ".join(note.what for note in report.warnings)


def test_stored_children_follow_when_their_parent_changes(take_in: TakeIn) -> None:
    take_in("accounts:\n" + ACME + OSLO + DESK)

    report = take_in("accounts:\n" + ACME.replace("15", "20"))

    assert terms() == {"A": (20, 30), "B": (20, 30), "C": (20, 30)}
    assert counts(report)["accounts"] == (0, 3, 0)
    assert not take_in("accounts:\n" + ACME.replace("15", "20")).has_changes


def test_a_parent_may_be_stored_before(take_in: TakeIn) -> None:
    take_in("accounts:\n" + ACME)

    take_in("accounts:\n" + OSLO)

    assert terms()["B"] == (15, 30)


def test_a_child_may_leave_its_parent(take_in: TakeIn) -> None:
    take_in("accounts:\n" + ACME + OSLO)

    take_in('accounts:\n  - {brand: fjordtel, number: B, parent: "", bills_to_parent: false}\n')

    assert Account.objects.get(number="B").parent is None


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (OSLO, 2, "parent A is not an account of brand fjordtel"),
        (OSLO.replace('parent: "A", ', ""), 2, "bills_to_parent needs a parent"),
        (OSLO.replace('"A"', '"B"'), 2, "accounts are each other's parents: B → B"),
        (OSLO.replace('"A"', '"C"') + DESK, 2, "accounts are each other's parents: B → C → B"),
    ],
)
def test_a_family_that_cannot_be_is_refused(
    take_in: TakeIn, text: str, line: int, said: str
) -> None:
    with pytest.raises(InputRefused) as refused:
        take_in("accounts:\n" + text)

    [problem] = refused.value.problems
    assert (problem.line, said in problem.what) == (line, True), str(problem)


def test_a_circle_through_stored_accounts_is_refused(take_in: TakeIn) -> None:
    take_in("accounts:\n" + ACME + OSLO + DESK)

    with pytest.raises(InputRefused) as refused:
        take_in("accounts:\n" + ACME.replace("}", ', parent: "C"}'))

    assert "each other's parents" in refused.value.problems[0].what


def test_a_parent_of_another_brand_is_no_parent(take_in: TakeIn, northwind: Brand) -> None:
    make.make_account(northwind, "A", "Acme AS")

    with pytest.raises(InputRefused) as refused:
        take_in("accounts:\n" + OSLO)

    assert "parent A is not an account of brand fjordtel" in refused.value.problems[0].what
