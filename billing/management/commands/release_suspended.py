"""Take lines of usage in suspense in after all, once their cause was mended."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from billing.management.usage_command import UsageCommand
from billing.usage.models import SuspendedUsage, UsageSource
from billing.usage.services.release_suspended import (
    RELEASABLE,
    release_suspended,
    waiting_lines,
)
from billing.usage.services.try_release import TriedRelease, release_with_effects
from billing.usage.suspense import causes_of
from core.commands import CannotStart
from core.formatting import format_exact_money, format_money
from core.money import from_micro


class Command(UsageCommand):
    help = "Rate lines in suspense whose cause was mended. Running it again is safe."
    has_dry_run = True

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", help="Code of the usage source, e.g. FJORD-SWITCH.")
        parser.add_argument(
            "--reason",
            action="append",
            choices=[reason.value for reason in RELEASABLE],
            help="Only lines that wait for this reason (may be given several times).",
        )
        parser.add_argument(
            "--cause", help="Only lines of this cause, e.g. 'number +4790000123' (see --causes)."
        )
        parser.add_argument("--causes", action="store_true", help="Only list what waits, by cause.")

    def run(
        self,
        *,
        source: str,
        reason: list[str] | None = None,
        cause: str | None = None,
        causes: bool = False,
        **options: Any,
    ) -> int:
        found = self.find_source(source)
        reasons = reason or RELEASABLE
        if causes:
            return self._list(found)
        waiting = waiting_lines(found, reasons, cause)
        if cause is not None and not waiting.exists():
            raise CannotStart(f"No line of {source} waits for the cause {cause!r}; see --causes.")
        if options.get("dry_run"):
            tried = release_with_effects(found, timezone.now(), reasons, cause)
            released = tried.totals
            self._tell_effects(tried)
        else:
            with self.progress(found.code, total=waiting.count()) as bar:
                released = release_suspended(
                    source=found,
                    now=timezone.now(),
                    reasons=reasons,
                    cause=cause,
                    on_slice=bar.advance,
                )
        self.report(f"{found.code}: lines that waited in suspense", released)
        conflicts = waiting_lines(found, [SuspendedUsage.Reason.CONFLICT]).count()
        if conflicts:
            self.console.print(
                f"{conflicts} lines of reason conflict are not tried: another record with the "
                "same id says something else, and only the source knows which is right.",
                markup=False,
            )
        return 1 if released.suspended else 0

    def _list(self, source: UsageSource) -> int:
        found = causes_of(source.suspended.all())
        currency = source.brand.currency
        for each in found:
            oldest = f"{each.oldest:%Y-%m-%d}" if each.oldest else "no time"
            risk = (
                "unknown"
                if each.at_risk is None
                else "about " + format_money(from_micro(each.at_risk), currency, "en")
            )
            self.console.print(
                f"{each.reason} | {each.cause or '-'} | {each.lines} lines | oldest {oldest} | "
                f"at risk {risk} | {each.fix}",
                markup=False,
            )
        if not found:
            self.console.print(f"{source.code}: nothing waits in suspense.", markup=False)
        return 1 if found else 0

    def _tell_effects(self, tried: TriedRelease) -> None:
        for effect in tried.effects:
            before, after, change = (
                format_exact_money(from_micro(micro), effect.account.currency, "en")
                for micro in (effect.before, effect.after, effect.change)
            )
            self.console.print(
                f"account {effect.account.number}: {before} before, {after} after ({change})",
                markup=False,
            )
