"""A deck's prices were wrong: open periods are replaced, billed ones adjusted on the next bill."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from billing.invoicing.models import Invoice, InvoiceLine
from billing.invoicing.services.run_billing import run_billing
from billing.usage.explain_records import explain_record
from billing.usage.models import UsageRecord
from billing.usage.rerating.models import Rerating, ReratingEffect, UsageReplacement
from billing.usage.services.run_rerating import (
    carry_out_rerating,
    request_rerating,
    try_rerating,
)
from catalog.models import PlanVersion, Rate, RateDeck, RateImport, Supplier
from catalog.services.import_rates import import_rates
from catalog.services.revert_rate_import import revert_rate_import
from core.audit import all_invariants
from core.errors import DomainError, InputRefused
from core.money import from_micro
from tests import make
from tests.billing.usage.kari import Kari, call, summaries

pytestmark = pytest.mark.django_db

AUGUST, SEPTEMBER, OCTOBER = date(2026, 8, 1), date(2026, 9, 1), date(2026, 10, 1)
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


def rerate(deck: RateDeck, since: date = AUGUST, now: datetime = NOW) -> list[ReratingEffect]:
    """Carry a re-rating out; nothing of the audit is broken by it."""
    rerating = request_rerating(deck, since, reason="Wrong prices.", by_id=None, now=now)
    effects = carry_out_rerating(rerating, now=now)
    assert broken() == {}
    return effects


def broken() -> dict[str, list[str]]:
    """What the audit finds, but for news that wait for a worker."""
    found = {one.id: list(one.check()) for one in all_invariants() if one.id != "I30"}
    return {name: hits for name, hits in found.items() if hits}


def bill(kari: Kari, month: int) -> None:
    run_billing(
        brand=kari.brand,
        bill_date=date(2026, month, 1),
        as_of=date(2026, month, 3),
        now=datetime(2026, month, 3, 8, tzinfo=UTC),
    )
    assert broken() == {}


def usage_lines(month: int) -> list[tuple[str, str, int | None]]:
    """Origin, amount and units of each usage line of the month's invoice."""
    lines = InvoiceLine.objects.filter(
        kind="usage", invoice__period_end=date(2026, month, 1)
    ).order_by("position")
    return [(f"{line.usage_origin:%b}", f"{line.amount:.2f}", line.quantity) for line in lines]


def correct(deck: RateDeck, price: str, since: date = AUGUST, prefix: str = "47") -> None:
    """From a past day on the deck says another price, 60/1 without a connection fee."""
    make.make_rate(deck, prefix, price, starts_on=since)


def test_three_billed_months_are_adjusted_on_the_next_invoice(kari: Kari):
    """60 s cost 0.99 + 0.49 = 1.48, and should have cost 0.40 from August on."""
    for month in (7, 8, 9, 10):
        kari.take([call(f"M-{month}", f"2026-{month:02}-05T12:00:00Z", seconds=60)], f"{month}.csv")
        bill(kari, month + 1)
    correct(kari.deck, "0.40")

    [effect] = rerate(kari.deck)
    bill(kari, 12)

    assert (effect.replaced, effect.adjusted) == (0, 3)
    assert from_micro(effect.adjustment) == Decimal("-3.24")
    assert usage_lines(9) == [("Aug", "1.48", 60)]
    assert usage_lines(12) == [("Aug", "-1.08", 0), ("Sep", "-1.08", 0), ("Oct", "-1.08", 0)]


def test_open_periods_are_replaced_where_they_stand(kari: Kari):
    kari.take([call("A", seconds=60), call("B", seconds=120, called="+4790111222")])
    correct(kari.deck, "0.40")

    [effect] = rerate(kari.deck)

    assert (effect.replaced, effect.adjusted) == (1, 0)
    assert (from_micro(effect.open_before), from_micro(effect.open_after)) == (
        Decimal("1.48"),
        Decimal("0.40"),
    )
    records = UsageRecord.objects.order_by("line_number")
    assert [from_micro(record.amount) for record in records] == [Decimal("0.40"), 0]
    assert {record.flags & UsageRecord.Flag.RERATED for record in records} == {0}
    assert not UsageReplacement.objects.exists()


def test_a_second_time_changes_nothing(kari: Kari):
    kari.take([call("S", "2026-09-05T12:00:00Z"), call("O", "2026-10-05T12:00:00Z")])
    bill(kari, 10)
    correct(kari.deck, "0.40")
    rerate(kari.deck)
    before = summaries()

    assert rerate(kari.deck) == []
    assert summaries() == before


def test_a_later_correction_starts_from_the_replacement(kari: Kari):
    """1.48 was billed, then 0.40 was right, then 0.55 from September on."""
    kari.take([call("S", "2026-09-05T12:00:00Z", seconds=60)])
    bill(kari, 10)
    correct(kari.deck, "0.40")
    rerate(kari.deck)
    bill(kari, 11)
    correct(kari.deck, "0.55", SEPTEMBER)

    [effect] = rerate(kari.deck)
    bill(kari, 12)

    assert from_micro(effect.adjustment) == Decimal("0.15")
    assert usage_lines(11) == [("Sep", "-1.08", 0)]
    assert usage_lines(12) == [("Sep", "0.15", 0)]


def test_a_trial_tells_the_same_and_leaves_no_trace(kari: Kari):
    kari.take([call("S", "2026-09-05T12:00:00Z"), call("O", "2026-10-05T12:00:00Z")])
    bill(kari, 10)
    correct(kari.deck, "0.40")
    before = (summaries(), list(UsageRecord.objects.order_by("pk").values_list()))

    tried = try_rerating(
        request_rerating(kari.deck, AUGUST, reason="Wrong.", by_id=None, now=NOW), now=NOW
    )

    assert (summaries(), list(UsageRecord.objects.order_by("pk").values_list())) == before
    assert not Rerating.objects.exists()
    done = rerate(kari.deck)
    figures = ("account_id", "replaced", "adjusted", "open_before", "open_after", "adjustment")
    assert [[getattr(each, name) for name in figures] for each in tried] == [
        [getattr(each, name) for name in figures] for each in done
    ]


def test_usage_before_the_day_keeps_its_price(kari: Kari):
    kari.take([call("S", "2026-10-04T21:59:59Z"), call("O", "2026-10-04T22:00:00Z")])
    correct(kari.deck, "0.40")

    [effect] = rerate(kari.deck, date(2026, 10, 5))

    assert effect.replaced == 1
    assert [record.rate_id for record in UsageRecord.objects.order_by("start_at")] == [
        kari.deck.rates.get(prefix="47", starts_on__lt=AUGUST).pk,
        kari.deck.rates.get(prefix="47", starts_on=AUGUST).pk,
    ]


def test_what_has_no_price_any_more_keeps_the_old_one(kari: Kari):
    kari.take([call("A", seconds=60, called="+390612345"), call("B", seconds=60)])
    make.make_rate(kari.deck, "47", "0", starts_on=AUGUST, ended=True)

    rerating = request_rerating(kari.deck, AUGUST, reason="Wrong.", by_id=None, now=NOW)
    effects = carry_out_rerating(rerating, now=NOW)

    assert effects == []
    assert rerating.unpriced == 1
    assert from_micro(UsageRecord.objects.get().amount) == Decimal("1.48")


def test_a_customers_whole_saving_is_told_and_others_are_left_out(kari: Kari):
    bo = make.make_account(kari.brand, "100124", "Bo Berg")
    make.make_subscription(bo, kari.plan, number="4790000124")
    kari.take([call("A"), call("B", called="+4790111222", service="+4790000124")])
    correct(kari.deck, "0.40")

    assert [effect.account.number for effect in rerate(kari.deck)] == ["100123"]


def test_a_reversed_record_and_its_correction_stay_as_they_are(kari: Kari):
    kari.source.mapping["columns"] |= {"kind": "kind", "corrects": "corrects"}
    kari.source.mapping["corrections"] = ["storno"]
    kari.source.save()
    header = "id,start,service,called,seconds,kind,corrects"
    kari.take([f"{call('A')},,", f"{call('C')},storno,A"], header=header)
    correct(kari.deck, "0.40")

    assert rerate(kari.deck) == []


def test_a_correction_by_the_source_reverses_the_replacement(kari: Kari):
    """Billed at 1.48, adjusted to 0.40, then taken back by the carrier: 0 in the end."""
    kari.source.mapping["columns"] |= {"kind": "kind", "corrects": "corrects"}
    kari.source.mapping["corrections"] = ["storno"]
    kari.source.save()
    header = "id,start,service,called,seconds,kind,corrects"
    kari.take([f"{call('A', '2026-09-05T12:00:00Z', seconds=60)},,"], "a.csv", header)
    bill(kari, 10)
    correct(kari.deck, "0.40")
    rerate(kari.deck)

    kari.take([f"{call('C', '2026-09-05T12:00:00Z', seconds=60)},storno,A"], "c.csv", header)
    bill(kari, 11)

    assert usage_lines(10) == [("Sep", "1.48", 60)]
    assert usage_lines(11) == [("Sep", "-1.48", -60)]


def test_the_same_file_again_finds_its_records(kari: Kari):
    lines = [call("S", "2026-09-05T12:00:00Z"), call("O", "2026-10-05T12:00:00Z")]
    kari.take(lines, "one.csv")
    bill(kari, 10)
    correct(kari.deck, "0.40")
    rerate(kari.deck)

    again = kari.take([*lines, call("N", "2026-10-06T12:00:00Z")], "two.csv")

    assert (again.rated, again.duplicates) == (1, 2)


def test_buy_decks_days_to_come_and_no_reason_are_refused(kari: Kari):
    supplier = Supplier.objects.create(
        legal_entity=kari.brand.legal_entity, code="CARRIER", name="Carrier", currency="NOK"
    )
    bought = RateDeck.objects.create(
        direction="buy", supplier=supplier, code="BUY", name="Buy", usage_type="voice",
        currency="NOK", zone="Europe/Oslo",
    )  # fmt: skip

    for deck, since, reason, words in (
        (bought, AUGUST, "Wrong.", "what we pay"),
        (kari.deck, date(2026, 11, 21), "Wrong.", "Nothing was used yet"),
        (kari.deck, AUGUST, " ", "Say why"),
    ):
        with pytest.raises(DomainError, match=words):
            request_rerating(deck, since, reason=reason, by_id=None, now=NOW)
    assert not Invoice.objects.exists()


def minutes(version: PlanVersion) -> None:
    make.make_allowance(version, quantity=Decimal(2))


def credit(version: PlanVersion) -> None:
    make.make_allowance(version, "CREDIT", quantity=Decimal("2.00"), unit="money")


def rolling(version: PlanVersion) -> None:
    make.make_allowance(version, quantity=Decimal(2), roll_over_periods=1)


TERMS: dict[str, Callable[[PlanVersion], Any]] = {
    "minutes": minutes,
    "credit": credit,
    "rolling": rolling,
}


def told(record: UsageRecord) -> list[str]:
    """Why it costs what it costs, in plain words."""
    return list(explain_record(record).reasons)


def test_each_record_says_why_it_costs_this(kari: Kari):
    kari.take([call("S", "2026-09-05T12:00:00Z", seconds=60)])
    bill(kari, 10)
    correct(kari.deck, "0.40")
    rerate(kari.deck)

    first, replacement, reversal = UsageRecord.objects.order_by("flags")

    assert told(first)[0].startswith("It was rated at 1.480000, and later rated again")
    assert told(reversal)[0] == "It reverses its record whole: -1.480000."
    assert "It stands for a billed record that had another price." in told(replacement)
    assert [from_micro(each.amount) for each in (first, reversal, replacement)] == [
        Decimal("1.48"), Decimal("-1.48"), Decimal("0.40"),
    ]  # fmt: skip


def correct_by_file(deck: RateDeck, rows: str, since: date, reason: str = "Read wrongly.") -> None:
    """Take a file in that corrects what has started; `rows` are prefix and price, 60/1."""
    header = "prefix,destination,price,connection_fee,per,first_increment,next_increment\n"
    lines = [f"{prefix},,{price},0,60,60,1" for prefix, price in map(str.split, rows.split(","))]
    import_rates(
        (header + "\n".join(lines) + "\n").encode(),
        file="right.csv",
        deck=deck,
        starts_on=since,
        as_of=NOW.date(),
        correct=True,
        reason=reason,
        now=NOW,
    )


def test_a_rate_that_was_wrong_from_its_start_is_superseded(kari: Kari):
    """0.70 from August on should have been 0.40 from the same day on."""
    make.make_rate(kari.deck, "47", "0.70", starts_on=AUGUST)
    for month in (8, 9):
        kari.take([call(f"M-{month}", f"2026-{month:02}-05T12:00:00Z", seconds=60)], f"{month}.csv")
        bill(kari, month + 1)
    kari.take([call("O", "2026-10-05T12:00:00Z", seconds=60)], "open.csv")
    correct_by_file(kari.deck, "47 0.40", AUGUST)

    [effect] = rerate(kari.deck)
    bill(kari, 11)

    assert (effect.replaced, effect.adjusted) == (1, 2)
    assert usage_lines(9) == [("Aug", "0.70", 60)]
    assert usage_lines(11) == [("Aug", "-0.30", 0), ("Sep", "-0.30", 0), ("Oct", "0.40", 60)]
    assert rerate(kari.deck) == []
    first = UsageRecord.objects.filter(period_start=AUGUST).get()
    assert Rate.objects.get(pk=first.rate_id).superseded_by is not None


def test_a_record_of_a_superseded_rate_says_so_until_it_is_rated_again(kari: Kari):
    make.make_rate(kari.deck, "47", "0.70", starts_on=AUGUST)
    kari.take([call("O", "2026-10-05T12:00:00Z", seconds=60)])
    correct_by_file(kari.deck, "47 0.40", AUGUST)
    number = RateImport.objects.latest("pk").pk

    with pytest.raises(DomainError) as told:
        explain_record(UsageRecord.objects.get())
    rerate(kari.deck)

    assert str(told.value) == (
        f"The record was rated at NOK\xa00.70 by a rate that import {number} has superseded (Read "
        "wrongly.). “Rate usage again” on deck VOICE gives it the price of today."
    )
    assert explain_record(UsageRecord.objects.get()).amount == Decimal("0.40")


def test_a_correction_says_why(kari: Kari):
    make.make_rate(kari.deck, "47", "0.70", starts_on=AUGUST)

    with pytest.raises(DomainError, match="Say why"):
        correct_by_file(kari.deck, "47 0.40", AUGUST, reason=" ")

    assert not RateImport.objects.exists()


def test_without_correcting_a_rate_that_has_started_is_refused(kari: Kari):
    make.make_rate(kari.deck, "47", "0.70", starts_on=AUGUST)

    with pytest.raises(InputRefused) as refused:
        import_rates(
            b"prefix,price\n47,0.40\n", file="right.csv", deck=kari.deck, starts_on=AUGUST,
            as_of=NOW.date(), now=NOW,
        )  # fmt: skip

    assert "--correct it" in str(refused.value.problems[0])


def test_a_correction_that_rated_nothing_is_reverted(kari: Kari):
    """The wrong rate is back under its id, and rates again."""
    wrong = make.make_rate(kari.deck, "47", "0.70", starts_on=AUGUST)
    correct_by_file(kari.deck, "47 0.40", AUGUST)
    record = RateImport.objects.latest("pk")

    revert_rate_import(record, by="Anne", as_of=NOW.date(), now=NOW)
    kari.take([call("O", "2026-10-05T12:00:00Z", seconds=60)])

    assert UsageRecord.objects.get().rate_id == wrong.pk
    assert Rate.objects.get(pk=wrong.pk).superseded_by is None
    assert broken() == {}
