"""Invoices by hand: who is billed on a date, lines of charges and usage, tax, totals, due dates."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from tests.oracle.calendars import anchor, bank_day, month_of
from tests.oracle.charges import ChargeLine, Charges
from tests.oracle.company import Company
from tests.oracle.rating import MILLION, Record, Usage, round_away

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
    issue_date: date
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
    """Nets of a group's gross lines: each rounded, the remainder to the first largest."""
    nets = [round_away(amount / (1 + rate), decimals) for amount in amounts]
    largest = max(range(len(amounts)), key=lambda index: (abs(amounts[index]), -index))
    nets[largest] += group_net - sum(nets)
    return nets


class Biller:
    """A brand's bill runs."""

    def __init__(self, company: Company, brand: str, usage: Usage, last: dict[str, date]):
        self.company = company
        self.brand = brand
        self.row = company.brands[brand]
        self.decimals = DECIMALS[self.row["currency"]]
        self.usage = usage
        self.charges = Charges(company, brand, self.decimals)
        self.last = last

    def run_month(self, month: date) -> list[Bill]:
        """All bill dates of a month, one after the other."""
        dates = defaultdict(list)
        for (brand, number), account in self.company.accounts.items():
            if brand == self.brand and self.company.payer(brand, number) == number:
                dates[anchor(month_of(month), account.get("bill_day", 1))].append(number)
        bills = []
        for bill_date in sorted(dates):
            # Dates of a series never go back, also where two brands share it.
            issue_date = max(bill_date, self.last.get(self.row["legal_entity"], bill_date))
            made = [self._bill(number, bill_date, issue_date) for number in dates[bill_date]]
            made = [bill for bill in made if bill.lines]
            if made:
                self.last[self.row["legal_entity"]] = issue_date
            bills += made
        return bills

    def _bill(self, number: str, bill_date: date, issue_date: date) -> Bill:
        account = self.company.accounts[self.brand, number]
        exempt = account.get("tax_status", "standard") != "standard"
        lines = []
        for member in self.company.family(self.brand, number):
            charged = self.charges.bill(member, account.get("bill_day", 1), bill_date)
            lines += [self._charge_line(line, issue_date, exempt) for line in charged]
            lines += self._usage_lines(member, bill_date, issue_date, exempt)
        groups = tax_groups(lines, self.row["prices"], self.decimals)
        return Bill(
            self.brand,
            number,
            bill_date,
            issue_date,
            self._due_date(account.get("payment_terms_days"), issue_date),
            lines,
            groups,
            sum((net + tax for net, tax in groups.values()), Fraction(0)),
        )

    def _charge_line(self, line: ChargeLine, issue_date: date, exempt: bool) -> BillLine:
        if line.rate is None:
            line.rate = self._rate(line.category, issue_date, exempt)
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

    def _usage_lines(
        self, account: str, bill_date: date, issue_date: date, exempt: bool
    ) -> list[BillLine]:
        groups: dict[tuple[str, date, date, str], list[Record]] = defaultdict(list)
        for record in self.usage.records:
            mine = (record.brand, record.account) == (self.brand, account)
            if mine and not record.billed and record.origin_end <= bill_date:
                record.billed = True
                key = (record.subscription, record.origin, record.origin_end, record.category)
                groups[key].append(record)
        lines = []
        for (subscription, start, end, what), records in groups.items():
            exact = Fraction(sum(record.amount for record in records), MILLION)
            # One line has one tax category: that of the plan taken last.
            last = max(records, key=lambda record: record.start)
            category = self.company.tax_category(self.brand, last.plan)
            rate = self._rate(category, issue_date, exempt)
            rounded = round_away(exact, self.decimals)
            if not rounded:
                continue
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

    def _rate(self, category: str, issue_date: date, exempt: bool) -> Fraction:
        if exempt:
            return Fraction(0)
        return self.company.tax_rate(self.brand, category, issue_date)

    def _due_date(self, terms: int | None, issue_date: date) -> date:
        days = self.row.get("payment_terms_days", 14) if terms is None else terms
        due = issue_date + timedelta(days=days)
        moved = self.row.get("due_date_on_bank_day", True)
        return bank_day(due, self.company.countries[self.row["legal_entity"]]) if moved else due
