"""A world played by hand and by the product, and every difference between the two, in words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from tests.oracle import company, product
from tests.oracle.bills import DECIMALS, Bill, Biller, line_nets
from tests.oracle.rating import Usage, take_file
from tests.oracle.worlds import Step, World


class Expected:
    """The company that has never seen the product and bills from files alone."""

    def __init__(self) -> None:
        self.company = company.Company()
        self.usage = Usage()
        self.billers: dict[str, Biller] = {}
        self.bills: list[Bill] = []
        self.last: dict[str, date] = {}

    def run_step(self, step: Step) -> None:
        """Do by hand what a step says."""
        if step.what == "catalogue":
            company.read_catalogue(self.company, step.paths[0])
        elif step.what == "rates":
            company.read_rates(self.company, step.name, step.paths[0], date(2026, 1, 1))
        elif step.what == "accounts":
            company.read_accounts(self.company, step.paths[0])
        elif step.what == "usage":
            for path in step.paths:
                take_file(self.company, self.usage, step.name, path)
        else:
            if step.name not in self.billers:
                self.billers[step.name] = Biller(self.company, step.name, self.usage, self.last)
            self.bills += self.billers[step.name].run_month(step.on)


class Comparison:
    """What was compared and what differed."""

    def __init__(self, seed: int, folder: Path, size: int = 4):
        self.world = World(seed, folder, size)
        self.counts: Counter[str] = Counter()
        self.problems: list[str] = []
        self.expected = Expected()
        self.exported: list[dict[str, Any]] = []

    def run(self) -> None:
        """Play the world on both sides and compare everything."""
        product.open_months(self.world.first_month)
        for step in self.world.steps:
            product.run_step(step)
            self.expected.run_step(step)
        self.exported = product.invoices(self.world.folder)
        self._records()
        self._invoices()
        self._numbers()
        code, said = product.command("audit")
        if code:
            self.problems.append(f"audit: {said}")
        self.counts["worlds"] += 1

    def _differ(self, what: str, expected: Counter[Any], got: Counter[Any]) -> None:
        self.problems += [f"{what}: missing {key}" for key in (expected - got).elements()]
        self.problems += [f"{what}: unexpected {key}" for key in (got - expected).elements()]

    def _records(self) -> None:
        expected = Counter(
            (
                one.account,
                one.subscription,
                one.start.isoformat(),
                one.called,
                one.quantity,
                one.amount,
                one.category,
                one.origin.isoformat(),
            )
            for one in self.expected.usage.records
        )
        got: Counter[Any] = Counter(
            (*row[2:4], row[4].isoformat(), *row[5:9], row[9].isoformat())
            for row in product.rows(product.RECORDS)
        )
        self.counts["records"] += expected.total()
        self._differ("record", expected, got)
        suspended = Counter(self.expected.usage.suspended)
        self.counts["suspended"] += suspended.total()
        self._differ("suspended", suspended, Counter(product.rows(product.SUSPENDED)))

    def _invoices(self) -> None:
        expected = {
            (bill.brand, bill.account, bill.bill_date): bill for bill in self.expected.bills
        }
        got = {
            (one["brand"], one["account"], date.fromisoformat(one["period_end"])): one
            for one in self.exported
        }
        self._differ("invoice", Counter(expected.keys()), Counter(got.keys()))
        for key in expected.keys() & got.keys():
            self.counts["invoices"] += 1
            for problem in self._invoice(expected[key], got[key]):
                self.problems.append(f"{' '.join(map(str, key))}: {problem}")

    def _invoice(self, bill: Bill, got: dict[str, Any]) -> Iterator[str]:
        lines = Counter(
            (
                line.account,
                line.subscription,
                line.kind,
                line.what,
                str(line.start),
                str(line.end),
                line.amount,
                line.category,
                line.rate,
            )
            for line in bill.lines
        )
        self.counts["lines"] += lines.total()
        printed = Counter(_printed(line) for line in got["lines"])
        yield from (f"line missing {_plain(key)}" for key in (lines - printed).elements())
        yield from (f"line unexpected {_plain(key)}" for key in (printed - lines).elements())
        groups = Counter({(*key, *amounts): 1 for key, amounts in bill.taxes.items()})
        taxes = Counter(
            (
                one["category"],
                Fraction(one["rate"]) / 100,
                Fraction(one["net"]),
                Fraction(one["tax"]),
            )
            for one in got["taxes"]
        )
        self.counts["tax groups"] += groups.total()
        if groups != taxes:
            yield f"taxes {_plain(groups)} but {_plain(taxes)}"
        self.counts[f"documents: {got['document']}"] += 1
        total = Fraction(got["total"])
        if total != bill.total:
            yield f"total {float(bill.total)} but {float(total)}"
        if got["due_date"] != bill.due_date.isoformat():
            yield f"due {bill.due_date} but {got['due_date']}"
        if got["issue_date"] != bill.issue_date.isoformat():
            yield f"issued {bill.issue_date} but {got['issue_date']}"
        yield from self._nets(bill, got)
        yield from self._exact(bill, got)
        yield from self._sections(bill, got)

    def _nets(self, bill: Bill, got: dict[str, Any]) -> Iterator[str]:
        brand = self.expected.company.brands[bill.brand]
        decimals = DECIMALS[brand["currency"]]
        groups = defaultdict(list)
        for line in got["lines"]:
            groups[line["tax_category"], Fraction(line["tax_rate"]) / 100].append(line)
        for key, lines in groups.items():
            amounts = [Fraction(line["amount"]) for line in lines]
            nets = amounts
            if brand["prices"] == "gross" and key in bill.taxes:
                nets = line_nets(amounts, key[1], bill.taxes[key][0], decimals)
            if nets != [Fraction(line["net"]) for line in lines]:
                yield f"nets {_plain(nets)} but {[line['net'] for line in lines]}"

    def _exact(self, bill: Bill, got: dict[str, Any]) -> Iterator[str]:
        """Usage behind the lines, to the sixth decimal."""
        expected = Counter(
            (line.account, line.subscription, line.what, str(line.start), line.exact)
            for line in bill.lines
            if line.kind == "usage"
        )
        printed = Counter(
            (
                line["account"],
                line["subscription"],
                line["usage_category"],
                line["usage_origin"],
                sum((Fraction(part["amount"]) for part in line["usage"]), Fraction(0)),
            )
            for line in got["lines"]
            if line["kind"] == "usage"
        )
        self.counts["usage lines"] += expected.total()
        if expected != printed:
            yield f"usage {_plain(expected - printed)} but {_plain(printed - expected)}"

    def _sections(self, bill: Bill, got: dict[str, Any]) -> Iterator[str]:
        order = [line["account"] for line in got["lines"]]
        grouped = sorted(order, key=order.index)
        if order != grouped or (bill.account in order and order[0] != bill.account):
            yield f"sections {order}"

    def _numbers(self) -> None:
        """Gap-free from the first number of each legal entity, dates never back."""
        for entity in {one["legal_entity"] for one in self.exported}:
            mine = [one for one in self.exported if one["legal_entity"] == entity]
            mine.sort(key=lambda one: int(one["number"].rpartition("-")[2]))
            numbers = [one["number"] for one in mine]
            if numbers != [f"{entity}-{number}" for number in range(1, len(mine) + 1)]:
                self.problems.append(f"numbers {numbers}")
            dates = [one["issue_date"] for one in mine]
            if dates != sorted(dates):
                self.problems.append(f"issue dates {dates}")


def _printed(line: dict[str, Any]) -> tuple[Any, ...]:
    usage = line["kind"] == "usage"
    what = line["usage_category"] if usage else line["charge"]
    return (
        line["account"],
        line["subscription"],
        line["kind"],
        what,
        line["period_start"],
        str(line["period_end"]),
        Fraction(line["amount"]),
        line["tax_category"],
        Fraction(line["tax_rate"]) / 100,
    )


def _plain(value: Any) -> str:
    """Fractions as decimals, for people."""
    if isinstance(value, Fraction):
        return str(float(value))
    if isinstance(value, Counter):
        return _plain(list(value.elements()))
    if isinstance(value, (tuple, list)):
        return "(" + ", ".join(_plain(part) for part in value) + ")"
    return str(value)
