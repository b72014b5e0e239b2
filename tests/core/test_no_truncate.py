"""Rows that stay for ever can't be removed all at once either."""

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

# Trigger no_truncate of every model whose rows are never removed.
KEPT = {
    "Acceptance",
    "Allocation",
    "Approval",
    "Consent",
    "ContractSummary",
    "DunningAction",
    "Event",
    "ExtrasBar",
    "ImportBatch",
    "Interaction",
    "Invoice",
    "InvoiceLine",
    "InvoiceTax",
    "InvoiceUsage",
    "JournalEntry",
    "MessageTemplate",
    "OpeningBalance",
    "Payment",
    "Posting",
    "Reconciliation",
    "SpikeFlag",
    "UsageAlert",
}


def models_with_the_trigger() -> dict[str, str]:
    """Class name and table of each model that refuses TRUNCATE."""
    return {
        model.__name__: model._meta.db_table
        for model in apps.get_models()
        if any(trigger.name == "no_truncate" for trigger in getattr(model._meta, "triggers", ()))
    }


def test_every_table_that_must_be_kept_is_guarded() -> None:
    assert set(models_with_the_trigger()) == KEPT


@pytest.mark.parametrize("table", models_with_the_trigger().values())
def test_no_truncate(db, table):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL trunkline.allow_flush = 'off'")

        with pytest.raises(IntegrityError, match="are never removed"), transaction.atomic():
            cursor.execute(f"TRUNCATE {table} CASCADE")
