"""Runs the product's own commands and keeps what they say, as if somebody had typed them."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

from django.core.management import call_command

from core.errors import DomainError

NEEDS_PERSON = 1
_LAST_LINES = 15


class DemoFailed(DomainError):
    """A command did not do what the demo needs."""


class Typist:
    """Types commands; everything they print goes into a log, with their exit codes."""

    def __init__(self, log: Path) -> None:
        self.log = log

    def run(self, *words: object, may_need_person: bool = False) -> int:
        """Run `manage.py` with these words; raises DemoFailed with the last lines if it fails.

        Exit code 1 says that a person must look at something; some files are made so.
        """
        name, *arguments = map(str, words)
        output = StringIO()
        code = 0
        with _no_bars():
            try:
                call_command(name, *arguments, stdout=output, stderr=output)
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else NEEDS_PERSON
        text = output.getvalue()
        with self.log.open("a", encoding="utf-8") as file:
            file.write(f"$ manage.py {shlex.join((name, *arguments))}\n{text}")
            file.write(f"exit code {code}\n\n")
        if code and not (may_need_person and code == NEEDS_PERSON):
            tail = "\n".join(text.splitlines()[-_LAST_LINES:])
            raise DemoFailed(
                f"manage.py {name} ended with exit code {code}; all it said is in {self.log}:\n"
                f"{tail}"
            )
        return code


@contextmanager
def _no_bars() -> Iterator[None]:
    """The demo has a bar of its own; two on one screen would write over each other."""
    before = os.environ.get("TTY_COMPATIBLE")
    os.environ["TTY_COMPATIBLE"] = "0"
    try:
        yield
    finally:
        if before is None:
            del os.environ["TTY_COMPATIBLE"]
        else:
            os.environ["TTY_COMPATIBLE"] = before
