"""Whose charges a re-rating changes, as lists show them: the greatest change first."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from io import StringIO

from billing.usage.rerating.models import ReratingEffect
from core.imports.failed_rows import harmless
from core.money import from_micro

CSV_COLUMNS = (
    "account",
    "name",
    "currency",
    "records_replaced",
    "open_before",
    "open_after",
    "records_adjusted",
    "next_invoice",
    "change",
)


def greatest_first(effects: Iterable[ReratingEffect]) -> list[ReratingEffect]:
    """By the size of what changes; of equals the lower account number first."""
    return sorted(effects, key=lambda effect: (-abs(effect.change), effect.account.number))


def _row(effect: ReratingEffect) -> tuple[object, ...]:
    """`CSV_COLUMNS`: amounts with a point and six decimals, in the brand's price mode."""
    account = effect.account
    return (
        harmless(account.number),
        harmless(account.name),
        account.currency,
        effect.replaced,
        from_micro(effect.open_before),
        from_micro(effect.open_after),
        effect.adjusted,
        from_micro(effect.adjustment),
        from_micro(effect.change),
    )


def csv_text(effects: Iterable[ReratingEffect]) -> str:
    """All of it as CSV with a header."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(CSV_COLUMNS)
    writer.writerows(_row(effect) for effect in effects)
    return text.getvalue()
