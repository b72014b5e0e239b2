"""The fast reader of rate files says what the exact one says, or leaves the file to it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from catalog.services.importing.rate_file import COLUMNS
from catalog.services.importing.rate_table import plain_table
from core.input_csv import parse_csv
from core.input_tree import Problems

CELLS = st.text(alphabet='47 ,;\t"\r\n.xü\x0b\x85', max_size=6)
HEADS = st.lists(st.sampled_from([*COLUMNS[:5], " Price ", "colour"]), min_size=1, max_size=4)


@given(
    HEADS, st.lists(st.lists(CELLS, min_size=1, max_size=4), max_size=5), st.sampled_from(",;\t")
)
def test_a_plain_file_is_read_as_the_exact_reader_reads_it(
    head: list[str], rows: list[list[str]], delimiter: str
) -> None:
    text = "\n".join(delimiter.join(row) for row in [head, *rows])

    fast = plain_table(text, COLUMNS, ("prefix",))

    if fast is not None:
        problems = Problems("rates.csv")
        assert parse_csv(text, problems, COLUMNS, ("prefix",)) == fast
        assert problems.found == []


@given(
    st.lists(st.tuples(*[st.text(alphabet="0479 .xü", max_size=5)] * 3), min_size=1, max_size=8),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_a_well_formed_file_is_plain(
    rows: list[tuple[str, str, str]], delimiter: str, line_end: str
) -> None:
    lines = [delimiter.join(row) for row in [("prefix", "destination", "price"), *rows]]

    fast = plain_table(line_end.join(lines) + line_end, COLUMNS, ("prefix",))

    assert fast is not None
    assert fast.columns["price"] == tuple(row[2] for row in rows)
    assert fast.columns["prefix"] == tuple(row[0] for row in rows)
    assert fast.lines == tuple(range(2, len(rows) + 2))


def test_what_is_not_plain_is_left_to_the_exact_reader() -> None:
    odd = [
        'prefix,price\n47,"1"\n',
        "prefix,price\n47\n",
        "prefix,price\n47,1\n\n46,1\n",
        "prefix,price\r47,1\r",
        "prefix,colour\n47,red\n",
        "prefix\n47\n",
        "",
    ]

    assert [plain_table(text, COLUMNS, ("prefix",)) for text in odd] == [None] * len(odd)
