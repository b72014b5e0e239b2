"""Who sends and who gets the invoice, from what it remembers of both."""

from __future__ import annotations

import re
from collections.abc import Mapping

from babel import Locale
from django.utils.translation import gettext as _

from billing.documents.content import Look
from billing.documents.formats import in_groups_of_four, printable
from core.models.organisation import Brand

# Companies of these forms must name the register they stand in.
REGISTERS = {"NO": (("AS", "ASA"), "Foretaksregisteret")}
INK = "#1a1a1a"
COLOUR = re.compile("#[0-9a-fA-F]{6}")

Party = Mapping[str, str]


def recipient_lines(recipient: Party, seller: Party, locale: Locale) -> tuple[str, ...]:
    """The recipient as in an address window; the country only where it is another one."""
    town = f"{recipient.get('postcode', '')} {recipient.get('city', '')}"
    country = recipient.get("country", "")
    abroad = country and country != seller.get("country", "")
    lines = [
        recipient.get("name", ""),
        recipient.get("street", ""),
        town,
        str(locale.territories.get(country, country)) if abroad else "",
    ]
    return tuple(line for line in map(printable, lines) if line)


def sender_line(seller: Party) -> str:
    """The seller in one line above the address window, for returns."""
    town = f"{seller.get('postcode', '')} {seller.get('city', '')}"
    return _joined(seller.get("name", ""), seller.get("street", ""), town)


def legal_line(seller: Party) -> str:
    """Who issues: name, address, organisation number, VAT number, register."""
    town = f"{seller.get('postcode', '')} {seller.get('city', '')}"
    organisation, vat = seller.get("organisation_number", ""), seller.get("vat_number", "")
    return _joined(
        seller.get("name", ""),
        seller.get("street", ""),
        town,
        _("Organisation number %(number)s") % {"number": organisation} if organisation else "",
        _("VAT number %(number)s") % {"number": vat} if vat else "",
        _register(seller),
    )


def contact_line(seller: Party) -> str:
    """Where to ask: e-mail, telephone, website; empty where none is known."""
    return _joined(
        seller.get("support_email", ""), seller.get("support_phone", ""), seller.get("website", "")
    )


def bank_facts(seller: Party) -> list[tuple[str, str]]:
    """Label and value of each way to name the bank account."""
    facts = [
        (_("Account"), seller.get("bank_account", "")),
        ("IBAN", in_groups_of_four(seller.get("iban", "").replace(" ", ""))),
        ("BIC", seller.get("bic", "")),
    ]
    return [(label, printable(value)) for label, value in facts if value]


def look_of(brand: Brand) -> Look:
    """The brand's look. A colour that is none is left out: style sheets only get #rrggbb."""
    return Look(
        brand=printable(brand.name),
        primary=_colour(brand.primary_colour),
        accent=_colour(brand.accent_colour),
        logo=bytes(brand.logo or b""),
        logo_type=brand.logo_type if brand.logo else "",
    )


def _colour(text: str) -> str:
    return text.lower() if COLOUR.fullmatch(text) else INK


def _register(seller: Party) -> str:
    forms, register = REGISTERS.get(seller.get("country", ""), ((), ""))
    form = seller.get("name", "").rpartition(" ")[2].upper()
    return register if form in forms else ""


def _joined(*parts: str) -> str:
    return " · ".join(part for part in map(printable, parts) if part)
