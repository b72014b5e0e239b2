"""Set how much usage of a line may cost in a period, from today on."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import Subscription
from accounts.queries import today_of
from accounts.services.standing import lock_account
from billing.usage.alerts.caps import Cap, cap_on, settings_of
from billing.usage.alerts.crossings import CappedPeriod, note_caps
from billing.usage.alerts.models import CapKind, ExtrasBar, SpendCap
from billing.usage.queries import spent_in
from billing.usage.services.bar_extras import bar_extras, lift_bar
from core.errors import DomainError
from core.formatting import format_money
from core.money import exponent
from core.periods import Period, period_containing


@transaction.atomic
def set_spend_cap(
    subscription: Subscription,
    *,
    kind: str,
    amount: Decimal | None,
    by: str,
    now: datetime,
    within_bounds: bool = True,
) -> Cap | None:
    """The line's cap from today on; an empty `kind` goes back to the brand's. What holds then.

    `amount` is in the account's currency and the brand's price mode; `within_bounds` keeps it
    where customers may set it. What was spent in the running period counts: thresholds that are
    passed already are noted and not told; a cap that blocks extras does so at once, and a bar that
    the new cap doesn't ask for is lifted. Raises DomainError for an amount that can't be.
    """
    account = lock_account(subscription.account_id)
    subscription.account = account
    today = today_of(account.brand, now)
    if kind in (CapKind.NOTIFY, CapKind.BLOCK):
        amount = _checked(subscription, amount, within_bounds=within_bounds)
    elif kind in (CapKind.NONE, ""):
        amount = None
    else:
        raise DomainError(_("Choose what happens when the cap is reached."))
    _replace(subscription, kind, amount, today)
    cap = cap_on(subscription, today)
    _apply(subscription, cap, period_containing(today, account.bill_day), by, now)
    return cap


def _checked(subscription: Subscription, amount: Decimal | None, *, within_bounds: bool) -> Decimal:
    account = subscription.account
    if amount is None or not amount.is_finite() or amount <= 0 or amount >= 10**9:
        raise DomainError(_("Write an amount above zero, such as 200."))
    if amount != round(amount, exponent(account.currency)):
        raise DomainError(
            _("Write at most %(places)d decimals.") % {"places": exponent(account.currency)}
        )
    bounds = settings_of(account.brand)
    too_small = amount < bounds.cap_least
    too_large = bounds.cap_most is not None and amount > bounds.cap_most
    if within_bounds and (too_small or too_large):
        limit = bounds.cap_least if too_small or bounds.cap_most is None else bounds.cap_most
        shown = format_money(limit, account.currency, get_language() or "en")
        if too_small:
            raise DomainError(_("The cap is at least %(amount)s.") % {"amount": shown})
        raise DomainError(_("The cap is at most %(amount)s.") % {"amount": shown})
    return amount


def _replace(subscription: Subscription, kind: str, amount: Decimal | None, today: date) -> None:
    """End what holds today, drop what was to begin later, begin the new one."""
    rows = SpendCap.objects.filter(subscription=subscription)
    rows.filter(during__startswith__gte=today).delete()
    for row in rows.filter(during__contains=today):
        row.during = (row.during.lower, today)
        row.save()
    if kind:
        SpendCap.objects.create(
            subscription=subscription, during=(today, None), kind=kind, amount=amount
        )


def _apply(
    subscription: Subscription, cap: Cap | None, period: Period, by: str, now: datetime
) -> None:
    spent = spent_in(subscription.pk, period.start)
    blocks = cap is not None and cap.blocks and spent >= cap.amount
    bar = ExtrasBar.objects.filter(subscription=subscription, lifted_at=None).first()
    if cap is not None:
        note_caps(
            [CappedPeriod(subscription.pk, period.start, cap.micro, cap.code)],
            tell=False,
            now=now,
        )
        if blocks and bar is None:
            bar_extras(subscription, cap=cap, period=period, now=now)
    if bar is not None and not blocks:
        lift_bar(bar, because=ExtrasBar.Lifted.CAP, by=by, now=now)
