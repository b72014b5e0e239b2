"""Measured figures beside what they are compared with, both of the same run."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

PAGE = Path(__file__).parents[2] / "docs" / "performance.md"


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` of the work, `floor` of what it is compared with, both in `unit`.

    The ratio is `value / floor`, at most `must`; with `is_gain` it is `floor / value`, at least
    `must`: how much slower is what we are compared with. `load` is what the machine was doing when
    the figure was complete, as its average of a minute.
    """

    name: str
    value: float
    floor: float
    floor_name: str
    must: float | None = None
    aim: float | None = None
    unit: str = "s"
    is_gain: bool = False
    load: float = field(default_factory=lambda: os.getloadavg()[0])

    @property
    def ratio(self) -> float:
        return self.floor / self.value if self.is_gain else self.value / self.floor

    @property
    def falls_short(self) -> bool:
        """Whether the ratio misses what it must reach."""
        if self.must is None:
            return False
        return self.ratio < self.must if self.is_gain else self.ratio > self.must

    @property
    def verdict(self) -> str:
        """How the ratio stands beside what it must and should be."""
        if self.must is None:
            return ""
        return "short" if self.falls_short else "ok"

    @property
    def cells(self) -> tuple[str, ...]:
        """One line of a table: name, value, floor, ratio, must, aim, verdict, load."""
        sign = "≥ " if self.is_gain else ""
        return (
            self.name,
            _with_unit(self.value, self.unit),
            self.floor_name,
            _with_unit(self.floor, self.unit),
            f"{self.ratio:.2f} ×" if self.ratio < 10 else f"{self.ratio:.0f} ×",
            _times(self.must, sign),
            _times(self.aim, sign),
            self.verdict,
            f"{self.load:.1f}",
        )


HEAD = ("figure", "value", "floor", "value", "ratio", "must", "aim", "", "load")


def seconds_of(work: Callable[[], object]) -> float:
    """How long the work took, by the wall clock."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def machine() -> str:
    """What the figures were measured on, for their reader."""
    return f"{os.cpu_count()} cores"


def print_figures(figures: list[Figure]) -> None:
    """One line per figure: name, value, floor, ratio, and the machine's load."""
    table = Table(*HEAD, box=None)
    for column in (1, 3, 4, 5, 6, 8):
        table.columns[column].justify = "right"
    for figure in figures:
        table.add_row(*figure.cells)
    console = Console(width=140)
    console.print(table)
    console.print(f"On {machine()}; load is the average of a minute.")


def write_figures(section: str, figures: Sequence[Figure], page: Path = PAGE) -> None:
    """Replace the figures of `section` on the page of performance, between its two marks."""
    rows = [HEAD, ("---",) * len(HEAD), *(figure.cells for figure in figures)]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    when = f"{datetime.now(UTC):%-d %B %Y}, {machine()}; load is the average of a minute."
    block = "\n".join([f"<!-- {section} -->", *lines, "", when, f"<!-- end of {section} -->"])
    text = page.read_text()
    marks = re.compile(f"<!-- {section} -->.*<!-- end of {section} -->", re.DOTALL)
    if not marks.search(text):
        raise ValueError(f"{page} has no place for the figures of {section}.")
    page.write_text(marks.sub(lambda _: block, text))


def _with_unit(value: float, unit: str) -> str:
    return f"{value:.2f} {unit}" if value < 100 else f"{value:,.0f} {unit}"


def _times(ratio: float | None, sign: str) -> str:
    return "" if ratio is None else f"{sign}{ratio:g} ×"
