"""The offer of a made company: brands, taxes, plans with versions, decks, rates, usage sources."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

MARKETS = {
    "NOK": ("NO", "Europe/Oslo", "47"),
    "EUR": ("DE", "Europe/Berlin", "49"),
    "JPY": ("AU", "Australia/Lord_Howe", "81"),
    "BHD": ("NP", "Asia/Kathmandu", "973"),
    "USD": ("US", "America/New_York", "1"),
}
ZONES = ["Europe/Oslo", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]
TAX_RATES = ["25", "15", "8.25", "19", "7", "10", "0"]
Row = dict[str, Any]
SECTIONS = (
    "legal_entities",
    "tax_categories",
    "tax_rates",
    "brands",
    "decks",
    "products",
    "plans",
    "sources",
)


class WorldCatalogue:
    """Fills `catalogue`, section by section, by the world's own dice."""

    random: random.Random
    first_month: date
    catalogue: Row
    shared_entity: bool

    def month(self, number: int) -> date:
        """The first of the month so many after the first."""
        index = self.first_month.year * 12 + self.first_month.month - 1 + number
        return date(index // 12, index % 12 + 1, 1)

    def _brand(self, code: str) -> None:
        roll = self.random
        currency = roll.choice(list(MARKETS))
        country, zone, country_code = MARKETS[currency]
        if roll.random() < 0.4:
            zone = roll.choice(ZONES)
        entity = "LEGAL" if self.shared_entity else f"LEGAL-{code}"
        if all(one["code"] != entity for one in self.catalogue["legal_entities"]):
            self.catalogue["legal_entities"].append(
                {
                    "code": entity,
                    "name": f"{entity} AS",
                    "address": {"street": "A 1", "postcode": "1", "city": "B", "country": country},
                    "series": [{"code": "INVOICES", "prefix": f"{entity}-", "first_number": 1}],
                }
            )
            self._taxes(entity)
        self.catalogue["brands"].append(
            {
                "code": code,
                "name": code,
                "legal_entity": entity,
                "series": "INVOICES",
                "currency": currency,
                "zone": zone,
                "languages": ["en"],
                "prices": roll.choice(["gross", "net"]),
                "sender_email": f"bills@{code}.example",
                "payment_terms_days": roll.choice([10, 14, 30]),
                "due_date_on_bank_day": self._country(entity) in ("NO", "DE"),
                "usage_categories": [{"code": "abroad", "name": "Abroad"}],
            }
        )
        self._products(code, zone)
        self._sources(code, country_code)

    def _country(self, entity: str) -> str:
        rows = self.catalogue["legal_entities"]
        return next(row["address"]["country"] for row in rows if row["code"] == entity)

    def _taxes(self, entity: str) -> None:
        change = self.month(self.random.choice([1, 2])) + timedelta(days=self.random.randint(0, 27))
        for category in ("standard", "reduced", "books"):
            row: Row = {"legal_entity": entity, "category": category, "from": date(2020, 1, 1)}
            row["rate"] = "0" if category == "books" else self.random.choice(TAX_RATES[:-1])
            if category == "books":
                row |= {"treatment": "zero", "reason": "Zero rated"}
            self.catalogue["tax_rates"].append(row)
            if category != "books" and self.random.random() < 0.5:
                row["until"] = change
                later = {**row, "from": change, "rate": self.random.choice(TAX_RATES[:-1])}
                del later["until"]
                self.catalogue["tax_rates"].append(later)

    def _products(self, brand: str, zone: str) -> None:
        for usage_type in ("voice", "voice", "sms", "data"):
            number = len(self.catalogue["decks"])
            deck: Row = {
                "code": f"DECK-{number}",
                "brand": brand,
                "name": "Deck",
                "usage_type": usage_type,
            }
            deck["zone"] = self.random.choice([zone, zone, "UTC", "America/New_York"])
            if self.random.random() < 0.3:
                deck |= {
                    "decimals": self.random.choice([2, 3, 4]),
                    "rounding": self.random.choice(["half_up", "up", "down"]),
                }
            self.catalogue["decks"].append(deck)
        for category in ("standard", "reduced", "books"):
            product = {"code": f"P-{category}", "brand": brand, "name": category}
            product |= {"service": "mobile", "tax_category": category}
            self.catalogue["products"].append(product)
        for number in range(5):
            self._plan(brand, f"PLAN{number}", "plan")
        for number in range(3):
            self._plan(brand, f"ADD{number}", "add_on")

    def _plan(self, brand: str, code: str, kind: str) -> None:
        roll = self.random
        decks = [deck for deck in self.catalogue["decks"] if deck["brand"] == brand]
        voice, other_voice, sms, data = (deck["code"] for deck in decks)
        charges = [self._charge(number) for number in range(roll.choice([1, 1, 2]))]
        if kind == "plan" or roll.random() < 0.5:
            price = self._price()
            charges.append(
                {"code": "setup", "description": "Set-up", "kind": "one_off", "price": price}
            )
        versions = []
        starts = [date(2025, 1, 1)]
        if roll.random() < 0.6:
            starts.append(self.month(roll.choice([0, 1, 2])) + timedelta(days=roll.randint(0, 27)))
        for start in starts:
            version: Row = {"from": start}
            if kind == "plan":
                version["decks"] = {
                    "voice": roll.choice([voice, other_voice]),
                    "sms": sms,
                    "data": data,
                }
            version["charges"] = [{**charge, "price": self._price()} for charge in charges]
            versions.append(version)
        product = "P-" + roll.choice(["standard", "standard", "reduced", "books"])
        if kind == "plan":
            product = "P-standard" if code in ("PLAN0", "PLAN1", "PLAN2") else "P-reduced"
        row = {"code": code, "brand": brand, "product": product, "kind": kind, "name": code}
        self.catalogue["plans"].append({**row, "versions": versions})

    def _charge(self, number: int) -> Row:
        roll = self.random
        return {
            "code": f"fee{number}",
            "description": f"Fee {number}",
            "kind": "recurring",
            "months": roll.choice([1, 1, 1, 3, 12]),
            "timing": roll.choice(["advance", "advance", "arrears"]),
            "proration": roll.choice(["daily", "daily", "daily", "none", "full"]),
        }

    def _price(self) -> str:
        roll = self.random
        return roll.choice(
            [
                f"{roll.randint(1, 999)}.00",
                f"{roll.randint(0, 99)}.{roll.randint(0, 99):02}",
                f"{roll.randint(0, 9)}.{roll.randint(1, 999999):06}",
                "10.00",
            ]
        )

    def _sources(self, brand: str, country_code: str) -> None:
        roll = self.random
        asterisk = {
            "code": f"{brand}-switch",
            "brand": brand,
            "name": "Switch",
            "format": "asterisk",
            "zone": roll.choice(["UTC", *ZONES]),
            "country_code": country_code,
            "international_prefix": roll.choice(["00", "011"]),
            "national_prefix": roll.choice(["", "0"]),
            "short_code_digits": roll.choice([0, 4, 6]),
            "mapping": {
                "service": roll.choice(["src", "accountcode"]),
                "skip_contexts": ["inside"],
            },
        }
        columns = {"id": "rid", "start": "at", "service": "a", "called": "b"}
        columns |= {"quantity": "q", "type": "kind"}
        mapping: Row = {"columns": columns, "delimiter": roll.choice([",", ";"])}
        mapping |= {"types": {"CALL": "voice", "TEXT": "sms", "NET": "data"}}
        mapping["time_format"] = roll.choice(["iso", "epoch", "%d.%m.%Y %H:%M:%S"])
        if roll.random() < 0.3:
            mapping["quantity_unit"] = 60
        table = {**asterisk, "code": f"{brand}-table", "format": "csv", "mapping": mapping}
        table["zone"] = roll.choice(["UTC", *ZONES])
        self.catalogue["sources"] += [asterisk, table]

    def _rates(self, deck: Row, path: Path) -> None:
        roll = self.random
        names = "prefix,price,per,connection_fee,first_increment,first_price,next_increment,"
        rows = [names + "max_charge,category,ended,starts_on"]
        prefixes = ["", "0"] if deck["usage_type"] == "data" else []
        for _ in range(12):
            base = roll.choice(["1", "4", "47", "49", "81", "9", "97", "3", *prefixes])
            while len(base) < 9:
                if base and base not in prefixes:
                    prefixes.append(base)
                base += str(roll.randint(0, 9))
                if roll.random() < 0.5:
                    break
        for prefix in dict.fromkeys(prefix for prefix in prefixes if prefix):
            starts = [date(2026, 1, 1)]
            if roll.random() < 0.4:
                starts.append(self.month(roll.randint(0, 2)) + timedelta(days=roll.randint(0, 30)))
            for number, start in enumerate(starts):
                if number and roll.random() < 0.4:
                    rows.append(f"{prefix},,,,,,,,,yes,{start}")
                else:
                    rows.append(f"{prefix},{self._rate()},,{start}")
        path.write_text("\n".join(rows) + "\n", encoding="utf-8")

    def _rate(self) -> str:
        roll = self.random
        micro = f"{roll.randint(0, 2)}.{roll.randint(0, 999999):06}"
        fields = [
            roll.choice([micro, "0.49", "0", "0.000001", "1.5"]),
            roll.choice(["", "", "60", "1", "7"]),
            roll.choice(["", "0.99", "0.123456"]),
            roll.choice(["", "0", "1", "30", "60"]),
            roll.choice(["", "", "0.5", "0"]),
            roll.choice(["", "1", "6", "60", "7"]),
            roll.choice(["", "", "0", "5.00", "0.333333"]),
            roll.choice(["", "", "abroad"]),
        ]
        return ",".join(fields)
