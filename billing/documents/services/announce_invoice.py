"""Tell a customer that an invoice is there: what is to pay, by when, with which reference."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.urls import reverse

from accounts.links import portal_address
from accounts.models import Account, Message, Person
from accounts.queries import billing_address_of, language_of
from accounts.services.queue_message import queue_message
from accounts.services.render_message import render_message
from accounts.topics import EMAIL, IN_APP
from billing.documents.formats import in_groups_of_four
from billing.invoicing.models import Invoice
from core.formatting import format_day, format_money

EVENT = "invoice_issued"


def announce_invoice(invoice_id: int, *, now: datetime) -> Message | None:
    """Queue one message about an issued invoice; None if that was done before, or nobody is asked.

    It goes by e-mail to where the account's mail about bills goes, in the language of whoever
    reads there, else the account's. Who has no address finds a notice in the portal instead.
    Credit notes and bills taken over from the system before are not announced. Call it in the
    transaction that notes the news as told.
    """
    invoice = (
        Invoice.objects.select_related("brand", "account__brand", "open_item")
        .filter(
            pk=invoice_id, state=Invoice.State.ISSUED, document=Invoice.Document.INVOICE, live=True
        )
        .exclude(kind=Invoice.Kind.OPENING)
        .first()
    )
    if invoice is None:
        return None
    account = invoice.account
    address = _address_of(account)
    channel = EMAIL if address else IN_APP
    language = _language(account, _reader(account, address))
    return queue_message(
        event=EVENT,
        account=account,
        language=language,
        channel=channel,
        to_address=address,
        content=render_message(
            EVENT, language, account.brand, _values(invoice, language), channel=channel
        ),
        unique_key=f"{EVENT}:{invoice.pk}",
        queued_at=now,
    )


def _address_of(account: Account) -> str:
    """Where mail about bills goes; empty if there is no address, or one that nothing can reach.

    One that is wrong must not hold up the account's other news; reminders name it to staff.
    """
    address = billing_address_of(account)
    try:
        validate_email(address)
    except ValidationError:
        return ""
    return address


def _reader(account: Account, address: str) -> Person | None:
    """The member who reads mail at this address."""
    if not address:
        return None
    return Person.objects.filter(memberships__account=account, email__iexact=address).first()


def _language(account: Account, reader: Person | None) -> str:
    """The reader's own language where the brand speaks it, else the account's."""
    if reader is not None and reader.language in account.brand.languages:
        return reader.language
    return language_of(account)


def _values(invoice: Invoice, language: str) -> dict[str, object]:
    """The facts, as the reader's language writes them.

    `to_pay` is what is left once credit was used; empty where nothing is left to pay.
    """
    item, currency = invoice.open_item, invoice.currency
    return {
        "name": " ".join(invoice.account.name.split()),
        "link": portal_address(
            invoice.brand, reverse("bills-one", "config.urls", args=[invoice.pk])
        ),
        "account_number": invoice.account.number,
        "number": str(invoice.number),
        "total": format_money(invoice.total, currency, language),
        "to_pay": format_money(item.open_amount, currency, language) if item.open_amount else "",
        "due": format_day(item.due_date, language),
        "reference": in_groups_of_four(invoice.reference),
    }
