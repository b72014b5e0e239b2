"""After a re-rating all costs what it would have cost had the prices been right at once."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from billing.invoicing.services.run_billing import run_billing
from billing.usage.allowances.models import AllowanceBalance
from billing.usage.explain_records import explain_record
from billing.usage.models import UsageRecord, UsageSummary
from billing.usage.rerating.models import Rerating
from billing.usage.services.run_rerating import carry_out_rerating, request_rerating
from catalog.models import Plan, PlanVersion, RateDeck
from catalog.services.import_rates import import_rates
from core.audit import all_invariants
from core.money import from_micro
from tests import make
from tests.billing.usage.kari import Kari, call

pytestmark = pytest.mark.django_db

AUGUST = date(2026, 8, 1)
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


def minutes(version: PlanVersion) -> None:
    make.make_allowance(version, quantity=Decimal(5))


def credit(version: PlanVersion) -> None:
    make.make_allowance(version, "CREDIT", unit="money", quantity=Decimal("2.00"))


def rolling(version: PlanVersion) -> None:
    make.make_allowance(version, quantity=Decimal(3), roll_over_periods=1)


def graduated(version: PlanVersion) -> None:
    """0.60 a minute up to 300 s, 0.30 beyond, whatever the deck says."""
    charge = make.make_charge(
        version, code="calls", kind="usage", pricing="graduated", price=Decimal(0), per=60,
        usage_types=["voice"],
    )  # fmt: skip
    charge.tiers.create(up_to=300, price=Decimal("0.60"))
    charge.tiers.create(up_to=None, price=Decimal("0.30"))


TERMS: dict[str, Callable[[PlanVersion], Any]] = {
    "nothing": lambda _version: None,
    "minutes": minutes,
    "money": credit,
    "rolling minutes": rolling,
    "graduated prices": graduated,
}


def plan_of(kari: Kari, code: str, deck: RateDeck, terms: Callable[[PlanVersion], Any]) -> Plan:
    plan = Plan.objects.create(
        brand=kari.brand, product=kari.plan.product, code=code, name={"en": code}
    )
    version = make.make_draft(plan, date(2020, 1, 1))
    make.make_charge(version, price=Decimal("99.00"))
    version.deck_assignments.create(usage_type="voice", deck=deck)
    terms(version)
    make.publish(version)
    return plan


def two_worlds(kari: Kari, terms: Callable[[PlanVersion], Any], right: dict[str, Any]) -> RateDeck:
    """Kari's deck is wrong from August on; Bo has the same plan with the right prices at once."""
    wrong = make.make_deck(kari.brand, "WRONG")
    make.make_rate(wrong, "47", "0.60")
    make.make_rate(wrong, "39", "3.00")
    fair = make.make_deck(kari.brand, "FAIR")
    make.make_rate(fair, "47", "0.60")
    make.make_rate(fair, "39", "3.00")
    correct(fair, right)
    kari.subscription.plan_history.all().delete()
    make.give_plan(
        kari.subscription, plan_of(kari, "KARI", wrong, terms), kari.subscription.starts_on
    )
    bo = make.make_account(kari.brand, "100124", "Bo Berg")
    make.make_subscription(bo, plan_of(kari, "BO", fair, terms), number="4790000124")
    return wrong


def correct(deck: RateDeck, right: dict[str, Any]) -> None:
    make.make_rate(deck, "47", **({"starts_on": AUGUST} | right))


def bill(kari: Kari, month: int) -> None:
    run_billing(
        brand=kari.brand,
        bill_date=date(2026, month, 1),
        as_of=date(2026, month, 3),
        now=datetime(2026, month, 3, 8, tzinfo=UTC),
    )


def broken() -> dict[str, list[str]]:
    """What the audit finds, but for news that wait for a worker."""
    found = {one.id: list(one.check()) for one in all_invariants() if one.id != "I30"}
    return {name: hits for name, hits in found.items() if hits}


def sums(account: str) -> dict[tuple[date, str], tuple[int, int, int]]:
    """Amount, covered units and payments of each period of origin, whenever they were billed."""
    found: dict[tuple[date, str], tuple[int, int, int]] = {}
    for row in UsageSummary.objects.filter(account__number=account).select_related("category"):
        key = (row.origin_start, row.category.code)
        old = found.get(key, (0, 0, 0))
        found[key] = (old[0] + row.amount, old[1] + row.covered, old[2] + row.paid)
    return found


def records(account: str) -> list[tuple[Any, ...]]:
    """What each event costs now, with the reversals of what it cost before."""
    rows = UsageRecord.objects.order_by("start_at")
    found: dict[tuple[Any, ...], tuple[int, int, int]] = {}
    for row in rows.filter(account_id__in=_account(account)):
        key = (row.start_at, row.called)
        old = found.get(key, (0, 0, 0))
        found[key] = (old[0] + row.amount, old[1] + row.covered, old[2] + row.paid)
    return sorted(found.items())


def _account(number: str) -> list[int]:
    from accounts.models import Account

    return list(Account.objects.filter(number=number).values_list("pk", flat=True))


def left(account: str) -> list[tuple[date, int | None]]:
    rows = AllowanceBalance.objects.filter(account__number=account)
    return [(row.period_start, row.left) for row in rows.order_by("period_start", "granted")]


def calls(chance: random.Random, month: int) -> list[tuple[str, str, int]]:
    """Moments, called numbers and seconds of a month's calls, twelve in all."""
    days = sorted(chance.sample(range(2, 28), 12))
    return [
        (
            f"2026-{month:02}-{day:02}T{chance.randrange(24):02}:15:00Z",
            chance.choice(["+4722000000", "+390612345"]),
            chance.choice([10, 60, 61, 95, 150]),
        )
        for day in days
    ]


def take(kari: Kari, name: str, some: list[tuple[str, str, int]]) -> None:
    rows = []
    for n, (start, called, seconds) in enumerate(some):
        for whose in ("123", "124"):
            row = call(f"{name}-{whose}-{n}", start, called, seconds, f"+4790000{whose}")
            rows.append(row)
    kari.take(rows, f"{name}.csv")


def rerate(deck: RateDeck) -> Rerating:
    """Carried out; nothing of the audit is broken by it."""
    rerating = request_rerating(deck, AUGUST, reason="Wrong.", by_id=None, now=NOW)
    carry_out_rerating(rerating, now=NOW)
    assert broken() == {}
    return rerating


def three_billed_months(kari: Kari, chance: random.Random) -> None:
    """August to October are billed, November runs. Each month some calls of the one before come
    late."""
    late: list[tuple[str, str, int]] = []
    for month in (8, 9, 10, 11):
        came = calls(chance, month)
        if month == 11:
            came = [each for each in came if each[0] < "2026-11-20"]
        take(kari, f"late{month}", late)
        take(kari, f"m{month}", came[:-2])
        late = came[-2:]
        if month < 11:
            bill(kari, month + 1)


# What is right, in the place of 0.60 a minute, 60/1.
RIGHT: dict[str, dict[str, Any]] = {
    "cheaper": {"price": Decimal("0.40")},
    "dearer": {"price": Decimal("0.90")},
    "with a fee": {"connection_fee": Decimal("0.25"), "price": Decimal("0.60")},
    "in whole minutes": {"next_increment": 60, "price": Decimal("0.60")},
    "by the second": {"first_increment": 1, "price": Decimal("0.60")},
}


@pytest.mark.parametrize("kind", TERMS)
@pytest.mark.parametrize("right", RIGHT)
def test_all_is_as_if_the_price_had_been_right(kari: Kari, kind: str, right: str):
    """Kari ends where Bo is, who had the right price at once and made the same calls."""
    wrong = two_worlds(kari, TERMS[kind], RIGHT[right])
    three_billed_months(kari, random.Random(f"{kind} {right}"))
    correct(wrong, RIGHT[right])

    rerating = rerate(wrong)

    assert rerating.left == 0
    assert sums("100123") == sums("100124")
    if kind != "graduated prices":
        # There a record on time has a share of the period's price, a late one its own.
        assert records("100123") == records("100124")
    assert left("100123") == left("100124")


@pytest.mark.parametrize("kind", TERMS)
def test_every_record_still_explains_its_amount(kari: Kari, kind: str):
    wrong = two_worlds(kari, TERMS[kind], RIGHT["dearer"])
    three_billed_months(kari, random.Random(kind))
    correct(wrong, RIGHT["dearer"])
    rerate(wrong)

    for record in UsageRecord.objects.filter(account_id__in=_account("100123")):
        on_time = not record.flags & UsageRecord.Flag.LATE
        if on_time and record.flags & UsageRecord.Flag.CUMULATIVE:
            explain_record(record)  # its share stands nowhere
        else:
            assert explain_record(record).amount == from_micro(record.amount)


@pytest.mark.parametrize("kind", TERMS)
def test_a_rate_that_was_wrong_from_its_start(kari: Kari, kind: str):
    """The wrong rate and the right one start on one day: the wrong one is superseded."""
    wrong = two_worlds(kari, TERMS[kind], RIGHT["dearer"])
    make.make_rate(wrong, "47", "0.70", starts_on=AUGUST)
    three_billed_months(kari, random.Random(kind))
    import_rates(
        b"prefix,price,first_increment\n47,0.90,60\n", file="right.csv", deck=wrong,
        starts_on=AUGUST, as_of=NOW.date(), correct=True, reason="Read wrongly.", now=NOW,
    )  # fmt: skip

    rerating = rerate(wrong)

    assert rerating.left == 0
    assert sums("100123") == sums("100124")
    assert left("100123") == left("100124")
