"""Compares what was taken over with the old trial balance, to the smallest unit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from billing.ledger.models import LedgerAccount, Posting
from core.imports.apply_mapping import apply_mapping
from core.imports.foreign_file import read_foreign
from core.imports.kinds import TargetField
from core.imports.mapping import parse_mapping
from core.imports.our_form import turn_back, write_our_form
from core.input_rows import rows_of, signed_amount, text_of
from core.input_tree import Fields, Problems
from core.input_values import currency as currency_reader
from core.models import Brand

BALANCE_FIELDS = (
    TargetField(
        "account",
        "The customer's number; empty in a row of a control account.",
        synonyms=("kundenr", "kundenummer", "kundennummer", "konto", "customer"),
    ),
    TargetField(
        "control",
        "The receivables account of the old books: the sum of all customers.",
        synonyms=("hovedbokskonto", "sachkonto", "control account"),
    ),
    TargetField(
        "balance",
        "What the customer owes; negative where we owe.",
        type="decimal",
        synonyms=("saldo", "balanse"),
    ),
    TargetField("debit", "Instead of balance.", type="decimal", synonyms=("debet", "soll")),
    TargetField("credit", "Instead of balance.", type="decimal", synonyms=("kredit", "haben")),
    TargetField("currency", "Left out: the brand's.", synonyms=("valuta", "währung")),
)
CONTROL = "control account"
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """One balance that differs: `subject` is a customer's number or a control account."""

    subject: str
    currency: str
    before: Decimal
    taken_over: Decimal

    def __str__(self) -> str:
        """`100123: 1499.00 before, 1498.50 taken over, -0.50 NOK`."""
        by = self.taken_over - self.before
        return (
            f"{self.subject}: {self.before} before, {self.taken_over} taken over, "
            f"{by:+} {self.currency}"
        )


@dataclass(slots=True)
class Comparison:
    """How many balances were compared, their sums by currency, and those that differ."""

    compared: int = 0
    before: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    taken_over: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    differences: list[Difference] = field(default_factory=list)

    @property
    def totals(self) -> dict[str, dict[str, str]]:
        """By currency, both sums as exact text."""
        return {
            code: {"before": str(self.before[code]), "taken_over": str(self.taken_over[code])}
            for code in sorted({*self.before, *self.taken_over})
        }


def compare_trial_balance(
    content: bytes, file: str, mapping: Mapping[str, Any], brand: Brand, taken_over_on: date
) -> Comparison:
    """Compare each customer and control account of the file with what the books took over.

    Sums of opening entries dated `taken_over_on`, before any payment; customers that one side
    lacks count as 0 there. Raises `InputRefused` for rows that can't be read.
    """
    customers, controls = _read(content, file, mapping, brand)
    found = _taken_over(brand, taken_over_on)
    comparison = Comparison(compared=len(customers.keys() | found.keys()) + len(controls))
    for subject, code in sorted(customers.keys() | found.keys()):
        before = customers.get((subject, code), Decimal(0))
        taken = found.get((subject, code), Decimal(0))
        comparison.before[code] += before
        comparison.taken_over[code] += taken
        if before != taken and (customers or not controls):
            comparison.differences.append(Difference(subject, code, before, taken))
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for (_, code), before in controls.items():
        sums[code] += before
    names = ", ".join(sorted({name for name, _ in controls}))
    for code, before in sorted(sums.items()):
        if not customers:
            comparison.before[code] = before
        if before != comparison.taken_over[code]:
            comparison.differences.append(
                Difference(f"{CONTROL} {names}", code, before, comparison.taken_over[code])
            )
    return comparison


def _taken_over(brand: Brand, on: date) -> dict[Key, Decimal]:
    """What each customer of the brand's openings of that day owes, by number and currency."""
    openings = Posting.objects.filter(
        ledger_account__kind=LedgerAccount.Kind.OPENING, entry__brand=brand, entry__date=on
    )
    sums = (
        Posting.objects.filter(
            entry__in=openings.values("entry"),
            ledger_account__kind=LedgerAccount.Kind.RECEIVABLE,
        )
        .order_by()
        .values_list("account__number", "currency")
        .annotate(sum=Sum("amount"))
    )
    return {(str(number), code): amount.normalize() for number, code, amount in sums if amount}


def _read(
    content: bytes, file: str, mapping: Mapping[str, Any], brand: Brand
) -> tuple[dict[Key, Decimal], dict[Key, Decimal]]:
    problems = Problems(file)
    if mapping:
        parsed = parse_mapping(dict(mapping), BALANCE_FIELDS)
        mapped = apply_mapping(
            read_foreign(content, file, parsed.shape), parsed, BALANCE_FIELDS, file
        )
        form = write_our_form(mapped)
        tables = rows_of(form.content, problems, BALANCE_FIELDS, "trial balance")
    else:
        tables = rows_of(content, problems, BALANCE_FIELDS, "trial balance")
    customers: dict[Key, Decimal] = defaultdict(Decimal)
    controls: dict[Key, Decimal] = defaultdict(Decimal)
    for row in tables:
        _add(row, brand, customers, controls)
    if mapping:
        problems.found = [*mapped.problems, *turn_back(problems.found, form)]
    problems.refuse_if_any()
    return dict(customers), dict(controls)


def _add(
    row: Fields, brand: Brand, customers: dict[Key, Decimal], controls: dict[Key, Decimal]
) -> None:
    balance = row.get("balance", signed_amount)
    debit, credit = row.get("debit", signed_amount), row.get("credit", signed_amount)
    code = row.get("currency", currency_reader) or brand.currency
    account, control = text_of(row, "account"), text_of(row, "control")
    if not account and not control:
        row.problem("account", "neither account nor control account", "skip rows of sums")
        return
    if row.given("balance") == (row.given("debit") or row.given("credit")):
        row.problem("balance", "a balance, or debit and credit, is needed", "map one of them")
        return
    amount = balance if balance is not None else (debit or Decimal(0)) - (credit or Decimal(0))
    side, name = (customers, account) if account else (controls, control)
    side[name, code] += amount
