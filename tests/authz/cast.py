"""Two brands with two customers each; everything that is a customer's carries its own canary."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime

from accounts.models import Account, ContractSummary, Order, Person, Subscription
from billing.documents.queries import document_path
from billing.documents.services.store_document import store_summary
from billing.models import Invoice, InvoiceDocument
from core.models import Brand
from tests import make
from tests.portal.cast import add_usage, bill_months, make_partitions


@dataclass(frozen=True)
class Customer:
    """Somebody with one of everything, each text of which holds `canary`."""

    canary: str
    host: str
    account: Account
    person: Person
    subscription: Subscription
    invoice: Invoice
    summary: ContractSummary

    def objects(self) -> dict[str, int]:
        """The ids by which somebody else might ask."""
        return {
            "invoice_id": self.invoice.pk,
            "summary_id": self.summary.pk,
            "service": self.subscription.pk,
            "subscription_id": self.subscription.pk,
            "account": self.account.pk,
        }


def make_customers(fjordtel: Brand, northwind: Brand) -> list[Customer]:
    """Two customers of each brand, billed on 1 November, with PDF and usage."""
    make_partitions()
    seeds = [
        (brand, f"CANARY-{brand.code}-{letter}")
        for brand in (fjordtel, northwind)
        for letter in "ab"
    ]
    made = [_customer(brand, canary, number) for number, (brand, canary) in enumerate(seeds)]
    for brand in (fjordtel, northwind):
        bill_months(brand, date(2026, 11, 1))
    return [
        Customer(
            canary=canary,
            host=f"{account.brand.code}.localhost",
            account=account,
            person=person,
            subscription=subscription,
            invoice=_with_pdf(Invoice.objects.get(account=account), canary),
            summary=_ordered(account, canary),
        )
        for canary, account, person, subscription in made
    ]


def _customer(brand: Brand, canary: str, number: int) -> tuple[str, Account, Person, Subscription]:
    account = make.make_account(
        brand, f"{number}-{canary}", canary, opened_on=date(2026, 10, 1), street=canary
    )
    person = make.make_person(account, f"{canary.lower()}@example.com")
    place = make.make_location(account, name=canary)
    # What a brand sells is no secret among its customers: its code is not theirs.
    plan = make.make_plan(brand, f"PLAN-{number}", "299.00")
    subscription = make.make_subscription(
        account, plan, canary, label=canary, location=place, starts_on=date(2026, 10, 1),
        number=f"479000012{number}",
    )  # fmt: skip
    for start in (datetime(2026, 10, 5, 12, tzinfo=UTC), datetime(2026, 11, 1, 12, tzinfo=UTC)):
        add_usage(subscription, start, called=f"472233445{number}")
    return canary, account, person, subscription


def _ordered(account: Account, canary: str) -> ContractSummary:
    """A submitted order whose contract summary is printed."""
    at = datetime(2026, 10, 20, tzinfo=UTC)
    order = Order.objects.create(
        account=account, number=canary, state="submitted", wanted_on=date(2026, 11, 1),
        language="en", created_at=at, submitted_at=at,
    )  # fmt: skip
    summary = ContractSummary.objects.create(
        order=order, language="en", text=canary, made_at=at,
        sha256=hashlib.sha256(canary.encode()).hexdigest(),
    )  # fmt: skip
    store_summary(summary, f"%PDF summary {canary}".encode(), pages=1, now=at)
    return summary


def _with_pdf(invoice: Invoice, canary: str) -> Invoice:
    content = f"%PDF {canary}".encode()
    digest = hashlib.sha256(content).hexdigest()
    path = document_path(digest)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    InvoiceDocument.objects.create(
        invoice=invoice, kind="pdf", language=invoice.language, sha256=digest, size=len(content),
        pages=1, created_at=datetime(2026, 11, 1, tzinfo=UTC),
    )  # fmt: skip
    return invoice
