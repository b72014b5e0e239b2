"""All tables of this app at once, for databases that are made now; others take the steps."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from core.migration_speed import CreateTogether


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("dunning", "0001_initial"),
        ("dunning", "0002_several_invoices_in_a_message"),
    ]

    dependencies = [
        ("accounts", "0001_squashed_0008_reverse_charge_of_children"),
        ("billing", "0001_squashed_0008_history"),
    ]

    operations = [
        CreateTogether(
            [
                migrations.CreateModel(
                    name="DunningAction",
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
                        ("step", models.CharField(max_length=40)),
                        ("as_of", models.DateField()),
                        ("open_amount", models.DecimalField(decimal_places=3, max_digits=18)),
                        ("decided_at", models.DateTimeField()),
                        (
                            "invoice",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="dunning_actions",
                                to="billing.invoice",
                            ),
                        ),
                        (
                            "message",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="dunning_actions",
                                to="accounts.message",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("-id",),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("invoice", "step"), name="dunning_step_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("open_amount__gt", 0)),
                                name="dunning_only_where_something_is_open",
                            ),
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="dunningaction",
                    trigger=pgtrigger.compiler.Trigger(
                        name="said_stays_said",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n    IF TG_OP = 'DELETE' AND EXISTS (\n        SELECT 1 FROM accounts_message m WHERE m.id = OLD.message_id AND m.state = 'queued'\n    ) THEN\n        RETURN OLD;\n    END IF;\n    RAISE EXCEPTION 'a step that was taken is never unsaid'\n        USING ERRCODE = 'integrity_constraint_violation';\n",
                            hash="124f693395141de06e3369a45573f047d46f2c28",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_said_stays_said_806dd",
                            table="dunning_dunningaction",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="dunningaction",
                    trigger=pgtrigger.compiler.Trigger(
                        name="no_truncate",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF current_setting('trunkline.allow_flush', true) IS DISTINCT FROM 'on' THEN\n                RAISE EXCEPTION 'rows of % are never removed', TG_TABLE_NAME\n                    USING ERRCODE = 'integrity_constraint_violation';\n            END IF;\n            RETURN NULL;\n        ",
                            hash="9811f7d05472e75d617cbdc1766a3305baa542cc",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_no_truncate_31775",
                            table="dunning_dunningaction",
                            when="BEFORE",
                        ),
                    ),
                ),
            ]
        ),
    ]
