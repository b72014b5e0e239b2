"""A usage world by hand and by the product: records, grants, cumulative prices, sums, lines."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date
from fractions import Fraction
from pathlib import Path
from typing import Any

from tests.oracle import company, product
from tests.oracle.bills import DECIMALS
from tests.oracle.books import Books
from tests.oracle.calendars import anchor, month_of
from tests.oracle.events import Event, Reader
from tests.oracle.grants import Grant
from tests.oracle.usage_worlds import BRAND, UsageWorld
from tests.oracle.worlds import Step

TYPES = {1: "voice", 2: "sms", 3: "data"}
RECORDS = """
    SELECT account.number, subscription.code, record.start_at, source.code, file.name,
           record.line_number, record.quantity, record.billed, record.covered, record.paid,
           record.amount, category.code, record.origin_start, record.period_start, plan.code,
           record.flags
      FROM billing_usagerecord record
      JOIN billing_usagefile file ON file.id = record.file_id
      JOIN billing_usagesource source ON source.id = file.source_id
      JOIN accounts_account account ON account.id = record.account_id
      JOIN accounts_subscription subscription ON subscription.id = record.subscription_id
      JOIN catalog_usagecategory category ON category.id = record.category_id
      JOIN catalog_planversion version ON version.id = record.plan_version_id
      JOIN catalog_plan plan ON plan.id = version.plan_id
"""
SUMMARIES = """
    SELECT account.number, subscription.code, summary.period_start, summary.origin_start,
           category.code, plan.code, version.starts_on, summary.usage_type, summary.records,
           summary.quantity, summary.billed, summary.covered, summary.amount
      FROM billing_usagesummary summary
      JOIN accounts_account account ON account.id = summary.account_id
      JOIN accounts_subscription subscription ON subscription.id = summary.subscription_id
      JOIN catalog_usagecategory category ON category.id = summary.category_id
      JOIN catalog_planversion version ON version.id = summary.plan_version_id
      JOIN catalog_plan plan ON plan.id = version.plan_id
     WHERE summary.records <> 0 OR summary.amount <> 0
"""
GRANTS = """
    SELECT account.number, balance.period_start, allowance.code,
           coalesce(subscription.code, ''), balance.granted, balance.quantity, balance.used,
           balance.carried
      FROM billing_allowancebalance balance
      JOIN accounts_account account ON account.id = balance.account_id
      JOIN catalog_allowance allowance ON allowance.id = balance.allowance_id
 LEFT JOIN accounts_subscription subscription ON subscription.id = balance.subscription_id
"""
COUNTED = """
    SELECT account.number, subscription.code, counted.origin_start, plan.code, version.starts_on,
           charge.code, sum(counted.units), sum(counted.amount)
      FROM billing_cumulativeusage counted
      JOIN accounts_subscription subscription ON subscription.id = counted.subscription_id
      JOIN accounts_account account ON account.id = subscription.account_id
      JOIN catalog_planversion version ON version.id = counted.plan_version_id
      JOIN catalog_plan plan ON plan.id = version.plan_id
      JOIN catalog_charge charge ON charge.id = counted.charge_id
  GROUP BY 1, 2, 3, 4, 5, 6
"""
LINES = """
    SELECT account.number, subscription.code, line.usage_period, line.usage_origin, category.code,
           line.amount
      FROM billing_invoiceline line
      JOIN accounts_account account ON account.id = line.account_id
      JOIN accounts_subscription subscription ON subscription.id = line.subscription_id
      JOIN catalog_usagecategory category ON category.id = line.usage_category_id
     WHERE line.kind = 'usage'
"""


class UsageComparison:
    """Both sides of a usage world, and every difference in words."""

    def __init__(self, seed: int, folder: Path, **options: Any):
        self.world = UsageWorld(seed, folder, **options)
        self.company = company.Company()
        self.reader = Reader(self.company)
        self.books: dict[str, Books] = {}
        self.events: list[Event] = []
        self.counts: Counter[str] = Counter()
        self.problems: list[str] = []

    def by_hand(self) -> None:
        """Play the world by hand."""
        for step in self.world.steps:
            self._step(step)
        for books in self.books.values():
            books.settle(date(2027, 2, 15))

    def _step(self, step: Step) -> None:
        if step.what == "catalogue":
            company.read_catalogue(self.company, step.paths[0])
        elif step.what == "rates":
            company.read_rates(self.company, step.name, step.paths[0], date(2026, 1, 1))
        elif step.what == "accounts":
            company.read_accounts(self.company, step.paths[0])
            decimals = DECIMALS[self.company.brands[BRAND]["currency"]]
            for _, number in self.company.accounts:
                self.books[number] = Books(self.company, BRAND, number, decimals)
        elif step.what == "usage":
            for path in step.paths:
                for event in self.reader.read(step.name, path):
                    self.events.append(event)
                    self.books[event.account].take(event)
        else:
            for books in self.books.values():
                books.close(anchor(month_of(step.on), books.row.get("bill_day", 1)))

    def by_product(self) -> None:
        """Play the world by the product's commands."""
        product.open_months(self.world.first_month)
        for step in self.world.steps:
            product.run_step(step)
        code, said = product.command("audit")
        if code:
            self.problems.append(f"audit: {said}")

    def compare(self) -> None:
        """Everything that is stored."""
        self._records()
        self._grants()
        self._counted()
        self._summaries()
        self._lines()
        self.counts["worlds"] += 1

    def _differ(self, what: str, expected: Counter[Any], got: Counter[Any]) -> None:
        self.counts[what] += expected.total()
        self.problems += [f"{what}: by hand {plain(key)}" for key in (expected - got).elements()]
        self.problems += [f"{what}: stored  {plain(key)}" for key in (got - expected).elements()]

    def _records(self) -> None:
        places = self._places()
        expected = Counter(
            (
                one.account, one.subscription, str(one.start), one.source, one.known_by,
                one.quantity, None if one.price is not None else one.billed, one.covered,
                one.paid, one.amount, one.category, one.origin, one.billed_in, one.plan,
            )
            for one in self.events
            if not one.corrects
        )  # fmt: skip
        stored: Counter[Any] = Counter()
        corrections: Counter[Any] = Counter()
        for row in product.rows(RECORDS):
            line = places[row[4], row[5]]
            billed = None if line["price"] and not line["corrects"] else row[7]
            if line["corrects"]:
                corrections[(line["rid"], line["corrects"], *row[8:11], row[13])] += 1
            else:
                start = str(row[2].astimezone(UTC))
                stored[(*row[:2], start, row[3], line["rid"], row[6], billed, *row[8:15])] += 1
        self._differ("record", expected, stored)
        by_hand = Counter(
            (one.known_by, one.corrects.known_by, one.covered, one.paid, one.amount, one.billed_in)
            for one in self.events
            if one.corrects
        )
        self._differ("correction", by_hand, corrections)
        self._differ(
            "suspended", Counter(self.reader.suspended), Counter(product.rows(product.SUSPENDED))
        )

    def _places(self) -> dict[tuple[str, int], dict[str, str]]:
        places = {}
        for step in self.world.steps:
            if step.what == "usage":
                for path in step.paths:
                    with path.open(newline="", encoding="utf-8") as file:
                        for number, row in enumerate(csv.DictReader(file), 2):
                            places[path.name, number] = row
        return places

    def _grants(self) -> None:
        """Quantity, use and what was carried on, of each allowance of a period.

        Where a correction came after its period was closed, units are compared in sum.
        """
        loose = {(one.account, one.origin) for one in self.events if one.corrects and one.late}
        units = {
            row["code"]: row["unit"]
            for _, versions in self.company.plans.values()
            for version in versions
            for row in version.allowances
        }

        def key_of(account: str, start: date, code: str, subscription: str) -> tuple[Any, ...]:
            if (account, start) in loose:
                return (account, start, units[code])
            return (account, start, code, subscription)

        rows = list(product.rows(GRANTS))
        unsettled = {key_of(*row[:4]) for row in rows if row[7] is None}
        stored = _sums((key_of(*row[:4]), row[5:8]) for row in rows)
        expected = _sums(
            (
                key_of(number, start, grant.terms["code"], _owner(grant)),
                (grant.quantity, grant.used, grant.carried),
            )
            for number, books in self.books.items()
            for start, grants in books.periods.grants.items()
            for grant in grants
        )
        for key in stored.keys() | expected.keys():
            by_hand, got = expected.get(key), stored.get(key)
            if key in unsettled and by_hand and got:
                # What goes on is written down when the next period is opened.
                by_hand, got = by_hand[:2], got[:2]
            self.counts["grants"] += bool(got)
            # A period nothing was used in may have no rows yet.
            if by_hand != got and (got or (by_hand and by_hand[1])):
                self.problems.append(f"grant {plain(key)}: by hand {by_hand} stored {got}")

    def _counted(self) -> None:
        expected: Counter[Any] = Counter()
        for number, books in self.books.items():
            for (sub, origin, plan, version, code), counted in books.counted.items():
                units = sum(units for _, units in counted.entries)
                amount = sum(event.share for event, _ in counted.entries)
                if units or amount:
                    expected[number, sub, origin, plan, version, code, units, amount] += 1
        stored = Counter(row for row in product.rows(COUNTED) if row[6] or row[7])
        self._differ("counted", expected, stored)

    def _summaries(self) -> None:
        sums: dict[Any, list[int]] = defaultdict(lambda: [0] * 5)
        for one in self.events:
            key = (
                one.account, one.subscription, one.billed_in, one.origin, one.category, one.plan,
                one.version, one.usage_type,
            )  # fmt: skip
            row = sums[key]
            amounts = (1, one.quantity, one.billed, one.covered, one.amount + one.share)
            for place, amount in enumerate(amounts):
                row[place] += amount
        expected = Counter((*key, *row) for key, row in sums.items())
        stored = Counter((*row[:7], TYPES[row[7]], *row[8:]) for row in product.rows(SUMMARIES))
        self._differ("summary", expected, stored)

    def _lines(self) -> None:
        expected: Counter[Any] = Counter()
        unsure = set()
        for number, books in self.books.items():
            for key, count in books.lines.items():
                expected[(number, *key)] += count
            unsure |= {(number, *key) for key in books.covered_in_part}
        stored = Counter(
            (*row[:5], Fraction(row[5]))
            for row in product.rows(LINES)
            if row[5] or row[:5] not in unsure
        )
        self._differ("line", expected, stored)


def _owner(grant: Grant) -> str:
    return grant.subscription if grant.terms.get("scope", "own") == "own" else ""


def _sums(rows: Iterable[tuple[Any, Sequence[int | None]]]) -> dict[Any, list[int]]:
    sums: dict[Any, list[int]] = defaultdict(lambda: [0, 0, 0])
    for key, amounts in rows:
        for place, amount in enumerate(amounts):
            sums[key][place] += amount or 0
    return sums


def plain(key: Any) -> str:
    """A key in words."""
    parts = [str(float(one)) if isinstance(one, Fraction) else str(one) for one in key]
    return " ".join(parts)
