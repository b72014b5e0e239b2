"""The PDFs of contract summaries."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0009_rows_of_one_brand"),
        ("billing", "0010_export_right"),
    ]

    operations = [
        migrations.CreateModel(
            name="SummaryDocument",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.PositiveBigIntegerField()),
                ("pages", models.PositiveIntegerField()),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("-id",),
            },
        ),
        migrations.AddField(
            model_name="summarydocument",
            name="summary",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="document",
                to="accounts.contractsummary",
            ),
        ),
        migrations.AddConstraint(
            model_name="summarydocument",
            constraint=models.CheckConstraint(
                condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")),
                name="summary_document_has_a_hash",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="summarydocument",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            RAISE EXCEPTION 'rows of % never change', TG_TABLE_NAME\n                USING ERRCODE = 'integrity_constraint_violation';\n        ",
                    hash="582de09f667f1d3397f6bf045ea16164430bebf8",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_fc479",
                    table="billing_summarydocument",
                    when="BEFORE",
                ),
            ),
        ),
    ]
