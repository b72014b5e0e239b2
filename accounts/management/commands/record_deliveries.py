"""Take in what providers report of messages: delivered or bounced."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.services.record_delivery import record_delivery
from core.commands import TrunklineCommand, read_input
from core.errors import DomainError, InputProblem, InputRefused

COLUMNS = ("message_id", "state", "detail", "at")


class Command(TrunklineCommand):
    help = "Take in delivery reports from a CSV file: message_id, state, detail, at."
    has_dry_run = True

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="CSV with a header, in UTF-8.")

    def run(self, *, file: Path, **_options: Any) -> int:
        rows = self._read(file)
        problems = []
        with transaction.atomic():
            for line, row in rows:
                try:
                    self._record(row)
                except DomainError as error:
                    problems.append(InputProblem(file.name, line, str(error)))
            if problems:
                raise InputRefused(problems)
        self.print_totals("Delivery reports", [("recorded", len(rows))])
        return 0

    def _read(self, file: Path) -> list[tuple[int, dict[str, str]]]:
        try:
            text = read_input(file).decode("utf-8-sig")
        except UnicodeDecodeError:
            remedy = "save it as UTF-8"
            raise InputRefused([InputProblem(file.name, 1, "It is not UTF-8", remedy)]) from None
        reader = csv.DictReader(io.StringIO(text), restval="")
        if missing := set(COLUMNS) - set(reader.fieldnames or ()):
            what = f"The header lacks {', '.join(sorted(missing))}"
            raise InputRefused([InputProblem(file.name, 1, what, f"use {', '.join(COLUMNS)}")])
        return [(reader.line_num, row) for row in reader]

    def _record(self, row: dict[str, str]) -> None:
        at = _moment(row["at"].strip())
        record_delivery(
            row["message_id"].strip(), row["state"].strip(), detail=row["detail"].strip(), at=at
        )


def _moment(text: str) -> datetime:
    if not text:
        return timezone.now()
    try:
        at = parse_datetime(text)
    except ValueError:
        at = None
    if at is None or timezone.is_naive(at):
        raise DomainError(f"{text!r} is no moment with a zone; write 2026-11-19T09:00:00Z.")
    return at
