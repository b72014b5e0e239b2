from accounts.models.messages import Message
from accounts.models.people import Account, Location, Membership, Person
from accounts.models.subscriptions import (
    NumberAssignment,
    ServiceNumber,
    Subscription,
    SubscriptionAddOn,
    SubscriptionPlan,
)

__all__ = [
    "Account",
    "Location",
    "Membership",
    "Message",
    "NumberAssignment",
    "Person",
    "ServiceNumber",
    "Subscription",
    "SubscriptionAddOn",
    "SubscriptionPlan",
]
