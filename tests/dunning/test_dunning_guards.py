"""The database refuses a second step and a step unsaid; the audit finds what slipped by."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from core.audit import all_invariants
from dunning.models import DunningAction
from dunning.services.run_collections import run_collections
from tests import make
from tests.payments.bills import make_bill, pay

NOW = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)
DOUBLED = """
    ALTER TABLE dunning_dunningaction DROP CONSTRAINT dunning_step_once;
    INSERT INTO dunning_dunningaction
           (invoice_id, step, as_of, open_amount, message_id, decided_at)
    SELECT invoice_id, step, as_of, open_amount, message_id, decided_at
      FROM dunning_dunningaction
"""


@pytest.fixture
def action(fjordtel):
    make_bill(make.make_account(fjordtel))
    run_collections(fjordtel, as_of=date(2026, 11, 19), clock=lambda: NOW)
    return DunningAction.objects.get()


def mark_sent(action):
    action.message.state = "sent"
    action.message.sent_at = NOW
    action.message.save()


def test_a_step_is_taken_once_for_an_invoice(action):
    action.pk = None

    with pytest.raises(IntegrityError, match="dunning_step_once"):
        action.save(force_insert=True)


def test_a_step_is_taken_only_where_something_is_open(action):
    bill = make_bill(action.invoice.account, "10.00")
    action.pk, action.invoice, action.open_amount = None, bill, Decimal(0)

    with pytest.raises(IntegrityError, match="dunning_only_where_something_is_open"):
        action.save(force_insert=True)


def test_a_step_never_changes_and_once_sent_never_goes_away(action):
    """Trigger said_stays_said of DunningAction."""
    with pytest.raises(IntegrityError, match="never unsaid"), transaction.atomic():
        DunningAction.objects.update(open_amount=Decimal("1.00"))
    mark_sent(action)
    with pytest.raises(IntegrityError, match="never unsaid"), transaction.atomic():
        action.delete()


def test_a_step_is_taken_back_while_its_message_waits(action):
    action.delete()

    assert DunningAction.objects.count() == 0


def test_no_truncate_empties_the_table_of_steps(db):
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("SET LOCAL trunkline.allow_flush = off")
        with pytest.raises(IntegrityError, match="never removed"), transaction.atomic():
            cursor.execute("TRUNCATE dunning_dunningaction")


def test_the_trigger_said_stays_said_is_in_force(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_trigger WHERE tgname LIKE '%said_stays_said%'"
            " AND tgrelid = 'dunning_dunningaction'::regclass AND tgenabled = 'O'"
        )
        assert cursor.fetchone() == (1,)


def hits(code):
    found = [item for item in all_invariants() if item.id == code]
    assert found, f"{code} is not registered"
    return list(found[0].check())


def test_the_audit_finds_a_reminder_of_a_paid_invoice(action):
    pay(action.invoice, at=datetime(2026, 11, 18, tzinfo=UTC))
    before = hits("I18")

    mark_sent(action)

    assert before == []
    (hit,) = hits("I18")
    assert hit.startswith(f"invoice {action.invoice.number} was reminded of on 2026-11-19 09:00")


def test_the_audit_lets_an_invoice_be_paid_after_its_reminder(action):
    mark_sent(action)

    pay(action.invoice, at=datetime(2026, 11, 20, tzinfo=UTC))

    assert hits("I18") == hits("I19") == []


@pytest.mark.parametrize(
    ("code", "sql"),
    [
        ("I18", "UPDATE dunning_dunningaction SET as_of = '2026-11-16'"),
        ("I19", "UPDATE accounts_message SET account_id = {other}"),
        ("I19", "DELETE FROM dunning_dunningaction"),
        ("I19", DOUBLED),
    ],
)
def test_the_audit_finds_steps_that_were_tampered_with(action, code, sql):
    other = make.make_account(action.invoice.brand, "100200", "Bo Berg")
    mark_sent(action)
    before = hits(code)

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("dunning_dunningaction", "accounts_message"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(sql.format(other=other.pk))

    assert before == []
    assert hits(code) != []
