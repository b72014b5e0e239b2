"""Mandates and methods of the system before: checked by their check digits, kept as they are."""

from __future__ import annotations

from datetime import date

import pytest

from core.errors import InputRefused
from payments.models import Mandate, PaymentMethod
from payments.services.take_over_mandates import take_over_mandates
from payments.services.take_over_methods import take_over_methods
from tests import make

TODAY = date(2026, 11, 2)
HEAD = "account,scheme,creditor_id,reference,iban,signed_on,state,ended_on\n"
SOUND = "100123,sepa_core,DE98ZZZ09999999999,M-1,DE89370400440532013000,2024-03-12,{state},{end}"


@pytest.fixture
def kari(db):
    return make.make_account(make.make_brand())


def take_over(*rows: str, head: str = HEAD):
    content = head + "".join(f"{row}\n" for row in rows)
    return take_over_mandates(content.encode(), "mandater.csv", brand=None, as_of=TODAY)


def refused(call) -> list[str]:
    with pytest.raises(InputRefused) as caught:
        call()
    return [str(problem) for problem in caught.value.problems]


def test_a_sepa_mandate_becomes_the_way_to_pay(kari) -> None:
    report = take_over(SOUND.format(state="active", end=""))

    mandate = Mandate.objects.get()
    method = PaymentMethod.objects.get(account=kari)
    assert report.part("mandates").new == 1
    assert (mandate.state, mandate.sequence, mandate.hint) == ("active", "first", "…3000")
    assert (method.kind, method.mandate, method.is_default) == ("direct_debit", mandate, True)


def test_the_same_file_again_changes_nothing(kari) -> None:
    take_over(SOUND.format(state="active", end=""))

    report = take_over(SOUND.format(state="active", end=""))

    assert not report.has_changes


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("100123,sepa_core,DE98ZZZ09999999999,M-1,DE89370400440532013001,2024-03-12,,", "IBAN"),
        ("100123,sepa_core,DE97ZZZ09999999999,M-1,DE89370400440532013000,2024-03-12,,", "creditor"),
        ("100123,sepa_core,DE98ZZZ09999999999,M-1,,2024-03-12,,", "iban is missing"),
        ("100123,avtalegiro,,1234567891,,,,", "is not a KID"),
        ("100999,avtalegiro,,1234567897,,,,", "'100999' is not known"),
        (SOUND.format(state="cancelled", end=""), "ended_on is missing"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(kari, row, what) -> None:
    problems = refused(lambda: take_over(row))

    assert any(problem.startswith("mandater.csv:2: ") and what in problem for problem in problems)
    assert not Mandate.objects.exists()


def test_a_mandate_ends_by_file_and_never_comes_back(kari) -> None:
    take_over(SOUND.format(state="active", end=""))

    take_over(SOUND.format(state="cancelled", end="2026-10-31"))
    problems = refused(lambda: take_over(SOUND.format(state="active", end="")))

    assert Mandate.objects.get().state == "cancelled"
    assert "is cancelled and can't become active" in problems[0]


def test_another_bank_account_is_another_mandate(kari) -> None:
    take_over(SOUND.format(state="active", end=""))
    other = SOUND.format(state="active", end="").replace(
        "DE89370400440532013000", "NO9386011117947"
    )

    problems = refused(lambda: take_over(other))

    assert "another bank account is another mandate" in problems[0]


def test_a_card_is_known_by_its_token_and_never_by_its_number(kari) -> None:
    head = "account,kind,provider,token,hint,default\n"
    good = f"{head}100123,card,nets,tok_1,Visa …4242,yes\n"
    bad = f"{head}100123,card,nets,4242424242424242,,\n"

    take_over_methods(good.encode(), "kort.csv", brand=None, as_of=TODAY)
    problems = refused(lambda: take_over_methods(bad.encode(), "kort.csv", brand=None, as_of=TODAY))

    assert PaymentMethod.objects.get().is_default
    assert "looks like a card's number" in problems[0]
