"""Customers over the API."""

from __future__ import annotations

from accounts.api.serializers import AccountSerializer, LocationSerializer, SubscriptionSerializer
from accounts.models import Account, Location, Subscription
from core.api.views import ScopedViewSet
from core.models.api_keys import Scope


class AccountViewSet(ScopedViewSet):
    """Customers of the brand."""

    brand_path = "brand_id"
    scope = Scope.ACCOUNTS_READ
    rows = Account.objects.select_related("parent")
    serializer_class = AccountSerializer
    filters = {"number": "number", "kind": "kind", "parent": "parent__number"}


class LocationViewSet(ScopedViewSet):
    """Places of the brand's customers."""

    brand_path = "account__brand_id"
    scope = Scope.ACCOUNTS_READ
    rows = Location.objects.select_related("account")
    serializer_class = LocationSerializer
    filters = {"account": "account__number", "code": "code"}


class SubscriptionViewSet(ScopedViewSet):
    """Services of the brand's customers."""

    brand_path = "account__brand_id"
    scope = Scope.ACCOUNTS_READ
    rows = Subscription.objects.select_related("account", "location").prefetch_related(
        "plan_history__plan", "numbers__number"
    )
    serializer_class = SubscriptionSerializer
    filters = {"account": "account__number", "code": "code"}
