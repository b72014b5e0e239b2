"""docs/how-invoices-are-calculated.md tells the truth: each row of its tables is computed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from django.conf import settings

from billing.invoicing.due_dates import due_date
from billing.invoicing.minimum import stretches
from billing.invoicing.proration import part_amount
from billing.invoicing.recurring import (
    BilledLine,
    Clock,
    Segment,
    Terms,
    Version,
    due_charges,
    due_credits,
)
from billing.invoicing.references import payment_reference
from billing.invoicing.services.run_billing import run_billing
from billing.invoicing.tax import TaxGroup, tax_lines
from billing.rating.cumulative import CumulativePrice, Tier, period_total
from billing.rating.model import Deck, Rate
from billing.rating.reference import explain_event, explain_price
from catalog.models import Charge
from catalog.termination import Termination, months_left
from core.money import from_micro, round_amount, round_fraction, round_money, spread
from core.periods import Period, first_anchor_from, next_anchor, period_containing
from dunning.policy import step_due
from payments.oldest_first import pay_oldest_first
from tests import make
from tests.house.worked_tables import Row, amounts, read_tables

PAGE = Path(settings.BASE_DIR) / "docs" / "how-invoices-are-calculated.md"
TABLES = read_tables(PAGE)


def check_rounding(row: Row) -> None:
    assert str(round_money(Decimal(row["amount"]), row["currency"])) == row["rounded"]


def check_modes(row: Row) -> None:
    rounded = round_amount(Decimal(row["amount"]), int(row["decimals"]), row["rounding"])

    assert str(rounded) == row["rounded"]


def midnight(text: str) -> int:
    return int(datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC).timestamp())


def check_prefix(row: Row) -> None:
    closed = Rate(prefix="4790", starts=midnight("2026-10-01"), key=5, ended=True)
    prices = {"1": "0.01", "1234": "0.20", "47": "0.49", "4790": "0.10"}
    rates = [
        Rate(prefix=prefix, starts=0, key=key, price=Decimal(price))
        for key, (prefix, price) in enumerate(prices.items())
    ]
    deck = Deck("EXAMPLE", (*rates, closed))

    served = explain_event(deck, row["dialled"], midnight(row["on"]), 60).rate

    assert (served.prefix if served else "none") == row["prefix"]


def check_rating(row: Row) -> None:
    rate = Rate(
        prefix="",
        starts=0,
        key=1,
        connection_fee=Decimal(row["fee"]),
        first_increment=int(row["first increment"]),
        first_price=Decimal(row["first price"]) if row["first price"] else None,
        next_increment=int(row["next increment"]),
        price=Decimal(row["price"]),
        per=int(row["per"]),
        max_charge=Decimal(row["cap"]),
    )

    priced = explain_price(Deck("EXAMPLE", (rate,)), rate, int(row["units"])).priced

    assert priced is not None
    assert from_micro(priced.amount_micro) == Decimal(row["amount"])
    assert priced.billed_units == int(row["billed units"])


def check_sums(row: Row) -> None:
    assert round_money(sum(amounts(row["records"]), Decimal(0)), "NOK") == Decimal(row["line"])


def day(text: str) -> date:
    return date.fromisoformat(text)


def check_cumulative(row: Row) -> None:
    tiers = (Tier(3, 500_000), Tier(None, 400_000))
    price = {
        "graduated": CumulativePrice("graduated", 1, tiers),
        "volume": CumulativePrice("volume", 1, tiers),
        "package": CumulativePrice("package", 3, (Tier(None, 1_200_000),)),
    }[row["price"]]

    assert from_micro(period_total(price, int(row["messages"]))) == Decimal(row["line"])


def check_periods(row: Row) -> None:
    period = period_containing(day(row["a day in it"]), int(row["bill day"]), int(row["months"]))

    assert period == Period(day(row["from"]), day(row["until before"]))


def check_first_anchor(row: Row) -> None:
    first = first_anchor_from(day(row["starts"]), int(row["bill day"]), int(row["months"]))

    assert first == day(row["first whole period begins"])


def check_proration(row: Row) -> None:
    part = Period(day(row["from"]), day(row["until before"]))
    full = period_containing(part.start, int(row["bill day"]))

    amount = part_amount(Decimal(row["price"]), part, full, row["rule"], 2)

    assert (part.days, full.days) == (int(row["days"]), int(row["of"]))
    assert amount == Decimal(row["amount"])


def monthly(price: str) -> Terms:
    return Charge(code="monthly", kind="recurring", price=Decimal(price), months=1)


PRICES = ("old price", "new price")


def check_plan_change(row: Row) -> None:
    """The old plan was billed in advance for the month in which the plan changes."""
    changed, bill_day = day(row["changed on"]), int(row["bill day"])
    full = period_containing(changed, bill_day)
    clock = Clock(full.end, next_anchor(full.end, bill_day), bill_day, 2)
    started = date(2026, 1, 1)
    prices = {name: [Version(started, {"monthly": monthly(row[name])})] for name in PRICES}
    old = Segment("old", prices["old price"], started, changed, False)
    new = Segment("new", prices["new price"], changed, None, False)
    price = Decimal(row["old price"])
    line = BilledLine(1, "old", "monthly", full, full.days, price, price, "daily")

    credit = next(due_credits([old, new], [line], clock)).amount
    charge = next(due_charges(new, [], clock)).amount

    assert credit == Decimal(row["credit"])
    assert charge == Decimal(row["charge"])
    assert credit + charge == Decimal(row["difference"])


def check_leaving(row: Row) -> None:
    left = months_left(day(row["leaves on"]), day(row["bound until"]))
    terms = Termination(
        kind="remaining_months",
        term_months=12,
        amount=Decimal(row["for each month"]),
        share=Decimal(0),
        monthly=Decimal(0),
    )

    assert (str(left), f"{terms.fee(left):.2f}") == (row["months left"], row["fee"])


def check_minimum(row: Row) -> None:
    whole = Period(date(2026, 10, 1), date(2026, 10, 1) + timedelta(days=int(row["of"])))
    part = Period(whole.start, whole.start + timedelta(days=int(row["days"])))
    version = Version(whole.start, {}, Decimal(row["minimum"]))
    segment = Segment("plan:A", [version], part.start, part.end, takes_one_off=True)
    [stretch] = stretches([segment], {"plan:A": 1}, whole, None)

    missing = round_fraction(stretch.minimum() - Fraction(row["used"]), 2)

    assert str(max(missing, Decimal("0.00"))) == row["missing"]


def check_invoice_discount(row: Row) -> None:
    lines = amounts(row["lines"])
    off = round_fraction(Fraction(sum(lines)) * int(row["per cent"]) / 100, 2)

    assert str(off) == row["discount"]
    assert spread(off, lines, 2) == amounts(row["spread"])


def check_late_usage(row: Row) -> None:
    """The rule of billing.usage.directory; tests/billing/usage prove it on stored records."""
    origin = period_containing(day(row["call made on"]), int(row["bill day"])).start

    assert origin == day(row["belongs to"])
    assert max(origin, day(row["closed until"])) == day(row["billed with the period from"])


def check_tax(row: Row) -> None:
    group = TaxGroup("standard", "S", Decimal(row["rate"]))
    lines = [(group, amount) for amount in amounts(row["lines"])]

    taxed = tax_lines(lines, gross_prices=row["prices"] == "gross", places=2)

    (total,) = taxed.totals
    assert (total.net, total.tax, total.gross) == tuple(
        Decimal(row[name]) for name in ("net", "tax", "to pay")
    )
    assert sum(taxed.nets) == total.net


def check_due_date(row: Row) -> None:
    due = due_date(
        day(row["issued"]),
        int(row["days"]),
        country=row["country"],
        on_bank_day=row["bank days only"] == "yes",
    )

    assert due == day(row["due"])


def check_reference(row: Row) -> None:
    reference = payment_reference(row["kind"], int(row["account"]), int(row["invoice"]))

    assert reference == row["reference"]


def check_payments(row: Row) -> None:
    debts = list(enumerate(amounts(row["open, oldest first"])))
    paid_in = Decimal(row["paid in"])

    pairs = pay_oldest_first([("payment", paid_in)], debts)

    left = [owed - sum(paid for _, debt, paid in pairs if debt == key) for key, owed in debts]
    assert left == amounts(row["left open"])
    assert paid_in - sum(paid for _, _, paid in pairs) == Decimal(row["account credit"])


def check_reminders(row: Row) -> None:
    step = step_due(
        due_date=day(row["due"]),
        as_of=day(row["on"]),
        open_amount=Decimal(row["overdue amount"]),
        minimum_open_amount=Decimal(row["minimum"]),
        days_after_due=int(row["days after"]),
    )

    assert (step is not None) == (row["reminded"] == "yes")


CHECKS: dict[str, Callable[[Row], None]] = {
    "rounding": check_rounding,
    "modes": check_modes,
    "prefix": check_prefix,
    "rating": check_rating,
    "sums": check_sums,
    "cumulative": check_cumulative,
    "periods": check_periods,
    "first anchor": check_first_anchor,
    "proration": check_proration,
    "plan change": check_plan_change,
    "leaving early": check_leaving,
    "minimum spend": check_minimum,
    "invoice discount": check_invoice_discount,
    "late usage": check_late_usage,
    "tax": check_tax,
    "due date": check_due_date,
    "reference": check_reference,
    "payments": check_payments,
    "reminders": check_reminders,
}


def test_every_table_of_the_page_is_checked() -> None:
    tables = PAGE.read_text().count("\n|---|")

    assert {*CHECKS, "invoice"} == set(TABLES)
    assert len(TABLES) == tables


@pytest.mark.parametrize(
    ("name", "row"), [(name, row) for name in CHECKS for row in TABLES.get(name, [])]
)
def test_the_page_says_what_the_program_does(name: str, row: Row) -> None:
    CHECKS[name](row)


def test_the_whole_invoice_is_made_as_the_page_shows_it(fjordtel) -> None:
    kari = make.make_account(fjordtel, language="en")
    names = {"MOBIL10": "Mobile 10 GB", "MOBIL20": "Mobile 20 GB", "FIBER250": "Fibre 250"}
    prices = {"MOBIL10": "299.00", "MOBIL20": "399.00", "FIBER250": "350.00"}
    plans = {
        code: make.make_plan(fjordtel, code, prices[code], name={"en": name})
        for code, name in names.items()
    }
    one_off = {"kind": "add_on", "charge": {"kind": "one_off"}}
    day_pass = make.make_plan(
        fjordtel, "DAYPASS-TR", "49.00", name={"en": "Day pass Türkiye"}, **one_off
    )
    extra = make.make_plan(fjordtel, "EXTRA-1GB", "49.00", name={"en": "Extra 1 GB"}, **one_off)
    started = date(2026, 10, 1)
    make.make_subscription(kari, plans["FIBER250"], "FIB-1", starts_on=started)
    mobile = make.make_subscription(kari, plans["MOBIL10"], starts_on=started)
    make.give_plan(mobile, plans["MOBIL20"], date(2026, 10, 14))
    make.give_add_on(mobile, day_pass, date(2026, 10, 3), "ORDER-1")
    make.give_add_on(mobile, extra, date(2026, 10, 22), "ORDER-2")
    for month in (10, 11):
        run = run_billing(
            brand=fjordtel,
            bill_date=date(2026, month, 1),
            as_of=date(2026, month, 3),
            now=datetime(2026, month, 3, 8, tzinfo=UTC),
        )

    invoice = run.invoices.get()

    shown = [
        {
            "line": line.description,
            "period": f"{line.period_start} – {line.period_end}"
            if line.period_end
            else str(line.period_start),
            "amount": f"{line.amount:.2f}",
        }
        for line in invoice.lines.all()
    ]
    totals = {"Net": invoice.net_total, "Tax": invoice.tax_total, "To pay": invoice.total}
    shown += [{"line": k, "period": "", "amount": f"{v:.2f}"} for k, v in totals.items()]
    assert shown == TABLES["invoice"]
