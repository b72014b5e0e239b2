"""The database itself refuses what must not happen to invoices, runs and the books."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from billing.invoicing.models import (
    BillRun,
    BillRunAccount,
    Invoice,
    InvoiceLine,
    InvoiceTax,
    OpenItem,
)
from billing.invoicing.services.run_billing import run_billing
from billing.ledger.models import JournalEntry, LedgerAccount, Posting
from billing.ledger.services.post_entry import NewPosting, post_entry
from catalog.models import Discount
from core.errors import DomainError
from tests import make

NOW = datetime(2026, 11, 3, 8, tzinfo=UTC)
NOVEMBER = date(2026, 11, 1)


@pytest.fixture
def issued(fjordtel) -> Invoice:
    """An issued invoice of 299.00."""
    kari = make.make_account(fjordtel)
    make.make_subscription(kari, make.make_plan(fjordtel), starts_on=NOVEMBER)
    run = run_billing(
        brand=fjordtel, bill_date=NOVEMBER, as_of=NOVEMBER + timedelta(days=2), now=NOW
    )
    return run.invoices.get()


def refuses(what: str):
    """The database refuses the block, naming the constraint or saying why."""
    return pytest.raises(DatabaseError, match=what)


@pytest.mark.parametrize(
    "change",
    [
        lambda i: Invoice.objects.filter(pk=i.pk).update(total=1, net_total=1, tax_total=0),
        lambda i: Invoice.objects.filter(pk=i.pk).update(live=False),
        lambda i: Invoice.objects.filter(pk=i.pk)._raw_delete("default"),
        lambda i: InvoiceLine.objects.filter(invoice=i).update(amount=1),
        lambda i: InvoiceLine.objects.filter(invoice=i)._raw_delete("default"),
        lambda i: InvoiceTax.objects.filter(invoice=i).update(tax=1),
        lambda i: InvoiceTax.objects.filter(invoice=i)._raw_delete("default"),
    ],
    ids=["total", "live", "delete", "line", "delete line", "tax", "delete tax"],
)
def test_issued_is_frozen(issued, change):
    with refuses("issued"), transaction.atomic():
        change(issued)


def test_none_added_after_issue(issued):
    line = issued.lines.get()
    line.pk, line.position, line.segment = None, 2, "other"

    with refuses("never change"), transaction.atomic():
        line.save(force_insert=True)


def test_no_truncate_of_the_books(issued):
    with refuses("never removed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL trunkline.allow_flush = 'off'; SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("TRUNCATE billing_posting")


@pytest.mark.parametrize(
    "change",
    [
        lambda: Posting.objects.update(amount=1),
        lambda: Posting.objects.all()._raw_delete("default"),
        lambda: JournalEntry.objects.update(description="x"),
        lambda: JournalEntry.objects.all()._raw_delete("default"),
    ],
    ids=["posting", "delete posting", "entry", "delete entry"],
)
def test_append_only(issued, change):
    with refuses("never change"), transaction.atomic():
        change()


def posting(entry, amount, currency="NOK"):
    account = LedgerAccount.objects.filter(legal_entity=entry.legal_entity).first()
    return Posting(entry=entry, ledger_account=account, amount=Decimal(amount), currency=currency)


@pytest.fixture
def empty_entry(issued) -> JournalEntry:
    return JournalEntry.objects.create(
        legal_entity=issued.legal_entity,
        brand=issued.brand,
        date=NOVEMBER,
        source="test",
        source_id=1,
        description="test",
        posted_at=NOW,
    )


@pytest.mark.parametrize(
    "sides",
    [
        [("10.00", "NOK"), ("-9.99", "NOK")],
        [("10.00", "NOK"), ("-10.00", "EUR")],
        [("0.00", "NOK")],
    ],
    ids=["unbalanced", "mixed currencies", "one side only"],
)
def test_entry_balances(empty_entry, sides):
    with refuses("balance|at least two"), transaction.atomic():
        Posting.objects.bulk_create(posting(empty_entry, *side) for side in sides)


def test_entry_balances_and_gets_no_postings_later(issued):
    entry = JournalEntry.objects.get()

    with refuses("come together"), transaction.atomic():
        Posting.objects.bulk_create([posting(entry, "5.00"), posting(entry, "-5.00")])


def test_an_unbalanced_entry_is_refused_before_the_database_sees_it(issued):
    with pytest.raises(DomainError, match="does not balance"):
        post_entry(
            legal_entity=issued.legal_entity,
            brand=issued.brand,
            date=NOVEMBER,
            source="test",
            source_id=2,
            description="test",
            postings=[NewPosting("bank", Decimal(1), "NOK")],
            posted_at=NOW,
        )


def test_journal_entry_once_per_document(issued):
    entry = JournalEntry.objects.get()
    entry.pk = None

    with refuses("journal_entry_once_per_document"), transaction.atomic():
        entry.save(force_insert=True)


def test_ledger_account_code_once(issued):
    account = LedgerAccount.objects.first()
    account.pk = None

    with refuses("ledger_account_code_once"), transaction.atomic():
        account.save(force_insert=True)


def copy_of(invoice: Invoice, **fields) -> Invoice:
    """An unsaved draft like the invoice, in another period, with these fields changed."""
    draft = Invoice.objects.get(pk=invoice.pk)
    draft.pk = None
    draft.state = "draft"
    draft.number = draft.sequence = draft.issue_date = draft.due_date = draft.issued_at = None
    draft.reference, draft.period_end = "other", date(2026, 12, 1)
    for name, value in fields.items():
        setattr(draft, name, value)
    return draft


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"period_end": NOVEMBER}, "invoice_one_live_per_period"),
        ({"reference": None}, "invoice_reference_once"),
        ({"state": "issued"}, "invoice_numbered_exactly_when_issued"),
        ({"number": "FT-1"}, "invoice_numbered_exactly_when_issued"),
        ({"stream": "rest"}, "invoice_stream_is_known"),
        ({"kind": "correction", "run": None}, "invoice_correction_names_what_and_why"),
        ({"correction_reason": "Because"}, "invoice_correction_names_what_and_why"),
        ({"total": Decimal(1)}, "invoice_total_adds_up"),
        (
            {"total": Decimal(-1), "net_total": Decimal(-1), "tax_total": Decimal(0)},
            "invoice_negative_is_a_credit_note",
        ),
    ],
)
def test_a_draft_is_refused(issued, fields, constraint):
    if "reference" in fields:
        fields = {"reference": issued.reference}

    with refuses(constraint), transaction.atomic():
        copy_of(issued, **fields).save(force_insert=True)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"sequence": None}, "invoice_sequence_once"),
        ({"number": None}, "invoice_number_once"),
        ({"issue_date": date(2026, 11, 30)}, "invoice_issued_after_its_usage"),
    ],
)
def test_an_issue_is_refused(issued, fields, constraint):
    numbers = {
        "state": "issued",
        "sequence": 999,
        "number": "FT-999",
        "issue_date": date(2026, 12, 1),
        "due_date": date(2026, 12, 15),
        "issued_at": NOW,
    }
    taken = {"sequence": issued.sequence, "number": issued.number}
    fields = {name: value or taken[name] for name, value in fields.items()}

    with refuses(constraint), transaction.atomic():
        copy_of(issued, **(numbers | fields)).save(force_insert=True)


@pytest.fixture
def draft(issued) -> Invoice:
    other = copy_of(issued)
    other.save(force_insert=True)
    return other


def new_line(draft: Invoice, issued: Invoice, **fields) -> InvoiceLine:
    line = issued.lines.get()
    line.pk, line.invoice, line.segment = None, draft, "plan:OTHER:2026-11-01"
    for name, value in fields.items():
        setattr(line, name, value)
    return line


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"segment": ""}, "line_charged_once_per_period"),
        ({"kind": "credit"}, "line_credit_names_its_line"),
        ({"kind": "usage"}, "line_usage_names_its_key"),
        ({"kind": "discount"}, "line_discount_names_its_line"),
        ({"kind": "correction"}, "line_correction_names_its_line"),
    ],
)
def test_a_line_is_refused(issued, draft, fields, constraint):
    if fields.get("segment") == "":
        fields = {"segment": issued.lines.get().segment}

    with refuses(constraint), transaction.atomic():
        new_line(draft, issued, **fields).save(force_insert=True)


def test_line_position_once(issued, draft):
    new_line(draft, issued).save(force_insert=True)

    with refuses("line_position_once"), transaction.atomic():
        new_line(draft, issued, segment="third").save(force_insert=True)


def test_line_credited_once_per_start(issued, draft):
    credit = {"kind": "credit", "credits": issued.lines.get(), "amount": Decimal(-1)}
    new_line(draft, issued, **credit).save(force_insert=True)

    with refuses("line_credited_once_per_start"), transaction.atomic():
        new_line(draft, issued, position=2, **credit).save(force_insert=True)


def test_line_discounted_once(issued, draft, fjordtel):
    discount = Discount.objects.create(
        brand=fjordtel,
        code="TEN",
        name={},
        kind="percent",
        value=10,
        available=DateRange(NOVEMBER, None),
    )
    charged = new_line(draft, issued)
    charged.save(force_insert=True)
    taken = {"kind": "discount", "discount": discount, "discounts": charged}
    new_line(draft, issued, position=2, **taken).save(force_insert=True)

    with refuses("line_discounted_once"), transaction.atomic():
        new_line(draft, issued, position=3, **taken).save(force_insert=True)


def test_line_usage_key_once(issued, draft, fjordtel):
    usage = {
        "kind": "usage",
        "usage_period": NOVEMBER,
        "usage_origin": NOVEMBER,
        "usage_category": fjordtel.usage_categories.first(),
    }
    new_line(draft, issued, **usage).save(force_insert=True)

    with refuses("line_usage_key_once"), transaction.atomic():
        new_line(draft, issued, position=2, **usage).save(force_insert=True)


def test_invoice_tax_group_once_and_adds_up(draft):
    group = {"invoice": draft, "category": "standard", "treatment": "S", "rate": Decimal(25)}
    InvoiceTax.objects.create(**group, net=1, tax=1, gross=2)

    with refuses("invoice_tax_group_once"), transaction.atomic():
        InvoiceTax.objects.create(**group, net=1, tax=1, gross=2)
    with refuses("invoice_tax_adds_up"), transaction.atomic():
        InvoiceTax.objects.create(**(group | {"rate": Decimal(15)}), net=1, tax=1, gross=3)


def test_open_item_between_nothing_and_total(issued):
    item = OpenItem.objects.get()

    for amount in (Decimal("-0.01"), item.total + 1):
        with refuses("open_item_between_nothing_and_total"), transaction.atomic():
            OpenItem.objects.filter(pk=item.pk).update(open_amount=amount)


def test_bill_run_once_and_in_a_known_state(issued, fjordtel):
    with refuses("bill_run_once"), transaction.atomic():
        BillRun.objects.create(brand=fjordtel, bill_date=NOVEMBER, as_of=NOVEMBER, created_at=NOW)
    with refuses("bill_run_state_is_known"), transaction.atomic():
        BillRun.objects.update(state="dreaming")


def test_a_published_run_was_approved_or_says_that_it_wasnt(issued, fjordtel):
    ola = make.make_staff("ola@fjordtel.example", fjordtel)

    with refuses("bill_run_published_was_approved"), transaction.atomic():
        BillRun.objects.update(without_approval=False)
    with refuses("bill_run_published_was_approved"), transaction.atomic():
        BillRun.objects.update(state="approved")
    with refuses("bill_run_approval_is_whole"), transaction.atomic():
        BillRun.objects.update(approval_hash="0" * 64)
    with refuses("bill_run_approval_is_whole"), transaction.atomic():
        BillRun.objects.update(approved_by=ola)


def test_run_account_rules(issued):
    row = BillRunAccount.objects.get()

    with refuses("run_account_once"), transaction.atomic():
        BillRunAccount.objects.create(run=row.run, account=row.account)
    with refuses("run_account_calculated_has_an_invoice"), transaction.atomic():
        BillRunAccount.objects.update(invoice=None)
    with refuses("run_account_left_out_says_why"), transaction.atomic():
        BillRunAccount.objects.update(state="parked")
