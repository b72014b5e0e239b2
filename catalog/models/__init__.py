from catalog.models.allowances import Allowance, AllowanceDestination
from catalog.models.bands import BandHours, TimeBand
from catalog.models.charges import Charge, ChargeCategory, ChargeDestination, ChargeTier
from catalog.models.decks import DeckAssignment, RateDeck, UsageCategory
from catalog.models.destinations import DestinationGroup, DestinationPrefix
from catalog.models.discounts import Bundle, BundlePart, Discount, DiscountTarget, Promotion
from catalog.models.eligibility import EligibilityRule
from catalog.models.plans import Plan, Product
from catalog.models.rates import Rate, RateImport
from catalog.models.suppliers import Supplier
from catalog.models.tax import TaxCategory, TaxRate
from catalog.models.usage_types import UsageType
from catalog.models.versions import PlanVersion, TerminationStep

__all__ = [
    "Allowance",
    "AllowanceDestination",
    "BandHours",
    "Bundle",
    "BundlePart",
    "Charge",
    "ChargeCategory",
    "ChargeDestination",
    "ChargeTier",
    "DeckAssignment",
    "DestinationGroup",
    "DestinationPrefix",
    "Discount",
    "DiscountTarget",
    "EligibilityRule",
    "Plan",
    "PlanVersion",
    "Product",
    "Promotion",
    "Rate",
    "RateDeck",
    "RateImport",
    "Supplier",
    "TaxCategory",
    "TaxRate",
    "TerminationStep",
    "TimeBand",
    "UsageCategory",
    "UsageType",
]
