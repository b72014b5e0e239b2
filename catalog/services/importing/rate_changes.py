"""Compares staged rates with a deck's own and stores what differs, in SQL, whole files at once."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.backends.utils import CursorWrapper
from psycopg import sql

from catalog.models import Rate, RateDeck, RateImport
from catalog.services.importing.rate_file import NOTHING, RateRows

# Enough to sort 400,000 rates without the disk.
WORK_MEMORY_MB = 128

# What is the same in every row of the file is the column's default.
_STAGE = """
    CREATE TEMPORARY TABLE rate_stage (
        line integer NOT NULL,
        prefix varchar(15) NOT NULL,
        band bigint NOT NULL,
        starts_on date NOT NULL,
        ended boolean NOT NULL,
        destination varchar(100) NOT NULL,
        category_id bigint,
        connection_fee numeric(18, 6) NOT NULL,
        per bigint NOT NULL,
        first_increment bigint,
        first_price numeric(18, 6),
        next_increment bigint NOT NULL,
        price numeric(18, 6) NOT NULL,
        max_charge numeric(18, 6) NOT NULL,
        steps varchar(500) NOT NULL
    ) ON COMMIT DROP
"""

# What a rate says, as one record: an ended one says nothing but that; empty first steps equal
# the next ones. Both sides have the same types, so equal values make equal records.
_CONTENT = """
    CASE WHEN NOT {0}.ended THEN ROW(
        {0}.price, {0}.per, {0}.connection_fee, coalesce({0}.first_increment, {0}.next_increment),
        coalesce({0}.first_price, {0}.price), {0}.next_increment, {0}.max_charge,
        {0}.category_id, {0}.destination, {0}.steps
    ) END
"""

# One line of time for each prefix and band of the file: its rows and the deck's, a row of the
# file in the place of a stored one with the same start. Then each row is compared with the one
# before it. A content that is NULL is an ended rate, or none at all: that is the same to a
# customer.
_COMPARE = f"""
    CREATE TEMPORARY TABLE rate_change ON COMMIT DROP AS
    WITH stored AS (
        SELECT rate.*, coalesce(rate.band_id, 0) AS band FROM catalog_rate rate
         WHERE rate.deck_id = %(deck)s AND rate.prefix IN (SELECT prefix FROM rate_stage)
           AND rate.superseded_by_id IS NULL
    ), timeline AS (
        SELECT prefix, band, starts_on, stage.line, stored.id AS stored_id,
               CASE WHEN stage.line IS NULL THEN {_CONTENT.format("stored")}
                    ELSE {_CONTENT.format("stage")} END AS content,
               {_CONTENT.format("stored")} AS stored_content,
               stored.price AS stored_price, stored.per AS stored_per,
               stored.connection_fee AS stored_fee,
               coalesce(stage.price, stored.price) AS price,
               coalesce(stage.per, stored.per) AS per,
               coalesce(stage.connection_fee, stored.connection_fee) AS fee
          FROM rate_stage stage FULL JOIN stored USING (prefix, band, starts_on)
    ), compared AS (
        SELECT *,
               lag(content) OVER before AS content_before,
               lag(price) OVER before AS price_before,
               lag(per) OVER before AS per_before,
               lag(fee) OVER before AS fee_before,
               lead(starts_on) OVER before AS next_start,
               lead(line) OVER before AS next_line
          FROM timeline
        WINDOW before AS (PARTITION BY prefix, band ORDER BY starts_on)
    )
    SELECT line,
           stored_id AS replaces,
           starts_on <= %(as_of)s AS has_started,
           next_start IS NOT NULL AND next_line IS NULL AS has_later,
           coalesce(stored_price, price_before) AS price_before,
           coalesce(stored_per, per_before) AS per_before,
           coalesce(stored_fee, fee_before) AS fee_before,
           CASE
               WHEN stored_id IS NOT NULL AND stored_content IS NOT DISTINCT FROM content
               THEN 'unchanged'
               WHEN stored_id IS NOT NULL AND starts_on <= %(as_of)s AND NOT %(correct)s
               THEN 'refused'
               WHEN stored_id IS NULL AND content_before IS NOT DISTINCT FROM content
               THEN 'unchanged'
               WHEN content IS NOT DISTINCT FROM NULL THEN 'ended'
               WHEN coalesce(stored_content, content_before) IS NOT DISTINCT FROM NULL
               THEN 'new'
               ELSE 'changed'
           END AS kind
      FROM compared
     WHERE line IS NOT NULL
"""  # noqa: S608 – constants of this module

_STORED_AS_THEY_ARE = (
    "prefix",
    "starts_on",
    "ended",
    "destination",
    "category_id",
    "connection_fee",
    "per",
    "first_increment",
    "first_price",
    "next_increment",
    "price",
    "max_charge",
    "steps",
)
_STORE = f"""
    INSERT INTO catalog_rate (deck_id, imported_by_id, band_id, {", ".join(_STORED_AS_THEY_ARE)})
    SELECT %(deck)s, %(import)s, nullif(band, 0), {", ".join(_STORED_AS_THEY_ARE)}
      FROM rate_stage JOIN rate_change USING (line)
     WHERE kind IN ('new', 'changed', 'ended')
     ORDER BY prefix, band, starts_on
"""  # noqa: S608 – constants of this module

# A row that takes the place of a rate that has started.
_SUPERSEDES = "kind IN ('new', 'changed', 'ended') AND has_started AND replaces IS NOT NULL"
_DIFFERENCE = "line, prefix, destination, starts_on, kind, price_before, per_before, price, per"

# Rates never change: those that are superseded are taken out and put back, marked.
_SET_ASIDE = f"""
    CREATE TEMPORARY TABLE rate_superseded ON COMMIT DROP AS
    SELECT rate.* FROM catalog_rate rate JOIN rate_change ON rate.id = rate_change.replaces
     WHERE {_SUPERSEDES}
"""  # noqa: S608 – constants of this module
_SUPERSEDED = ", ".join(
    str(field.column) for field in Rate._meta.concrete_fields if field.name != "superseded_by"
)
_SUPERSEDE = f"""
    INSERT INTO catalog_rate ({_SUPERSEDED}, superseded_by_id)
    SELECT {_SUPERSEDED}, %(import)s FROM rate_superseded
"""  # noqa: S608 – columns of the model

_MOVES = """
    SELECT line, prefix, destination, price_before, per_before, price, per,
           price / per - price_before / per_before AS change,
           price_before > 0 AND price / per > 10 * price_before / per_before
           OR fee_before > 0 AND connection_fee > 10 * fee_before AS is_wild
      FROM rate_stage JOIN rate_change USING (line)
     WHERE kind = 'changed'
"""


class PriceMove(NamedTuple):
    """A price that changes: both prices for their own number of units."""

    line: int
    prefix: str
    destination: str
    price_before: Decimal
    per_before: int
    price: Decimal
    per: int
    change: Decimal
    is_wild: bool


def stage(cursor: CursorWrapper, rows: RateRows) -> None:
    """Copy the file's rows into a table of the transaction."""
    cursor.execute("DROP TABLE IF EXISTS rate_stage, rate_change, rate_superseded")
    cursor.execute(_STAGE)
    for name, value in rows.constants.items():
        if value != NOTHING:
            default = sql.SQL("ALTER TABLE rate_stage ALTER {} SET DEFAULT {}").format(
                sql.Identifier(name), sql.Literal(value)
            )
            # As text: whoever listens to statements (the history does) reads texts.
            cursor.execute(default.as_string(cursor.connection))
    with cursor.copy(f"COPY rate_stage ({', '.join(rows.columns)}) FROM STDIN") as copy:
        copy.write(rows.copied())
    # The planner knows nothing yet of a deck that has just come in: without an index it may
    # compare every rate with every row.
    cursor.execute("CREATE INDEX ON rate_stage (prefix)")
    cursor.execute("ANALYZE rate_stage")


def compare(
    cursor: CursorWrapper, deck: RateDeck, as_of: date, *, correct: bool = False
) -> dict[str, int]:
    """Say of each row what it is: new, changed, ended, unchanged or refused; the counts by kind.

    Refused is another price for a rate that is there and has started by `as_of`, unless the rows
    are to `correct` such rates.
    """
    cursor.execute(f"SET LOCAL work_mem = '{WORK_MEMORY_MB}MB'")
    cursor.execute(_COMPARE, {"deck": deck.pk, "as_of": as_of, "correct": correct})
    cursor.execute("ANALYZE rate_change")
    cursor.execute("SELECT kind, count(*) FROM rate_change GROUP BY kind")
    return dict(cursor.fetchall())


def refused_rows(cursor: CursorWrapper) -> list[tuple[int, str, date]]:
    """Line, prefix and start of the rows that would change a rate that has started."""
    cursor.execute(
        "SELECT line, prefix, starts_on FROM rate_stage JOIN rate_change USING (line)"
        " WHERE kind = 'refused' ORDER BY line"
    )
    return [(line, prefix, start) for line, prefix, start in cursor.fetchall()]


class RowDifference(NamedTuple):
    """What one row of the file means for its prefix: its kind, and the price before and after."""

    line: int
    prefix: str
    destination: str
    starts_on: date
    kind: str
    price_before: Decimal | None
    per_before: int | None
    price: Decimal
    per: int


def superseded_counts(cursor: CursorWrapper) -> dict[str, int]:
    """How many rates that have started give way, by the kind of the row that takes their place."""
    cursor.execute(f"SELECT kind, count(*) FROM rate_change WHERE {_SUPERSEDES} GROUP BY kind")  # noqa: S608 – constants
    return dict(cursor.fetchall())


def corrections(cursor: CursorWrapper, count: int) -> list[RowDifference]:
    """The first rows, by line, that take the place of a rate that has started."""
    cursor.execute(
        f"SELECT {_DIFFERENCE} FROM rate_stage JOIN rate_change USING (line)"  # noqa: S608 – constants
        f" WHERE {_SUPERSEDES} ORDER BY line LIMIT %s",
        [count],
    )
    return [RowDifference(*row) for row in cursor.fetchall()]


def rows_of_prefixes(cursor: CursorWrapper, prefixes: Sequence[str]) -> list[RowDifference]:
    """What the file does to the prefixes asked for, row by row."""
    cursor.execute(
        f"SELECT {_DIFFERENCE} FROM rate_stage JOIN rate_change USING (line)"  # noqa: S608 – constants
        " WHERE prefix = ANY(%s) ORDER BY prefix, starts_on, line",
        [list(prefixes)],
    )
    return [RowDifference(*row) for row in cursor.fetchall()]


def lines_of(cursor: CursorWrapper, prefixes: set[str]) -> dict[tuple[str, date], int]:
    """The line on which the file names a prefix and its start."""
    cursor.execute(
        "SELECT prefix, starts_on, line FROM rate_stage WHERE prefix = ANY(%s) ORDER BY line DESC",
        [list(prefixes)],
    )
    return {(prefix, start): line for prefix, start, line in cursor.fetchall()}


def rows_before_later_rates(cursor: CursorWrapper) -> int:
    """How many new prices hold only until a rate that was there before takes over."""
    cursor.execute("SELECT count(*) FROM rate_change WHERE has_later AND kind <> 'unchanged'")
    return int(cursor.fetchone()[0])


def largest_moves(cursor: CursorWrapper, count: int, *, rises: bool) -> list[PriceMove]:
    """The largest rises or falls of the price of a unit."""
    sign, order = (">", "DESC") if rises else ("<", "ASC")
    cursor.execute(
        f"SELECT * FROM ({_MOVES}) moves WHERE change {sign} 0"  # noqa: S608 – constants
        f" ORDER BY change {order}, prefix LIMIT %s",
        [count],
    )
    return [PriceMove(*row) for row in cursor.fetchall()]


def wild_moves(cursor: CursorWrapper) -> list[PriceMove]:
    """Prices or connection fees that are more than ten times what they were."""
    cursor.execute(
        f"SELECT * FROM ({_MOVES}) moves WHERE is_wild ORDER BY line"  # noqa: S608 – constants
    )
    return [PriceMove(*row) for row in cursor.fetchall()]


def store(cursor: CursorWrapper, deck: RateDeck, record: RateImport) -> None:
    """Insert what is new, changed or ended; rates that have not started give way to it.

    Those that give way are kept with the record, so that reverting can put them back. One that has
    started is superseded: it stays for what it has priced, under its id.
    """
    cursor.execute(
        "SELECT 1 FROM rate_change WHERE replaces IS NOT NULL"
        " AND kind IN ('new', 'changed', 'ended') LIMIT 1"
    )
    if cursor.fetchone():
        record.replaced = _kept(cursor)
        record.save(update_fields=["replaced"])
        cursor.execute(_SET_ASIDE)
        cursor.execute(
            "DELETE FROM catalog_rate USING rate_change"
            " WHERE catalog_rate.id = rate_change.replaces"
            " AND kind IN ('new', 'changed', 'ended')"
        )
        cursor.execute(_SUPERSEDE, {"import": record.pk})
    cursor.execute(_STORE, {"deck": deck.pk, "import": record.pk})


def _kept(cursor: CursorWrapper) -> bytes:
    """The rates that give way, as a line of column names and lines of COPY, compressed."""
    columns = ", ".join(str(field.column) for field in Rate._meta.concrete_fields)
    with cursor.copy(
        f"COPY (SELECT {columns} FROM catalog_rate WHERE id IN (SELECT replaces FROM rate_change"  # noqa: S608 – columns
        " WHERE kind IN ('new', 'changed', 'ended'))) TO STDOUT"
    ) as copy:
        rows = b"".join(bytes(block) for block in copy)
    return zlib.compress(columns.encode() + b"\n" + rows, 1)


def put_back(cursor: CursorWrapper, replaced: bytes) -> None:
    """Insert the rates that an import had replaced, with the ids they had."""
    columns, _, rows = zlib.decompress(replaced).partition(b"\n")
    names = sql.SQL(", ").join(sql.Identifier(name) for name in columns.decode().split(", "))
    with cursor.copy(sql.SQL("COPY catalog_rate ({}) FROM STDIN").format(names)) as copy:
        copy.write(rows)
