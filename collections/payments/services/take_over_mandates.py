"""Take over the direct debit mandates that payers gave the system before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from accounts.models import Account
from accounts.named_rows import ACCOUNT, BRAND, NamedRows
from billing.invoicing.references import is_valid_reference, normalise_reference
from core.imports.kinds import TargetField
from core.input_report import ImportReport, differences
from core.input_rows import rows_of
from core.input_tree import Fields, Problems
from core.input_values import amount, day, flag, one_of, text
from core.models import Brand
from payments.bank_accounts import bic, creditor_id, iban, norwegian_account
from payments.models import Mandate, PaymentMethod

PART = "mandates"
COLUMNS = (
    BRAND,
    ACCOUNT,
    TargetField(
        "scheme",
        "sepa_core, sepa_b2b or avtalegiro.",
        type="choice",
        required=True,
        choices=tuple(Mandate.Scheme.values),
        synonyms=("type", "ordning", "lastschriftart"),
    ),
    TargetField(
        "reference",
        "The mandate reference; of AvtaleGiro the KID.",
        required=True,
        synonyms=("mandatsreferenz", "mandatreferanse", "kid"),
    ),
    TargetField(
        "creditor_id",
        "The SEPA creditor identifier; of AvtaleGiro the payee's account (left out: the "
        "legal entity's).",
        synonyms=("gläubiger-id", "kreditor-id", "kreditorkonto"),
    ),
    TargetField("iban", "The payer's IBAN; SEPA needs it."),
    TargetField(
        "bank_account",
        "The payer's domestic account; may be left out for AvtaleGiro.",
        synonyms=("kontonummer", "kontonr", "belastningskonto"),
    ),
    TargetField("bic", "The payer's bank."),
    TargetField("holder", "Whose account it is.", synonyms=("kontoinhaber", "kontoeier")),
    TargetField(
        "signed_on",
        "When it was signed; SEPA needs it.",
        type="date",
        synonyms=("unterschrieben am", "mandatsdatum", "signert", "registrert"),
    ),
    TargetField(
        "state",
        "pending, active, cancelled or expired; left out: active.",
        type="choice",
        choices=tuple(Mandate.State.values),
    ),
    TargetField(
        "sequence",
        "What the next collection is: first, recurring, final or one_off; left out: recurring "
        "where it was used, else first.",
        type="choice",
        choices=tuple(Mandate.Sequence.values),
        synonyms=("sequenz", "sequenztyp"),
    ),
    TargetField("last_used_on", "The last collection.", type="date", synonyms=("letzte nutzung",)),
    TargetField("ended_on", "When it was cancelled or expired.", type="date"),
    TargetField(
        "amount_limit",
        "At most so much a month (AvtaleGiro).",
        type="decimal",
        synonyms=("beløpsgrense",),
    ),
    TargetField("default", "Whether the account pays by it; left out: true.", type="yes_no"),
)
Key = tuple[int, str, str, str]


@dataclass(slots=True)
class _Row:
    fields: Fields
    account: Account
    key: Key
    values: dict[str, Any]
    is_default: bool


def take_over_mandates(
    content: bytes, file: str, *, brand: Brand | None, as_of: date
) -> ImportReport:
    """Store each mandate, and for one in force the payment method that uses it.

    A mandate keeps its payer and bank account; what else differs is changed. Raises `InputRefused`
    with every problem.
    """
    problems, report = Problems(file), ImportReport()
    with transaction.atomic():
        tables = rows_of(content, problems, COLUMNS, "mandate")
        named = NamedRows(tables, brand)
        rows = [row for fields in tables if (row := _read(fields, named))]
        _check_twice(rows)
        stored = _stored(rows)
        _check_stays(rows, stored)
        problems.refuse_if_any()
        _store(rows, stored, as_of, report)
    report.warnings = sorted(problems.warnings, key=lambda warning: warning.line)
    return report


def _read(fields: Fields, named: NamedRows) -> _Row | None:
    account = named.account(fields)
    scheme = fields.require("scheme", one_of(Mandate.Scheme.values))
    reference = fields.require("reference", text(35)) or ""
    fields.subject = f"mandate {reference}".strip()
    giro = scheme == Mandate.Scheme.AVTALEGIRO
    values: dict[str, Any] = {
        "iban": fields.get("iban", iban) or "",
        "bank_account": fields.get("bank_account", norwegian_account if giro else text(20)) or "",
        "bic": fields.get("bic", bic) or "",
        "holder": fields.get("holder", text(140)) or "",
        "signed_on": fields.get("signed_on", day),
        "state": fields.get("state", one_of(Mandate.State.values)) or Mandate.State.ACTIVE,
        "last_used_on": fields.get("last_used_on", day),
        "ended_on": fields.get("ended_on", day),
        "amount_limit": fields.get("amount_limit", amount(3)),
    }
    creditor = fields.get("creditor_id", norwegian_account if giro else creditor_id) or ""
    is_default = fields.get("default", flag)
    used = Mandate.Sequence.RECURRING if values["last_used_on"] else Mandate.Sequence.FIRST
    values["sequence"] = fields.get("sequence", one_of(Mandate.Sequence.values)) or used
    fields.finish()
    if account is None or scheme is None or not reference:
        return None
    if giro and not creditor:
        creditor = account.brand.legal_entity.bank_account.replace(".", "").replace(" ", "")
    if giro:
        reference = normalise_reference(reference)
    _check(fields, scheme, reference, creditor, values)
    key = (account.brand.legal_entity_id, scheme, creditor, reference)
    return _Row(fields, account, key, values, is_default is not False)


def _check(
    fields: Fields, scheme: str, reference: str, creditor: str, values: dict[str, Any]
) -> None:
    giro = scheme == Mandate.Scheme.AVTALEGIRO
    if giro and not (is_valid_reference(reference, "kid_mod10") or _is_mod11(reference)):
        fields.problem("reference", f"{reference!r} is not a KID", "check its last digit")
    if not creditor and not fields.given("creditor_id"):
        fields.problem("creditor_id", "creditor_id is missing", "write who collects")
    for name in () if giro else ("iban", "signed_on"):
        if not fields.given(name):
            fields.problem(name, f"{name} is missing", "a SEPA mandate needs it")
    if not giro and values["amount_limit"] is not None:
        fields.problem("amount_limit", "SEPA mandates have no limit", "leave it empty")
    signed, used, ended = values["signed_on"], values["last_used_on"], values["ended_on"]
    if signed and used and used < signed:
        fields.problem("last_used_on", f"it was used before {signed}, when it was signed")
    is_over = values["state"] in (Mandate.State.CANCELLED, Mandate.State.EXPIRED)
    if is_over and ended is None and not fields.given("ended_on"):
        fields.problem("ended_on", "ended_on is missing", f"say when it was {values['state']}")
    if ended is not None and not is_over:
        fields.problem("ended_on", f"it ended on {ended}, but is {values['state']}", "mend one")


def _is_mod11(reference: str) -> bool:
    return is_valid_reference(reference, "kid_mod11")


def _check_twice(rows: Sequence[_Row]) -> None:
    first: dict[Key, int] = {}
    for row in rows:
        line = first.setdefault(row.key, row.fields.line)
        if line != row.fields.line:
            row.fields.problem("reference", f"it stands twice, first on line {line}", "keep one")


def _stored(rows: Sequence[_Row]) -> dict[Key, Mandate]:
    found = Mandate.objects.filter(reference__in={row.key[3] for row in rows})
    return {
        (each.legal_entity_id, each.scheme, each.creditor_id, each.reference): each
        for each in found.select_related("account")
    }


def _check_stays(rows: Sequence[_Row], stored: dict[Key, Mandate]) -> None:
    for row in rows:
        known = stored.get(row.key)
        if known is None:
            continue
        if known.account_id != row.account.pk:
            row.fields.problem(
                "account",
                f"this mandate is account {known.account.number}'s",
                "another payer gives another mandate",
            )
        kept = (known.iban, known.bank_account)
        if kept != (row.values["iban"], row.values["bank_account"]):
            row.fields.problem(
                "iban",
                f"this mandate is for the bank account {known.hint}",
                "another bank account is another mandate, with a reference of its own",
            )
        state = Mandate.State(row.values["state"])
        if state != known.state and state not in Mandate.TRANSITIONS[Mandate.State(known.state)]:
            row.fields.problem("state", f"it is {known.state} and can't become {state}")


def _store(
    rows: Sequence[_Row], stored: dict[Key, Mandate], as_of: date, report: ImportReport
) -> None:
    new: list[Mandate] = []
    for row in rows:
        label = f"{row.account.number} {row.key[1]} {row.key[3]}"
        known = stored.get(row.key)
        if known is None:
            names = ("legal_entity_id", "scheme", "creditor_id", "reference")
            identity = dict(zip(names, row.key, strict=True))
            new.append(Mandate(account=row.account, **identity, **row.values))
            report.add_new(PART, label)
        elif changes := differences(known, row.values):
            for name, value in row.values.items():
                setattr(known, name, value)
            known.save(update_fields=list(row.values))
            report.add_changed(PART, label, changes)
        else:
            report.add_unchanged(PART)
    Mandate.objects.bulk_create(new, batch_size=2000)
    defaults = {row.key: row.is_default for row in rows}
    taken = set(
        PaymentMethod.objects.filter(
            account__in={each.account_id for each in new}, is_default=True, ends_on__isnull=True
        ).values_list("account_id", flat=True)
    )
    methods: list[PaymentMethod] = []
    for each in new:
        if each.state not in (Mandate.State.ACTIVE, Mandate.State.PENDING):
            continue
        key = (each.legal_entity_id, each.scheme, each.creditor_id, each.reference)
        chosen = (
            each.state == Mandate.State.ACTIVE and defaults[key] and each.account_id not in taken
        )
        if chosen:
            taken.add(each.account_id)
        methods.append(
            PaymentMethod(
                account=each.account,
                kind=PaymentMethod.Kind.DIRECT_DEBIT,
                mandate=each,
                hint=each.hint,
                is_default=chosen,
                starts_on=each.signed_on or as_of,
            )
        )
    PaymentMethod.objects.bulk_create(methods, batch_size=2000)
