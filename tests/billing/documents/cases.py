"""The invoices that documents are looked at with: the cast's bills and the awkward ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

from billing.invoicing.models import Invoice
from catalog.models import UsageCategory
from core.models import Brand
from tests import make
from tests.billing.documents import issued
from tests.billing.documents.issued import NOVEMBER, OCTOBER, line, records, usage_line

LONG_NAME = "Interessengemeinschaft der Anlieger Nordfriedrichstraße und Süd e. V."


def category(brand: Brand, code: str = "voice") -> UsageCategory:
    """The brand's usage category."""
    return UsageCategory.objects.get(brand=brand, code=code)


def logo() -> bytes:
    """A mark with the brand's colour: a PNG with transparency."""
    image = Image.new("RGBA", (900, 240), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    draw.ellipse((0, 0, 239, 239), fill=(11, 85, 99, 255))
    draw.rounded_rectangle((300, 70, 899, 170), 40, fill=(180, 83, 9, 255))
    file = BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def kari(language: str = "nb", **brand_fields: Any) -> Invoice:
    """Kari's bill of the worked example: 905.07, tax 181.01, after 649.00 that she paid."""
    brand = make.make_brand(
        primary_colour="#0b5563",
        accent_colour="#b45309",
        invoice_message={"nb": "Bindingstiden din er ute 1. oktober. Du kan bytte når du vil."},
        **brand_fields,
    )
    account = make.make_account(brand, language=language)
    home = make.make_location(account, name="Hjemme")
    mobile = make.make_subscription(account, code="MOB-1", label="Mobil 20 GB", number="4790000123")
    fibre = make.make_subscription(account, code="FIB-1", label="Fiber 250", location=home)
    before = issued.issue(
        account,
        [line(mobile, "299.00", "Mobil 10 GB"), line(fibre, "350.00", "Fiber 250")],
        period_start=date(2026, 9, 1),
        period_end=OCTOBER,
        issue_date=OCTOBER,
        due_date=date(2026, 10, 15),
    )
    issued.pay(before, "649.00", date(2026, 10, 12))
    records(mobile, category(brand), ["0.00", "1.48", "0.495", "12.4"], called_number=902121234567)
    part: dict[str, Any] = {"period_start": date(2026, 10, 14), "period_end": NOVEMBER, "days": 18}
    part |= {"days_in_period": 31}
    credited = before.lines.get(subscription=mobile)
    lines = [
        line(
            mobile,
            "-173.61",
            "Mobil 10 GB",
            kind="credit",
            credits=credited,
            unit_price=299,
            **part,
        ),
        line(mobile, "231.68", "Mobil 20 GB", unit_price=399, **part),
        line(mobile, "399.00", "Mobil 20 GB"),
        line(
            mobile,
            "83.62",
            "Dagspass Tyrkia, 1 GB",
            kind="one_off",
            period_start=date(2026, 10, 3),
        ),
        usage_line(mobile, "14.38", category(brand), records=4, quantity=8025),
        line(fibre, "350.00", "Fiber 250"),
    ]
    return issued.issue(account, lines)


def acme(language: str = "en", **account_fields: Any) -> Invoice:
    """Acme's consolidated bill: net prices, a child account, three locations, late usage."""
    brand = make.make_northwind(
        primary_colour="#1e3a8a",
        accent_colour="#0f766e",
        invoice_message={
            "en": "New: itemised usage as a spreadsheet in your portal.",
            "de": "Neu: Einzelverbindungen als Tabelle im Kundenportal.",
        },
    )
    fields = {"kind": "business", "street": "Marktplatz 4", "postcode": "80331"}
    fields |= {"city": "München", "country": "DE", "vat_number": "DE129274202"}
    account = make.make_account(
        brand, "200100", "Acme AS", language=language, **(fields | account_fields)
    )
    child = make.make_account(
        brand, "200101", "Acme Logistik", parent=account, bills_to_parent=True
    )
    office = make.make_location(account, "office", name="Office", city="München")
    depot = make.make_location(account, "depot", name="Depot", street="Kai 7", city="Hamburg")
    rate = {"tax_rate": 19}
    lines = []
    for place, (owner, location) in enumerate(((account, office), (account, depot), (child, None))):
        voip = make.make_subscription(
            owner,
            code=f"VOIP-{place}",
            label=f"SIP trunk {place + 1}",
            location=location,
            number=f"49301234560{place}",
        )
        line_count = 3 + 40 * place
        records(voip, category(brand), [f"0.{(i * 37) % 997:06d}" for i in range(line_count)])
        lines += [
            line(voip, "24.95", "SIP trunk, 10 channels", **rate),
            usage_line(
                voip,
                f"{2 + place}.17",
                category(brand),
                records=line_count,
                quantity=7200 * (place + 1),
                **rate,
            ),
        ]
    late = {"usage_origin": date(2026, 9, 1), "records": 2, "quantity": 61}
    lines.append(usage_line(lines[0].subscription, "0.42", category(brand), **rate, **late))
    return issued.issue(account, lines)


def one_line() -> Invoice:
    """The shortest bill: one service, one line, no history."""
    brand = make.make_brand()
    account = make.make_account(brand, "100200", "Bo Berg", language="en")
    mobile = make.make_subscription(account, label="Mobile 5 GB", number="4790000456")
    return issued.issue(account, [line(mobile, "199.00", "Mobile 5 GB")])


def many_services() -> Invoice:
    """Forty services at two places."""
    brand = make.make_northwind()
    account = make.make_account(brand, "200300", "Acme AS", language="de", country="DE")
    places = [make.make_location(account, f"l{i}", name=f"Filiale {i + 1}") for i in range(2)]
    lines = []
    for i in range(40):
        service = make.make_subscription(
            account,
            code=f"S-{i}",
            label=f"Mobil Business {i + 1}",
            location=places[i // 20],
            number=f"4915112345{i:03d}",
        )
        lines.append(line(service, f"{10 + i}.90", "Mobil Business, 20 GB", tax_rate=19))
    return issued.issue(account, lines)


def many_records() -> Invoice:
    """400 itemised records: seven lines, each cut at the 60 that cost most, one of data."""
    brand = make.make_brand()
    account = make.make_account(brand, "100400", "Bo Berg", language="nb")
    lines = []
    for i in range(7):
        code = ("voice", "sms", "data")[i % 3]
        mobile = make.make_subscription(
            account, code=f"M-{i}", label=f"Mobil {i + 1}", number=f"479000{i:04d}"
        )
        count = 70 if i < 5 else 50
        records(
            mobile,
            category(brand, code),
            [f"{(k * 7) % 23}.{k:02d}" for k in range(count)],
            **({"quantity": 734_003_200} if code == "data" else {}),
        )
        total = 734_003_200 * count if code == "data" else 95 * count
        quantity = count if code == "sms" else total
        lines.append(
            usage_line(mobile, "423.15", category(brand, code), records=count, quantity=quantity)
        )
    return issued.issue(account, lines)


def two_rates() -> Invoice:
    """Two tax rates, exempt and reverse charge on one bill; long names; no message."""
    brand = make.make_northwind()
    account = make.make_account(
        brand,
        "200500",
        LONG_NAME,
        language="de",
        street="Straße " * 10,
        country="AT",
        city="Wien",
        vat_number="ATU12345678",
    )
    place = make.make_location(account, name="Nebenstelle " * 5, street="Lange Gasse " * 4)
    service = make.make_subscription(
        account,
        label="Standortvernetzung mit Rückfallebene und Entstörung rund um die Uhr",
        location=place,
        number="43123456789",
    )
    long = "Grundgebühr für den Anschluss einschließlich Wartung der Technik vor Ort"
    lines = [
        line(service, "1234567.89", long, tax_rate=19),
        line(service, "25.00", "Handbuch", tax_rate=7, tax_category="reduced"),
        line(service, "10.00", "Schulung", tax_rate=0, tax_treatment="E", tax_category="exempt"),
        line(service, "99.90", "Roaming", tax_rate=0, tax_treatment="AE", tax_category="abroad"),
    ]
    reasons = {
        "E": "Steuerfrei nach § 4 Nr. 21 UStG",
        "AE": "Steuerschuldnerschaft des Leistungsempfängers",
    }
    return issued.issue(account, lines, reasons=reasons)


def credit_note() -> Invoice:
    """More given back than charged."""
    before = kari("en")
    account, old = before.account, before.lines.get(description="Fiber 250")
    fields: dict[str, Any] = {"period_start": date(2026, 11, 10)}
    fields |= {"period_end": issued.DECEMBER}
    fields |= {"days": 20, "days_in_period": 30}
    back = line(
        old.subscription,
        "-233.33",
        "Fiber 250",
        kind="credit",
        credits=old,
        unit_price=350,
        **fields,
    )
    return issued.issue(account, [back], kind="off_cycle")


def carried_over() -> Invoice:
    """Somebody who has not paid the last bill."""
    brand = make.make_brand()
    account = make.make_account(brand, "100600", "Bo Berg", language="en")
    mobile = make.make_subscription(account, label="Mobile 5 GB", number="4790000456")
    issued.issue(
        account,
        [line(mobile, "199.00", "Mobile 5 GB")],
        period_start=date(2026, 9, 1),
        period_end=OCTOBER,
        issue_date=OCTOBER,
    )
    return issued.issue(account, [line(mobile, "199.00", "Mobile 5 GB")])


def nothing_to_pay() -> Invoice:
    """Credit from an over-payment covers the bill."""
    brand = make.make_brand()
    account = make.make_account(brand, "100700", "Bo Berg", language="en")
    mobile = make.make_subscription(account, label="Mobile 5 GB", number="4790000456")
    before = issued.issue(
        account,
        [line(mobile, "199.00", "Mobile 5 GB")],
        period_start=date(2026, 9, 1),
        period_end=OCTOBER,
        issue_date=OCTOBER,
    )
    issued.pay(before, "500.00", date(2026, 10, 9))
    return issued.issue(account, [line(mobile, "199.00", "Mobile 5 GB")])


CASES: dict[str, Callable[[], Invoice]] = {
    "kari_nb": kari,
    "kari_logo_en": lambda: kari("en", code="fjord2", logo=logo(), logo_type="image/png"),
    "acme_en": acme,
    "one_line": one_line,
    "two_rates_de": two_rates,
    "credit_note": credit_note,
    "carried_over": carried_over,
    "nothing": nothing_to_pay,
    "many_services_de": many_services,
    "many_records_nb": many_records,
}
