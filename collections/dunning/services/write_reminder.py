"""Write the reminder of an account: what is open, since when, and how to pay it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from accounts.message_events import message_event
from accounts.models import Account
from accounts.services.render_message import MessageContent, render_message
from billing.invoicing.models import OpenItem
from core.formatting import format_day, format_money
from dunning.queries import open_sum

EVENT = "payment_reminder"
VARIABLES = {
    "name": "the customer's name",
    "account_number": "the customer number",
    "bills": "the bills that are late, oldest first",
    "bills.number": "the bill's number",
    "bills.due": "when it was due",
    "bills.open": "what is left to pay of it",
    "bills.is_part": "whether a part was paid",
    "bills.total": "its whole amount",
    "bills.reference": "its payment reference",
    "total": "what is left to pay in all",
    "due": "when the oldest bill was due",
    "reference": "the payment reference of the oldest bill",
    "payee": "the company that is paid",
    "bank_account": "its domestic account, where it has one",
    "iban": "its IBAN, where it has one",
    "bic": "its BIC, where it has one",
}


@message_event(EVENT, title="Payment reminder", topic="payment_reminder", variables=VARIABLES)
def sample(language: str) -> dict[str, object]:
    """Two made-up bills, one of them paid in part."""
    bill = {
        "number": "FT-100001",
        "due": format_day(date(2026, 11, 16), language),
        "open": format_money(Decimal("905.07"), "NOK", language),
        "is_part": "",
        "total": format_money(Decimal("905.07"), "NOK", language),
        "reference": "1001 2300 0012",
    }
    part = {"number": "FT-100002", "is_part": "yes"}
    part["open"] = format_money(Decimal("100.00"), "NOK", language)
    return {
        "name": "Kari Nordmann & Sønn",
        "account_number": "100123",
        "bills": [bill, bill | part],
        "total": format_money(Decimal("1005.07"), "NOK", language),
        "due": bill["due"],
        "reference": bill["reference"],
        "payee": "Fjordtel AS",
        "bank_account": "1234.56.78903",
        "iban": "NO93 8601 1117 947",
        "bic": "DNBANOKK",
    }


def write_reminder(account: Account, items: Sequence[OpenItem], language: str) -> MessageContent:
    """The message for these open items, oldest due first, in the reader's words and figures."""
    first = items[0]
    entity = first.invoice.legal_entity
    return render_message(
        EVENT,
        language,
        account.brand,
        {
            "name": " ".join(account.name.split()),
            "account_number": account.number,
            "bills": [_facts(item, language) for item in items],
            "total": format_money(open_sum(items), first.currency, language),
            "due": format_day(first.due_date, language),
            "reference": _spaced(first.invoice.reference),
            "payee": entity.name,
            "bank_account": entity.bank_account,
            "iban": _spaced(entity.iban),
            "bic": entity.bic,
        },
    )


def _facts(item: OpenItem, language: str) -> dict[str, str]:
    return {
        "number": str(item.invoice.number),
        "due": format_day(item.due_date, language),
        "open": format_money(item.open_amount, item.currency, language),
        "is_part": "yes" if item.open_amount != item.total else "",
        "total": format_money(item.total, item.currency, language),
        "reference": _spaced(item.invoice.reference),
    }


def _spaced(reference: str) -> str:
    """In groups of four, as people copy it."""
    bare = reference.replace(" ", "")
    return " ".join(bare[start : start + 4] for start in range(0, len(bare), 4))
