"""Parents and children: who bills to whom, without circles, and what a child takes over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from accounts.models import Account
from accounts.services.importing.entries import AccountEntry

# A child that bills to a parent stands on the parent's invoice, so these are the parent's.
TAKEN_FROM_PARENT = (
    "bill_day",
    "currency",
    "tax_status",
    "tax_reason",
    "payment_terms_days",
    "invoice_months",
    "streams",
)

AccountKey = tuple[int, str]


@dataclass(slots=True, eq=False)
class Member:
    """An account of a family as it will be: of the file, or stored and touched by it."""

    account: Account
    entry: AccountEntry | None
    parent: Account | None
    bills_to_parent: bool
    values: dict[str, Any]

    def will_be(self, name: str) -> Any:
        """An attribute after the import."""
        return self.values.get(name, getattr(self.account, name))

    @property
    def key(self) -> AccountKey:
        return (self.account.brand_id, self.account.number)


def join_families(entries: list[AccountEntry]) -> list[Member]:
    """All accounts of the file and the stored ones below them, parents before children.

    Sets each one's parent and, where it bills to it, takes over the parent's terms. Unknown
    parents, circles and billing without a parent are reported.
    """
    members = {(entry.brand.pk, entry.account.number): _member(entry) for entry in entries}
    for account in _stored_families({entry.brand.pk for entry in entries}):
        key = (account.brand_id, account.number)
        if key not in members:
            members[key] = Member(account, None, account.parent, account.bills_to_parent, {})
    _find_parents(entries, members)
    ordered = _parents_first(members)
    for member in ordered:
        _check_billing(member)
        if member.bills_to_parent and member.parent is not None:
            _take_over(member, members[member.parent.brand_id, member.parent.number])
    return [member for member in ordered if member.entry is not None or member.values]


def _member(entry: AccountEntry) -> Member:
    account = entry.account
    bills = bool(entry.values.get("bills_to_parent", account.bills_to_parent))
    parent = account.parent if entry.parent is None else None
    return Member(account, entry, parent, bills, entry.values)


def _stored_families(brand_ids: Iterable[int]) -> list[Account]:
    """Stored accounts that have a parent or are one; others can't be touched by the file."""
    in_family = Q(parent__isnull=False) | Q(pk__in=Account.objects.values("parent_id"))
    rows = Account.objects.filter(in_family, brand__in=list(brand_ids))
    return list(rows.select_related("parent"))


def _find_parents(entries: list[AccountEntry], members: dict[AccountKey, Member]) -> None:
    wanted = [(entry, entry.parent) for entry in entries if entry.parent]
    missing: dict[int, set[str]] = {}
    for entry, number in wanted:
        if (entry.brand.pk, number) not in members:
            missing.setdefault(entry.brand.pk, set()).add(number)
    for brand_id, numbers in missing.items():
        for account in Account.objects.filter(brand=brand_id, number__in=numbers):
            members[brand_id, account.number] = Member(account, None, None, False, {})
    for entry, number in wanted:
        parent = members.get((entry.brand.pk, number))
        if parent is None:
            entry.fields.problem(
                "parent",
                f"parent {number} is not an account of brand {entry.brand.code}",
                "add it to this file, or mend the number",
            )
        else:
            members[entry.brand.pk, entry.account.number].parent = parent.account
    for entry in entries:
        member = members[entry.brand.pk, entry.account.number]
        if entry.parent is not None:
            entry.values["parent"] = member.parent


def _parents_first(members: dict[AccountKey, Member]) -> list[Member]:
    """Every member after its parent; those that go round in a circle are reported."""
    ordered: dict[AccountKey, Member] = {}
    for member in members.values():
        path: list[Member] = []
        current: Member | None = member
        while current is not None and current.key not in ordered:
            if current in path:
                _report_circle(path[path.index(current) :])
                break
            path.append(current)
            parent = current.parent
            current = members.get((parent.brand_id, parent.number)) if parent else None
        for found in reversed(path):
            ordered[found.key] = found
    return list(ordered.values())


def _report_circle(circle: list[Member]) -> None:
    numbers = " → ".join(member.account.number for member in [*circle, circle[0]])
    entry = next(member.entry for member in circle if member.entry is not None)
    entry.fields.problem(
        "parent", f"accounts are each other's parents: {numbers}", "leave one parent out"
    )


def _check_billing(member: Member) -> None:
    entry = member.entry
    if entry is not None and member.bills_to_parent and member.parent is None and not entry.parent:
        entry.fields.problem("bills_to_parent", "bills_to_parent needs a parent", "add parent: …")


def _take_over(member: Member, parent: Member) -> None:
    for name in TAKEN_FROM_PARENT:
        theirs = parent.will_be(name)
        if member.entry is not None and member.values.get(name, theirs) != theirs:
            member.entry.fields.warn(
                name,
                f"{name} is the parent's, {theirs or 'the default'}: the account bills to it",
                "leave it out",
            )
        if member.will_be(name) != theirs:
            member.values[name] = theirs
