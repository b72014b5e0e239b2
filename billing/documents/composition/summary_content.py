"""A contract summary put together for printing, from nothing but what was frozen with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import ContractSummary
from billing.documents.composition import parties
from billing.documents.content import Fact
from billing.documents.formats import Formats, printable
from billing.documents.summary import SheetFact, SheetPart, SummaryContent, SummaryItem
from core.formatting import format_day
from core.periods import local_date


def summary_content(summary: ContractSummary) -> SummaryContent:
    """What the summary says, in its language; days are in its brand's time zone.

    Names, addresses, prices and terms are those of the moment it was made; the look is the
    brand's of today.
    """
    with override(summary.language):
        return _content(summary, summary.data)


def _content(summary: ContractSummary, data: Mapping[str, Any]) -> SummaryContent:
    brand = summary.order.account.brand
    seller, customer = _parties(data)
    made_on = local_date(summary.made_at, brand.zone)
    formats = Formats(summary.language, brand.currency, brand.zone)
    return SummaryContent(
        language=summary.language,
        look=parties.look_of(brand),
        made_on=made_on,
        title=_("Contract summary"),
        number=printable(str(data.get("order", summary.order.number))),
        sender_line=parties.sender_line(seller),
        recipient=parties.recipient_lines(customer, seller, formats.locale),
        facts=tuple(_facts(summary, data, made_on)),
        intro=_(
            "This is what you order, word for word as it was shown to you. "
            "The contract holds once you have accepted it."
        ),
        items=tuple(_item(item) for item in data.get("items", ())),
        prices_note=_("Prices include tax.")
        if data.get("prices") == "gross"
        else _("Tax is added to the prices."),
        fingerprint=_("Fingerprint of the text shown (SHA-256): %(hash)s")
        % {"hash": summary.sha256},
        contact=parties.contact_line(seller),
        legal=parties.legal_line(seller),
    )


def _parties(data: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    """Seller and customer; summaries made before addresses were kept have names alone."""
    known = data.get("parties", {})
    seller = {"name": str(data.get("seller", ""))} | known.get("seller", {})
    customer = {"name": str(data.get("customer", ""))} | known.get("customer", {})
    return seller, customer


def _facts(summary: ContractSummary, data: Mapping[str, Any], made_on: date) -> Iterator[Fact]:
    yield Fact(_("Order number"), printable(str(data.get("order", ""))))
    yield Fact(_("Customer number"), printable(str(data.get("account", ""))))
    yield Fact(_("Made on"), format_day(made_on, summary.language))
    wanted = data.get("wanted_on")
    if wanted:
        yield Fact(_("Holds from"), format_day(date.fromisoformat(wanted), summary.language))


def _item(item: Mapping[str, Any]) -> SummaryItem:
    sheet: Mapping[str, Any] = item.get("sheet") or {}
    facts = item.get("facts")
    if facts is None:
        facts = sorted((item.get("details") or {}).items())
    subscription = item.get("subscription", "")
    name = item.get("plan_name") or subscription
    about = [Fact(_("Service"), printable(str(subscription)))] if name != subscription else []
    about += [Fact(printable(str(label)), printable(str(value))) for label, value in facts]
    return SummaryItem(
        what=printable(str(item.get("what", ""))),
        name=printable(str(name)),
        summary=printable(str(sheet.get("summary", ""))),
        remark=printable(str(sheet.get("valid_from", ""))),
        facts=tuple(about),
        parts=tuple(_part(part) for part in sheet.get("sections", ())),
    )


def _part(part: Mapping[str, Any]) -> SheetPart:
    rows = (
        SheetFact(*(printable(str(row.get(name, ""))) for name in ("label", "value", "note")))
        for row in part.get("rows", ())
    )
    return SheetPart(printable(str(part.get("title", ""))), tuple(rows))
