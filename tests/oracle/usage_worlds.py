"""Random companies whose plans include units and money and price what a period adds up to."""

from __future__ import annotations

import csv
import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from tests.oracle.world_catalogue import MARKETS
from tests.oracle.worlds import Step

Row = dict[str, Any]
BRAND = "brand0"
PREFIXES = ("47", "4790", "46", "45", "4571", "90", "905", "1", "12")
COLUMNS = ("rid", "at", "a", "b", "q", "kind", "corrects", "price")
RATE_COLUMNS = (
    "prefix",
    "price",
    "connection_fee",
    "first_increment",
    "first_price",
    "next_increment",
    "max_charge",
    "steps",
    "band",
    "category",
    "starts_on",
)
FIRST = date(2026, 9, 1)


class UsageWorld:
    """A company made from a seed: files in a folder, steps in order."""

    def __init__(self, seed: int, folder: Path, size: int = 3):
        self.random = random.Random(f"usage world {seed}")
        self.folder = folder
        self.first_month = FIRST
        self.steps: list[Step] = []
        self.lines: list[list[str]] = []
        self.zone = "Europe/Oslo"
        # Whether lines stay with their plans.
        self.steady = self.random.random() < 0.4
        self.accounts = [self._account(number) for number in range(size)]
        self._write("catalogue.yaml", self._catalogue())
        self.steps.append(Step("catalogue", date(2026, 7, 1), paths=[folder / "catalogue.yaml"]))
        for deck in ("VOICE-0", "VOICE-1", "SMS", "DATA"):
            path = folder / f"{deck}.csv"
            self._rates(deck, path)
            self.steps.append(Step("rates", date(2025, 12, 1), deck, [path]))
        self._make_usage()

    def _make_usage(self) -> None:
        folder = self.folder
        self._write("accounts.yaml", {"accounts": self.accounts})
        self.steps.append(Step("accounts", date(2026, 7, 2), paths=[folder / "accounts.yaml"]))
        # Of the others the first run closes several periods at once.
        if self.random.random() < 0.5:
            self.steps += [Step("run", date(2026, month, 1), BRAND) for month in (8, 9)]
        for number in (1, 2, 3):
            month = date(2026, 9 + number, 1)
            for source in ("one", "Two"):
                path = folder / f"{source}-{number}.csv"
                self._usage(month, source, path)
                self.steps.append(Step("usage", month, f"{BRAND}-{source}", [path]))
                path = folder / f"{source}-{number}-credits.csv"
                self._corrections(month, source, path)
                self.steps.append(Step("usage", month, f"{BRAND}-{source}", [path]))
            if number < 3 or self.random.random() < 0.5:
                self.steps.append(Step("run", month, BRAND))

    def _write(self, name: str, document: Row) -> None:
        text = yaml.safe_dump(document, sort_keys=False)
        (self.folder / name).write_text(text, encoding="utf-8")

    def _catalogue(self) -> Row:
        roll = self.random
        currency = roll.choice(list(MARKETS))
        groups = [("NORDIC", ["46", "45"]), ("FAR", ["905", "12"]), ("FJORD", ["4790"])]
        return {
            "legal_entities": [
                {
                    "code": "LEGAL", "name": "Legal AS",
                    "address": {"street": "A 1", "postcode": "1", "city": "B", "country": "NO"},
                    "series": [{"code": "INVOICES", "prefix": "L-", "first_number": 1}],
                }
            ],
            "tax_categories": [{"code": "standard", "name": "Standard"}],
            "tax_rates": [
                {
                    "legal_entity": "LEGAL", "category": "standard", "rate": "25",
                    "from": date(2020, 1, 1),
                }
            ],
            "brands": [
                {
                    "code": BRAND, "name": BRAND, "legal_entity": "LEGAL", "series": "INVOICES",
                    "currency": currency, "zone": self.zone, "languages": ["en"],
                    "prices": roll.choice(["gross", "net"]), "sender_email": "b@brand0.example",
                    "usage_categories": [{"code": "abroad", "name": "Abroad"}],
                }
            ],
            "decks": [self._deck("VOICE-0"), self._deck("VOICE-1"), *(
                {"code": code, "brand": BRAND, "name": code, "usage_type": code.lower(),
                 "zone": self.zone}
                for code in ("SMS", "DATA")
            )],
            "products": [
                {
                    "code": "MOBILE", "brand": BRAND, "name": "Mobile", "service": "mobile",
                    "tax_category": "standard",
                }
            ],
            "destination_groups": [
                {
                    "code": code, "brand": BRAND, "name": code,
                    "prefixes": [self._group_prefix(prefix) for prefix in prefixes],
                }
                for code, prefixes in groups
            ],
            "plans": [self._plan(f"PLAN{number}") for number in range(4)],
            "sources": [self._source(code) for code in ("one", "Two")],
        }  # fmt: skip

    def _group_prefix(self, prefix: str) -> Row:
        row: Row = {"prefix": prefix}
        if self.random.random() < 0.4:
            row["from"] = FIRST + timedelta(days=self.random.randint(0, 40))
        if self.random.random() < 0.3:
            row["until"] = FIRST + timedelta(days=self.random.randint(41, 80))
        return row

    def _deck(self, code: str) -> Row:
        roll = self.random
        deck: Row = {"code": code, "brand": BRAND, "name": code, "usage_type": "voice"}
        deck["zone"] = self.zone
        if roll.random() < 0.3:
            deck |= {"decimals": roll.choice([2, 3]), "rounding": roll.choice(["up", "down"])}
        evening = {"weekdays": ["mon", "tue", "wed", "thu", "fri"], "from": "20:00"}
        weekend = {"weekdays": ["sat", "sun"]}
        dated = {"dates": [date(2026, 9, 10), date(2026, 10, 6)], "from": "09:00", "until": "17:00"}
        deck["bands"] = [
            {"code": "evening", "hours": [evening | {"until": "24:00"}, weekend]},
            {"code": "holiday", "hours": [dated]},
        ]
        return deck

    def _rates(self, deck: str, path: Path) -> None:
        roll = self.random
        rows = [
            ",".join(RATE_COLUMNS),
        ]
        if deck == "DATA":
            rows.append("0,0.10,,1024,,1024,,,,,2026-01-01")
        for prefix in PREFIXES if deck != "DATA" else ():
            for band in ("", "evening", "holiday"):
                if band and (deck == "SMS" or roll.random() < 0.7):
                    continue
                fee = roll.choice(["", "0.99", "0.123456"])
                cap = roll.choice(["", "", "", "0.80"])
                money = f"0.{roll.randint(1, 999999):06}"
                category = roll.choice(["", "", "abroad"]) if not band else ""
                price = f"{money},{fee},,,,{cap},,"
                if deck != "SMS":
                    shape = roll.choice(["60,,1", "30,0.4,6", ",,1", "60,0.2,60", "0,,7"])
                    price = f"{money},{fee},{shape},{cap},,"
                    if roll.random() < 0.2:
                        price = f",{fee},,,,{cap},0:0.40:30 60:{money}:10 120:0.10:1,"
                starts = "2026-01-01"
                rows.append(f"{prefix},{price}{band},{category},{starts}")
        path.write_text("\n".join(rows) + "\n", encoding="utf-8")

    def _plan(self, code: str) -> Row:
        roll = self.random
        fee = {"code": "fee", "description": "Fee", "price": "10.00", "discountable": True}
        allowances = [self._allowance(f"{code}-A{n}") for n in range(roll.choice([0, 1, 2, 3, 4]))]
        prices = [self._cumulative()] if roll.random() < 0.4 else []
        decks = {"voice": roll.choice(["VOICE-0", "VOICE-1"]), "sms": "SMS", "data": "DATA"}
        versions = [
            {
                "from": date(2025, 1, 1), "decks": decks, "charges": [fee, *prices],
                "allowances": allowances,
            }
        ]  # fmt: skip
        if roll.random() < 0.3:
            start = FIRST + timedelta(days=roll.randint(0, 60))
            versions.append({**versions[0], "from": start, "allowances": [
                row if row["quantity"] == "unlimited"
                else row | {"quantity": str(int(row["quantity"]) // 2 + 1)}
                for row in allowances
            ]})  # fmt: skip
        return {
            "code": code, "brand": BRAND, "product": "MOBILE", "name": code, "versions": versions,
        }  # fmt: skip

    def _allowance(self, code: str) -> Row:
        roll = self.random
        unit = roll.choice(["seconds", "seconds", "seconds", "messages", "bytes", "money"])
        row: Row = {"code": code, "description": code, "unit": unit}
        row["quantity"] = {
            "seconds": str(roll.randint(20, 1500)), "messages": str(roll.randint(1, 12)),
            "bytes": str(roll.randint(10_000, 5_000_000)), "money": str(roll.randint(1, 12)),
        }[unit]  # fmt: skip
        if unit == "money":
            row["usage_types"] = roll.choice([["voice"], ["voice", "sms", "data"]])
        if roll.random() < 0.05:
            row["quantity"] = "unlimited"
        if unit != "bytes" and roll.random() < 0.4:
            row["destinations"] = roll.sample(["NORDIC", "FAR", "FJORD"], roll.randint(1, 2))
        row["scope"] = roll.choice(["own", "own", "shared", "pooled"])
        row["priority"] = roll.choice([10, 10, 20])
        row["proration"] = roll.choice(["full", "days"])
        if unit != "money":
            row["connection_fee_when_covered"] = roll.random() < 0.3
        if row["quantity"] == "unlimited":
            return row
        shape = roll.random()
        if shape < 0.4:
            row["roll_over_periods"] = roll.choice([1, 1, 2, 3])
            if roll.random() < 0.5 and row["scope"] != "pooled":
                row["roll_over_cap"] = str(roll.choice([1, 5, int(row["quantity"])]))
        elif shape < 0.5:
            row["expires_after_days"] = roll.choice([5, 12, 20])
        return row

    def _cumulative(self) -> Row:
        roll = self.random
        usage_type = roll.choice(["voice", "voice", "sms"])
        row: Row = {
            "code": "sums", "description": "Sums", "kind": "usage", "usage_types": [usage_type],
            "pricing": roll.choice(["graduated", "volume", "package"]),
            "per": 60 if usage_type == "voice" else roll.choice([1, 10]),
        }  # fmt: skip
        if row["pricing"] == "package":
            row["price"] = "0.333333"
        else:
            limit = roll.randint(60, 900) if usage_type == "voice" else roll.randint(1, 6)
            row["tiers"] = [
                {"up_to": limit, "price": "0.5"}, {"up_to": 2 * limit, "price": "0.123457"},
                {"price": "0.07"},
            ]  # fmt: skip
        if roll.random() < 0.3:
            row["destinations"] = [roll.choice(["NORDIC", "FAR"])]
        elif roll.random() < 0.3:
            row["categories"] = ["abroad"]
        return row

    def _source(self, code: str) -> Row:
        columns = {
            "id": "rid", "start": "at", "service": "a", "called": "b", "quantity": "q",
            "type": "kind", "kind": "kind", "corrects": "corrects", "price": "price",
        }  # fmt: skip
        types = {"CALL": "voice", "TEXT": "sms", "NET": "data", "CREDIT": "voice"}
        return {
            "code": f"{BRAND}-{code}", "brand": BRAND, "name": code, "format": "csv",
            "zone": "UTC", "country_code": "", "international_prefix": "00", "short_code_digits": 0,
            "mapping": {"columns": columns, "types": types, "corrections": ["CREDIT"]},
        }  # fmt: skip

    def _account(self, number: int) -> Row:
        roll = self.random
        return {
            "brand": BRAND, "number": f"{100000 + number}", "name": f"Customer {number}",
            "bill_day": roll.choice([1, 1, 15, 29, 31]),
            "address": {"street": "S 1", "postcode": "1", "city": "B", "country": "NO"},
            "people": [{"name": "P", "email": f"p{number}@example.com", "role": "owner"}],
            "opened_on": date(2026, 8, 1),
            "subscriptions": [
                self._subscription(number, line) for line in range(roll.choice([1, 2, 3]))
            ],
        }  # fmt: skip

    def _subscription(self, account: int, line: int) -> Row:
        roll = self.random
        start = date(2026, 8, 1) + timedelta(days=roll.choice([0, 0, 0, 31, 40, 48, 61, 70]))
        plans = [f"PLAN{number}" for number in range(4)]
        roll.shuffle(plans)
        row: Row = {"code": f"S-{line}", "starts_on": start}
        row["plans"] = [{"plan": plans.pop(), "from": start}]
        day = start
        while plans and not self.steady and roll.random() < 0.4:
            day += timedelta(days=roll.randint(5, 45))
            row["plans"].append({"plan": plans.pop(), "from": day})
        if not self.steady and roll.random() < 0.2:
            row["ends_on"] = day + timedelta(days=roll.randint(20, 60))
        if roll.random() < 0.2 and "ends_on" not in row:
            begin = day + timedelta(days=roll.randint(3, 30))
            row["pauses"] = [{"from": begin, "until": begin + timedelta(days=6)}]
        row["numbers"] = [{"number": f"4790000{account:03}{line}", "from": start}]
        return row

    def _usage(self, month: date, source: str, path: Path) -> None:
        rows = [self._record(month, source) for _ in range(60)]
        self.lines += rows
        self._write_rows(path, rows)

    def _corrections(self, month: date, source: str, path: Path) -> None:
        """Corrections in a file of their own, also of closed periods."""
        named = [row for row in self.lines if row[0].startswith(source) and row[5] != "CREDIT"]
        rows = [
            [f"C{row[0]}{month}", row[1], "", "", "", "CREDIT", row[0], ""]
            for row in self.random.sample(named, min(4, len(named)))
        ]
        self._write_rows(path, rows)

    def _write_rows(self, path: Path, rows: list[list[str]]) -> None:
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            writer.writerows(rows)

    def _record(self, month: date, source: str) -> list[str]:
        roll = self.random
        account = roll.choice(self.accounts)
        number = roll.choice(account["subscriptions"])["numbers"][0]["number"]
        first = datetime(month.year, month.month, 1, tzinfo=ZoneInfo(self.zone))
        moment = first + timedelta(days=roll.randint(-50 if roll.random() < 0.3 else -30, 10))
        second = roll.choice([0, 43200, 72000, roll.randint(0, 86399), roll.randint(0, 86399)])
        moment = (moment + timedelta(seconds=second)).astimezone(UTC)
        kind = roll.choice(["CALL", "CALL", "CALL", "TEXT", "NET"])
        quantity = {
            "CALL": roll.choice([0, 1, 30, 59, 60, 61, 95, 300, 700]),
            "TEXT": roll.choice([1, 1, 3]),
            "NET": roll.choice([1, 1024, 1_500_001, 30_000]),
        }[kind]  # fmt: skip
        called = "" if kind == "NET" else "+" + roll.choice(PREFIXES) + f"{roll.randint(0, 999):05}"
        price = "0.254321" if kind != "NET" and roll.random() < 0.04 else ""
        if roll.random() < 0.04 and kind == "CALL":
            kind, quantity = "CREDIT", -quantity
        known_by = f"{source}{roll.choice('Aaz-é')}{len(self.lines)}-{roll.randint(0, 10**6)}"
        at = moment.isoformat().replace("+00:00", "Z")
        return [known_by, at, number, called, str(quantity), kind, "", price]
