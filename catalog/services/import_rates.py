"""Takes a file of rates into a deck: dated, compared, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from catalog.models import RateDeck, RateImport
from catalog.services.importing import rate_changes
from catalog.services.importing.rate_changes import PriceMove, RowDifference
from catalog.services.importing.rate_file import read_rates
from catalog.services.importing.rate_margins import thin_margins
from catalog.services.lock_imports import lock_imports
from core.errors import DomainError, InputProblem
from core.input_text import collector_paused, decode
from core.input_tree import Problems

MOVES_SHOWN = 5
CORRECTIONS_SHOWN = 200
REASON_MAX = 200
STEPS = 4


@dataclass(slots=True)
class RateImportResult:
    """How many rates are new, changed, ended and unchanged, and whose prices moved most.

    `superseded` counts those of the new, changed and ended ones that take the place of a rate that
    had started, by these words; `corrections` are the first of them by line.
    """

    new: int = 0
    changed: int = 0
    ended: int = 0
    unchanged: int = 0
    superseded: dict[str, int] = field(default_factory=dict)
    corrections: list[RowDifference] = field(default_factory=list)
    rises: list[PriceMove] = field(default_factory=list)
    falls: list[PriceMove] = field(default_factory=list)
    before_later_rates: int = 0
    looked_up: list[RowDifference] = field(default_factory=list)
    record: RateImport | None = None
    warnings: list[InputProblem] = field(default_factory=list)

    @property
    def has_changes(self) -> bool:
        """Whether anything is stored."""
        return bool(self.new or self.changed or self.ended)


def import_rates(
    content: bytes,
    *,
    file: str,
    deck: RateDeck,
    starts_on: date,
    as_of: date,
    now: datetime,
    by: str = "",
    correct: bool = False,
    reason: str = "",
    look_up: Sequence[str] = (),
    step: Callable[[], None] = lambda: None,
) -> RateImportResult:
    """Take the rates of a CSV file into `deck` (docs/formats.md, section 2).

    Rows hold from `starts_on`, a date in the deck's zone, unless they name another. A rate that
    has started by `as_of` never changes, unless the file is to `correct` it: then the file's rate
    takes its place, and what it has priced keeps its price until that is rated again. `by` says
    who takes it in and `reason` why, which a correction must say; of the prefixes in `look_up` the
    result tells each row. `step` is called after each of `STEPS` steps. Raises `InputRefused` with
    every problem, and `DomainError` for a correction without a reason; nothing is stored then.
    """
    if correct and not reason.strip():
        raise DomainError("Say why: prices that have held are corrected.")
    problems = Problems(file)
    with collector_paused():
        rows = read_rates(decode(content, file), deck, starts_on, problems)
    step()
    with transaction.atomic(), connection.cursor() as cursor:
        lock_imports()
        rate_changes.stage(cursor, rows)
        step()
        counts = rate_changes.compare(cursor, deck, as_of, correct=correct)
        for line, prefix, start in rate_changes.refused_rows(cursor):
            problems.add(
                line,
                f"prefix {prefix} has a rate from {start} that says otherwise and has started",
                "let it start later (--from, starts_on); if that rate was wrong, --correct it"
                " (“Correct” in the back office)",
            )
        problems.refuse_if_any()
        result = _counted(cursor, counts, correct=correct)
        result.looked_up = rate_changes.rows_of_prefixes(cursor, look_up) if look_up else []
        _look_at_prices(cursor, result, problems)
        step()
        if result.has_changes:
            result.record = RateImport.objects.create(
                deck=deck,
                file_name=Path(file).name[:200],
                sha256=sha256(content).hexdigest(),
                starts_on=starts_on,
                added=result.new,
                changed=result.changed,
                ended=result.ended,
                unchanged=result.unchanged,
                superseded=sum(result.superseded.values()),
                reason=reason.strip()[:REASON_MAX],
                imported_at=now,
                imported_by=by[:200],
            )
            rate_changes.store(cursor, deck, result.record)
            _look_at_margins(cursor, deck, result.record, problems)
    result.warnings = sorted(problems.warnings, key=lambda warning: warning.line)
    step()
    return result


def _counted(
    cursor: CursorWrapper, counts: Mapping[str, int], *, correct: bool
) -> RateImportResult:
    """The result by the kinds of rows, with what takes the place of rates that have started."""
    return RateImportResult(
        new=counts.get("new", 0),
        changed=counts.get("changed", 0),
        ended=counts.get("ended", 0),
        unchanged=counts.get("unchanged", 0),
        superseded=rate_changes.superseded_counts(cursor) if correct else {},
        corrections=rate_changes.corrections(cursor, CORRECTIONS_SHOWN) if correct else [],
    )


def _look_at_margins(
    cursor: CursorWrapper, deck: RateDeck, record: RateImport, problems: Problems
) -> None:
    """Warn of prices below cost, on the line that says them."""
    margins = list(thin_margins(cursor, deck, record))
    if not margins:
        return
    lines = rate_changes.lines_of(cursor, {margin.prefix for margin in margins})
    for margin in margins:
        problems.warn(
            lines.get((margin.prefix, margin.day), 1),
            f"prefix {margin.prefix} sells at {margin.price.normalize():f} per {margin.per};"
            f" {margin.bought_prefix} costs {margin.bought_price.normalize():f} per"
            f" {margin.bought_per} in deck {margin.bought_deck}",
            "check the price: it is below cost" + (" and margin" if deck.margin_floor else ""),
        )


def _look_at_prices(cursor: CursorWrapper, result: RateImportResult, problems: Problems) -> None:
    result.rises = rate_changes.largest_moves(cursor, MOVES_SHOWN, rises=True)
    result.falls = rate_changes.largest_moves(cursor, MOVES_SHOWN, rises=False)
    result.before_later_rates = rate_changes.rows_before_later_rates(cursor)
    for move in rate_changes.wild_moves(cursor):
        problems.warn(
            move.line,
            f"prefix {move.prefix} costs more than ten times what it did",
            "check price, per and connection_fee",
        )
