"""Writes a bank's files of payments: most customers pay, some late, some in part, Bo doesn't."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from zlib import crc32

from billing.models import Invoice
from core.models import Brand
from core.money import exponent
from portal.demo.cast import ACME, BO, ELBKONTOR, KARI, NORDLYS
from portal.demo.size import TODAY

COLUMNS = (
    "date", "amount", "currency", "reference", "transaction_id", "bank_account", "payer", "text",
)  # fmt: skip
# Of a hundred bills so many are never paid, late, paid in part, and paid with a little too much.
NEVER, LATE, PART, TOO_MUCH = 3, 10, 13, 15
RELIABLE = (KARI, ACME, NORDLYS, ELBKONTOR)
BO_OWES = date(2026, 10, 1)


@dataclass(frozen=True, slots=True)
class Transfer:
    """Money that somebody sends for a bill."""

    day: date
    amount: Decimal
    invoice: Invoice


def write_bank_file(path: Path, brand: Brand, first: date, end: date) -> int:
    """Write what is booked from `first` until before `end`; returns the number of payments."""
    path.parent.mkdir(parents=True, exist_ok=True)
    invoices = Invoice.objects.filter(brand=brand, state=Invoice.State.ISSUED, total__gt=0)
    ready = invoices.select_related("account").order_by("sequence")
    transfers = [
        transfer
        for invoice in ready
        for transfer in transfers_for(invoice)
        if first <= transfer.day < min(end, TODAY)
    ]
    transfers.sort(key=lambda transfer: (transfer.day, transfer.invoice.sequence or 0))
    entity = brand.legal_entity
    own = entity.bank_account or entity.iban
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for place, transfer in enumerate(transfers, 1):
            invoice = transfer.invoice
            writer.writerow(
                (
                    transfer.day,
                    f"{transfer.amount:.{exponent(invoice.currency)}f}",
                    invoice.currency,
                    invoice.reference,
                    f"{brand.code.upper()}-{first:%Y%m}-{place:04d}",
                    own,
                    invoice.account.name,
                    "",
                )
            )
        writer.writerows(_strange_lines(brand, first, own))
    return len(transfers)


def transfers_for(invoice: Invoice) -> Iterator[Transfer]:
    """What the customer sends for this bill, and when; the same each time."""
    assert invoice.due_date is not None
    number, chance = invoice.account.number, _chance(invoice) % 100
    due, total = invoice.due_date, invoice.total
    if number == BO:
        chance = 0 if invoice.issue_date == BO_OWES else 99
    if number in RELIABLE:
        chance = 99
    on_time = due - timedelta(days=3 + chance % 7)
    if chance < NEVER:
        return
    if chance < LATE:
        days = 4 + _chance(invoice) // 100 % 18
        yield Transfer(_bank_day(due + timedelta(days=days)), total, invoice)
    elif chance < PART:
        yield Transfer(_bank_day(on_time), total // 2, invoice)
    elif chance < TOO_MUCH:
        yield Transfer(_bank_day(on_time), total // 50 * 50 + 50, invoice)
    else:
        yield Transfer(_bank_day(on_time), total, invoice)


def _chance(invoice: Invoice) -> int:
    return crc32(f"{invoice.account.number} {invoice.period_end}".encode())


def _bank_day(day: date) -> date:
    """Banks book from Monday to Friday."""
    return day + timedelta(days=max(0, 7 - day.weekday())) if day.weekday() > 4 else day


def _strange_lines(brand: Brand, first: date, own: str) -> list[tuple[object, ...]]:
    """The bank's fee, and in October money of which nobody can say whose it is."""
    month, code = f"{first:%Y%m}", brand.code.upper()
    fee = (first, "-45.00", brand.currency, "", f"{code}-{month}-FEE", own, "", "Fee")
    if first.month != 10:
        return [fee]
    unknown = (
        first.replace(day=20), "100.00", brand.currency, "", f"{code}-{month}-UNKNOWN", own,
        "Somebody Else", "thanks",
    )  # fmt: skip
    return [fee, unknown]
