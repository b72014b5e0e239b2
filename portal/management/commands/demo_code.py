"""Print the code of a demo login's second factor, as an authenticator app would show it."""

from __future__ import annotations

import time
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management.base import CommandParser

from core.commands import CannotStart, TrunklineCommand
from portal.demo.house import State, state_of_database
from portal.demo.logins import ADMIN_EMAIL, STAFF, current_code


class Command(TrunklineCommand):
    help = "Print the current code of a demo's member of staff. Works only where a demo was made."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", nargs="?", default=ADMIN_EMAIL, help="The login.")

    def run(self, *, email: str, **options: Any) -> int:
        if state_of_database() is not State.DEMO:
            raise CannotStart("There is no demo in this database; make one with bin/demo.")
        known = [login.email for login in STAFF]
        if email not in known:
            raise CannotStart(f"The demo's members of staff are {' and '.join(known)}.")
        try:
            code, seconds = current_code(email, epoch_seconds=int(time.time()))
        except Authenticator.DoesNotExist:
            raise CannotStart(f"{email} has no second factor any more; demo --reset.") from None
        self.console.print(code)
        self.errors.print(f"Good for {seconds} seconds, once.")
        return 0
