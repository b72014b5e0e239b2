"""What tests of released usage share: causes, what mends them, and what is stored afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from billing.usage.models import SuspendedUsage, UsageFile, UsageRecord
from billing.usage.services.release_suspended import release_suspended
from billing.usage.totals import UsageTotals
from tests import make
from tests.billing.usage.kari import NOW, Kari

ITALY = "+390612345"
BO = "+4790000200"

Mend = Callable[[Kari], object]


def release(kari: Kari, **options: Any) -> UsageTotals:
    options.setdefault("source", kari.source)
    return release_suspended(now=NOW, **options)


def add_italy(kari: Kari) -> None:
    make.make_rate(kari.deck, "39", "1.20")


def add_bo(kari: Kari) -> None:
    make.make_subscription(kari.account, kari.plan, "MOB-2", number=BO.removeprefix("+"))


def allow_more(kari: Kari) -> None:
    kari.source.quantity_max = 10**12
    kari.source.save()


def lengthen(kari: Kari) -> None:
    kari.subscription.numbers.update(during=DateRange(date(2026, 1, 1), None))


def shorten(kari: Kari) -> None:
    kari.subscription.numbers.update(during=DateRange(date(2026, 10, 10), None))


def states() -> list[tuple[int, str, str]]:
    lines = SuspendedUsage.objects.order_by("file", "line_number")
    return list(lines.values_list("line_number", "reason", "state"))


def files() -> list[tuple[Any, ...]]:
    """What every file counts, by name; slices are checked by the audit."""
    return sorted(
        UsageFile.objects.values_list(
            "name",
            "rows",
            "rated",
            "duplicates",
            "suspended",
            "ignored",
            "quantity",
            "quantity_rated",
        )
    )


def counts() -> list[tuple[Any, ...]]:
    """As `files`, but for the units of all rows: a repeated line that could not be read when it
    came is not kept, so its units are not known later."""
    return [(*counted, rated) for *counted, _, rated in files()]


def records() -> list[tuple[Any, ...]]:
    """Every record with all that does not depend on when its file came."""
    names = dict(UsageFile.objects.values_list("pk", "name"))
    columns = [
        field.attname
        for field in UsageRecord._meta.fields
        if field.attname not in ("id", "file_id")
    ]
    return sorted(
        (names[file_id], *map(str, values))
        for file_id, *values in UsageRecord.objects.values_list("file_id", *columns)
    )
