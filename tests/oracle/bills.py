"""Invoices by hand: who is billed on a date, lines of charges and usage, tax, totals, due dates."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from tests.oracle.calendars import anchor, bank_day, month_of
from tests.oracle.charges import ChargeLine, Charges
from tests.oracle.company import Company
from tests.oracle.rating import MILLION, Usage, round_away

DECIMALS = {"NOK": 2, "EUR": 2, "USD": 2, "JPY": 0, "BHD": 3}


@dataclass(frozen=True)
class BillLine:
    """One line of an expected invoice, in the brand's kind of prices."""

    account: str
    subscription: str
    kind: str
    what: str
    start: date
    end: date | None
    amount: Fraction
    category: str
    rate: Fraction
    exact: Fraction


@dataclass
class Bill:
    """One expected invoice; taxes by (category, rate): net and tax."""

    brand: str
    account: str
    bill_date: date
    due_date: date
    lines: list[BillLine]
    taxes: dict[tuple[str, Fraction], tuple[Fraction, Fraction]]
    total: Fraction


def tax_groups(
    lines: list[BillLine], prices: str, decimals: int
) -> dict[tuple[str, Fraction], tuple[Fraction, Fraction]]:
    """Net and tax of each (category, rate), once on its sum."""
    sums: dict[tuple[str, Fraction], Fraction] = defaultdict(Fraction)
    for line in lines:
        sums[line.category, line.rate] += line.amount
    groups = {}
    for (category, rate), amount in sums.items():
        if prices == "gross":
            tax = round_away(amount * rate / (1 + rate), decimals)
            groups[category, rate] = (amount - tax, tax)
        else:
            groups[category, rate] = (amount, round_away(amount * rate, decimals))
    return groups


def line_nets(
    amounts: list[Fraction], rate: Fraction, group_net: Fraction, decimals: int
) -> list[Fraction]:
    """Nets of a group's gross lines: rounded each, the remainder to the largest, first of equals."""
    nets = [round_away(amount / (1 + rate), decimals) for amount in amounts]
    largest = max(range(len(amounts)), key=lambda index: (abs(amounts[index]), -index))
    nets[largest] += group_net - sum(nets)
    return nets


class Biller:
    """A brand's bill runs."""

    def __init__(self, company: Company, brand: str, usage: Usage):
        self.company = company
        self.brand = brand
        self.row = company.brands[brand]
        self.decimals = DECIMALS[self.row["currency"]]
        self.usage = usage
        self.charges = Charges(company, brand, self.decimals)
        self.holidays: set[date] = set()

    def run_month(self, month: date) -> list[Bill]:
        """All bill dates of a month."""
        bills = []
        for (brand, number), account in self.company.accounts.items():
            if brand == self.brand and self.company.payer(brand, number) == number:
                bill_date = anchor(month_of(month), account.get("bill_day", 1))
                bills.append(self._bill(number, bill_date))
        return sorted((bill for bill in bills if bill.lines), key=lambda bill: bill.bill_date)

    def _bill(self, number: str, bill_date: date) -> Bill:
        account = self.company.accounts[self.brand, number]
        exempt = account.get("tax_status", "standard") != "standard"
        lines = []
        for member in self.company.family(self.brand, number):
            for line in self.charges.bill(member, account.get("bill_day", 1), bill_date):
                lines.append(self._charge_line(line, bill_date, exempt))
            lines += self._usage_lines(member, bill_date, exempt)
        groups = tax_groups(lines, self.row["prices"], self.decimals)
        return Bill(
            self.brand,
            number,
            bill_date,
            self._due_date(account.get("payment_terms_days"), bill_date),
            lines,
            groups,
            sum((net + tax for net, tax in groups.values()), Fraction(0)),
        )

    def _charge_line(self, line: ChargeLine, bill_date: date, exempt: bool) -> BillLine:
        if line.rate is None:
            line.rate = self._rate(line.category, bill_date, exempt)
        return BillLine(
            line.account,
            line.subscription,
            line.kind,
            line.charge,
            line.start,
            line.end,
            line.amount,
            line.category,
            line.rate,
            Fraction(0),
        )

    def _usage_lines(self, account: str, bill_date: date, exempt: bool) -> list[BillLine]:
        sums: dict[tuple[str, date, date, str, str], int] = defaultdict(int)
        for record in self.usage.records:
            mine = (record.brand, record.account) == (self.brand, account)
            if not mine or record.billed or record.origin_end > bill_date:
                continue
            record.billed = True
            category = self.company.tax_category(self.brand, record.plan)
            key = (
                record.subscription,
                record.origin,
                record.origin_end,
                record.category,
                category,
            )
            sums[key] += record.amount
        lines = []
        for (subscription, start, end, what, category), amount in sums.items():
            exact = Fraction(amount, MILLION)
            rounded = round_away(exact, self.decimals)
            rate = self._rate(category, bill_date, exempt)
            if rounded:
                lines.append(
                    BillLine(
                        account,
                        subscription,
                        "usage",
                        what,
                        start,
                        end,
                        rounded,
                        category,
                        rate,
                        exact,
                    )
                )
        return lines

    def _rate(self, category: str, bill_date: date, exempt: bool) -> Fraction:
        if exempt:
            return Fraction(0)
        return self.company.tax_rate(self.brand, category, bill_date)

    def _due_date(self, terms: int | None, bill_date: date) -> date:
        days = self.row.get("payment_terms_days", 14) if terms is None else terms
        due = bill_date + timedelta(days=days)
        moved = self.row.get("due_date_on_bank_day", True)
        return bank_day(due, self.holidays) if moved else due
