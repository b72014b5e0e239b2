"""One measured figure beside its floor, both of the same run."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Figure:
    """`seconds` of the work, `floor` of the least the database itself needs for its result."""

    name: str
    seconds: float
    floor: float
    floor_name: str
    must: float | None = None
    aim: float | None = None

    @property
    def ratio(self) -> float:
        return self.seconds / self.floor

    @property
    def falls_short(self) -> bool:
        """Whether the ratio is above what it must not exceed."""
        return self.must is not None and self.ratio > self.must

    @property
    def verdict(self) -> str:
        """How the ratio stands beside what it must and should be."""
        if self.must is None:
            return ""
        return "short" if self.falls_short else "ok"


def seconds_of(work: Callable[[], object]) -> float:
    """How long the work took, by the wall clock."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def print_figures(figures: list[Figure]) -> None:
    """One line per figure: name, value, floor, ratio, and the machine's load."""
    table = Table("figure", "seconds", "floor", "seconds", "ratio", "must", "aim", "", box=None)
    for column in (1, 3, 4, 5, 6):
        table.columns[column].justify = "right"
    for figure in figures:
        table.add_row(
            figure.name,
            f"{figure.seconds:.2f}",
            figure.floor_name,
            f"{figure.floor:.2f}",
            f"{figure.ratio:.1f} ×",
            _times(figure.must),
            _times(figure.aim),
            figure.verdict,
        )
    console = Console(width=120)
    console.print(table)
    console.print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


def _times(ratio: float | None) -> str:
    return "" if ratio is None else f"{ratio:g} ×"
