"""Reads what mandates are made of: IBANs, domestic account numbers, creditor identifiers."""

from __future__ import annotations

import re

from stdnum import bic as bic_number
from stdnum import iban as iban_number
from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_97_10
from stdnum.no import kontonr

from core.input_tree import Node, Unreadable
from core.input_values import scalar

_CREDITOR = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{3}[A-Z0-9+?/:().,' -]{1,28}")
_COUNTRY_AND_DIGITS = 4
_BUSINESS_CODE_END = 7


def iban(node: Node) -> str:
    """An IBAN without blanks, its check digits and its country's structure right."""
    try:
        return str(iban_number.validate(scalar(node)))
    except ValidationError:
        raise Unreadable(
            f"{scalar(node)!r} is not an IBAN", "check it with the payer: its check digits differ"
        ) from None


def norwegian_account(node: Node) -> str:
    """Eleven digits of a Norwegian bank account, check digit right, without dots."""
    try:
        return str(kontonr.validate(scalar(node)))
    except ValidationError:
        raise Unreadable(
            f"{scalar(node)!r} is not a Norwegian bank account",
            "write its 11 digits; the last one is the check digit",
        ) from None


def bic(node: Node) -> str:
    """A bank's BIC, 8 or 11 characters."""
    try:
        return str(bic_number.validate(scalar(node)))
    except ValidationError:
        raise Unreadable(f"{scalar(node)!r} is not a BIC", "write 8 or 11 characters") from None


def creditor_id(node: Node) -> str:
    """A SEPA creditor identifier; the three characters of the business code don't count.

    Source: EPC rulebook, AT-02: ISO 7064 mod 97-10 over the national part, country and digits.
    """
    value = scalar(node).replace(" ", "").upper()
    bare = re.sub(r"[^A-Z0-9]", "", value[_BUSINESS_CODE_END:] + value[:_COUNTRY_AND_DIGITS])
    if not _CREDITOR.fullmatch(value) or not mod_97_10.is_valid(bare):
        raise Unreadable(
            f"{value!r} is not a creditor identifier", "write it as DE98ZZZ09999999999"
        )
    return value
