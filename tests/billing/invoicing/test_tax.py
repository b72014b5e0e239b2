"""Tax once per group, on the group's sum."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.invoicing.tax import TaxGroup, tax_lines

STANDARD = TaxGroup("standard", "S", Decimal(25))


def group(rate: str) -> TaxGroup:
    return TaxGroup("standard", "S", Decimal(rate))


@pytest.mark.parametrize(
    ("amounts", "rate", "gross_prices", "net", "tax"),
    [
        (["905.07"], "25", True, "724.06", "181.01"),
        (["25.00", "25.00"], "8.25", False, "50.00", "4.13"),
        (["649.00"], "25", True, "519.20", "129.80"),
        (["-173.61", "231.68"], "25", True, "46.46", "11.61"),
        (["100.00"], "0", False, "100.00", "0.00"),
        (["0.03"], "25", True, "0.02", "0.01"),
        (["-58.07"], "25", True, "-46.46", "-11.61"),
    ],
)
def test_tax_of_one_group(amounts, rate, gross_prices, net, tax):
    lines = [(group(rate), Decimal(amount)) for amount in amounts]

    taxed = tax_lines(lines, gross_prices=gross_prices, places=2)

    assert [(total.net, total.tax) for total in taxed.totals] == [(Decimal(net), Decimal(tax))]
    assert sum(taxed.nets) == Decimal(net)


def test_groups_are_taxed_apart():
    lines = [(group("25"), Decimal("100.00")), (group("15"), Decimal("10.00"))]

    taxed = tax_lines(lines, gross_prices=False, places=2)

    assert [(t.group.rate, t.tax) for t in taxed.totals] == [
        (Decimal(25), Decimal("25.00")),
        (Decimal(15), Decimal("1.50")),
    ]


def test_the_remainder_of_the_nets_goes_to_the_largest_line():
    lines = [(STANDARD, Decimal("0.03")), (STANDARD, Decimal("0.03")), (STANDARD, Decimal("0.04"))]

    taxed = tax_lines(lines, gross_prices=True, places=2)

    # 0.10 gross: tax 0.02, net 0.08; alone the lines would be 0.02 + 0.02 + 0.03.
    assert taxed.nets == [Decimal("0.02"), Decimal("0.02"), Decimal("0.04")]


@pytest.mark.parametrize(("places", "amount", "tax"), [(0, "1250", "250"), (3, "1.250", "0.250")])
def test_currencies_with_other_decimals(places, amount, tax):
    taxed = tax_lines([(STANDARD, Decimal(amount))], gross_prices=True, places=places)

    assert taxed.totals[0].tax == Decimal(tax)


@given(
    amounts=st.lists(
        st.decimals(Decimal("-999.99"), Decimal("9999.99"), places=2), min_size=1, max_size=12
    ),
    rate=st.sampled_from(["0", "7", "8.25", "15", "19", "25"]),
    gross_prices=st.booleans(),
)
def test_nets_and_tax_always_sum(amounts, rate, gross_prices):
    taxed = tax_lines(
        [(group(rate), amount) for amount in amounts], gross_prices=gross_prices, places=2
    )
    total = taxed.totals[0]

    assert sum(taxed.nets) == total.net
    assert total.net + total.tax == total.gross
    assert (total.gross if gross_prices else total.net) == sum(amounts)
    assert abs(total.net * Decimal(rate) / 100 - total.tax) <= Decimal("0.01")
