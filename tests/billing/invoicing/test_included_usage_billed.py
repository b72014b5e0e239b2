"""Bills with included units and cumulative prices: what was covered, what is left to pay."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from accounts.models import Account
from billing.documents.composition.invoice_content import invoice_content
from billing.documents.explain import explain_line
from billing.invoicing.models import Invoice, InvoiceLine
from billing.invoicing.services import calculate_accounts
from billing.invoicing.services.run_billing import run_billing
from billing.usage.models import UsageSource
from billing.usage.partitions import months_between
from billing.usage.services.ensure_partitions import ensure_partitions
from billing.usage.services.import_usage_file import import_usage_file
from catalog.models import Plan, PlanVersion
from core.audit import all_invariants
from core.errors import DomainError
from core.models import Brand
from tests import make

NOW = datetime(2026, 12, 3, 8, tzinfo=UTC)
OCTOBER, NOVEMBER, DECEMBER = date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1)


@pytest.fixture(autouse=True)
def months(db: None) -> None:
    ensure_partitions(months_between(date(2026, 9, 1), DECEMBER))


def source_of(brand: Brand, country_code: str = "47") -> UsageSource:
    source = make.make_source(brand, country_code=country_code)
    source.mapping["columns"]["type"] = "kind"
    source.mapping["types"] = {"CALL": "voice", "TEXT": "sms"}
    source.save()
    return source


def take(source: UsageSource, path: Path, rows: Iterable[str]) -> None:
    path.write_text("id,start,service,called,seconds,kind\n" + "".join(f"{row}\n" for row in rows))
    import_usage_file(path=path, source=source, now=NOW)


def event(moment: str, seconds: int, *, kind: str = "CALL", service: str = "4790000123") -> str:
    called = f"+{service[:2]}22000000"
    return f"{kind}-{service}-{moment},{moment}:00Z,+{service},{called},{seconds},{kind}"


def bill(account: Account, day: date) -> Invoice:
    """Bill on the third day after the bill date, and let the audit look."""
    run_billing(brand=account.brand, bill_date=day, as_of=day + timedelta(days=2), now=NOW)
    invoice = Invoice.objects.get(account=account, period_end=day)
    assert {one.id: hits for one in all_invariants() if (hits := list(one.check()))} == {}
    return invoice


def usage(invoice: Invoice) -> list[tuple[str, str, str]]:
    """Heading, amount and notes of each usage line."""
    lines = invoice.lines.filter(kind=InvoiceLine.Kind.USAGE).order_by("position")
    return [
        (
            line.usage_category.code if line.usage_category else "",
            f"{line.amount:.2f}",
            ", ".join(explain_line(line).notes),
        )
        for line in lines
    ]


def plan_of(brand: Brand, code: str, **allowance: object) -> Plan:
    """99.00 a month; calls at 0.60 a minute, 60/1; messages 0.50 each up to three, 0.40 beyond."""
    product = make.make_product(brand, code)
    plan = Plan.objects.create(brand=brand, product=product, code=code, name={"en": code})
    version = make.make_draft(plan, date(2020, 1, 1))
    make.make_charge(version, price=Decimal("99.00"))
    prefix = "47" if brand.currency == "NOK" else "49"
    voice, sms = f"VOICE-{code}", f"SMS-{code}"
    deck = make.make_deck(brand, voice)
    make.make_rate(deck, prefix)
    messages = make.make_deck(brand, sms, usage_type="sms", per=1)
    make.make_rate(messages, prefix, "0.50", per=1, first_increment=1)
    version.deck_assignments.create(usage_type="voice", deck=deck)
    version.deck_assignments.create(usage_type="sms", deck=messages)
    make.make_allowance(version, **allowance)
    tiers(version)
    make.publish(version)
    return plan


def tiers(version: PlanVersion) -> None:
    charge = make.make_charge(
        version, code="messages", kind="usage", pricing="graduated", price=Decimal(0), per=1,
        usage_types=["sms"],
    )  # fmt: skip
    charge.tiers.create(up_to=3, price=Decimal("0.50"))
    charge.tiers.create(up_to=None, price=Decimal("0.40"))


def test_karis_ten_minutes_and_messages_over_two_months(fjordtel: Brand, tmp_path: Path) -> None:
    """October: of 300 + 240 + 120 s 600 are included, 60 s cost 0.60; five messages cost
    3 × 0.50 + 2 × 0.40 = 2.30. With 99.00 for each of October and November: 200.90.

    Late, after October was billed: 60 s find nothing left over (0.60), the sixth message costs
    0.40. November's 300 s are included: 0.00. With 99.00 for December: 100.00.
    """
    kari = make.make_account(fjordtel)
    plan = plan_of(fjordtel, "TEN")
    make.make_subscription(kari, plan, number="4790000123", starts_on=OCTOBER)
    source = source_of(fjordtel)
    calls = [("03T10:00", 300), ("04T10:00", 240), ("05T10:00", 120)]
    rows = [event(f"2026-10-{at}", seconds) for at, seconds in calls]
    rows += [event(f"2026-10-1{day}T10:00", 1, kind="TEXT") for day in range(5)]
    take(source, tmp_path / "october.csv", rows)

    october = bill(kari, NOVEMBER)
    late = [event("2026-10-20T10:00", 60), event("2026-10-21T10:00", 1, kind="TEXT")]
    take(source, tmp_path / "november.csv", [*late, event("2026-11-03T10:00", 300)])
    november = bill(kari, DECEMBER)

    assert usage(october) == [("sms", "2.30", ""), ("voice", "0.60", "of which 0:10:00 included")]
    assert october.total == Decimal("200.90")
    marked = "Used in the period from 1 October 2026, reported late"
    assert usage(november) == [
        ("sms", "0.40", marked),
        ("voice", "0.60", marked),
        ("voice", "0.00", "of which 0:05:00 included"),
    ]
    assert november.total == Decimal("100.00")


def test_a_plan_change_that_no_record_followed_counts_on_the_bill(
    fjordtel: Brand, tmp_path: Path
) -> None:
    """From 5 October the plan includes 60 s instead of 600: of the 500 s of 7 October 440 cost
    4.40, although the change was entered after they had come; the 100 s before it are included.
    """
    kari = make.make_account(fjordtel)
    mobile = make.make_subscription(
        kari, plan_of(fjordtel, "TEN"), number="4790000123", starts_on=OCTOBER
    )
    source = source_of(fjordtel)
    take(source, tmp_path / "one.csv", [event("2026-10-03T10:00", 100)])
    take(source, tmp_path / "two.csv", [event("2026-10-07T10:00", 500)])
    make.give_plan(mobile, plan_of(fjordtel, "LESS", quantity=Decimal(60)), date(2026, 10, 5))

    invoice = bill(kari, NOVEMBER)

    assert usage(invoice) == [("voice", "4.40", "of which 0:02:40 included")]


def test_two_lines_of_a_business_use_one_pool(tmp_path: Path) -> None:
    """Two lines add 600 s each. The first uses 1,000 of the 1,200, the second the 200 that are
    left of its 300: 100 s cost 1.00.
    """
    northwind = make.make_northwind()
    acme = make.make_account(northwind, "200100", "Acme AS", country="DE", language="en")
    plan = plan_of(northwind, "OFFICE", scope="pooled")
    numbers = ("494066969901", "494066969902")
    for place, number in enumerate(numbers, start=1):
        make.make_subscription(acme, plan, f"LINE-{place}", number=number, starts_on=OCTOBER)
    rows = [
        event("2026-10-05T10:00", 1000, service=numbers[0]),
        event("2026-10-06T10:00", 300, service=numbers[1]),
    ]
    take(source_of(northwind, "49"), tmp_path / "october.csv", rows)

    invoice = bill(acme, NOVEMBER)

    assert usage(invoice) == [
        ("voice", "0.00", "of which 0:16:40 included"),
        ("voice", "1.00", "of which 0:03:20 included"),
    ]
    assert invoice.net_total == Decimal("397.00")
    assert invoice.total == Decimal("472.43")


def test_money_that_pays_all_calls_leaves_a_line_of_nothing(
    fjordtel: Brand, tmp_path: Path
) -> None:
    """5.00 included pay 120 s at 0.60 a minute: 1.20; the line says 0.00."""
    kari = make.make_account(fjordtel)
    plan = plan_of(fjordtel, "CREDIT", unit="money", quantity=Decimal("5.00"))
    make.make_subscription(kari, plan, number="4790000123", starts_on=OCTOBER)
    take(source_of(fjordtel), tmp_path / "october.csv", [event("2026-10-03T10:00", 120)])

    invoice = bill(kari, NOVEMBER)

    assert usage(invoice) == [("voice", "0.00", "")]
    assert invoice.total == Decimal("198.00")


def test_the_itemised_list_says_what_was_included_and_what_is_priced_together(
    fjordtel: Brand, tmp_path: Path
) -> None:
    """Of 540, 120 and 75 s the first is included, of the second 60 s; messages have one price."""
    kari = make.make_account(fjordtel, language="en")
    make.make_subscription(kari, plan_of(fjordtel, "TEN"), number="4790000123", starts_on=OCTOBER)
    calls = [("03T10:00", 540), ("05T10:00", 120), ("06T10:00", 75)]
    rows = [event(f"2026-10-{at}", seconds) for at, seconds in calls]
    rows.append(event("2026-10-07T10:00", 1, kind="TEXT"))
    take(source_of(fjordtel), tmp_path / "october.csv", rows)

    messages, spoken = invoice_content(bill(kari, NOVEMBER)).usage

    assert [(row.amount, row.included) for row in messages.rows] == [("", "priced together")]
    assert [(row.amount, row.included) for row in spoken.rows] == [
        ("0.00", "included"),
        ("0.60", "0:01:00 included"),
        ("0.75", ""),
    ]


def test_an_account_whose_allowances_cannot_be_settled_is_parked_alone(
    fjordtel: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    kari, bo = make.make_account(fjordtel), make.make_account(fjordtel, "100200", "Bo Berg")
    for account in (kari, bo):
        make.make_subscription(account, Plan.objects.first() or make.make_plan(fjordtel))

    def settle(brand: Brand, account_ids: Iterable[int], *, until: date) -> int:
        if kari.pk in account_ids:
            raise DomainError("A stored record's deck is gone: run the audit.")
        return 0

    monkeypatch.setattr(calculate_accounts, "settle_accounts", settle)

    run = run_billing(
        brand=fjordtel, bill_date=NOVEMBER, as_of=NOVEMBER + timedelta(days=2), now=NOW
    )

    rows = run.accounts.order_by("account__number").values_list("state", "reason")
    assert list(rows) == [
        ("parked", "A stored record's deck is gone: run the audit."),
        ("issued", ""),
    ]
