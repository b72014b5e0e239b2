"""Writes the decks: a price for every prefix, invented but always the same."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from zlib import crc32

from portal.demo.destinations import Destination, destinations
from portal.demo.size import DemoSize

EEA = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CH",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GB",
        "GR",
        "HR",
        "HU",
        "IE",
        "IS",
        "IT",
        "LI",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "NO",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ]
)
# They share the country code 1, not the prices, of the United States and Canada.
CARIBBEAN = frozenset(
    [
        "AG",
        "AI",
        "AS",
        "BB",
        "BM",
        "BS",
        "DM",
        "DO",
        "GD",
        "GU",
        "JM",
        "KN",
        "KY",
        "LC",
        "MP",
        "MS",
        "PR",
        "SX",
        "TC",
        "TT",
        "VC",
        "VG",
        "VI",
    ]
)
SATELLITES = frozenset({"870", "878", "881", "882", "883", "888", "979"})
FREE = frozenset({"800"})
VOICE = (
    "prefix", "destination", "price", "connection_fee", "first_increment", "next_increment",
    "max_charge", "category",
)  # fmt: skip
SIMPLE = ("prefix", "destination", "price", "first_increment", "next_increment", "category")
MEGABYTE = 1_048_576

# A minute's price by the first digit of the country code: fixed and mobile networks.
KRONER = {
    "1": ("0.99", "0.99"), "2": ("6.90", "7.90"), "3": ("2.49", "2.99"), "4": ("2.49", "2.99"),
    "5": ("4.90", "5.90"), "6": ("3.90", "4.90"), "7": ("3.90", "4.90"), "8": ("2.90", "3.90"),
    "9": ("2.90", "3.90"),
}  # fmt: skip
EUROS = {
    "1": ("0.0190", "0.0210"), "2": ("0.1900", "0.2600"), "3": ("0.0690", "0.1490"),
    "4": ("0.0690", "0.1490"), "5": ("0.0890", "0.1290"), "6": ("0.0590", "0.1190"),
    "7": ("0.0790", "0.1490"), "8": ("0.0390", "0.0690"), "9": ("0.0990", "0.1690"),
}  # fmt: skip

Row = tuple[object, ...]


def write_rates(folder: Path, size: DemoSize) -> dict[str, Path]:
    """Write one CSV file for each deck into `folder`; returns them by the deck's code."""
    world = destinations(size.fjordtel_prefixes)
    abroad = [item for item in destinations(0) if item.country_code != "47"]
    decks: dict[str, tuple[tuple[str, ...], Iterable[Row]]] = {
        "FJORD-VOICE": (VOICE, [_kroner(item, included=True) for item in world] + _special()),
        "FJORD-SMS": (SIMPLE, [_text("47", "Norge", "0.00"), *map(_text_abroad, abroad)]),
        "FJORD-DATA": (SIMPLE, [("0", "Data", "0.00", 0, 1, "")]),
        "FJORD-BASIS-VOICE": (
            VOICE,
            [_kroner(item, included=False) for item in destinations(0)] + _special(),
        ),
        "FJORD-BASIS-SMS": (SIMPLE, [_text("47", "Norge", "0.49"), *map(_text_abroad, abroad)]),
        "FJORD-BASIS-DATA": (SIMPLE, [("0", "Data", "0.19", MEGABYTE, MEGABYTE, "")]),
        "NORTHWIND-VOICE": (VOICE, [_euros(i) for i in destinations(size.northwind_prefixes)]),
        "NORTHWIND-SMS": (SIMPLE, [_euro_text(item) for item in destinations(0)]),
        "NORTHWIND-DATA": (SIMPLE, [("0", "Data", "0.0045", 1024, 1024, "")]),
    }
    folder.mkdir(parents=True, exist_ok=True)
    return {
        code: _write(folder / f"{code.lower()}.csv", *content) for code, content in decks.items()
    }


def _write(path: Path, columns: tuple[str, ...], rows: Iterable[Row]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
    return path


def _kroner(item: Destination, *, included: bool) -> Row:
    """A Norwegian consumer's price: Norway is in the plan, or costs by the minute."""
    name = item.name("nb", "mobil")
    if item.country_code == "47" or item.prefix in FREE:
        if included or item.prefix in FREE:
            return (item.prefix, name, "0.00", "0.00", 1, 1, 0, "")
        return (item.prefix, name, "0.49", "0.69", 60, 1, 0, "")
    if item.country_code in SATELLITES:
        return (item.prefix, name, "39.00", "1.99", 60, 60, "399.00", "abroad")
    if item.region in EEA:
        price = _price(item, ("0.79", "1.29"), "0.05")
        return (item.prefix, name, price, "0.69", 60, 1, "29.00", "abroad")
    prices = KRONER["5" if item.region in CARIBBEAN else item.prefix[0]]
    price = _price(item, prices, "0.10")
    return (item.prefix, name, price, "0.99", 60, 60, "49.00", "abroad")


def _euros(item: Destination) -> Row:
    """A German company's price: by the second, without connection fee."""
    name = item.name("en", "mobile")
    if item.country_code == "49" or item.prefix in FREE:
        price = "0" if item.prefix in FREE else _price(item, ("0.0090", "0.0390"), "0")
        return (item.prefix, name, price, "0", 1, 1, 0, "")
    if item.country_code in SATELLITES:
        return (item.prefix, name, "3.9000", "0.20", 60, 60, "40.00", "abroad")
    world = EUROS["5" if item.region in CARIBBEAN else item.prefix[0]]
    prices = ("0.0190", "0.0490") if item.region in EEA else world
    first = 1 if item.region in EEA else 30
    return (item.prefix, name, _price(item, prices, "0.0005"), "0", first, 1, 0, "abroad")


def _price(item: Destination, prices: tuple[str, str], step: str) -> str:
    """The country's price for fixed or mobile networks, and some steps for the network."""
    steps = crc32(item.prefix.encode()) % 7 if item.network else 0
    return str(Decimal(prices[bool(item.network)]) + steps * Decimal(step))


def _special() -> list[Row]:
    return [("47820", "Spesialnumre 820", "9.90", "3.90", 60, 60, "99.00", "special")]


def _text(prefix: str, name: str, price: str) -> Row:
    return (prefix, name, price, 1, 1, "")


def _text_abroad(item: Destination) -> Row:
    price = "0.69" if item.region in EEA else "1.49"
    return (item.prefix, item.name("nb", "mobil"), price, 1, 1, "abroad-sms")


def _euro_text(item: Destination) -> Row:
    price = "0.0500" if item.region == "DE" else "0.0900"
    return (item.prefix, item.name("en", "mobile"), price, 1, 1, "")
