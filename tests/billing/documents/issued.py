"""Builders of issued invoices: lines and taxes first, then the number, as issuing does it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import Account, Subscription
from billing.invoicing.models import Invoice, InvoiceLine, InvoiceTax, OpenItem
from billing.invoicing.references import payment_reference
from billing.invoicing.snapshots import recipient_of, seller_of
from billing.ledger.services.post_entry import NewPosting, post_entry
from billing.usage.models import UsageRecord
from catalog.models import UsageCategory

ISSUED_AT = datetime(2026, 11, 3, 9, tzinfo=UTC)
OCTOBER, NOVEMBER, DECEMBER = date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1)
RECURRING = {"kind": "recurring", "period_start": NOVEMBER, "period_end": DECEMBER}
RECURRING |= {"days": 30, "days_in_period": 30}


def line(subscription: Subscription, amount: str, description: str, **fields: Any) -> InvoiceLine:
    """A recurring line of November; `net` and tax fields are worked out by `issue`."""
    account, place = subscription.account, subscription.location
    number = subscription.numbers.first()
    label = f"{subscription} +{number.number}" if number else str(subscription)
    defaults: dict[str, Any] = RECURRING | {
        "account": account,
        "subscription": subscription,
        "segment": f"line {uuid.uuid4()}",
        "account_label": f"{account.number} {account.name}",
        "location_label": f"{place.name}, {place.street}, {place.city}" if place else "",
        "subscription_label": label,
        "description": description,
        "charge_code": "monthly",
        "unit_price": Decimal(amount),
        "exact_amount": Decimal(amount),
        "amount": Decimal(amount),
        "tax_category": "standard",
        "tax_treatment": "S",
        "tax_rate": Decimal(25),
        "revenue_account": "3000",
    }
    if fields.get("kind") == "one_off":
        defaults |= {"period_end": None, "days": None, "days_in_period": None}
    return InvoiceLine(**(defaults | fields))


def usage_line(
    subscription: Subscription, amount: str, category: UsageCategory, **fields: Any
) -> InvoiceLine:
    """A usage line of October."""
    defaults: dict[str, Any] = {
        "kind": "usage",
        "charge_code": "",
        "unit_price": None,
        "period_start": OCTOBER,
        "period_end": NOVEMBER,
        "days": None,
        "days_in_period": None,
        "usage_period": OCTOBER,
        "usage_origin": OCTOBER,
        "usage_category": category,
        "usage_type": {"voice": 1, "sms": 2, "data": 3}.get(category.code, 1),
        "records": 1,
        "quantity": 60,
    }
    return line(subscription, amount, category.name["en"], **(defaults | fields))


def records(
    subscription: Subscription, category: UsageCategory, amounts: Sequence[str], **fields: Any
) -> list[UsageRecord]:
    """Rated events of October, an hour apart from 1 October noon on, in order of time."""
    start = datetime(2026, 10, 1, 10, tzinfo=UTC)
    rows = []
    for place, amount in enumerate(amounts):
        number = str(fields.get("called_number", 4722000000 + place))
        values: dict[str, Any] = {
            "start_at": start + timedelta(hours=place % 700, seconds=place),
            "key": uuid.uuid4(),
            "content": uuid.uuid4(),
            "source_id": 1,
            "file_id": 1,
            "line_number": place + 1,
            "brand_id": subscription.account.brand_id,
            "account_id": subscription.account_id,
            "subscription_id": subscription.pk,
            "number_id": 0,
            "plan_version_id": 0,
            "category_id": category.pk,
            "rate_id": 0,
            "usage_type": {"voice": 1, "sms": 2, "data": 3}.get(category.code, 1),
            "called": int(number),
            "called_digits": len(number),
            "quantity": 60 + place,
            "billed": 60 + place,
            "amount": int(Decimal(amount) * 1_000_000),
            "cost": 0,
            "flags": 0,
            "period_start": OCTOBER,
            "origin_start": OCTOBER,
        }
        chosen = {name: value for name, value in fields.items() if name != "called_number"}
        rows.append(UsageRecord(**(values | chosen)))
    return UsageRecord.objects.bulk_create(rows)


def issue(account: Account, lines: Sequence[InvoiceLine], **fields: Any) -> Invoice:
    """Issue an invoice of these lines: taxes by group, the next number, books and open item.

    Its total follows from the lines; fields of the invoice can be overridden, `reasons` gives the
    printed reason by tax treatment; `before_issue` is called while it is a draft with its lines.
    """
    brand = account.brand
    gross = brand.price_mode == "gross"
    reasons = fields.pop("reasons", {})
    before_issue = fields.pop("before_issue", None)
    language = fields.setdefault("language", account.language or brand.default_language)
    taxes = _taxes(lines, gross, reasons)
    net, tax = sum(row.net for row in taxes), sum(row.tax for row in taxes)
    count = Invoice.objects.filter(account=account).count() + 1
    issue_date = fields.pop("issue_date", NOVEMBER)
    due_date = fields.pop("due_date", date(2026, 11, 16))
    values: dict[str, Any] = {
        "legal_entity": brand.legal_entity,
        "brand": brand,
        "account": account,
        "document": "credit_note" if net + tax < 0 else "invoice",
        "series": brand.series,
        "period_start": OCTOBER,
        "period_end": NOVEMBER,
        "currency": account.currency,
        "price_mode": brand.price_mode,
        # Keys of the test database are no constants; the account's number is.
        "reference": payment_reference(brand.reference_kind, int(account.number), count),
        "terms_days": 14,
        "seller": seller_of(brand, language),
        "recipient": recipient_of(account),
        "net_total": net,
        "tax_total": tax,
        "total": net + tax,
    }
    invoice = Invoice.objects.create(**(values | fields))
    for position, row in enumerate(lines, start=1):
        row.invoice, row.position = invoice, position
        row.save()
    for tax_row in taxes:
        tax_row.invoice = invoice
        tax_row.save()
    if before_issue:
        before_issue()
    return _number(invoice, issue_date, due_date)


def pay(invoice: Invoice, amount: str, day: date) -> None:
    """A payment into the books."""
    _post(
        invoice,
        "payment",
        invoice.pk * 100 + day.day,
        amount=-Decimal(amount),
        kind="bank",
        day=day,
    )


def _number(invoice: Invoice, issue_date: date, due_date: date) -> Invoice:
    series = invoice.series
    series.refresh_from_db()
    number = series.next_number
    series.next_number += 1
    series.save()
    Invoice.objects.filter(pk=invoice.pk).update(
        state="issued",
        sequence=number,
        number=f"{series.prefix}{number}",
        issue_date=issue_date,
        due_date=due_date,
        issued_at=ISSUED_AT,
    )
    OpenItem.objects.create(
        invoice=invoice,
        account=invoice.account,
        currency=invoice.currency,
        due_date=due_date,
        total=invoice.total,
        open_amount=invoice.total,
    )
    if invoice.total:
        _post(
            invoice,
            "invoice",
            invoice.pk,
            amount=invoice.total,
            kind="revenue",
            day=issue_date,
        )
    return Invoice.objects.get(pk=invoice.pk)


def _post(
    invoice: Invoice, source: str, source_id: int, *, amount: Decimal, kind: str, day: date
) -> None:
    currency = invoice.currency
    post_entry(
        legal_entity=invoice.legal_entity,
        brand=invoice.brand,
        date=day,
        source=source,
        source_id=source_id,
        description=f"{source} {source_id}",
        postings=[
            NewPosting("receivable", amount, currency, account_id=invoice.account_id),
            NewPosting(kind, -amount, currency),
        ],
        posted_at=ISSUED_AT,
    )


def _taxes(lines: Sequence[InvoiceLine], gross: bool, reasons: dict[str, str]) -> list[InvoiceTax]:
    """Tax of each group on its sum; line nets by proportion, the remainder to the first line."""
    cent = Decimal("0.01")
    groups: dict[tuple[str, str, Decimal], list[InvoiceLine]] = {}
    for row in lines:
        groups.setdefault((row.tax_category, row.tax_treatment, row.tax_rate), []).append(row)
    taxes = []
    for (category, treatment, rate), rows in groups.items():
        amount = sum((row.amount for row in rows), Decimal(0))
        share = Decimal(rate) / 100
        tax = amount * share / (1 + share) if gross else amount * share
        tax = tax.quantize(cent, rounding="ROUND_HALF_UP")
        net = amount - tax if gross else amount
        for row in rows:
            row.net = (row.amount / (1 + share)).quantize(cent) if gross else row.amount
        rows[0].net += net - sum(row.net for row in rows)
        taxes.append(
            InvoiceTax(
                category=category,
                treatment=treatment,
                rate=rate,
                net=net,
                tax=tax,
                gross=net + tax,
                reason=reasons.get(treatment, ""),
            )
        )
    return taxes
