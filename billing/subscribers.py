"""What billing does about its own news."""

from __future__ import annotations

from billing.documents.services.announce_invoice import announce_invoice
from billing.invoicing.models import Invoice
from billing.usage.services.raise_alerts import SPIKE_FLAGGED, THRESHOLD_CROSSED
from billing.usage.services.tell_alert import tell_alert, tell_spike
from core.events import News, subscriber
from core.services.enqueue_job import enqueue_job


@subscriber("invoice.issued")
def announce(news: News) -> None:
    """Tell the customer about the bill, once, however often the news comes.

    Bills of a run get their PDFs with the run; what was issued alone is printed now.
    """
    invoice_id = int(news.payload["invoice_id"])
    announce_invoice(invoice_id, now=news.now)
    alone = Invoice.objects.filter(pk=invoice_id, kind=Invoice.Kind.CORRECTION).first()
    if alone is not None:
        enqueue_job(
            "render_invoice",
            payload={"invoice": alone.pk},
            now=news.now,
            brand=alone.brand,
            unique_key=f"render_invoice:{alone.pk}",
        )


@subscriber(THRESHOLD_CROSSED)
def warn(news: News) -> None:
    """Tell the customer what an allowance or a cap has reached, once, however often it comes."""
    tell_alert(int(news.payload["alert_id"]), now=news.now)


@subscriber(SPIKE_FLAGGED)
def ask_about_unusual_usage(news: News) -> None:
    """Tell the customer about unusual usage."""
    tell_spike(int(news.payload["flag_id"]), now=news.now)
