"""Take over how accounts paid in the system before, but for direct debit: cards, wallets, mail."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.models import Account
from accounts.named_rows import ACCOUNT, BRAND, NamedRows
from core.imports.kinds import TargetField
from core.input_report import ImportReport, differences
from core.input_rows import rows_of
from core.input_tree import Fields, Problems
from core.input_values import day, flag, one_of, text
from core.models import Brand
from payments.models import PaymentMethod

PART = "payment methods"
Kind = PaymentMethod.Kind
KINDS = tuple(kind for kind in Kind.values if kind != Kind.DIRECT_DEBIT)
COLUMNS = (
    BRAND,
    ACCOUNT,
    TargetField(
        "kind",
        "transfer, card, wallet or e_invoice; direct debit comes with its mandate.",
        type="choice",
        required=True,
        choices=KINDS,
        synonyms=("betalingsmåte", "zahlungsart", "payment method"),
    ),
    TargetField("provider", "Who keeps the card or wallet.", synonyms=("anbieter",)),
    TargetField("token", "The provider's name for it; never a card number.", synonyms=("alias",)),
    TargetField("hint", "What the payer knows it by.", example="Visa …4242"),
    TargetField(
        "address",
        "Where the electronic invoice goes.",
        example="0192:923456783",
        synonyms=("efaktura", "ehf", "leitweg-id", "peppol"),
    ),
    TargetField("expires_on", "The last day it works.", type="date", synonyms=("gültig bis",)),
    TargetField("default", "Whether the account pays by it; left out: false.", type="yes_no"),
)


def take_over_methods(
    content: bytes, file: str, *, brand: Brand | None, as_of: date
) -> ImportReport:
    """Store each payment method; the same one (kind, token, address) again is updated.

    Raises `InputRefused` with every problem, and for whatever looks like a card's number.
    """
    problems, report = Problems(file), ImportReport()
    with transaction.atomic():
        rows = rows_of(content, problems, COLUMNS, "payment method")
        named = NamedRows(rows, brand)
        stored = {
            (each.account_id, each.kind, each.provider, each.token, each.address): each
            for each in PaymentMethod.objects.filter(account__in=named.account_ids)
        }
        tokens = {(each.provider, each.token): each.account_id for each in stored.values()}
        defaults: dict[int, int] = {
            each.account_id: 0
            for each in stored.values()
            if each.is_default and each.ends_on is None
        }
        for row in rows:
            account, values = named.account(row), _values(row)
            row.finish()
            if account is None or not values:
                continue
            _check_owner(row, account, values, tokens)
            _check_default(row, account, values, defaults, stored)
            if not problems.found:
                _store(account, values, stored, as_of, report)
        problems.refuse_if_any()
    return report


def _values(row: Fields) -> dict[str, Any]:
    kind = row.require("kind", one_of(KINDS))
    values: dict[str, Any] = {
        "kind": kind,
        "provider": row.get("provider", text(40)) or "",
        "token": row.get("token", text(200)) or "",
        "hint": row.get("hint", text(60)) or "",
        "address": row.get("address", text(100)) or "",
        "expires_on": row.get("expires_on", day),
        "is_default": row.get("default", flag) or False,
    }
    for name in ("token", "hint"):
        digits = sum(letter.isdigit() for letter in values[name])
        others = values[name].strip("0123456789 -")
        if digits >= 13 and (name == "hint" or not others):
            row.problem(
                name,
                f"{name} looks like a card's number",
                "card numbers are never stored: give the provider's token and the last four digits",
            )
    if kind in (Kind.CARD, Kind.WALLET):
        for name in ("provider", "token"):
            if not values[name]:
                row.problem(name, f"{name} is missing", f"a {kind} is known by its token")
    elif values["token"]:
        row.problem("token", f"{kind} has no token", "leave it empty")
    if kind == Kind.E_INVOICE and not values["address"]:
        row.problem("address", "address is missing", "say where the electronic invoice goes")
    return values if kind else {}


def _check_owner(
    row: Fields, account: Account, values: dict[str, Any], tokens: dict[tuple[str, str], int]
) -> None:
    key = (values["provider"], values["token"])
    if not values["token"]:
        return
    if key not in tokens:
        other = PaymentMethod.objects.filter(Q(provider=key[0], token=key[1])).first()
        tokens[key] = other.account_id if other else account.pk
    if tokens[key] != account.pk:
        row.problem("token", "another account has this token", "a token belongs to one account")


def _check_default(
    row: Fields,
    account: Account,
    values: dict[str, Any],
    defaults: dict[int, int],
    stored: dict[tuple[Any, ...], PaymentMethod],
) -> None:
    known = stored.get(_key(account, values))
    if not values["is_default"] or (known and known.is_default):
        return
    line = defaults.setdefault(account.pk, row.line)
    if line != row.line:
        where = f"line {line}" if line else "what is stored"
        row.problem("default", f"the account has another default ({where})", "keep one of them")


def _key(account: Account, values: dict[str, Any]) -> tuple[Any, ...]:
    return (account.pk, *(values[name] for name in ("kind", "provider", "token", "address")))


def _store(
    account: Account,
    values: dict[str, Any],
    stored: dict[tuple[Any, ...], PaymentMethod],
    as_of: date,
    report: ImportReport,
) -> None:
    key = _key(account, values)
    label = f"{account.number} {values['kind']} {values['hint']}".strip()
    known = stored.get(key)
    if known is None:
        stored[key] = PaymentMethod.objects.create(account=account, starts_on=as_of, **values)
        report.add_new(PART, label)
    elif changes := differences(known, values):
        for name, value in values.items():
            setattr(known, name, value)
        known.save(update_fields=list(values))
        report.add_changed(PART, label, changes)
    else:
        report.add_unchanged(PART)
