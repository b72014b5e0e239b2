"""Every rule of what is taken over that the database holds, broken once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts.models import Account
from billing.invoicing.models import Invoice, InvoiceLine, OpeningBalance, PaidThrough
from billing.invoicing.services.run_billing import run_billing
from billing.invoicing.services.take_over_invoices import take_over_invoices
from billing.ledger.models import Reconciliation
from billing.usage.cutover import AllowanceUsedBefore
from tests import make

NOW = datetime(2026, 11, 2, 8, tzinfo=UTC)
HEAD = "account,number,reference,issue_date,due_date,open_amount,original_total\n"


@pytest.fixture
def kari(db) -> Account:
    return make.make_account(make.make_brand())


def take_over(account: Account, *rows: str) -> list[Invoice]:
    content = HEAD + "".join(f"{account.number},{row}\n" for row in rows)
    take_over_invoices(
        content.encode(), "old.csv", brand=None, taken_over_on=date(2026, 11, 1), now=NOW
    )
    return list(Invoice.objects.filter(account=account, kind="opening").order_by("pk"))


def copy_of(invoice: Invoice, **changes) -> Invoice:
    fields = {f.attname: getattr(invoice, f.attname) for f in Invoice._meta.concrete_fields}
    return Invoice(**(fields | {"id": None} | changes))


def breaks(name: str, make_row) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        make_row()


def test_an_opening_invoice_has_neither_series_nor_tax_nor_run(kari) -> None:
    (invoice,) = take_over(kari, "A-1,111,2026-09-01,2026-09-15,100.00,250.00")

    breaks(
        "invoice_taken_over_is_issued_without_tax",
        lambda: copy_of(invoice, number="A-2", net_total=Decimal(75), tax_total=Decimal(25)).save(),
    )
    breaks(
        "invoice_numbered_exactly_when_issued",
        lambda: copy_of(invoice, number="A-2", series_id=kari.brand.series_id, sequence=1).save(),
    )
    breaks("invoice_has_a_reference", lambda: copy_of(invoice, kind="final", reference="").save())


def test_an_old_reference_is_of_one_account_and_an_old_number_of_one_invoice(kari) -> None:
    (invoice,) = take_over(kari, "A-1,111,2026-09-01,2026-09-15,100.00,250.00")
    bo = make.make_account(kari.brand, number="100124", name="Bo Berg")

    breaks(
        "invoice_old_reference_of_one_account",
        lambda: copy_of(invoice, number="A-2", account_id=bo.pk).save(),
    )
    breaks("invoice_number_once", lambda: copy_of(invoice, reference="222").save())


def test_several_old_invoices_of_an_account_may_share_its_reference(kari) -> None:
    invoices = take_over(
        kari,
        "A-1,111,2026-09-01,2026-09-15,100.00,250.00",
        "A-2,111,2026-09-01,2026-09-15,50.00,50.00",
    )

    assert [invoice.reference for invoice in invoices] == ["111", "111"]


def test_an_opening_invoice_changes_only_by_being_taken_back(kari) -> None:
    """The triggers issued_is_frozen of Invoice and append_only of OpeningBalance."""
    (invoice,) = take_over(kari, "A-1,111,2026-09-01,2026-09-15,100.00,250.00")

    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        Invoice.objects.filter(pk=invoice.pk).update(live=False, due_date=date(2027, 1, 1))
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        Invoice.objects.filter(pk=invoice.pk)._raw_delete("default")
    with pytest.raises(DatabaseError, match="never change"), transaction.atomic():
        OpeningBalance.objects.update(original_total=Decimal(1))
    assert Invoice.objects.filter(pk=invoice.pk).update(live=False) == 1


def test_a_paid_through_date_stands_once_and_its_amount_names_a_charge(kari) -> None:
    line = make.make_subscription(kari, make.make_plan(kari.brand))
    row = {
        "subscription": line,
        "paid_until": date(2026, 12, 1),
        "taken_over_on": date(2026, 11, 1),
    }
    PaidThrough.objects.create(**row)

    breaks("paid_through_once", lambda: PaidThrough.objects.create(**row))
    breaks(
        "paid_through_amount_of_one_charge",
        lambda: PaidThrough.objects.create(**row, add_on="x", amount=Decimal(5)),
    )


def test_a_credit_of_days_paid_before_names_them_and_stands_once(kari) -> None:
    line = make.make_subscription(kari, make.make_plan(kari.brand), ends_on=date(2026, 11, 16))
    PaidThrough.objects.create(
        subscription=line, paid_until=date(2026, 12, 1), taken_over_on=date(2026, 11, 1)
    )
    run_billing(
        brand=kari.brand,
        bill_date=date(2026, 12, 1),
        as_of=date(2026, 12, 5),
        now=NOW,
        until="review",
    )
    credit = InvoiceLine.objects.get(kind="credit")
    credit.pk, credit.position = None, 99

    assert credit.amount == Decimal("-149.50")  # 299 × 15/30
    breaks("line_paid_before_credited_once_per_start", credit.save)
    credit.credits_paid = None
    breaks("line_credit_names_its_line", credit.save)


@pytest.mark.parametrize("model", [OpeningBalance, Reconciliation])
def test_what_was_taken_over_is_never_truncated(kari, model) -> None:
    """The trigger no_truncate."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL trunkline.allow_flush = 'off'")
        with pytest.raises(IntegrityError, match="never removed"), transaction.atomic():
            cursor.execute(f"TRUNCATE {model._meta.db_table} CASCADE")


def test_allowances_used_are_not_negative_and_stand_once(kari) -> None:
    line = make.make_subscription(kari, make.make_plan(kari.brand))
    row = {
        "subscription": line,
        "allowance_code": "minutes",
        "period_start": date(2026, 11, 1),
        "units": Decimal(60),
    }
    AllowanceUsedBefore.objects.create(**row)

    breaks("allowance_used_before_once", lambda: AllowanceUsedBefore.objects.create(**row))
    breaks(
        "allowance_used_before_not_negative",
        lambda: AllowanceUsedBefore.objects.create(
            **{**row, "allowance_code": "sms", "units": Decimal(-1)}
        ),
    )


def test_a_reconciliation_has_a_file_or_a_reason(kari) -> None:
    breaks(
        "reconciliation_has_a_file_or_a_reason",
        lambda: Reconciliation.objects.create(
            legal_entity=kari.brand.legal_entity,
            as_of=date(2026, 11, 1),
            compared=0,
            totals={},
            differences=[],
            made_at=NOW,
        ),
    )
