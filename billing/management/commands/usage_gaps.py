"""List the usage files that are missing or came late, or accept that one won't come."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from billing.usage.arrivals.queries import completeness_of, sources_with_files
from billing.usage.arrivals.services.accept_gap import accept_gap
from billing.usage.models import UsageSource
from core.commands import CannotStart, TrunklineCommand


class Command(TrunklineCommand):
    help = "List usage files that are missing or came late; with --accept go on without one."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--source", default="", help="Only this source (its code).")
        parser.add_argument(
            "--accept",
            action="append",
            default=[],
            metavar="GAP",
            help="The gap, as it is listed, that nobody waits for; may be given several times.",
        )
        parser.add_argument("--reason", default="", help="Why, with --accept.")

    def run(self, *, source: str, accept: list[str], reason: str, **options: Any) -> int:
        now = timezone.now()
        sources = sources_with_files()
        if source:
            sources = [each for each in sources if each.code == source]
            if not sources:
                raise CannotStart(f"There is no usage source {source}.")
        if accept and not source:
            raise CannotStart("Say of which --source the gap is.")
        if accept and not reason.strip():
            raise CannotStart("Say why with --reason.")
        for key in accept:
            accept_gap(source=sources[0], key=key, reason=reason, by=None, now=now)
            self.console.print(f"{source}: {key} accepted.", markup=False)
        return max((self._tell(each) for each in sources), default=0)

    def _tell(self, source: UsageSource) -> int:
        found = completeness_of(source, timezone.now())
        for late in found.late:
            self.console.print(
                f"{source.code}: {late.name} came late: due {late.due:%Y-%m-%d %H:%M} UTC, came "
                f"{late.at:%Y-%m-%d %H:%M} UTC",
                markup=False,
            )
        for gap in found.gaps:
            self.errors.print(f"{source.code} {gap.key}: {gap.what}", markup=False)
        return 1 if found.gaps else 0
