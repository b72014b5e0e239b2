"""References for payment: check digits, what payers make of them, and what is refused."""

from __future__ import annotations

import pytest
from stdnum import iso11649

from billing.invoicing.references import (
    is_valid_reference,
    mod10_digit,
    mod11_digit,
    normalise_reference,
    payment_reference,
)


@pytest.mark.parametrize(
    ("digits", "mod10", "mod11"),
    [
        ("1234567", "4", "4"),
        ("0", "0", "0"),
        ("1", "8", "9"),
        ("6", "7", "-"),  # 6 × 2 = 12, one more than 11: ten is missing
        ("00000010001", "6", "3"),
        ("00000420007", "7", "1"),
        ("7992739871", "3", "6"),
    ],
)
def test_check_digits_are_those_of_the_worked_table(digits, mod10, mod11):
    assert mod10_digit(digits) == mod10
    assert mod11_digit(digits) == mod11


@pytest.mark.parametrize(
    ("kind", "account_key", "sequence", "reference"),
    [
        ("kid_mod10", 1, 1, "000000100016"),
        ("kid_mod11", 1, 1, "000000100013"),
        ("kid_mod10", 12345678, 12345, "12345678123451"),
        ("rf", 1, 1, "RF2500000010001"),
    ],
)
def test_a_reference_is_account_then_sequence_then_check_digits(
    kind, account_key, sequence, reference
):
    assert payment_reference(kind, account_key, sequence) == reference


@pytest.mark.parametrize("kind", ["kid_mod10", "kid_mod11", "rf"])
def test_every_reference_we_make_is_valid_and_no_two_are_equal(kind):
    made = [payment_reference(kind, key, number) for key in range(1, 60) for number in (1, 2, 37)]

    assert all(is_valid_reference(reference, kind) for reference in made)
    assert all(normalise_reference(reference) == reference for reference in made)
    assert len(set(made)) == len(made)


def test_modulus_11_uses_the_dash_for_ten():
    dashed = [
        reference
        for number in range(1, 100)
        if (reference := payment_reference("kid_mod11", 1, number)).endswith("-")
    ]

    assert dashed
    assert all(is_valid_reference(reference, "kid_mod11") for reference in dashed)


def test_rf_references_are_iso_11649():
    assert iso11649.validate(payment_reference("rf", 4711, 12)) == "RF8900047110012"


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("0000 0010 0016", "000000100016"),
        ("0000001.0001.6", "000000100016"),
        ("0000001-00016", "000000100016"),
        ("0000001 0042 -", "00000010042-"),
        ("00000010042–", "00000010042-"),
        ("rf25 0000 0010 001", "RF2500000010001"),
        ("RF25-00000010001-", "RF2500000010001"),
        ("\ufeff000000100016\u00a0", "000000100016"),
        ("", ""),
        ("-", ""),
    ],
)
def test_what_payers_write_becomes_what_is_stored(written, stored):
    assert normalise_reference(written) == stored


@pytest.mark.parametrize(
    "text",
    ["", "7", "12345675", "RF2600000010001", "RF", "KARI", "٣٤", "1" * 26, "12a4", "0000--"],
)
def test_a_wrong_reference_is_not_valid(text):
    assert not is_valid_reference(text)


@pytest.mark.parametrize(
    ("kind", "account_key", "sequence"),
    [("kid_mod12", 1, 1), ("rf", 0, 1), ("rf", 1, 0), ("kid_mod10", 10**20, 9), ("rf", 10**19, 9)],
)
def test_what_can_not_be_a_reference_is_refused(kind, account_key, sequence):
    with pytest.raises(ValueError, match=r"Unknown|positive|too long"):
        payment_reference(kind, account_key, sequence)
