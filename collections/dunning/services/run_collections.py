"""One day's reminders of a brand: decide for every account that is late."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from core.models import Brand
from dunning.queries import late_items
from dunning.services.remind_account import Outcome, remind_account


@dataclass(slots=True)
class CollectionsRun:
    """Who is reminded, and who is late but not reminded, each with the reason."""

    reminded: list[Outcome] = field(default_factory=list)
    skipped: list[Outcome] = field(default_factory=list)

    @property
    def needs_person(self) -> bool:
        """Whether somebody stays unreminded until a person mends something."""
        return any(outcome.needs_person for outcome in self.skipped)


def run_collections(
    brand: Brand,
    *,
    as_of: date,
    clock: Callable[[], datetime],
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> CollectionsRun:
    """Queue the reminders that are due on `as_of` (a date in the brand's zone).

    Each account is a transaction of its own; a run that was stopped is simply run again. Sending
    is another step: `accounts.services.send_messages`.
    """
    run = CollectionsRun()
    accounts = list(late_items(brand, as_of))
    for done, account_id in enumerate(accounts, start=1):
        outcome = remind_account(account_id, as_of=as_of, at=clock())
        (run.reminded if outcome.message else run.skipped).append(outcome)
        progress(done, len(accounts))
    return run
