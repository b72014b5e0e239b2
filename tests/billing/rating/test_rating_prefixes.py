"""billing.rating.prefixes: keys of numbers, and the longest prefix among ranges of keys."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.rating.prefixes import compile_prefixes, encode_numbers, encode_values

digits = st.text("0123456789", max_size=18)


def longest(prefixes, number):
    table = compile_prefixes(
        prefixes, np.zeros(len(prefixes), np.int64), np.zeros(len(prefixes), np.bool_)
    )
    place = int(table.match(encode_numbers([number]), np.zeros(1, np.int64))[0])
    return None if place < 0 else prefixes[place]


@given(st.lists(digits, max_size=20))
def test_keys_sort_as_the_first_fifteen_digits_do(numbers):
    keys = encode_numbers(numbers).keys.tolist()

    cut = [number[:15] for number in numbers]
    assert sorted(cut) == [cut[place] for place in np.argsort(keys, kind="stable")]
    assert len(set(keys)) == len(set(cut))


@given(st.lists(digits, max_size=20))
def test_strings_bytes_and_integers_make_the_same_keys(numbers):
    keys = encode_numbers(numbers).keys

    as_bytes = np.array([number.encode() for number in numbers], "S18")
    values = np.array([int(number or 0) for number in numbers], np.int64)
    lengths = np.array([len(number) for number in numbers], np.int8)
    assert (encode_numbers(as_bytes).keys == keys).all()
    assert (encode_values(values, lengths).keys == keys).all()


@pytest.mark.parametrize("number", ["+47", "47 1", " 47", "-1", "4a", "٤٧", "4\x007", "4.7"])
def test_anything_but_digits_is_refused(number):
    with pytest.raises(ValueError, match="digits 0-9"):
        encode_numbers(["4712345678", number])


@pytest.mark.parametrize(("value", "length"), [(-1, 2), (47, 1), (1, 0), (0, 19), (0, -1)])
def test_a_value_that_does_not_fit_its_length_is_refused(value, length):
    with pytest.raises(ValueError, match="digits"):
        encode_values(np.array([value]), np.array([length]))


@pytest.mark.parametrize(
    ("prefixes", "number", "prefix"),
    [
        (["470"], "47", None),
        (["470"], "470", "470"),
        (["470", "47"], "4700", "470"),
        (["470", "47"], "47", "47"),
        (["470", "47"], "471", "47"),
        (["0", "00"], "0", "0"),
        (["0", "00"], "00", "00"),
        (["0", "00"], "01", "0"),
        (["1", "11", "112"], "112", "112"),
        (["1", "11", "1120"], "112", "11"),
        (["112"], "1120", "112"),
        (["112"], "11", None),
        (["9", "99", "999"], "9989", "99"),
        (["9" * 15], "9" * 15, "9" * 15),
        (["9" * 15], "9" * 17, "9" * 15),
        (["9" * 15], "9" * 14, None),
        (["0" * 15, ""], "0" * 16, "0" * 15),
        ([""], "", ""),
        (["", "0"], "", ""),
        (["0"], "", None),
        ([], "47", None),
    ],
)
def test_a_number_matches_the_longest_prefix_it_begins_with(prefixes, number, prefix):
    assert longest(prefixes, number) == prefix
    assert longest(prefixes[::-1], number) == prefix


@given(
    st.lists(st.text("01289", max_size=5), unique=True, max_size=30),
    st.lists(st.text("01289", max_size=7), max_size=30),
)
def test_matching_equals_trying_every_length(prefixes, numbers):
    for number in numbers:
        fitting = [prefix for prefix in prefixes if number.startswith(prefix)]
        assert longest(prefixes, number) == max(fitting, key=len, default=None)


def test_a_batch_keeps_its_order_and_may_be_sliced():
    prefixes = ["47", "46", "471"]
    table = compile_prefixes(prefixes, np.zeros(3, np.int64), np.zeros(3, np.bool_))
    numbers = encode_numbers(["471", "99", "46", "47", "4601"])

    found = table.match(numbers, np.zeros(5, np.int64))

    assert found.tolist() == [2, -1, 1, 0, 1]
    assert table.match(numbers[1:3], np.zeros(2, np.int64)).tolist() == [-1, 1]
    assert table.match(numbers[found >= 0], np.zeros(4, np.int64)).tolist() == [2, 1, 0, 1]
