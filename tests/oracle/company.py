"""A company as its files describe it: brands, plans, decks, sources and accounts, in plain Python.

Nothing here knows the product: the files are read as docs/formats.md describes them.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

DEFAULT_PER = {"voice": 60, "sms": 1, "data": 1048576}
FAR = date(9999, 1, 1)


@dataclass(frozen=True)
class Rate:
    """One row of a rates file."""

    starts_on: date
    ended: bool
    price: Fraction
    per: int
    connection_fee: Fraction
    first_increment: int
    first_price: Fraction
    next_increment: int
    max_charge: Fraction
    category: str
    band: str = ""
    steps: tuple[tuple[int, Fraction, int], ...] = ()


@dataclass
class Deck:
    """A price list of one usage type: its rates by prefix, each prefix's by date."""

    usage_type: str
    per: int
    zone: ZoneInfo
    decimals: int
    rounding: str
    rates: dict[str, list[Rate]] = field(default_factory=dict)
    bands: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Charge:
    """A recurring or one-off price of a plan version."""

    code: str
    price: Fraction
    kind: str
    months: int
    timing: str
    proration: str


@dataclass(frozen=True)
class Version:
    """A plan from a day on."""

    starts_on: date
    decks: dict[str, str]
    charges: list[Charge]
    allowances: list[dict[str, Any]] = field(default_factory=list)
    usage_prices: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Company:
    """Everything the files have said so far."""

    brands: dict[str, dict[str, Any]] = field(default_factory=dict)
    countries: dict[str, str] = field(default_factory=dict)
    tax_rates: list[dict[str, Any]] = field(default_factory=list)
    products: dict[tuple[str, str], str] = field(default_factory=dict)
    plans: dict[tuple[str, str], tuple[str, list[Version]]] = field(default_factory=dict)
    decks: dict[str, Deck] = field(default_factory=dict)
    sources: dict[str, dict[str, Any]] = field(default_factory=dict)
    accounts: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    groups: dict[str, list[tuple[str, date, date]]] = field(default_factory=dict)

    def version(self, brand: str, plan: str, day: date) -> Version:
        """The plan's version in force on the day."""
        versions = self.plans[brand, plan][1]
        return max((one for one in versions if one.starts_on <= day), key=lambda one: one.starts_on)

    def tax_category(self, brand: str, plan: str) -> str:
        """The tax category of the plan's product."""
        return self.products[brand, self.plans[brand, plan][0]]

    def tax_rate(self, brand: str, category: str, day: date) -> Fraction:
        """The part of one that the tax is on the day."""
        entity = self.brands[brand]["legal_entity"]
        for row in self.tax_rates:
            if (row["legal_entity"], row["category"]) != (entity, category):
                continue
            if row["from"] <= day < row.get("until", FAR):
                return Fraction(row["rate"]) / 100
        raise LookupError(f"no tax rate {entity} {category} on {day}")

    def payer(self, brand: str, number: str) -> str:
        """The account whose invoice holds this one's lines."""
        account = self.accounts[brand, number]
        while account.get("bills_to_parent"):
            number = account["parent"]
            account = self.accounts[brand, number]
        return number

    def family(self, brand: str, number: str) -> list[str]:
        """The account and all that bill to it."""
        return [
            other
            for of_brand, other in self.accounts
            if of_brand == brand and self.payer(brand, other) == number
        ]


def read_catalogue(company: Company, path: Path) -> None:
    """Take a catalogue file in."""
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    for row in document.get("legal_entities", []):
        company.countries[row["code"]] = row["address"]["country"]
    company.tax_rates += document.get("tax_rates", [])
    for row in document.get("brands", []):
        company.brands[row["code"]] = row
    for row in document.get("decks", []):
        zone = row.get("zone") or company.brands[row["brand"]]["zone"]
        company.decks[row["code"]] = Deck(
            row["usage_type"],
            row.get("per", DEFAULT_PER[row["usage_type"]]),
            ZoneInfo(zone),
            row.get("decimals", 6),
            row.get("rounding", "half_up"),
            bands=row.get("bands", []),
        )
    for row in document.get("products", []):
        company.products[row["brand"], row["code"]] = row["tax_category"]
    for row in document.get("plans", []):
        versions = [_version(version) for version in row["versions"]]
        company.plans[row["brand"], row["code"]] = (row["product"], versions)
    for row in document.get("destination_groups", []):
        company.groups[row["code"]] = [
            (one["prefix"], one.get("from", date.min), one.get("until", FAR))
            for one in row["prefixes"]
        ]
    for row in document.get("sources", []):
        company.sources[row["code"]] = row


def _version(row: dict[str, Any]) -> Version:
    charges = [
        Charge(
            charge["code"],
            Fraction(charge["price"]),
            charge.get("kind", "recurring"),
            charge.get("months", 1),
            charge.get("timing", "advance"),
            charge.get("proration", "daily"),
        )
        for charge in row.get("charges", [])
        if charge.get("kind") != "usage"
    ]
    usage_prices = [one for one in row.get("charges", []) if one.get("kind") == "usage"]
    allowances = row.get("allowances", [])
    return Version(row["from"], row.get("decks", {}), charges, allowances, usage_prices)


def read_rates(company: Company, deck_code: str, path: Path, first_day: date) -> None:
    """Take a rates file into its deck."""
    deck = company.decks[deck_code]
    with path.open(newline="", encoding="utf-8-sig") as file:
        head = file.readline()
        file.seek(0)
        delimiter = max(",;\t", key=head.count)
        for row in csv.DictReader(file, delimiter=delimiter):
            rate = _rate(row, deck, first_day)
            deck.rates.setdefault(row["prefix"], []).append(rate)
    for rates in deck.rates.values():
        rates.sort(key=lambda rate: rate.starts_on)


def _rate(row: dict[str, str], deck: Deck, first_day: date) -> Rate:
    following = int(row.get("next_increment") or 1)
    first = row.get("first_increment") or ""
    price = Fraction(row.get("price") or 0)
    starts_on = row.get("starts_on")
    return Rate(
        date.fromisoformat(starts_on) if starts_on else first_day,
        row.get("ended") == "yes",
        price,
        int(row.get("per") or deck.per),
        Fraction(row.get("connection_fee") or 0),
        int(first) if first else following,
        Fraction(row["first_price"]) if row.get("first_price") else price,
        following,
        Fraction(row.get("max_charge") or 0),
        row.get("category") or deck.usage_type,
        row.get("band") or "",
        tuple(_step(step) for step in (row.get("steps") or "").split()),
    )


def _step(text: str) -> tuple[int, Fraction, int]:
    start, price, increment = text.split(":")
    return int(start), Fraction(price), int(increment)


def read_accounts(company: Company, path: Path) -> None:
    """Take an accounts file in; an account that is there already is replaced."""
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    for row in document["accounts"]:
        for subscription in row.get("subscriptions", []):
            first = subscription["starts_on"]
            if "plan" in subscription:
                subscription["plans"] = [{"plan": subscription.pop("plan"), "from": first}]
            for part in ("plans", "add_ons", "numbers"):
                for entry in subscription.setdefault(part, []):
                    entry.setdefault("from", first)
            for entry in subscription["numbers"]:
                entry["number"] = entry["number"].replace(" ", "").lstrip("+")
        company.accounts[row["brand"], row["number"]] = row
