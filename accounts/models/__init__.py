from accounts.models.consents import Consent, ContactPreference, MessageSettings, QuietHours
from accounts.models.messages import Message
from accounts.models.people import Account, Location, Membership, Person
from accounts.models.subscriptions import (
    NumberAssignment,
    ServiceNumber,
    Subscription,
    SubscriptionAddOn,
    SubscriptionPlan,
)
from accounts.models.templates import MessageTemplate

__all__ = [
    "Account",
    "Consent",
    "ContactPreference",
    "Location",
    "Membership",
    "Message",
    "MessageSettings",
    "MessageTemplate",
    "NumberAssignment",
    "Person",
    "QuietHours",
    "ServiceNumber",
    "Subscription",
    "SubscriptionAddOn",
    "SubscriptionPlan",
]
