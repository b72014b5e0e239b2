"""The builders themselves make what their names say."""

from datetime import date

from tests import make


def test_the_cast_can_be_built(fjordtel, northwind):
    kari = make.make_account(fjordtel)
    deck = make.make_deck(fjordtel)
    make.make_rate(deck)
    plan = make.make_plan(fjordtel, decks={"voice": deck})
    bigger = make.make_plan(fjordtel, "MOBIL20", "399.00")

    subscription = make.make_subscription(kari, plan, number="4790000123")
    make.give_plan(subscription, bigger, date(2026, 10, 14))

    assert [row.plan.code for row in subscription.plan_history.all()] == ["MOBIL10", "MOBIL20"]
    assert northwind.currency == "EUR"
