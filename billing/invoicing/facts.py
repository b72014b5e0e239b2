"""Everything known about some accounts that a bill run needs, read in a few queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from accounts.models.orders import OrderItem
from accounts.models.people import Account
from accounts.models.subscriptions import Subscription
from billing.invoicing.catalogue import Catalogue
from billing.invoicing.models import Invoice, InvoiceLine, PaidThrough
from billing.invoicing.paid_through import paid_before
from billing.invoicing.recurring import BilledLine, Segment
from billing.invoicing.references import payment_reference
from billing.usage.models import UsageSummary
from billing.usage.queries import unbilled_summaries
from core.periods import Period, local_date

# A line made again for days that were credited meanwhile carries this mark and a counter.
AGAIN = "~"
NOT_CHARGED = (
    InvoiceLine.Kind.CREDIT,
    InvoiceLine.Kind.DISCOUNT,
    InvoiceLine.Kind.CORRECTION,
)


@dataclass(slots=True)
class SubscriptionFacts:
    """One subscription with its history, what was billed of it, and its unbilled usage."""

    subscription: Subscription
    account: Account
    segments: list[Segment]
    plan_of_segment: dict[str, int]
    plan_names: dict[str, dict[str, str]]
    billed: list[BilledLine]
    summaries: list[UsageSummary]

    @staticmethod
    def names_add_on(segment: Segment) -> str:
        """The add-on's code of a segment, empty for one of the plan."""
        kind, _, name = segment.key.partition(":")
        return name if kind == "add_on" else ""


@dataclass(slots=True)
class Family:
    """An account that gets an invoice, and the accounts whose lines stand on it."""

    top: Account
    members: list[Account]
    subscriptions: list[SubscriptionFacts] = field(default_factory=list)
    credited_lines: dict[int, InvoiceLine] = field(default_factory=dict)
    keys_in_use: set[tuple[int, str, str, date]] = field(default_factory=set)
    invoices_before: int = 0

    def add(
        self,
        subscription: Subscription,
        account: Account,
        catalogue: Catalogue,
        *,
        lines: list[InvoiceLine],
        paid: list[PaidThrough],
        summaries: list[UsageSummary],
    ) -> None:
        """Add a subscription, whose history is loaded, with its live lines and unbilled usage."""
        facts = _facts(subscription, account, lines, catalogue)
        facts.segments = [
            replace(
                segment,
                paid=paid_before(segment, facts.names_add_on(segment), paid, lines),
            )
            for segment in facts.segments
        ]
        facts.summaries = summaries
        self.subscriptions.append(facts)
        self.credited_lines.update({line.pk: line for line in lines})
        self.keys_in_use.update(
            (line.subscription_id, line.segment, line.charge_code, line.period_start)
            for line in lines
            if line.kind not in NOT_CHARGED and line.period_start
        )


def gather_families(tops: Sequence[Account], catalogue: Catalogue, bill_date: date) -> list[Family]:
    """The facts of these accounts and their children, as they stand in this transaction."""
    members = _members(tops)
    families = {top.pk: Family(top, members[top.pk]) for top in tops}
    top_of = {account.pk: top_id for top_id, accounts in members.items() for account in accounts}
    accounts = {account.pk: account for group in members.values() for account in group}
    _count_invoices(families, catalogue.brand.reference_kind)
    lines = _live_lines(accounts)
    summaries = _summaries(accounts, bill_date)
    paid = _paid_through(accounts)
    for subscription in _subscriptions(accounts, with_orders=catalogue.takes_at_order):
        families[top_of[subscription.account_id]].add(
            subscription,
            accounts[subscription.account_id],
            catalogue,
            lines=lines.get(subscription.pk, []),
            paid=paid[subscription.pk],
            summaries=summaries.get(subscription.pk, []),
        )
    return list(families.values())


def family_ids(top_ids: Iterable[int]) -> dict[int, list[int]]:
    """The ids of each top account and all accounts that bill to it, by top account."""
    families = {top_id: [top_id] for top_id in top_ids}
    top_of = {top_id: top_id for top_id in families}
    level = list(families)
    while level:
        children = Account.objects.filter(parent_id__in=level, bills_to_parent=True).values_list(
            "pk", "parent_id"
        )
        level = []
        for child_id, parent_id in children:
            if child_id in top_of:
                continue
            top_of[child_id] = top_of[parent_id]
            families[top_of[parent_id]].append(child_id)
            level.append(child_id)
    return families


def _members(tops: Sequence[Account]) -> dict[int, list[Account]]:
    families = family_ids(top.pk for top in tops)
    every_id = [account_id for ids in families.values() for account_id in ids]
    accounts = {account.pk: account for account in Account.objects.filter(pk__in=every_id)}
    return {
        top_id: [accounts[ids[0]], *sorted((accounts[i] for i in ids[1:]), key=lambda a: a.number)]
        for top_id, ids in families.items()
    }


def _count_invoices(families: dict[int, Family], reference_kind: str) -> None:
    for account_id in Invoice.objects.filter(account_id__in=families).values_list(
        "account_id", flat=True
    ):
        families[account_id].invoices_before += 1
    _skip_old_references(list(families.values()), reference_kind)


def _skip_old_references(families: list[Family], kind: str) -> None:
    """Count on where the system before has given the reference that would be next."""
    while families:
        wanted = {
            payment_reference(kind, family.top.pk, family.invoices_before + 1): family
            for family in families
        }
        given = Invoice.objects.filter(kind=Invoice.Kind.OPENING, reference__in=wanted)
        families = [
            wanted[reference] for reference in set(given.values_list("reference", flat=True))
        ]
        for family in families:
            family.invoices_before += 1


def _subscriptions(accounts: dict[int, Account], *, with_orders: bool) -> Iterable[Subscription]:
    orders = ("order_items__order",) if with_orders else ()
    return (
        Subscription.objects.filter(account_id__in=accounts)
        .select_related("location")
        .prefetch_related(
            "plan_history__plan",
            "add_ons__plan",
            "numbers__number",
            "pauses",
            "cancellations",
            "terms",
            *orders,
        )
        .order_by("account__number", "code")
    )


def _live_lines(accounts: dict[int, Account]) -> dict[int, list[InvoiceLine]]:
    found: dict[int, list[InvoiceLine]] = defaultdict(list)
    lines = (
        InvoiceLine.objects.select_related("charge", "discount")
        .filter(account_id__in=accounts, live=True, invoice__live=True)
        .exclude(kind=InvoiceLine.Kind.USAGE)
    )
    for line in lines.order_by("pk"):
        found[line.subscription_id].append(line)
    return found


def _paid_through(account_ids: Iterable[int]) -> dict[int, list[PaidThrough]]:
    found: dict[int, list[PaidThrough]] = defaultdict(list)
    for row in PaidThrough.objects.filter(subscription__account_id__in=list(account_ids)):
        found[row.subscription_id].append(row)
    return found


def _summaries(account_ids: Iterable[int], bill_date: date) -> dict[int, list[UsageSummary]]:
    found: dict[int, list[UsageSummary]] = defaultdict(list)
    unbilled = unbilled_summaries(list(account_ids), bill_date)
    for summary in unbilled.select_related("category", "plan_version__plan"):
        found[summary.subscription_id].append(summary)
    return found


def _facts(
    subscription: Subscription, account: Account, lines: list[InvoiceLine], catalogue: Catalogue
) -> SubscriptionFacts:
    segments, plans, names = [], {}, {}
    rests = tuple(
        Period(pause.during.lower, pause.during.upper or date.max)
        for pause in subscription.pauses.all()
    )
    ordered = _order_days(subscription, catalogue)
    trial_until: date | None = None
    for row in subscription.plan_history.all():
        start = max(row.during.lower, subscription.starts_on)
        end = _earlier(row.during.upper, subscription.ends_on)
        if end and end <= start:
            continue
        first = start == subscription.starts_on
        if first:
            trial_until = _trial_end(catalogue, row.plan_id, start)
        segment = Segment(
            key=f"plan:{row.plan.code}:{start}",
            versions=catalogue.versions_for(row.plan_id, start),
            start=start,
            end=end,
            takes_one_off=first,
            rests=rests,
            leaves=end is not None and end == subscription.ends_on,
            ordered_on=ordered.get("") if first else None,
            trial_until=trial_until,
        )
        segments.append(segment)
        plans[segment.key], names[segment.key] = row.plan_id, row.plan.name
    for add_on in subscription.add_ons.all():
        end = _earlier(add_on.ends_on, subscription.ends_on)
        own_trial = _trial_end(catalogue, add_on.plan_id, add_on.starts_on)
        segment = Segment(
            key=f"add_on:{add_on.code}",
            versions=catalogue.versions_for(add_on.plan_id, add_on.starts_on),
            start=add_on.starts_on,
            end=end,
            takes_one_off=True,
            rests=rests,
            leaves=end is not None,
            ordered_on=ordered.get(add_on.code),
            trial_until=max(own_trial, trial_until or own_trial),
        )
        segments.append(segment)
        plans[segment.key], names[segment.key] = add_on.plan_id, add_on.plan.name
    return SubscriptionFacts(subscription, account, segments, plans, names, _billed(lines), [])


def _trial_end(catalogue: Catalogue, plan_id: int, start: date) -> date:
    """The first day after the trial that a version in force on `start` gives; without one, it."""
    return start + timedelta(days=catalogue.row_on(plan_id, start).trial_days)


def _order_days(subscription: Subscription, catalogue: Catalogue) -> dict[str, date]:
    """When the subscription ("") and its add-ons (by code) were ordered, in the brand's zone."""
    if not catalogue.takes_at_order:
        return {}
    days: dict[str, date] = {}
    for item in subscription.order_items.all():
        code = item.code if item.kind == OrderItem.Kind.ADD_ON else ""
        brought = item.kind in (OrderItem.Kind.NEW_SUBSCRIPTION, OrderItem.Kind.ADD_ON)
        if brought and item.order.submitted_at:
            days[code] = local_date(item.order.submitted_at, catalogue.brand.zone)
    return days


def _earlier(first: date | None, second: date | None) -> date | None:
    ends = [end for end in (first, second) if end]
    return min(ends) if ends else None


def _billed(lines: Sequence[InvoiceLine]) -> list[BilledLine]:
    billed: dict[int, BilledLine] = {}
    for line in lines:
        if line.kind in NOT_CHARGED:
            continue
        start = line.period_start
        assert start is not None
        one_off = line.kind == InvoiceLine.Kind.ONE_OFF
        # One-offs have no days; they stand here so that they are not charged again.
        end = date.max if one_off or line.period_end is None else line.period_end
        charge = line.charge
        billed[line.pk] = BilledLine(
            id=line.pk,
            segment=line.segment.split(AGAIN)[0],
            charge_code=line.charge_code,
            span=Period(start, end),
            days_in_period=0 if one_off else line.days_in_period or 0,
            unit_price=line.unit_price or Decimal(0),
            amount=line.amount,
            proration=charge.proration if charge else "none",
        )
    for line in lines:
        if line.kind == InvoiceLine.Kind.CREDIT and line.credits_id in billed:
            assert line.period_start is not None
            assert line.period_end is not None
            span = Period(line.period_start, line.period_end)
            billed[line.credits_id].credits.append((span, line.amount))
        if line.kind == InvoiceLine.Kind.CORRECTION and line.credits_id in billed:
            billed[line.credits_id].corrected += line.amount
    return list(billed.values())
