"""Errors that are a user's to mend: plain words, never a traceback."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class DomainError(Exception):
    """Something asked for goes against the rules of the business; says what to do instead."""


@dataclass(frozen=True, slots=True)
class InputProblem:
    """One thing wrong in a file: where it stands, what it is, how to mend it."""

    file: str
    line: int
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        """`file:line: what, and how to mend it`."""
        return f"{self.file}:{self.line}: {self.what}" + (f"; {self.remedy}" if self.remedy else "")


class InputRefused(DomainError):
    """A file was refused as a whole: nothing of it was stored. Holds every problem found."""

    def __init__(self, problems: Sequence[InputProblem]) -> None:
        self.problems = list(problems)
        super().__init__(f"{len(self.problems)} problems in the input")
