"""Mended in any order, interrupted, at once: released usage is what right masters had made."""

from __future__ import annotations

import random
from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connection

from billing.usage.models import SuspendedUsage, UsageRecord
from billing.usage.services import release_suspended as release_module
from tests.billing.usage.kari import (
    Kari,
    call,
    forget,
    hits,
    summaries,
)
from tests.billing.usage.mending import (
    BO,
    ITALY,
    Mend,
    add_bo,
    add_italy,
    allow_more,
    counts,
    files,
    lengthen,
    records,
    release,
    shorten,
    states,
)


def test_lines_of_an_interrupted_import_are_released_and_its_rest_still_comes(kari):
    path = kari.write([call("A-1", called=ITALY), call("A-2"), call("A-3", called=ITALY)])

    def kill(_rows: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        kari.take_file(path, slice_rows=1, on_slice=kill)
    add_italy(kari)
    released = release(kari)
    assert hits() == []
    kari.take_file(path)

    assert released.rated == 1
    assert files() == [("usage.csv", 3, 3, 0, 0, 0, 183, 183)]
    assert hits() == []


def month(count: int = 48) -> list[str]:
    """A month of calls; most of them can't be rated before masters are mended."""
    chance = random.Random(11)
    return [
        call(
            f"R-{n}" if n % 5 else "",
            start=f"2026-10-{chance.randrange(1, 31):02}T{chance.randrange(24):02}:{n:02}:00Z",
            called=chance.choice([ITALY, "+4722000000", "+902121234567"]),
            seconds=chance.randrange(4000),
            service=chance.choice([BO, "+4790000123"]),
        )
        for n in range(count)
    ]


def take_month(kari: Kari) -> None:
    """In three files that overlap, in parts of nine lines."""
    rows = month()
    for n, (first, last) in enumerate([(0, 20), (15, 35), (30, 48)]):
        path = kari.write([*rows[first:last], rows[first]], f"{n}.csv")
        kari.take_file(path, slice_rows=9)


@pytest.mark.parametrize("seed", range(4))
def test_mended_in_any_order_it_comes_to_what_right_masters_had_made(kari, seed):
    chance = random.Random(seed)
    mends: list[Mend] = [add_italy, add_bo, allow_more, lengthen]
    chance.shuffle(mends)
    kari.source.quantity_max = 2000
    shorten(kari)
    take_month(kari)
    assert SuspendedUsage.objects.values("reason").distinct().count() == 4

    for mend in mends:
        mend(kari)
        release(kari, slice_lines=chance.randrange(1, 9))
        assert hits() == []

    assert {state for *_, state in states()} == {"released"}
    outcome = summaries(), records(), counts()
    forget()
    take_month(kari)
    assert not SuspendedUsage.objects.exists()
    assert (summaries(), records(), counts()) == outcome


def test_a_release_killed_between_slices_goes_on_where_it_stopped(kari):
    kari.take([call(f"A-{n}", called=ITALY) for n in range(9)])
    add_italy(kari)

    def kill(_lines: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        release(kari, slice_lines=4, on_slice=kill)
    assert hits() == []
    released = release(kari)

    assert released.rated == 5
    assert UsageRecord.objects.count() == 9
    assert hits() == []


def test_a_release_killed_within_a_slice_stores_nothing_of_it(kari, monkeypatch):
    kari.take([call(called=ITALY)])
    add_italy(kari)

    def die(*_arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(release_module, "store_release", die)
        with pytest.raises(KeyboardInterrupt):
            release(kari)

    assert not UsageRecord.objects.exists()
    assert summaries() == []
    assert hits() == []


@pytest.mark.django_db(transaction=True)
def test_two_releases_and_an_import_at_once_rate_each_line_once(kari):
    take_month(kari)
    add_italy(kari)
    add_bo(kari)
    again = kari.write(month()[::-1], "again.csv")
    start = Barrier(3)
    failures: list[BaseException] = []

    def work(do: Callable[[], object]) -> None:
        try:
            start.wait()
            do()
        except BaseException as error:  # noqa: BLE001 – told to the test
            failures.append(error)
        finally:
            connection.close()

    jobs: list[Callable[[], object]] = [
        lambda: release(kari, slice_lines=3),
        lambda: release(kari, slice_lines=5),
        lambda: kari.take_file(again, slice_rows=7),
    ]
    threads = [Thread(target=work, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert hits() == []
    outcome = summaries()
    assert not SuspendedUsage.objects.filter(state="open").exists()
    forget()
    take_month(kari)
    assert summaries() == outcome
