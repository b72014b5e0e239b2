"""Which rates a number is offered: the longest prefix's, one for each band, at each instant."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from billing.rating.model import Deck, Rate
from billing.rating.prefixes import NumberKeys, PrefixTable, compile_prefixes

NONE = -1


@dataclass(frozen=True, slots=True, eq=False)
class Offers:
    """The offers of a deck. An offer is what one prefix costs from one instant on.

    `rates[offer, band]`, int64, is the rate that serves in a band, as its place in `Deck.rates`,
    or -1; bands are numbered as `BandTable.names`. A deck without bands has one column.
    """

    prefixes: PrefixTable
    rates: NDArray[np.int64]

    def match(self, numbers: NumberKeys, starts: NDArray[np.int64]) -> NDArray[np.int64]:
        """The offer that serves each number at each start instant, or -1 for none."""
        return self.prefixes.match(numbers, starts)

    def rates_of(self, offers: NDArray[np.int64], bands: NDArray[np.int64]) -> NDArray[np.int64]:
        """The rate of each offer in each band; -1 where there is none."""
        if not len(self.rates):
            return np.full(len(offers), NONE, np.int64)
        return np.where(offers >= 0, self.rates[offers, bands], NONE)

    def depends_on_hours(self, offers: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether an offer (never -1) has more than one answer, depending on the band."""
        first = self.rates[:, :1]
        changing: NDArray[np.bool_] = (self.rates != first).any(axis=1)
        return changing[offers]


def compile_offers(deck: Deck) -> Offers:
    """The deck's offers: of prefixes without bands a rate each, of others what holds together."""
    rates = deck.rates
    names = ("", *(deck.calendar.bands if deck.calendar else ()))
    banded = {rate.prefix for rate in rates if rate.band}
    plain = [place for place, rate in enumerate(rates) if rate.prefix not in banded]
    prefixes = [rates[place].prefix for place in plain]
    starts = [rates[place].starts for place in plain]
    ended = [rates[place].ended for place in plain]
    offered = np.full((len(plain), len(names)), NONE, np.int64)
    offered[:] = np.array(plain, np.int64).reshape(-1, 1)
    together: list[list[int]] = []
    of_bands = [place for place, rate in enumerate(rates) if rate.prefix in banded]
    for prefix, since, choice in _together(rates, of_bands, names):
        prefixes.append(prefix)
        starts.append(since)
        ended.append(max(choice) == NONE)
        together.append(choice)
    if together:
        offered = np.concatenate([offered, np.array(together, np.int64)])
    return Offers(
        prefixes=compile_prefixes(prefixes, np.array(starts, np.int64), np.array(ended, np.bool_)),
        rates=offered,
    )


def _together(
    rates: Sequence[Rate], places: list[int], names: Sequence[str]
) -> list[tuple[str, int, list[int]]]:
    """Prefix, instant and the rates by band, for each instant at which a rate of it starts."""
    offers: list[tuple[str, int, list[int]]] = []
    places = sorted(places, key=lambda place: (rates[place].prefix, rates[place].starts))
    for prefix, of_prefix in groupby(places, key=lambda place: rates[place].prefix):
        in_force: dict[str, int] = {}
        for since, starting in groupby(of_prefix, key=lambda place: rates[place].starts):
            for place in starting:
                in_force[rates[place].band] = NONE if rates[place].ended else place
            other = in_force.get("", NONE)
            choice = []
            for name in names:
                own = in_force.get(name, NONE)
                choice.append(other if own == NONE else own)
            offers.append((prefix, since, choice))
    return offers
