"""Watch a folder for usage files of a source, and take in those that are complete."""

from __future__ import annotations

import signal
from pathlib import Path
from threading import Event
from typing import Any

from django.core.management.base import CommandParser
from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from billing.management.usage_command import UsageCommand
from billing.usage.arrivals.finished_files import FolderRules
from billing.usage.arrivals.services.take_folder import REFUSED, FolderTaken, take_folder
from billing.usage.models import UsageSource
from core.commands import CannotStart


class Command(UsageCommand):
    help = "Take in the complete usage files of a folder, again and again until it is stopped."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="Where the files arrive.")
        parser.add_argument("--source", required=True, help="Code of the usage source.")
        parser.add_argument(
            "--settle",
            type=int,
            default=60,
            help="A file is complete when nobody changed it for so many seconds (default: 60).",
        )
        parser.add_argument(
            "--marker",
            default="",
            help="A file is complete when a file with this end stands beside it, such as .done.",
        )
        parser.add_argument(
            "--every", type=int, default=10, help="Seconds between two looks (default: 10)."
        )
        parser.add_argument("--once", action="store_true", help="Look once, then stop.")

    def run(
        self,
        *,
        folder: Path,
        source: str,
        settle: int,
        marker: str,
        every: int,
        once: bool,
        **options: Any,
    ) -> int:
        found = self.find_source(source)
        if not folder.is_dir():
            raise CannotStart(f"There is no folder {folder}.")
        if settle < 0 or every < 1:
            raise CannotStart("--settle is 0 or more, --every 1 or more.")
        rules = FolderRules(settle_seconds=settle, marker=marker)
        self._told: set[str] = set()
        if once:
            return self._look(found, folder, rules)
        stopped = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopped.set())
        code = 0
        while not stopped.is_set():
            close_old_connections()
            try:
                # Its settings may have been mended since.
                code = max(code, self._look(self.find_source(source), folder, rules))
            except DatabaseError as error:
                self.errors.print(f"The database does not answer: {error}", markup=False)
                connection.close()
            stopped.wait(every)
        return code

    def _look(self, source: UsageSource, folder: Path, rules: FolderRules) -> int:
        try:
            result = take_folder(source=source, folder=folder, rules=rules, now=timezone.now())
        except OSError as error:
            raise CannotStart(f"{folder} can't be used: {error.strerror}.") from None
        self._tell(folder, result)
        return 1 if result.needs_a_person else 0

    def _tell(self, folder: Path, result: FolderTaken) -> None:
        for file in result.taken:
            self.tell_imported(file)
        for name, problems in result.refused.items():
            self.print_problems(problems)
            self.errors.print(
                f"{folder / name}: refused; it lies in {folder / REFUSED} with the reason beside "
                "it, and nothing of it was stored.",
                markup=False,
            )
        for sentence in result.troubles:
            self._tell_once(sentence)
        for name in result.strangers:
            self._tell_once(f"{folder / name}: left alone: the source names its files otherwise.")

    def _tell_once(self, sentence: str) -> None:
        if sentence not in self._told:
            self._told.add(sentence)
            self.errors.print(sentence, markup=False)
