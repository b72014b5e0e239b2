"""Which money pays which debt: a worked table, and what holds whatever the amounts."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.oldest_first import pay_oldest_first


def named(amounts, letters):
    return [(letter, Decimal(amount)) for letter, amount in zip(letters, amounts, strict=False)]


@pytest.mark.parametrize(
    ("money", "debts", "pairs"),
    [
        (["100.00"], ["60.00", "70.00"], ["a-x 60.00", "a-y 40.00"]),
        (["905.07"], ["905.07"], ["a-x 905.07"]),
        (["1000.00"], ["905.07"], ["a-x 905.07"]),
        (["30.00", "30.00"], ["50.00"], ["a-x 30.00", "b-x 20.00"]),
        (["10.00", "0.00", "5.00"], ["0.00", "12.00"], ["a-y 10.00", "c-y 2.00"]),
        (["50.00"], [], []),
        ([], ["50.00"], []),
    ],
)
def test_the_oldest_debt_is_paid_first(money, debts, pairs):
    paid = pay_oldest_first(named(money, "abc"), named(debts, "xyz"))

    assert [f"{piece}-{debt} {amount}" for piece, debt, amount in paid] == pairs


cents = st.lists(st.integers(0, 500).map(lambda number: Decimal(number) / 100), max_size=8)


@given(cents, cents)
def test_as_much_is_paid_as_money_and_debts_allow_and_no_more(money, debts):
    paid = pay_oldest_first(list(enumerate(money)), list(enumerate(debts)))

    assert sum(amount for *_, amount in paid) == min(sum(money), sum(debts))
    for index, amount in enumerate(money):
        assert sum(part for piece, _, part in paid if piece == index) <= amount
    for index, amount in enumerate(debts):
        assert sum(part for _, debt, part in paid if debt == index) <= amount
    assert all(amount > 0 for *_, amount in paid)
