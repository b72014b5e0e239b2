"""Rated records of today's prices, as allowances and common prices take them."""

from __future__ import annotations

import numpy as np

from billing.usage.allowances.terms import BrandTerms
from billing.usage.allowances.usage_rows import UsageRows, cumulative_charges
from billing.usage.models import UsageRecord
from billing.usage.rerating.prices_today import FreshPrices
from catalog.models import RateDeck

_FLAG = UsageRecord.Flag


def fresh_rows(deck: RateDeck, prices: FreshPrices, terms: BrandTerms) -> UsageRows:
    """The records before they use any allowance; they share the columns of today's prices.

    Among them are corrections that name no record: these use none.
    """
    columns = prices.today
    count = len(prices)
    columns["covered"], columns["paid"] = np.zeros(count, np.int64), np.zeros(count, np.int64)
    columns["flags"] &= ~int(_FLAG.LOW_MARGIN | _FLAG.CUMULATIVE)
    columns["brand_id"] = np.full(count, deck.brand_id)
    floors = np.full(count, deck.margin_floor, object)
    floors[~np.isin(columns["source_id"], terms.costed_sources)] = None
    rows = UsageRows(
        columns=columns,
        before=columns["amount"].copy(),
        parts=prices.parts,
        charges=cumulative_charges(columns, terms),
        consuming=(columns["flags"] & _FLAG.CORRECTION) == 0,
        ranks=np.array(
            [terms.source_ranks[source] for source in columns["source_id"].tolist()], np.int64
        ),
        floors=floors,
    )
    rows.flag_low_margins(np.arange(count))
    return rows
