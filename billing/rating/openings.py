"""Which grants an account has in a usage period, and what of them goes into the next.

Quantities are units, or millionths of the currency unit with `money`. Dates are the brand's.
Rules: docs/how-invoices-are-calculated.md, "Allowances".
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from billing.rating.grants import Grant, Scope
from core.money import MICRO_DECIMALS, divide_half_away, exponent
from core.periods import Period, local_midnight, next_anchor


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowanceTerms:
    """What a plan version says of an allowance; see `catalog.models.Allowance`.

    Without `expires_after_days` and `roll_over_periods` it ends with its usage period.
    """

    code: str
    quantity: int | None
    usage_types: frozenset[str]
    money: bool = False
    scope: Scope = "own"
    priority: int = 100
    destinations: frozenset[int] = frozenset()
    fee_when_covered: bool = False
    by_days: bool = False
    roll_over_periods: int = 0
    roll_over_cap: int | None = None
    expires_after_days: int | None = None


@dataclass(frozen=True, slots=True)
class Naming:
    """A subscription's plan version names an allowance over `[since, until)`.

    `by_change`: a plan change made it so; a pooled or shared one waits for the next period.
    """

    subscription: int
    terms: AllowanceTerms
    since: date
    until: date | None = None
    by_change: bool = False


@dataclass(frozen=True, slots=True)
class Opening:
    """A grant to open: whose quantities it holds, and over which dates it may be used.

    `contributions` are what each subscription adds (of a shared one: 0 stands for the account);
    they are used in their order. `expires` decides the order of consumption and until when the
    rest may be carried; `granted` is the day on which it was opened first. None holds no limit.
    """

    terms: AllowanceTerms
    contributions: tuple[tuple[int, int | None], ...]
    users: tuple[tuple[int, date], ...]
    opens: date
    closes: date
    expires: date
    granted: date = field(default=date.min)

    @property
    def quantity(self) -> int | None:
        total = 0
        for _, quantity in self.contributions:
            if quantity is None:
                return None
            total += quantity
        return total

    def as_grant(self, key: int, zone: str) -> Grant:
        """The grant that records use, its dates as instants of the brand's zone."""
        terms = self.terms
        return Grant(
            key=key,
            code=terms.code,
            quantity=self.quantity,
            opens=_instant(self.opens, zone),
            closes=_instant(self.closes, zone),
            expires=_instant(self.expires, zone),
            users={subscription: _instant(since, zone) for subscription, since in self.users},
            usage_types=terms.usage_types,
            money=terms.money,
            scope=terms.scope,
            priority=terms.priority,
            destinations=terms.destinations,
            fee_when_covered=terms.fee_when_covered,
        )


def granted_quantity(
    terms: AllowanceTerms, opened: date, period: Period, currency: str
) -> int | None:
    """What is granted on that day of the period: all of it, or by the days to the period's end.

    By days: quantity × days / days of the period; to whole units, or for money to the currency's
    exponent, a half up. 300 units on 14 October of a period of 31 days: 300 × 18 / 31 = 174.
    """
    if terms.quantity is None or not terms.by_days or opened <= period.start:
        return terms.quantity
    grain = 10 ** (MICRO_DECIMALS - exponent(currency)) if terms.money else 1
    days = (period.end - opened).days
    return divide_half_away(terms.quantity * days, period.days * grain) * grain


def open_period(
    namings: Iterable[Naming], period: Period, *, anchor_day: int, currency: str
) -> list[Opening]:
    """The new grants of an account in a usage period, without what is carried into it.

    - Own: one for each naming that has a day in the period; it closes where the naming ends.
    - Pooled: one for each code, terms and opening day; who contributes uses all of them, from
      the own start on, to the period's end, also after a change or a cancellation.
    - Shared: one for each code, by the naming that begins first, for all that name it.
    """
    own: list[Opening] = []
    joint: dict[str, list[Naming]] = defaultdict(list)
    for naming in sorted(namings, key=lambda naming: (naming.since, naming.subscription)):
        if not _has_a_day(naming, period):
            continue
        if naming.terms.scope == "own":
            own.append(_open_own(naming, period, anchor_day, currency))
        elif not (naming.by_change and naming.since > period.start):
            joint[naming.terms.code].append(naming)
    for code in sorted(joint):
        users: dict[int, date] = {}
        for naming in joint[code]:
            users.setdefault(naming.subscription, max(naming.since, period.start))
        own += [
            _open_joint(together, users, period, anchor_day, currency)
            for together in _granted_together(joint[code], period)
        ]
    return own


def close_own(openings: Iterable[Opening], subscription: int, change: date) -> list[Opening]:
    """The openings after a plan change on that day: the subscription's own ones, carried ones
    too, close there, and what is left of them falls away. All others stay as they are."""
    return [
        replace(opening, closes=change)
        if opening.terms.scope == "own"
        and opening.contributions[0][0] == subscription
        and opening.opens < change < opening.closes
        else opening
        for opening in openings
    ]


def carry_over(
    rests: Iterable[tuple[Opening, int]],
    into: Period,
    users: Mapping[str, Mapping[int, date]] | None = None,
) -> list[Opening]:
    """What goes into the next period: each grant's rest that hasn't expired, as grants of their
    own with their old expiry; `rests` are openings with what is left of them.

    The cap limits what is carried in, for each contribution; the oldest units fall away first.
    What closed early is gone; leave out the own ones of a plan that changes on that very day.
    `users` are, by code, who uses a pool or a shared allowance in the new period.
    """
    carried: dict[tuple[str, int], list[tuple[Opening, int]]] = defaultdict(list)
    for opening, left in rests:
        closed_early = opening.closes < into.start
        if opening.expires > into.start and not closed_early and opening.quantity is not None:
            for subscription, rest in _rest_by_contribution(opening, left):
                carried[opening.terms.code, subscription].append((opening, rest))
    kept: dict[Opening, list[tuple[int, int]]] = defaultdict(list)
    for (_, subscription), shares in sorted(carried.items(), key=lambda item: item[0]):
        for opening, rest in _within_cap(shares):
            kept[opening].append((subscription, rest))
    return [
        _carried(opening, contributions, into, users or {})
        for opening, contributions in sorted(
            kept.items(), key=lambda item: (item[0].terms.code, item[0].expires, item[0].granted)
        )
    ]


def _has_a_day(naming: Naming, period: Period) -> bool:
    until = period.end if naming.until is None else min(naming.until, period.end)
    return max(naming.since, period.start) < until


def _expiry(terms: AllowanceTerms, opened: date, period: Period, anchor_day: int) -> date:
    """The day from which it is gone: so many days after its grant, or the end of the last period
    that it may be carried to."""
    if terms.expires_after_days is not None:
        return opened + timedelta(days=terms.expires_after_days)
    end = period.end
    for _ in range(terms.roll_over_periods):
        end = next_anchor(end, anchor_day)
    return end


def _open_own(naming: Naming, period: Period, anchor_day: int, currency: str) -> Opening:
    terms, opened = naming.terms, max(naming.since, period.start)
    expires = _expiry(terms, opened, period, anchor_day)
    closes = min(period.end, expires, naming.until or period.end)
    return Opening(
        terms,
        ((naming.subscription, granted_quantity(terms, opened, period, currency)),),
        ((naming.subscription, opened),),
        opened,
        closes,
        expires,
        opened,
    )


def _granted_together(namings: Sequence[Naming], period: Period) -> list[list[Naming]]:
    """Namings that make one grant: of a shared allowance the first alone; of a pool those of the
    same terms that open on the same day, each subscription once."""
    if namings[0].terms.scope == "shared":
        return [[namings[0]]]
    together: dict[tuple[date, AllowanceTerms], list[Naming]] = defaultdict(list)
    seen: set[int] = set()
    for naming in namings:
        if naming.subscription not in seen:
            seen.add(naming.subscription)
            together[max(naming.since, period.start), naming.terms].append(naming)
    return list(together.values())


def _open_joint(
    namings: Sequence[Naming],
    users: Mapping[int, date],
    period: Period,
    anchor_day: int,
    currency: str,
) -> Opening:
    terms, opened = namings[0].terms, max(namings[0].since, period.start)
    quantity = granted_quantity(terms, opened, period, currency)
    contributors = [0] if terms.scope == "shared" else [each.subscription for each in namings]
    expires = _expiry(terms, opened, period, anchor_day)
    return Opening(
        terms,
        tuple((subscription, quantity) for subscription in contributors),
        tuple(users.items()),
        opened,
        min(period.end, expires),
        expires,
        opened,
    )


def _rest_by_contribution(opening: Opening, left: int) -> list[tuple[int, int]]:
    """What is left of each contribution, the first ones having been used first."""
    rests = []
    for subscription, quantity in reversed(opening.contributions):
        rest = min(left, quantity or 0)
        left -= rest
        rests.append((subscription, rest))
    return rests[::-1]


def _within_cap(shares: Sequence[tuple[Opening, int]]) -> list[tuple[Opening, int]]:
    """The newest units up to the cap; of those that expire together the later granted first."""
    newest = sorted(shares, key=lambda share: (share[0].expires, share[0].granted), reverse=True)
    kept = []
    cap = newest[0][0].terms.roll_over_cap
    for opening, rest in newest:
        quantity = rest if cap is None else min(rest, cap)
        if cap is not None:
            cap -= quantity
        if quantity:
            kept.append((opening, quantity))
    return kept


def _carried(
    opening: Opening,
    contributions: Sequence[tuple[int, int]],
    into: Period,
    users: Mapping[str, Mapping[int, date]],
) -> Opening:
    named = users.get(opening.terms.code)
    using = opening.users if named is None or opening.terms.scope == "own" else named.items()
    return Opening(
        opening.terms,
        tuple(contributions),
        tuple((subscription, max(since, into.start)) for subscription, since in using),
        into.start,
        min(into.end, opening.expires),
        opening.expires,
        opening.granted,
    )


@lru_cache(maxsize=2**12)
def _instant(day: date, zone: str) -> int:
    """Whole microseconds since 1970 at which the day begins in the brand's zone."""
    since = local_midnight(day, zone) - datetime(1970, 1, 1, tzinfo=UTC)
    return since // timedelta(microseconds=1)
