"""A deck compiled for the engine."""

from dataclasses import dataclass

from billing.rating.model import Deck


@dataclass(frozen=True, slots=True)
class DeckTable:
    """A deck compiled for the engine; `rate_index` of a result is a place in `deck.rates`."""

    deck: Deck


def compile_deck(deck: Deck) -> DeckTable:
    """Compile a deck once, rate many batches with it."""
    raise NotImplementedError
