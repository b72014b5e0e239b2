"""Take a bank's file of transactions in: each payment once, in the books and on what it pays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from hashlib import sha256

from django.db import connection, transaction

from billing.ledger.services.post_entry import NewEntry, NewPosting, post_entries
from core.errors import InputProblem, InputRefused
from core.models import Brand
from core.money import round_money
from payments.bank_file import BankLine, read_bank_file
from payments.models import BankFile, Payment
from payments.queries.match_bank_lines import Match, match_lines
from payments.services.apply_credit import apply_credit
from payments.services.lock_accounts import lock_accounts
from payments.services.tell_payments import tell_payments

PROVIDER = "bank"
# One bank file at a time: two of them may hold the same transaction.
_IMPORT_LOCK = 7_265_001


@dataclass(slots=True)
class PaymentImport:
    """What a file brought. `left_alone` are lines without money for us; `problems` need a person.

    `amounts` is the new money by currency, `over_payments` what of it pays nothing yet.
    """

    bank_file: BankFile
    is_known_file: bool = False
    matched: list[Payment] = field(default_factory=list)
    unmatched: list[Payment] = field(default_factory=list)
    known: int = 0
    left_alone: list[BankLine] = field(default_factory=list)
    problems: list[InputProblem] = field(default_factory=list)
    amounts: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    over_payments: list[Payment] = field(default_factory=list)


def import_payments(file: str, content: bytes, *, clock: Callable[[], datetime]) -> PaymentImport:
    """Store the payments of a CSV file (docs/formats.md 5), all of them or none.

    A payment is known by its transaction id: what we have stays, and the same id with other money
    is a problem, not stored. Matched money is allocated oldest due first, the rest of it is
    account credit; unmatched money waits as unapplied. Raises InputRefused for a file with bad
    lines, or with money of which nobody can say to which legal entity it came.
    """
    lines = read_bank_file(content, file)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_IMPORT_LOCK])
        digest = sha256(content).hexdigest()
        known_file = BankFile.objects.filter(sha256=digest).first()
        if known_file is not None:
            return PaymentImport(known_file, is_known_file=True, known=known_file.rows)
        result = PaymentImport(BankFile(name=file[-255:], sha256=digest, rows=len(lines)))
        new = _new_lines(lines, file, result)
        matches = match_lines(new)
        _refuse_homeless(new, matches, file)
        lock_accounts(match.account.pk for match in matches if match.account)
        at = clock()
        result.bank_file.imported_at = at
        result.bank_file.save()
        _store(new, matches, result, at)
        _note_unmatched(new, matches, file, result)
        result.bank_file.matched = len(result.matched)
        result.bank_file.unmatched = len(result.unmatched)
        result.bank_file.known = result.known
        result.bank_file.save()
    return result


def _new_lines(lines: Sequence[BankLine], file: str, result: PaymentImport) -> list[BankLine]:
    """The lines that are payments which we don't have yet."""
    result.left_alone = [line for line in lines if line.amount <= 0]
    stored = Payment.objects.filter(
        provider=PROVIDER, provider_reference__in={line.transaction_id for line in lines}
    )
    seen = {
        row[0]: (row[1], row[2])
        for row in stored.values_list("provider_reference", "amount", "currency")
    }
    new: list[BankLine] = []
    for line in lines:
        if line.amount <= 0:
            continue
        money = (line.amount, line.currency)
        before = seen.setdefault(line.transaction_id, money)
        if before is money:
            new.append(line)
        elif before == money:
            result.known += 1
        else:
            what = (
                f"transaction {line.transaction_id} was {_in_words(*before)} before, "
                f"here it is {_in_words(*money)}"
            )
            remedy = "the first one stays; ask the bank which is right"
            result.problems.append(InputProblem(file, line.line, what, remedy))
    return new


def _refuse_homeless(lines: Sequence[BankLine], matches: Sequence[Match], file: str) -> None:
    problems = [
        InputProblem(
            file,
            line.line,
            f"{match.reason}, and nothing says to which legal entity the money came",
            "add the column bank_account, with an account or IBAN of the catalogue",
        )
        for line, match in zip(lines, matches, strict=True)
        if match.legal_entity is None
    ]
    if problems:
        raise InputRefused(problems)


def _store(
    lines: Sequence[BankLine], matches: Sequence[Match], result: PaymentImport, at: datetime
) -> None:
    payments = Payment.objects.bulk_create(
        (
            _payment(line, match, result.bank_file, at)
            for line, match in zip(lines, matches, strict=True)
        ),
        batch_size=2000,
    )
    first_brands = _first_brands()
    post_entries([_entry(payment, first_brands) for payment in payments], posted_at=at)
    apply_credit({match.account.pk for match in matches if match.account}, at=at)
    fresh = Payment.objects.filter(bank_file=result.bank_file).select_related("account")
    for payment in fresh.order_by("id"):
        (result.matched if payment.account_id else result.unmatched).append(payment)
        result.amounts[payment.currency] += payment.amount
    tell_payments(payments, now=at)
    result.over_payments = [payment for payment in result.matched if payment.unallocated]


def _payment(line: BankLine, match: Match, bank_file: BankFile, at: datetime) -> Payment:
    assert match.legal_entity is not None
    return Payment(
        legal_entity=match.legal_entity,
        brand=match.account.brand if match.account else None,
        account=match.account,
        bank_file=bank_file,
        provider=PROVIDER,
        provider_reference=line.transaction_id,
        paid_on=line.booked_on,
        amount=line.amount,
        currency=line.currency,
        reference=line.reference[:100],
        payer=line.payer[:200],
        text=line.text[:300],
        unallocated=line.amount,
        received_at=at,
    )


def _first_brands() -> dict[int, Brand]:
    """Each legal entity's first brand: the books want one, also for money that names none."""
    brands = Brand.objects.order_by("-pk")
    return {brand.legal_entity_id: brand for brand in brands}


def _entry(payment: Payment, first_brands: dict[int, Brand]) -> NewEntry:
    other_side = (
        NewPosting("receivable", -payment.amount, payment.currency, payment.account_id)
        if payment.account_id
        else NewPosting("unapplied", -payment.amount, payment.currency)
    )
    return NewEntry(
        legal_entity=payment.legal_entity,
        brand=payment.brand or first_brands[payment.legal_entity_id],
        date=payment.paid_on,
        source="payment",
        source_id=payment.pk,
        description=f"Payment {payment.provider_reference}",
        postings=[NewPosting("bank", payment.amount, payment.currency), other_side],
    )


def _note_unmatched(
    lines: Sequence[BankLine], matches: Sequence[Match], file: str, result: PaymentImport
) -> None:
    remedy = "it is kept as unmatched money; name its account in the back office"
    result.problems += [
        InputProblem(
            file, line.line, f"{match.reason}: {_in_words(line.amount, line.currency)}", remedy
        )
        for line, match in zip(lines, matches, strict=True)
        if match.account is None
    ]
    result.problems.sort(key=lambda problem: problem.line)


def _in_words(amount: Decimal, currency: str) -> str:
    return f"{round_money(amount, currency)} {currency}"
