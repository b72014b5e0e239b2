"""Two operators start the same run at the same moment: one set of invoices, no gap."""

from datetime import UTC, date, datetime
from threading import Barrier, Thread

import pytest
from django.db import connection

from billing.invoicing.models import BillRun, Invoice
from billing.invoicing.services import run_billing as module
from billing.invoicing.services.run_billing import run_billing
from core.audit import all_invariants
from tests import make
from tests.news import tell_the_news

NOVEMBER = date(2026, 11, 1)


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_bill_everybody_once(monkeypatch):
    brand = make.make_brand()
    plan = make.make_plan(brand)
    for number in range(12):
        account = make.make_account(brand, f"2{number:02}", f"Customer {number}")
        make.make_subscription(account, plan, starts_on=NOVEMBER)
    monkeypatch.setattr(module, "ACCOUNTS_PER_TRANSACTION", 3)
    start, errors = Barrier(2), []

    def operate() -> None:
        start.wait()
        try:
            run_billing(
                brand=brand,
                bill_date=NOVEMBER,
                as_of=date(2026, 11, 3),
                now=datetime(2026, 11, 3, 8, tzinfo=UTC),
            )
        except Exception as error:  # noqa: BLE001 – whatever it is, the test must see it
            errors.append(error)
        finally:
            connection.close()

    operators = [Thread(target=operate) for _ in range(2)]
    for operator in operators:
        operator.start()
    for operator in operators:
        operator.join(timeout=60)

    assert errors == []
    numbers = Invoice.objects.order_by("sequence").values_list("sequence", flat=True)
    assert list(numbers) == list(range(100001, 100013))
    assert BillRun.objects.get().state == BillRun.State.PUBLISHED
    assert BillRun.objects.get().invoices_total == 12
    tell_the_news()
    assert [item.id for item in all_invariants() if list(item.check())] == []
