"""The product's side: a world's steps as its commands, and what they stored."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection

from tests.oracle.worlds import Step

RECORDS = """
    SELECT file.name, record.line_number, account.number, subscription.code,
           record.start_at, lpad(record.called::text, record.called_digits, '0'),
           record.quantity, record.amount, category.code, record.origin_start
      FROM billing_usagerecord record
      JOIN billing_usagefile file ON file.id = record.file_id
      JOIN accounts_account account ON account.id = record.account_id
      JOIN accounts_subscription subscription ON subscription.id = record.subscription_id
      JOIN catalog_usagecategory category ON category.id = record.category_id
"""
SUSPENDED = """
    SELECT file.name, suspended.line_number, suspended.reason
      FROM billing_suspendedusage suspended
      JOIN billing_usagefile file ON file.id = suspended.file_id
"""


def command(name: str, *arguments: object) -> tuple[int, str]:
    """A command's exit code and all that it printed."""
    out = StringIO()
    try:
        call_command(name, *map(str, arguments), stdout=out, stderr=out)
    except SystemExit as stop:
        return int(stop.code or 0), out.getvalue()
    return 0, out.getvalue()


def run_step(step: Step) -> None:
    """Give a step to the product."""
    if step.what == "catalogue":
        code, said = command("import_catalog", step.paths[0])
    elif step.what == "rates":
        code, said = command(
            "import_rates", step.name, step.paths[0], "--from", "2026-01-01", "--as-of", step.on
        )
    elif step.what == "accounts":
        code, said = command("import_accounts", step.paths[0], "--as-of", step.on)
    elif step.what == "usage":
        code, said = command("import_usage", step.name, *step.paths)
        code = 0 if code == 1 else code
    else:
        after = (step.on + timedelta(days=31)).replace(day=1) + timedelta(days=5)
        month = f"{step.on:%Y-%m}"
        code, said = command(
            "run_billing", "--brand", step.name, "--month", month, "--as-of", after
        )
    assert code == 0, f"{step}: {said}"


def open_months(first: date) -> None:
    """Room for the usage of a world's months."""
    ahead = (first + timedelta(days=160)).replace(day=1)
    behind = (first - timedelta(days=40)).replace(day=1)
    code, said = command("ensure_partitions", "--from", f"{behind:%Y-%m}", "--to", f"{ahead:%Y-%m}")
    assert code == 0, said


def invoices(folder: Path) -> list[dict[str, Any]]:
    """The exported invoices."""
    path = folder / "invoices.json"
    code, said = command("export_invoices", "--json", "--output", path)
    assert code == 0, said
    return json.loads(path.read_text(encoding="utf-8"))


def rows(statement: str) -> Iterable[tuple[Any, ...]]:
    """The rows of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()
