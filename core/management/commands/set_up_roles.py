"""Make or renew the groups of staff."""

from __future__ import annotations

from typing import Any

from core.commands import TrunklineCommand
from core.roles import ROLES
from core.services.set_up_roles import set_up_roles


class Command(TrunklineCommand):
    help = "Make a group for each role of staff, or renew its rights; other groups stay."
    has_dry_run = True

    def run(self, **_options: Any) -> int:
        changes = set_up_roles()
        for role in ROLES:
            gained, lost = changes[role.name]
            change = f"{gained} rights added, {lost} taken away" if gained or lost else "unchanged"
            self.console.print(f"{role.name}: {role.does} ({change})", markup=False)
        return 0
