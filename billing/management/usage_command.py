"""What the commands that rate usage share: finding the source, telling what became of lines."""

from __future__ import annotations

from collections.abc import Iterable

from billing.usage.intake.layouts import layout_of
from billing.usage.intake.normalising import normaliser_of
from billing.usage.models import SuspendedUsage, UsageSource, UsageType
from billing.usage.services.take_in_usage import TakenFile
from billing.usage.totals import UsageTotals
from core.commands import PROBLEMS_PRINTED_MAX, CannotStart, TrunklineCommand
from core.errors import DomainError
from core.money import from_micro

UNIT_NAMES = {
    UsageType.VOICE: "seconds",
    UsageType.SMS: "messages",
    UsageType.DATA: "bytes",
}


class UsageCommand(TrunklineCommand):
    """Base of commands that rate usage of a source."""

    def find_source(self, code: str) -> UsageSource:
        """The source of this code, whose settings make sense; else exit code 2."""
        found = UsageSource.objects.select_related("brand").filter(code=code).first()
        if found is None:
            codes = ", ".join(UsageSource.objects.values_list("code", flat=True)) or "none yet"
            raise CannotStart(f"There is no usage source {code}; there are: {codes}.")
        try:
            layout_of(found)
            normaliser_of(found)
        except DomainError as error:
            raise CannotStart(str(error)) from None
        return found

    def tell_imported(self, file: TakenFile) -> None:
        """Print what became of a file."""
        imported = file.imported
        if imported.known:
            self.console.print(
                f"{file.shown}: known since {imported.known.imported_at:%Y-%m-%d %H:%M} UTC as "
                f"{imported.known.name}; nothing was stored.",
                markup=False,
            )
            return
        before = [("lines stored before", imported.resumed_after)]
        self.report(file.shown, imported, before if imported.resumed_after else ())

    def report(
        self, title: str, totals: UsageTotals, first: Iterable[tuple[str, object]] = ()
    ) -> None:
        """Print the lines in suspense and the totals; rows `first` come before these."""
        suspended = totals.suspended.total()
        self.print_problems(totals.problems)
        if suspended > len(totals.problems) >= PROBLEMS_PRINTED_MAX:
            self.errors.print(f"{suspended} lines in suspense in all.")
        rows: list[tuple[str, object]] = [
            *first,
            ("rows", totals.rows),
            ("rated", totals.rated),
            ("duplicates", totals.duplicates),
            ("ignored", totals.ignored),
            ("suspended", suspended),
        ]
        rows += [
            (f"  {reason.value}", totals.suspended[reason.value])
            for reason in SuspendedUsage.Reason
            if totals.suspended[reason.value]
        ]
        rows += [
            (f"{UNIT_NAMES[UsageType(kind)]} rated", units)
            for kind, units in sorted(totals.units.items())
        ]
        rows += [
            (f"amount {currency}", from_micro(amount))
            for currency, amount in sorted(totals.amounts.items())
        ]
        self.print_totals(title, rows)
