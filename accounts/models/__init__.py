from accounts.models.consents import Consent, ContactPreference, MessageSettings, QuietHours
from accounts.models.interactions import Interaction
from accounts.models.messages import Message
from accounts.models.numbers import NumberAssignment, NumberPool, ServiceNumber
from accounts.models.orders import Acceptance, ContractSummary, Order, OrderItem
from accounts.models.people import Account, Location, Membership, Person
from accounts.models.sims import Sim, SimAssignment, SimPool
from accounts.models.subscriptions import (
    MembershipLine,
    Subscription,
    SubscriptionAddOn,
    SubscriptionCancellation,
    SubscriptionPause,
    SubscriptionPlan,
    SubscriptionTerm,
)
from accounts.models.templates import MessageTemplate

__all__ = [
    "Acceptance",
    "Account",
    "Consent",
    "ContactPreference",
    "ContractSummary",
    "Interaction",
    "Location",
    "Membership",
    "MembershipLine",
    "Message",
    "MessageSettings",
    "MessageTemplate",
    "NumberAssignment",
    "NumberPool",
    "Order",
    "OrderItem",
    "Person",
    "QuietHours",
    "ServiceNumber",
    "Sim",
    "SimAssignment",
    "SimPool",
    "Subscription",
    "SubscriptionAddOn",
    "SubscriptionCancellation",
    "SubscriptionPause",
    "SubscriptionPlan",
    "SubscriptionTerm",
]
