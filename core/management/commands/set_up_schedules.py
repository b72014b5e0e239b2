"""Make the rows that say when each scheduled duty is done."""

from __future__ import annotations

from typing import Any

from core.commands import TrunklineCommand
from core.services.set_up_schedules import set_up_schedules


class Command(TrunklineCommand):
    help = "Add the schedules that are missing; those that are there stay as they are."

    def run(self, **_options: Any) -> int:
        made = set_up_schedules()
        self.console.print(
            f"Schedules added: {', '.join(made)}." if made else "Every schedule is there."
        )
        return 0
