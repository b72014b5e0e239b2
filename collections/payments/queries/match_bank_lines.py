"""Whose money is it: finds the account of bank lines by reference, else by invoice number."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from accounts.models import Account
from billing.invoicing.models import Invoice
from billing.invoicing.references import (
    ACCOUNT_DIGITS,
    SEQUENCE_DIGITS,
    is_valid_reference,
    normalise_reference,
)
from core.models import Brand, LegalEntity, NumberSeries
from payments.bank_file import BankLine
from payments.queries.match_taken_over import TakenOver

# Programs that take a KID for a number lose its leading zeros.
_KID_LENGTH = ACCOUNT_DIGITS + SEQUENCE_DIGITS + 1
DOMESTIC_ACCOUNT_LENGTH_MIN = 6
_REFERENCE_IN_TEXT = re.compile(r"(?<![0-9A-Z])(RF[0-9]{2}[0-9A-Z]{1,21}|[0-9]{6,24}[0-9-])")


@dataclass(frozen=True, slots=True)
class Match:
    """Where a line's money goes. Without `account` it is unmatched, and `reason` says why."""

    legal_entity: LegalEntity | None
    account: Account | None
    reason: str = ""


def match_lines(lines: Sequence[BankLine]) -> list[Match]:
    """For each line the account that its reference names, and whose bank account it came to.

    A reference counts as its payer may have written it: with blanks, without leading zeros. Else
    references and invoice numbers inside the reference and the text are looked for, and count if
    they all lead to one account. Only accounts of the legal entity that owns the line's
    bank account come into question, and only in the line's currency.
    """
    entities = _Entities()
    finder = _Finder(lines)
    found = [_match(line, finder.accounts_of(line), entities) for line in lines]
    matched = {match.legal_entity for match in found if match.account and match.legal_entity}
    return [
        match if match.legal_entity else Match(entities.likely(line, matched), None, match.reason)
        for line, match in zip(lines, found, strict=True)
    ]


def _match(line: BankLine, accounts: Sequence[Account], entities: _Entities) -> Match:
    owner = entities.owner_of(line.bank_account)
    if not accounts:
        return Match(owner, None, "the reference matches no invoice")
    if owner is not None:
        ours = [account for account in accounts if account.brand.legal_entity_id == owner.pk]
        if not ours:
            return Match(owner, None, f"the reference is not one of {owner.name}'s")
        accounts = ours
    if len(accounts) > 1:
        numbers = ", ".join(sorted(account.number for account in accounts))
        return Match(owner, None, f"the reference fits several accounts ({numbers})")
    account = accounts[0]
    entity = account.brand.legal_entity
    if account.currency != line.currency:
        reason = f"account {account.number} is billed in {account.currency}, not {line.currency}"
        return Match(entity, None, reason)
    return Match(entity, account)


class _Entities:
    """The legal entities by bank account, and a guess where none is named."""

    def __init__(self) -> None:
        # One without a brand sells nothing, so no money is meant for it.
        self.all = list(LegalEntity.objects.filter(brands__isnull=False).distinct())
        self._by_currency: dict[str, set[LegalEntity]] = defaultdict(set)
        for brand in Brand.objects.select_related("legal_entity"):
            self._by_currency[brand.currency].add(brand.legal_entity)

    def owner_of(self, bank_account: str) -> LegalEntity | None:
        """The one legal entity with this account number or IBAN; either may end the other."""
        asked = _bare(bank_account)
        owners = [
            entity
            for entity in self.all
            if any(_same(asked, _bare(own)) for own in (entity.bank_account, entity.iban))
        ]
        return owners[0] if len(owners) == 1 else None

    def likely(self, line: BankLine, matched: set[LegalEntity]) -> LegalEntity | None:
        """Who got unmatched money: the only one, that of the file's other lines, or of its
        currency; None where that leaves a doubt.
        """
        for candidates in (self.all, matched, self._by_currency[line.currency]):
            if len(candidates) == 1:
                return next(iter(candidates))
        return None


class _Finder:
    """Looks all references and numbers of a file up at once."""

    def __init__(self, lines: Sequence[BankLine]) -> None:
        self._series = list(NumberSeries.objects.all())
        exact = {key for line in lines for key in _exact_keys(line)}
        inside = {key for line in lines for key in _inside_keys(line)}
        numbers = {key for line in lines for key in self._number_keys(line)}
        issued = Invoice.objects.filter(state=Invoice.State.ISSUED).exclude(
            kind=Invoice.Kind.OPENING, live=False
        )
        self._by_reference = _accounts_by(
            issued.filter(reference__in=exact | inside).values_list("reference", "account_id")
        )
        self._by_number = _accounts_by(
            issued.filter(number__in=numbers).values_list("number", "account_id")
        )
        self._taken_over = TakenOver(lines)
        ids = set().union(
            *self._by_reference.values(), *self._by_number.values(), self._taken_over.account_ids
        )
        self._accounts = Account.objects.select_related("brand__legal_entity").in_bulk(ids)

    def accounts_of(self, line: BankLine) -> list[Account]:
        """The accounts that the line names: by its reference, else by what its texts hold."""
        exact = self._ids(_exact_keys(line), self._by_reference)
        ids = (exact | self._taken_over.by_reference(line)) or (
            self._ids(_inside_keys(line), self._by_reference)
            | self._ids(self._number_keys(line), self._by_number)
            | self._taken_over.by_text(line)
        )
        return [self._accounts[pk] for pk in sorted(ids)]

    def _ids(self, keys: Iterable[str], index: dict[str, set[int]]) -> set[int]:
        return set().union(*(index.get(key, set()) for key in keys))

    def _number_keys(self, line: BankLine) -> set[str]:
        """What may be invoice numbers: a series' prefix and digits, or digits on their own."""
        keys: set[str] = set()
        text = f"{line.reference} {line.text}".upper()
        for series in self._series:
            if series.prefix:
                spelled = r"[\s._/-]*".join(map(re.escape, _bare(series.prefix)))
                pattern = rf"(?<![0-9A-Z]){spelled}[\s._/-]*([0-9]+)(?![0-9])"
                keys |= {f"{series.prefix}{digits}" for digits in re.findall(pattern, text)}
            elif line.reference.isascii() and line.reference.isdigit():
                keys.add(line.reference)
        return keys


def _exact_keys(line: BankLine) -> set[str]:
    reference = normalise_reference(line.reference)
    padded = reference.zfill(_KID_LENGTH) if reference.rstrip("-").isdigit() else reference
    return {reference, padded} - {""}


def _inside_keys(line: BankLine) -> set[str]:
    texts = (line.reference.upper(), line.text.upper())
    found = {key for text in texts for key in _REFERENCE_IN_TEXT.findall(text)}
    return {key for key in found if is_valid_reference(key)}


def _accounts_by(rows: Iterable[tuple[str | None, int]]) -> dict[str, set[int]]:
    index: dict[str, set[int]] = defaultdict(set)
    for key, account_id in rows:
        index[key or ""].add(account_id)
    return index


def _same(asked: str, own: str) -> bool:
    """Equal, or one is the domestic number at the end of the other, an IBAN."""
    shorter, longer = sorted((asked, own), key=len)
    return len(shorter) >= DOMESTIC_ACCOUNT_LENGTH_MIN and longer.endswith(shorter)


def _bare(text: str) -> str:
    return re.sub(r"[^0-9A-Z]", "", text.upper())
