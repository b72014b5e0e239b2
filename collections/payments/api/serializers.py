"""What the API shows of payments."""

from __future__ import annotations

from rest_framework import serializers

from payments.models import Payment


class PaymentSerializer(serializers.ModelSerializer[Payment]):
    """Money received; `unallocated` is what has paid no invoice yet."""

    account = serializers.CharField(source="account.number", read_only=True, allow_null=True)

    class Meta:
        model = Payment
        fields = (
            "id", "account", "provider", "provider_reference", "paid_on", "amount", "currency",
            "unallocated", "received_at",
        )  # fmt: skip
