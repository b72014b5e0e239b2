"""Lock accounts before their money is touched: account, then open item, then payment."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.models import Account


def lock_accounts(account_ids: Iterable[int]) -> dict[int, Account]:
    """Lock these accounts, in id order, until the transaction ends; returns them by id.

    Everything that moves money or decides about reminders takes this lock first, so two of them
    never see half of each other. New rows that refer to the account don't wait for it.
    """
    rows = (
        Account.objects.filter(pk__in=set(account_ids))
        .order_by("pk")
        .select_for_update(no_key=True, of=("self",))
        .select_related("brand__legal_entity")
    )
    return {account.pk: account for account in rows}
