"""Two imports that cross a threshold of one pool at the same time tell it once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connection

from billing.usage.alerts.models import UsageAlert
from billing.usage.alerts.spike_models import LineDay
from core.models import Event
from tests import make
from tests.billing.usage.kari import NOW, Kari, call
from tests.billing.usage.test_allowances_used import plan_with

pytestmark = pytest.mark.django_db(transaction=True)
LINES = 4


@pytest.fixture
def pool(kari: Kari) -> Kari:
    """Four lines that add 600 s each to one pool, each with a switch of its own."""
    plan = plan_with(kari, lambda version: make.make_allowance(version, scope="pooled"))
    for n in range(LINES):
        make.make_subscription(kari.account, plan, f"line-{n}", number=f"4791000{n:03}")
        make.make_source(kari.brand, f"SWITCH-{n}")
    return kari


def test_imports_of_one_pool_at_once_cross_each_threshold_once(pool: Kari) -> None:
    """2,400 s in all; each of four imports brings 600 s in six files."""
    paths = {
        n: [
            pool.write(
                [
                    call(
                        f"{n}-{m}",
                        f"2026-10-03T12:{m:02}:00Z",
                        service=f"+4791000{n:03}",
                        seconds=100,
                    )
                ],
                f"{n}-{m}.csv",
            )
            for m in range(6)
        ]
        for n in range(LINES)
    }
    ready = Barrier(LINES)

    def bring(n: int) -> None:
        try:
            source = pool.brand.usage_sources.get(code=f"SWITCH-{n}")
            ready.wait()
            for path in paths[n]:
                pool.take_file(path, source=source, now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(LINES) as crew:
        for done in [crew.submit(bring, n) for n in range(LINES)]:
            done.result()

    alerts = UsageAlert.objects.filter(account=pool.account).order_by("threshold")
    assert list(alerts.values_list("threshold", "told")) == [(50, True), (80, True), (100, True)]
    assert [alert.level for alert in alerts] == [1200, 2000, 2400]
    told = Event.objects.filter(kind="usage.threshold_crossed")
    assert told.count() == 3
    days = LineDay.objects.filter(day=date(2026, 10, 3))
    assert sorted(days.values_list("voice", flat=True)) == [600] * LINES
