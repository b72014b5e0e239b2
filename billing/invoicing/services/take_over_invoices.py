"""Take over the open invoices and credits of the system before, one by one, into the books."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from accounts.models import Account
from accounts.named_rows import ACCOUNT, BRAND, NamedRows
from accounts.queries import language_of
from billing.invoicing.models import Invoice, OpeningBalance, OpenItem
from billing.invoicing.references import normalise_reference
from billing.invoicing.services.issue_invoices import open_item
from billing.invoicing.snapshots import recipient_of, seller_of
from billing.ledger.models import LedgerAccount
from billing.ledger.services.post_entry import NewEntry, NewPosting, post_entries
from billing.signals import openings_taken_over
from core.imports.kinds import TargetField
from core.input_report import ImportReport
from core.input_rows import check_decimals, rows_of, signed_amount
from core.input_tree import Fields, Problems
from core.input_values import currency as currency_reader
from core.input_values import day, text
from core.models import Brand, NumberSeries

PART = "opening balances"
NUMBER_LENGTH_MAX = 60
COLUMNS = (
    BRAND,
    ACCOUNT,
    TargetField(
        "number",
        "The invoice's number in the system before; a credit may have none.",
        example="88123",
        synonyms=("fakturanr", "fakturanummer", "bilagsnr", "rechnungsnummer", "invoice number"),
    ),
    TargetField(
        "reference",
        "What the payer states: KID, RF, or what the system before printed.",
        synonyms=("kid", "betalingsreferanse", "verwendungszweck", "referenz"),
    ),
    TargetField(
        "issue_date",
        "When it was issued.",
        type="date",
        required=True,
        synonyms=("fakturadato", "rechnungsdatum", "belegdatum", "invoice date"),
    ),
    TargetField(
        "due_date",
        "When it is or was to be paid; left out: the issue date.",
        type="date",
        synonyms=("forfall", "forfallsdato", "fälligkeit", "fällig am"),
    ),
    TargetField(
        "open_amount",
        "What is still open on it, tax included; a credit is negative, 0 is left out.",
        type="decimal",
        required=True,
        synonyms=("restbeløp", "åpen saldo", "offener betrag", "saldo", "rest"),
    ),
    TargetField(
        "original_total",
        "What it was in all; left out: what is open.",
        type="decimal",
        synonyms=("beløp", "fakturabeløp", "betrag", "rechnungsbetrag"),
    ),
    TargetField("currency", "Left out: the account's.", synonyms=("valuta", "währung")),
    TargetField("text", "What it was for.", synonyms=("tekst", "beskrivelse", "buchungstext")),
)


@dataclass(slots=True)
class Opening:
    """A row that can be taken over, or that was before."""

    row: Fields
    account: Account
    number: str
    reference: str
    issue_date: date
    due_date: date
    open_amount: Decimal
    original_total: Decimal
    text: str


def take_over_invoices(
    content: bytes,
    file: str,
    *,
    brand: Brand | None,
    taken_over_on: date,
    now: datetime,
) -> ImportReport:
    """Issue an invoice of kind `opening` for each row, with its open item and its entry.

    The entry is dated `taken_over_on`: receivables against the opening account; tax and revenue
    stand in the books of the system before. Rows taken over before stay. Credits pay open invoices
    of their account at once. Raises `InputRefused` with every problem; nothing is stored then.
    """
    problems, report = Problems(file), ImportReport()
    with transaction.atomic():
        rows = rows_of(content, problems, COLUMNS, "opening balance")
        named = NamedRows(rows, brand)
        list(
            Account.objects.select_for_update(no_key=True)
            .filter(pk__in=named.account_ids)
            .order_by("pk")
            .values_list("pk")
        )
        openings = [
            opening for row in rows if (opening := _read(row, named, taken_over_on, report))
        ]
        new = _without_known(_once(openings), report)
        _check_series(new)
        _check_references(new)
        problems.refuse_if_any()
        _store(new, taken_over_on, now)
        for opening in new:
            amount = f"{opening.open_amount} {opening.account.currency}"
            report.add_new(PART, f"{opening.account.number}: {opening.number}, {amount}")
        if new:
            openings_taken_over.send(
                sender=Invoice, account_ids=sorted({o.account.pk for o in new}), now=now
            )
    report.warnings = sorted(problems.warnings, key=lambda warning: warning.line)
    return report


def _read(
    row: Fields, named: NamedRows, taken_over_on: date, report: ImportReport
) -> Opening | None:
    account = named.account(row)
    number = row.get("number", text(NUMBER_LENGTH_MAX)) or ""
    row.subject = f"opening balance {number}".strip()
    reference = normalise_reference(row.get("reference", text(NUMBER_LENGTH_MAX)) or "")
    issued = row.require("issue_date", day)
    due = row.get("due_date", day) or issued
    open_amount = row.require("open_amount", signed_amount)
    original = row.get("original_total", signed_amount)
    currency = row.get("currency", currency_reader)
    words = row.get("text", text(300)) or ""
    row.finish()
    if account is None or issued is None or due is None or open_amount is None:
        return None
    if open_amount == 0:
        report.add_unchanged("paid in full, left out")
        return None
    if currency and currency != account.currency:
        row.problem(
            "currency",
            f"it is in {currency}, account {account.number} in {account.currency}",
            "give the account the currency of its invoices",
        )
    check_decimals(row, "open_amount", open_amount, account.currency)
    check_decimals(row, "original_total", original, account.currency)
    _check(row, number, issued, due, open_amount, original, taken_over_on)
    return Opening(
        row=row,
        account=account,
        number=number or f"CREDIT-{account.number}",
        reference=reference,
        issue_date=issued,
        due_date=due,
        open_amount=open_amount,
        original_total=open_amount if original is None else original,
        text=words,
    )


def _check(
    row: Fields,
    number: str,
    issued: date,
    due: date,
    open_amount: Decimal,
    original: Decimal | None,
    taken_over_on: date,
) -> None:
    if not number and open_amount > 0:
        row.problem("number", "number is missing", "only a credit may have none")
    if issued > taken_over_on:
        row.problem(
            "issue_date",
            f"it was issued on {issued}, after it was taken over on {taken_over_on}",
            "leave it out, or take the balances over on a later day",
        )
    if due < issued:
        row.problem("due_date", f"it is due on {due}, before it was issued", "check both dates")
    if original is None:
        return
    if original * open_amount < 0:
        row.problem(
            "original_total",
            f"{original} in all and {open_amount} open have different signs",
            "a credit is negative in both",
        )
    elif abs(open_amount) > abs(original):
        row.warn("open_amount", f"more is open ({open_amount}) than it was in all ({original})")


def _once(openings: Sequence[Opening]) -> list[Opening]:
    first: dict[tuple[int, str], Opening] = {}
    for opening in openings:
        key = (opening.account.brand.legal_entity_id, opening.number)
        before = first.setdefault(key, opening)
        if before is not opening:
            opening.row.problem(
                "number",
                f"the number stands twice, first on line {before.row.line}",
                "an invoice with several rows: add them up to one",
            )
    return list(first.values())


def _without_known(openings: Sequence[Opening], report: ImportReport) -> list[Opening]:
    """Those that are not there yet; the same number with other facts is a problem."""
    stored = {
        (invoice.legal_entity_id, invoice.number): invoice
        for invoice in Invoice.objects.filter(number__in={opening.number for opening in openings})
        .exclude(kind=Invoice.Kind.OPENING, live=False)
        .select_related("account")
    }
    new: list[Opening] = []
    for opening in openings:
        known = stored.get((opening.account.brand.legal_entity_id, opening.number))
        if known is None:
            new.append(opening)
        elif (known.kind, known.account_id, known.total, known.issue_date, known.due_date) == (
            Invoice.Kind.OPENING,
            opening.account.pk,
            opening.open_amount,
            opening.issue_date,
            opening.due_date,
        ):
            report.add_unchanged(PART)
        else:
            opening.row.problem(
                "number",
                f"number {opening.number} is there already: account {known.account.number}, "
                f"{known.total} {known.currency}, issued on {known.issue_date}",
                "take its import back first, or correct the number",
            )
    return new


def _check_series(openings: Sequence[Opening]) -> None:
    """A number that a series is yet to give would stop the bill run that gives it."""
    entities = {opening.account.brand.legal_entity_id for opening in openings}
    for series in NumberSeries.objects.filter(legal_entity__in=entities):
        pattern = re.compile(re.escape(series.prefix) + r"([0-9]{1,18})")
        for opening in openings:
            found = pattern.fullmatch(opening.number)
            if (
                found
                and opening.account.brand.legal_entity_id == series.legal_entity_id
                and str(int(found[1])) == found[1]
                and int(found[1]) >= series.next_number
            ):
                opening.row.problem(
                    "number",
                    f"series {series.code} is yet to give the number {opening.number}",
                    f"begin the series after the last old number, or give it another prefix "
                    f"(its next is {series.prefix}{series.next_number})",
                )


def _check_references(openings: Sequence[Opening]) -> None:
    """One reference leads to one account, whoever made it."""
    wanted = {opening.reference for opening in openings} - {""}
    owners: dict[tuple[int, str], tuple[int, str]] = {
        (entity, reference): (account_id, f"account {account}")
        for entity, reference, account_id, account in Invoice.objects.filter(reference__in=wanted)
        .exclude(kind=Invoice.Kind.OPENING, live=False)
        .values_list("legal_entity_id", "reference", "account_id", "account__number")
    }
    for opening in openings:
        if not opening.reference:
            continue
        own = (opening.account.pk, f"line {opening.row.line}")
        key = (opening.account.brand.legal_entity_id, opening.reference)
        account_id, where = owners.setdefault(key, own)
        if account_id != opening.account.pk:
            opening.row.problem(
                "reference",
                f"reference {opening.reference} leads to another account too ({where})",
                "a reference belongs to one account; leave it out where the payer has no own",
            )


def _store(openings: Sequence[Opening], taken_over_on: date, now: datetime) -> None:
    invoices = Invoice.objects.bulk_create(
        (_invoice(opening, now) for opening in openings), batch_size=2000
    )
    OpeningBalance.objects.bulk_create(
        (
            OpeningBalance(
                invoice=invoice,
                original_total=opening.original_total,
                taken_over_on=taken_over_on,
                text=opening.text,
                source=f"{opening.row.problems.file}:{opening.row.line}"[-300:],
            )
            for invoice, opening in zip(invoices, openings, strict=True)
        ),
        batch_size=2000,
    )
    book_openings(invoices, taken_over_on, now)


def book_openings(invoices: Sequence[Invoice], on: date, now: datetime) -> None:
    """Open items and entries of opening invoices: receivables against the opening account."""
    OpenItem.objects.bulk_create((open_item(invoice) for invoice in invoices), batch_size=2000)
    post_entries(
        [
            NewEntry(
                legal_entity=invoice.legal_entity,
                brand=invoice.brand,
                date=on,
                source="invoice",
                source_id=invoice.pk,
                description=f"Taken over: {invoice.get_document_display()} {invoice.number}",
                postings=[
                    NewPosting(
                        LedgerAccount.Kind.RECEIVABLE,
                        invoice.total,
                        invoice.currency,
                        invoice.account_id,
                    ),
                    NewPosting(LedgerAccount.Kind.OPENING, -invoice.total, invoice.currency),
                ],
            )
            for invoice in invoices
        ],
        posted_at=now,
    )


def _invoice(opening: Opening, now: datetime) -> Invoice:
    account, brand = opening.account, opening.account.brand
    language = language_of(account)
    is_credit = opening.open_amount < 0
    return Invoice(
        legal_entity=brand.legal_entity,
        brand=brand,
        account=account,
        document=Invoice.Document.CREDIT_NOTE if is_credit else Invoice.Document.INVOICE,
        kind=Invoice.Kind.OPENING,
        state=Invoice.State.ISSUED,
        series=None,
        number=opening.number,
        issue_date=opening.issue_date,
        due_date=opening.due_date,
        issued_at=now,
        period_start=opening.issue_date,
        period_end=opening.issue_date,
        currency=account.currency,
        price_mode=brand.price_mode,
        language=language,
        reference=opening.reference,
        terms_days=(opening.due_date - opening.issue_date).days,
        seller=seller_of(brand, language),
        recipient=recipient_of(account),
        net_total=opening.open_amount,
        tax_total=Decimal(0),
        total=opening.open_amount,
    )
