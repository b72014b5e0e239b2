"""Undo an import as a whole."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from core.commands import CannotStart, TrunklineCommand
from core.models import ImportBatch
from core.services.revert_import import RevertRefused, revert_import


class Command(TrunklineCommand):
    help = (
        "Bring every row that an import touched back to what it was (docs/importing.md). Refused, "
        "with each reason, where something was changed or built on it since."
    )
    has_dry_run = True

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("id", type=int, metavar="ID", help="As list_imports shows it.")

    def run(self, *, id: int, **options: Any) -> int:  # noqa: A002 – the argument's name
        if not ImportBatch.objects.filter(pk=id).exists():
            raise CannotStart(f"There is no import {id}.")
        try:
            done = revert_import(id, user=None, channel="command", now=timezone.now())
        except RevertRefused as refused:
            for reason in refused.reasons:
                self.errors.print(reason, markup=False)
            self.errors.print("Nothing was changed.")
            return 1
        rows = (
            ("removed", done.removed),
            ("restored", done.restored),
            ("brought back", done.brought_back),
        )
        self.print_totals(f"Import {id} is reverted", rows)
        return 0
