"""All tables of this app at once, for databases that are made now; others take the steps."""

import django.contrib.postgres.constraints
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import pgtrigger.compiler
import pgtrigger.migrations
from importlib import import_module

from django.conf import settings
from django.db import migrations, models

from core.migration_speed import CreateTogether


USAGE_RECORD = import_module("billing.migrations.0003_usage_record_partitions").Migration.operations


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("billing", "0001_initial"),
        ("billing", "0002_initial"),
        ("billing", "0003_usage_record_partitions"),
        ("billing", "0004_suspended_usage_is_seen"),
        ("billing", "0005_taken_over_from_the_system_before"),
        ("billing", "0006_paid_through_says_when_taken_over"),
        ("billing", "0007_openings_have_a_history"),
        ("billing", "0008_history"),
    ]

    dependencies = [
        ("accounts", "0001_squashed_0008_reverse_charge_of_children"),
        ("catalog", "0001_squashed_0008_history"),
        ("core", "0001_squashed_0006_history"),
        ("pghistory", "0007_auto_20250421_0444"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateTogether(
            [
                migrations.CreateModel(
                    name="UsageFile",
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
                        ("sha256", models.CharField(max_length=64)),
                        ("size", models.PositiveBigIntegerField()),
                        (
                            "state",
                            models.CharField(
                                choices=[("loading", "loading"), ("done", "done")],
                                default="loading",
                                max_length=10,
                            ),
                        ),
                        ("rows", models.PositiveBigIntegerField(default=0)),
                        ("rated", models.PositiveBigIntegerField(default=0)),
                        ("duplicates", models.PositiveBigIntegerField(default=0)),
                        ("suspended", models.PositiveBigIntegerField(default=0)),
                        ("ignored", models.PositiveBigIntegerField(default=0)),
                        (
                            "quantity",
                            models.BigIntegerField(
                                default=0, help_text="Units of all readable rows."
                            ),
                        ),
                        ("quantity_rated", models.BigIntegerField(default=0)),
                        ("imported_at", models.DateTimeField()),
                    ],
                    options={
                        "ordering": ("-id",),
                    },
                ),
                migrations.CreateModel(
                    name="AllowanceUsedBefore",
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
                        ("add_on", models.CharField(blank=True, max_length=60)),
                        ("allowance_code", models.CharField(max_length=40)),
                        ("period_start", models.DateField()),
                        ("units", models.DecimalField(decimal_places=6, max_digits=24)),
                        (
                            "subscription",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="allowances_used_before",
                                to="accounts.subscription",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "allowances used before",
                        "ordering": ("subscription", "period_start", "allowance_code"),
                    },
                ),
                migrations.CreateModel(
                    name="AllowanceUsedBeforeEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("add_on", models.CharField(blank=True, max_length=60)),
                        ("allowance_code", models.CharField(max_length=40)),
                        ("period_start", models.DateField()),
                        ("units", models.DecimalField(decimal_places=6, max_digits=24)),
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
                                to="billing.allowanceusedbefore",
                            ),
                        ),
                        (
                            "subscription",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="accounts.subscription",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="BillRun",
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
                            "bill_date",
                            models.DateField(help_text="End of the billed period; the issue date."),
                        ),
                        ("as_of", models.DateField(help_text="The day the run was made.")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "draft"),
                                    ("calculating", "calculating"),
                                    ("issuing", "issuing"),
                                    ("issued", "issued"),
                                ],
                                default="draft",
                                max_length=20,
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                blank=True,
                                help_text="Why it ran before the grace days were over.",
                                max_length=200,
                            ),
                        ),
                        ("accounts_total", models.PositiveIntegerField(default=0)),
                        ("invoices_total", models.PositiveIntegerField(default=0)),
                        (
                            "net_total",
                            models.DecimalField(decimal_places=3, default=0, max_digits=18),
                        ),
                        (
                            "tax_total",
                            models.DecimalField(decimal_places=3, default=0, max_digits=18),
                        ),
                        ("total", models.DecimalField(decimal_places=3, default=0, max_digits=18)),
                        ("created_at", models.DateTimeField()),
                        ("issued_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "brand",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="bill_runs",
                                to="core.brand",
                            ),
                        ),
                        (
                            "started_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("-bill_date", "brand"),
                    },
                ),
                migrations.CreateModel(
                    name="Invoice",
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
                            "document",
                            models.CharField(
                                choices=[("invoice", "invoice"), ("credit_note", "credit note")],
                                default="invoice",
                                max_length=20,
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("cycle", "cycle"),
                                    ("final", "final"),
                                    ("off_cycle", "off-cycle"),
                                    ("opening", "taken over"),
                                ],
                                default="cycle",
                                max_length=20,
                            ),
                        ),
                        ("stream", models.CharField(default="all", max_length=20)),
                        (
                            "state",
                            models.CharField(
                                choices=[("draft", "draft"), ("issued", "issued")],
                                default="draft",
                                max_length=10,
                            ),
                        ),
                        ("live", models.BooleanField(default=True)),
                        ("sequence", models.PositiveBigIntegerField(blank=True, null=True)),
                        ("number", models.CharField(blank=True, max_length=60, null=True)),
                        ("issue_date", models.DateField(blank=True, null=True)),
                        ("due_date", models.DateField(blank=True, null=True)),
                        ("issued_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "period_start",
                            models.DateField(help_text="Start of the usage it holds."),
                        ),
                        (
                            "period_end",
                            models.DateField(help_text="End of the usage it holds: the bill date."),
                        ),
                        ("currency", models.CharField(max_length=3)),
                        (
                            "price_mode",
                            models.CharField(
                                choices=[
                                    ("gross", "gross (tax included)"),
                                    ("net", "net (tax added)"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("language", models.CharField(max_length=10)),
                        (
                            "reference",
                            models.CharField(
                                blank=True,
                                help_text="What the payer states: KID or RF.",
                                max_length=60,
                            ),
                        ),
                        ("terms_days", models.PositiveSmallIntegerField()),
                        (
                            "seller",
                            models.JSONField(help_text="Legal entity and brand as printed."),
                        ),
                        ("recipient", models.JSONField(help_text="Name and address as printed.")),
                        ("net_total", models.DecimalField(decimal_places=3, max_digits=18)),
                        ("tax_total", models.DecimalField(decimal_places=3, max_digits=18)),
                        ("total", models.DecimalField(decimal_places=3, max_digits=18)),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="invoices",
                                to="accounts.account",
                            ),
                        ),
                        (
                            "brand",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="invoices",
                                to="core.brand",
                            ),
                        ),
                        (
                            "legal_entity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="invoices",
                                to="core.legalentity",
                            ),
                        ),
                        (
                            "run",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="invoices",
                                to="billing.billrun",
                            ),
                        ),
                        (
                            "series",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="invoices",
                                to="core.numberseries",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("-id",),
                    },
                ),
                migrations.CreateModel(
                    name="BillRunAccount",
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
                            "state",
                            models.CharField(
                                choices=[
                                    ("pending", "pending"),
                                    ("calculated", "calculated"),
                                    ("issued", "issued"),
                                    ("nothing", "nothing to bill"),
                                    ("with_parent", "billed with its parent"),
                                    ("parked", "parked"),
                                ],
                                default="pending",
                                max_length=20,
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=300)),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="run_rows",
                                to="accounts.account",
                            ),
                        ),
                        (
                            "run",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="accounts",
                                to="billing.billrun",
                            ),
                        ),
                        (
                            "invoice",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="run_row",
                                to="billing.invoice",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("run", "account"),
                    },
                ),
                migrations.CreateModel(
                    name="InvoiceDocument",
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
                                choices=[("pdf", "PDF")], default="pdf", max_length=10
                            ),
                        ),
                        ("language", models.CharField(max_length=10)),
                        ("sha256", models.CharField(max_length=64)),
                        ("size", models.PositiveBigIntegerField()),
                        ("pages", models.PositiveIntegerField()),
                        ("created_at", models.DateTimeField()),
                        (
                            "invoice",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="documents",
                                to="billing.invoice",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("invoice", "kind", "language"),
                    },
                ),
                migrations.CreateModel(
                    name="InvoiceTax",
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
                        ("category", models.CharField(max_length=40)),
                        ("treatment", models.CharField(max_length=2)),
                        (
                            "rate",
                            models.DecimalField(
                                decimal_places=4, help_text="Per cent.", max_digits=7
                            ),
                        ),
                        ("net", models.DecimalField(decimal_places=3, max_digits=18)),
                        ("tax", models.DecimalField(decimal_places=3, max_digits=18)),
                        ("gross", models.DecimalField(decimal_places=3, max_digits=18)),
                        ("reason", models.CharField(blank=True, max_length=300)),
                        (
                            "invoice",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="taxes",
                                to="billing.invoice",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "invoice taxes",
                        "ordering": ("invoice", "-rate", "category"),
                    },
                ),
                migrations.CreateModel(
                    name="JournalEntry",
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
                        ("date", models.DateField()),
                        ("source", models.CharField(help_text="invoice, payment …", max_length=40)),
                        ("source_id", models.BigIntegerField()),
                        ("description", models.CharField(max_length=200)),
                        ("posted_at", models.DateTimeField()),
                        (
                            "brand",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.brand",
                            ),
                        ),
                        (
                            "legal_entity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="journal_entries",
                                to="core.legalentity",
                            ),
                        ),
                        (
                            "reverses",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reversed_by",
                                to="billing.journalentry",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "journal entries",
                        "ordering": ("id",),
                    },
                ),
                migrations.CreateModel(
                    name="LedgerAccount",
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
                        ("code", models.CharField(max_length=20)),
                        ("name", models.CharField(max_length=100)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("receivable", "receivables"),
                                    ("revenue", "revenue"),
                                    ("tax", "tax owed"),
                                    ("bank", "bank"),
                                    ("unapplied", "payments not yet matched"),
                                    ("opening", "taken over from the system before"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "legal_entity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="ledger_accounts",
                                to="core.legalentity",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("legal_entity", "code"),
                    },
                ),
                migrations.CreateModel(
                    name="OpeningBalance",
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
                        ("original_total", models.DecimalField(decimal_places=3, max_digits=18)),
                        ("taken_over_on", models.DateField()),
                        (
                            "text",
                            models.CharField(
                                blank=True, help_text="What it was for.", max_length=300
                            ),
                        ),
                        (
                            "source",
                            models.CharField(
                                help_text="File and line it came from.", max_length=300
                            ),
                        ),
                        (
                            "invoice",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="opening",
                                to="billing.invoice",
                            ),
                        ),
                        (
                            "reverses",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="taken_back_by",
                                to="billing.invoice",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("invoice",),
                    },
                ),
                migrations.CreateModel(
                    name="OpeningBalanceEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("original_total", models.DecimalField(decimal_places=3, max_digits=18)),
                        ("taken_over_on", models.DateField()),
                        (
                            "text",
                            models.CharField(
                                blank=True, help_text="What it was for.", max_length=300
                            ),
                        ),
                        (
                            "source",
                            models.CharField(
                                help_text="File and line it came from.", max_length=300
                            ),
                        ),
                        (
                            "invoice",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="billing.invoice",
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
                                to="billing.openingbalance",
                            ),
                        ),
                        (
                            "reverses",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="billing.invoice",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="OpenItem",
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
                        ("currency", models.CharField(max_length=3)),
                        ("due_date", models.DateField()),
                        ("total", models.DecimalField(decimal_places=3, max_digits=18)),
                        ("open_amount", models.DecimalField(decimal_places=3, max_digits=18)),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="open_items",
                                to="accounts.account",
                            ),
                        ),
                        (
                            "invoice",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="open_item",
                                to="billing.invoice",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("due_date", "id"),
                    },
                ),
                migrations.CreateModel(
                    name="PaidThrough",
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
                            "add_on",
                            models.CharField(
                                blank=True,
                                help_text="Empty: the whole subscription.",
                                max_length=60,
                            ),
                        ),
                        (
                            "charge_code",
                            models.CharField(
                                blank=True, help_text="Empty: all charges.", max_length=40
                            ),
                        ),
                        ("paid_until", models.DateField(help_text="The first day not yet paid.")),
                        (
                            "taken_over_on",
                            models.DateField(help_text="What begins later was not billed before."),
                        ),
                        (
                            "amount",
                            models.DecimalField(
                                blank=True, decimal_places=3, max_digits=18, null=True
                            ),
                        ),
                        (
                            "subscription",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="paid_through",
                                to="accounts.subscription",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "paid-through dates",
                        "ordering": ("subscription", "add_on", "charge_code"),
                    },
                ),
                migrations.CreateModel(
                    name="InvoiceLine",
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
                        ("position", models.PositiveIntegerField()),
                        ("live", models.BooleanField(default=True, help_text="As its invoice.")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("recurring", "recurring"),
                                    ("one_off", "one-off"),
                                    ("usage", "usage"),
                                    ("credit", "credit"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("segment", models.CharField(blank=True, max_length=80)),
                        ("charge_code", models.CharField(blank=True, max_length=40)),
                        ("usage_period", models.DateField(blank=True, null=True)),
                        ("usage_origin", models.DateField(blank=True, null=True)),
                        ("account_label", models.CharField(max_length=250)),
                        ("location_label", models.CharField(blank=True, max_length=400)),
                        ("subscription_label", models.CharField(max_length=300)),
                        ("description", models.CharField(max_length=300)),
                        ("period_start", models.DateField(blank=True, null=True)),
                        ("period_end", models.DateField(blank=True, null=True)),
                        ("days", models.PositiveSmallIntegerField(blank=True, null=True)),
                        ("days_in_period", models.PositiveSmallIntegerField(blank=True, null=True)),
                        ("records", models.BigIntegerField(blank=True, null=True)),
                        ("usage_type", models.SmallIntegerField(blank=True, null=True)),
                        (
                            "quantity",
                            models.BigIntegerField(
                                default=1, help_text="Pieces, seconds, messages or bytes."
                            ),
                        ),
                        (
                            "unit_price",
                            models.DecimalField(
                                blank=True, decimal_places=6, max_digits=18, null=True
                            ),
                        ),
                        (
                            "exact_amount",
                            models.DecimalField(
                                decimal_places=6,
                                help_text="Before rounding, where six decimals hold it.",
                                max_digits=24,
                            ),
                        ),
                        ("amount", models.DecimalField(decimal_places=3, max_digits=18)),
                        ("net", models.DecimalField(decimal_places=3, max_digits=18)),
                        ("tax_category", models.CharField(max_length=40)),
                        ("tax_treatment", models.CharField(max_length=2)),
                        ("tax_rate", models.DecimalField(decimal_places=4, max_digits=7)),
                        ("revenue_account", models.CharField(max_length=20)),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.account",
                            ),
                        ),
                        (
                            "charge",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="catalog.charge",
                            ),
                        ),
                        (
                            "credits",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="credited_by",
                                to="billing.invoiceline",
                            ),
                        ),
                        (
                            "invoice",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="lines",
                                to="billing.invoice",
                            ),
                        ),
                        (
                            "subscription",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lines",
                                to="accounts.subscription",
                            ),
                        ),
                        (
                            "usage_category",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="catalog.usagecategory",
                            ),
                        ),
                        (
                            "credits_paid",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="credited_by",
                                to="billing.paidthrough",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("invoice", "position"),
                    },
                ),
                migrations.CreateModel(
                    name="PaidThroughEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        (
                            "add_on",
                            models.CharField(
                                blank=True,
                                help_text="Empty: the whole subscription.",
                                max_length=60,
                            ),
                        ),
                        (
                            "charge_code",
                            models.CharField(
                                blank=True, help_text="Empty: all charges.", max_length=40
                            ),
                        ),
                        ("paid_until", models.DateField(help_text="The first day not yet paid.")),
                        (
                            "taken_over_on",
                            models.DateField(help_text="What begins later was not billed before."),
                        ),
                        (
                            "amount",
                            models.DecimalField(
                                blank=True, decimal_places=3, max_digits=18, null=True
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
                                to="billing.paidthrough",
                            ),
                        ),
                        (
                            "subscription",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="accounts.subscription",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Posting",
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
                        ("currency", models.CharField(max_length=3)),
                        (
                            "account",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="postings",
                                to="accounts.account",
                            ),
                        ),
                        (
                            "entry",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="postings",
                                to="billing.journalentry",
                            ),
                        ),
                        (
                            "ledger_account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="postings",
                                to="billing.ledgeraccount",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("entry", "id"),
                    },
                ),
                migrations.CreateModel(
                    name="Reconciliation",
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
                            "as_of",
                            models.DateField(
                                help_text="The day on which the balances were taken over."
                            ),
                        ),
                        (
                            "file",
                            models.CharField(
                                blank=True, help_text="The old trial balance.", max_length=255
                            ),
                        ),
                        ("sha256", models.CharField(blank=True, max_length=64)),
                        (
                            "compared",
                            models.PositiveIntegerField(help_text="Rows that were compared."),
                        ),
                        (
                            "totals",
                            models.JSONField(help_text="By currency: before, and taken over."),
                        ),
                        ("differences", models.JSONField()),
                        (
                            "reason",
                            models.CharField(
                                blank=True,
                                help_text="Why the migration was finished all the same.",
                                max_length=300,
                            ),
                        ),
                        ("made_at", models.DateTimeField()),
                        (
                            "legal_entity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reconciliations",
                                to="core.legalentity",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("-id",),
                    },
                ),
                migrations.CreateModel(
                    name="ReconciliationEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        (
                            "as_of",
                            models.DateField(
                                help_text="The day on which the balances were taken over."
                            ),
                        ),
                        (
                            "file",
                            models.CharField(
                                blank=True, help_text="The old trial balance.", max_length=255
                            ),
                        ),
                        ("sha256", models.CharField(blank=True, max_length=64)),
                        (
                            "compared",
                            models.PositiveIntegerField(help_text="Rows that were compared."),
                        ),
                        (
                            "totals",
                            models.JSONField(help_text="By currency: before, and taken over."),
                        ),
                        ("differences", models.JSONField()),
                        (
                            "reason",
                            models.CharField(
                                blank=True,
                                help_text="Why the migration was finished all the same.",
                                max_length=300,
                            ),
                        ),
                        ("made_at", models.DateTimeField()),
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
                                to="billing.reconciliation",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="UsageCutover",
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
                        ("starts_on", models.DateField()),
                        (
                            "account",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="usage_cutover",
                                to="accounts.account",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("account",),
                    },
                ),
                migrations.CreateModel(
                    name="UsageCutoverEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("starts_on", models.DateField()),
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
                                to="billing.usagecutover",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="UsageFileSlice",
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
                        ("position", models.PositiveIntegerField()),
                        ("first_line", models.PositiveBigIntegerField()),
                        ("last_line", models.PositiveBigIntegerField()),
                        (
                            "raw",
                            models.BinaryField(
                                help_text="The lines as they came, zlib-compressed."
                            ),
                        ),
                        ("rated", models.PositiveIntegerField()),
                        ("duplicates", models.PositiveIntegerField()),
                        ("suspended", models.PositiveIntegerField()),
                        ("ignored", models.PositiveIntegerField()),
                        ("quantity", models.BigIntegerField()),
                        ("quantity_rated", models.BigIntegerField()),
                        (
                            "file",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="slices",
                                to="billing.usagefile",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("file", "position"),
                    },
                ),
                migrations.CreateModel(
                    name="UsagePeriod",
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
                        ("start", models.DateField()),
                        ("end", models.DateField()),
                        ("closed_at", models.DateTimeField()),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="usage_periods",
                                to="accounts.account",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("account", "start"),
                    },
                ),
                migrations.CreateModel(
                    name="UsageSource",
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
                            "code",
                            models.CharField(
                                max_length=40,
                                unique=True,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[A-Za-z0-9][A-Za-z0-9._-]*$",
                                        "Use letters, digits, dot, dash and underscore only.",
                                    )
                                ],
                            ),
                        ),
                        ("name", models.CharField(max_length=200)),
                        (
                            "format",
                            models.CharField(
                                choices=[
                                    ("asterisk", "Asterisk Master.csv (16 or 18 columns)"),
                                    ("csv", "CSV with a column mapping"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("encoding", models.CharField(default="utf-8", max_length=20)),
                        ("zone", models.CharField(default="UTC", max_length=60)),
                        (
                            "usage_type",
                            models.CharField(
                                choices=[
                                    ("voice", "voice (seconds)"),
                                    ("sms", "SMS (messages)"),
                                    ("data", "data (bytes)"),
                                ],
                                default="voice",
                                max_length=10,
                            ),
                        ),
                        ("mapping", models.JSONField(blank=True, default=dict)),
                        ("country_code", models.CharField(blank=True, max_length=4)),
                        (
                            "international_prefix",
                            models.CharField(blank=True, default="00", max_length=10),
                        ),
                        (
                            "national_prefix",
                            models.CharField(blank=True, default="", max_length=10),
                        ),
                        (
                            "short_code_digits",
                            models.PositiveSmallIntegerField(
                                default=6,
                                help_text="Numbers of at most so many digits stay as they are.",
                            ),
                        ),
                        ("id_reuse_days", models.PositiveSmallIntegerField(default=62)),
                        (
                            "quantity_max",
                            models.PositiveBigIntegerField(
                                default=1000000000000,
                                help_text="More than this is absurd and goes to suspense.",
                            ),
                        ),
                        (
                            "brand",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="usage_sources",
                                to="core.brand",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("code",),
                    },
                ),
                migrations.AddField(
                    model_name="usagefile",
                    name="source",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="billing.usagesource",
                    ),
                ),
                migrations.CreateModel(
                    name="SuspendedUsage",
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
                        ("line_number", models.PositiveBigIntegerField()),
                        ("raw", models.TextField()),
                        (
                            "reason",
                            models.CharField(
                                choices=[
                                    ("invalid", "not a sensible record"),
                                    ("unknown_service", "nobody has this number"),
                                    ("not_active", "the service was not active then"),
                                    ("no_rate", "no price for this destination"),
                                    ("conflict", "same id as another record, other content"),
                                    ("billed_elsewhere", "billed by the system before"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("detail", models.CharField(blank=True, max_length=300)),
                        (
                            "state",
                            models.CharField(
                                choices=[("open", "open"), ("released", "released")],
                                default="open",
                                max_length=10,
                            ),
                        ),
                        (
                            "key",
                            models.UUIDField(
                                help_text="As a record's: the same line again is a duplicate."
                            ),
                        ),
                        ("content", models.UUIDField()),
                        ("start_at", models.DateTimeField(blank=True, null=True)),
                        ("service", models.CharField(blank=True, max_length=100)),
                        ("called", models.CharField(blank=True, max_length=100)),
                        ("quantity", models.BigIntegerField(blank=True, null=True)),
                        (
                            "brand",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="suspended_usage",
                                to="core.brand",
                            ),
                        ),
                        (
                            "file",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="suspended_lines",
                                to="billing.usagefile",
                            ),
                        ),
                        (
                            "source",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="suspended",
                                to="billing.usagesource",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "suspended usage",
                        "ordering": ("file", "line_number"),
                    },
                ),
                migrations.CreateModel(
                    name="UsageSourceEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        (
                            "code",
                            models.CharField(
                                max_length=40,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[A-Za-z0-9][A-Za-z0-9._-]*$",
                                        "Use letters, digits, dot, dash and underscore only.",
                                    )
                                ],
                            ),
                        ),
                        ("name", models.CharField(max_length=200)),
                        (
                            "format",
                            models.CharField(
                                choices=[
                                    ("asterisk", "Asterisk Master.csv (16 or 18 columns)"),
                                    ("csv", "CSV with a column mapping"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("encoding", models.CharField(default="utf-8", max_length=20)),
                        ("zone", models.CharField(default="UTC", max_length=60)),
                        (
                            "usage_type",
                            models.CharField(
                                choices=[
                                    ("voice", "voice (seconds)"),
                                    ("sms", "SMS (messages)"),
                                    ("data", "data (bytes)"),
                                ],
                                default="voice",
                                max_length=10,
                            ),
                        ),
                        ("mapping", models.JSONField(blank=True, default=dict)),
                        ("country_code", models.CharField(blank=True, max_length=4)),
                        (
                            "international_prefix",
                            models.CharField(blank=True, default="00", max_length=10),
                        ),
                        (
                            "national_prefix",
                            models.CharField(blank=True, default="", max_length=10),
                        ),
                        (
                            "short_code_digits",
                            models.PositiveSmallIntegerField(
                                default=6,
                                help_text="Numbers of at most so many digits stay as they are.",
                            ),
                        ),
                        ("id_reuse_days", models.PositiveSmallIntegerField(default=62)),
                        (
                            "quantity_max",
                            models.PositiveBigIntegerField(
                                default=1000000000000,
                                help_text="More than this is absurd and goes to suspense.",
                            ),
                        ),
                        (
                            "brand",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="core.brand",
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
                                to="billing.usagesource",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="UsageSummary",
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
                        ("period_start", models.DateField()),
                        ("origin_start", models.DateField()),
                        (
                            "usage_type",
                            models.SmallIntegerField(help_text="1 voice, 2 SMS, 3 data."),
                        ),
                        ("records", models.BigIntegerField()),
                        ("quantity", models.BigIntegerField()),
                        ("billed", models.BigIntegerField()),
                        ("covered", models.BigIntegerField(default=0)),
                        ("amount", models.BigIntegerField()),
                        ("cost", models.BigIntegerField()),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="usage_summaries",
                                to="accounts.account",
                            ),
                        ),
                        (
                            "category",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="catalog.usagecategory",
                            ),
                        ),
                        (
                            "plan_version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="catalog.planversion",
                            ),
                        ),
                        (
                            "subscription",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="usage_summaries",
                                to="accounts.subscription",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "usage summaries",
                        "ordering": ("subscription", "period_start", "origin_start", "category"),
                    },
                ),
                migrations.CreateModel(
                    name="InvoiceUsage",
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
                        ("records", models.BigIntegerField()),
                        ("quantity", models.BigIntegerField()),
                        ("billed", models.BigIntegerField()),
                        (
                            "amount",
                            models.BigIntegerField(help_text="Millionths of the currency unit."),
                        ),
                        (
                            "line",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="summaries",
                                to="billing.invoiceline",
                            ),
                        ),
                        (
                            "summary",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="billing.usagesummary",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("line", "id"),
                    },
                ),
                migrations.AddConstraint(
                    model_name="allowanceusedbefore",
                    constraint=models.UniqueConstraint(
                        fields=("subscription", "add_on", "allowance_code", "period_start"),
                        name="allowance_used_before_once",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="allowanceusedbefore",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("units__gte", 0)),
                        name="allowance_used_before_not_negative",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="allowanceusedbefore",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "billing_allowanceusedbeforeevent" ("add_on", "allowance_code", "id", "period_start", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "subscription_id", "units") VALUES (NEW."add_on", NEW."allowance_code", NEW."id", NEW."period_start", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."subscription_id", NEW."units"); RETURN NULL;',
                            hash="f6fe4d192f2e651c66878e0bb79c7b5687c26699",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_52ebc",
                            table="billing_allowanceusedbefore",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="allowanceusedbefore",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "billing_allowanceusedbeforeevent" ("add_on", "allowance_code", "id", "period_start", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "subscription_id", "units") VALUES (NEW."add_on", NEW."allowance_code", NEW."id", NEW."period_start", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."subscription_id", NEW."units"); RETURN NULL;',
                            hash="9eb0302158f9a94278df67626f9c982749943acc",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_852e5",
                            table="billing_allowanceusedbefore",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="allowanceusedbefore",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "billing_allowanceusedbeforeevent" ("add_on", "allowance_code", "id", "period_start", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "subscription_id", "units") VALUES (OLD."add_on", OLD."allowance_code", OLD."id", OLD."period_start", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."subscription_id", OLD."units"); RETURN NULL;',
                            hash="2e3bac70641ea0701f57ad9d6f28f0d543d8bb93",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_39810",
                            table="billing_allowanceusedbefore",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="allowanceusedbeforeevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="0416603e452d061e5dda9674ffedf0a973b479a5",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_7a38f",
                            table="billing_allowanceusedbeforeevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="billrun",
                    constraint=models.UniqueConstraint(
                        fields=("brand", "bill_date"), name="bill_run_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="billrun",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ("draft", "calculating", "issuing", "issued"))
                        ),
                        name="bill_run_state_is_known",
                    ),
                ),
                migrations.AddIndex(
                    model_name="invoice",
                    index=models.Index(fields=["reference"], name="invoice_by_reference"),
                ),
                migrations.AddIndex(
                    model_name="invoice",
                    index=models.Index(fields=["number"], name="invoice_by_number"),
                ),
                migrations.AddConstraint(
                    model_name="invoice",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(
                            ("live", True),
                            models.Q(("kind__in", ("off_cycle", "opening")), _negated=True),
                        ),
                        fields=("account", "period_end", "kind", "stream"),
                        name="invoice_one_live_per_period",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="invoice",
                    constraint=models.UniqueConstraint(
                        fields=("series", "sequence"), name="invoice_sequence_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="invoice",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("kind", "opening"), ("live", False), _negated=True),
                        fields=("legal_entity", "number"),
                        name="invoice_number_once",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="invoice",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("kind", "opening"), _negated=True),
                        fields=("legal_entity", "reference"),
                        name="invoice_reference_once",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="invoice",
                    constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(
                            ("kind", "opening"),
                            ("live", True),
                            models.Q(("reference", ""), _negated=True),
                        ),
                        expressions=(("legal_entity", "="), ("reference", "="), ("account", "<>")),
                        name="invoice_old_reference_of_one_account",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="invoice",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("kind", "opening"),
                            models.Q(("reference", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="invoice_has_a_reference",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="invoice",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "opening"), _negated=True),
                            models.Q(("run__isnull", True), ("state", "issued"), ("tax_total", 0)),
                            _connector="OR",
                        ),
                        name="invoice_taken_over_is_issued_without_tax",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="invoice",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                models.Q(("kind", "opening"), _negated=True),
                                ("due_date__isnull", True),
                                ("issue_date__isnull", True),
                                ("issued_at__isnull", True),
                                ("number__isnull", True),
                                ("sequence__isnull", True),
                                ("series__isnull", False),
                                ("state", "draft"),
                            ),
                            models.Q(
                                models.Q(("kind", "opening"), _negated=True),
                                ("due_date__isnull", False),
                                ("issue_date__isnull", False),
                                ("issued_at__isnull", False),
                                ("number__isnull", False),
                                ("sequence__isnull", False),
                                ("series__isnull", False),
                                ("state", "issued"),
                            ),
                            models.Q(
                                ("due_date__isnull", False),
                                ("issue_date__isnull", False),
                                ("issued_at__isnull", False),
                                ("kind", "opening"),
                                ("number__isnull", False),
                                ("sequence__isnull", True),
                                ("series__isnull", True),
                                ("state", "issued"),
                            ),
                            _connector="OR",
                        ),
                        name="invoice_numbered_exactly_when_issued",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="invoice",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            (
                                "total",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("net_total"), "+", models.F("tax_total")
                                ),
                            )
                        ),
                        name="invoice_total_adds_up",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="invoice",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("document", "invoice"), ("total__gte", 0)),
                            models.Q(("document", "credit_note"), ("total__lt", 0)),
                            _connector="OR",
                        ),
                        name="invoice_negative_is_a_credit_note",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="invoice",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("issue_date__isnull", True),
                            ("issue_date__gte", models.F("period_end")),
                            _connector="OR",
                        ),
                        name="invoice_issued_after_its_usage",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="invoice",
                    trigger=pgtrigger.compiler.Trigger(
                        name="issued_is_frozen",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.\"state\" = 'issued')",
                            func="\n                    IF TG_OP = 'UPDATE' AND OLD.kind = 'opening' AND OLD.live AND NOT NEW.live\n                       AND to_jsonb(OLD) - 'live' = to_jsonb(NEW) - 'live' THEN\n                        RETURN NEW;\n                    END IF;\n                    RAISE EXCEPTION 'invoice % is issued and never changes', OLD.number\n                        USING ERRCODE = 'integrity_constraint_violation';\n                ",
                            hash="8887cdb4b0c0cce41b11603f83fd49d781db015a",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_issued_is_frozen_1fad9",
                            table="billing_invoice",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="invoice",
                    trigger=pgtrigger.compiler.Trigger(
                        name="no_truncate",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF current_setting('trunkline.allow_flush', true) IS DISTINCT FROM 'on' THEN\n                RAISE EXCEPTION 'rows of % are never removed', TG_TABLE_NAME\n                    USING ERRCODE = 'integrity_constraint_violation';\n            END IF;\n            RETURN NULL;\n        ",
                            hash="1f7990e9595dceb7d53be731a7746909c51e6085",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_no_truncate_beee2",
                            table="billing_invoice",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="billrunaccount",
                    constraint=models.UniqueConstraint(
                        fields=("run", "account"), name="run_account_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="billrunaccount",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("calculated", "issued")), _negated=True),
                            ("invoice__isnull", False),
                            _connector="OR",
                        ),
                        name="run_account_calculated_has_an_invoice",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="billrunaccount",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "parked"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="run_account_parked_says_why",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="invoicedocument",
                    constraint=models.UniqueConstraint(
                        fields=("invoice", "kind", "language"),
                        name="document_once_per_kind_and_language",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="invoicedocument",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            RAISE EXCEPTION 'rows of % never change', TG_TABLE_NAME\n                USING ERRCODE = 'integrity_constraint_violation';\n        ",
                            hash="04942d463727bbd5ec24cf2aaa3ede396b314a9e",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_cb1ea",
                            table="billing_invoicedocument",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="invoicetax",
                    constraint=models.UniqueConstraint(
                        fields=("invoice", "category", "treatment", "rate"),
                        name="invoice_tax_group_once",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="invoicetax",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            (
                                "gross",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("net"), "+", models.F("tax")
                                ),
                            )
                        ),
                        name="invoice_tax_adds_up",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="invoicetax",
                    trigger=pgtrigger.compiler.Trigger(
                        name="issued_is_frozen",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n    IF EXISTS (\n        SELECT 1 FROM billing_invoice i\n        WHERE i.id = OLD.invoice_id AND i.state = 'issued'\n    ) THEN\n        RAISE EXCEPTION 'lines of an issued invoice never change'\n            USING ERRCODE = 'integrity_constraint_violation';\n    END IF;\n    IF TG_OP = 'UPDATE' THEN RETURN NEW; END IF; RETURN OLD;\n",
                            hash="e09b3e2c8677d5b2fc59a83d9dd6e37c907d886d",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_issued_is_frozen_7b2f1",
                            table="billing_invoicetax",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="invoicetax",
                    trigger=pgtrigger.compiler.Trigger(
                        name="none_added_after_issue",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n    IF EXISTS (\n        SELECT 1 FROM billing_invoice i\n        WHERE i.id = NEW.invoice_id AND i.state = 'issued'\n    ) THEN\n        RAISE EXCEPTION 'lines of an issued invoice never change'\n            USING ERRCODE = 'integrity_constraint_violation';\n    END IF;\n    RETURN NEW;\n",
                            hash="db90bf055de5753a453f12175fd428d5e4a19248",
                            operation="INSERT",
                            pgid="pgtrigger_none_added_after_issue_87ffa",
                            table="billing_invoicetax",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="invoicetax",
                    trigger=pgtrigger.compiler.Trigger(
                        name="no_truncate",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF current_setting('trunkline.allow_flush', true) IS DISTINCT FROM 'on' THEN\n                RAISE EXCEPTION 'rows of % are never removed', TG_TABLE_NAME\n                    USING ERRCODE = 'integrity_constraint_violation';\n            END IF;\n            RETURN NULL;\n        ",
                            hash="0df9748123eba62acb8723ee5c337d6ddc822481",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_no_truncate_44a23",
                            table="billing_invoicetax",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="journalentry",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("reverses__isnull", True)),
                        fields=("source", "source_id"),
                        name="journal_entry_once_per_document",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="journalentry",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            RAISE EXCEPTION 'rows of % never change', TG_TABLE_NAME\n                USING ERRCODE = 'integrity_constraint_violation';\n        ",
                            hash="e5285ed3545fe8446be27ec1473ebaaceaa21280",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_a70ad",
                            table="billing_journalentry",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="journalentry",
                    trigger=pgtrigger.compiler.Trigger(
                        name="no_truncate",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF current_setting('trunkline.allow_flush', true) IS DISTINCT FROM 'on' THEN\n                RAISE EXCEPTION 'rows of % are never removed', TG_TABLE_NAME\n                    USING ERRCODE = 'integrity_constraint_violation';\n            END IF;\n            RETURN NULL;\n        ",
                            hash="13164419784d0beb5a9af7944e75f599596b6cf0",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_no_truncate_7164f",
                            table="billing_journalentry",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="ledgeraccount",
                    constraint=models.UniqueConstraint(
                        fields=("legal_entity", "code"), name="ledger_account_code_once"
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="openingbalance",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            RAISE EXCEPTION 'rows of % never change', TG_TABLE_NAME\n                USING ERRCODE = 'integrity_constraint_violation';\n        ",
                            hash="20106ceac534bbf03488d6add2b69f97ad94ca1b",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_7a0b5",
                            table="billing_openingbalance",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="openingbalance",
                    trigger=pgtrigger.compiler.Trigger(
                        name="no_truncate",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF current_setting('trunkline.allow_flush', true) IS DISTINCT FROM 'on' THEN\n                RAISE EXCEPTION 'rows of % are never removed', TG_TABLE_NAME\n                    USING ERRCODE = 'integrity_constraint_violation';\n            END IF;\n            RETURN NULL;\n        ",
                            hash="60763b8a6521b62ece93440624adf7b252f5dc86",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_no_truncate_f00b8",
                            table="billing_openingbalance",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="openingbalance",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "billing_openingbalanceevent" ("id", "invoice_id", "original_total", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reverses_id", "source", "taken_over_on", "text") VALUES (NEW."id", NEW."invoice_id", NEW."original_total", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reverses_id", NEW."source", NEW."taken_over_on", NEW."text"); RETURN NULL;',
                            hash="0b3cb4bac52a8f1884a99566260d309cf5c1e1c0",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_1ee71",
                            table="billing_openingbalance",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="openingbalance",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "billing_openingbalanceevent" ("id", "invoice_id", "original_total", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reverses_id", "source", "taken_over_on", "text") VALUES (NEW."id", NEW."invoice_id", NEW."original_total", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reverses_id", NEW."source", NEW."taken_over_on", NEW."text"); RETURN NULL;',
                            hash="8ff49c9b90f0d57d4aac2ac51ef9a148687ec5a8",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_7d5b5",
                            table="billing_openingbalance",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="openingbalance",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "billing_openingbalanceevent" ("id", "invoice_id", "original_total", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reverses_id", "source", "taken_over_on", "text") VALUES (OLD."id", OLD."invoice_id", OLD."original_total", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reverses_id", OLD."source", OLD."taken_over_on", OLD."text"); RETURN NULL;',
                            hash="76c2239e857ce9ede8fe51bc9472d0ccc06fb819",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_2c36a",
                            table="billing_openingbalance",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="openingbalanceevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="2f3a95b166ff4fbf3c60b3052f42a93d252d6e7c",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_7731d",
                            table="billing_openingbalanceevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddIndex(
                    model_name="openitem",
                    index=models.Index(
                        condition=models.Q(("open_amount__gt", 0)),
                        fields=["due_date"],
                        name="open_item_due",
                    ),
                ),
                migrations.AddIndex(
                    model_name="openitem",
                    index=models.Index(fields=["account", "due_date"], name="open_item_by_account"),
                ),
                migrations.AddConstraint(
                    model_name="openitem",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("open_amount__gte", 0),
                                ("open_amount__lte", models.F("total")),
                                ("total__gte", 0),
                            ),
                            models.Q(
                                ("open_amount__gte", models.F("total")),
                                ("open_amount__lte", 0),
                                ("total__lt", 0),
                            ),
                            _connector="OR",
                        ),
                        name="open_item_between_nothing_and_total",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="paidthrough",
                    constraint=models.UniqueConstraint(
                        fields=("subscription", "add_on", "charge_code"), name="paid_through_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="paidthrough",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("amount__isnull", True),
                            models.Q(("amount__gte", 0), ("charge_code__gt", "")),
                            _connector="OR",
                        ),
                        name="paid_through_amount_of_one_charge",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="paidthrough",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "billing_paidthroughevent" ("add_on", "amount", "charge_code", "id", "paid_until", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "subscription_id", "taken_over_on") VALUES (NEW."add_on", NEW."amount", NEW."charge_code", NEW."id", NEW."paid_until", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."subscription_id", NEW."taken_over_on"); RETURN NULL;',
                            hash="ca7bbb81ddb90c63276f2bfc0490b5bbbb5228d9",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_64fe4",
                            table="billing_paidthrough",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="paidthrough",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "billing_paidthroughevent" ("add_on", "amount", "charge_code", "id", "paid_until", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "subscription_id", "taken_over_on") VALUES (NEW."add_on", NEW."amount", NEW."charge_code", NEW."id", NEW."paid_until", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."subscription_id", NEW."taken_over_on"); RETURN NULL;',
                            hash="8b4a4d5894fa0999900795d621acaeb321f13f7e",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_19b15",
                            table="billing_paidthrough",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="paidthrough",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "billing_paidthroughevent" ("add_on", "amount", "charge_code", "id", "paid_until", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "subscription_id", "taken_over_on") VALUES (OLD."add_on", OLD."amount", OLD."charge_code", OLD."id", OLD."paid_until", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."subscription_id", OLD."taken_over_on"); RETURN NULL;',
                            hash="4f57cd7887200636c59a503ff79f198b9b44cf3a",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_62f9b",
                            table="billing_paidthrough",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="invoiceline",
                    constraint=models.UniqueConstraint(
                        fields=("invoice", "position"), name="line_position_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="invoiceline",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("kind__in", ("recurring", "one_off")), ("live", True)),
                        fields=("subscription", "segment", "charge_code", "period_start"),
                        name="line_charged_once_per_period",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="invoiceline",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("kind", "usage"), ("live", True)),
                        fields=("subscription", "usage_period", "usage_origin", "usage_category"),
                        name="line_usage_key_once",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="invoiceline",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("kind", "credit"), ("live", True)),
                        fields=("credits", "period_start"),
                        name="line_credited_once_per_start",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="invoiceline",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("kind", "credit"), ("live", True)),
                        fields=("credits_paid", "segment", "charge_code", "period_start"),
                        name="line_paid_before_credited_once_per_start",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="invoiceline",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "credit"), _negated=True),
                            models.Q(
                                ("amount__lte", 0),
                                ("credits__isnull", False),
                                ("credits_paid__isnull", True),
                            ),
                            models.Q(
                                ("amount__lte", 0),
                                ("credits__isnull", True),
                                ("credits_paid__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="line_credit_names_its_line",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="invoiceline",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "usage"), _negated=True),
                            models.Q(
                                ("usage_category__isnull", False),
                                ("usage_origin__isnull", False),
                                ("usage_period__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="line_usage_names_its_key",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="invoiceline",
                    trigger=pgtrigger.compiler.Trigger(
                        name="issued_is_frozen",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n    IF EXISTS (\n        SELECT 1 FROM billing_invoice i\n        WHERE i.id = OLD.invoice_id AND i.state = 'issued'\n    ) THEN\n        RAISE EXCEPTION 'lines of an issued invoice never change'\n            USING ERRCODE = 'integrity_constraint_violation';\n    END IF;\n    IF TG_OP = 'UPDATE' THEN RETURN NEW; END IF; RETURN OLD;\n",
                            hash="296e6f155befb95fb94d2b4d7f50b7e9fa4c4074",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_issued_is_frozen_4b85a",
                            table="billing_invoiceline",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="invoiceline",
                    trigger=pgtrigger.compiler.Trigger(
                        name="none_added_after_issue",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n    IF EXISTS (\n        SELECT 1 FROM billing_invoice i\n        WHERE i.id = NEW.invoice_id AND i.state = 'issued'\n    ) THEN\n        RAISE EXCEPTION 'lines of an issued invoice never change'\n            USING ERRCODE = 'integrity_constraint_violation';\n    END IF;\n    RETURN NEW;\n",
                            hash="93c8dbee6abcba335c16fc49f9e934b9f654f844",
                            operation="INSERT",
                            pgid="pgtrigger_none_added_after_issue_f4a3b",
                            table="billing_invoiceline",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="invoiceline",
                    trigger=pgtrigger.compiler.Trigger(
                        name="no_truncate",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF current_setting('trunkline.allow_flush', true) IS DISTINCT FROM 'on' THEN\n                RAISE EXCEPTION 'rows of % are never removed', TG_TABLE_NAME\n                    USING ERRCODE = 'integrity_constraint_violation';\n            END IF;\n            RETURN NULL;\n        ",
                            hash="23d0f76093722aa5fbdd9adc9f684a5100da72eb",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_no_truncate_1dce9",
                            table="billing_invoiceline",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="paidthroughevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="9c7c9e362acef3dcda43c927598df11337b4735a",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_c000c",
                            table="billing_paidthroughevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="posting",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            RAISE EXCEPTION 'rows of % never change', TG_TABLE_NAME\n                USING ERRCODE = 'integrity_constraint_violation';\n        ",
                            hash="6203f8c5c8b695ca10ddc7e5a36497de2743369e",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_cd6a1",
                            table="billing_posting",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="posting",
                    trigger=pgtrigger.compiler.Trigger(
                        name="no_truncate",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF current_setting('trunkline.allow_flush', true) IS DISTINCT FROM 'on' THEN\n                RAISE EXCEPTION 'rows of % are never removed', TG_TABLE_NAME\n                    USING ERRCODE = 'integrity_constraint_violation';\n            END IF;\n            RETURN NULL;\n        ",
                            hash="0d44f681842cb283110be692fcdffe49cbf7600a",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_no_truncate_9a3ff",
                            table="billing_posting",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="posting",
                    trigger=pgtrigger.compiler.Trigger(
                        name="entry_balances",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n    IF EXISTS (\n        SELECT 1 FROM new_rows n\n        JOIN billing_posting p ON p.entry_id = n.entry_id\n        GROUP BY p.entry_id, p.currency HAVING sum(p.amount) <> 0\n    ) THEN\n        RAISE EXCEPTION 'journal entry does not balance' USING ERRCODE = 'check_violation';\n    END IF;\n    IF EXISTS (\n        SELECT 1 FROM (SELECT entry_id, count(*) AS new_count FROM new_rows GROUP BY 1) n\n        WHERE n.new_count <> (\n            SELECT count(*) FROM billing_posting p WHERE p.entry_id = n.entry_id\n        ) OR n.new_count < 2\n    ) THEN\n        RAISE EXCEPTION 'postings of a journal entry come together, at least two'\n            USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NULL;\n",
                            hash="6900807051be64940fdb75810089e318aa7eb322",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_entry_balances_c07bd",
                            referencing="REFERENCING NEW TABLE AS new_rows ",
                            table="billing_posting",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="reconciliation",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("file", ""), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="reconciliation_has_a_file_or_a_reason",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="reconciliation",
                    trigger=pgtrigger.compiler.Trigger(
                        name="no_truncate",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF current_setting('trunkline.allow_flush', true) IS DISTINCT FROM 'on' THEN\n                RAISE EXCEPTION 'rows of % are never removed', TG_TABLE_NAME\n                    USING ERRCODE = 'integrity_constraint_violation';\n            END IF;\n            RETURN NULL;\n        ",
                            hash="3a7a7dabb156131d157d9d2a0321a4c1332b1c8d",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_no_truncate_c8d33",
                            table="billing_reconciliation",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="reconciliation",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "billing_reconciliationevent" ("as_of", "compared", "differences", "file", "id", "legal_entity_id", "made_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "sha256", "totals") VALUES (NEW."as_of", NEW."compared", NEW."differences", NEW."file", NEW."id", NEW."legal_entity_id", NEW."made_at", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reason", NEW."sha256", NEW."totals"); RETURN NULL;',
                            hash="8d37cd5ac2c1f41d2481b1940498c351f7f3cc8c",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_30736",
                            table="billing_reconciliation",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="reconciliation",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "billing_reconciliationevent" ("as_of", "compared", "differences", "file", "id", "legal_entity_id", "made_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "sha256", "totals") VALUES (NEW."as_of", NEW."compared", NEW."differences", NEW."file", NEW."id", NEW."legal_entity_id", NEW."made_at", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."sha256", NEW."totals"); RETURN NULL;',
                            hash="68824ad4086fe6a9582d5ba2daeee5b09e200a1d",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_65f46",
                            table="billing_reconciliation",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="reconciliation",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "billing_reconciliationevent" ("as_of", "compared", "differences", "file", "id", "legal_entity_id", "made_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "sha256", "totals") VALUES (OLD."as_of", OLD."compared", OLD."differences", OLD."file", OLD."id", OLD."legal_entity_id", OLD."made_at", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reason", OLD."sha256", OLD."totals"); RETURN NULL;',
                            hash="289cde00a3bea2902b96f26f4d93d9d53c88cd6b",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_56442",
                            table="billing_reconciliation",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="reconciliationevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="97615dc6e226366d86099aa1d467975c5813c070",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_1ba83",
                            table="billing_reconciliationevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="usagecutover",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "billing_usagecutoverevent" ("account_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_on") VALUES (NEW."account_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."starts_on"); RETURN NULL;',
                            hash="20a0f09c7be4900e1f73aee99da88b819a0f62b3",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_9c87f",
                            table="billing_usagecutover",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="usagecutover",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "billing_usagecutoverevent" ("account_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_on") VALUES (NEW."account_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."starts_on"); RETURN NULL;',
                            hash="a6a5ed0037e5a04bb6190f5e9f1700a3570cef98",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_44f2c",
                            table="billing_usagecutover",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="usagecutover",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "billing_usagecutoverevent" ("account_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_on") VALUES (OLD."account_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."starts_on"); RETURN NULL;',
                            hash="cb60b51692744016f836117278645a1a8ccc900e",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_306fb",
                            table="billing_usagecutover",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="usagecutoverevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="6b262580296d329f84da192b15976df8f5ca9ce6",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_a97a8",
                            table="billing_usagecutoverevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="usagefileslice",
                    constraint=models.UniqueConstraint(
                        fields=("file", "position"), name="usage_slice_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="usageperiod",
                    constraint=models.UniqueConstraint(
                        fields=("account", "start"), name="usage_period_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="usageperiod",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("end__gt", models.F("start"))),
                        name="usage_period_not_empty",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="usagesource",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("format__in", ("asterisk", "csv"))),
                        name="usage_source_format_is_known",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="usagesource",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "billing_usagesourceevent" ("brand_id", "code", "country_code", "encoding", "format", "id", "id_reuse_days", "international_prefix", "mapping", "name", "national_prefix", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quantity_max", "short_code_digits", "usage_type", "zone") VALUES (NEW."brand_id", NEW."code", NEW."country_code", NEW."encoding", NEW."format", NEW."id", NEW."id_reuse_days", NEW."international_prefix", NEW."mapping", NEW."name", NEW."national_prefix", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."quantity_max", NEW."short_code_digits", NEW."usage_type", NEW."zone"); RETURN NULL;',
                            hash="dfba1f91a57c4365a81535a4572f98265f8439d6",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_6615b",
                            table="billing_usagesource",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="usagesource",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "billing_usagesourceevent" ("brand_id", "code", "country_code", "encoding", "format", "id", "id_reuse_days", "international_prefix", "mapping", "name", "national_prefix", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quantity_max", "short_code_digits", "usage_type", "zone") VALUES (NEW."brand_id", NEW."code", NEW."country_code", NEW."encoding", NEW."format", NEW."id", NEW."id_reuse_days", NEW."international_prefix", NEW."mapping", NEW."name", NEW."national_prefix", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."quantity_max", NEW."short_code_digits", NEW."usage_type", NEW."zone"); RETURN NULL;',
                            hash="bbc2644cb5a6ff01425bdb160b0db083ceae0b76",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_f9f50",
                            table="billing_usagesource",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="usagesource",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "billing_usagesourceevent" ("brand_id", "code", "country_code", "encoding", "format", "id", "id_reuse_days", "international_prefix", "mapping", "name", "national_prefix", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quantity_max", "short_code_digits", "usage_type", "zone") VALUES (OLD."brand_id", OLD."code", OLD."country_code", OLD."encoding", OLD."format", OLD."id", OLD."id_reuse_days", OLD."international_prefix", OLD."mapping", OLD."name", OLD."national_prefix", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."quantity_max", OLD."short_code_digits", OLD."usage_type", OLD."zone"); RETURN NULL;',
                            hash="6c29b0d8051de6298697af6bd0a6114c1965a10a",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_3cf58",
                            table="billing_usagesource",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="usagefile",
                    constraint=models.UniqueConstraint(
                        fields=("source", "sha256"), name="usage_file_content_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="usagefile",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "done"), _negated=True),
                            (
                                "rows",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("rated"), "+", models.F("duplicates")
                                        ),
                                        "+",
                                        models.F("suspended"),
                                    ),
                                    "+",
                                    models.F("ignored"),
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="usage_file_rows_add_up",
                    ),
                ),
                migrations.AddIndex(
                    model_name="suspendedusage",
                    index=models.Index(fields=["brand", "reason"], name="suspended_by_reason"),
                ),
                migrations.AddIndex(
                    model_name="suspendedusage",
                    index=models.Index(fields=["key"], name="suspended_by_key"),
                ),
                migrations.AddConstraint(
                    model_name="suspendedusage",
                    constraint=models.UniqueConstraint(
                        fields=("file", "line_number"), name="suspended_line_once"
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="usagesourceevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="3f99b45fc7ac461398ceae02bc663e071a2786bb",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_3803e",
                            table="billing_usagesourceevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddIndex(
                    model_name="usagesummary",
                    index=models.Index(
                        fields=["account", "period_start"], name="usage_summary_by_account"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="usagesummary",
                    constraint=models.UniqueConstraint(
                        fields=(
                            "subscription",
                            "period_start",
                            "origin_start",
                            "category",
                            "plan_version",
                            "usage_type",
                        ),
                        name="usage_summary_key_once",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="invoiceusage",
                    constraint=models.UniqueConstraint(
                        fields=("line", "summary"), name="invoice_usage_once"
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="invoiceusage",
                    trigger=pgtrigger.compiler.Trigger(
                        name="issued_is_frozen",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n    IF EXISTS (\n        SELECT 1 FROM billing_invoiceline l JOIN billing_invoice i ON i.id = l.invoice_id\n        WHERE i.state = 'issued'\n          AND l.id = CASE WHEN TG_OP = 'INSERT' THEN NEW.line_id ELSE OLD.line_id END\n    ) THEN\n        RAISE EXCEPTION 'the usage behind an issued line never changes'\n            USING ERRCODE = 'integrity_constraint_violation';\n    END IF;\n    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;\n",
                            hash="81c0d13c9fbccbc931eaba99266ae3fd37258482",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_issued_is_frozen_5f6fe",
                            table="billing_invoiceusage",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="invoiceusage",
                    trigger=pgtrigger.compiler.Trigger(
                        name="no_truncate",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF current_setting('trunkline.allow_flush', true) IS DISTINCT FROM 'on' THEN\n                RAISE EXCEPTION 'rows of % are never removed', TG_TABLE_NAME\n                    USING ERRCODE = 'integrity_constraint_violation';\n            END IF;\n            RETURN NULL;\n        ",
                            hash="523572f868d34877a02fc1ebde11fa375af80421",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_no_truncate_7234e",
                            table="billing_invoiceusage",
                            when="BEFORE",
                        ),
                    ),
                ),
            ]
        ),
        *USAGE_RECORD,
    ]
