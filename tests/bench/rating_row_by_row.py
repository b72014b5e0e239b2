"""The same work row by row: dictionaries, the scalar reference and `bulk_create`."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from pathlib import Path
from uuid import UUID

from django.db import transaction

from accounts.models import NumberAssignment, SubscriptionPlan
from billing.rating.reference import explain_event
from billing.usage.intake.events import EventReader
from billing.usage.intake.framing import Line
from billing.usage.intake.layouts import layout_of
from billing.usage.intake.normalising import instant, normaliser_of
from billing.usage.models import UsageRecord, UsageSource, UsageSummary
from billing.usage.price_tables import load_price_table
from catalog.models import PlanVersion
from tests.bench.figures import seconds_of
from tests.bench.rating_work import World

RECORDS, BATCH = 20_000, 5_000
PERIOD = date(2026, 10, 1)


def rate_row_by_row(world: World, path: Path) -> float:
    """Seconds from file to commit. Masters are loaded before, conflicts are not looked for."""
    world_of_one = _RowByRow(world)
    return seconds_of(lambda: world_of_one.take(path))


class _RowByRow:
    def __init__(self, world: World) -> None:
        self.source = UsageSource.objects.get(code="ONE")
        self.table = load_price_table(world.few)
        plans = dict(SubscriptionPlan.objects.values_list("subscription_id", "plan_id"))
        versions = dict(PlanVersion.objects.order_by("starts_on").values_list("plan_id", "pk"))
        rows = NumberAssignment.objects.filter(number__brand=world.brand).values_list(
            "number__number", "number_id", "subscription_id", "subscription__account_id"
        )
        self.owners = {
            number: (number_id, line, account, versions[plans[line]])
            for number, number_id, line, account in rows
        }

    @transaction.atomic
    def take(self, path: Path) -> None:
        """Read, price and store the records of the file."""
        seen: set[bytes] = set()
        batch: list[UsageRecord] = []
        sums: dict[tuple[int, ...], Counter[str]] = {}
        layout, normaliser = layout_of(self.source), normaliser_of(self.source)
        with path.open(newline="") as file:
            rows = csv.reader(file)
            reader = EventReader(self.source.pk, layout, normaliser, next(rows))
            for number, row in enumerate(rows, 2):
                [event], _ = reader.read([Line(number, "", row)])
                if event.trouble or event.key in seen:
                    continue
                owner = self.owners.get(event.services[-1])
                priced = explain_event(
                    self.table.table.deck,
                    event.rated_number,
                    (event.start or 0) // 1_000_000,
                    event.quantity or 0,
                ).priced
                if owner is None or priced is None:
                    continue
                seen.add(event.key)
                number_id, line, account, version = owner
                figures = Counter(
                    records=1,
                    quantity=event.quantity or 0,
                    billed=priced.billed_units,
                    amount=priced.amount_micro,
                )
                sums.setdefault((account, line, version), Counter()).update(figures)
                batch.append(
                    UsageRecord(
                        start_at=instant(event.start or 0),
                        key=UUID(bytes=event.key),
                        content=UUID(bytes=event.content),
                        source_id=self.source.pk,
                        file_id=0,
                        line_number=number,
                        brand_id=self.source.brand_id,
                        account_id=account,
                        subscription_id=line,
                        number_id=number_id,
                        plan_version_id=version,
                        category_id=int(self.table.category_ids[0]),
                        rate_id=priced.rate_key,
                        usage_type=1,
                        called=int(event.called or 0),
                        called_digits=len(event.called or ""),
                        quantity=event.quantity or 0,
                        billed=priced.billed_units,
                        amount=priced.amount_micro,
                        cost=0,
                        flags=0,
                        period_start=PERIOD,
                        origin_start=PERIOD,
                    )
                )
                if len(batch) == BATCH:
                    UsageRecord.objects.bulk_create(batch)
                    batch.clear()
        UsageRecord.objects.bulk_create(batch)
        UsageSummary.objects.bulk_create(
            UsageSummary(
                account_id=account,
                subscription_id=line,
                plan_version_id=version,
                period_start=PERIOD,
                origin_start=PERIOD,
                category_id=int(self.table.category_ids[0]),
                usage_type=1,
                cost=0,
                **counts,
            )
            for (account, line, version), counts in sums.items()
        )
