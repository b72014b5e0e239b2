"""Where calls go: countries and mobile networks by prefix, from the phonenumbers metadata."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale
from phonenumbers import (
    COUNTRY_CODE_TO_REGION_CODE,
    PhoneMetadata,
    PhoneNumber,
    region_code_for_number,
)

INTERNATIONAL = "001"
NORTH_AMERICA = "1"
_ALTERNATIVES = re.compile(r"[0-9|]+")


@dataclass(frozen=True, slots=True)
class Destination:
    """One prefix: the country code it belongs to, its region and, on a mobile, its network."""

    prefix: str
    country_code: str
    region: str
    network: str = ""

    def name(self, language: str, mobile: str) -> str:
        """How it is called on a bill: `Türkiye mobile, Turkcell`."""
        if self.region == INTERNATIONAL:
            return f"+{self.country_code}"
        country = Locale.parse(language).territories.get(self.region, self.region)
        return f"{country} {mobile}, {self.network}"[:100] if self.network else country


@lru_cache(maxsize=4)
def destinations(limit: int) -> tuple[Destination, ...]:
    """About `limit` prefixes in order: every country, then mobile networks.

    Networks are taken evenly out of each country's, so that a short list is still of the world.
    """
    countries = _countries()
    networks = _networks()
    wanted = max(0, limit - len(countries))
    share = min(1.0, wanted / len(networks))
    kept = [
        item
        for number, item in enumerate(networks, 1)
        if int(number * share) > int((number - 1) * share)
    ]
    return tuple(sorted([*countries, *kept], key=lambda item: item.prefix))


def by_country(items: Sequence[Destination]) -> dict[str, list[Destination]]:
    """The destinations of each country code."""
    found: dict[str, list[Destination]] = defaultdict(list)
    for item in items:
        found[item.country_code].append(item)
    return dict(found)


@lru_cache(maxsize=1)
def _countries() -> tuple[Destination, ...]:
    found: dict[str, Destination] = {}
    for code, regions in COUNTRY_CODE_TO_REGION_CODE.items():
        found[str(code)] = Destination(str(code), str(code), regions[0])
        for region in regions[1:]:
            for digits in _leading_digits(region):
                prefix = f"{code}{digits}"
                found[prefix] = Destination(prefix, str(code), region)
    return tuple(found.values())


def _leading_digits(region: str) -> list[str]:
    """The digits that tell a region from others with the same country code, where it has such."""
    metadata = PhoneMetadata.metadata_for_region(region)
    pattern = metadata.leading_digits if metadata else None
    return pattern.split("|") if pattern and _ALTERNATIVES.fullmatch(pattern) else []


@lru_cache(maxsize=1)
def _networks() -> tuple[Destination, ...]:
    # Read here: it takes half a second, and only who writes a deck needs it.
    from phonenumbers.carrierdata import CARRIER_DATA

    regions = {item.prefix: item.region for item in _countries()}
    found = []
    for prefix in sorted(CARRIER_DATA):
        code = next(prefix[:n] for n in (1, 2, 3) if int(prefix[:n]) in COUNTRY_CODE_TO_REGION_CODE)
        names = CARRIER_DATA[prefix]
        network = names.get("en") or next(iter(names.values()))
        found.append(Destination(prefix, code, _region(prefix, code, regions), network))
    return tuple(found)


def _region(prefix: str, code: str, regions: dict[str, str]) -> str:
    if code == NORTH_AMERICA:
        # The United States and Canada have no digits of their own: ask with a whole number.
        national = int(f"{prefix[1:]}2345678"[:10])
        region = region_code_for_number(PhoneNumber(country_code=1, national_number=national))
        if region:
            return str(region)
    lengths = range(len(prefix), 0, -1)
    return next(regions[prefix[:length]] for length in lengths if prefix[:length] in regions)
