"""What stands behind an issued invoice stays: the usage of its lines and its printed file."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from accounts.models import ContractSummary, Order
from billing.documents.models import InvoiceDocument, SummaryDocument
from billing.invoicing.models import Invoice, InvoiceLine, InvoiceUsage
from billing.invoicing.services.run_billing import run_billing
from billing.usage.models import UsageSummary
from catalog.models import UsageCategory
from tests import make

NOW = datetime(2026, 11, 3, 8, tzinfo=UTC)
NOVEMBER, OCTOBER = date(2026, 11, 1), date(2026, 10, 1)


@pytest.fixture
def run(fjordtel):
    """A run with one draft: 10.00 for the calls of October."""
    plan = make.make_plan(fjordtel, price="0.00")
    kari = make.make_account(fjordtel)
    mobile = make.make_subscription(kari, plan)
    UsageSummary.objects.create(
        account=kari,
        subscription=mobile,
        period_start=OCTOBER,
        origin_start=OCTOBER,
        category=UsageCategory.objects.get(brand=fjordtel, code="voice"),
        plan_version=plan.versions.get(),
        usage_type=1,
        records=1,
        quantity=60,
        billed=60,
        amount=10_000_000,
        cost=0,
    )
    return run_billing(
        brand=fjordtel,
        bill_date=NOVEMBER,
        as_of=date(2026, 11, 3),
        now=NOW,
        until="review",
    )


@pytest.fixture
def issued(run) -> Invoice:
    return run_billing(
        brand=run.brand, bill_date=NOVEMBER, as_of=date(2026, 11, 3), now=NOW
    ).invoices.get()


def again(usage: InvoiceUsage) -> InvoiceUsage:
    usage.pk = None
    return usage


def test_invoice_usage_once(run):
    usage = InvoiceUsage.objects.get(line__invoice__run=run)

    with pytest.raises(IntegrityError, match="invoice_usage_once"), transaction.atomic():
        again(usage).save(force_insert=True)


@pytest.mark.parametrize(
    "change",
    [
        lambda usage: InvoiceUsage.objects.update(amount=1),
        lambda usage: InvoiceUsage.objects.all()._raw_delete("default"),
        lambda usage: again(usage).save(force_insert=True),
    ],
    ids=["change", "delete", "add"],
)
def test_issued_is_frozen_with_the_usage_behind_it(issued, change):
    """Trigger issued_is_frozen of InvoiceUsage."""
    usage = InvoiceUsage.objects.get(line__invoice=issued)

    with pytest.raises(IntegrityError, match="usage behind an issued line"), transaction.atomic():
        change(usage)


def test_the_usage_behind_an_issued_line_never_moves_to_another(issued):
    line = InvoiceLine.objects.get(invoice=issued)

    with pytest.raises(IntegrityError, match="usage behind an issued line"), transaction.atomic():
        InvoiceUsage.objects.update(line=line)


@pytest.fixture
def printed_summary(issued) -> SummaryDocument:
    order = Order.objects.create(
        account=issued.account, number="O-1", wanted_on=issued.issue_date, created_at=NOW
    )
    summary = ContractSummary.objects.create(
        order=order, language="nb", text="Mobil", sha256="0" * 64, made_at=NOW
    )
    return SummaryDocument.objects.create(
        summary=summary, sha256="0" * 64, size=1, pages=1, created_at=NOW
    )


def test_summary_document_has_a_hash(printed_summary):
    printed_summary.pk, printed_summary.sha256 = None, "none"

    with pytest.raises(IntegrityError, match="summary_document_has_a_hash"), transaction.atomic():
        printed_summary.save(force_insert=True)


@pytest.mark.parametrize(
    "change",
    [
        lambda: SummaryDocument.objects.update(sha256="1" * 64),
        lambda: SummaryDocument.objects.all().delete(),
    ],
    ids=["change", "delete"],
)
def test_append_only_of_contract_summaries(printed_summary, change):
    """Trigger append_only of SummaryDocument: the PDF stays what the customer was given."""
    with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
        change()


@pytest.fixture
def document(issued) -> InvoiceDocument:
    return InvoiceDocument.objects.create(
        invoice=issued, language="nb", sha256="0" * 64, size=1, pages=1, created_at=NOW
    )


def test_document_once_per_kind_and_language(document):
    document.pk = None

    with (
        pytest.raises(IntegrityError, match="document_once_per_kind_and_language"),
        transaction.atomic(),
    ):
        document.save(force_insert=True)


@pytest.mark.parametrize(
    "change",
    [
        lambda: InvoiceDocument.objects.update(sha256="1" * 64),
        lambda: InvoiceDocument.objects.all().delete(),
    ],
    ids=["change", "delete"],
)
def test_append_only(document, change):
    """Trigger append_only of InvoiceDocument: what was printed once is never printed again."""
    with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
        change()
