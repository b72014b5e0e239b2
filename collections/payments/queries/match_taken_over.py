"""Whose old invoice is meant: references and numbers that the system before gave."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import F, Func, Q, Value
from django.db.models.functions import Upper

from billing.invoicing.models import Invoice
from billing.invoicing.references import normalise_reference
from payments.bank_file import BankLine

# A number of digits alone counts in a text only behind one of these words.
_NAMED = re.compile(
    r"(?<![A-ZÆØÅÄÖÜ])(?:FAKTURA|FAKT|FAK|RECHNUNG|RECHN|RG|RE|INVOICE|INV|BILL|KID|REF|NR|NO)"
    r"(?:NUMMER|NUMBER|NR|NO)?[\s.:#-]{0,4}(?:NR|NO|NUMMER)?[\s.:#-]{0,3}"
    r"([0-9A-Z][0-9A-Z._/-]{2,59})"
)
_MIXED = re.compile(
    r"(?<![0-9A-Z])(?=[A-Z._/-]*[0-9])(?=[0-9._/-]*[A-Z])[0-9A-Z][0-9A-Z._/-]{3,59}"
)


class TakenOver:
    """The accounts behind the old references and numbers that the lines of a file may name."""

    def __init__(self, lines: Sequence[BankLine]) -> None:
        references = {_bare_reference(line) for line in lines} - {""}
        texts = {key for line in lines for key in _text_keys(line)}
        wanted = references | {key.lstrip("0") for key in texts} - {""}
        numbers = texts | {_whole(line) for line in lines} - {""}
        rows = (
            Invoice.objects.filter(kind=Invoice.Kind.OPENING, live=True)
            .annotate(
                bare=Func(F("reference"), Value("0"), function="LTRIM"), upper=Upper("number")
            )
            .filter(Q(bare__in=wanted) | Q(upper__in=numbers))
            .values_list("bare", "upper", "account_id")
        )
        self._references: dict[str, set[int]] = defaultdict(set)
        self._numbers: dict[str, set[int]] = defaultdict(set)
        for bare, number, account_id in rows:
            self._references[bare].add(account_id)
            self._numbers[number or ""].add(account_id)

    @property
    def account_ids(self) -> set[int]:
        """All accounts that were found."""
        return set().union(*self._numbers.values())

    def by_reference(self, line: BankLine) -> set[int]:
        """The accounts whose old reference or number is the line's whole reference.

        Leading zeros don't count: programs that take a KID for a number lose them.
        """
        bare = _bare_reference(line)
        return self._ids(self._references, {bare} - {""}) | self._ids(
            self._numbers, {_whole(line)} - {""}
        )

    def by_text(self, line: BankLine) -> set[int]:
        """The accounts whose old reference or number stands in the reference or the text."""
        keys = _text_keys(line)
        return self._ids(self._references, {key.lstrip("0") for key in keys} - {""}) | self._ids(
            self._numbers, keys
        )

    @staticmethod
    def _ids(index: dict[str, set[int]], keys: Iterable[str]) -> set[int]:
        return set().union(*(index.get(key, set()) for key in keys))


def _whole(line: BankLine) -> str:
    return line.reference.strip().upper()


def _bare_reference(line: BankLine) -> str:
    return normalise_reference(line.reference).lstrip("0")


def _text_keys(line: BankLine) -> set[str]:
    """What a text names: words of letters and digits, and what stands behind “invoice no.”."""
    text = f"{line.reference} {line.text}".upper()
    found = {match.strip("._/-") for match in (*_MIXED.findall(text), *_NAMED.findall(text))}
    return {key for key in found if len(key) > 2 and any(letter.isdigit() for letter in key)}
