"""The itemised usage of an invoice: each service's events, the costliest where there are many."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from billing.documents.content import UsageList, UsageRow
from billing.documents.formats import Formats, phone_number, price_decimals, printable
from billing.invoicing.models import InvoiceLine
from billing.usage.queries import UsageItem, records_of

ROWS_MAX = 60


def usage_lists(lines: Sequence[InvoiceLine], formats: Formats) -> tuple[UsageList, ...]:
    """One list for each usage line: at most 60 rows, the costliest, in order of time."""
    usage = [line for line in lines if line.kind == InvoiceLine.Kind.USAGE and line.records]
    return tuple(filter(None, (_usage_list(line, formats) for line in usage)))


def _usage_list(line: InvoiceLine, formats: Formats) -> UsageList | None:
    assert line.usage_period is not None
    items = records_of(
        subscription_id=line.subscription_id,
        period_start=line.usage_period,
        origin_start=line.usage_origin,
        category_id=line.usage_category_id,
        costliest=ROWS_MAX,
    )
    if not items:
        return None
    types = {item.usage_type for item in items}
    return UsageList(
        service=printable(line.subscription_label),
        category=printable(line.description),
        quantity_label=formats.quantity_label(types.pop() if len(types) == 1 else None),
        rows=_rows(items, formats),
        note=_note(len(items), line.records or 0, formats),
    )


def _rows(items: Sequence[UsageItem], formats: Formats) -> tuple[UsageRow, ...]:
    """Amounts of one list get the same number of decimals, so that their points align."""
    decimals = max(price_decimals(item.amount, formats.currency) for item in items)
    return tuple(
        UsageRow(
            moment=formats.moment(item.start_at),
            called=phone_number(item.called),
            destination=printable(item.destination),
            quantity=formats.quantity(item.usage_type, item.quantity),
            amount="" if item.priced_together else formats.price(item.amount, decimals),
            included=how_priced(item, formats),
        )
        for item in items
    )


def how_priced(item: UsageItem, formats: Formats) -> str:
    """What allowances covered of an event, and whether a price of the whole period counts it."""
    is_paid = item.paid > 0 and not item.amount
    included = formats.included(item.usage_type, item.covered, billed=item.billed, is_paid=is_paid)
    together = _("priced together") if item.priced_together else ""
    return " · ".join(filter(None, (included, together)))


def _note(shown: int, records: int, formats: Formats) -> str:
    if shown >= records:
        return ""
    return _("The %(shown)s that cost most. All %(count)s are in the customer portal.") % {
        "shown": formats.count(shown),
        "count": formats.count(records),
    }
