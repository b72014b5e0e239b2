"""Compares staged rates with a deck's own and stores what differs, in SQL, whole files at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.backends.utils import CursorWrapper

from catalog.models import RateDeck, RateImport
from catalog.services.importing.rate_file import STAGED

# Enough to sort 400,000 rates without the disk.
WORK_MEMORY_MB = 128

_STAGE = """
    CREATE TEMPORARY TABLE rate_stage (
        line integer NOT NULL,
        prefix varchar(15) NOT NULL,
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
        max_charge numeric(18, 6) NOT NULL
    ) ON COMMIT DROP
"""

# What a rate says, as one record: an ended one says nothing but that; empty first steps equal
# the next ones. Both sides have the same types, so equal values make equal records.
_CONTENT = """
    CASE WHEN NOT {0}.ended THEN ROW(
        {0}.price, {0}.per, {0}.connection_fee, coalesce({0}.first_increment, {0}.next_increment),
        coalesce({0}.first_price, {0}.price), {0}.next_increment, {0}.max_charge,
        {0}.category_id, {0}.destination
    ) END
"""

# One line of time for each prefix of the file: its rows and the deck's, a row of the file in the
# place of a stored one with the same start. Then each row is compared with the one before it.
# A content that is NULL is an ended rate, or none at all: that is the same to a customer.
_COMPARE = f"""
    CREATE TEMPORARY TABLE rate_change ON COMMIT DROP AS
    WITH stored AS (
        SELECT rate.* FROM catalog_rate rate
         WHERE rate.deck_id = %(deck)s AND rate.prefix IN (SELECT prefix FROM rate_stage)
    ), timeline AS (
        SELECT prefix, starts_on, stage.line, stored.id AS stored_id,
               CASE WHEN stage.line IS NULL THEN {_CONTENT.format("stored")}
                    ELSE {_CONTENT.format("stage")} END AS content,
               {_CONTENT.format("stored")} AS stored_content,
               stored.price AS stored_price, stored.per AS stored_per,
               stored.connection_fee AS stored_fee,
               coalesce(stage.price, stored.price) AS price,
               coalesce(stage.per, stored.per) AS per,
               coalesce(stage.connection_fee, stored.connection_fee) AS fee
          FROM rate_stage stage FULL JOIN stored USING (prefix, starts_on)
    ), compared AS (
        SELECT *,
               lag(content) OVER before AS content_before,
               lag(price) OVER before AS price_before,
               lag(per) OVER before AS per_before,
               lag(fee) OVER before AS fee_before,
               lead(starts_on) OVER before AS next_start,
               lead(line) OVER before AS next_line
          FROM timeline
        WINDOW before AS (PARTITION BY prefix ORDER BY starts_on)
    )
    SELECT line,
           stored_id AS replaces,
           next_start IS NOT NULL AND next_line IS NULL AS has_later,
           coalesce(stored_price, price_before) AS price_before,
           coalesce(stored_per, per_before) AS per_before,
           coalesce(stored_fee, fee_before) AS fee_before,
           CASE
               WHEN stored_id IS NOT NULL AND stored_content IS NOT DISTINCT FROM content
               THEN 'unchanged'
               WHEN stored_id IS NOT NULL AND starts_on <= %(as_of)s THEN 'refused'
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

_STORE = f"""
    INSERT INTO catalog_rate (deck_id, imported_by_id, {", ".join(STAGED[1:])})
    SELECT %(deck)s, %(import)s, {", ".join(STAGED[1:])}
      FROM rate_stage JOIN rate_change USING (line)
     WHERE kind IN ('new', 'changed', 'ended')
     ORDER BY prefix, starts_on
"""  # noqa: S608 – constants of this module

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


def stage(cursor: CursorWrapper, rows: Iterable[tuple[Any, ...]]) -> None:
    """Copy the file's rows into a table of the transaction."""
    cursor.execute("DROP TABLE IF EXISTS rate_stage, rate_change")
    cursor.execute(_STAGE)
    with cursor.copy(f"COPY rate_stage ({', '.join(STAGED)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    # The planner knows nothing yet of a deck that has just come in: without an index it may
    # compare every rate with every row.
    cursor.execute("CREATE INDEX ON rate_stage (prefix)")
    cursor.execute("ANALYZE rate_stage")


def compare(cursor: CursorWrapper, deck: RateDeck, as_of: date) -> dict[str, int]:
    """Say of each row what it is: new, changed, ended, unchanged or refused; the counts by kind.

    Refused is another price for a rate that is there and has started by `as_of`.
    """
    cursor.execute(f"SET LOCAL work_mem = '{WORK_MEMORY_MB}MB'")
    cursor.execute(_COMPARE, {"deck": deck.pk, "as_of": as_of})
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
    """Insert what is new, changed or ended; rates that have not started give way to it."""
    cursor.execute(
        "DELETE FROM catalog_rate USING rate_change"
        " WHERE catalog_rate.id = rate_change.replaces AND kind IN ('new', 'changed', 'ended')"
    )
    cursor.execute(_STORE, {"deck": deck.pk, "import": record.pk})
