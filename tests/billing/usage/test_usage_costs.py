"""What usage costs us: by the supplier's decks, flagged where nothing is known or left."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from billing.usage.audit import summaries_are_sums, suppliers_are_the_brands_own
from billing.usage.buy_decks import below_floor
from billing.usage.explain_records import explain_record
from billing.usage.models import UsageRecord, UsageSummary
from billing.usage.quotes import quote_usage
from catalog.models import PlanVersion, RateDeck, Supplier
from tests import make
from tests.billing.usage.kari import Kari, call
from tests.billing.usage.test_allowances_used import on

Flag = UsageRecord.Flag


@pytest.fixture
def carrier(kari: Kari) -> Supplier:
    supplier = Supplier.objects.create(
        legal_entity=kari.brand.legal_entity, code="CARRIER", name="Carrier", currency="NOK"
    )
    kari.source.supplier = supplier
    kari.source.save()
    return supplier


def buy_deck(supplier: Supplier, code: str = "BUY", **fields: Any) -> RateDeck:
    defaults = {"usage_type": "voice", "currency": supplier.currency, "zone": "UTC"}
    return RateDeck.objects.create(
        direction="buy", supplier=supplier, code=code, name=code, **(defaults | fields)
    )


def costs() -> list[tuple[int, int, int]]:
    """(amount, cost, flags) of each record, in the order of the lines."""
    rows = UsageRecord.objects.order_by("line_number")
    return list(rows.values_list("amount", "cost", "flags"))


def test_usage_costs_what_the_suppliers_deck_says(kari: Kari, carrier: Supplier) -> None:
    """61 s at 0.12 a minute by the second are 0.122; the summary adds them up."""
    make.make_rate(buy_deck(carrier), "47", "0.12", first_increment=None)

    kari.take([call("A-1"), call("A-2")])

    assert [(cost, flags) for _, cost, flags in costs()] == [(122_000, 0)] * 2
    assert UsageSummary.objects.get().cost == 244_000


def test_without_a_buy_rate_usage_is_billed_and_flagged(kari: Kari, carrier: Supplier) -> None:
    make.make_rate(buy_deck(carrier), "46", "0.12")

    kari.take([call()])

    (amount, cost, flags), = costs()  # fmt: skip
    assert (amount > 0, cost, flags) == (True, 0, Flag.NO_COST)


def test_a_source_without_a_supplier_has_no_costs_and_no_flags(kari: Kari) -> None:
    kari.take([call()])

    assert [(cost, flags) for _, cost, flags in costs()] == [(0, 0)]


def test_the_deck_that_began_last_serves(kari: Kari, carrier: Supplier) -> None:
    make.make_rate(buy_deck(carrier, "BUY-A"), "47", "0.60", first_increment=None)
    make.make_rate(
        buy_deck(carrier, "BUY-B"), "47", "0.30", first_increment=None,
        starts_on=date(2026, 10, 3),
    )  # fmt: skip

    kari.take(
        [
            call("A-1", "2026-10-02T23:59:59Z", seconds=60),
            call("A-2", "2026-10-03T00:00:00Z", seconds=60),
        ]
    )

    assert [cost for _, cost, _ in costs()] == [600_000, 300_000]


def test_a_cost_in_another_currency_counts_as_none(kari: Kari, carrier: Supplier) -> None:
    make.make_rate(buy_deck(carrier, currency="EUR"), "47", "0.12")

    kari.take([call()])

    assert [(cost, flags) for _, cost, flags in costs()] == [(0, Flag.NO_COST)]


def test_what_leaves_less_than_the_floor_is_flagged(kari: Kari, carrier: Supplier) -> None:
    """At 0.60 a minute a floor of 20 % allows a cost of 0.48; 0.49 is too much."""
    RateDeck.objects.filter(pk=kari.deck.pk).update(margin_floor=Decimal(20))
    make.make_rate(kari.deck, "4788", "0.60", connection_fee=Decimal(0))
    deck = buy_deck(carrier)
    make.make_rate(deck, "47880", "0.48")
    make.make_rate(deck, "47881", "0.49")

    kari.take(
        [
            call("A-1", called="+4788000000", seconds=60),
            call("A-2", called="+4788100000", seconds=60),
            call("A-3", called="+4788100000", seconds=0),
        ]
    )

    assert costs() == [
        (600_000, 480_000, 0),
        (600_000, 490_000, Flag.LOW_MARGIN),
        (0, 0, 0),
    ]


def test_large_figures_are_compared_exactly() -> None:
    amounts = np.array([10**14, 10**14, 100], np.int64)
    costs = np.array([80 * 10**12, 80 * 10**12 + 1, 80], np.int64)

    assert below_floor(amounts, amounts, costs, Decimal(20)).tolist() == [False, True, False]
    assert below_floor(amounts[2:], amounts[2:], costs[2:], Decimal("20.001")).tolist() == [True]


def test_the_audit_finds_a_supplier_of_another_legal_entity(kari: Kari, carrier: Supplier) -> None:
    other = make.make_legal_entity("OTHER")
    assert list(suppliers_are_the_brands_own()) == []

    Supplier.objects.filter(pk=carrier.pk).update(legal_entity=other)

    assert list(suppliers_are_the_brands_own()) == [
        f"usage source {kari.source.code}: supplier CARRIER sells to others"
    ]


def test_the_audit_finds_a_sum_of_costs_that_is_wrong(kari: Kari, carrier: Supplier) -> None:
    make.make_rate(buy_deck(carrier), "47", "0.12")
    kari.take([call()])
    assert list(summaries_are_sums()) == []

    UsageSummary.objects.update(cost=1)

    assert len(list(summaries_are_sums())) == 1


def test_a_quote_tells_cost_and_margin(kari: Kari, carrier: Supplier) -> None:
    """60 s at 0.60 a minute, bought at 0.45."""
    make.make_rate(kari.deck, "4788", "0.60", connection_fee=Decimal(0))
    make.make_rate(buy_deck(carrier), "4788", "0.45")

    quote = quote_usage(
        kari.plan.versions.get(), usage_type="voice", number="4788000000",
        start=datetime(2026, 10, 3, 12, tzinfo=UTC), quantity=60, supplier_id=carrier.pk,
    )  # fmt: skip
    kari.take([call(called="+4788000000", seconds=60)])

    assert (quote.cost, quote.margin) == (Decimal("0.450000"), Decimal("0.150000"))
    assert explain_record(UsageRecord.objects.get()).cost == quote.cost


def half_covered(kari: Kari) -> None:
    """A plan of which 50 s are included, at 0.60 a minute and a floor of 20 per cent."""

    def terms(version: PlanVersion) -> None:
        make.make_allowance(version, quantity=Decimal(50))

    on(kari, terms)
    RateDeck.objects.filter(code="PER-SECOND").update(margin_floor=Decimal(20))


def test_what_is_left_of_a_covered_call_is_measured_against_its_whole_price(
    kari: Kari, carrier: Supplier
) -> None:
    """60 s cost 0.60, of which 0.10 is charged; the carrier takes 0.06: 0.04 is left, of 0.12."""
    make.make_rate(buy_deck(carrier), "47", "0.06", first_increment=None)
    half_covered(kari)

    kari.take([call(seconds=60)])

    assert costs() == [(100_000, 60_000, Flag.LOW_MARGIN)]


def test_a_covered_call_of_unknown_cost_is_not_flagged(kari: Kari) -> None:
    half_covered(kari)

    kari.take([call(seconds=60)])

    assert costs() == [(100_000, 0, 0)]


def test_a_call_that_an_allowance_makes_free_is_not_flagged(kari: Kari, carrier: Supplier) -> None:
    make.make_rate(buy_deck(carrier), "47", "0.06", first_increment=None)
    on(kari, make.make_allowance)
    RateDeck.objects.filter(code="PER-SECOND").update(margin_floor=Decimal(20))

    kari.take([call(seconds=60)])

    assert costs() == [(0, 60_000, 0)]
