"""The kinds of files of this app: a bank's transactions, mandates and payment methods."""

from __future__ import annotations

from core.imports.kinds import ImportRequest, TargetField, import_kind
from core.input_report import ImportReport
from core.money import round_money
from payments.models import Payment
from payments.services.import_payments import PaymentImport, import_payments
from payments.services.take_over_mandates import COLUMNS as MANDATE_COLUMNS
from payments.services.take_over_mandates import take_over_mandates
from payments.services.take_over_methods import COLUMNS as METHOD_COLUMNS
from payments.services.take_over_methods import take_over_methods

PAYMENT_FIELDS = (
    TargetField("date", "day on which the bank booked it", "date", required=True,
                example="2026-11-02",
                synonyms=("booking date", "booked", "value date", "dato", "bokføringsdato",
                          "bokført", "buchungstag", "buchungsdatum", "valuta")),
    TargetField("amount", "money that came in, positive", "decimal", required=True,
                example="399.00",
                synonyms=("sum", "value", "credit", "beløp", "inn", "innbetalt", "betrag",
                          "umsatz")),
    TargetField("currency", "ISO 4217 code", required=True, example="NOK",
                synonyms=("ccy", "valuta", "währung", "myntkode")),
    TargetField("reference", "the payer's reference (KID, RF)", required=True,
                example="1001230000017",
                synonyms=("kid", "payment reference", "referanse", "melding/kid", "remittance",
                          "verwendungszweck", "end to end id")),
    TargetField("transaction_id", "the bank's id of the transaction", required=True,
                example="T-1",
                synonyms=("id", "transaction", "bank reference", "arkivref", "arkivreferanse",
                          "transaksjonsid", "buchungsreferenz")),
    TargetField("bank_account", "our account that got it",
                synonyms=("account", "iban", "to account", "til konto", "konto", "auftragskonto")),
    TargetField("payer", "who paid",
                synonyms=("name", "from", "sender", "betaler", "avsender", "zahler",
                          "auftraggeber")),
    TargetField("text", "what the bank wrote",
                synonyms=("description", "message", "tekst", "melding", "beskrivelse",
                          "buchungstext")),
)  # fmt: skip


@import_kind(
    "payments",
    label="Payments (bank file)",
    fields=PAYMENT_FIELDS,
    permission="payments.add_payment",
    every_brand=True,
    not_revertible="Payments are in the books: move or refund each one on its page.",
)
def take_in_payments(request: ImportRequest) -> ImportReport:
    """A bank's transactions; money that nobody can be found for is kept as unmatched."""
    result = import_payments(request.file, request.content, clock=lambda: request.now)
    return report_of(result)


def report_of(result: PaymentImport) -> ImportReport:
    """The result as a report: matched and unmatched payments, and what was known before."""
    report = ImportReport(warnings=list(result.problems))
    for part, payments in (
        ("matched payments", result.matched),
        ("unmatched payments", result.unmatched),
    ):
        for payment in payments:
            report.add_new(part, _label(payment))
    report.part("known payments").unchanged = result.known
    return report


def _label(payment: Payment) -> str:
    amount = round_money(payment.amount, payment.currency)
    account = payment.account.number if payment.account else ""
    reference = payment.provider_reference
    return f"{reference} {amount} {payment.currency} {account}".strip()


@import_kind(
    "mandates",
    label="Direct debit mandates",
    repeats_are_one=True,
    fields=MANDATE_COLUMNS,
    permission="payments.add_mandate",
)
def mandates(request: ImportRequest) -> ImportReport:
    """Mandates that payers gave the system before."""
    return take_over_mandates(
        request.content, request.file, brand=request.brand, as_of=request.as_of
    )


@import_kind(
    "payment_methods",
    label="Payment methods",
    repeats_are_one=True,
    fields=METHOD_COLUMNS,
    permission="payments.add_paymentmethod",
)
def payment_methods(request: ImportRequest) -> ImportReport:
    """Cards, wallets and electronic invoices by account."""
    return take_over_methods(
        request.content, request.file, brand=request.brand, as_of=request.as_of
    )
