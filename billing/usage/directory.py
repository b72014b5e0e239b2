"""Whose usage is it: from a number and a day to a subscription, its plan and its price list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from accounts.models import Account, NumberAssignment, ServiceNumber
from billing.usage.any_of import any_of
from billing.usage.cutover import cutovers_of
from billing.usage.fetching import rows_by
from billing.usage.intake.events import Trouble
from billing.usage.models import SuspendedUsage, UsageType
from catalog.models import PlanVersion, RateDeck
from catalog.queries import version_of, versions_of
from core.models import Brand
from core.periods import period_containing

Reason = SuspendedUsage.Reason

_NUMBERS = """
    SELECT number, id FROM accounts_servicenumber
    WHERE number = ANY(%s::text[]) AND brand_id = %s
"""
_ASSIGNMENTS = """
    SELECT number_id, during, subscription_id, subscription.code
    FROM accounts_numberassignment
    JOIN accounts_subscription subscription ON subscription.id = subscription_id
    WHERE number_id = ANY(%s::bigint[])
"""
_SUBSCRIPTIONS = """
    SELECT id, account_id, code, starts_on, ends_on FROM accounts_subscription
    WHERE id = ANY(%s::bigint[])
"""
_PAUSES = """
    SELECT subscription_id, during, id, reason FROM accounts_subscriptionpause
    WHERE subscription_id = ANY(%s::bigint[])
"""
_PLANS = """
    SELECT subscription_id, during, plan_id, plan.code FROM accounts_subscriptionplan
    JOIN catalog_plan plan ON plan.id = plan_id
    WHERE subscription_id = ANY(%s::bigint[])
"""


@dataclass(frozen=True, slots=True)
class Owner:
    """The subscription that had the number on a day, and the plan it had then."""

    number_id: int
    subscription_id: int
    account_id: int
    plan_id: int
    plan_code: str
    plan_since: date


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an event belongs: whose it is, what prices it, and the period it is billed with.

    `origin_start` is the usage period in which it starts, `period_start` the one it is billed
    with: the account's first open period where the former is closed. Without a `deck` it can only
    be charged if its source or a cumulative price says how much; otherwise `unpriced` says why not.
    """

    owner: Owner
    version_id: int
    deck: RateDeck | None
    currency: str
    period_start: date
    origin_start: date
    unpriced: Trouble | None = None

    @property
    def is_late(self) -> bool:
        return self.period_start != self.origin_start


@dataclass(frozen=True, slots=True)
class _Span:
    """Something that held from `start` until before `end`."""

    start: date
    end: date
    id: int
    code: str = ""

    def holds(self, day: date) -> bool:
        return self.start <= day < self.end


class _Line(NamedTuple):
    """A subscription, and when it was active."""

    pk: int
    account_id: int
    code: str
    active: _Span


class LockedAccount(NamedTuple):
    """What of a locked account decides where its usage belongs."""

    pk: int
    number: str
    bill_day: int
    currency: str
    usage_closed_until: date | None


class Directory:
    """The numbers, subscriptions and plans behind the services that some events name."""

    def __init__(self, brand: Brand, names: Collection[str] = ()) -> None:
        self._brand = brand
        self._asked: set[str] = set()
        self._numbers: dict[str, int] = {}
        self._assignments: defaultdict[int, list[_Span]] = defaultdict(list)
        self._subscriptions: dict[int, _Line] = {}
        self._pauses: defaultdict[int, list[_Span]] = defaultdict(list)
        self._plans: defaultdict[int, list[_Span]] = defaultdict(list)
        self.learn(names)

    def learn(self, names: Iterable[str]) -> None:
        """Look up the names that were not asked for before."""
        fresh = set(names) - self._asked
        if not fresh:
            return
        self._asked |= fresh
        numbers = dict(rows_by(_NUMBERS, fresh, self._brand.pk))
        self._numbers |= numbers
        assignments = _spans(rows_by(_ASSIGNMENTS, numbers.values()))
        self._assignments |= assignments
        ids = {span.id for spans in assignments.values() for span in spans}
        self._learn_subscriptions(ids - self._subscriptions.keys())

    def _learn_subscriptions(self, ids: Collection[int]) -> None:
        self._subscriptions |= {
            pk: _Line(pk, account_id, code, _Span(starts_on, ends_on or date.max, pk))
            for pk, account_id, code, starts_on, ends_on in rows_by(_SUBSCRIPTIONS, ids)
        }
        self._pauses |= _spans(rows_by(_PAUSES, ids))
        self._plans |= _spans(rows_by(_PLANS, ids))

    def holders(self, services: Sequence[tuple[str, ...]]) -> list[tuple[int, int, int]]:
        """From which days on (as ordinals) each service is whose, in order: its place among
        `services`, the day, and the account, 0 for nobody; the first ever is there for each.

        Whose a number is, whether or not its subscription was active.
        """
        asked = {name for names in services for name in names}
        rows = NumberAssignment.objects.filter(
            number__in=ServiceNumber.objects.filter(any_of("number", asked), brand=self._brand)
        ).values_list("number__number", "during", "subscription__account_id")
        held: defaultdict[str, dict[int, int]] = defaultdict(dict)
        for number, during, account_id in rows.iterator():
            if during.upper is not None:
                held[number].setdefault(during.upper.toordinal(), 0)
            held[number][during.lower.toordinal() if during.lower else 1] = account_id
        found = []
        for place, names in enumerate(services):
            number = next((name for name in names if name in held), "")
            days = {1: 0} | held.get(number, {})
            found += [(place, day, days[day]) for day in sorted(days)]
        return found

    def changes(self, names: tuple[str, ...]) -> list[date]:
        """The days from which on `find` may say something else of a service, the first ever too."""
        days = {date.min}
        number = next((name for name in names if name in self._numbers), None)
        for assigned in [] if number is None else self._assignments[self._numbers[number]]:
            subscription = self._subscriptions[assigned.id]
            spans = [assigned, *self._pauses[assigned.id], *self._plans[assigned.id]]
            days |= {day for span in spans for day in (span.start, span.end)}
            days |= {subscription.active.start, subscription.active.end}
        return sorted(days)

    @property
    def plan_ids(self) -> set[int]:
        """The plans that any of these subscriptions ever had."""
        return {span.id for spans in self._plans.values() for span in spans}

    def find(self, names: tuple[str, ...], day: date) -> Owner | Trouble:
        """Who had the service on `day` (a date in the brand's zone), or why nobody did."""
        number = next((name for name in names if name in self._numbers), None)
        if number is None:
            if not names[0]:
                return Trouble(
                    Reason.UNKNOWN_SERVICE, "the line names no service", cause="field service"
                )
            return Trouble(
                Reason.UNKNOWN_SERVICE,
                f"nobody has the number {' or '.join(names)}",
                "give it to a subscription (import_accounts)",
                f"number {names[0]}",
            )
        number_id = self._numbers[number]
        assigned = _held(self._assignments[number_id], day)
        if assigned is None:
            return Trouble(
                Reason.NOT_ACTIVE,
                f"no subscription had the number {number} on {day}",
                "correct the dates of the number (import_accounts)",
                f"number {number}",
            )
        subscription = self._subscriptions[assigned.id]
        if not subscription.active.holds(day):
            return Trouble(
                Reason.NOT_ACTIVE,
                f"subscription {subscription.code} was not active on {day}",
                "correct its dates (import_accounts)",
                f"subscription {subscription.code}",
            )
        if _held(self._pauses[subscription.pk], day) is not None:
            return Trouble(
                Reason.NOT_ACTIVE,
                f"subscription {subscription.code} was paused on {day}",
                "correct its pauses (import_accounts)",
                f"subscription {subscription.code}",
            )
        plan = _held(self._plans[subscription.pk], day)
        if plan is None:
            return Trouble(
                Reason.NO_RATE,
                f"subscription {subscription.code} had no plan on {day}",
                "give it one from that day on (import_accounts)",
                f"subscription {subscription.code}",
            )
        return Owner(
            number_id=number_id,
            subscription_id=subscription.pk,
            account_id=subscription.account_id,
            plan_id=plan.id,
            plan_code=plan.code,
            plan_since=plan.start,
        )


class PriceLists:
    """Which deck prices which usage under which plan, for accounts that are locked."""

    def __init__(
        self,
        plan_ids: Collection[int],
        accounts: Iterable[Account | LockedAccount],
        versions: Mapping[int, Sequence[PlanVersion]] | None = None,
    ) -> None:
        self._versions = versions_of(plan_ids) if versions is None else versions
        self._accounts = {account.pk: account for account in accounts}
        self._cutovers = cutovers_of(self._accounts)

    def bill_day(self, owner: Owner) -> int:
        """The day of the month on which the usage periods of the owner's account begin."""
        return self._accounts[owner.account_id].bill_day

    def state(self, owner: Owner) -> tuple[object, ...]:
        """What of the account decides where its usage belongs, comparable."""
        account = self._accounts[owner.account_id]
        return account.bill_day, account.currency, account.usage_closed_until

    def is_settled(self, owner: Owner, origin: date) -> bool:
        """Whether the usage of all days of the period that starts on `origin` belongs together."""
        cutover = self._cutovers.get(owner.account_id)
        versions = self._versions[owner.plan_id]
        return (cutover is None or cutover <= origin) and bool(
            versions and versions[0].starts_on <= max(owner.plan_since, origin)
        )

    def place(self, owner: Owner, day: date, usage_type: int) -> Placement | Trouble:
        """The usage period, plan version and deck of usage on `day`, or why there is none.

        The version is the one in force when the plan segment or the usage period began, whichever
        is later: usage prices renew with the usage period. A plan that had none yet is priced by
        its first.
        """
        account = self._accounts[owner.account_id]
        cutover = self._cutovers.get(owner.account_id)
        if cutover and day < cutover:
            return Trouble(
                Reason.BILLED_ELSEWHERE,
                f"usage of account {account.number} before {cutover} was billed elsewhere",
                "leave it; correct the account's usage cutover if that is wrong",
                f"account {account.number}",
            )
        origin = period_containing(day, account.bill_day).start
        versions = self._versions[owner.plan_id]
        since = owner.plan_since
        version = version_of(versions, max(since, origin), since=since)
        version = version or (versions[0] if versions and versions[0].starts_on <= day else None)
        if version is None:
            return Trouble(
                Reason.NO_RATE,
                f"plan {owner.plan_code} has no version that holds on {day}",
                "publish one (import_catalog)",
                f"plan {owner.plan_code}",
            )
        kind = UsageType(usage_type).label
        deck = _deck_of(version, kind)
        unpriced: Trouble | None = None
        if deck is None:
            unpriced = Trouble(
                Reason.NO_RATE,
                f"plan {owner.plan_code} from {version.starts_on} has no deck for {kind}",
                "give the plan a version with one (import_catalog)",
                f"plan {owner.plan_code} {kind}",
            )
        elif deck.currency != account.currency:
            unpriced = Trouble(
                Reason.INVALID,
                f"deck {deck.code} is in {deck.currency}, account {account.number} in "
                f"{account.currency}",
                "give the account a plan in its currency",
                f"account {account.number}",
            )
            deck = None
        closed_until = account.usage_closed_until
        return Placement(
            owner=owner,
            version_id=version.pk,
            deck=deck,
            currency=account.currency,
            period_start=max(origin, closed_until) if closed_until else origin,
            origin_start=origin,
            unpriced=unpriced,
        )


def _deck_of(version: PlanVersion, usage_type: str) -> RateDeck | None:
    for assignment in version.deck_assignments.all():
        if assignment.usage_type == usage_type:
            return assignment.deck
    return None


def _spans(rows: Iterable[tuple[Any, ...]]) -> defaultdict[int, list[_Span]]:
    spans: defaultdict[int, list[_Span]] = defaultdict(list)
    for holder_id, during, held_id, code in rows:
        start = getattr(during, "lower", None) or date.min
        end = getattr(during, "upper", None) or date.max
        spans[holder_id].append(_Span(start, end, held_id, code))
    return spans


def _held(spans: list[_Span], day: date) -> _Span | None:
    return next((span for span in spans if span.holds(day)), None)
