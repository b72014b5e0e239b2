"""Every billed amount explains itself: formula, price version, period, usage behind it."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command

from billing.documents.explain import explain_line
from billing.invoicing.models import InvoiceUsage
from billing.usage.models import UsageSummary
from catalog.models import Charge
from core.models import Brand
from tests import make
from tests.billing.documents import cases, issued

pytestmark = pytest.mark.django_db


def command(*arguments: str | None) -> str:
    output = StringIO()
    call_command("explain_invoice", *arguments, stdout=output, stderr=StringIO())
    return output.getvalue()


@pytest.mark.parametrize(
    ("position", "formula", "reason"),
    [
        (
            1,
            "−299.00 × 18 / 31 = −173.61",
            "Gives back 14–31 Oct 2026 of line 1 of invoice FT-100001.",
        ),
        (
            2,
            "399.00 × 18 / 31 = 231.68",
            "Recurring charge for 14–31 Oct 2026: 18 of 31 days of its period.",
        ),
        (3, "399.00 = 399.00", "Recurring charge for 1–30 Nov 2026."),
        (4, "83.62 = 83.62", "One-off charge, taken on 3 Oct 2026."),
        (5, "sum of 4 records = 14.38", "Usage of the period 1–31 Oct 2026."),
    ],
)
def test_each_kind_of_line_says_its_reason_and_formula(
    position: int, formula: str, reason: str
) -> None:
    line = cases.kari().lines.get(position=position)

    explanation = explain_line(line)

    assert explanation.formula == formula
    assert explanation.reason == reason
    assert explanation.as_dict()["amount"] == str(line.amount.quantize(Decimal("0.01")))


def test_a_rounded_line_shows_its_exact_figure(fjordtel: Brand) -> None:
    account = make.make_account(fjordtel)
    plan = make.make_plan(fjordtel)
    line = issued.line(
        make.make_subscription(account, plan),
        "173.61",
        "Mobil",
        unit_price=Decimal("299.00"),
        exact_amount=Decimal("173.612903"),
        days=18,
        days_in_period=31,
        charge=Charge.objects.get(version__plan=plan),
    )
    issued.issue(account, [line])

    explanation = explain_line(line)

    assert explanation.formula == "299.00 × 18 / 31 = 173.612903, rounded 173.61"
    assert explanation.price_version == f"Prices of {plan.code} from 1 January 2020."
    assert explanation.facts["price_version"] == "2020-01-01"


def test_a_charge_that_is_not_prorated_shows_its_full_price(fjordtel: Brand) -> None:
    account = make.make_account(fjordtel)
    plan = make.make_plan(fjordtel, charge={"proration": "full"})
    charge = Charge.objects.get(version__plan=plan)
    line = issued.line(
        make.make_subscription(account, plan), "299.00", "Mobil", days=3, charge=charge
    )
    issued.issue(account, [line])

    assert explain_line(line).formula == "299.00 = 299.00"


def test_a_usage_line_names_the_summaries_behind_it(fjordtel: Brand) -> None:
    account = make.make_account(fjordtel)
    plan = make.make_plan(fjordtel, code="MOBIL20")
    service = make.make_subscription(account, plan)
    category = cases.category(fjordtel)
    summary = UsageSummary.objects.create(
        account=account,
        subscription=service,
        period_start=issued.OCTOBER,
        origin_start=date(2026, 9, 1),
        category=category,
        plan_version=plan.versions.get(),
        usage_type=1,
        records=2,
        quantity=61,
        billed=120,
        amount=1_234_567,
        cost=0,
    )
    line = issued.usage_line(
        service,
        "1.23",
        category,
        records=2,
        quantity=61,
        usage_origin=date(2026, 9, 1),
        exact_amount=Decimal("1.234567"),
    )
    issued.issue(
        account,
        [line],
        before_issue=lambda: InvoiceUsage.objects.create(
            line=line, summary=summary, records=2, quantity=61, billed=120, amount=1_234_567
        ),
    )

    explanation = explain_line(line)

    assert explanation.words == (
        "Usage of the period 1–31 Oct 2026.",
        "Used in the period from 1 September 2026, reported late",
        "2 calls, 0:01:01: 1.234567. Prices of MOBIL20 from 1 January 2020.",
        "sum of 2 records = 1.234567, rounded 1.23",
    )
    assert explanation.as_dict()["late"] is True
    assert explanation.as_dict()["usage"] == [
        {
            "period": "2026-10-01",
            "origin": "2026-09-01",
            "usage_type": 1,
            "plan": "MOBIL20",
            "price_version": "2020-01-01",
            "records": 2,
            "quantity": 61,
            "billed": 120,
            "covered": 0,
            "amount": "1.234567",
        }
    ]


def test_lines_are_explained_in_the_language_asked_for() -> None:
    line = cases.kari().lines.get(position=2)

    assert explain_line(line, language="nb").formula.startswith("399,00 × 18 / 31 = 231,68")


def test_the_command_prints_lines_taxes_and_totals() -> None:
    invoice = cases.kari()

    text = command(invoice.number)

    assert "Invoice FT-100002 of 2026-11-01, due 2026-11-16, account 100123" in text
    assert "399.00 × 18 / 31 = 231.68" in text
    assert "standard 25%: 905.07 × 25% / (1 + 25%) = 181.01; 724.06 + 181.01 = 905.07" in text
    assert "Net 724.06 + tax 181.01 = 905.07 NOK" in text


def test_net_prices_explain_tax_as_added() -> None:
    assert "standard 19%: 84.78 × 19% = 16.11; 84.78 + 16.11 = 100.89" in command(
        cases.acme().number
    )


def test_the_json_form_has_the_same_facts() -> None:
    invoice = cases.kari()

    facts = json.loads(command(invoice.number, "--json"))

    assert facts["total"] == "905.07"
    assert facts["taxes"] == [
        {
            "category": "standard",
            "treatment": "S",
            "rate": "25",
            "net": "724.06",
            "tax": "181.01",
            "gross": "905.07",
            "reason": "",
        }
    ]
    amounts = [Decimal(line["amount"]) for line in facts["lines"]]
    assert sum(amounts) == Decimal("905.07")
    assert facts["lines"][0]["credits_invoice"] == "FT-100001"


def test_an_unknown_number_cannot_start() -> None:
    with pytest.raises(SystemExit) as stopped:
        command("FT-0")
    assert stopped.value.code == 2


def test_a_number_of_two_legal_entities_asks_which_one() -> None:
    from core.models import NumberSeries

    first = cases.one_line()
    other = make.make_northwind()
    NumberSeries.objects.filter(pk=other.series_id).update(prefix="FT-", next_number=100001)
    account = make.make_account(other, "200100", "Acme AS", language="en")
    second = issued.issue(account, [issued.line(make.make_subscription(account), "1.00", "x")])
    assert first.number == second.number

    with pytest.raises(SystemExit) as stopped:
        command(first.number)
    assert stopped.value.code == 2
    assert "Acme" not in command(first.number, "--legal-entity", "FJORDTEL")
