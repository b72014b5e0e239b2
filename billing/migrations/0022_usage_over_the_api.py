"""Keys that bring usage of a source, files of what came over the API, marks of prices."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.db import migrations, models


TABLES = (
    "billing_usagesource",
    "catalog_allowance",
    "catalog_allowancedestination",
    "catalog_bandhours",
    "catalog_charge",
    "catalog_chargecategory",
    "catalog_chargedestination",
    "catalog_chargetier",
    "catalog_deckassignment",
    "catalog_destinationgroup",
    "catalog_destinationprefix",
    "catalog_plan",
    "catalog_planversion",
    "catalog_rate",
    "catalog_ratedeck",
    "catalog_supplier",
    "catalog_timeband",
    "catalog_usagecategory",
    "core_brand",
)

# Once a transaction: nobody else sees its changes before it ends. Whoever holds a mark has changed
# prices and not ended yet; the next one takes another mark, and none ever waits.
FUNCTION = """
    CREATE FUNCTION billing_note_price_change() RETURNS TRIGGER AS $$
        BEGIN
            IF current_setting('trunkline.prices_changed', true) IS DISTINCT FROM 'here' THEN
                UPDATE billing_pricestamp SET stamp = gen_random_uuid()
                WHERE id = (
                    SELECT id FROM billing_pricestamp ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
                );
                IF NOT FOUND THEN
                    INSERT INTO billing_pricestamp (stamp) VALUES (gen_random_uuid());
                END IF;
                PERFORM set_config('trunkline.prices_changed', 'here', true);
            END IF;
            RETURN NULL;
        END;
    $$ LANGUAGE plpgsql
"""
TRIGGER = """
    CREATE TRIGGER note_price_change
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION billing_note_price_change()
"""


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0021_numbers_of_records_in_blocks'),
        ('core', '0009_usage_keys'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.CreateModel(
            name='PriceStamp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stamp', models.UUIDField(default=uuid.uuid4)),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.AddField(
            model_name='usagefile',
            name='via_api',
            field=models.BooleanField(default=False, help_text='Its lines are events that came over the API, one part a request.'),
        ),
        migrations.CreateModel(
            name='UsageSourceKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='usage_source_key', to='core.apikey')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='source_keys', to='billing.usagesource')),
            ],
            options={
                'ordering': ('source', 'key'),
            },
        ),
        migrations.CreateModel(
            name='UsageSourceKeyEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('key', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='core.apikey')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='billing.usagesourcekey')),
                ('source', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='billing.usagesource')),
            ],
            options={
                'abstract': False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='usagesourcekey',
            trigger=pgtrigger.compiler.Trigger(name='same_brand', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE wrong TEXT;', func='\n            EXECUTE $question$ SELECT min(fresh.id || \': \' || CASE WHEN (fresh."key_id" IS NOT NULL AND fresh."source_id" IS NOT NULL AND "key"."brand_id" IS DISTINCT FROM "source"."brand_id") THEN \'key and source are not of one brand\' END) FROM new_rows fresh LEFT JOIN core_apikey "key" ON "key".id = "fresh"."key_id" LEFT JOIN billing_usagesource "source" ON "source".id = "fresh"."source_id" WHERE (fresh."key_id" IS NOT NULL AND fresh."source_id" IS NOT NULL AND "key"."brand_id" IS DISTINCT FROM "source"."brand_id") $question$ INTO wrong;\n            IF wrong IS NOT NULL THEN\n                RAISE EXCEPTION \'same_brand: % row %\', TG_TABLE_NAME, wrong USING ERRCODE = \'integrity_constraint_violation\';\n            END IF;\n            RETURN NULL;\n        ', hash='67a6ccf74443b71d4645d462acf1b12180f35108', level='STATEMENT', operation='INSERT', pgid='pgtrigger_same_brand_93e02', referencing='REFERENCING NEW TABLE AS new_rows ', table='billing_usagesourcekey', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='usagesourcekey',
            trigger=pgtrigger.compiler.Trigger(name='same_brand_still', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."key_id" IS DISTINCT FROM (NEW."key_id") OR OLD."source_id" IS DISTINCT FROM (NEW."source_id"))', declare='DECLARE wrong TEXT;', func='\n            wrong := (SELECT min(fresh.id || \': \' || CASE WHEN (fresh."key_id" IS NOT NULL AND fresh."source_id" IS NOT NULL AND "key"."brand_id" IS DISTINCT FROM "source"."brand_id") THEN \'key and source are not of one brand\' END) FROM (SELECT NEW.*) fresh LEFT JOIN core_apikey "key" ON "key".id = "fresh"."key_id" LEFT JOIN billing_usagesource "source" ON "source".id = "fresh"."source_id" WHERE (fresh."key_id" IS NOT NULL AND fresh."source_id" IS NOT NULL AND "key"."brand_id" IS DISTINCT FROM "source"."brand_id"));\n            IF wrong IS NOT NULL THEN\n                RAISE EXCEPTION \'same_brand_still: % row %\', TG_TABLE_NAME, wrong USING ERRCODE = \'integrity_constraint_violation\';\n            END IF;\n            RETURN NULL;\n        ', hash='55b5c1b4096178a351850afd2c4fb79943177628', operation='UPDATE OF "key_id", "source_id"', pgid='pgtrigger_same_brand_still_39115', table='billing_usagesourcekey', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='usagesourcekey',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "billing_usagesourcekeyevent" ("id", "key_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source_id") VALUES (NEW."id", NEW."key_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."source_id"); RETURN NULL;', hash='d5ff9332c0f1db72ce7a168dda13cc3dc88c97f2', operation='INSERT', pgid='pgtrigger_insert_insert_ac332', table='billing_usagesourcekey', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='usagesourcekey',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "billing_usagesourcekeyevent" ("id", "key_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source_id") VALUES (NEW."id", NEW."key_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."source_id"); RETURN NULL;', hash='8e408b9cd7fe36709011b766950b8ec380cff624', operation='UPDATE', pgid='pgtrigger_update_update_51e54', table='billing_usagesourcekey', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='usagesourcekey',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "billing_usagesourcekeyevent" ("id", "key_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source_id") VALUES (OLD."id", OLD."key_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."source_id"); RETURN NULL;', hash='2543bcdd5fde7619d9ced835982815f2a1cac7ee', operation='DELETE', pgid='pgtrigger_delete_delete_c6076', table='billing_usagesourcekey', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='usagesourcekeyevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='266193b274e49cb4a8a92fd7a44ff1fe4638b03e', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_72e31', table='billing_usagesourcekeyevent', when='BEFORE')),
        ),
        migrations.RunSQL(FUNCTION, "DROP FUNCTION billing_note_price_change()"),
        *(
            migrations.RunSQL(
                TRIGGER.format(table=table), f"DROP TRIGGER note_price_change ON {table}"
            )
            for table in TABLES
        ),
        migrations.RunSQL(
            "INSERT INTO billing_pricestamp (stamp) VALUES (gen_random_uuid())",
            migrations.RunSQL.noop,
        ),
    ]
