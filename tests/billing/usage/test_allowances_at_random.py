"""Random companies: however their usage arrives, it ends in the same figures, those of the
reference.

Each record is explained by the scalar reference, which starts from the period's beginning and
refuses a record that it would charge otherwise.
"""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.models import Subscription
from billing.usage.allowances.models import AllowanceBalance, CumulativeUsage, UsageCorrection
from billing.usage.explain_records import explain_record
from billing.usage.models import UsageRecord
from catalog.models import DestinationGroup, PlanVersion
from tests import make
from tests.billing.usage.kari import Kari, forget, hits
from tests.billing.usage.test_allowances_used import everything, plan_with
from tests.billing.usage.test_corrections_stored import HEADER

FIRST = datetime(2026, 9, 1, tzinfo=UTC)
PLANS, LINES, RECORDS = 3, 3, 70


class Company:
    """Plans with random terms, an account with some lines, and the usage of two months."""

    def __init__(self, kari: Kari, seed: int) -> None:
        self.kari = kari
        self.random = random.Random(seed)
        self.groups = [self.group("NORDIC", "46", "45"), self.group("FAR", "905")]
        self.plans = [plan_with(kari, self.terms, f"PLAN{place}") for place in range(PLANS)]
        kari.subscription.plan_history.all().delete()
        self.lines = [kari.subscription]
        for place in range(1, LINES):
            start = date(2026, 9, self.random.choice((1, 1, 12)))
            self.lines.append(
                make.make_subscription(
                    kari.account, code=f"MOB-{place + 1}", number=f"479000012{3 + place}",
                    starts_on=start,
                )
            )  # fmt: skip
        for line in self.lines:
            self.give_plans(line)
        kari.source.mapping["columns"] |= {"kind": "kind", "corrects": "corrects", "price": "price"}
        kari.source.mapping |= {"corrections": ["CREDIT"]}
        kari.source.save()

    def group(self, code: str, *prefixes: str) -> DestinationGroup:
        group = DestinationGroup.objects.create(brand=self.kari.brand, code=code, name={"en": code})
        for prefix in prefixes:
            group.prefixes.create(
                prefix=prefix,
                during=DateRange(date(2026, 1, 1), self.random.choice((None, date(2026, 9, 20)))),
            )
        return group

    def terms(self, version: PlanVersion) -> None:
        deck = version.deck_assignments.get().deck
        for prefix, price in (("46", "1.20"), ("45", "0.77"), ("90", "3.00")):
            if not deck.rates.filter(prefix=prefix).exists():
                make.make_rate(deck, prefix, price, connection_fee=Decimal("0.49"))
        for place in range(self.random.randrange(4)):
            self.allowance(version, f"A{place}")
        if self.random.random() < 0.4:
            self.cumulative(version)

    def allowance(self, version: PlanVersion, code: str) -> None:
        draw = self.random
        money = draw.random() < 0.25
        quantity = Decimal(draw.randrange(1, 30)) if money else Decimal(draw.randrange(30, 4000))
        fields: dict[str, Any] = {
            "unit": "money" if money else "seconds",
            "quantity": None if draw.random() < 0.05 else quantity,
            "scope": draw.choice(("own", "own", "pooled", "shared")),
            "priority": draw.choice((10, 10, 20)),
            "proration": draw.choice(("full", "days")),
            "connection_fee_when_covered": draw.random() < 0.3,
        }
        if fields["quantity"] is not None and draw.random() < 0.4:
            fields["roll_over_periods"] = draw.choice((1, 2))
            fields["roll_over_cap"] = draw.choice((None, Decimal(60)))
        elif draw.random() < 0.2:
            fields["expires_after_days"] = draw.choice((5, 40))
        allowance = make.make_allowance(version, code, **fields)
        for group in self.groups:
            if draw.random() < 0.25:
                allowance.destinations.create(group=group)

    def cumulative(self, version: PlanVersion) -> None:
        pricing = self.random.choice(("graduated", "volume", "package"))
        charge = make.make_charge(
            version, code="calls", kind="usage", pricing=pricing, per=60, usage_types=["voice"],
            price=Decimal("0.4") if pricing == "package" else Decimal(0),
        )  # fmt: skip
        if pricing != "package":
            charge.tiers.create(up_to=self.random.randrange(60, 900), price=Decimal("0.50"))
            charge.tiers.create(up_to=None, price=Decimal("0.31"))
        if self.random.random() < 0.5:
            charge.destinations.create(group=self.groups[0])

    def give_plans(self, line: Subscription) -> None:
        make.give_plan(line, self.random.choice(self.plans), line.starts_on)
        if self.random.random() < 0.5:
            change = date(2026, 9, 20) + timedelta(days=self.random.randrange(25))
            make.give_plan(line, self.random.choice(self.plans), change)

    def usage(self) -> list[str]:
        """Lines of a file: calls, some of them priced, and corrections of some."""
        draw = self.random
        lines, ids = [], []
        for place in range(RECORDS):
            day = draw.randrange(12 if draw.random() < 0.3 else 0, 60)
            start = FIRST + timedelta(days=day, seconds=draw.randrange(86_400))
            number = f"+479000012{3 + draw.randrange(LINES)}"
            called = draw.choice(("+4722000000", "+46850000", "+4533000", "+905320000"))
            seconds = draw.choice((0, 1, 59, 60, 61, 200, 700))
            price = "0.25" if draw.random() < 0.05 else ""
            said = f"{start:%Y-%m-%dT%H:%M:%SZ},{number},{called}"
            lines.append(f"R{place},{said},{seconds},CALL,,{price}")
            ids.append((place, said, seconds))
        for place, said, seconds in draw.sample(ids, 6):
            lines.append(f"C{place},{said},{-seconds},CREDIT,R{place},")
        lines.append(f"N1,{ids[0][1]},-30,CREDIT,,")
        return lines

    def pieces(self, lines: list[str]) -> list[list[str]]:
        """The lines in any order, but corrections after their records, in some pieces."""
        draw = self.random
        records = [line for line in lines if not line.startswith("C")]
        draw.shuffle(records)
        for line in lines:
            if line.startswith("C"):
                known = next(
                    place
                    for place, record in enumerate(records)
                    if record.startswith(f"R{line.partition(',')[0][1:]},")
                )
                records.insert(draw.randrange(known + 1, len(records) + 1), line)
        cuts = sorted(draw.sample(range(1, len(records)), draw.randrange(1, 12)))
        return [records[a:b] for a, b in zip([0, *cuts], [*cuts, len(records)], strict=True)]

    def take(self, pieces: list[list[str]]) -> None:
        for place, piece in enumerate(pieces):
            self.kari.take(piece, f"{place}.csv", header=HEADER)


def start_over() -> None:
    forget()
    for model in (AllowanceBalance, CumulativeUsage, UsageCorrection):
        model.objects.all().delete()


def check(kari: Kari, seed: int, *, explained: int) -> None:
    company = Company(kari, seed)
    lines = company.usage()
    company.take([lines])
    whole = everything()
    assert hits() == []
    for record in UsageRecord.objects.order_by("line_number")[:explained]:
        explain_record(record)
    start_over()

    company.take(company.pieces(lines))

    assert everything() == whole
    assert hits() == []


@pytest.mark.parametrize("seed", range(5))
def test_pieces_in_any_order_end_as_the_reference_says(kari: Kari, seed: int) -> None:
    check(kari, seed, explained=12)


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(5, 65))
def test_pieces_in_any_order_end_as_the_reference_says_at_length(kari: Kari, seed: int) -> None:
    check(kari, seed, explained=RECORDS)
