"""Random but valid companies, as files and the order in which they come in."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import yaml

from tests.oracle.world_catalogue import SECTIONS, Row, WorldCatalogue
from tests.oracle.world_usage import UsageFiles


@dataclass
class Step:
    """One command of the company's history."""

    what: str
    on: date
    name: str = ""
    paths: list[Path] = field(default_factory=list)


class World(WorldCatalogue):
    """A company made from a seed: files in a folder, steps in order."""

    def __init__(self, seed: int, folder: Path, size: int = 4, *, contradictions: bool = True):
        self.random = random.Random(f"world {seed}")
        self.folder = folder
        self.size = size
        self.contradictions = contradictions
        self.first_month = self.random.choice([date(2026, 2, 1), date(2026, 9, 1)])
        self.steps: list[Step] = []
        self.catalogue: Row = {name: [] for name in SECTIONS}
        self.accounts: list[Row] = []
        self.brands = [f"brand{number}" for number in range(self.random.choice([1, 1, 2]))]
        self.shared_entity = self.random.random() < 0.5
        self.number = 0
        self._make()

    def _make(self) -> None:
        for name in ("standard", "reduced", "books"):
            self.catalogue["tax_categories"].append({"code": name, "name": name})
        for brand in self.brands:
            self._brand(brand)
        start = self.month(0) - timedelta(days=40)
        self._write_yaml("catalogue.yaml", self.catalogue)
        self.steps.append(Step("catalogue", start, paths=[self.folder / "catalogue.yaml"]))
        for deck in self.catalogue["decks"]:
            path = self.folder / f"{deck['code']}.csv"
            self._rates(deck, path)
            self.steps.append(Step("rates", date(2025, 12, 1), deck["code"], [path]))
        for brand in self.brands:
            for _ in range(self.size):
                self._account(brand)
        self._children()
        self._import_accounts(start, "accounts.yaml")
        files = UsageFiles(self)
        for number in (1, 2, 3):
            month = self.month(number)
            self.steps += files.steps(number)
            for brand in self.brands:
                self.steps.append(Step("run", month, brand))
            if number < 3 and self.random.random() < 0.7:
                self._amend(number)

    def _import_accounts(self, day: date, name: str) -> None:
        self._write_yaml(name, {"accounts": self.accounts})
        self.steps.append(Step("accounts", day, paths=[self.folder / name]))

    def _write_yaml(self, name: str, document: Row) -> None:
        text = yaml.safe_dump(document, sort_keys=False, allow_unicode=True)
        (self.folder / name).write_text(text, encoding="utf-8")

    def day(self) -> date:
        """Some day from shortly before the first month to the last run."""
        return self.month(0) + timedelta(days=self.random.randint(0, 85))

    def _account(self, brand: str) -> None:
        roll = self.random
        self.number += 1
        row: Row = {
            "brand": brand,
            "number": f"{100000 + self.number}",
            "name": f"Customer {self.number}",
            "bill_day": roll.choice([1, 1, 28, 29, 30, 31, roll.randint(2, 27)]),
            "address": {"street": "S 1", "postcode": "1", "city": "B", "country": "NO"},
            "people": [
                {"name": "P", "email": f"p{self.number}@example.com", "role": "owner"},
            ],
            "opened_on": self.month(0) - timedelta(days=31),
        }
        if roll.random() < 0.2:
            row["tax_status"] = roll.choice(["exempt", "reverse_charge"])
            row["tax_reason"] = "Said so"
            row["vat_number"] = "ATU13585627"
        if roll.random() < 0.3:
            row["payment_terms_days"] = roll.choice([0, 7, 21])
        if roll.random() < 0.2:
            row["billed_until"] = self.month(0) - timedelta(days=roll.randint(0, 20))
        row["subscriptions"] = [
            self._subscription(row, number) for number in range(roll.choice([1, 1, 2, 3]))
        ]
        self.accounts.append(row)

    def _subscription(self, account: Row, number: int) -> Row:
        roll = self.random
        start = self.day()
        if roll.random() < 0.5:
            start = self.month(0) - timedelta(days=roll.randint(0, 31))
        row: Row = {"code": f"S-{number}", "starts_on": start}
        row["plans"] = [{"plan": f"PLAN{roll.randint(0, 4)}", "from": start}]
        day = start
        while roll.random() < 0.35:
            day += timedelta(days=roll.randint(1, 50))
            others = [f"PLAN{number}" for number in range(5)]
            for entry in row["plans"]:
                others.remove(entry["plan"])
            if not others:
                break
            row["plans"].append({"plan": roll.choice(others), "from": day})
        if roll.random() < 0.3:
            row["ends_on"] = day + timedelta(days=roll.randint(1, 60))
        row["add_ons"] = []
        for order in range(roll.choice([0, 0, 1, 2])):
            self._add_on(row, f"O{order}", start + timedelta(days=roll.randint(0, 40)))
        row["numbers"] = []
        for line in range(roll.choice([1, 1, 2])):
            number_text = f"4790{account['number'][2:]}{number}{line}"
            row["numbers"].append({"number": number_text, "from": start})
        self._maybe_move(account, row)
        return row

    def _add_on(self, row: Row, code: str, start: date) -> None:
        end = row.get("ends_on", date(9999, 1, 1))
        if start >= end:
            return
        entry = {"code": code, "plan": f"ADD{self.random.randint(0, 2)}", "from": start}
        if self.random.random() < 0.4:
            entry["until"] = min(end, start + timedelta(days=self.random.randint(1, 45)))
        row["add_ons"].append(entry)

    def _maybe_move(self, account: Row, row: Row) -> None:
        """A number that an earlier subscription of the brand gives to this one on a day."""
        givers = [
            (subscription, entry)
            for other in self.accounts
            if other["brand"] == account["brand"]
            for subscription in other["subscriptions"]
            for entry in subscription["numbers"]
            if "until" not in entry
        ]
        if not givers or self.random.random() < 0.6:
            return
        subscription, entry = self.random.choice(givers)
        day = max(entry["from"], row["starts_on"]) + timedelta(days=self.random.randint(1, 30))
        if day >= min(row.get("ends_on", day + timedelta(1)), date(2027, 1, 1)):
            return
        if day > subscription.get("ends_on", day):
            return
        entry["until"] = day
        row["numbers"].append({"number": entry["number"], "from": day})

    def _children(self) -> None:
        for brand in self.brands:
            mine = [one for one in self.accounts if one["brand"] == brand]
            if len(mine) >= 3 and self.random.random() < 0.7:
                for child in mine[-2:]:
                    child |= {"parent": mine[0]["number"], "bills_to_parent": True}
                if len(mine) > 3 and self.random.random() < 0.5:
                    mine[-1]["parent"] = mine[-2]["number"]

    def _amend(self, number: int) -> None:
        """Somebody reports late: a cancellation or a plan change that a run did not know of."""
        open_ended = [
            subscription
            for account in self.accounts
            for subscription in account["subscriptions"]
            if "ends_on" not in subscription
        ]
        if not open_ended:
            return
        row = self.random.choice(open_ended)
        day = max(
            row["plans"][-1]["from"] + timedelta(days=1),
            self.month(number) - timedelta(days=self.random.randint(0, 45)),
        )
        if any(entry["from"] >= day for entry in row["add_ons"]):
            return
        if any(entry.get("until", day) > day or entry["from"] >= day for entry in row["numbers"]):
            return
        if self.random.random() < 0.5:
            plan = row["plans"][-1]["plan"]
            other = {"PLAN0": "PLAN1", "PLAN1": "PLAN2", "PLAN2": "PLAN0", "PLAN3": "PLAN4"}
            row["plans"].append({"plan": other.get(plan, "PLAN3"), "from": day})
        else:
            row["ends_on"] = day
            for entry in row["add_ons"]:
                if "until" in entry:
                    entry["until"] = min(entry["until"], day)
        self._import_accounts(self.month(number) + timedelta(days=5), f"amended-{number}.yaml")
