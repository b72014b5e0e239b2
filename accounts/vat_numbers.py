"""VAT numbers of customers: form and check digits, and whose country they are of."""

from __future__ import annotations

from stdnum import get_cc_module

# Greece writes EL, Northern Ireland XI; both are checked by other modules' names.
COUNTRY_OF_PREFIX = {"EL": "GR", "XI": "GB"}


def vat_country(number: str) -> str:
    """The country (ISO 3166) whose VAT number this is by its first letters; empty for none."""
    prefix = _plain(number)[:2]
    return COUNTRY_OF_PREFIX.get(prefix, prefix) if prefix.isalpha() and len(prefix) == 2 else ""


def is_vat_number(number: str) -> bool:
    """Whether form and check digits are right for the country that its first letters name.

    No register is asked: a right number may belong to nobody.
    """
    country = vat_country(number)
    rules = get_cc_module(country.lower(), "vat") if country else None
    return rules is not None and bool(rules.is_valid(_plain(number)))


def _plain(number: str) -> str:
    return "".join(sign for sign in number.upper() if sign.isalnum())
