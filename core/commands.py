"""The shape of every command: dry runs, progress bars, row-level errors, exit codes.

Exit codes: 0 all done and nothing left over · 1 the input or the data needs a person (each
problem is printed) · 2 the command could not start: wrong arguments, unknown names.
"""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from argparse import ArgumentTypeError
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, ClassVar, cast

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from core.errors import DomainError, InputProblem, InputRefused
from core.history import changed_by
from core.services.deliver_events import deliver_events

PROBLEMS_PRINTED_MAX = 50
REASON_MAX = 200
INPUT_BYTES_MAX = 512 * 1024 * 1024


class CannotStart(Exception):
    """The command was called in a way that can't work: exit code 2."""


class TrunklineCommand(BaseCommand, ABC):
    """Base of all commands. Subclasses have `arguments` and `run`, which returns the exit code.

    What takes files in (`has_dry_run`) or changes masters, prices or rights (`changes_masters`)
    can be told why; the history keeps it. A command's own `--reason` is kept as well.
    """

    has_dry_run: ClassVar[bool] = False
    changes_masters: ClassVar[bool] = False
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the command's own arguments, and `--dry-run` where it has one."""
        if self.has_dry_run:
            parser.add_argument(
                "--dry-run", action="store_true", help="Say what would happen; store nothing."
            )
        self.arguments(parser)
        is_free = "--reason" not in parser._option_string_actions
        if is_free and (self.has_dry_run or self.changes_masters):
            parser.add_argument(
                "--reason", default="", help="Why; it stands in the history of what is changed."
            )

    def arguments(self, parser: CommandParser) -> None:
        """Add arguments; none by default."""

    @abstractmethod
    def run(self, *args: Any, **options: Any) -> int:
        """Do the work and return the exit code."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Run with errors in plain words; exit with the command's code when it isn't 0."""
        self.console = Console(file=cast(IO[str], self.stdout), highlight=False, soft_wrap=True)
        self.errors = Console(file=cast(IO[str], self.stderr), highlight=False, soft_wrap=True)
        source, reason = type(self).__module__.rsplit(".", 1)[-1], options.get("reason")
        try:
            # Where --reason picks rows it is a list, and no reason.
            why = reason if isinstance(reason, str) else ""
            with changed_by(channel="command", source=source, reason=why[:REASON_MAX]):
                code = self._run_dry(**options) if options.get("dry_run") else self.run(**options)
            if not options.get("dry_run"):
                # Where no worker runs, the news of a command is told by the command itself.
                deliver_events(timezone.now())
        except CannotStart as error:
            self.errors.print(f"[red]{error}[/red]", markup=True)
            code = 2
        except InputRefused as error:
            self.print_problems(error.problems)
            self.errors.print("Nothing was stored.")
            code = 1
        except DomainError as error:
            self.errors.print(str(error), markup=False)
            code = 1
        if code:
            sys.exit(code)

    def _run_dry(self, **options: Any) -> int:
        with transaction.atomic():
            code = self.run(**options)
            transaction.set_rollback(True)
        self.console.print("Dry run: nothing was stored.")
        return code

    def print_problems(self, problems: Iterable[InputProblem]) -> None:
        """Print each problem as `file:line: what; remedy`, and how many more there are."""
        problems = list(problems)
        for problem in problems[:PROBLEMS_PRINTED_MAX]:
            self.errors.print(str(problem), markup=False)
        if len(problems) > PROBLEMS_PRINTED_MAX:
            self.errors.print(f"… and {len(problems) - PROBLEMS_PRINTED_MAX} more.")

    def print_totals(self, title: str, rows: Iterable[tuple[str, object]]) -> None:
        """Print a two-column table of totals."""
        table = Table(title=title, title_justify="left", show_header=False, box=None)
        table.add_column()
        table.add_column(justify="right")
        for label, value in rows:
            table.add_row(label, f"{value:,}" if isinstance(value, int | Decimal) else str(value))
        self.console.print(table)

    @contextmanager
    def progress(self, text: str, total: int | None) -> Iterator[ProgressBar]:
        """A progress bar on standard error, drawn only where a person is looking."""
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        console = Console(stderr=True)
        with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
            yield ProgressBar(progress, progress.add_task(text, total=total))


class ProgressBar:
    """One bar; `advance` moves it."""

    def __init__(self, progress: Progress, task: Any) -> None:
        self._progress = progress
        self._task = task

    def show(self, done: int, total: int, text: str) -> None:
        """Set the bar to `done` of `total`, and its text."""
        self._progress.update(self._task, completed=done, total=total, description=text)

    def advance(self, steps: int = 1) -> None:
        """Move the bar on by `steps`."""
        self._progress.advance(self._task, steps)


def read_input(path: Path) -> bytes:
    """The bytes of an input file; one that isn't there or can't be read is exit code 2."""
    try:
        if path.stat().st_size > INPUT_BYTES_MAX:
            raise CannotStart(f"{path} is larger than {INPUT_BYTES_MAX:,} bytes; split it.")
        return path.read_bytes()
    except OSError as error:
        raise CannotStart(f"{path} can't be read: {error.strerror}.") from None


def date_argument(text: str) -> date:
    """An ISO date on the command line."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a date; write it as 2026-11-01") from None


def count_argument(text: str) -> int:
    """A number of 1 or more on the command line."""
    if not text.isdecimal() or not int(text):
        raise ArgumentTypeError(f"{text!r} is not a number of 1 or more")
    return int(text)


def month_argument(text: str) -> date:
    """An ISO month on the command line, as its first day."""
    try:
        return datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 – a month has no zone
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a month; write it as 2026-11") from None
