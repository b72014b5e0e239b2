"""All tables of this app at once, for databases that are made now; others take the steps."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from core.migration_speed import CreateTogether


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("payments", "0001_initial"),
        ("payments", "0002_payment_guards"),
        ("payments", "0003_mandates_and_methods"),
    ]

    dependencies = [
        ("accounts", "0001_squashed_0008_reverse_charge_of_children"),
        ("billing", "0001_squashed_0008_history"),
        ("core", "0001_squashed_0006_history"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        CreateTogether(
            [
                migrations.CreateModel(
                    name="BankFile",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("name", models.CharField(max_length=255)),
                        ("sha256", models.CharField(max_length=64, unique=True)),
                        ("rows", models.PositiveIntegerField(default=0)),
                        ("matched", models.PositiveIntegerField(default=0)),
                        ("unmatched", models.PositiveIntegerField(default=0)),
                        (
                            "known",
                            models.PositiveIntegerField(
                                default=0, help_text="Payments we already had."
                            ),
                        ),
                        ("imported_at", models.DateTimeField()),
                    ],
                    options={
                        "ordering": ("-id",),
                    },
                ),
                migrations.CreateModel(
                    name="Mandate",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "scheme",
                            models.CharField(
                                choices=[
                                    ("sepa_core", "SEPA direct debit"),
                                    ("sepa_b2b", "SEPA direct debit between businesses"),
                                    ("avtalegiro", "AvtaleGiro"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("creditor_id", models.CharField(max_length=35)),
                        ("reference", models.CharField(max_length=35)),
                        (
                            "holder",
                            models.CharField(
                                blank=True, help_text="Whose bank account it is.", max_length=140
                            ),
                        ),
                        ("iban", models.CharField(blank=True, max_length=34)),
                        (
                            "bank_account",
                            models.CharField(
                                blank=True, help_text="Domestic number.", max_length=20
                            ),
                        ),
                        ("bic", models.CharField(blank=True, max_length=11)),
                        ("signed_on", models.DateField(blank=True, null=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("pending", "not yet in force"),
                                    ("active", "in force"),
                                    ("cancelled", "cancelled"),
                                    ("expired", "expired"),
                                ],
                                default="pending",
                                max_length=10,
                            ),
                        ),
                        (
                            "sequence",
                            models.CharField(
                                choices=[
                                    ("first", "first of several"),
                                    ("recurring", "recurring"),
                                    ("final", "last of several"),
                                    ("one_off", "only once"),
                                ],
                                default="first",
                                max_length=10,
                            ),
                        ),
                        ("last_used_on", models.DateField(blank=True, null=True)),
                        ("ended_on", models.DateField(blank=True, null=True)),
                        (
                            "amount_limit",
                            models.DecimalField(
                                blank=True,
                                decimal_places=3,
                                help_text="A month; AvtaleGiro.",
                                max_digits=18,
                                null=True,
                            ),
                        ),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="mandates",
                                to="accounts.account",
                            ),
                        ),
                        (
                            "legal_entity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="mandates",
                                to="core.legalentity",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("account", "id"),
                    },
                ),
                migrations.CreateModel(
                    name="MandateEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        (
                            "scheme",
                            models.CharField(
                                choices=[
                                    ("sepa_core", "SEPA direct debit"),
                                    ("sepa_b2b", "SEPA direct debit between businesses"),
                                    ("avtalegiro", "AvtaleGiro"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("creditor_id", models.CharField(max_length=35)),
                        ("reference", models.CharField(max_length=35)),
                        (
                            "holder",
                            models.CharField(
                                blank=True, help_text="Whose bank account it is.", max_length=140
                            ),
                        ),
                        ("bic", models.CharField(blank=True, max_length=11)),
                        ("signed_on", models.DateField(blank=True, null=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("pending", "not yet in force"),
                                    ("active", "in force"),
                                    ("cancelled", "cancelled"),
                                    ("expired", "expired"),
                                ],
                                default="pending",
                                max_length=10,
                            ),
                        ),
                        (
                            "sequence",
                            models.CharField(
                                choices=[
                                    ("first", "first of several"),
                                    ("recurring", "recurring"),
                                    ("final", "last of several"),
                                    ("one_off", "only once"),
                                ],
                                default="first",
                                max_length=10,
                            ),
                        ),
                        ("last_used_on", models.DateField(blank=True, null=True)),
                        ("ended_on", models.DateField(blank=True, null=True)),
                        (
                            "amount_limit",
                            models.DecimalField(
                                blank=True,
                                decimal_places=3,
                                help_text="A month; AvtaleGiro.",
                                max_digits=18,
                                null=True,
                            ),
                        ),
                        (
                            "account",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="accounts.account",
                            ),
                        ),
                        (
                            "legal_entity",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="core.legalentity",
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="payments.mandate",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Payment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("provider", models.CharField(max_length=40)),
                        ("provider_reference", models.CharField(max_length=100)),
                        ("paid_on", models.DateField()),
                        ("amount", models.DecimalField(decimal_places=3, max_digits=18)),
                        ("currency", models.CharField(max_length=3)),
                        (
                            "reference",
                            models.CharField(
                                blank=True, help_text="As the payer stated it.", max_length=100
                            ),
                        ),
                        ("payer", models.CharField(blank=True, max_length=200)),
                        ("text", models.CharField(blank=True, max_length=300)),
                        (
                            "unallocated",
                            models.DecimalField(
                                decimal_places=3,
                                help_text="Not yet used to pay an invoice: account credit.",
                                max_digits=18,
                            ),
                        ),
                        ("received_at", models.DateTimeField()),
                        (
                            "account",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="payments",
                                to="accounts.account",
                            ),
                        ),
                        (
                            "bank_file",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="payments",
                                to="payments.bankfile",
                            ),
                        ),
                        (
                            "brand",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="payments",
                                to="core.brand",
                            ),
                        ),
                        (
                            "legal_entity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="payments",
                                to="core.legalentity",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("-paid_on", "-id"),
                    },
                ),
                migrations.CreateModel(
                    name="Allocation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("amount", models.DecimalField(decimal_places=3, max_digits=18)),
                        ("allocated_at", models.DateTimeField()),
                        (
                            "credit_note",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="credit_allocations",
                                to="billing.invoice",
                            ),
                        ),
                        (
                            "invoice",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="allocations",
                                to="billing.invoice",
                            ),
                        ),
                        (
                            "payment",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="allocations",
                                to="payments.payment",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("id",),
                    },
                ),
                migrations.CreateModel(
                    name="PaymentMethod",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("transfer", "bank transfer"),
                                    ("direct_debit", "direct debit"),
                                    ("card", "card"),
                                    ("wallet", "wallet"),
                                    ("e_invoice", "electronic invoice"),
                                ],
                                max_length=15,
                            ),
                        ),
                        ("provider", models.CharField(blank=True, max_length=40)),
                        ("token", models.CharField(blank=True, max_length=200)),
                        ("hint", models.CharField(blank=True, max_length=60)),
                        ("address", models.CharField(blank=True, max_length=100)),
                        (
                            "expires_on",
                            models.DateField(blank=True, help_text="Last day it works.", null=True),
                        ),
                        ("is_default", models.BooleanField(default=False)),
                        ("starts_on", models.DateField()),
                        ("ends_on", models.DateField(blank=True, null=True)),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="payment_methods",
                                to="accounts.account",
                            ),
                        ),
                        (
                            "mandate",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="method",
                                to="payments.mandate",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("account", "-is_default", "id"),
                    },
                ),
                migrations.CreateModel(
                    name="PaymentMethodEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("transfer", "bank transfer"),
                                    ("direct_debit", "direct debit"),
                                    ("card", "card"),
                                    ("wallet", "wallet"),
                                    ("e_invoice", "electronic invoice"),
                                ],
                                max_length=15,
                            ),
                        ),
                        ("provider", models.CharField(blank=True, max_length=40)),
                        ("hint", models.CharField(blank=True, max_length=60)),
                        ("address", models.CharField(blank=True, max_length=100)),
                        (
                            "expires_on",
                            models.DateField(blank=True, help_text="Last day it works.", null=True),
                        ),
                        ("is_default", models.BooleanField(default=False)),
                        ("starts_on", models.DateField()),
                        ("ends_on", models.DateField(blank=True, null=True)),
                        (
                            "account",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="accounts.account",
                            ),
                        ),
                        (
                            "mandate",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="payments.mandate",
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="payments.paymentmethod",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.AddConstraint(
                    model_name="mandate",
                    constraint=models.UniqueConstraint(
                        fields=("legal_entity", "scheme", "creditor_id", "reference"),
                        name="mandate_reference_once",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="mandate",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("scheme__in", ("sepa_core", "sepa_b2b", "avtalegiro"))),
                        name="mandate_scheme_is_known",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="mandate",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("scheme", "avtalegiro"),
                            models.Q(
                                models.Q(("iban", ""), _negated=True), ("signed_on__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="mandate_sepa_has_iban_and_signature",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="mandate",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("iban", ""),
                            ("iban__regex", "^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$"),
                            _connector="OR",
                        ),
                        name="mandate_iban_is_plain",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="mandate",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reference", ""), _negated=True),
                            models.Q(("creditor_id", ""), _negated=True),
                        ),
                        name="mandate_has_its_names",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="mandate",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_on__isnull", True), ("state__in", ("pending", "active"))
                            ),
                            models.Q(
                                ("ended_on__isnull", False), ("state__in", ("cancelled", "expired"))
                            ),
                            _connector="OR",
                        ),
                        name="mandate_ended_exactly_when_over",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="mandate",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("last_used_on__isnull", True),
                            ("signed_on__isnull", True),
                            ("last_used_on__gte", models.F("signed_on")),
                            _connector="OR",
                        ),
                        name="mandate_used_after_it_was_signed",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="mandate",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("amount_limit__isnull", True), ("amount_limit__gt", 0), _connector="OR"
                        ),
                        name="mandate_limit_is_positive",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="mandate",
                    trigger=pgtrigger.compiler.Trigger(
                        name="account_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n    IF (OLD.legal_entity_id, OLD.account_id, OLD.scheme, OLD.creditor_id, OLD.reference,\n        OLD.iban, OLD.bank_account)\n       IS DISTINCT FROM\n       (NEW.legal_entity_id, NEW.account_id, NEW.scheme, NEW.creditor_id, NEW.reference,\n        NEW.iban, NEW.bank_account) THEN\n        RAISE EXCEPTION 'mandate % keeps its payer and bank account; make a new one', OLD.id\n            USING ERRCODE = 'integrity_constraint_violation';\n    END IF;\n    RETURN NEW;\n",
                            hash="820435b9fa44526fadf30e9a3fc330f7c4d9170a",
                            operation="UPDATE",
                            pgid="pgtrigger_account_stays_6444f",
                            table="payments_mandate",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="mandate",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "payments_mandateevent" ("account_id", "amount_limit", "bic", "creditor_id", "ended_on", "holder", "id", "last_used_on", "legal_entity_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reference", "scheme", "sequence", "signed_on", "state") VALUES (NEW."account_id", NEW."amount_limit", NEW."bic", NEW."creditor_id", NEW."ended_on", NEW."holder", NEW."id", NEW."last_used_on", NEW."legal_entity_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reference", NEW."scheme", NEW."sequence", NEW."signed_on", NEW."state"); RETURN NULL;',
                            hash="9f3a26b94252d1e71d8d6315d5ab3e43ee35a16f",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_ed0e1",
                            table="payments_mandate",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="mandate",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."account_id" IS DISTINCT FROM (NEW."account_id") OR OLD."amount_limit" IS DISTINCT FROM (NEW."amount_limit") OR OLD."bic" IS DISTINCT FROM (NEW."bic") OR OLD."creditor_id" IS DISTINCT FROM (NEW."creditor_id") OR OLD."ended_on" IS DISTINCT FROM (NEW."ended_on") OR OLD."holder" IS DISTINCT FROM (NEW."holder") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."last_used_on" IS DISTINCT FROM (NEW."last_used_on") OR OLD."legal_entity_id" IS DISTINCT FROM (NEW."legal_entity_id") OR OLD."reference" IS DISTINCT FROM (NEW."reference") OR OLD."scheme" IS DISTINCT FROM (NEW."scheme") OR OLD."sequence" IS DISTINCT FROM (NEW."sequence") OR OLD."signed_on" IS DISTINCT FROM (NEW."signed_on") OR OLD."state" IS DISTINCT FROM (NEW."state"))',
                            func='INSERT INTO "payments_mandateevent" ("account_id", "amount_limit", "bic", "creditor_id", "ended_on", "holder", "id", "last_used_on", "legal_entity_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reference", "scheme", "sequence", "signed_on", "state") VALUES (NEW."account_id", NEW."amount_limit", NEW."bic", NEW."creditor_id", NEW."ended_on", NEW."holder", NEW."id", NEW."last_used_on", NEW."legal_entity_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reference", NEW."scheme", NEW."sequence", NEW."signed_on", NEW."state"); RETURN NULL;',
                            hash="fa5b241df1bf1427de64d5c235e83a2ee64115a1",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_92c9a",
                            table="payments_mandate",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="mandate",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "payments_mandateevent" ("account_id", "amount_limit", "bic", "creditor_id", "ended_on", "holder", "id", "last_used_on", "legal_entity_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reference", "scheme", "sequence", "signed_on", "state") VALUES (OLD."account_id", OLD."amount_limit", OLD."bic", OLD."creditor_id", OLD."ended_on", OLD."holder", OLD."id", OLD."last_used_on", OLD."legal_entity_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reference", OLD."scheme", OLD."sequence", OLD."signed_on", OLD."state"); RETURN NULL;',
                            hash="905d02734473896e37be53bdabb611aca742d427",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_26cc6",
                            table="payments_mandate",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="mandateevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="f9092696d85bbb44b4062870fd73b34f0d63e7fd",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_032b5",
                            table="payments_mandateevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddIndex(
                    model_name="payment",
                    index=models.Index(
                        condition=models.Q(("unallocated__gt", 0)),
                        fields=["account", "paid_on"],
                        name="payment_with_credit",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="payment",
                    constraint=models.UniqueConstraint(
                        fields=("provider", "provider_reference"), name="payment_counted_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="payment",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="payment_is_positive"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="payment",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("unallocated__gte", 0), ("unallocated__lte", models.F("amount"))
                        ),
                        name="payment_unallocated_within_amount",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="payment",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("account__isnull", True),
                                ("brand__isnull", True),
                                ("unallocated", models.F("amount")),
                            ),
                            models.Q(("account__isnull", False), ("brand__isnull", False)),
                            _connector="OR",
                        ),
                        name="payment_without_account_pays_nothing",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="payment",
                    trigger=pgtrigger.compiler.Trigger(
                        name="money_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n    IF TG_OP = 'DELETE' THEN\n        RAISE EXCEPTION 'payments are never removed'\n            USING ERRCODE = 'integrity_constraint_violation';\n    END IF;\n    IF (OLD.legal_entity_id, OLD.provider, OLD.provider_reference, OLD.amount, OLD.currency,\n        OLD.paid_on)\n       IS DISTINCT FROM\n       (NEW.legal_entity_id, NEW.provider, NEW.provider_reference, NEW.amount, NEW.currency,\n        NEW.paid_on)\n       OR (OLD.account_id IS NOT NULL AND NEW.account_id IS DISTINCT FROM OLD.account_id) THEN\n        RAISE EXCEPTION 'payment % keeps its money and its account', OLD.id\n            USING ERRCODE = 'integrity_constraint_violation';\n    END IF;\n    RETURN NEW;\n",
                            hash="11b1de1f177fcd1b74a065d47ae59aba391dd17b",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_money_stays_6442d",
                            table="payments_payment",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="payment",
                    trigger=pgtrigger.compiler.Trigger(
                        name="no_truncate",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF current_setting('trunkline.allow_flush', true) IS DISTINCT FROM 'on' THEN\n                RAISE EXCEPTION 'rows of % are never removed', TG_TABLE_NAME\n                    USING ERRCODE = 'integrity_constraint_violation';\n            END IF;\n            RETURN NULL;\n        ",
                            hash="1ca72b5626ed77bde521429a0e2ad001c9c32684",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_no_truncate_8c0f4",
                            table="payments_payment",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="allocation",
                    constraint=models.UniqueConstraint(
                        fields=("payment", "credit_note", "invoice"),
                        name="allocation_once",
                        nulls_distinct=False,
                    ),
                ),
                migrations.AddConstraint(
                    model_name="allocation",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("credit_note__isnull", True), ("payment__isnull", False)),
                            models.Q(("credit_note__isnull", False), ("payment__isnull", True)),
                            _connector="OR",
                        ),
                        name="allocation_has_one_origin",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="allocation",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="allocation_is_positive"
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="allocation",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            RAISE EXCEPTION 'rows of % never change', TG_TABLE_NAME\n                USING ERRCODE = 'integrity_constraint_violation';\n        ",
                            hash="b72abe5d2dc7acb998e72f0c7a2720fa1bcb6b88",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_698ca",
                            table="payments_allocation",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="allocation",
                    trigger=pgtrigger.compiler.Trigger(
                        name="no_truncate",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF current_setting('trunkline.allow_flush', true) IS DISTINCT FROM 'on' THEN\n                RAISE EXCEPTION 'rows of % are never removed', TG_TABLE_NAME\n                    USING ERRCODE = 'integrity_constraint_violation';\n            END IF;\n            RETURN NULL;\n        ",
                            hash="1a2aa0e8ecc7eab4fe222d18445d5082f1aa7af0",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_no_truncate_de5d3",
                            table="payments_allocation",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="allocation",
                    trigger=pgtrigger.compiler.Trigger(
                        name="fits",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE paid RECORD; money RECORD; used NUMERIC; settled NUMERIC;",
                            func="\n    PERFORM 1 FROM billing_openitem\n        WHERE invoice_id IN (NEW.invoice_id, NEW.credit_note_id) ORDER BY id FOR NO KEY UPDATE;\n    PERFORM 1 FROM payments_payment WHERE id = NEW.payment_id FOR NO KEY UPDATE;\n    SELECT account_id, currency, total AS amount INTO paid FROM billing_invoice\n        WHERE id = NEW.invoice_id AND state = 'issued';\n    IF NEW.payment_id IS NULL THEN\n        SELECT account_id, currency, -total AS amount INTO money FROM billing_invoice\n            WHERE id = NEW.credit_note_id AND state = 'issued';\n    ELSE\n        SELECT account_id, currency, amount INTO money FROM payments_payment\n            WHERE id = NEW.payment_id;\n    END IF;\n    IF (money.account_id, money.currency) IS DISTINCT FROM (paid.account_id, paid.currency)\n       OR money.account_id IS NULL THEN\n        RAISE EXCEPTION 'money pays issued invoices of its own account and currency'\n            USING ERRCODE = 'check_violation';\n    END IF;\n    SELECT coalesce(sum(amount), 0) INTO used FROM payments_allocation\n        WHERE payment_id = NEW.payment_id OR credit_note_id = NEW.credit_note_id;\n    SELECT coalesce(sum(amount), 0) INTO settled FROM payments_allocation\n        WHERE invoice_id = NEW.invoice_id;\n    IF used + NEW.amount > money.amount OR settled + NEW.amount > paid.amount THEN\n        RAISE EXCEPTION 'invoice % would take more than there is or than it asks', NEW.invoice_id\n            USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n",
                            hash="a01a7342072766da1b74d9f18f0e60052cf57465",
                            operation="INSERT",
                            pgid="pgtrigger_fits_eace3",
                            table="payments_allocation",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="paymentmethod",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("ends_on__isnull", True), ("is_default", True)),
                        fields=("account",),
                        name="payment_method_one_default",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="paymentmethod",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("token", ""), _negated=True),
                        fields=("provider", "token"),
                        name="payment_method_token_once",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="paymentmethod",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "direct_debit"), ("mandate__isnull", False)),
                            models.Q(
                                models.Q(("kind", "direct_debit"), _negated=True),
                                ("mandate__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="payment_method_direct_debit_has_its_mandate",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="paymentmethod",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind__in", ("card", "wallet")),
                                ("provider__gt", ""),
                                ("token__gt", ""),
                            ),
                            models.Q(
                                ("kind__in", ("transfer", "direct_debit", "e_invoice")),
                                ("token", ""),
                            ),
                            _connector="OR",
                        ),
                        name="payment_method_token_fits_its_kind",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="paymentmethod",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "e_invoice"), _negated=True),
                            models.Q(("address", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="payment_method_e_invoice_has_an_address",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="paymentmethod",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("token__regex", "^[0-9 -]{13,23}$"), _negated=True),
                            models.Q(("hint__regex", "([0-9][ -]?){13,19}"), _negated=True),
                        ),
                        name="payment_method_holds_no_card_number",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="paymentmethod",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="payment_method_ends_after_it_starts",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="paymentmethod",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "payments_paymentmethodevent" ("account_id", "address", "ends_on", "expires_on", "hint", "id", "is_default", "kind", "mandate_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "provider", "starts_on") VALUES (NEW."account_id", NEW."address", NEW."ends_on", NEW."expires_on", NEW."hint", NEW."id", NEW."is_default", NEW."kind", NEW."mandate_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."provider", NEW."starts_on"); RETURN NULL;',
                            hash="60eb55d9eb08fc1738602aafa594ac3bb9a43b7b",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_66877",
                            table="payments_paymentmethod",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="paymentmethod",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."account_id" IS DISTINCT FROM (NEW."account_id") OR OLD."address" IS DISTINCT FROM (NEW."address") OR OLD."ends_on" IS DISTINCT FROM (NEW."ends_on") OR OLD."expires_on" IS DISTINCT FROM (NEW."expires_on") OR OLD."hint" IS DISTINCT FROM (NEW."hint") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_default" IS DISTINCT FROM (NEW."is_default") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."mandate_id" IS DISTINCT FROM (NEW."mandate_id") OR OLD."provider" IS DISTINCT FROM (NEW."provider") OR OLD."starts_on" IS DISTINCT FROM (NEW."starts_on"))',
                            func='INSERT INTO "payments_paymentmethodevent" ("account_id", "address", "ends_on", "expires_on", "hint", "id", "is_default", "kind", "mandate_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "provider", "starts_on") VALUES (NEW."account_id", NEW."address", NEW."ends_on", NEW."expires_on", NEW."hint", NEW."id", NEW."is_default", NEW."kind", NEW."mandate_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."provider", NEW."starts_on"); RETURN NULL;',
                            hash="de40bf140a1e3c8a36a98309a618abd7facfc8cc",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_12d06",
                            table="payments_paymentmethod",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="paymentmethod",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "payments_paymentmethodevent" ("account_id", "address", "ends_on", "expires_on", "hint", "id", "is_default", "kind", "mandate_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "provider", "starts_on") VALUES (OLD."account_id", OLD."address", OLD."ends_on", OLD."expires_on", OLD."hint", OLD."id", OLD."is_default", OLD."kind", OLD."mandate_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."provider", OLD."starts_on"); RETURN NULL;',
                            hash="b33462756b1ce63a97fb9692ceec1fc54c56dd8d",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_95719",
                            table="payments_paymentmethod",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="paymentmethodevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="baa14eccca3aa8e613ef42add10d1f4df5164c03",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_74475",
                            table="payments_paymentmethodevent",
                            when="BEFORE",
                        ),
                    ),
                ),
            ]
        ),
    ]
