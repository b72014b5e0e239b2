"""A bank's file comes in: matched, allocated, booked, once, or refused with the reason."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from billing.invoicing.references import is_valid_reference
from billing.ledger.models import JournalEntry, Posting
from billing.ledger.queries import account_balance
from core.errors import InputRefused
from payments.bank_file import read_bank_file
from payments.models import Allocation, BankFile, Payment
from payments.services.import_payments import import_payments
from tests import make
from tests.payments.bills import make_bill, number_of, open_amount

NOW = datetime(2026, 11, 12, 9, 0, tzinfo=UTC)
HEADER = "date,amount,currency,reference,transaction_id,payer,text"


@pytest.fixture
def kari(fjordtel):
    return make.make_account(fjordtel)


@pytest.fixture
def bo(fjordtel):
    return make.make_account(fjordtel, "100200", "Bo Berg")


def take_in(*lines, header=HEADER, file="bank.csv"):
    content = "\n".join((header, *lines, "")).encode()
    return import_payments(file, content, clock=lambda: NOW)


def line(amount, reference, transaction="B-1", *, currency="NOK", text=""):
    return f"2026-11-12,{amount},{currency},{reference},{transaction},Kari Nordmann,{text}"


def postings(source):
    rows = Posting.objects.filter(entry__source=source).order_by("-amount")
    return [
        (row.ledger_account.kind, str(row.amount), row.account.number if row.account else "")
        for row in rows
    ]


def test_a_payment_in_full_settles_its_invoice_and_stands_in_the_books(kari):
    bill = make_bill(kari, "905.07")

    result = take_in(line("905.07", bill.reference))

    assert (len(result.matched), len(result.unmatched), result.problems) == (1, 0, [])
    assert open_amount(bill) == 0
    assert postings("payment") == [
        ("bank", "905.070", ""),
        ("receivable", "-905.070", "100123"),
    ]
    assert JournalEntry.objects.get(source="payment").date == date(2026, 11, 12)
    assert account_balance(kari) == 0
    assert result.amounts == {"NOK": Decimal("905.07")}


@pytest.mark.parametrize(
    ("amount", "first", "second", "credit"),
    [
        ("60.00", "0.00", "70.00", "0.00"),
        ("40.00", "20.00", "70.00", "0.00"),
        ("100.00", "0.00", "30.00", "0.00"),
        ("130.00", "0.00", "0.00", "0.00"),
        ("150.50", "0.00", "0.00", "20.50"),
        ("0.01", "59.99", "70.00", "0.00"),
    ],
)
def test_the_oldest_due_invoice_is_paid_first_and_the_rest_is_credit(
    kari, amount, first, second, credit
):
    later = make_bill(kari, "70.00", due=date(2026, 12, 16))
    older = make_bill(kari, "60.00", due=date(2026, 11, 16))

    result = take_in(line(amount, later.reference))

    assert open_amount(older) == Decimal(first)
    assert open_amount(later) == Decimal(second)
    assert Payment.objects.get().unallocated == Decimal(credit)
    assert len(result.over_payments) == (1 if Decimal(credit) else 0)
    assert account_balance(kari) == Decimal("130.00") - Decimal(amount)


def test_two_payments_in_one_file_pay_one_invoice_together(kari):
    bill = make_bill(kari, "100.00")

    take_in(line("30.00", bill.reference, "B-1"), line("90.00", bill.reference, "B-2"))

    assert open_amount(bill) == 0
    assert [str(row.amount) for row in Allocation.objects.all()] == ["30.000", "70.000"]
    assert [str(row.unallocated) for row in Payment.objects.order_by("id")] == ["0.000", "20.000"]


def test_the_same_file_again_stores_nothing(kari):
    bill = make_bill(kari)
    take_in(line("905.07", bill.reference))

    again = take_in(line("905.07", bill.reference), file="copy.csv")

    assert again.is_known_file
    assert Payment.objects.count() == BankFile.objects.count() == 1


def test_the_same_transaction_in_another_file_is_known(kari):
    bill = make_bill(kari)
    take_in(line("905.07", bill.reference))

    again = take_in(line("905.070", bill.reference), line("1.00", bill.reference, "B-2"))

    assert (again.known, len(again.matched), again.problems) == (1, 1, [])
    assert Payment.objects.count() == 2


def test_the_same_transaction_twice_in_one_file_is_counted_once(kari):
    bill = make_bill(kari)

    result = take_in(line("905.07", bill.reference), line("905.07", bill.reference))

    assert (len(result.matched), result.known) == (1, 1)


@pytest.mark.parametrize("changed", ["905.08,NOK", "905.07,EUR"])
def test_the_same_transaction_with_other_money_is_a_problem_and_not_stored(kari, changed):
    bill = make_bill(kari)
    take_in(line("905.07", bill.reference))

    again = take_in(f"2026-11-12,{changed},{bill.reference},B-1,Kari,")

    assert Payment.objects.count() == 1
    assert str(again.problems[0]).startswith(
        "bank.csv:2: transaction B-1 was 905.07 NOK before, here it is 905.0"
    )


@pytest.mark.parametrize(
    "written",
    [
        "{reference}",
        "{blanks}",
        "{bare}",
        "KID {reference}",
        "betaling {number}",
        "{number_lower}",
        "{number_apart}",
    ],
)
def test_a_reference_counts_as_payers_write_it(kari, bo, written):
    make_bill(bo, "10.00")
    bill = make_bill(kari)
    reference, number = bill.reference, number_of(bill)
    text = written.format(
        reference=reference,
        blanks=f"{reference[:4]} {reference[4:8]} {reference[8:]}",
        bare=reference.lstrip("0"),
        number=number,
        number_lower=number.lower(),
        number_apart=number.replace("-", " "),
    )

    result = take_in(line("905.07", text))

    assert [payment.account for payment in result.matched] == [kari]


def test_the_invoice_number_is_found_in_the_text(kari):
    bill = make_bill(kari)

    result = take_in(line("905.07", "", text=f"Faktura {bill.number} november"))

    assert [payment.account for payment in result.matched] == [kari]


def test_a_text_that_names_two_accounts_stays_unmatched(kari, bo):
    bills = make_bill(kari), make_bill(bo)

    result = take_in(line("10.00", "", text=" ".join(str(bill.number) for bill in bills)))

    assert len(result.unmatched) == 1
    assert "fits several accounts (100123, 100200)" in str(result.problems[0])


def test_unmatched_money_waits_as_unapplied_money_with_its_texts(kari):
    make_bill(kari)

    result = take_in(line("905.07", "12345", text="hei"))

    payment = Payment.objects.get()
    assert payment.account is None
    assert (payment.reference, payment.payer, payment.text) == ("12345", "Kari Nordmann", "hei")
    assert payment.unallocated == Decimal("905.07")
    assert postings("payment") == [("bank", "905.070", ""), ("unapplied", "-905.070", "")]
    assert str(result.problems[0]) == (
        "bank.csv:2: the reference matches no invoice: 905.07 NOK; it is kept as unmatched money; "
        "name its account in the back office"
    )


def test_money_in_another_currency_than_the_account_s_is_unmatched(kari):
    bill = make_bill(kari)

    result = take_in(line("80.00", bill.reference, currency="EUR"))

    assert len(result.unmatched) == 1
    assert "account 100123 is billed in NOK, not EUR" in str(result.problems[0])
    assert open_amount(bill) == Decimal("905.07")


@pytest.mark.parametrize("bank_account", ["1234.56.78903", "12345678903", "NO9312345678903"])
def test_the_bank_account_says_whose_unmatched_money_it_is(fjordtel, northwind, bank_account):
    take_in(
        f"2026-11-12,10.00,EUR,1,B-1,{bank_account}",
        header="date,amount,currency,reference,transaction_id,bank_account",
    )

    assert Payment.objects.get().legal_entity == fjordtel.legal_entity


def test_a_reference_of_another_legal_entity_than_the_bank_account_s_is_unmatched(kari, northwind):
    bill = make_bill(kari)

    result = take_in(
        f"2026-11-12,10.00,NOK,{bill.reference},B-1,DE89370400440532013000",
        header="date,amount,currency,reference,transaction_id,bank_account",
    )

    assert result.unmatched[0].legal_entity == northwind.legal_entity
    assert "not one of Northwind Voice GmbH's" in str(result.problems[0])


def test_unmatched_money_goes_to_the_legal_entity_of_the_file_s_other_lines(kari, northwind):
    bill = make_bill(kari)

    take_in(line("905.07", bill.reference), line("10.00", "1", "B-2", currency="EUR"))

    assert Payment.objects.get(account=None).legal_entity == kari.brand.legal_entity


def test_unmatched_money_goes_to_the_only_legal_entity_that_bills_in_its_currency(
    fjordtel, northwind
):
    take_in(line("10.00", "1", currency="EUR"))

    assert Payment.objects.get().legal_entity == northwind.legal_entity


def test_money_of_which_nobody_can_say_whose_it_is_refuses_the_file(fjordtel, northwind):
    with pytest.raises(InputRefused) as refused:
        take_in(line("10.00", "1", currency="SEK"))

    assert "bank.csv:2: the reference matches no invoice, and nothing says to which legal" in str(
        refused.value.problems[0]
    )
    assert Payment.objects.count() == BankFile.objects.count() == 0


def test_negative_lines_are_listed_and_left_alone(kari):
    bill = make_bill(kari)

    result = take_in(line("-12.50", "", "FEE-1"), line("905.07", bill.reference))

    assert [row.transaction_id for row in result.left_alone] == ["FEE-1"]
    assert Payment.objects.count() == 1
    assert result.problems == []


def test_semicolons_a_byte_order_mark_and_quotes_are_read(kari):
    bill = make_bill(kari)
    content = (
        "\ufeffDate;Amount;Currency;Reference;Transaction_ID;Text\r\n"
        f'2026-11-12;905.07;NOK;"{bill.reference}";B-1;"two\nlines; one text"\r\n'
        f"\r\n2026-11-13;1.00;NOK;{bill.reference};B-2;\r\n"
    )

    import_payments("bank.csv", content.encode(), clock=lambda: NOW)

    assert [str(payment.amount) for payment in Payment.objects.order_by("id")] == [
        "905.070",
        "1.000",
    ]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["12.11.2026,1.00,NOK,1,B-1,,"], "bank.csv:2: date '12.11.2026' is not a date"),
        (['2026-11-12,"905,07",NOK,1,B-1,,'], "bank.csv:2: amount '905,07' is not an amount"),
        (["2026-11-12,1e3,NOK,1,B-1,,"], "bank.csv:2: amount '1e3' is not an amount"),
        (["2026-11-12,NaN,NOK,1,B-1,,"], "bank.csv:2: amount 'NaN' is not an amount"),
        (["2026-11-12,1.005,NOK,1,B-1,,"], "bank.csv:2: amount 1.005 has too many decimals"),
        (["2026-11-12,1.00,KRONER,1,B-1,,"], "bank.csv:2: currency 'KRONER' is not known"),
        (["2026-11-12,1.00,NOK,1,,,"], "bank.csv:2: transaction_id is empty"),
        (["2026-11-12,,NOK,1,B-1,,"], "bank.csv:2: amount is empty"),
        (["2026-11-12,1.00,NOK,1,B-1,,", "2026-11-12,1.0"], "bank.csv:3: 2 fields where"),
        (['2026-11-12,1.00,NOK,1,B-1,"Kari,'], "bank.csv:2: broken CSV"),
        ([f"2026-11-12,1.00,NOK,1,{'x' * 101},,"], "bank.csv:2: transaction_id has 101"),
    ],
)
def test_a_wrong_line_refuses_the_whole_file_with_its_place(kari, lines, message):
    bill = make_bill(kari)

    with pytest.raises(InputRefused) as refused:
        take_in(*lines, line("905.07", bill.reference, "GOOD"))

    assert str(refused.value.problems[0]).startswith(message)
    assert "; " in str(refused.value.problems[0])
    assert Payment.objects.count() == BankFile.objects.count() == 0
    assert open_amount(bill) == Decimal("905.07")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "bank.csv:1: the file is empty"),
        (b"date,amount,currency,transaction_id\n", "bank.csv:1: missing columns: reference"),
        (b"date,amount\xe6\n", "bank.csv:1: byte 0xe6 is not UTF-8"),
        (HEADER.encode() + b",amount\n", "bank.csv:1: the column 'amount' stands twice"),
    ],
)
def test_a_file_of_another_form_is_refused(db, content, message):
    with pytest.raises(InputRefused) as refused:
        import_payments("bank.csv", content, clock=lambda: NOW)

    assert str(refused.value.problems[0]).startswith(message)


def test_the_order_of_the_lines_makes_no_difference_to_what_is_open(kari, bo):
    bills = [make_bill(kari, "60.00"), make_bill(bo, "70.00"), make_bill(kari, "80.00")]
    lines = [line("50.00", bill.reference, f"B-{bill.pk}") for bill in bills]

    take_in(*reversed(lines))

    assert [str(open_amount(bill)) for bill in bills] == ["0.000", "20.000", "40.000"]


def test_the_example_of_the_documentation_is_a_file_that_can_be_read(settings):
    section = (settings.BASE_DIR / "docs" / "formats.md").read_text().split("## 5. Payments")[1]
    example = section.split("```csv\n")[1].split("```")[0]

    lines = read_bank_file(example.encode(), "example.csv")

    assert [str(line.amount) for line in lines] == ["905.07", "1190.00", "299.00"]
    assert all(is_valid_reference(line.reference) for line in lines if line.reference)
