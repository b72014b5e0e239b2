"""What this process knows of a brand's prices, for as long as nobody changes any."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from billing.usage.allowances.terms import BrandTerms
from billing.usage.placing import Versions
from billing.usage.price_stamps import Marks, current_marks
from billing.usage.price_tables import PriceTables
from core.models import Brand


@dataclass(slots=False)
class KnownPrices:
    """A brand's decks and its plans' versions, each loaded when it is first asked for, and their
    terms."""

    brand: Brand
    tables: PriceTables = field(default_factory=PriceTables)
    versions: Versions = field(default_factory=dict)

    @cached_property
    def terms(self) -> BrandTerms:
        """Allowances and cumulative prices of all its plans."""
        return BrandTerms(self.brand)


_known: dict[int, tuple[Marks, KnownPrices]] = {}


def known_prices(brand: Brand) -> KnownPrices:
    """The prices that stand now, as this transaction sees them.

    The marks are read before the prices: if somebody changes a price in between, then the marks
    that are kept with it are old, and the next one to ask finds others.
    """
    marks = current_marks()
    if marks.changed_here or not marks.stamps:
        return KnownPrices(brand)
    known = _known.get(brand.pk)
    if known is None or known[0] != marks:
        known = _known[brand.pk] = (marks, KnownPrices(brand))
    return known[1]
