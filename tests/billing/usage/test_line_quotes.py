"""What would it cost this line: exactly what the next import of the event stores."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections
from django.db.models import Sum

from billing.usage.allowances.models import AllowanceBalance
from billing.usage.explain_records import explain_record
from billing.usage.models import UsageFile, UsageRecord, UsageSummary
from billing.usage.price_tables import NumberTables
from billing.usage.quotes import Quote
from billing.usage.services.quote_for_line import AskedEvent, quote_for_line
from catalog.models import PlanVersion, Rate, RateDeck
from core.errors import DomainError
from core.money import from_micro
from tests import make
from tests.billing.usage.kari import NOW, Kari, call
from tests.billing.usage.test_allowances_at_random import Company
from tests.billing.usage.test_allowances_used import everything, graduated, plan_with
from tests.billing.usage.test_corrections_stored import HEADER


def ask(kari: Kari, line: str) -> Quote:
    """What the line of a file would cost."""
    record_id, start, service, called, seconds, *_ = line.split(",")
    asked = AskedEvent(
        source=kari.source, service=service, usage_type="voice", number=called,
        start=datetime.fromisoformat(start), quantity=int(seconds), record_id=record_id,
    )  # fmt: skip
    return quote_for_line(asked, now=NOW)


def usage_in_all() -> Decimal:
    return from_micro(int(UsageSummary.objects.aggregate(sum=Sum("amount"))["sum"] or 0))


def assert_next_import_stores_it(kari: Kari, line: str, name: str) -> None:
    before = everything(), usage_in_all(), UsageFile.objects.count()

    quote = ask(kari, line)

    assert (everything(), usage_in_all(), UsageFile.objects.count()) == before
    kari.take([line], name, header=HEADER)
    record = UsageRecord.objects.filter(file_id=UsageFile.objects.get(name=name).pk).first()
    if record is None:
        assert quote.outcome != "rated"
        return
    told = quote.covered, quote.paid, quote.billed
    assert told == (record.covered, from_micro(record.paid), record.billed)
    if not record.flags & UsageRecord.Flag.CUMULATIVE:
        assert quote.amount == from_micro(record.amount)
    assert quote.late == bool(record.flags & UsageRecord.Flag.LATE)
    assert quote.adds == usage_in_all() - before[1]


def check(kari: Kari, seed: int) -> None:
    company = Company(kari, seed)
    lines = company.usage()
    random.Random(seed).shuffle(lines)
    asked = [line for line in lines if ",CALL,," in line and line.endswith(",")][:6]
    rest = [line for line in lines if line not in asked]
    kari.take(rest[:40], "first.csv", header=HEADER)
    if seed % 3 == 0:
        kari.account.usage_closed_until = date(2026, 10, 1)
        kari.account.save()
    for place, line in enumerate(asked):
        assert_next_import_stores_it(kari, line, f"asked{place}.csv")


@pytest.mark.parametrize("seed", range(6))
def test_a_quote_is_what_the_next_import_stores(kari: Kari, seed: int) -> None:
    check(kari, seed)


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(1000, 1200))
def test_quotes_are_what_imports_store_at_length(kari: Kari, seed: int) -> None:
    check(kari, seed)


def kari_on(kari: Kari, terms: Any) -> None:
    """Kari's line on a plan with these terms, from its beginning."""
    plan = plan_with(kari, terms)
    kari.subscription.plan_history.all().delete()
    make.give_plan(kari.subscription, plan, kari.subscription.starts_on)


def ninety_seconds(version: PlanVersion) -> None:
    make.make_allowance(version, quantity=Decimal(90))


def test_a_period_without_balances_is_opened_as_an_import_would_open_it(kari: Kari) -> None:
    """90 of 121 seconds are covered; 31 at 0.60 a minute by the second are 0.31."""
    kari_on(kari, ninety_seconds)

    quote = ask(kari, call(seconds=121))

    assert (quote.covered, quote.amount, quote.adds) == (90, Decimal("0.31"), Decimal("0.31"))
    assert (quote.plan, quote.subscription) == ("INCLUDED", kari.subscription.code)
    assert "MINUTES covers 90 units; 0 are left of it." in quote.reasons
    assert not AllowanceBalance.objects.exists()


def test_an_event_before_others_says_what_they_cost_more(kari: Kari) -> None:
    """The later call had 61 of 90 seconds; now it has 29, and 32 at 0.01 are 0.32 more."""
    kari_on(kari, ninety_seconds)
    kari.take([call(seconds=61)])

    quote = ask(kari, call("A-2", "2026-10-02T12:00:00Z", seconds=61))

    assert (quote.covered, quote.amount, quote.adds) == (61, Decimal(0), Decimal("0.32"))
    assert quote.reasons[-1].startswith("With what it changes of other usage it adds 0.32")


def test_a_common_price_tells_what_the_event_adds(kari: Kari) -> None:
    """0.60 a minute up to 100 s, 0.30 beyond: of 61 more after 61, 39 are 0.39 and 22 are 0.11."""
    kari_on(kari, graduated)
    kari.take([call(seconds=61)])

    quote = ask(kari, call("A-2", "2026-10-04T12:00:00Z", seconds=61))

    assert quote.amount == quote.adds == Decimal("0.50")


def test_usage_of_a_closed_period_says_that_it_is_late(kari: Kari) -> None:
    kari.account.usage_closed_until = date(2026, 11, 1)
    kari.account.save()

    quote = ask(kari, call())

    assert quote.late
    assert "Its usage period is closed: it stands on the next invoice, as late usage." in (
        quote.reasons
    )


@pytest.mark.parametrize(
    ("line", "outcome", "words"),
    [
        (call(service="+4799999999"), "unknown_service", "nobody has the number"),
        (call(start="2019-10-03T12:00:00Z"), "invalid", "no partition for 2019-10"),
        (call(called="+39061234"), "no_rate", "deck VOICE has no rate for 39061234"),
        (call(called=""), "invalid", "the called number is missing"),
        (call(seconds=10**13), "invalid", "more than the 1,000,000,000,000 of the source"),
        (call("A-0"), "duplicate", "stored already"),
    ],
)
def test_what_would_not_be_rated_says_why(kari: Kari, line: str, outcome: str, words: str) -> None:
    kari.take([call("A-0")])

    quote = ask(kari, line)

    assert (quote.outcome, quote.amount) == (outcome, None)
    assert words in quote.reasons[-1]
    assert UsageRecord.objects.count() == 1


def test_a_correction_is_not_quoted(kari: Kari) -> None:
    with pytest.raises(DomainError, match="a correction says itself"):
        ask(kari, call(seconds=-1))


def test_while_an_import_holds_the_account_one_is_to_ask_again(
    kari: Kari, transactional_db: None
) -> None:
    """The other transaction is a second connection's."""
    held = connections.create_connection("default")
    try:
        held.set_autocommit(False)
        with held.cursor() as cursor:
            cursor.execute("SELECT FROM accounts_account WHERE id = %s FOR UPDATE",
                           [kari.account.pk])  # fmt: skip

            with pytest.raises(DomainError, match="being taken in just now"):
                ask(kari, call())
    finally:
        held.rollback()
        held.close()


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "covers 90 units"), ("nb", "dekker 90 enheter"), ("de", "deckt 90 Einheiten")],
)
def test_the_command_tells_it_in_the_readers_words(kari: Kari, language: str, words: str) -> None:
    kari_on(kari, ninety_seconds)
    told, figures = StringIO(), StringIO()
    asked = ("quote", kari.brand.code, "+47 22 00 00 00", "--service", "+47 90 00 01 23",
             "--quantity", "121", "--at", "2026-10-03T21:10", "--language", language)  # fmt: skip

    call_command(*asked, stdout=told)
    call_command(*asked, "--json", stdout=figures)

    assert words in told.getvalue()
    assert "0.310000 NOK, 121 units billed, by deck PER-SECOND." in told.getvalue()
    data = json.loads(figures.getvalue())
    assert (data["covered_units"], data["amount"], data["adds"]) == (90, "0.310000", "0.310000")


def test_the_command_asks_for_a_line_or_a_plan(kari: Kari) -> None:
    for arguments in (("MOBIL10", "112", "--service", "+4790000123"), ()):
        errors = StringIO()

        with pytest.raises(SystemExit):
            call_command("quote", kari.brand.code, *arguments, stderr=errors)

        assert "Name a plan" in errors.getvalue()


def many_prefixes(kari: Kari, count: int) -> None:
    deck = RateDeck.objects.get(code="PER-SECOND")
    days = date(2020, 1, 1)
    Rate.objects.bulk_create(
        Rate(deck=deck, prefix=str(10**9 + place), starts_on=days, price=Decimal(1),
             first_increment=60, next_increment=1)
        for place in range(count)
    )  # fmt: skip


def counting(statements: list[str]) -> Callable[..., Any]:
    """Notes each statement that is executed."""

    def noted(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        statements.append(sql)
        return execute(sql, *rest)

    return noted


def test_a_large_deck_costs_an_explanation_no_more_rows_and_queries(kari: Kari) -> None:
    """Of a deck with 2,001 prefixes the one that serves is read, by as many queries as of one."""
    kari_on(kari, ninety_seconds)
    kari.take([call(seconds=61)])
    record = UsageRecord.objects.get()
    few: list[str] = []
    with connections["default"].execute_wrapper(counting(few)):
        alone = explain_record(record)
    many_prefixes(kari, 2000)
    tables = NumberTables()

    many: list[str] = []
    with connections["default"].execute_wrapper(counting(many)):
        told = explain_record(record, tables=tables)

    assert told == alone
    assert len(many) == len(few) < 60
    assert len(tables.of(RateDeck.objects.get(code="PER-SECOND")).table.keys) == 1
