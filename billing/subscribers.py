"""What billing does about its own news."""

from __future__ import annotations

from billing.documents.services.announce_invoice import announce_invoice
from core.events import News, subscriber


@subscriber("invoice.issued")
def announce(news: News) -> None:
    """Tell the customer about the bill, once, however often the news comes."""
    announce_invoice(int(news.payload["invoice_id"]), now=news.now)
