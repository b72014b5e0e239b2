"""Two ways from a row to its brand, account or legal entity lead to the same one, or it's refused.

Each composite key and the unique key it points to is named here: those of the models, those of the
database and this list are one and the same.
"""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from core.same_key import SameKey
from tests import make
from tests.payments.bills import make_bill

NOW, TODAY = datetime(2026, 11, 3, 8, tzinfo=UTC), date(2026, 11, 3)
# What refers, its composite key, and the unique key of the other table.
KEYS = {
    ("core_brand", "brand_series_of_its_legal_entity", "series_with_legal_entity"),
    ("catalog_plan", "plan_product_of_its_brand", "product_with_brand"),
    ("catalog_promotion", "promotion_discount_of_its_brand", "discount_with_brand"),
    ("catalog_bundle", "bundle_discount_of_its_brand", "discount_with_brand"),
    ("accounts_account", "account_parent_of_its_brand", "account_with_brand"),
    ("accounts_subscription", "subscription_location_of_its_account", "location_with_account"),
    ("accounts_interaction", "interaction_account_of_its_brand", "account_with_brand"),
    ("accounts_interaction", "interaction_corrects_one_of_its_brand", "interaction_with_brand"),
    ("accounts_acceptance", "acceptance_summary_of_its_order", "contract_summary_with_order"),
    ("accounts_consent", "consent_account_of_its_brand", "account_with_brand"),
    ("accounts_message", "message_account_of_its_brand", "account_with_brand"),
    ("accounts_message", "message_template_of_its_brand", "message_template_with_brand"),
    ("accounts_servicenumber", "service_number_pool_of_its_brand", "number_pool_with_brand"),
    ("accounts_sim", "sim_pool_of_its_brand", "sim_pool_with_brand"),
    ("billing_invoice", "invoice_account_of_its_brand", "account_with_brand"),
    ("billing_invoice", "invoice_run_of_its_brand", "bill_run_with_brand"),
    ("billing_invoice", "invoice_brand_of_its_legal_entity", "brand_with_legal_entity"),
    ("billing_invoice", "invoice_series_of_its_legal_entity", "series_with_legal_entity"),
    ("billing_invoice", "invoice_corrects_one_of_its_account", "invoice_with_account"),
    ("billing_openitem", "open_item_of_its_invoices_account", "invoice_with_account"),
    ("billing_billrunaccount", "run_account_invoice_of_its_account", "invoice_with_account"),
    ("billing_journalentry", "journal_entry_brand_of_its_entity", "brand_with_legal_entity"),
    ("payments_payment", "payment_account_of_its_brand", "account_with_brand"),
    ("payments_payment", "payment_brand_of_its_legal_entity", "brand_with_legal_entity"),
    ("payments_paymentmethod", "payment_method_mandate_of_its_account", "mandate_with_account"),
}


def same_keys() -> dict[str, tuple[type[models.Model], SameKey]]:
    """Every composite key of the models, by its name."""
    return {
        constraint.name: (model, constraint)
        for model in apps.get_models()
        for constraint in model._meta.constraints
        if isinstance(constraint, SameKey)
    }


def test_the_models_say_the_same_as_this_list() -> None:
    assert {(m._meta.db_table, name) for name, (m, _) in same_keys().items()} == {
        (table, name) for table, name, _ in KEYS
    }


def test_the_database_holds_each_key_by_a_unique_key_of_the_other_table(db) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT own.relname, key.conname, goal.relname"
            " FROM pg_constraint key JOIN pg_class own ON own.oid = key.conrelid"
            " JOIN pg_class goal ON goal.oid = key.conindid"
            " WHERE key.contype = 'f' AND cardinality(key.conkey) = 2 AND key.convalidated"
            " AND key.connamespace = 'public'::regnamespace"
        )
        found = set(cursor.fetchall())

    # The hours of a band are held to its deck by a key that is made with their table.
    assert found - KEYS == {
        ("catalog_bandhours", "band_hours_band_of_its_deck", "time_band_known_with_its_deck")
    }
    assert found >= KEYS


def assert_breaks(name: str, wrong: models.Model) -> None:
    """Neither the ORM nor raw SQL stores `wrong`, and the form is told before."""
    model, constraint = same_keys()[name]
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        wrong.save(force_insert=True)
    wrong.pk = None
    values = {
        field.column: field.get_db_prep_save(field.pre_save(wrong, add=True), connection)
        for field in model._meta.concrete_fields
        if not field.primary_key
    }
    table, columns = model._meta.db_table, ", ".join(f'"{column}"' for column in values)
    places = ", ".join(["%s"] * len(values))
    with (
        pytest.raises(IntegrityError, match=name),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            f'INSERT INTO "{table}" ({columns}) VALUES ({places})', list(values.values())
        )
    with pytest.raises(Exception, match="belong together"):
        constraint.validate(model, wrong)


def a_copy(row: Any, **fields) -> Any:
    """A new row like `row`, with some fields another."""
    row = type(row).objects.get(pk=row.pk)
    row.pk, row._state.adding = None, True
    for name, value in fields.items():
        setattr(row, name, value)
    return row


def new(label: str, **fields) -> models.Model:
    """A row of a model that isn't stored yet."""
    return apps.get_model(label)(**fields)


def make_new(label: str, **fields) -> models.Model:
    return apps.get_model(label).objects.create(**fields)


ALWAYS = DateRange(make.LONG_AGO, None)


def test_masters_of_another_brand_are_refused(fjordtel, northwind) -> None:
    terms = {"name": {}, "available": ALWAYS}
    discount = make_new(
        "catalog.Discount", brand=northwind, code="TEN", kind="percent", value=10, **terms
    )
    product = make.make_product(northwind)
    pool = make_new("accounts.NumberPool", brand=northwind, code="POOL")
    sims = make_new("accounts.SimPool", brand=northwind, code="POOL")
    offer = {"brand": fjordtel, "discount": discount, "code": "X"} | terms

    for name, wrong in (
        ("plan_product_of_its_brand", a_copy(make.make_plan(fjordtel), product=product, code="X")),
        ("promotion_discount_of_its_brand", new("catalog.Promotion", **offer)),
        ("bundle_discount_of_its_brand", new("catalog.Bundle", **offer)),
        (
            "service_number_pool_of_its_brand",
            new("accounts.ServiceNumber", brand=fjordtel, pool=pool, number="4790000999"),
        ),
        (
            "sim_pool_of_its_brand",
            new("accounts.Sim", brand=fjordtel, pool=sims, iccid="8947000000000000001"),
        ),
        (
            "brand_series_of_its_legal_entity",
            a_copy(fjordtel, code="other", name="Other", series=northwind.series),
        ),
    ):
        assert_breaks(name, wrong)


def test_customers_of_another_brand_are_refused(fjordtel, northwind) -> None:
    kari, acme = make.make_account(fjordtel), make.make_account(northwind, "200200", "Acme AS")
    line = make.make_subscription(kari, make.make_plan(fjordtel))
    template = make_new(
        "accounts.MessageTemplate", brand=northwind, event="x", channel="email", language="en",
        version=1, created_at=NOW,
    )  # fmt: skip
    said = {"channel": "email", "topic": "marketing", "at": NOW, "recorded_at": NOW}
    consent = {"statement": "given", "source": "phone"} | said
    message = {
        "brand": fjordtel, "event": "x", "language": "en", "to_address": "a@example.com",
        "created_at": NOW, "subject": "S", "body_text": "T",
        "send_after": NOW, "next_attempt_at": NOW,
    }  # fmt: skip
    talk = {"channel": "phone", "direction": "in", "happened_at": NOW, "text": "Asked."}
    theirs = make_new(
        "accounts.Interaction", brand=northwind, account=acme, recorded_at=NOW, **talk
    )
    orders = [
        make_new("accounts.Order", account=kari, number=number, wanted_on=TODAY, created_at=NOW)
        for number in ("O-1", "O-2")
    ]
    summary = make_new(
        "accounts.ContractSummary", order=orders[0], language="en", text="T", sha256="0" * 64,
        made_at=NOW,
    )  # fmt: skip

    for name, wrong in (
        ("account_parent_of_its_brand", a_copy(kari, number="100999", parent=acme)),
        (
            "subscription_location_of_its_account",
            a_copy(line, code="other", location=make.make_location(acme)),
        ),
        (
            "interaction_account_of_its_brand",
            new(
                "accounts.Interaction",
                brand=fjordtel,
                account=acme,
                recorded_at=NOW,
                code="C-1",
                **talk,
            ),
        ),
        (
            "interaction_corrects_one_of_its_brand",
            new(
                "accounts.Interaction",
                brand=fjordtel,
                account=kari,
                recorded_at=NOW,
                corrects=theirs,
                **talk,
            ),
        ),
        (
            "acceptance_summary_of_its_order",
            new(
                "accounts.Acceptance",
                order=orders[1],
                summary=summary,
                accepted_at=NOW,
                accepted_by="Kari",
                method="phone",
                language="en",
            ),
        ),
        (
            "consent_account_of_its_brand",
            new("accounts.Consent", brand=fjordtel, account=acme, **consent),
        ),
        ("message_account_of_its_brand", new("accounts.Message", account=acme, **message)),
        (
            "message_template_of_its_brand",
            new("accounts.Message", account=kari, template=template, **message),
        ),
    ):
        assert_breaks(name, wrong)


def test_documents_and_money_of_another_brand_are_refused(fjordtel, northwind) -> None:
    kari, bo = make.make_account(fjordtel), make.make_account(fjordtel, "100124", "Bo Berg")
    acme = make.make_account(northwind, "200200", "Acme AS")
    bill = make_bill(kari)
    run = make_new("billing.BillRun", brand=northwind, bill_date=TODAY, as_of=TODAY, created_at=NOW)
    own_run = make_new(
        "billing.BillRun", brand=fjordtel, bill_date=TODAY, as_of=TODAY, created_at=NOW
    )
    draft = {
        "state": "draft", "number": None, "sequence": None, "issue_date": None, "due_date": None,
        "issued_at": None, "reference": "99", "account": bo,
    }  # fmt: skip
    elsewhere = {"legal_entity": northwind.legal_entity}
    open_item = a_copy(bill.open_item)
    bill.open_item.delete()
    mandate = make_new(
        "payments.Mandate", legal_entity=fjordtel.legal_entity, account=bo, scheme="sepa_core",
        creditor_id="DE98ZZZ09999999999", reference="M-1", iban="DE89370400440532013000",
        signed_on=TODAY, state="active",
    )  # fmt: skip
    paid = {
        "provider": "bank", "provider_reference": "B-1", "paid_on": TODAY, "amount": 10,
        "currency": "NOK", "unallocated": 10, "received_at": NOW, "brand": fjordtel,
    }  # fmt: skip
    entry = {"date": TODAY, "source": "test", "source_id": 1, "posted_at": NOW}
    open_item.account = bo

    for name, wrong in (
        ("invoice_account_of_its_brand", a_copy(bill, **(draft | {"account": acme}))),
        ("invoice_run_of_its_brand", a_copy(bill, run=run, **draft)),
        (
            "invoice_brand_of_its_legal_entity",
            a_copy(bill, series=northwind.series, **elsewhere, **draft),
        ),
        (
            "invoice_series_of_its_legal_entity",
            a_copy(bill, series=northwind.series, **draft),
        ),
        ("open_item_of_its_invoices_account", open_item),
        (
            "run_account_invoice_of_its_account",
            new("billing.BillRunAccount", run=own_run, account=bo, invoice=bill, state="issued"),
        ),
        (
            "journal_entry_brand_of_its_entity",
            new("billing.JournalEntry", brand=fjordtel, **elsewhere, **entry),
        ),
        (
            "payment_account_of_its_brand",
            new(
                "payments.Payment", account=acme, legal_entity=fjordtel.legal_entity, **paid
            ),
        ),
        (
            "payment_brand_of_its_legal_entity",
            new("payments.Payment", account=kari, **elsewhere, **paid),
        ),
        (
            "payment_method_mandate_of_its_account",
            new(
                "payments.PaymentMethod", account=kari, mandate=mandate, kind="direct_debit",
                starts_on=TODAY,
            ),
        ),
    ):  # fmt: skip
        assert_breaks(name, wrong)
