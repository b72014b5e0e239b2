"""Rows that belong together are told apart the same way by tables and by sorting."""

from __future__ import annotations

import numpy as np
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from billing.usage.array_texts import integer_array, uuid_array
from billing.usage.groups import distinct_of, first_rows, groups_of

NEAR = st.integers(-40, 40)
FAR = st.integers(-(2**61), 2**61)


def test_groups_are_numbered_in_the_order_of_the_columns_and_named_by_their_first_rows():
    lines = np.array([7, 5, 7, 5, 7])
    days = np.array([20, 20, 19, 20, 20])

    firsts, group = groups_of([lines, days])

    assert group.tolist() == [2, 0, 1, 0, 2]
    assert firsts.tolist() == [1, 2, 0]


@given(st.lists(st.one_of(NEAR, FAR), max_size=50), st.booleans())
def test_what_is_distinct_is_what_sorting_says(values, close):
    column = np.array(values, np.int64) % 1_000 if close else np.array(values, np.int64)

    distinct, place = distinct_of(column)

    assert distinct.tolist() == sorted(set(column.tolist()))
    assert distinct[place].tolist() == column.tolist()


@given(st.lists(st.tuples(NEAR, FAR, NEAR, FAR), min_size=1, max_size=40), st.data())
def test_equal_rows_and_no_others_are_one_group(rows, data):
    again = data.draw(st.lists(st.sampled_from(rows), max_size=40))
    every = rows + again

    firsts, group = groups_of([np.array(column, np.int64) for column in zip(*every, strict=True)])

    ordered = sorted(set(every))
    assert [every[row] for row in firsts.tolist()] == ordered
    assert [ordered[at] for at in group.tolist()] == every
    assert firsts.tolist() == [every.index(row) for row in ordered]


def test_nothing_has_no_groups():
    firsts, group = first_rows(np.zeros(0, np.int64))

    assert len(firsts) == len(group) == 0


def test_arrays_are_written_as_the_database_reads_them(db):
    keys = np.frombuffer(bytes(range(32)), "V16")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT %s::bigint[], %s::uuid[]",
            [integer_array(np.array([-1, 2**62])), uuid_array(keys)],
        )
        integers, uuids = cursor.fetchone()

    assert integers == [-1, 2**62]
    assert [uuid.bytes for uuid in uuids] == [bytes(range(16)), bytes(range(16, 32))]
