"""The states of a subscription, which follow from its dates."""

from __future__ import annotations

from datetime import date

from django.db import models

from accounts.models import Subscription


class SubscriptionState(models.TextChoices):
    """What a subscription is on a day."""

    ORDERED = "ordered", "ordered"
    ACTIVE = "active", "active"
    PAUSED = "paused", "paused"
    CANCELLED = "cancelled", "cancelled"


def state_on(subscription: Subscription, day: date) -> SubscriptionState:
    """The state on `day` (a date in the brand's zone), from its dates and pauses.

    The day of a cancellation is no longer active, the day of a pause is paused, the day of a
    resume is active. Reads `pauses`: prefetch them for many subscriptions.
    """
    if subscription.ends_on is not None and subscription.ends_on <= day:
        return SubscriptionState.CANCELLED
    if day < subscription.starts_on:
        return SubscriptionState.ORDERED
    if any(day in pause.during for pause in subscription.pauses.all()):
        return SubscriptionState.PAUSED
    return SubscriptionState.ACTIVE
