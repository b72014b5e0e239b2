"""Where usage of the system before ends and ours begins: tables of a migration."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db import models
from django.db.models import Q

from accounts.models.people import Account
from accounts.models.subscriptions import Subscription
from billing.usage.fetching import rows_by
from core.history import tracked

_CUTOVERS = """
    SELECT account_id, starts_on FROM billing_usagecutover WHERE account_id = ANY(%s::bigint[])
"""


@tracked()
class UsageCutover(models.Model):
    """The first day whose usage is billed here; what started before was billed elsewhere.

    `starts_on` is a date in the brand's zone. Usage of an earlier day goes to suspense, reason
    `billed_elsewhere`, and is never charged.
    """

    account = models.OneToOneField(Account, models.PROTECT, related_name="usage_cutover")
    starts_on = models.DateField()

    class Meta:
        ordering = ("account",)

    def __str__(self) -> str:
        return f"{self.account} from {self.starts_on}"


@tracked()
class AllowanceUsedBefore(models.Model):
    """Units of an allowance that the system before counted in the usage period of the cutover.

    `allowance_code` is the allowance's code in the plan or add-on, `period_start` the start of the
    usage period. `units` are seconds, messages, bytes or, of a money allowance, the currency's
    units. `add_on` is empty where the allowance comes with the plan.
    """

    subscription = models.ForeignKey(
        Subscription, models.PROTECT, related_name="allowances_used_before"
    )
    add_on = models.CharField(max_length=60, blank=True)
    allowance_code = models.CharField(max_length=40)
    period_start = models.DateField()
    units = models.DecimalField(max_digits=24, decimal_places=6)

    class Meta:
        ordering = ("subscription", "period_start", "allowance_code")
        verbose_name_plural = "allowances used before"
        constraints = (
            models.UniqueConstraint(
                fields=("subscription", "add_on", "allowance_code", "period_start"),
                name="allowance_used_before_once",
            ),
            models.CheckConstraint(
                condition=Q(units__gte=0), name="allowance_used_before_not_negative"
            ),
        )

    def __str__(self) -> str:
        return f"{self.allowance_code} {self.units}"


def cutovers_of(account_ids: Collection[int]) -> dict[int, date]:
    """The first days of usage of those accounts that came from the system before."""
    return dict(rows_by(_CUTOVERS, account_ids))
