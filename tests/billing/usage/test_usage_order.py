"""Whole, split, shuffled, twice, interrupted, at once: the same usage costs the same."""

from __future__ import annotations

import random
from itertools import pairwise
from threading import Barrier, Thread

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.usage.models import SuspendedUsage, UsageFile, UsageRecord, UsageSummary
from billing.usage.services import take_in_slice as slice_module
from billing.usage.services.import_usage_file import import_usage_file
from tests import make
from tests.billing.usage.kari import NOW, Kari, call, forget, hits, summaries


def lines(count: int = 60) -> list[str]:
    """A month of calls, every twelfth of them without a price."""
    chance = random.Random(7)
    numbers = ["+4722000000", "+4790111222", "+902121234567"]
    return [
        call(
            f"R-{n}",
            start=f"2026-10-{chance.randrange(1, 32):02}T{chance.randrange(24):02}:15:00Z",
            called="+390612345" if n % 12 == 0 else chance.choice(numbers),
            seconds=chance.randrange(4000),
        )
        for n in range(count)
    ]


def suspended() -> list[tuple[str, str]]:
    return sorted(SuspendedUsage.objects.values_list("raw", "reason"))


def whole(kari: Kari, rows: list[str]) -> tuple[object, object]:
    """What the rows come to in one file; forgotten afterwards."""
    kari.take(rows)
    outcome = summaries(), suspended()
    forget()
    return outcome


def test_split_into_seven_files_it_comes_to_the_same(kari):
    rows = lines()
    expected = whole(kari, rows)

    for n in range(7):
        kari.take(rows[n::7], f"piece-{n}.csv")

    assert (summaries(), suspended()) == expected
    assert hits() == []


def test_shuffled_and_in_small_parts_it_comes_to_the_same(kari):
    rows = lines()
    expected = whole(kari, rows)
    random.Random(3).shuffle(rows)

    kari.take_file(kari.write(rows), slice_rows=7)

    assert (summaries(), suspended()) == expected
    assert hits() == []


def test_the_same_file_again_stores_nothing_under_whatever_name(kari):
    rows = lines()
    kari.take(rows, "usage.csv")
    before = summaries()

    again = kari.take(rows, "usage.csv")
    renamed = kari.take(rows, "other.csv")

    assert again.known is not None
    assert renamed.known is not None
    assert renamed.known.name == "usage.csv"
    assert summaries() == before
    assert UsageFile.objects.count() == 1


def test_reordered_and_sent_again_every_line_is_a_duplicate(kari):
    rows = lines()
    kari.take(rows, "usage.csv")
    before = summaries(), suspended()

    again = kari.take(list(reversed(rows)), "reversed.csv")

    assert (again.rows, again.duplicates, again.rated) == (60, 60, 0)
    assert (summaries(), suspended()) == before
    assert hits() == []


def test_overlapping_files_count_each_record_once(kari):
    rows = lines()
    expected = whole(kari, rows)

    kari.take(rows[:40], "first.csv")
    second = kari.take(rows[30:], "second.csv")

    assert second.duplicates == 10
    assert (summaries(), suspended()) == expected
    assert hits() == []


def test_records_without_ids_are_known_by_what_they_say(kari):
    rows = [call("", seconds=61), call("", seconds=62), call("", seconds=61)]

    imported = kari.take(rows)

    assert (imported.rated, imported.duplicates) == (2, 1)


def test_the_same_id_of_two_sources_is_two_records(kari):
    other = make.make_source(kari.brand, "OTHER")
    kari.take([call()], "one.csv")

    imported = kari.take([call()], "two.csv", source=other)

    assert imported.rated == 1


def test_an_import_killed_between_parts_goes_on_where_it_stopped(kari):
    rows = lines()
    expected = whole(kari, rows)
    path = kari.write(rows)
    parts: list[int] = []

    def kill(rows: int) -> None:
        parts.append(rows)
        if len(parts) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        kari.take_file(path, slice_rows=20, on_slice=kill)
    file = UsageFile.objects.get()
    stored = UsageRecord.objects.count()
    resumed = kari.take_file(path, slice_rows=20)

    assert (file.state, file.rows, file.slices.count()) == ("loading", 0, 3)
    assert stored < UsageRecord.objects.count()
    assert (resumed.resumed_after, resumed.rows) == (41, 20)
    assert (summaries(), suspended()) == expected
    file.refresh_from_db()
    assert (file.state, file.rows) == ("done", 60)
    assert hits() == []


def test_an_import_killed_within_a_part_stores_nothing_of_it(kari, monkeypatch):
    rows = lines()
    expected = whole(kari, rows)
    path = kari.write(rows)

    def die(*_arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(slice_module, "store_suspended", die)
        with pytest.raises(KeyboardInterrupt):
            kari.take_file(path, slice_rows=20)
    assert not UsageRecord.objects.exists()
    assert not UsageSummary.objects.exists()
    file = UsageFile.objects.get()
    assert (file.state, file.slices.count()) == ("loading", 0)

    kari.take_file(path, slice_rows=20)

    assert (summaries(), suspended()) == expected


def test_an_import_may_be_resumed_with_parts_of_another_size(kari):
    rows = lines()
    expected = whole(kari, rows)
    path = kari.write(rows)

    def kill(_rows: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        kari.take_file(path, slice_rows=13, on_slice=kill)
    kari.take_file(path, slice_rows=50)

    assert (summaries(), suspended()) == expected
    assert hits() == []


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    order=st.permutations(range(24)),
    cuts=st.lists(st.integers(1, 23), max_size=4, unique=True),
    slice_rows=st.integers(4, 30),
)
def test_summaries_are_the_sums_of_records_however_they_came(kari, order, cuts, slice_rows):
    rows = lines(24)
    expected = whole(kari, rows)
    edges = [0, *sorted(cuts), 24]

    for n, (first, last) in enumerate(pairwise(edges)):
        # Each piece repeats the last line of the one before it.
        piece = [rows[index] for index in order[max(first - 1, 0) : last]]
        kari.take_file(kari.write(piece, f"{n}.csv"), slice_rows=slice_rows)

    assert (summaries(), suspended()) == expected
    assert hits() == []
    forget()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("overlap", [60, 30])
def test_two_processes_at_once_count_each_record_once(kari, overlap):
    rows = lines()
    files = [kari.write(rows, "one.csv"), kari.write(rows[60 - overlap :], "two.csv")]
    start = Barrier(2)
    failures: list[BaseException] = []

    def work(path) -> None:
        try:
            start.wait()
            import_usage_file(source=kari.source, path=path, now=NOW, slice_rows=5)
        except BaseException as error:  # noqa: BLE001 – told to the test
            failures.append(error)
        finally:
            connection.close()

    threads = [Thread(target=work, args=(path,)) for path in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert hits() == []
    outcome = summaries(), suspended()
    forget()
    assert outcome == whole(kari, rows)


@pytest.mark.django_db(transaction=True)
def test_two_sources_at_once_come_to_what_they_come_to_one_after_the_other(kari):
    other = make.make_source(kari.brand, "OTHER")
    rows = lines()
    works = [(kari.source, kari.write(rows, "one.csv")), (other, kari.write(rows, "two.csv"))]
    for source, path in works:
        kari.take_file(path, source=source)
    expected = summaries(), suspended()
    forget()
    start = Barrier(2)
    failures: list[BaseException] = []

    def work(source, path) -> None:
        try:
            start.wait()
            import_usage_file(source=source, path=path, now=NOW, slice_rows=5)
        except BaseException as error:  # noqa: BLE001 – told to the test
            failures.append(error)
        finally:
            connection.close()

    threads = [Thread(target=work, args=arguments) for arguments in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert (summaries(), suspended()) == expected
    assert hits() == []
