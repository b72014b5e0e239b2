"""What became of lines of usage: counts, units and amounts, for a part and for a whole run."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from billing.usage.intake.events import Event, Trouble
from core.errors import InputProblem

PROBLEMS_KEPT_MAX = 1_000

Suspended = list[tuple[Event, Trouble]]


@dataclass(slots=True)
class PartTotals:
    """What became of a part's lines. Units by usage type, amounts in millionths by currency;
    `duplicate_units` are those that the duplicates say."""

    rows: int = 0
    rated: int = 0
    duplicates: int = 0
    duplicate_units: int = 0
    ignored: int = 0
    units: Counter[int] = field(default_factory=Counter)
    amounts: Counter[str] = field(default_factory=Counter)
    suspended: Suspended = field(default_factory=list)


@dataclass(slots=True)
class UsageTotals:
    """What became of all lines of a run.

    `suspended` counts lines by reason, `units` are rated seconds, messages and bytes by usage type
    (1, 2, 3), `amounts` millionths by currency. `problems` are the suspended lines, at most
    `PROBLEMS_KEPT_MAX` of them.
    """

    rows: int = 0
    rated: int = 0
    duplicates: int = 0
    ignored: int = 0
    suspended: Counter[str] = field(default_factory=Counter)
    units: Counter[int] = field(default_factory=Counter)
    amounts: Counter[str] = field(default_factory=Counter)
    problems: list[InputProblem] = field(default_factory=list)

    def add(self, name: str, totals: PartTotals) -> None:
        """Add a part's totals; `name` is how problems name the file."""
        self.rows += totals.rows
        self.rated += totals.rated
        self.duplicates += totals.duplicates
        self.ignored += totals.ignored
        self.units.update(totals.units)
        self.amounts.update(totals.amounts)
        for event, trouble in totals.suspended:
            self.suspended[str(trouble.reason)] += 1
            what = f"{trouble.reason}: {trouble.what}"
            self.tell(InputProblem(name, event.line.number, what, trouble.remedy))

    def tell(self, problem: InputProblem) -> None:
        """Keep the problem, unless there are many already."""
        if len(self.problems) < PROBLEMS_KEPT_MAX:
            self.problems.append(problem)
