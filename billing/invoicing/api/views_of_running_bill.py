"""The running bill and the remaining allowances of an account over the API."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Account
from billing.invoicing.live.running_bill import LiveAccount, live_account
from billing.invoicing.models import InvoiceLine
from billing.usage.live.days import DayOfUsage
from billing.usage.live.remaining import Remaining
from catalog.models import Allowance
from core.api.views import OwnRowsViewSet
from core.localised import localised
from core.models.api_keys import Scope
from core.money import from_micro

USAGE_TYPES = {1: "seconds", 2: "messages", 3: "bytes"}


class AmountField(serializers.DecimalField):
    """An amount with six decimals, as text."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=26, decimal_places=6, **options)


class RunningLineSerializer(serializers.Serializer[Any]):
    """A line as the next invoice would have it."""

    account = serializers.CharField()
    subscription = serializers.CharField()
    kind = serializers.CharField()
    description = serializers.CharField()
    period_start = serializers.DateField(allow_null=True)
    period_end = serializers.DateField(allow_null=True)
    amount = AmountField()


class RemainingSerializer(serializers.Serializer[Any]):
    """What is left of an allowance; without `subscription` it is the account's."""

    subscription = serializers.CharField(allow_null=True)
    code = serializers.CharField()
    description = serializers.CharField()
    scope = serializers.CharField()
    unit = serializers.CharField()
    quantity = AmountField(allow_null=True)
    used = AmountField()
    left = AmountField(allow_null=True)
    last_day = serializers.DateField()
    kept_until = serializers.DateField(allow_null=True)
    carried_in = serializers.BooleanField()


class DaySerializer(serializers.Serializer[Any]):
    """What was used on a day."""

    day = serializers.DateField()
    seconds = serializers.IntegerField()
    messages = serializers.IntegerField()
    bytes = serializers.IntegerField()
    amount = AmountField()


class RunningBillSerializer(serializers.Serializer[Any]):
    """The running bill of an account; amounts are texts in its currency."""

    as_of = serializers.DateTimeField()
    period_start = serializers.DateField()
    period_end = serializers.DateField()
    bill_date = serializers.DateField()
    currency = serializers.CharField()
    prices_include_tax = serializers.BooleanField()
    fees = AmountField()
    usage = AmountField()
    net = AmountField()
    tax = AmountField()
    total = AmountField()
    before = AmountField()
    refusal = serializers.CharField(allow_blank=True)
    lines = RunningLineSerializer(many=True)
    allowances = RemainingSerializer(many=True)
    days = DaySerializer(many=True)


class RunningBillViewSet(OwnRowsViewSet):
    """What accounts would be billed so far."""

    brand_path = "brand_id"
    scope = Scope.BILLING_READ
    rows = Account.objects.select_related("brand")
    serializer_class = RunningBillSerializer

    @extend_schema(responses=RunningBillSerializer)
    @action(detail=True, url_path="running-bill", filter_backends=[], pagination_class=None)
    def running_bill(self, request: Request, pk: str) -> Response:
        """The running bill, the remaining allowances and the days of an account."""
        account: Account = self.get_object()
        live = live_account(
            account,
            now=timezone.now(),
            zone=account.brand.zone,
            account_ids=[account.pk] if account.bills_to_parent else None,
        )
        return Response(RunningBillSerializer(_data(live, account)).data)


def _data(live: LiveAccount, account: Account) -> dict[str, Any]:
    bill = live.bill
    language = account.language or account.brand.default_language
    codes = {each.pk: each.code for each in live.rows.subscriptions} if live.rows else {}
    return {
        "as_of": bill.as_of,
        "period_start": bill.period.start,
        "period_end": bill.period.end,
        "bill_date": bill.bill_date,
        "currency": bill.currency,
        "prices_include_tax": bill.is_gross,
        "fees": bill.fees,
        "usage": bill.usage,
        "net": bill.net,
        "tax": bill.tax,
        "total": bill.total,
        "before": bill.before,
        "refusal": bill.refusal,
        "lines": [line_data(line) for line in bill.lines],
        "allowances": [_remaining(each, codes, language) for each in live.remaining],
        "days": [_day(day) for day in live.days],
    }


def line_data(line: InvoiceLine) -> dict[str, Any]:
    """A line as `RunningLineSerializer` shows it."""
    return {
        "account": line.account.number,
        "subscription": line.subscription.code,
        "kind": str(line.kind),
        "description": line.description,
        "period_start": line.period_start,
        "period_end": line.period_end,
        "amount": line.amount,
    }


def _remaining(each: Remaining, codes: dict[int, str], language: str) -> dict[str, Any]:
    def units(quantity: int | None) -> Decimal | None:
        if quantity is None:
            return None
        is_money = each.unit == Allowance.Unit.MONEY
        return from_micro(quantity) if is_money else Decimal(quantity)

    return {
        "subscription": codes.get(each.subscription_id or 0),
        "code": each.code,
        "description": localised(dict(each.description), language),
        "scope": each.scope,
        "unit": each.unit,
        "quantity": units(each.quantity),
        "used": units(each.used),
        "left": units(each.left),
        "last_day": each.last_day,
        "kept_until": each.kept_until,
        "carried_in": each.carried_in,
    }


def _day(day: DayOfUsage) -> dict[str, Any]:
    used = {name: day.quantity(kind) for kind, name in USAGE_TYPES.items()}
    return {"day": day.day, "amount": day.amount, **used}
