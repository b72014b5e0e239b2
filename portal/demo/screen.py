"""What a person sees while the demo is made: one bar, and a line for each step that is done."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


@dataclass(slots=True)
class Step:
    """A step; what is put into `said` stands behind its name when it is done."""

    name: str
    said: str = ""
    seconds: float = 0.0


@dataclass(slots=True)
class Screen:
    """Prints steps to `console`; the bar is drawn only where a person is looking."""

    console: Console
    steps_total: int
    done: list[Step] = field(default_factory=list)
    _bar: Progress | None = None

    @contextmanager
    def bar(self) -> Iterator[None]:
        """Show the bar as long as the block runs."""
        # Fixed now: the commands of the product are told that nobody looks at theirs.
        console = Console(stderr=True, force_terminal=sys.stderr.isatty())
        columns = (
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.description}"),
        )
        disabled = not console.is_terminal
        with Progress(*columns, console=console, transient=True, disable=disabled) as progress:
            self._bar = progress
            progress.add_task("", total=self.steps_total)
            yield
        self._bar = None

    @contextmanager
    def step(self, name: str) -> Iterator[Step]:
        """Do one step: its name under the bar meanwhile, its line with seconds afterwards."""
        step = Step(name)
        self._show(name, advance=0)
        began = time.perf_counter()
        yield step
        step.seconds = time.perf_counter() - began
        self.done.append(step)
        said = f": {step.said}" if step.said else ""
        self.console.print(f"{step.seconds:6.1f} s  {name}{said}", markup=False)
        self._show(name, advance=1)

    @property
    def seconds(self) -> float:
        """What all steps took."""
        return sum(step.seconds for step in self.done)

    def _show(self, name: str, advance: int) -> None:
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], description=name, advance=advance)
