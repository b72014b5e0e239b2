"""Invoice lines as printed, in sections: account, location, service."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import TypeVar

from django.utils.translation import gettext as _

from billing.documents.content import AccountLines, Line, Place, ServiceLines, ServiceSum
from billing.documents.formats import DATA, VOICE, Formats, printable
from billing.invoicing.models import InvoiceLine

# Letters in a line of the first page's columns.
NAME_WIDTH, DETAIL_WIDTH = 46, 34
SERVICES_MIN = 1
Key = TypeVar("Key", bound=Hashable)


def account_sections(lines: Sequence[InvoiceLine], formats: Formats) -> tuple[AccountLines, ...]:
    """All lines, grouped as they are labelled, in the order of their positions."""
    return tuple(
        AccountLines(
            printable(account),
            tuple(
                Place(
                    printable(location),
                    tuple(_service(group, formats) for group in _by_service(at_location)),
                    formats.amount(_sum(at_location)),
                )
                for location, at_location in _groups(of_account, lambda line: line.location_label)
            ),
            formats.amount(_sum(of_account)),
        )
        for account, of_account in _groups(lines, lambda line: line.account_label)
    )


def service_sums(
    lines: Sequence[InvoiceLine], formats: Formats, room: int
) -> tuple[ServiceSum, ...]:
    """One row for each service; where they need more room than there is, the last gathers the rest.

    `room` is in lines of text; at least one service is shown.
    """
    several_accounts = len({line.account_label for line in lines}) > 1
    groups = _by_service(lines)
    rows = [_service_sum(group, several_accounts, formats) for group in groups]
    fitting = _fitting(rows, room)
    if fitting < len(rows):
        rest = [line for group in groups[fitting:] for line in group]
        count = formats.count(len(groups) - fitting)
        rows = rows[:fitting]
        text = _("%(count)s more services, on the following pages") % {"count": count}
        rows.append(ServiceSum(text, "", formats.amount(_sum(rest))))
    return tuple(rows)


def line_period(line: InvoiceLine, formats: Formats) -> str:
    """The days a line covers, the period of use for usage."""
    if line.period_start and line.period_end and line.period_end > line.period_start:
        return formats.span(line.period_start, line.period_end)
    return formats.day(line.period_start) if line.period_start else ""


def line_part(line: InvoiceLine) -> str:
    """ "18 of 31 days" where the line covers part of a period, else nothing."""
    if not line.days or not line.days_in_period or line.days == line.days_in_period:
        return ""
    return _("%(days)s of %(all_days)s days") % {
        "days": line.days,
        "all_days": line.days_in_period,
    }


def late_note(line: InvoiceLine, formats: Formats) -> str:
    """Marks usage of an earlier period that arrived late, or was billed at another price."""
    if line.kind != InvoiceLine.Kind.USAGE or line.usage_origin == line.usage_period:
        return ""
    assert line.usage_origin is not None
    words = {"day": formats.long_date(line.usage_origin)}
    if line.records and not line.quantity:
        # What was rated again is taken back and charged, unit by unit.
        return _("Used in the period from %(day)s, price corrected") % words
    return _("Used in the period from %(day)s, reported late") % words


def included_note(line: InvoiceLine, formats: Formats) -> str:
    """What allowances covered of a usage line, else nothing."""
    if line.covered <= 0:
        return ""
    return _("of which %(quantity)s included") % {
        "quantity": formats.quantity(line.usage_type, line.covered)
    }


def _fitting(rows: Sequence[ServiceSum], room: int) -> int:
    """How many rows fit, the gathering one included where not all do."""
    needed = [
        max(1, -(-len(row.name) // NAME_WIDTH), -(-len(row.detail) // DETAIL_WIDTH)) for row in rows
    ]
    if sum(needed) <= room:
        return len(rows)
    count = 0
    while sum(needed[: count + 1]) <= room - 1:
        count += 1
    return max(count, SERVICES_MIN)


def _service_sum(
    lines: Sequence[InvoiceLine], several_accounts: bool, formats: Formats
) -> ServiceSum:
    first = lines[0]
    detail = first.location_label
    if several_accounts:
        # Whose and where in two names: numbers and streets stand on the following pages.
        names = (first.account_label, first.location_label)
        detail = " · ".join(name.split(" · ", 1)[0] for name in names if name)
    detail = printable(detail)
    return ServiceSum(printable(first.subscription_label), detail, formats.amount(_sum(lines)))


def _service(lines: Sequence[InvoiceLine], formats: Formats) -> ServiceLines:
    return ServiceLines(
        printable(lines[0].subscription_label),
        tuple(_line(line, formats) for line in lines),
        formats.amount(_sum(lines)),
    )


def _line(line: InvoiceLine, formats: Formats) -> Line:
    count = measure = ""
    if line.kind == InvoiceLine.Kind.USAGE:
        count = formats.events(line.usage_type, line.records or 0)
        # Of messages the count says it all; units of several kinds have no sum.
        if line.usage_type in {VOICE, DATA}:
            measure = formats.quantity(line.usage_type, line.quantity)
    elif line.quantity != 1:
        count = formats.count(line.quantity)
    return Line(
        description=printable(line.description),
        note=" · ".join(filter(None, (included_note(line, formats), late_note(line, formats)))),
        period=line_period(line, formats),
        part=line_part(line),
        count=count,
        measure=measure,
        price=formats.price(line.unit_price) if line.unit_price is not None else "",
        tax_rate=formats.percent(line.tax_rate),
        amount=formats.amount(line.amount),
    )


def charge_span(lines: Iterable[InvoiceLine]) -> tuple[date, date] | None:
    """The days that charges and their credits cover, first to last; None without any."""
    kinds = (InvoiceLine.Kind.RECURRING, InvoiceLine.Kind.CREDIT)
    recurring = [line for line in lines if line.kind in kinds]
    starts = [line.period_start for line in recurring if line.period_start]
    ends = [line.period_end for line in recurring if line.period_end]
    return (min(starts), max(ends)) if starts and ends else None


def _by_service(lines: Sequence[InvoiceLine]) -> list[list[InvoiceLine]]:
    return [group for _key, group in _groups(lines, _service_key)]


def _service_key(line: InvoiceLine) -> tuple[str, str, int]:
    return line.account_label, line.location_label, line.subscription_id


def _groups(
    lines: Iterable[InvoiceLine], key: Callable[[InvoiceLine], Key]
) -> list[tuple[Key, list[InvoiceLine]]]:
    """Lines by their key, keys in the order in which they first appear."""
    groups: dict[Key, list[InvoiceLine]] = {}
    for line in lines:
        groups.setdefault(key(line), []).append(line)
    return list(groups.items())


def _sum(lines: Iterable[InvoiceLine]) -> Decimal:
    return sum((line.amount for line in lines), Decimal(0))
