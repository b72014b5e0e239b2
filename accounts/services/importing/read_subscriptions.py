"""Reads the subscriptions of an account: plan history, add-ons, numbers."""

from __future__ import annotations

import re
from datetime import date

from accounts.models import Subscription
from accounts.services.importing.entries import (
    AccountEntry,
    AddOnEntry,
    NumberEntry,
    PlanEntry,
    SubscriptionEntry,
)
from accounts.services.importing.read_histories import read_histories
from accounts.services.importing.stored import Stored
from catalog.models import Plan
from catalog.queries import version_of
from core.input_tree import Fields, Key, Node, Scalar, Unreadable, listed
from core.input_values import code, day, scalar, text

NUMBER = re.compile(r"[A-Za-z0-9._@-]+")
SUBSCRIPTION_KEYS = (
    Key("label", text(100)),
    Key("starts_on", day, required=True),
    Key("ends_on", day, empty=None),
    Key("ordered_on", day, empty=None),
)


def service_number(node: Node) -> str:
    """E.164 digits without `+`, or a switch's account code; blanks are taken off."""
    value = "".join(scalar(node).split()).removeprefix("+")
    if not NUMBER.fullmatch(value) or len(value) > 60:
        raise Unreadable(
            f"{value!r} is not a number", "write E.164 digits, or letters, digits and . _ @ -"
        )
    return value


def read_subscriptions(entry: AccountEntry, stored: Stored, *, is_dated: bool) -> None:
    """Read the subscriptions of an account into its entry; problems are reported."""
    seen: dict[str, int] = {}
    for fields in entry.fields.tables("subscriptions", f"{entry.fields.subject}, subscription"):
        name = fields.require("code", code(60))
        fields.subject = f"{fields.subject} {name or ''}".strip()
        known = stored.subscriptions.get((entry.account.pk, name or ""))
        values = fields.collect(SUBSCRIPTION_KEYS, is_new=known is None)
        starts_on = values.get("starts_on") or (known.starts_on if known else None)
        ends_on = values.get("ends_on", known.ends_on if known else None)
        _read_location(entry, fields, stored, values)
        if name in seen:
            fields.problem("code", f"stands twice, first on line {seen[name]}", "keep one of them")
        if starts_on and ends_on and ends_on < starts_on:
            fields.problem("ends_on", f"ends on {ends_on}, before it starts", "mend the dates")
        if name is None or starts_on is None:
            _look_past(fields)
            continue
        seen[name] = fields.line
        subscription = known or Subscription(account=entry.account, code=name)
        subscription.account = entry.account
        made = SubscriptionEntry(
            fields, subscription, values, known is None, is_dated, starts_on, ends_on
        )
        made.plans = _read_plans(entry, made, stored)
        made.add_ons = _read_add_ons(entry, made, stored)
        made.numbers = _read_numbers(made)
        read_histories(made)
        fields.finish()
        entry.subscriptions.append(made)


def _look_past(fields: Fields) -> None:
    """Ask for the remaining keys, so that only unknown ones are reported."""
    histories = ("pauses", "terms", "sims", "cancellation")
    for name in ("plan", "plans", "add_ons", "numbers", *histories):
        fields.given(name)
    fields.finish()


def _read_location(
    entry: AccountEntry, fields: Fields, stored: Stored, values: dict[str, object]
) -> None:
    name = fields.get("location", code())
    if name is None:
        if isinstance(fields.node.values.get("location"), Scalar) and not fields.given("location"):
            values["location"] = None
        return
    by_code = {row.location.code: row.location for row in entry.locations}
    location = by_code.get(name) or stored.locations.get((entry.account.pk, name))
    if location is None:
        known = listed(by_code)
        fields.problem("location", f"location {name!r} is not there", f"the account has: {known}")
        return
    values["location"] = location


def _read_plans(
    entry: AccountEntry, subscription: SubscriptionEntry, stored: Stored
) -> list[PlanEntry] | None:
    fields = subscription.fields
    plain = fields.given("plan")
    tables = fields.tables("plans", f"{fields.subject}, plan")
    if plain and tables:
        fields.problem("plan", "plan and plans stand both here", "keep one of them")
        return None
    if plain:
        plan = _plan(entry, fields, stored, Plan.Kind.PLAN, subscription.starts_on)
        return None if plan is None else [PlanEntry(fields, plan, subscription.starts_on)]
    entries: list[PlanEntry] = []
    for table in tables:
        start = table.get("from", day) or subscription.starts_on
        plan = _plan(entry, table, stored, Plan.Kind.PLAN, start)
        table.finish()
        _check_start(table, start, subscription)
        if any(before.start == start for before in entries):
            table.problem("from", f"two plans start on {start}", "keep one of them")
        elif plan is not None:
            entries.append(PlanEntry(table, plan, start))
    return sorted(entries, key=lambda item: item.start) if tables else None


def _read_add_ons(
    entry: AccountEntry, subscription: SubscriptionEntry, stored: Stored
) -> list[AddOnEntry]:
    entries: list[AddOnEntry] = []
    fields = subscription.fields
    for table in fields.tables("add_ons", f"{fields.subject}, add-on"):
        name = table.require("code", code(60))
        start = table.get("from", day) or subscription.starts_on
        end = table.get("until", day)
        plan = _plan(entry, table, stored, Plan.Kind.ADD_ON, start)
        table.finish()
        _check_start(table, start, subscription)
        if end is not None and end < start:
            table.problem("until", f"ends on {end}, before it starts", "mend the dates")
        if any(before.code == name for before in entries):
            table.problem("code", f"the code {name} stands twice", "give each order its own")
        if name is not None and plan is not None:
            values = {"plan": plan, "starts_on": start}
            if "until" in table.node.values:
                values["ends_on"] = end
            entries.append(AddOnEntry(table, name, values))
    return entries


def _read_numbers(subscription: SubscriptionEntry) -> list[NumberEntry]:
    entries: list[NumberEntry] = []
    fields = subscription.fields
    for table in fields.tables("numbers", f"{fields.subject}, number"):
        number = table.require("number", service_number)
        start = table.get("from", day) or subscription.starts_on
        end = table.get("until", day) or subscription.ends_on
        table.finish()
        _check_start(table, start, subscription)
        if end is not None and end <= start and end != subscription.starts_on:
            table.problem("until", f"ends on {end}, before it starts", "mend the dates")
        elif number is not None and end != start:
            entries.append(NumberEntry(table, number, start, end))
    return entries


def _check_start(fields: Fields, start: date, subscription: SubscriptionEntry) -> None:
    if start < subscription.starts_on:
        fields.problem(
            "from",
            f"from {start} lies before the subscription's start {subscription.starts_on}",
            "mend the date, or start the subscription earlier",
        )


def _plan(
    entry: AccountEntry, fields: Fields, stored: Stored, kind: str, start: date
) -> Plan | None:
    """A plan of the brand, of the right kind, that has a price on its first day."""
    name = fields.require("plan", code())
    if name is None:
        return None
    plan = stored.plans.get((entry.brand.pk, name))
    if plan is None:
        known = sorted(code for brand_id, code in stored.plans if brand_id == entry.brand.pk)
        fields.problem(
            "plan",
            f"plan {name!r} is not one of brand {entry.brand.code}",
            f"known are: {listed(known)}",
        )
        return None
    # One-off purchases are taken beside the plan, as add-ons are.
    if (plan.kind == Plan.Kind.PLAN) != (kind == Plan.Kind.PLAN):
        place = "plans" if plan.kind == Plan.Kind.PLAN else "add_ons"
        fields.problem("plan", f"plan {name} is of kind {plan.kind}", f"name it under {place}")
        return None
    versions = stored.versions[plan.pk]
    if version_of(versions, start) is None:
        first = versions[0].starts_on if versions else "never"
        fields.problem(
            "plan",
            f"plan {name} has no version in force on {start}; its first starts {first}",
            "mend the date, or add an earlier version to the catalogue",
        )
        return None
    return plan
