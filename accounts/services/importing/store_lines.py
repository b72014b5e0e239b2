"""Stores which subscriptions a line owner may see."""

from __future__ import annotations

from accounts.models import Membership, MembershipLine, Subscription
from accounts.services.importing.entries import AccountEntry


def check_lines(entries: list[AccountEntry]) -> None:
    """Report lines that the account doesn't have, in the file or stored."""
    for entry in entries:
        named = [person for person in entry.people if person.lines]
        if not named:
            continue
        codes = {item.subscription.code for item in entry.subscriptions}
        if entry.account.pk:
            codes |= set(entry.account.subscriptions.values_list("code", flat=True))
        for person in named:
            for unknown in sorted(set(person.lines or ()) - codes):
                person.fields.problem("lines", f"the account has no subscription {unknown}")


def store_lines(entries: list[AccountEntry]) -> None:
    """Bring the lines of the file's line owners to what it says."""
    for entry in entries:
        for person in entry.people:
            if not person.lines:
                continue
            membership = Membership.objects.get(
                account=entry.account, person__email__iexact=person.email
            )
            lines = Subscription.objects.filter(account=entry.account, code__in=person.lines)
            membership.lines.exclude(subscription__in=lines).delete()
            known = set(membership.lines.values_list("subscription_id", flat=True))
            MembershipLine.objects.bulk_create(
                MembershipLine(membership=membership, subscription=line)
                for line in lines
                if line.pk not in known
            )
