"""Send the messages that wait in the outbox."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from accounts.models import Message
from accounts.services.requeue_message import requeue_message
from accounts.services.send_messages import send_messages
from core.commands import CannotStart, TrunklineCommand
from core.models import Brand


class Command(TrunklineCommand):
    help = "Send the messages that are due; exit code 1 if some could not be sent."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--brand", default="", help="Only this brand's messages.")
        parser.add_argument(
            "--failed", action="store_true", help="Try those again that failed for good."
        )

    def run(self, *, brand: str, failed: bool, **_options: Any) -> int:
        chosen = Brand.objects.filter(code=brand).first()
        if brand and chosen is None:
            raise CannotStart(f"There is no brand {brand}.")
        if failed:
            _try_again(chosen)
        totals = send_messages(clock=timezone.now, brand=chosen)
        self.print_totals(
            "Messages",
            [
                ("sent", totals.sent),
                ("no longer needed or wanted", totals.dropped),
                ("put off by quiet hours or caps", totals.waiting),
                ("refused, to be tried again", totals.refused),
                ("failed", totals.failed),
            ],
        )
        if totals.server_error:
            self.errors.print(f"Not everything could be sent: {totals.server_error}", markup=False)
        return 0 if totals.is_clean else 1


def _try_again(brand: Brand | None) -> None:
    messages = Message.objects.filter(state=Message.State.FAILED)
    for message in messages.filter(brand=brand) if brand else messages:
        requeue_message(message, now=timezone.now())
