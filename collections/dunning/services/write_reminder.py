"""Write the reminder of an account: what is open, since when, and how to pay it."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.models import Account
from accounts.services.render_message import MessageContent, render_message
from billing.invoicing.models import OpenItem
from core.formatting import format_day, format_money
from dunning.queries import open_sum

EVENT = "payment_reminder"


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
