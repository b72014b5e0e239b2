"""What an invoice remembers of its parties: the seller and the recipient as they were printed."""

from __future__ import annotations

from typing import TypedDict

from accounts.models.people import Account
from core.localised import localised
from core.models.organisation import Brand


class Seller(TypedDict):
    """The legal entity and the brand on the day of issue; `message` in the invoice's language."""

    name: str
    brand: str
    organisation_number: str
    vat_number: str
    street: str
    postcode: str
    city: str
    country: str
    bank_account: str
    iban: str
    bic: str
    support_email: str
    support_phone: str
    website: str
    message: str


class Recipient(TypedDict):
    """The account that the invoice is for, on the day of issue."""

    number: str
    name: str
    kind: str
    organisation_number: str
    vat_number: str
    street: str
    postcode: str
    city: str
    country: str
    tax_reason: str


def seller_of(brand: Brand, language: str) -> Seller:
    """The seller's printed facts; texts in `language`."""
    entity = brand.legal_entity
    return Seller(
        name=entity.name,
        brand=brand.name,
        organisation_number=entity.organisation_number,
        vat_number=entity.vat_number,
        street=entity.street,
        postcode=entity.postcode,
        city=entity.city,
        country=entity.country,
        bank_account=entity.bank_account,
        iban=entity.iban,
        bic=entity.bic,
        support_email=brand.support_email,
        support_phone=brand.support_phone,
        website=brand.website,
        message=localised(brand.invoice_message or {}, language),
    )


def recipient_of(account: Account) -> Recipient:
    """The account's printed facts."""
    return Recipient(
        number=account.number,
        name=account.name,
        kind=account.kind,
        organisation_number=account.organisation_number,
        vat_number=account.vat_number,
        street=account.street,
        postcode=account.postcode,
        city=account.city,
        country=account.country,
        tax_reason=account.tax_reason,
    )
