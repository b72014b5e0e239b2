"""An invented reseller's old system: seeded customers, and the files it would export of them.

Everything is of another shape than ours: Norwegian and German heads, semicolons, Latin-1, decimal
commas, dd.mm.yyyy, split names, one row a service, a column of signs, numbers in national form.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from billing.invoicing.references import mod10_digit

CUTOVER = date(2026, 11, 1)
FIRST = ("Kari", "Bo", "Åse", "Jørgen", "Ingrid", "Øyvind", "Märta", "Günther", "Per", "Liv")
LAST = ("Nordmann", "Berg", "Ødegård", "Ås", "Müller", "Strand", "Moe", "Lund", "Hansen", "Weiß")
PLANS = {"M-LITEN": "MOBIL10", "M-STOR": "MOBIL20", "BB-ÅR": "BREDBAND"}
PRICES = {
    "MOBIL10": Decimal("299.00"),
    "MOBIL20": Decimal("449.00"),
    "BREDBAND": Decimal("5388.00"),
}


@dataclass(slots=True)
class OldService:
    number: int
    phone: str
    product: str
    starts_on: date
    paid_through: date
    bound_through: date | None


@dataclass(slots=True)
class OldInvoice:
    number: str
    kid: str
    issued: date
    due: date
    total: Decimal
    rest: Decimal


@dataclass(slots=True)
class OldCustomer:
    number: int
    first: str
    last: str
    company: str
    email: str
    services: list[OldService] = field(default_factory=list)
    invoices: list[OldInvoice] = field(default_factory=list)
    giro: bool = False
    marketing: list[tuple[bool, date]] = field(default_factory=list)

    @property
    def balance(self) -> Decimal:
        return sum((invoice.rest for invoice in self.invoices), Decimal(0))

    @property
    def kid(self) -> str:
        """The old system gave each customer one KID for all invoices."""
        digits = f"77{self.number:08d}"
        return digits + mod10_digit(digits)


def invent(count: int, seed: int = 7) -> list[OldCustomer]:
    """So many customers; the same for the same seed."""
    dice = random.Random(seed)
    customers: list[OldCustomer] = []
    for place in range(count):
        number = 5000 + place
        first, last = dice.choice(FIRST), dice.choice(LAST)
        company = f"{last} & {first} AS; avd. {place}" if dice.random() < 0.1 else ""
        customer = OldCustomer(number, first, last, company, f"kunde{number}@example.com")
        for index in range(dice.choice((1, 1, 1, 2, 3))):
            customer.services.append(_service(dice, place, index))
        for index in range(dice.choice((0, 0, 1, 1, 2))):
            customer.invoices.append(_invoice(dice, customer, index))
        if dice.random() < 0.1:
            customer.invoices.append(_credit(dice, customer))
        customer.giro = dice.random() < 0.3
        if dice.random() < 0.5:
            customer.marketing = [(True, date(2024, 5, 3))]
            if dice.random() < 0.3:
                customer.marketing.append((False, date(2026, 2, 1)))
        customers.append(customer)
    return customers


def _service(dice: random.Random, place: int, index: int) -> OldService:
    product = dice.choice(tuple(PLANS))
    starts_on = date(2020, 1, 1) + timedelta(days=dice.randrange(2300))
    paid = dice.choice((date(2026, 10, 31), date(2026, 11, 30), date(2026, 11, 14)))
    if product == "BB-ÅR":
        # A year from its own bill day: paid until some 1st of a month that lies ahead.
        paid = date(2026 if starts_on.month > 10 else 2027, starts_on.month, 1) - timedelta(days=1)
        paid = paid if paid >= CUTOVER else date(2026, 11, 30)
    bound = date(2027, 3, 31) if dice.random() < 0.3 else None
    phone = f"{40000000 + place * 10 + index}"
    return OldService(90000 + place * 10 + index, phone, product, starts_on, paid, bound)


def _invoice(dice: random.Random, customer: OldCustomer, index: int) -> OldInvoice:
    issued = date(2026, 8 + index, 1)
    total = Decimal(dice.randrange(10000, 250000)) / 100
    paid = total if dice.random() < 0.1 else Decimal(dice.choice((0, 0, 0, 5000))) / 100
    number = f"{customer.number}{index:02d}"
    return OldInvoice(
        f"GR-{number}", customer.kid, issued, issued + timedelta(days=14), total, total - paid
    )


def _credit(dice: random.Random, customer: OldCustomer) -> OldInvoice:
    amount = -Decimal(dice.randrange(1000, 20000)) / 100
    day = date(2026, 10, 5)
    return OldInvoice(f"KN-{customer.number}", "", day, day, amount, amount)


def export(customers: list[OldCustomer], folder: Path) -> None:
    """Write the old system's files and the plan that maps them."""
    _write(folder / "kunder.csv",
        "KundeNr;Fornavn;Etternavn;Firma;Gate;Postnr;Sted;E-post;Kundesiden",
        (
            f"{c.number};{c.first};{c.last};{_quoted(c.company)};Storgata {c.number % 90 + 1};"
            f"0{c.number % 900 + 100};Oslo;{c.email};{_day(min(s.starts_on for s in c.services))}"
            for c in customers
        ))  # fmt: skip
    _write(folder / "tjenester.csv",
        "Kunde;Tjeneste;Mobilnr;Produkt;Aktivert;Betalt t.o.m.;Bindingstid til",
        (
            f"{c.number};{s.number};{s.phone[:3]} {s.phone[3:5]} {s.phone[5:]};{s.product};"
            f"{_day(s.starts_on)};{_day(s.paid_through)};"
            f"{_day(s.bound_through) if s.bound_through else ''}"
            for c in customers
            for s in c.services
        ))  # fmt: skip
    _write(folder / "apneposter.csv",
        "Debitor;Belegnr;KID;Belegdatum;Fällig;Betrag;Offen;S/H;Text",
        (
            f"{c.number};{i.number};{i.kid};{_day(i.issued)};{_day(i.due)};{_money(abs(i.total))};"
            f"{_money(abs(i.rest))};{'H' if i.total < 0 else 'S'};"
            f"{'Kreditnota' if i.total < 0 else 'Telefoni'}"
            for c in customers
            for i in c.invoices
        ),
        encoding="cp1252")  # fmt: skip
    _write(folder / "avtalegiro.csv", "Kundenr;KID;Kontonr;Registrert;Beløpsgrense",
        (f"{c.number};{c.kid};8601.11.17947;12.03.2024;2 000,00" for c in customers if c.giro),
    )  # fmt: skip
    _write(folder / "samtykker.csv", "Kundenr;Epost;Formål;Kanal;Status;Dato",
        (
            f"{c.number};{c.email};Markedsføring;E-post;{'J' if given else 'N'};{_day(on)}"
            for c in customers
            for given, on in c.marketing
        ))  # fmt: skip
    rows = [f"{c.number};{_money(c.balance)}" for c in customers if c.balance]
    rows.append(f"1500;{_money(sum((c.balance for c in customers), Decimal(0)))}")
    _write(folder / "saldoliste.csv", "Konto;Saldo", rows)
    (folder / "migration.yaml").write_text(PLAN, encoding="utf-8")


def _write(path: Path, head: str, rows, encoding: str = "latin-1") -> None:
    path.write_bytes("\r\n".join([head, *rows, ""]).encode(encoding))


def _quoted(text: str) -> str:
    return f'"{text}"' if ";" in text else text


def _day(day: date) -> str:
    return f"{day:%d.%m.%Y}"


def _money(amount: Decimal) -> str:
    """1.234,50, as a German or Norwegian list prints it."""
    return f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))


PLAN = """\
brand: fjordtel
taken_over_on: 2026-11-01
files:
  - file: kunder.csv
    kind: accounts
    mapping:
      file: {encoding: latin-1, delimiter: semicolon, dates: dd.mm.yyyy, decimal: comma}
      fields:
        number: KundeNr
        name: {join: "{Firma} {Fornavn} {Etternavn}"}
        opened_on: Kundesiden
        street: Gate
        postcode: Postnr
        city: Sted
        invoice_email: E-post
        person_name: {join: "{Fornavn} {Etternavn}"}
        person_email: E-post
  - file: tjenester.csv
    kind: subscriptions
    mapping: &services
      file: {encoding: latin-1, delimiter: semicolon, dates: dd.mm.yyyy, country: "NO"}
      fields:
        account: Kunde
        subscription: {join: "T{Tjeneste}"}
        plan: {column: Produkt, values: {M-LITEN: MOBIL10, M-STOR: MOBIL20, BB-ÅR: BREDBAND}}
        starts_on: Aktivert
  - file: tjenester.csv
    kind: numbers
    mapping:
      file: {encoding: latin-1, delimiter: semicolon, dates: dd.mm.yyyy, country: "NO"}
      fields:
        account: Kunde
        subscription: {join: "T{Tjeneste}"}
        number: Mobilnr
        from: Aktivert
  - file: tjenester.csv
    kind: paid_through
    mapping:
      file: {encoding: latin-1, delimiter: semicolon, dates: dd.mm.yyyy, country: "NO"}
      fields:
        account: Kunde
        service_number: Mobilnr
        paid_through: Betalt t.o.m.
  - file: tjenester.csv
    kind: binding
    mapping:
      file: {encoding: latin-1, delimiter: semicolon, dates: dd.mm.yyyy}
      skip_rows: [{column: Bindingstid til, empty: "yes"}]
      fields:
        account: Kunde
        subscription: {join: "T{Tjeneste}"}
        bound_through: Bindingstid til
  - file: apneposter.csv
    kind: opening_balances
    mapping:
      file: {encoding: cp1252, delimiter: semicolon, dates: dd.mm.yyyy, decimal: comma}
      fields:
        account: Debitor
        number: Belegnr
        reference: KID
        issue_date: Belegdatum
        due_date: Fällig
        open_amount: {column: Offen, minus_column: S/H, minus_words: [H]}
        original_total: {column: Betrag, minus_column: S/H, minus_words: [H]}
        text: Text
  - file: avtalegiro.csv
    kind: mandates
    mapping:
      file: {encoding: latin-1, delimiter: semicolon, dates: dd.mm.yyyy, decimal: comma}
      fields:
        account: Kundenr
        scheme: {constant: avtalegiro}
        reference: KID
        bank_account: Kontonr
        signed_on: Registrert
        amount_limit: Beløpsgrense
  - file: samtykker.csv
    kind: consents
    mapping:
      file: {encoding: latin-1, delimiter: semicolon, dates: dd.mm.yyyy}
      fields:
        account: Kundenr
        person_email: Epost
        topic: {column: Formål, values: {Markedsføring: marketing}}
        channel: {column: Kanal, values: {E-post: email, SMS: sms}}
        given: Status
        "on": Dato
trial_balance:
  file: saldoliste.csv
  mapping:
    file: {encoding: latin-1, delimiter: semicolon, decimal: comma}
    fields:
      account: {column: Konto, values: {"1500": ""}}
      control: {column: Konto, values: {"1500": "1500"}, otherwise: ""}
      balance: Saldo
"""
