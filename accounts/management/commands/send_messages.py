"""Send the messages that wait in the outbox."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from accounts.services.send_messages import send_messages
from core.commands import CannotStart, TrunklineCommand
from core.models import Brand


class Command(TrunklineCommand):
    help = "Send the e-mails that wait in the outbox; exit code 1 if some could not be sent."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--brand", default="", help="Only this brand's messages.")

    def run(self, *, brand: str, **_options: Any) -> int:
        chosen = Brand.objects.filter(code=brand).first()
        if brand and chosen is None:
            raise CannotStart(f"There is no brand {brand}.")
        totals = send_messages(clock=timezone.now, brand=chosen)
        self.print_totals(
            "Messages",
            [
                ("sent", totals.sent),
                ("no longer needed", totals.dropped),
                ("refused, to be tried again", totals.refused),
                ("failed", totals.failed),
            ],
        )
        if totals.server_error:
            self.errors.print(
                f"The mail server does not answer: {totals.server_error}", markup=False
            )
        return 0 if totals.is_clean else 1
