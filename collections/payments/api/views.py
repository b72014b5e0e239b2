"""Payments over the API."""

from __future__ import annotations

from core.api.views import ScopedViewSet
from core.models.api_keys import Scope
from payments.api.serializers import PaymentSerializer
from payments.models import Payment


class PaymentViewSet(ScopedViewSet):
    """Payments of the brand's customers."""

    brand_path = "brand_id"
    scope = Scope.PAYMENTS_READ
    rows = Payment.objects.select_related("account")
    serializer_class = PaymentSerializer
    filters = {"account": "account__number", "provider_reference": "provider_reference"}
