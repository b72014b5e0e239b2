"""What a file of accounts says, read but not yet compared with what is stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from accounts.models import Account, Location, Subscription
from catalog.models import Plan
from core.input_tree import Fields
from core.models import Brand


@dataclass(slots=True, eq=False)
class PersonEntry:
    """A person of an account and the role there; `values` are those of the person."""

    fields: Fields
    email: str
    values: dict[str, Any]
    role: str | None
    rights: list[str] | None = None
    lines: list[str] | None = None


@dataclass(slots=True, eq=False)
class HistoryEntry:
    """A row below a subscription or account, known by its first day, code or card."""

    fields: Fields
    key: Any
    values: dict[str, Any]


@dataclass(slots=True, eq=False)
class LocationEntry:
    """A location of an account."""

    fields: Fields
    location: Location
    values: dict[str, Any]
    is_new: bool


@dataclass(slots=True, eq=False)
class PlanEntry:
    """A plan from a date on."""

    fields: Fields
    plan: Plan
    start: date


@dataclass(slots=True, eq=False)
class AddOnEntry:
    """An add-on of a subscription, known by its order's code."""

    fields: Fields
    code: str
    values: dict[str, Any]


@dataclass(slots=True, eq=False)
class NumberEntry:
    """A number over a span of dates; `end` None means until the subscription ends."""

    fields: Fields
    number: str
    start: date
    end: date | None


@dataclass(slots=True, eq=False)
class SubscriptionEntry:
    """A subscription with what the file says of its plans, add-ons and numbers.

    `plans` None says nothing of plans. `is_dated` is false where the file's form can't name dates
    (CSV): then it doesn't rewrite the history of a subscription that is there.
    """

    fields: Fields
    subscription: Subscription
    values: dict[str, Any]
    is_new: bool
    is_dated: bool
    starts_on: date
    ends_on: date | None
    plans: list[PlanEntry] | None = None
    add_ons: list[AddOnEntry] = field(default_factory=list)
    numbers: list[NumberEntry] = field(default_factory=list)
    pauses: list[HistoryEntry] = field(default_factory=list)
    terms: list[HistoryEntry] = field(default_factory=list)
    sims: list[HistoryEntry] = field(default_factory=list)
    cancellation: HistoryEntry | None = None

    @property
    def label(self) -> str:
        """The subscription in a diff: account number and code."""
        return f"{self.subscription.account.number} {self.subscription.code}"


@dataclass(slots=True, eq=False)
class AccountEntry:
    """An account with everything below it. `parent` is None where the file says nothing of it."""

    fields: Fields
    brand: Brand
    account: Account
    values: dict[str, Any]
    is_new: bool
    parent: str | None
    people: list[PersonEntry] = field(default_factory=list)
    locations: list[LocationEntry] = field(default_factory=list)
    subscriptions: list[SubscriptionEntry] = field(default_factory=list)
    interactions: list[HistoryEntry] = field(default_factory=list)
