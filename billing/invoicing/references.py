"""The reference that a payer states: KID (modulus 10 or 11) or RF creditor reference."""

from __future__ import annotations

import re
from itertools import cycle

from stdnum import iso11649, luhn

ACCOUNT_DIGITS = 7
SEQUENCE_DIGITS = 4
KID_LENGTH_MAX = 25
_MOD11_WEIGHTS = (2, 3, 4, 5, 6, 7)
_KID = re.compile(r"[0-9]{1,24}[0-9-]")
# Blanks of every kind, dots and all that people and programs write for a dash.
_SEPARATORS = re.compile(r"[\s.\-\u2010-\u2015\u2212\u200b\ufeff]+")
_DASH_AT_END = re.compile(r"[\-\u2010-\u2015\u2212]\s*$")


def payment_reference(kind: str, account_key: int, sequence: int) -> str:
    """The reference of an account's so-manyth invoice, without blanks.

    `kind` is kid_mod10, kid_mod11 or rf; `account_key` the account's primary key, at least 7
    digits wide, `sequence` at least 4: `payment_reference("kid_mod10", 1, 1)` is 000000100016.
    It is known before the invoice has a number. Anything that would not fit raises `ValueError`.
    Source: Norwegian KID rules (2–25 digits, check digit last), ISO 11649.
    """
    if account_key < 1 or sequence < 1:
        raise ValueError("Account key and sequence are positive.")
    payload = f"{account_key:0{ACCOUNT_DIGITS}d}{sequence:0{SEQUENCE_DIGITS}d}"
    if kind == "rf":
        return _rf(payload)
    if kind not in ("kid_mod10", "kid_mod11"):
        raise ValueError(f"Unknown kind of reference: {kind!r}.")
    if len(payload) >= KID_LENGTH_MAX:
        raise ValueError(f"{payload} is too long for a KID.")
    return payload + (mod10_digit(payload) if kind == "kid_mod10" else mod11_digit(payload))


def normalise_reference(text: str) -> str:
    """The reference as it is stored: without blanks, dots and dashes, in upper case.

    A dash that ends a number stays: it is the check digit ten of modulus 11. Leading zeros stay.
    """
    bare = _SEPARATORS.sub("", text).upper()
    if bare.isascii() and bare.isdigit() and _DASH_AT_END.search(text):
        return f"{bare}-"
    return bare


def is_valid_reference(text: str, kind: str = "") -> bool:
    """Whether the check digits are right: of that kind, or without one of any kind."""
    reference = normalise_reference(text)
    checks = {"kid_mod10": _is_mod10, "kid_mod11": _is_mod11, "rf": _is_rf}
    return any(check(reference) for name, check in checks.items() if kind in ("", name))


def mod10_digit(digits: str) -> str:
    """The Luhn check digit: 1234567 → 4."""
    return luhn.calc_check_digit(digits)


def mod11_digit(digits: str) -> str:
    """The check digit by weights 2–7 from the right, `-` for ten: 1234567 → 4."""
    weighted = sum(
        int(digit) * weight
        for digit, weight in zip(reversed(digits), cycle(_MOD11_WEIGHTS), strict=False)
    )
    rest = -weighted % 11
    return "-" if rest == 10 else str(rest)


def _rf(payload: str) -> str:
    if len(payload) > 21:
        raise ValueError(f"{payload} is too long for an RF reference.")
    remainder = int(f"{payload}271500") % 97  # R is 27, F is 15, then two zeros
    return f"RF{98 - remainder:02d}{payload}"


def _is_mod10(reference: str) -> bool:
    return bool(_KID.fullmatch(reference)) and mod10_digit(reference[:-1]) == reference[-1]


def _is_mod11(reference: str) -> bool:
    return bool(_KID.fullmatch(reference)) and mod11_digit(reference[:-1]) == reference[-1]


def _is_rf(reference: str) -> bool:
    return reference.isascii() and bool(iso11649.is_valid(reference))
