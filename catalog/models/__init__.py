from catalog.models.decks import DeckAssignment, Rate, RateDeck, RateImport, UsageCategory
from catalog.models.plans import Charge, Plan, PlanVersion, Product
from catalog.models.tax import TaxCategory, TaxRate

__all__ = [
    "Charge",
    "DeckAssignment",
    "Plan",
    "PlanVersion",
    "Product",
    "Rate",
    "RateDeck",
    "RateImport",
    "TaxCategory",
    "TaxRate",
    "UsageCategory",
]
