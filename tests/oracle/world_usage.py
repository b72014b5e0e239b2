"""Usage files of a made company: edges of days and periods, doubled and contradicting lines."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tests.oracle.calendars import anchor, month_of

if TYPE_CHECKING:
    from tests.oracle.worlds import Step, World

Row = dict[str, Any]
QUANTITIES = ["0", "1", "6", "7", "29", "30", "31", "59", "60", "61", "119", "120", "3600"]
ODD_QUANTITIES = ["-1", "1e3", "1,5", "61.5", "", "x", "9999999999999"]
TYPES = {"CALL": "voice", "TEXT": "sms", "NET": "data"}


class UsageFiles:
    """Writes each month's files of every source."""

    def __init__(self, world: World):
        self.world = world
        self.random = world.random
        self.prefixes = {
            deck["code"]: _prefixes(world.folder / f"{deck['code']}.csv")
            for deck in world.catalogue["decks"]
        }
        self.count = 0
        self.kept: dict[str, list[list[str]]] = {}

    def steps(self, number: int) -> list[Step]:
        """The files that arrive before the month's runs."""
        from tests.oracle.worlds import Step

        steps = []
        for source in self.world.catalogue["sources"]:
            rows = [self._row(source, number) for _ in range(self.random.randint(30, 80))]
            kept = self.kept.setdefault(source["code"], [])
            rows += [list(row) for row in self.random.sample(kept, min(len(kept), 3))]
            if self.world.contradictions:
                rows += [
                    self._contradiction(source, row) for row in self.random.sample(rows[:30], 2)
                ]
            rows += self.random.sample(rows, 3)
            kept += rows
            path = self.world.folder / f"{source['code']}-{number}.csv"
            self._write(source, path, rows)
            steps.append(Step("usage", self.world.month(number), source["code"], [path]))
        return steps

    def _write(self, source: Row, path: Path, rows: list[list[str]]) -> None:
        with path.open("w", newline="", encoding="utf-8") as file:
            if source["format"] == "asterisk":
                csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
            else:
                delimiter = source["mapping"]["delimiter"]
                writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
                writer.writerow(["rid", "x", "at", "a", "b", "q", "kind"])
                writer.writerows(rows)

    def _contradiction(self, source: Row, row: list[str]) -> list[str]:
        """The same id with another quantity."""
        other = list(row)
        column = 13 if source["format"] == "asterisk" else 5
        other[column] = "77" if row[column] != "77" else "78"
        return other

    def _row(self, source: Row, number: int) -> list[str]:
        self.count += 1
        moment = self._moment(source, number)
        service = self._service(source, moment.date())
        if source["format"] == "asterisk":
            return self._asterisk(source, moment, service)
        kind = self.random.choice(["CALL", "CALL", "TEXT", "NET"])
        unit = source["mapping"].get("quantity_unit", 1)
        quantity = self._quantity()
        if unit == 60:
            quantity = self.random.choice(["0", "1", "1.5", "2", "61", "0.1", "1.333"])
        elif kind == "NET":
            quantity = str(self.random.choice([0, 1, 1048576, 1048577, 10**9]))
        called = self._called(source, TYPES[kind])
        if kind == "NET" and self.random.random() < 0.7:
            called = ""
        known_by = f"R{self.count}" if self.random.random() < 0.8 else ""
        return [known_by, "x", self._time(source, moment), service, called, quantity, kind]

    def _asterisk(self, source: Row, moment: datetime, service: str) -> list[str]:
        row = [service, service, self._called(source, "voice"), "outgoing"]
        if self.random.random() < 0.05:
            row[3] = "inside"
        row += ['"N, K" <1>', f"PJSIP/{self.count:08x}", "", "Dial", "x,60"]
        local = moment.astimezone(ZoneInfo(source["zone"]))
        times = [f"{local - timedelta(seconds=8):%Y-%m-%d %H:%M:%S}", f"{local:%Y-%m-%d %H:%M:%S}"]
        quantity, answered = self._quantity(), "ANSWERED"
        if quantity == "0":
            times, answered = [times[1], ""], "NO ANSWER"
        row += [*times, times[0], "99", quantity, answered, "DOCUMENTATION"]
        if self.random.random() < 0.7:
            row += [f"{self.count}.{self.count}", ""]
        return row

    def _quantity(self) -> str:
        roll = self.random.random()
        if roll < 0.03:
            return self.random.choice(ODD_QUANTITIES)
        if roll < 0.5:
            return self.random.choice(QUANTITIES)
        return str(self.random.randint(1, 4000))

    def _time(self, source: Row, moment: datetime) -> str:
        time_format = source["mapping"]["time_format"]
        local = moment.astimezone(ZoneInfo(source["zone"]))
        if time_format == "epoch":
            return str(int(moment.timestamp()))
        if time_format == "iso":
            naive = local.replace(tzinfo=None).isoformat()
            zulu = moment.isoformat().replace("+00:00", "Z")
            return self.random.choice([local.isoformat(), zulu, naive])
        return local.strftime(time_format)

    def _moment(self, source: Row, number: int) -> datetime:
        """Some instant of the months so far, often at an edge of a day, period, clock change."""
        brand = next(b for b in self.world.catalogue["brands"] if b["code"] == source["brand"])
        zone = ZoneInfo(brand["zone"])
        last = self.world.month(number)
        days = self.random.randint(0, 45 if self.random.random() < 0.8 else 85)
        day = max(last - timedelta(days=days) + timedelta(days=5), self.world.month(0))
        roll = self.random.random()
        if roll < 0.5:
            second = self.random.randint(0, 86399)
        elif roll < 0.7:
            bill_day = self.random.choice(self.world.accounts)["bill_day"]
            day = anchor(month_of(last) - self.random.choice([0, 1]), bill_day)
            second = self.random.choice([0, 1, 86399])
        elif roll < 0.85:
            day = self.random.choice(_clock_changes(day.year, str(zone)))
            if day >= last or day < self.world.month(0):
                day = last - timedelta(days=3)
            second = self.random.randint(0, 5 * 3600)
        else:
            second = self.random.choice([0, 1, 3599, 86399])
        midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
        local = midnight + timedelta(seconds=second)
        return local.replace(fold=self.random.randint(0, 1)).astimezone(UTC)

    def _service(self, source: Row, day: date) -> str:
        """A number of the brand, mostly one that is in use on the day."""
        far = date(9999, 1, 1)
        entries = [
            (entry["number"], entry["from"] <= day < entry.get("until", far))
            for account in self.world.accounts
            if account["brand"] == source["brand"]
            for subscription in account["subscriptions"]
            for entry in subscription["numbers"]
        ]
        numbers = [number for number, in_use in entries if in_use]
        if not numbers or self.random.random() < 0.1:
            numbers = [number for number, _ in entries]
        number = self.random.choice(numbers)
        if self.random.random() < 0.04:
            return "4711111111"
        return self.random.choice(
            [number, f"+{number}", f"{source['international_prefix']}{number}"]
        )

    def _called(self, source: Row, usage_type: str) -> str:
        decks = [
            deck["code"]
            for deck in self.world.catalogue["decks"]
            if deck["brand"] == source["brand"] and deck["usage_type"] == usage_type
        ]
        prefix = self.random.choice(self.prefixes[self.random.choice(decks)])
        tail = "".join(self.random.choice("0123456789") for _ in range(11 - len(prefix)))
        number = prefix + tail
        if number.startswith(source["country_code"]) and self.random.random() < 0.5:
            national = number[len(source["country_code"]) :].lstrip("0")
            return source["national_prefix"] + national
        if self.random.random() < 0.05:
            return self.random.choice(["1881", "112", "", "abc", "02800"])
        spelled = self.random.choice([number, f"{number[:3]} {number[3:6]}-{number[6:]}"])
        return self.random.choice(["+", source["international_prefix"]]) + spelled


def _prefixes(path: Path) -> list[str]:
    with path.open(newline="", encoding="utf-8") as file:
        return [row["prefix"] for row in csv.DictReader(file)]


def _clock_changes(year: int, zone: str) -> list[date]:
    """Days on which the zone's clocks change, and the days around them."""
    days = []
    for number in range(365):
        day = date(year, 1, 1) + timedelta(days=number)
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(zone))
        before = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
        if noon.utcoffset() != before.utcoffset():
            days += [day, day + timedelta(days=1)]
    return days or [date(year, 6, 1)]
