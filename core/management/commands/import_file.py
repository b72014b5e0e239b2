"""Take a file of another system in, by a mapping of its columns to ours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import yaml
from django.core.management.base import CommandParser
from django.db import transaction
from django.utils import timezone

from core.commands import CannotStart, TrunklineCommand, date_argument, read_input
from core.imports.foreign_file import read_foreign
from core.imports.kinds import kind_of, known_import_kinds
from core.imports.mapping import MappingRefused, write_mapping
from core.imports.queries import same_import
from core.imports.run import Outcome
from core.imports.suggest import suggest_mapping
from core.input_printing import print_report
from core.models import Brand, ImportBatch
from core.services.apply_import import apply_import
from core.services.keep_import import start_import

STEPS = 6


class Command(TrunklineCommand):
    help = (
        "Take a file in by a mapping (docs/importing.md). Every row is checked first; nothing is "
        "stored while one can't be taken in, unless --leave-out says otherwise. Kinds of files are "
        "listed by --suggest without a file's mapping, or by an unknown KIND."
    )
    has_dry_run = True

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", metavar="KIND", help="What the file holds: accounts, people …")
        parser.add_argument("file", type=Path, metavar="FILE", help="CSV, JSON lines or YAML.")
        parser.add_argument(
            "--mapping", type=Path, metavar="FILE.yaml", help="How its columns become ours."
        )
        parser.add_argument("--brand", metavar="CODE", help="The only brand it may touch.")
        parser.add_argument(
            "--option", action="append", default=[], metavar="NAME=VALUE",
            help="What the kind wants to know beside the file, as deck=VOICE.",
        )  # fmt: skip
        parser.add_argument(
            "--leave-out", action="store_true", help="Take in the sound rows, tell the others."
        )
        parser.add_argument(
            "--suggest", action="store_true", help="Print a mapping guessed from the header."
        )
        parser.add_argument(
            "--as-of", type=date_argument, metavar="DATE", help="Today, if not the clock's."
        )

    def run(self, *, kind: str, file: Path, suggest: bool, **options: Any) -> int:
        if kind not in {item.code for item in known_import_kinds()}:
            known = ", ".join(sorted(item.code for item in known_import_kinds()))
            raise CannotStart(f"There are no files of the kind {kind}; known are: {known}.")
        content = read_input(file)
        if suggest:
            return self._suggest(kind, file, content)
        make_batch = partial(self._batch, kind, file, content, **options)
        return self._store(make_batch, options["as_of"] or timezone.localdate())

    def _batch(
        self,
        kind: str,
        file: Path,
        content: bytes,
        *,
        mapping: Path | None,
        brand: str | None,
        option: list[str],
        leave_out: bool,
        **_: Any,
    ) -> ImportBatch:
        chosen = None
        if brand:
            chosen = Brand.objects.filter(code=brand).first()
            if chosen is None:
                raise CannotStart(f"There is no brand called {brand}.")
        said: dict[str, Any] = dict(_option(text) for text in option)
        if leave_out:
            said["leave_out"] = True
        return start_import(
            kind,
            content,
            file=str(file),
            now=timezone.now(),
            brand=chosen,
            mapping=_read_mapping(mapping) if mapping else None,
            options=said,
            state=ImportBatch.State.APPLYING,
        )

    def _store(self, make_batch: Callable[[], ImportBatch], as_of: date) -> int:
        """All in one transaction: what is refused leaves no trace."""
        outcomes: list[Outcome] = []
        try:
            with self.progress("Taking in", total=STEPS) as bar, transaction.atomic():
                batch = make_batch()
                apply_import(
                    batch.pk,
                    channel="command",
                    now=timezone.now(),
                    as_of=as_of,
                    step=bar.advance,
                    told=outcomes.append,
                )
        except MappingRefused as refused:
            raise CannotStart("\n".join(refused.reasons)) from None
        print_report(self, outcomes[0].report)
        self.print_problems(outcomes[0].problems)
        self._tell_of_before(batch)
        self.console.print(f"Taken in as import {batch.pk}.")
        return 1 if outcomes[0].problems else 0

    def _tell_of_before(self, batch: ImportBatch) -> None:
        before = same_import(batch)
        if before is not None and before.applied_at is not None:
            day = before.applied_at.date()
            self.console.print(f"The same file was taken in on {day} as import {before.pk}.")

    def _suggest(self, kind: str, file: Path, content: bytes) -> int:
        known = kind_of(kind)
        suggested = suggest_mapping(read_foreign(content, str(file)), known.fields)
        text = yaml.safe_dump(write_mapping(suggested), allow_unicode=True, sort_keys=False)
        self.console.print(text, markup=False, end="")
        missing = [
            item.name
            for item in known.fields
            if item.required and item.name not in suggested.sources
        ]
        for name in missing:
            self.errors.print(f"No column found for {name}, which is needed.")
        return 1 if missing else 0


def _option(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise CannotStart(f"Write an option as NAME=VALUE, not {text!r}.")
    return name.strip(), value.strip()


def _read_mapping(path: Path) -> dict[str, Any]:
    try:
        data = yaml.load(read_input(path), Loader=yaml.BaseLoader)  # noqa: S506 – texts only
    except yaml.YAMLError as error:
        raise CannotStart(f"{path} is not YAML: {error}") from None
    if not isinstance(data, dict):
        raise CannotStart(f"{path}: a mapping begins with fields:")
    return data
