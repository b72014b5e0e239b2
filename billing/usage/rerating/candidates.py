"""Which stored records a re-rating looks at: those that a sell deck priced, from an instant on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from billing.usage.allowances.records import load_where
from billing.usage.binary_records import READ
from billing.usage.models import USAGE_TYPE_NAMES, UsageRecord
from catalog.models import DeckAssignment, RateDeck
from core.periods import local_midnight

Columns = dict[str, NDArray[Any]]

# So many records are looked at in one transaction, if they are of several accounts.
RECORDS_AT_ONCE = 100_000

_FLAG = UsageRecord.Flag
# The price of these is not the deck's, or what the deck was asked for isn't known any more.
_LEFT_ALONE = int(_FLAG.PRICED | _FLAG.MASKED)
_OF_DECK = """
    start_at >= %s AND usage_type = %s AND plan_version_id = ANY(%s::bigint[]) AND rate_id > 0
"""
_COUNT = f"""
    SELECT account_id, count(*) FROM billing_usagerecord
    WHERE {_OF_DECK} AND flags & {_LEFT_ALONE} = 0
    GROUP BY account_id ORDER BY account_id
"""  # noqa: S608 - the texts are constants
_MASKED = f"""
    SELECT count(*) FROM billing_usagerecord WHERE {_OF_DECK} AND flags & {int(_FLAG.MASKED)} > 0
"""  # noqa: S608 - the texts are constants
# A record and its reversal together cost nothing, whatever the price.
_WANTED = f"""
    {_OF_DECK} AND flags & {_LEFT_ALONE} = 0 AND account_id = ANY(%s::bigint[])
    AND NOT EXISTS (
        SELECT FROM billing_usagecorrection reversed
        WHERE reversed.corrected_key = billing_usagerecord.key
          AND reversed.corrected_start_at = billing_usagerecord.start_at
    )
    AND NOT EXISTS (
        SELECT FROM billing_usagecorrection reversing
        WHERE reversing.key = billing_usagerecord.key
          AND reversing.start_at = billing_usagerecord.start_at
    )
"""  # noqa: S608 - the texts are constants


@dataclass(frozen=True, slots=True)
class Candidates:
    """The records that `deck` priced and that started on `starts_on` of its zone or later.

    `version_ids` are the plan versions that take their usage's prices from the deck.
    """

    deck: RateDeck
    starts_on: date
    version_ids: Sequence[int]

    @property
    def since(self) -> datetime:
        """The instant from which on records count."""
        return local_midnight(self.starts_on, self.deck.zone)

    def account_batches(self) -> Iterator[list[int]]:
        """The accounts whose records these are, so many at a time that their records are few."""
        some: list[int] = []
        size = 0
        for account, count in self._counts():
            if some and size + count > RECORDS_AT_ONCE:
                yield some
                some, size = [], 0
            some.append(account)
            size += count
        if some:
            yield some

    def account_count(self) -> int:
        """How many accounts have such records."""
        return len(self._counts())

    def masked(self) -> int:
        """How many records can't be rated again: of their numbers only a part is kept."""
        with connection.cursor() as cursor:
            cursor.execute(_MASKED, self._params())
            return int(cursor.fetchone()[0])

    def load(self, account_ids: Sequence[int]) -> Columns:
        """The records of these accounts with their contents, as `load_records` has them.

        Left out is what a correction reverses, and the corrections that do.
        """
        return load_where(_WANTED, [*self._params(), list(account_ids)], (*READ, "content"))

    def _counts(self) -> list[tuple[int, int]]:
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, self._params())
            return list(cursor.fetchall())

    def _params(self) -> list[Any]:
        numbers = {name: number for number, name in USAGE_TYPE_NAMES.items()}
        return [self.since, numbers[self.deck.usage_type], list(self.version_ids)]


def candidates(deck: RateDeck, starts_on: date) -> Candidates:
    """The records of a sell deck from a day on."""
    versions = DeckAssignment.objects.filter(deck=deck, usage_type=deck.usage_type)
    return Candidates(deck, starts_on, sorted(versions.values_list("version_id", flat=True)))


def taken(columns: Columns, rows: NDArray[np.int64]) -> Columns:
    """These rows of all columns, copied."""
    return {name: column[rows] for name, column in columns.items()}
