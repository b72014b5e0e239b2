from catalog.models.allowances import Allowance, AllowanceDestination
from catalog.models.charges import Charge, ChargeCategory, ChargeDestination, ChargeTier
from catalog.models.decks import DeckAssignment, Rate, RateDeck, RateImport, UsageCategory
from catalog.models.destinations import DestinationGroup, DestinationPrefix
from catalog.models.discounts import Bundle, BundlePart, Discount, DiscountTarget, Promotion
from catalog.models.eligibility import EligibilityRule
from catalog.models.plans import Plan, Product
from catalog.models.tax import TaxCategory, TaxRate
from catalog.models.usage_types import UsageType
from catalog.models.versions import PlanVersion, TerminationStep

__all__ = [
    "Allowance",
    "AllowanceDestination",
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
    "TaxCategory",
    "TaxRate",
    "TerminationStep",
    "UsageCategory",
    "UsageType",
]
