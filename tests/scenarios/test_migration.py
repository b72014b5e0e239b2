"""A running reseller moves in: its old system's files, one plan, and the first month after it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command

from accounts.models import Account, Consent, SubscriptionTerm
from billing.invoicing.models import Invoice, InvoiceLine, OpenItem, PaidThrough
from billing.invoicing.services.run_billing import run_billing
from billing.ledger.models import Reconciliation
from billing.ledger.queries import account_balances
from core.audit import all_invariants
from core.models import ImportBatch
from core.services.revert_import import revert_import
from dunning.models import DunningAction
from dunning.services.run_collections import run_collections
from payments.models import Mandate, PaymentMethod
from payments.services.import_payments import import_payments
from tests import make
from tests.scenarios.old_system import CUTOVER, PLANS, PRICES, OldCustomer, export, invent

NOW = datetime(2026, 11, 2, 8, tzinfo=UTC)


def set_up_brand():
    brand = make.make_brand()
    make.make_plan(brand, "MOBIL10", "299.00")
    make.make_plan(brand, "MOBIL20", "449.00")
    make.make_plan(brand, "BREDBAND", "5388.00", charge={"months": 12})
    return brand


def migrate(folder: Path, *options: str) -> int:
    try:
        call_command("migrate_reseller", str(folder), *options)
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def broken() -> list[str]:
    """What the audit finds; no worker delivers events here (I30)."""
    return [
        f"{each.id}: {what}"
        for each in all_invariants()
        if each.id != "I30"
        for what in each.check()
    ]


@pytest.fixture(scope="module")
def small() -> list[OldCustomer]:
    return invent(40)


@pytest.fixture
def moved_in(small, tmp_path, db):
    brand = set_up_brand()
    export(small, tmp_path)
    assert migrate(tmp_path) == 0
    return brand


def billed_rightly(customers: list[OldCustomer]) -> None:
    """Each first invoice's recurring lines begin where the old system stopped."""
    lines = InvoiceLine.objects.filter(invoice__kind="cycle").select_related("subscription")
    billed = {line.subscription.code: line for line in lines.order_by("-period_start")}
    for customer in customers:
        for service in customer.services:
            line = billed.get(f"T{service.number}")
            paid_until = PaidThrough.objects.get(subscription__code=f"T{service.number}").paid_until
            if paid_until >= date(2027, 1, 1):
                assert line is None
                continue
            assert line is not None
            assert line.period_start == paid_until
            if line.days == line.days_in_period:
                assert line.amount == PRICES[PLANS[service.product]]


@pytest.mark.feature("R1")
def test_a_reseller_moves_in_with_everything_it_had(moved_in, small) -> None:
    open_before = {str(c.number): c.balance for c in small}

    balances = account_balances(list(Account.objects.values_list("pk", flat=True)))
    by_number = dict(Account.objects.values_list("number", "pk"))
    assert {number: balances[by_number[number]] for number in open_before} == open_before
    assert Invoice.objects.filter(kind="opening").count() == sum(
        1 for c in small for i in c.invoices if i.rest
    )
    assert Mandate.objects.filter(state="active").count() == sum(c.giro for c in small)
    assert PaymentMethod.objects.filter(is_default=True).count() == sum(c.giro for c in small)
    assert Consent.objects.count() == sum(len(c.marketing) for c in small)
    assert SubscriptionTerm.objects.filter(bound_until=date(2027, 4, 1)).count() == sum(
        1 for c in small for s in c.services if s.bound_through
    )
    assert Account.objects.filter(name="Åse Ødegård").exists() or any(
        "Å" in name for name in Account.objects.values_list("name", flat=True)
    )
    record = Reconciliation.objects.get()
    assert record.differences == []
    assert record.as_of == CUTOVER
    assert broken() == []


def test_the_first_bills_begin_where_the_old_ones_stopped(moved_in, small) -> None:
    run = run_billing(brand=moved_in, bill_date=date(2026, 12, 1), as_of=date(2026, 12, 5), now=NOW)

    assert not run.accounts.filter(state="parked").exists()
    billed_rightly(small)
    assert broken() == []


def test_old_references_and_numbers_pay_old_bills(moved_in, small) -> None:
    debtors = [c for c in small if c.balance > 0][:2]
    first, second = debtors
    number = next(i.number for i in second.invoices if i.rest > 0)
    content = (
        "date,amount,currency,reference,transaction_id,bank_account,payer,text\n"
        f"2026-11-03,{first.balance},NOK,{first.kid},T1,1234.56.78903,,\n"
        f"2026-11-03,{second.balance},NOK,,T2,1234.56.78903,,Faktura {number.lower()} takk\n"
    )

    result = import_payments("bank.csv", content.encode(), clock=lambda: NOW)

    assert result.problems == []
    for customer in (first, second):
        open_items = OpenItem.objects.filter(account__number=customer.number)
        assert sum(item.open_amount for item in open_items) == 0
    assert broken() == []


def test_reminders_count_from_the_old_due_date(moved_in, small) -> None:
    late = {
        str(c.number)
        for c in small
        if sum(i.rest for i in c.invoices) >= Decimal(50)
        and any(i.rest > 0 and i.due < date(2026, 10, 20) for i in c.invoices)
    }

    run_collections(brand=moved_in, as_of=date(2026, 11, 10), clock=lambda: NOW)

    reminded = set(DunningAction.objects.values_list("invoice__account__number", flat=True))
    assert late <= reminded


def test_running_it_again_changes_nothing(moved_in, tmp_path) -> None:
    before = (Invoice.objects.count(), PaidThrough.objects.count(), ImportBatch.objects.count())

    code = migrate(tmp_path)

    assert code == 0
    assert before == (
        Invoice.objects.count(),
        PaidThrough.objects.count(),
        ImportBatch.objects.count(),
    )


def test_a_dry_run_tells_all_and_stores_nothing(small, tmp_path, db, capsys) -> None:
    set_up_brand()
    export(small, tmp_path)

    code = migrate(tmp_path, "--dry-run")

    assert code == 0
    assert "Every balance agrees." in capsys.readouterr().out
    assert not Account.objects.exists()
    assert not ImportBatch.objects.exists()


def test_wrong_rows_are_told_with_file_and_line_and_nothing_is_stored(
    small, tmp_path, db, capsys
) -> None:
    set_up_brand()
    export(small, tmp_path)
    items = tmp_path / "apneposter.csv"
    rows = items.read_bytes().decode("cp1252").splitlines()
    rows[1] = re.sub(r";\d\d\.\d\d\.2026;", ";31.02.2026;", rows[1], count=1)
    rows[2] = rows[2].replace(rows[2].split(";")[0], "99999", 1)
    items.write_bytes("\r\n".join(rows).encode("cp1252"))
    services = tmp_path / "tjenester.csv"
    services.write_bytes(services.read_bytes().replace(b";M-STOR;", b";M-UKJENT;", 1))

    code = migrate(tmp_path)

    told = capsys.readouterr().err
    assert code == 1
    assert "apneposter.csv:2: column “Belegdatum”" in told
    assert "apneposter.csv:3:" in told
    assert "99999" in told
    assert "tjenester.csv:" in told
    assert "M-UKJENT" in told
    assert not Account.objects.exists()


def test_a_balance_that_differs_is_told_to_the_oere_and_stops_the_migration(
    small, tmp_path, db, capsys
) -> None:
    set_up_brand()
    export(small, tmp_path)
    listed = tmp_path / "saldoliste.csv"
    rows = listed.read_bytes().decode("latin-1").splitlines()
    number, _, balance = rows[1].partition(";")
    rows[1] = f"{number};{balance[:-1]}{(int(balance[-1]) + 1) % 10}"
    listed.write_bytes("\r\n".join(rows).encode("latin-1"))

    code = migrate(tmp_path)

    told = capsys.readouterr().err
    assert code == 1
    assert f"{number}: " in told
    assert "1 balances differ from the old trial balance." in told
    assert not Account.objects.exists()

    assert migrate(tmp_path, "--reason", "0.01 was rounded away before, agreed with audit") == 0
    assert len(Reconciliation.objects.get().differences) == 1


def test_an_import_of_opening_balances_can_be_taken_back_and_made_again(moved_in, tmp_path) -> None:
    batch = ImportBatch.objects.get(kind="opening_balances")

    revert_import(batch.pk, user=None, channel="command", now=NOW)

    assert not OpenItem.objects.exclude(open_amount=0).exists()
    assert not Invoice.objects.filter(kind="opening", live=True).exists()
    assert set(account_balances(list(Account.objects.values_list("pk", flat=True))).values()) == {
        Decimal(0)
    }
    assert broken() == []
    assert migrate(tmp_path) == 0
    assert Invoice.objects.filter(kind="opening", live=True).exists()
    assert broken() == []


@pytest.mark.prove
def test_two_thousand_customers_move_in_and_get_their_first_bill(tmp_path, db) -> None:
    brand = set_up_brand()
    customers = invent(2000, seed=2000)
    export(customers, tmp_path)

    assert migrate(tmp_path) == 0

    run = run_billing(brand=brand, bill_date=date(2026, 12, 1), as_of=date(2026, 12, 5), now=NOW)
    assert not run.accounts.filter(state="parked").exists()
    billed_rightly(customers)
    assert broken() == []
