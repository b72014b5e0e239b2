"""Makes the demo: files first, then the product's own commands in the order of three months."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, time, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Sum

from accounts.models import Message
from accounts.services.set_quiet_hours import set_quiet_hours
from billing.documents.queries import document_file_name, document_path
from billing.models import Invoice, InvoiceDocument, UsageFile
from core.models import Brand
from portal.demo.bank import write_bank_file
from portal.demo.commands import Typist
from portal.demo.crowd import fjordtel_customers, northwind_customers
from portal.demo.customers import FJORDTEL, NORTHWIND, Customer, write_accounts
from portal.demo.destinations import by_country, destinations
from portal.demo.logins import make_logins
from portal.demo.logos import draw_logos
from portal.demo.outbox import LOOPBACK
from portal.demo.rates import write_rates
from portal.demo.screen import Screen
from portal.demo.size import (
    BILL_DATES,
    MID_MONTH_DAY,
    SINCE,
    TODAY,
    USAGE_MONTHS,
    DemoSize,
)
from portal.demo.usage import invent_month
from portal.demo.usage_files import write_usage

BRANDS = (FJORDTEL, NORTHWIND)
STEPS_TOTAL = 22
GRACE = timedelta(days=2)
# How the records are spread: three whole months, then the first days of November.
SHARES = (0.32, 0.32, 0.32, 0.04)
FJORDTEL_SHARE = 0.62
_TEMPLATES = Path(__file__).with_name("files")


class Making:
    """One demo in the making. `folder` holds every file; `mail_port` takes the reminders."""

    def __init__(self, size: DemoSize, folder: Path, screen: Screen, *, mail_port: int) -> None:
        self.size = size
        self.folder = folder
        self.screen = screen
        self.mail_port = mail_port
        self.typist = Typist(folder / "commands.log")
        self.customers: dict[str, list[Customer]] = {}

    def make(self) -> None:
        """Do every step; raises DemoFailed at the first that does not do what it should."""
        decks = self._write_masters()
        usage = self._write_usage()
        self._import_masters(decks)
        with self.screen.step("Logins") as step:
            make_logins()
            step.said = "four customers, two members of staff with a second factor"
        for place, bill_date in enumerate(BILL_DATES):
            month = USAGE_MONTHS[place]
            self._import_usage(month, usage[month])
            if place:
                self._bill(month.replace(day=MID_MONTH_DAY), [FJORDTEL])
                self._pay(month)
            self._bill(bill_date, BRANDS)
        last = USAGE_MONTHS[-1]
        self._import_usage(last, usage[last])
        self._pay(last)
        self._remind()
        self._render(BILL_DATES[-1])
        with self.screen.step("Checking the books"):
            self.typist.run("audit")

    def _write_masters(self) -> dict[str, Path]:
        with self.screen.step("Catalogues, logos, decks, accounts") as step:
            self.folder.mkdir(parents=True, exist_ok=True)
            for brand in BRANDS:
                shutil.copyfile(_TEMPLATES / f"{brand}.yaml", self.folder / f"{brand}.yaml")
            draw_logos(self.folder)
            decks = write_rates(self.folder / "rates", self.size)
            makers = {FJORDTEL: fjordtel_customers, NORTHWIND: northwind_customers}
            for brand, make in makers.items():
                self.customers[brand] = make(self.size)
                write_accounts(self._accounts_file(brand), self.customers[brand])
            prefixes = len(destinations(self.size.fjordtel_prefixes))
            count = sum(map(len, self.customers.values()))
            step.said = f"{count} accounts, {prefixes:,} prefixes in the largest deck"
        return decks

    def _write_usage(self) -> dict[date, dict[str, Path]]:
        files: dict[date, dict[str, Path]] = {}
        with self.screen.step("Usage files") as step:
            world = by_country(destinations(self.size.fjordtel_prefixes))
            for month, share in zip(USAGE_MONTHS, SHARES, strict=True):
                files[month] = {}
                for brand, part in ((FJORDTEL, FJORDTEL_SHARE), (NORTHWIND, 1 - FJORDTEL_SHARE)):
                    lines = [line for one in self.customers[brand] for line in one.lines]
                    count = round(self.size.records * share * part)
                    events = invent_month(brand, month, lines, world, count)
                    usage_folder = self.folder / "usage"
                    files[month] |= write_usage(usage_folder, brand, f"{month:%Y-%m}", events)
            step.said = f"{sum(map(len, files.values()))} files of Asterisk and of two networks"
        return files

    def _import_masters(self, decks: dict[str, Path]) -> None:
        with self.screen.step("Importing catalogues"):
            for brand in BRANDS:
                self.typist.run("import_catalog", self.folder / f"{brand}.yaml")
            first, last = USAGE_MONTHS[0], USAGE_MONTHS[-1]
            self.typist.run(
                "ensure_partitions", "--from", f"{first:%Y-%m}", "--to", f"{last:%Y-%m}"
            )
        with self.screen.step("Importing rates") as step:
            for code, path in decks.items():
                self.typist.run("import_rates", code, path, "--from", SINCE, "--as-of", SINCE)
            step.said = f"{len(decks)} decks"
        with self.screen.step("Importing accounts"):
            for brand in BRANDS:
                self.typist.run("import_accounts", self._accounts_file(brand))

    def _import_usage(self, month: date, files: dict[str, Path]) -> None:
        with self.screen.step(f"Usage of {month:%B}") as step:
            for source, path in files.items():
                # Some lines name nobody or go nowhere: they wait in suspense for a person.
                self.typist.run("import_usage", source, path, may_need_person=True)
            names = [path.name for path in files.values()]
            sums = UsageFile.objects.filter(name__in=names).aggregate(
                rated=Sum("rated"), suspended=Sum("suspended"), duplicates=Sum("duplicates")
            )
            step.said = (
                f"{sums['rated']:,} records rated, {sums['suspended']} lines in suspense (meant "
                f"so), {sums['duplicates']} doubles left out"
            )

    def _bill(self, bill_date: date, brands: list[str] | tuple[str, ...]) -> None:
        with self.screen.step(f"Bills of {bill_date.day} {bill_date:%B}") as step:
            for brand in brands:
                self.typist.run(
                    "run_billing", "--brand", brand, "--bill-date", bill_date,
                    "--as-of", bill_date + GRACE,
                )  # fmt: skip
            issued = Invoice.objects.filter(period_end=bill_date, brand__code__in=brands)
            sums = issued.values_list("currency").annotate(sum=Sum("total")).order_by("currency")
            totals = " and ".join(f"{amount:,.2f} {currency}" for currency, amount in sums)
            step.said = f"{issued.count()} invoices, {totals}"

    def _pay(self, month: date) -> None:
        with self.screen.step(f"Payments of {month:%B}") as step:
            end = (month + timedelta(days=31)).replace(day=1)
            count = 0
            for code in BRANDS:
                path = self.folder / "payments" / f"{month:%Y-%m}-{code}.csv"
                brand = Brand.objects.select_related("legal_entity").get(code=code)
                count += write_bank_file(path, brand, month, end)
                # One transfer names no bill: somebody has to find out whose money it is.
                self.typist.run("import_payments", path, may_need_person=True)
            step.said = f"{count} transfers"

    def _remind(self) -> None:
        with self.screen.step("Reminders") as step, _mail_goes_to(self.mail_port):
            # Whoever tries the demo at night wants to see its mail too.
            for brand in Brand.objects.filter(code__in=BRANDS):
                set_quiet_hours(brand, time(0), time(0), sundays=False, holidays=False)
            self.typist.run("run_collections", "--as-of", TODAY)
            sent = Message.objects.filter(state=Message.State.SENT).count()
            step.said = f"{sent} by e-mail, as of {TODAY}"

    def _render(self, bill_date: date) -> None:
        with self.screen.step("PDFs of the last bills") as step:
            for brand, count in zip(BRANDS, self._pdfs(), strict=True):
                if not count:
                    continue
                self.typist.run(
                    "render_documents", "--brand", brand, "--bill-date", bill_date,
                    "--limit", count,
                )  # fmt: skip
            folder = self.folder / "pdf"
            folder.mkdir(exist_ok=True)
            documents = InvoiceDocument.objects.select_related("invoice")
            for document in documents:
                name = document_file_name(document.invoice)
                shutil.copyfile(document_path(document.sha256), folder / name)
            step.said = f"{len(documents)} PDFs; portal and back office make others when asked"

    def _pdfs(self) -> tuple[int, int]:
        """How many of each brand."""
        northwind = (self.size.pdfs + 3) // 4
        return self.size.pdfs - northwind, northwind

    def _accounts_file(self, brand: str) -> Path:
        return self.folder / f"{brand}-accounts.yaml"


@contextmanager
def _mail_goes_to(port: int) -> Iterator[None]:
    """Send mail to the demo's own server as long as the block runs, whatever the settings say."""
    ours = {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": LOOPBACK,
        "EMAIL_PORT": port,
        "EMAIL_HOST_USER": "",
        "EMAIL_HOST_PASSWORD": "",
        "EMAIL_USE_TLS": False,
        "EMAIL_USE_SSL": False,
    }
    before = {name: getattr(settings, name) for name in ours}
    try:
        for name, value in ours.items():
            setattr(settings, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(settings, name, value)
