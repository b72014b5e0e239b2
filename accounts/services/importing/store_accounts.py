"""Stores accounts, locations, subscriptions and add-ons, parents before children."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import groupby

from accounts.models import Account, Location, Membership, Subscription, SubscriptionAddOn
from accounts.services.importing.bulk import Row, store_rows
from accounts.services.importing.entries import AccountEntry, SubscriptionEntry
from accounts.services.importing.families import Member
from accounts.services.importing.stored import Stored
from core.input_report import ImportReport


def fill_in(entries: list[AccountEntry], as_of: date) -> None:
    """Defaults that depend on what stands below the account: its opening, its e-mail address."""
    for entry in entries:
        first = min((item.starts_on for item in entry.subscriptions), default=None)
        _fill_opening(entry, first, as_of)
        if entry.is_new and not entry.values.get("invoice_email"):
            entry.values["invoice_email"] = _first_address(entry)
        bills_to_parent = entry.values.get("bills_to_parent", entry.account.bills_to_parent)
        if entry.is_new and not entry.values["invoice_email"] and not bills_to_parent:
            entry.fields.warn(
                "invoice_email", "has no e-mail address for invoices", "add invoice_email: …"
            )


def _fill_opening(entry: AccountEntry, first: date | None, as_of: date) -> None:
    """An account is open from its first subscription on, at the latest."""
    told = entry.values.get("opened_on")
    if told is not None:
        if first is not None and told > first:
            entry.fields.problem(
                "opened_on",
                f"opened_on {told} lies after a subscription's start {first}",
                "mend the date, or leave it out",
            )
        return
    entry.values.pop("opened_on", None)
    if entry.is_new:
        entry.values["opened_on"] = first or as_of
    elif first is not None and first < entry.account.opened_on:
        entry.values["opened_on"] = first


def _first_address(entry: AccountEntry) -> str:
    roles = (Membership.Role.OWNER, Membership.Role.BILLING, None)
    return next((person.email for person in entry.people if person.role in roles), "")


def store_accounts(report: ImportReport, members: list[Member]) -> None:
    """Store the accounts, one level of parents after the other."""
    depth = _depths(members)
    members = sorted(members, key=depth)
    for _, level in groupby(members, key=depth):
        rows = [
            Row(
                str(member.account) if member.entry is None else _label(member.entry),
                member.account,
                member.values,
                member.entry is not None and member.entry.is_new,
            )
            for member in level
        ]
        store_rows(report, "accounts", Account, rows)


def _label(entry: AccountEntry) -> str:
    return f"{entry.account.number} {entry.values.get('name', entry.account.name)}"


def _depths(members: list[Member]) -> Callable[[Member], int]:
    """How many new parents stand above each; members come parents first."""
    depths: dict[tuple[int, str], int] = {}
    for member in members:
        parent = member.parent
        above = depths.get((parent.brand_id, parent.number), 0) if parent else -1
        depths[member.key] = above + 1
    return lambda member: depths[member.key]


def store_below(
    report: ImportReport,
    entries: list[AccountEntry],
    subscriptions: list[SubscriptionEntry],
    stored: Stored,
) -> None:
    """Store locations, subscriptions and add-ons of accounts that are stored."""
    locations = [
        Row(f"{entry.account.number} {item.location.code}", item.location, item.values, item.is_new)
        for entry in entries
        for item in entry.locations
    ]
    store_rows(report, "locations", Location, locations)
    rows = [Row(item.label, item.subscription, item.values, item.is_new) for item in subscriptions]
    store_rows(report, "subscriptions", Subscription, rows)
    add_ons: list[Row] = []
    for item in subscriptions:
        for add_on in item.add_ons:
            known = stored.add_ons.get((item.subscription.pk, add_on.code))
            made = known or SubscriptionAddOn(subscription=item.subscription, code=add_on.code)
            label = f"{item.label} {add_on.code} {add_on.values['plan'].code}"
            add_ons.append(Row(label, made, add_on.values, known is None))
    store_rows(report, "add-ons", SubscriptionAddOn, add_ons)
