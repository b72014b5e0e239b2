"""What is open is settled exactly, and never beyond nothing."""

from __future__ import annotations

from decimal import Decimal

import pytest

from billing.invoicing.models import OpenItem
from billing.invoicing.services.settle_open_item import settle, settle_many
from core.errors import DomainError
from tests import make
from tests.payments.bills import make_bill, open_amount


@pytest.fixture
def kari(fjordtel):
    return make.make_account(fjordtel)


def item_of(bill):
    return OpenItem.objects.get(invoice=bill)


@pytest.mark.parametrize(
    ("total", "amount", "left"),
    [
        ("905.07", "905.07", "0.00"),
        ("905.07", "0.01", "905.06"),
        ("-80.00", "30.00", "-50.00"),
        ("-80.00", "80.00", "0.00"),
    ],
)
def test_settling_takes_off_what_is_open(kari, total, amount, left):
    bill = make_bill(kari, total)

    settle(item_of(bill).pk, Decimal(amount))

    assert open_amount(bill) == Decimal(left)


@pytest.mark.parametrize(
    ("total", "amount", "message"),
    [
        ("905.07", "905.08", "more than the 905.070 NOK that are open"),
        ("-80.00", "80.01", "more than the -80.000 NOK that are open"),
        ("905.07", "0", "Only a positive amount"),
        ("905.07", "-1.00", "Only a positive amount"),
        ("905.07", "1.005", "more decimals than NOK"),
    ],
)
def test_what_does_not_fit_is_refused(kari, total, amount, message):
    bill = make_bill(kari, total)

    with pytest.raises(DomainError, match=message):
        settle(item_of(bill).pk, Decimal(amount))

    assert open_amount(bill) == Decimal(total)


def test_several_are_settled_together_or_not_at_all(kari):
    first, second = make_bill(kari, "10.00"), make_bill(kari, "20.00")

    with pytest.raises(DomainError):
        settle_many({item_of(first).pk: Decimal("10.00"), item_of(second).pk: Decimal("20.01")})

    assert (open_amount(first), open_amount(second)) == (Decimal("10.00"), Decimal("20.00"))


def test_an_open_item_that_does_not_exist_is_refused(db):
    with pytest.raises(DomainError, match="no open item 404"):
        settle(404, Decimal("1.00"))
