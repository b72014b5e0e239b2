"""Checks of tax, bank and company numbers, by country where the rules are known."""

from __future__ import annotations

from stdnum import bic as bic_numbers
from stdnum import get_cc_module
from stdnum import iban as iban_numbers
from stdnum.exceptions import ValidationError

from core.input_tree import Node, Unreadable
from core.input_values import scalar

DOMESTIC_ACCOUNTS = {"NO": "kontonr"}


def iban(node: Node) -> str:
    """An IBAN whose check digits are right, without blanks."""
    value = scalar(node)
    try:
        return str(iban_numbers.validate(value))
    except ValidationError:
        raise Unreadable(f"{value!r} is not an IBAN", "check its digits and country") from None


def bic(node: Node) -> str:
    """A bank identifier of 8 or 11 characters."""
    value = scalar(node)
    try:
        return str(bic_numbers.validate(value))
    except ValidationError:
        raise Unreadable(f"{value!r} is not a BIC", "use 8 or 11 characters, as DNBANOKK") from None


def looks_like_vat_number(country: str, value: str) -> bool:
    """Whether a VAT number follows the country's rules; true where these aren't known."""
    return _follows(country, "vat", value)


def looks_like_bank_account(country: str, value: str) -> bool:
    """Whether a domestic account number follows the country's rules, where they are known."""
    return _follows(country, DOMESTIC_ACCOUNTS.get(country, ""), value)


def _follows(country: str, kind: str, value: str) -> bool:
    module = get_cc_module(country.lower(), kind) if kind and country else None
    return module is None or bool(module.is_valid(value))
