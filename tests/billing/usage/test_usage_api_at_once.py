"""Requests at once, and files beside them, end as if one had come after the other."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from django.core.cache import cache
from django.db import connection

from billing.usage.models import UsageFile, UsageRecord
from tests import make
from tests.billing.usage.api_client import Bringer
from tests.billing.usage.kari import amounts, call, hits, summaries

LINES = [
    call(f"A-{index}", start=f"2026-10-{1 + index % 28:02}T12:00:00Z", seconds=index)
    for index in range(120)
]


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


def at_once(*acts) -> None:
    """Let all of them begin together, and end."""
    together = Barrier(len(acts))
    ended = []

    def run(act) -> None:
        together.wait(20)
        try:
            act()
            ended.append(act)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(ended) == len(acts)


@pytest.mark.django_db(transaction=True)
def test_overlapping_requests_and_a_file_at_once_rate_each_event_once(kari):
    one, other = Bringer(kari.source), Bringer(kari.source)

    at_once(
        lambda: [one.bring(*LINES[first : first + 20]) for first in range(0, 80, 20)],
        lambda: [other.bring(*LINES[first : first + 20]) for first in range(100, 0, -20)],
        lambda: kari.take(LINES[30:], slice_rows=10),
    )

    assert UsageRecord.objects.count() == len(LINES)
    assert sum(row[5] for row in summaries()) == len(LINES)
    assert len(set(UsageRecord.objects.values_list("key", flat=True))) == len(LINES)
    assert UsageFile.objects.filter(via_api=True).count() == 1
    assert sum(quantity for quantity, _, _ in amounts()) == sum(range(120))
    assert hits() == []


@pytest.mark.django_db(transaction=True)
def test_requests_of_two_sources_for_one_customer_do_not_stop_each_other(kari):
    one, other = (Bringer(make.make_source(kari.brand, code)) for code in ("LEFT", "RIGHT"))

    at_once(
        lambda: [one.bring(*LINES[first : first + 10]) for first in range(0, 60, 10)],
        lambda: [other.bring(*LINES[first : first + 10]) for first in range(60, 0, -10)],
    )

    assert hits() == []
