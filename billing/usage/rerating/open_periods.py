"""Records of open usage periods are replaced: as if they had been rated at today's prices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from billing.usage.allowances.balances import pair_codes, pair_of
from billing.usage.allowances.periods import AccountPeriods
from billing.usage.allowances.records import delete_records
from billing.usage.allowances.settling import Settlement, UsageTerms
from billing.usage.allowances.taking_back import forget_empty_sums
from billing.usage.allowances.usage_rows import as_rows
from billing.usage.own_ids import OwnIds
from billing.usage.price_tables import PriceTables
from billing.usage.rerating.candidates import Columns
from billing.usage.rerating.fresh_rows import fresh_rows
from billing.usage.rerating.prices_today import FreshPrices
from billing.usage.services.store_usage import store_records
from catalog.models import RateDeck


@dataclass(frozen=True, slots=True, eq=False)
class Replaced:
    """The records as they are stored now, and the pairs of account and subscription of others that
    cost something else with them."""

    columns: Columns
    repriced: set[tuple[int, int]]


def replace_records(
    deck: RateDeck,
    prices: FreshPrices,
    accounts: dict[int, AccountPeriods],
    usage_terms: UsageTerms,
    tables: PriceTables,
) -> Replaced | None:
    """Put records of today's prices where they are stored, and let their usage periods use their
    allowances anew; None if there are none.

    The caller holds the locks of their accounts.
    """
    if not len(prices):
        return None
    terms = usage_terms.terms
    settlement = Settlement(usage_terms, tables, OwnIds())
    before = as_rows(dict(prices.stored), tables, terms)
    rows = fresh_rows(deck, prices, terms)
    pairs = {pair_of(code) for code in np.unique(pair_codes(rows.columns)).tolist()}
    delete_records(prices.stored)
    settlement.take_back(before)
    settlement.consume(rows, accounts.values(), also=pairs, anew=pairs)
    settlement.count(rows)
    store_records(rows.columns)
    settlement.finish(rows.columns)
    forget_empty_sums(np.unique(rows.columns["account_id"]).tolist())
    return Replaced(rows.columns, settlement.repriced)
