"""The rating engine in columns: a whole batch of events priced at once, in exact integers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from billing.rating.prefixes import NumberKeys
from billing.rating.table import DeckTable


@dataclass(frozen=True, slots=True)
class RatedColumns:
    """The prices of a batch; every column has one value per event, in the events' order.

    - `amount_micro`, int64: millionths of the deck's currency unit; 0 where not `ok`.
    - `billed_units`, int64: what the increments made of the quantity; 0 where not `ok`.
    - `rate_index`, int64: the rate's place in `Deck.rates`; -1 when there is no rate (`no_rate`).
    - `ok`, bool: priced. A row with a rate that is not `ok` is too large for a bigint.
    """

    amount_micro: NDArray[np.int64]
    billed_units: NDArray[np.int64]
    rate_index: NDArray[np.int64]
    ok: NDArray[np.bool_]


def rate_events(
    table: DeckTable,
    numbers: NumberKeys,
    starts: NDArray[np.int64],
    quantities: NDArray[np.int64],
) -> RatedColumns:
    """Price events: dialled numbers, start instants (UTC epoch seconds), quantities (units)."""
    raise NotImplementedError
