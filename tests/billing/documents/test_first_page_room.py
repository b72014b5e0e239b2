"""What the first page's table of services says where there is little room."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import override

from billing.documents.composition.lines import service_sums
from billing.documents.formats import Formats
from billing.invoicing.models import InvoiceLine


def line(account: str, subscription: int) -> InvoiceLine:
    return InvoiceLine(
        account_id=1,
        subscription_id=subscription,
        account_label=account,
        location_label="Kontor Hamburg · Deichstraße 8, 20459 Hamburg",
        subscription_label=f"VoIP Business · +49 40 1234{subscription}",
        amount=Decimal("39.90"),
    )


def test_of_several_accounts_only_the_names_stand_on_the_first_page():
    lines = [line("Elbkontor GmbH · 5001", 1), line("Elbkontor Nord · 5002", 2)]

    rows = service_sums(lines, Formats("de", "EUR", "Europe/Berlin"), room=6)

    assert [row.detail for row in rows] == [
        "Elbkontor GmbH · Kontor Hamburg",
        "Elbkontor Nord · Kontor Hamburg",
    ]


def test_where_hardly_anything_fits_one_service_and_the_rest_are_shown():
    lines = [line("Elbkontor GmbH · 5001", number) for number in range(4)]

    with override("en"):
        rows = service_sums(lines, Formats("en", "EUR", "Europe/Berlin"), room=2)

    assert [row.amount for row in rows] == ["39.90", "119.70"]
    assert rows[1].name == "3 more services, on the following pages"
