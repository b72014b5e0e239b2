"""Credit notes: whole, by line and by amount; what is left, the tax, the books, what is open."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Subscription
from billing.documents.composition.invoice_content import invoice_content
from billing.invoicing.audit import (
    credits_are_within,
    no_binary_fractions,
    numbers_have_no_gaps,
    totals_add_up,
)
from billing.invoicing.correcting import LineLeft, by_amount, correct, everything
from billing.invoicing.models import Invoice, InvoiceLine, OpenItem
from billing.invoicing.services.credit_invoice import Wish, credit_invoice, left_of, preview_credit
from billing.invoicing.services.run_billing import run_billing
from billing.invoicing.tax import TaxGroup, tax_lines
from billing.ledger.queries import account_balance
from core.audit import all_invariants
from core.errors import DomainError
from core.models import Brand, Job
from payments.models import Allocation
from tests import make
from tests.news import tell_the_news

NOW = datetime(2026, 11, 5, 8, tzinfo=UTC)
NOVEMBER, DECEMBER, TODAY = date(2026, 11, 1), date(2026, 12, 1), date(2026, 11, 5)


def bill(brand: Brand, day: date = NOVEMBER) -> Invoice:
    run_billing(brand=brand, bill_date=day, as_of=day + timedelta(days=2), now=NOW)
    return Invoice.objects.get(kind="cycle", period_end=day)


@pytest.fixture
def invoice(fjordtel: Brand) -> Invoice:
    """Kari's of 1 November: 299.00 and 350.00 with 25 % in them, tax 129.80."""
    kari = make.make_account(fjordtel)
    for code, price in (("MOBIL10", "299.00"), ("FIBER", "350.00")):
        make.make_subscription(
            kari, make.make_plan(fjordtel, code, price), code, starts_on=NOVEMBER
        )
    return bill(fjordtel)


def credit(invoice: Invoice, wish: Wish | None = None, reason: str = "Line was down") -> Invoice:
    return credit_invoice(invoice, wish or Wish(), reason=reason, as_of=TODAY, now=NOW)


def amounts(note: Invoice) -> list[str]:
    return [str(line.amount) for line in note.lines.order_by("position")]


def assert_audited() -> None:
    for check in (totals_add_up, credits_are_within, numbers_have_no_gaps, no_binary_fractions):
        assert list(check()) == []


def test_a_whole_credit_repeats_the_invoice_with_the_other_sign(invoice: Invoice) -> None:
    note = credit(invoice)

    assert (note.document, note.kind, note.corrects) == ("credit_note", "correction", invoice)
    assert (note.net_total, note.tax_total, note.total) == (
        -invoice.net_total,
        -invoice.tax_total,
        -invoice.total,
    )
    assert amounts(note) == ["-350.000", "-299.000"]
    assert (note.number, note.issue_date) == ("FT-100002", TODAY)
    assert account_balance(invoice.account) == 0
    assert_audited()


def test_the_credit_lowers_what_is_open_on_its_invoice_first(invoice: Invoice) -> None:
    credit(invoice, Wish(amount=Decimal("100.00")))

    assert OpenItem.objects.get(invoice=invoice).open_amount == Decimal("549.00")
    allocation = Allocation.objects.get()
    assert (allocation.invoice, allocation.amount) == (invoice, Decimal("100.00"))


def test_what_was_paid_becomes_account_credit_for_the_next_invoice(
    fjordtel: Brand, invoice: Invoice
) -> None:
    OpenItem.objects.filter(invoice=invoice).update(open_amount=0)
    note = credit(invoice, Wish(amount=Decimal("100.00")))
    assert OpenItem.objects.get(invoice=note).open_amount == Decimal("-100.00")

    later = bill(fjordtel, DECEMBER)

    assert OpenItem.objects.get(invoice=later).open_amount == Decimal("549.00")
    assert OpenItem.objects.get(invoice=note).open_amount == 0


def test_lines_are_credited_singly(invoice: Invoice) -> None:
    """50.00 of the 299.00: 10.00 of it tax."""
    line = invoice.lines.get(amount=Decimal("299.00"))

    note = credit(invoice, Wish(lines={line.pk: Decimal("50.00")}))

    assert amounts(note) == ["-50.000"]
    assert (note.net_total, note.tax_total) == (Decimal("-40.00"), Decimal("-10.00"))
    assert note.lines.get().description == "Kreditert: MOBIL10"
    assert_audited()


def test_an_amount_is_spread_by_what_is_left(invoice: Invoice) -> None:
    """100.00 over 350.00 and 299.00: 53.93 and 46.07."""
    note = credit(invoice, Wish(amount=Decimal("100.00")))

    assert amounts(note) == ["-53.930", "-46.070"]
    assert_audited()


def test_credits_after_credits_leave_nothing_and_all_tax_goes_back(invoice: Invoice) -> None:
    for amount in ("0.02", "33.33", "600.01"):
        credit(invoice, Wish(amount=Decimal(amount)))
    rest = credit(invoice)

    assert rest.total == Decimal("-15.64")
    notes = invoice.corrections.all()
    assert sum(note.total for note in notes) == -invoice.total
    assert sum(note.tax_total for note in notes) == -invoice.tax_total
    assert_audited()
    with pytest.raises(DomainError, match="Nothing is left"):
        credit(invoice)


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        (Wish(amount=Decimal("649.01")), "No more than 649.00 is left"),
        (Wish(amount=Decimal("-1.00")), "positive amount"),
        (Wish(amount=Decimal("1.001")), "with 2 decimals"),
        (Wish(lines={0: Decimal("1.00")}), "isn't on the invoice"),
        (Wish(lines={}), "Nothing is left"),
    ],
)
def test_more_than_there_is_can_not_be_credited(invoice: Invoice, wish: Wish, words: str) -> None:
    with pytest.raises(DomainError, match=words):
        credit(invoice, wish)
    assert Invoice.objects.count() == 1


def test_more_than_is_left_of_a_line_can_not_be_credited(invoice: Invoice) -> None:
    line = invoice.lines.get(amount=Decimal("299.00"))
    credit(invoice, Wish(lines={line.pk: Decimal("290.00")}))

    with pytest.raises(DomainError, match=r"No more than 9\.00 is left of this line"):
        credit(invoice, Wish(lines={line.pk: Decimal("9.01")}))


def test_credits_within_line_is_held_by_the_database(invoice: Invoice) -> None:
    """Whoever goes around the service: 299.00 less 300.00."""
    line = invoice.lines.get(amount=Decimal("299.00"))
    note = credit(invoice, Wish(lines={line.pk: Decimal("1.00")}))
    note.pk = note.number = note.sequence = note.issue_date = None
    note.due_date = note.issued_at = None
    note.state, note.reference = "draft", "other"
    note.save(force_insert=True)
    made = InvoiceLine.objects.get(invoice__number="FT-100002")
    made.pk, made.invoice, made.amount = None, note, Decimal("-299.00")

    with pytest.raises(DatabaseError, match="credits_within_line"), transaction.atomic():
        made.save(force_insert=True)


def test_a_note_corrects_an_invoice_of_its_own_account(fjordtel: Brand, invoice: Invoice) -> None:
    """The database: invoice_corrects_one_of_its_account."""
    bo = make.make_account(fjordtel, "100200", "Bo Berg")
    note = credit(invoice, Wish(amount=Decimal("1.00")))
    note.pk = note.number = note.sequence = note.issue_date = None
    note.due_date = note.issued_at = None
    note.state, note.reference, note.account = "draft", "other", bo

    refused = pytest.raises(DatabaseError, match="invoice_corrects_one_of_its_account")
    with refused, transaction.atomic():
        note.save(force_insert=True)


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_credit_says_why(invoice: Invoice, reason: str) -> None:
    with pytest.raises(DomainError, match="Say why"):
        credit(invoice, reason=reason)


def test_a_credit_note_can_not_be_credited(invoice: Invoice) -> None:
    note = credit(invoice, Wish(amount=Decimal("1.00")))

    with pytest.raises(DomainError, match="can't be credited"):
        credit(note)


def test_a_preview_stores_nothing(invoice: Invoice) -> None:
    assert preview_credit(invoice, Wish(amount=Decimal("100.00"))).total == Decimal("-100.00")
    assert Invoice.objects.count() == 1


def test_what_was_credited_is_not_given_back_again_when_it_is_cancelled(
    fjordtel: Brand, invoice: Invoice
) -> None:
    """Of 350.00, 340.00 was credited; it ends on 11 November: of 233.33 only 10.00 is left."""
    line = invoice.lines.get(amount=Decimal("350.00"))
    credit(invoice, Wish(lines={line.pk: Decimal("340.00")}))
    Subscription.objects.filter(code="FIBER").update(ends_on=date(2026, 11, 11))

    later = bill(fjordtel, DECEMBER)

    assert str(later.lines.get(kind="credit").amount) == "-10.000"
    assert_audited()


def test_credited_days_are_not_charged_again(fjordtel: Brand, invoice: Invoice) -> None:
    credit(invoice)

    later = bill(fjordtel, DECEMBER)

    assert {line.period_start for line in later.lines.all()} == {DECEMBER}


@pytest.mark.django_db(transaction=True)
def test_two_at_once_give_no_more_than_there_is(fjordtel: Brand, invoice: Invoice) -> None:
    ready = threading.Barrier(4)
    told: list[str] = []

    def give() -> None:
        try:
            ready.wait()
            told.append(str(credit(invoice, Wish(amount=Decimal("400.00"))).total))
        except DomainError as refusal:
            told.append(str(refusal)[:12])
        finally:
            connection.close()

    threads = [threading.Thread(target=give) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(told) == ["-400.00", *["No more than"] * 3]
    assert_audited()


GROUPS = [("standard", "S", Decimal(25)), ("low", "S", Decimal("8.25")), ("none", "E", Decimal(0))]
units = st.integers(-20_000, 60_000).map(lambda number: Decimal(number).scaleb(-2))


@given(
    st.lists(st.tuples(st.sampled_from(GROUPS), units), min_size=1, max_size=8),
    st.lists(st.integers(1, 99), max_size=5),
    st.booleans(),
)
def test_whatever_is_credited_all_credits_together_are_the_invoice(
    drawn: list[tuple[tuple[str, str, Decimal], Decimal]], parts: list[int], gross: bool
) -> None:
    """Amounts of any size one after the other, then the rest: lines, tax and total are used up."""
    whole = tax_lines(
        [(TaxGroup(*group), amount) for group, amount in drawn], gross_prices=gross, places=2
    )
    tax_left = {(t.group.category, t.group.treatment, t.group.rate): t.tax for t in whole.totals}
    lines = [LineLeft(n, group, amount, amount) for n, (group, amount) in enumerate(drawn)]
    given_back = Decimal(0)
    for part in [*parts, 100]:
        left = sum((line.left for line in lines), Decimal(0))
        amount = (left * part / 100).quantize(Decimal("0.01"))
        if part < 100 and not 0 < amount <= left:
            continue
        back = everything(lines) if part == 100 else by_amount(lines, amount, 2)
        if not back:
            continue
        made = correct(lines, back, tax_left, gross_prices=gross, places=2)
        for total in made.totals:
            key = (total.group.category, total.group.treatment, total.group.rate)
            tax_left[key] += total.tax
            own = [n for n, line in enumerate(lines) if line.group == key]
            assert sum(made.nets.get(n, Decimal(0)) for n in own) == total.net
        given_back += made.total
        lines = [
            LineLeft(n, line.group, line.amount, line.left + made.amounts.get(n, Decimal(0)))
            for n, line in enumerate(lines)
        ]

    assert all(line.left == 0 for line in lines)
    assert all(tax == 0 for tax in tax_left.values())
    assert given_back == -sum((total.gross for total in whole.totals), Decimal(0))


def test_left_of_counts_days_given_back_on_later_invoices(
    fjordtel: Brand, invoice: Invoice
) -> None:
    """350.00 less 116.67 for 10 of 30 days."""
    Subscription.objects.filter(code="FIBER").update(ends_on=date(2026, 11, 21))
    bill(fjordtel, DECEMBER)

    lines, _tax = left_of(invoice)

    assert [str(line.left) for line in lines] == ["233.330", "299.000"]
    tell_the_news()
    assert {item.id: hits for item in all_invariants() if (hits := list(item.check()))} == {}


def test_the_note_is_printed_with_what_it_corrects_and_why(invoice: Invoice) -> None:
    note = credit(invoice, Wish(amount=Decimal("100.00")))

    tell_the_news()

    job = Job.objects.get(kind="render_invoice")
    assert job.payload == {"invoice": note.pk}
    content = invoice_content(note)
    assert content.message == "Line was down"
    assert invoice.number in {fact.value for fact in content.facts}
