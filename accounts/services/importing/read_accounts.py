"""Reads the accounts of a file: brand, names, terms, people, locations, subscriptions."""

from __future__ import annotations

from typing import Any

from accounts.models import Account, Location, Membership
from accounts.rights import Right
from accounts.services.importing.entries import AccountEntry, LocationEntry, PersonEntry
from accounts.services.importing.read_histories import read_interactions
from accounts.services.importing.read_subscriptions import read_subscriptions
from accounts.services.importing.stored import Stored
from core.input_tree import Fields, Key, Scalar, listed
from core.input_values import (
    choice,
    code,
    country,
    email,
    flag,
    language,
    list_of,
    one_of,
    text,
    whole,
    zone,
)
from core.input_values import day as read_day
from core.periods import local_midnight

ACCOUNT_KEYS = (
    Key("name", text(200), required=True),
    Key("legal_name", text(200)),
    Key("segment", code()),
    Key("kind", one_of(Account.Kind.values), empty=Account.Kind.CONSUMER),
    Key("bill_day", whole(1, 31), empty=1),
    Key("invoice_months", choice({str(count): count for count in (1, 2, 3, 4, 6, 12)}), empty=1),
    Key("streams", one_of(Account.Streams.values), empty=Account.Streams.ONE),
    Key("opened_on", read_day, empty=None),
    Key("billed_until", read_day, empty=None),
    Key("language", language),
    Key("payment_terms_days", whole(0, 365), empty=None),
    Key("tax_status", one_of(Account.TaxStatus.values), empty=Account.TaxStatus.STANDARD),
    Key("tax_reason", text(200)),
    Key("organisation_number", text(40)),
    Key("vat_number", text(40)),
    Key("invoice_email", email),
    Key("bills_to_parent", flag, empty=False),
)
PLACE_KEYS = (
    Key("street", text(200)),
    Key("postcode", text(20)),
    Key("city", text(100)),
    Key("country", country),
)
LOCATION_KEYS = (
    Key("name", text(100), required=True),
    *PLACE_KEYS,
    Key("cost_centre", text(40)),
)
EMERGENCY_KEYS = (
    Key("street", text(200), required=True, attribute="emergency_street"),
    Key("postcode", text(20), attribute="emergency_postcode"),
    Key("city", text(100), required=True, attribute="emergency_city"),
    Key("country", country, required=True, attribute="emergency_country"),
    Key("note", text(200), attribute="emergency_note"),
)
PERSON_KEYS = (
    Key("name", text(200), required=True),
    Key("phone", text(20)),
    Key("language", language),
    Key("birth_date", read_day, empty=None),
    Key("zone", zone),
)


def read_accounts(tables: list[Fields], stored: Stored, *, is_dated: bool) -> list[AccountEntry]:
    """All accounts of a file, as far as they can be understood; the rest is reported.

    `is_dated` says whether the file's form can name dates of plans and numbers (YAML can).
    """
    entries: list[AccountEntry] = []
    seen: dict[tuple[int, str], int] = {}
    for fields in tables:
        entry = _read_account(fields, stored, is_dated=is_dated)
        if entry is None:
            continue
        first = seen.setdefault((entry.brand.pk, entry.account.number), fields.line)
        if first != fields.line:
            fields.problem("number", f"stands twice, first on line {first}", "keep one of them")
        entries.append(entry)
    return entries


def _read_account(fields: Fields, stored: Stored, *, is_dated: bool) -> AccountEntry | None:
    fields.subject = "account"
    brand_code = fields.require("brand", code())
    number = fields.require("number", code())
    fields.subject = f"account {number or ''}".strip()
    brand = stored.brands.get(brand_code or "")
    if brand_code and brand is None:
        known = listed(stored.brands)
        fields.problem("brand", f"brand {brand_code!r} is not known", f"known are: {known}")
    if brand is None or number is None:
        return None
    account = stored.accounts.get((brand.pk, number))
    is_new = account is None
    account = account or Account(brand=brand, number=number, currency=brand.currency)
    values = fields.collect(ACCOUNT_KEYS, is_new=is_new) | _read_address(fields, account, is_new)
    if is_new:
        account.name = values.get("name", "")  # so that messages can name it
    entry = AccountEntry(fields, brand, account, values, is_new=is_new, parent=_read_parent(fields))
    if values.get("language") and values["language"] not in brand.languages:
        fields.problem(
            "language",
            f"brand {brand.code} does not speak {values['language']}",
            f"use one of: {', '.join(brand.languages)}",
        )
    entry.people = [
        person
        for table in fields.tables("people", f"{fields.subject}, person")
        if (person := _read_person(table))
    ]
    entry.locations = _read_locations(fields, stored, account)
    read_subscriptions(entry, stored, is_dated=is_dated)
    entry.interactions = read_interactions(fields, brand)
    fields.finish()
    return entry


def _read_parent(fields: Fields) -> str | None:
    """The parent's number; empty where the file says that there is none."""
    node = fields.node.values.get("parent")
    if fields.given("parent"):
        return fields.get("parent", code())
    return "" if isinstance(node, Scalar) else None


def _read_address(fields: Fields, account: Account, is_new: bool) -> dict[str, Any]:
    """An address counts as a whole; without a country it is the legal entity's."""
    default_country = account.country or account.brand.legal_entity.country
    address = fields.table("address", f"{fields.subject}, address")
    if address is None:
        return {"country": default_country} if is_new else {}
    values = {key.name: "" for key in PLACE_KEYS} | address.collect(PLACE_KEYS)
    address.finish()
    values["country"] = values["country"] or default_country
    return values


def _read_person(fields: Fields) -> PersonEntry | None:
    address = fields.require("email", email)
    fields.subject = f"{fields.subject} {address or ''}".strip()
    role = fields.get("role", one_of(Membership.Role.values))
    rights = fields.get("rights", list_of(one_of(Right.values)))
    lines = fields.get("lines", list_of(code(60)))
    if (role == Membership.Role.LINE_OWNER) != bool(lines):
        fields.problem(
            "lines",
            "a line owner, and nobody else, has lines",
            "name subscriptions under lines: where the role is line_owner",
        )
    values = fields.collect(PERSON_KEYS, is_new=False)
    fields.finish()
    if address is None:
        return None
    return PersonEntry(fields, address.lower(), values, role, rights, lines)


def _read_emergency_address(fields: Fields, account: Account) -> dict[str, Any]:
    """An emergency address counts as a whole; `confirmed_on` is when the customer said so."""
    address = fields.table("emergency_address", f"{fields.subject}, emergency address")
    if address is None:
        return {}
    empty = {key.stored_as: "" for key in EMERGENCY_KEYS}
    values: dict[str, Any] = empty | address.collect(EMERGENCY_KEYS)
    confirmed = address.get("confirmed_on", read_day)
    address.finish()
    values["emergency_confirmed_at"] = (
        local_midnight(confirmed, account.brand.zone) if confirmed else None
    )
    return values


def _read_locations(fields: Fields, stored: Stored, account: Account) -> list[LocationEntry]:
    entries: list[LocationEntry] = []
    seen: dict[str, int] = {}
    for table in fields.tables("locations", f"{fields.subject}, location"):
        location_code = table.require("code", code())
        table.subject = f"{table.subject} {location_code or ''}".strip()
        known = stored.locations.get((account.pk, location_code or ""))
        values = table.collect(LOCATION_KEYS, is_new=known is None)
        values |= _read_emergency_address(table, account)
        table.finish()
        if location_code is None:
            continue
        if location_code in seen:
            table.problem("code", f"stands twice, first on line {seen[location_code]}")
        seen[location_code] = table.line
        location = known or Location(account=account, code=location_code)
        entries.append(LocationEntry(table, location, values, is_new=known is None))
    return entries
