"""The table at the end: who signs in where, what to try, and where the files lie."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from rich.console import Console
from rich.table import Table

from billing.documents.queries import document_file_name
from billing.models import Invoice
from portal.demo.cast import ACME, KARI
from portal.demo.customers import FJORDTEL
from portal.demo.logins import CUSTOMERS, PASSWORD, STAFF, recovery_codes, totp_secret, url_of
from portal.demo.size import BILL_DATES

RECOVERY_CODES_SHOWN = 3


def print_summary(console: Console, folder: Path, port: str) -> None:
    """Print logins, second factors and paths, all read from the database and the disk."""
    port = settings.PUBLIC_PORT or port
    table = Table(
        "who", "where, login, password", "try this", title="Sign in", title_justify="left"
    )
    table.columns[0].no_wrap = table.columns[1].no_wrap = True
    for login in (*CUSTOMERS, *STAFF):
        where = f"{url_of(login, port)}\n{login.email}\n{PASSWORD}"
        table.add_row(login.who, where, login.try_this, end_section=True)
    console.print(table, soft_wrap=False, no_wrap=False)
    console.print("Staff are asked for a second factor as well:")
    for login in STAFF:
        codes = ", ".join(recovery_codes(login.email)[:RECOVERY_CODES_SHOWN])
        console.print(
            f"  {login.email}\n"
            f"    the code of this moment: .venv/bin/python manage.py demo_code {login.email}\n"
            f"    for an app: {totp_secret(login.email)}\n"
            f"    once each: {codes}",
            markup=False,
        )
    paths = Table(box=None, show_header=False, title="To look at", title_justify="left")
    for what, path in (
        ("Kari's bill", folder / "pdf" / _file_of(KARI)),
        ("Acme's bill", folder / "pdf" / _file_of(ACME)),
        ("PDFs of the last run", folder / "pdf"),
        ("e-mails, sent and to come", folder / "outbox"),
        ("usage files", folder / "usage"),
        ("catalogues and accounts", folder),
        ("bank files", folder / "payments"),
        ("every command and its words", folder / "commands.log"),
    ):
        paths.add_row(what, str(path))
    console.print(paths)


def _file_of(account_number: str) -> str:
    invoice = Invoice.objects.get(
        brand__code=FJORDTEL, account__number=account_number, period_end=BILL_DATES[-1]
    )
    return document_file_name(invoice)
