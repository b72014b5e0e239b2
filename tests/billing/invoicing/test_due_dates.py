"""Until when an invoice is to be paid."""

from datetime import date

import pytest

from billing.invoicing.due_dates import due_date


@pytest.mark.parametrize(
    ("issued", "terms", "country", "due"),
    [
        (date(2026, 11, 1), 14, "NO", date(2026, 11, 16)),  # the 15th is a Sunday
        (date(2026, 11, 2), 14, "NO", date(2026, 11, 16)),  # a Monday
        (date(2026, 5, 3), 14, "NO", date(2026, 5, 18)),  # Constitution Day, a Sunday
        (date(2026, 12, 11), 14, "NO", date(2026, 12, 28)),  # Christmas Day, then a weekend
        (date(2026, 12, 11), 14, "DE", date(2026, 12, 28)),
        (date(2026, 11, 1), 14, "XX", date(2026, 11, 16)),  # unknown country: weekends only
    ],
)
def test_a_due_date_moves_to_the_next_bank_day(issued, terms, country, due):
    assert due_date(issued, terms, country=country, on_bank_day=True) == due


def test_a_brand_may_leave_the_due_date_where_it_falls():
    day = due_date(date(2026, 11, 1), 14, country="NO", on_bank_day=False)

    assert day == date(2026, 11, 15)
