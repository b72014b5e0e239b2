"""Events so old that their like was dropped: whether they came before nobody knows any more."""

from __future__ import annotations

from datetime import datetime

import numpy as np

from billing.usage.intake.batch import EventBatch
from billing.usage.intake.events import Trouble
from billing.usage.models import DroppedUsage, SuspendedUsage
from billing.usage.partitions import first_of_month
from core.models import Brand
from core.periods import local_date


def refuse_dropped(batch: EventBatch, brand: Brand, now: datetime) -> None:
    """Refuse events of months of which the brand has dropped records: they might be charged twice.

    As long as it has dropped none, old events are late usage as always.
    """
    kept = max(brand.usage_kept_months, brand.itemisation_kept_months)
    first = np.datetime64(first_of_month(local_date(now, brand.zone), -kept), "us")
    old = np.flatnonzero((batch.starts.astype("datetime64[us]") < first) & batch.readable)
    if not len(old) or not DroppedUsage.objects.filter(account__brand=brand).exists():
        return
    for row in old.tolist():
        batch.refuse(
            row,
            Trouble(
                SuspendedUsage.Reason.INVALID,
                f"older than the {kept} months for which usage is kept",
                "discard it: whether it was charged before is not known any more",
                "older than usage is kept",
            ),
        )
