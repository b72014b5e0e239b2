"""Two resellers whose price lists will turn out wrong, run from outside by commands and files."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management import call_command

from accounts.models import Account, ServiceNumber, Subscription
from billing.invoicing.models import Invoice
from billing.models import UsageSource
from billing.usage.models import UsageRecord
from billing.usage.partitions import months_between
from billing.usage.services.ensure_partitions import ensure_partitions
from catalog.models import Plan, PlanVersion, RateDeck
from core.audit import all_invariants
from core.models import Brand
from core.money import from_micro
from tests import make

HEADER = "id,start,service,called,quantity,type,kind,corrects"
COLUMNS = {name: name for name in HEADER.split(",")}
FEBRUARY = date(2026, 2, 1)


def run(*arguments: object) -> tuple[int, str]:
    """A command as the shell would run it: exit code, and what it printed."""
    out = StringIO()
    try:
        call_command(*map(str, arguments), stdout=out, stderr=out)
    except SystemExit as stop:
        return int(str(stop.code or 0)), out.getvalue()
    return 0, out.getvalue()


def event(
    record_id: str, start: str, called: str = "4722000000", quantity: int = 60, **more: str
) -> str:
    """A line of a usage file: a call of Kari's unless told otherwise; local time of the brand."""
    values = {"service": "4790000123", "type": "voice", "kind": "", "corrects": ""} | more
    return ",".join(
        (record_id, start, values["service"], f"+{called}" if called else "", str(quantity),
         values["type"], values["kind"], values["corrects"])
    )  # fmt: skip


@dataclass
class World:
    """One brand with its decks, one source, and what is done with them."""

    brand: Brand
    folder: Path
    source: UsageSource
    decks: dict[str, RateDeck] = field(default_factory=dict)
    files: int = 0
    events: dict[str, list[str]] = field(default_factory=dict)

    def rates(
        self, deck: str, *rows: str, since: date = FEBRUARY, header: str = "", correct: bool = False
    ) -> None:
        """Take in a price list; it must be accepted. `correct`: rates of that very day."""
        self.files += 1
        path = self.folder / f"rates-{self.files}.csv"
        names = header or "prefix,price,connection_fee,first_increment,next_increment,max_charge"
        path.write_text("".join(f"{row}\n" for row in (names, *rows)))
        more = ("--correct", "--reason", "Read wrongly.") if correct else ()
        code, printed = run("import_rates", deck, path, "--from", since, *more)
        assert code == 0, printed

    def take(self, *rows: str, code: int = 0) -> str:
        """Take in a file of usage; what the command printed."""
        self.files += 1
        self.events |= {row.split(",")[0]: row.split(",") for row in rows}
        path = self.folder / f"usage-{self.brand.code}-{self.files}.csv"
        path.write_text("".join(f"{row}\n" for row in (HEADER, *rows)))
        ended, printed = run("import_usage", self.source.code, path)
        assert ended == code, printed
        return printed

    def bill(self, day: str) -> None:
        """Issue the invoices of a bill date, two days later."""
        later = date.fromisoformat(day).replace(day=date.fromisoformat(day).day + 2)
        code, printed = run(
            "run_billing", "--brand", self.brand.code, "--bill-date", day, "--as-of", later
        )
        assert code == 0, printed

    def rerate(self, deck: str, since: date = FEBRUARY) -> list[dict[str, str]]:
        """Try it, carry it out, and see that both say the same and that nothing is broken."""
        tried = self.listed(deck, since, "--dry-run")
        done = self.listed(deck, since)
        assert tried == done
        assert broken() == {}
        return done

    def listed(self, deck: str, since: date, *more: str) -> list[dict[str, str]]:
        """One call of the command; the rows of its table."""
        table = self.folder / "effects.csv"
        code, printed = run(
            "rerate", "--deck", deck, "--from", since, "--reason", "Read wrongly.", "--csv", table,
            *more,
        )  # fmt: skip
        assert code == 0, printed
        with table.open(newline="") as file:
            return list(csv.DictReader(file))

    def deck(self, code: str, **fields: Any) -> RateDeck:
        self.decks[code] = make.make_deck(self.brand, code, **fields)
        return self.decks[code]

    def plan(self, code: str, price: str, **decks: RateDeck) -> Plan:
        return make.make_plan(self.brand, code, price, decks=decks)

    def plan_with(self, code: str, price: str, *allowances: dict[str, Any], **decks: Any) -> Plan:
        """A plan whose only version has these allowances."""
        plan = Plan.objects.create(
            brand=self.brand, product=make.make_product(self.brand), code=code, name={"en": code}
        )
        version: PlanVersion = make.make_draft(plan, make.LONG_AGO)
        make.make_charge(version, price=Decimal(price))
        for usage_type, deck in decks.items():
            version.deck_assignments.create(usage_type=usage_type, deck=deck)
        for fields in allowances:
            make.make_allowance(version, **fields)
        make.publish(version)
        return plan

    def customer(
        self, number: str, name: str, plan: Plan, service: str, **fields: Any
    ) -> Subscription:
        account = make.make_account(self.brand, number, name, **fields)
        return make.make_subscription(account, plan, number=service)

    def cost(self, record_id: str) -> Decimal:
        """What an event costs in all: with what reversed it and what stands for it."""
        _id, start, service, called, *_rest = self.events[record_id]
        moment = datetime.fromisoformat(start)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(self.brand.zone))
        rows = UsageRecord.objects.filter(
            start_at=moment, called=int(called or 0), number_id__in=_numbers(self.brand, service)
        )
        assert rows, record_id
        return from_micro(sum(row.amount for row in rows))


def _numbers(brand: Brand, service: str) -> list[int]:
    return list(
        ServiceNumber.objects.filter(brand=brand, number=service).values_list("pk", flat=True)
    )


def make_world(brand: Brand, folder: Path, country: str) -> World:
    """A brand with a source of calls, messages, data and corrections by name."""
    ensure_partitions(months_between(date(2025, 12, 1), date(2026, 8, 1)))
    mapping = {"columns": COLUMNS, "corrections": ["storno"]}
    source = make.make_source(
        brand, f"{brand.code.upper()}-SWITCH", mapping=mapping, country_code=country,
        zone=brand.zone,
    )  # fmt: skip
    return World(brand, folder, source)


def broken() -> dict[str, list[str]]:
    """What the audit finds, but for news that wait for a worker and the history of masters."""
    checks = [one for one in all_invariants() if not one.id.startswith(("I29", "I30"))]
    found = {one.id: list(one.check()) for one in checks}
    return {name: hits for name, hits in found.items() if hits}


def invoice(number: str, day: str) -> Invoice:
    return Invoice.objects.get(
        account__number=number, period_end=date.fromisoformat(day), state="issued"
    )


def usage(number: str, day: str) -> list[tuple[str, str, str]]:
    """Month of origin, category and amount of the usage lines of an invoice."""
    lines = invoice(number, day).lines.filter(kind="usage").order_by("position")
    return [
        (f"{line.usage_origin:%b}", line.usage_category.code, f"{line.amount:.2f}")
        for line in lines
    ]


def totals(number: str, day: str) -> tuple[str, str, str]:
    """Net, tax and total of an invoice."""
    row = invoice(number, day)
    return f"{row.net_total:.2f}", f"{row.tax_total:.2f}", f"{row.total:.2f}"


def account(number: str) -> Account:
    return Account.objects.get(number=number)
