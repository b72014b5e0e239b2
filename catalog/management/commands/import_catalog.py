"""Take a catalogue in: legal entities, brands, taxes, decks, products, plans, sources."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from catalog.services.import_catalog import import_catalog
from core.commands import TrunklineCommand, read_input
from core.input_printing import print_report
from core.services.apply_import import recorded_import


class Command(TrunklineCommand):
    help = "Take in a catalogue (docs/formats.md, section 1)."
    has_dry_run = True

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", type=Path, metavar="FILE.yaml", help="The catalogue, or a part of it."
        )

    def run(self, *, file: Path, **options: Any) -> int:
        with self.progress(f"Reading {file.name}", total=None):
            content, now = read_input(file), timezone.now()
            with recorded_import("catalogue", content, file=str(file), now=now) as recording:
                report = recording.report = import_catalog(
                    content, file=str(file), folder=file.parent, now=now
                )
        print_report(self, report)
        self.console.print(f"Recorded as import {recording.batch.pk}.")
        return 0
