"""What would it cost, and why did it: quotes, explanations, the command, the page and the API."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command

from billing.usage.explain_records import explain_record
from billing.usage.models import UsageRecord
from billing.usage.quotes import dialled_digits, quote_usage
from catalog.models import PlanVersion, Rate
from core.errors import DomainError
from tests import make
from tests.billing.usage.kari import Kari, call

EVENING = datetime(2026, 10, 3, 19, 10, tzinfo=UTC)


@pytest.fixture
def turkey(kari: Kari) -> Rate:
    """0.20 for the connection, then 0.90 a minute by the second."""
    return make.make_rate(
        kari.deck, "90532", "0.90", connection_fee=Decimal("0.20"), first_increment=None,
        destination="Turkey mobile",
    )  # fmt: skip


def version_of(kari: Kari) -> PlanVersion:
    return kari.plan.versions.get()


def test_a_quote_names_prefix_rate_increments_and_rounding(kari: Kari, turkey: Rate) -> None:
    """0.20 + 61 × 0.90/60 = 1.115."""
    quote = quote_usage(
        version_of(kari), usage_type="voice", number=dialled_digits("+90 532 123 45 67"),
        start=EVENING, quantity=61,
    )  # fmt: skip

    assert (quote.amount, quote.billed, quote.currency) == (Decimal("1.115000"), 61, "NOK")
    assert (quote.prefix, quote.destination, quote.deck) == ("90532", "Turkey mobile", "VOICE")
    assert quote.reasons[1:] == (
        "Connection fee: 0.20.",
        "From unit 0: 1 units, billed as 1 in steps of 1, at 0.90 per 60: 0.015.",
        "From unit 1: 60 units, billed as 60 in steps of 1, at 0.90 per 60: 0.90.",
        "Together: 1.115.",
        "Rounded to 6 decimals (half_up): 1.115.",
    )


def test_a_quote_is_what_the_record_will_cost(kari: Kari, turkey: Rate) -> None:
    kari.take([call(start="2026-10-03T19:10:00Z", called="+905321234567", seconds=61)])
    record = UsageRecord.objects.get()

    quote = quote_usage(
        version_of(kari), usage_type="voice", number="905321234567", start=EVENING, quantity=61
    )

    assert explain_record(record) == quote


def test_no_rate_is_no_price(kari: Kari) -> None:
    quote = quote_usage(
        version_of(kari), usage_type="voice", number="39061234", start=EVENING, quantity=61
    )

    assert (quote.outcome, quote.amount, quote.rate_from) == ("no_rate", None, None)
    assert "No prefix of 39061234 has a rate in force" in quote.reasons[-1]


def test_a_plan_that_sells_no_messages_says_so(kari: Kari) -> None:
    with pytest.raises(DomainError, match="has no deck for data"):
        quote_usage(version_of(kari), usage_type="data", number="", start=EVENING, quantity=1024)


def test_a_record_whose_rate_gives_another_amount_now_says_where_to_look(
    kari: Kari, turkey: Rate
) -> None:
    kari.take([call(called="+905321234567", seconds=61)])
    UsageRecord.objects.update(amount=1)

    with pytest.raises(DomainError, match=r"rated at 0\.000001 NOK; .* now give 1\.115000"):
        explain_record(UsageRecord.objects.get())


def test_a_record_whose_rate_is_gone_says_so(kari: Kari, turkey: Rate) -> None:
    kari.take([call(called="+905321234567", seconds=61)])
    UsageRecord.objects.update(rate_id=0)

    with pytest.raises(DomainError, match="is gone: run the audit"):
        explain_record(UsageRecord.objects.get())


@pytest.mark.parametrize(
    ("text", "digits"),
    [("+90 532 123-45-67", "905321234567"), ("0090532", "90532"), ("112", "112"), ("", "")],
)
def test_a_number_is_read_as_people_write_it(text: str, digits: str) -> None:
    assert dialled_digits(text) == digits


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(DomainError, match="'Kari' is not a number"):
        dialled_digits("Kari")


def test_the_command_tells_it_in_words_and_as_json(kari: Kari, turkey: Rate) -> None:
    words, figures = StringIO(), StringIO()
    asked = ("quote", kari.brand.code, "MOBIL10", "+90 532 123 45 67", "--quantity", "61",
             "--at", "2026-10-03T21:10")  # fmt: skip

    call_command(*asked, stdout=words)
    call_command(*asked, "--json", stdout=figures)

    assert "1.115000 NOK, 61 units billed, by deck VOICE, before allowances." in words.getvalue()
    told = json.loads(figures.getvalue())
    assert (told["amount"], told["start"]) == ("1.115000", "2026-10-03T21:10:00+02:00")
    assert [step["rule"] for step in told["steps"]] == [
        "rate", "connection_fee", "part", "part", "sum", "rounding"
    ]  # fmt: skip


def test_the_command_reads_a_number_as_a_source_does(kari: Kari) -> None:
    words = StringIO()

    call_command(
        "quote", kari.brand.code, "MOBIL10", "22 00 00 00", "--source", kari.source.code,
        "--at", "2026-10-03T21:10", stdout=words,
    )  # fmt: skip

    assert "The longest prefix of 4722000000" in words.getvalue()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nobody", "MOBIL10", "112"), "There is no brand nobody."),
        (("fjordtel", "NOPLAN", "112"), "Brand fjordtel has no plan NOPLAN."),
        (("fjordtel", "MOBIL10", "112", "--source", "NONE"), "has no usage source NONE."),
        (("fjordtel", "MOBIL10", "112", "--type", "fax"), "There is no usage type 'fax'"),
        (("fjordtel", "MOBIL10", "112", "--at", "1999-01-01"), "no published version that holds"),
        (("fjordtel", "MOBIL10", "112", "--at", "9999-12-31"), "starts before 9901"),
        (("fjordtel", "MOBIL10", "112", "--quantity", "9" * 30), "at most 100,000,000,000,000"),
    ],
)
def test_the_command_says_what_it_can_not_find(kari: Kari, arguments, words: str) -> None:
    errors = StringIO()

    with pytest.raises(SystemExit):
        call_command("quote", *arguments, stderr=errors)

    assert words in " ".join(errors.getvalue().split())
