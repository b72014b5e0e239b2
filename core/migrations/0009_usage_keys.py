"""Keys that bring usage."""

import django.contrib.postgres.fields
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0008_retention_of_usage'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='apikey',
            name='api_key_scopes_are_known',
        ),
        migrations.AlterField(
            model_name='apikey',
            name='scopes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('catalog:read', 'read plans, prices and products'), ('catalog:publish', 'ask for price versions to be published'), ('accounts:read', 'read customers, subscriptions and numbers'), ('billing:read', 'read invoices'), ('payments:read', 'read payments'), ('jobs:read', 'read the progress of jobs'), ('usage:write', 'bring usage of one source')], max_length=40), size=None),
        ),
        migrations.AlterField(
            model_name='apikeyevent',
            name='scopes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('catalog:read', 'read plans, prices and products'), ('catalog:publish', 'ask for price versions to be published'), ('accounts:read', 'read customers, subscriptions and numbers'), ('billing:read', 'read invoices'), ('payments:read', 'read payments'), ('jobs:read', 'read the progress of jobs'), ('usage:write', 'bring usage of one source')], max_length=40), size=None),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='apikey',
            trigger=pgtrigger.compiler.Trigger(name='keeps_its_owner', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))', func="\n                RAISE EXCEPTION 'keeps_its_owner: row % of % stays with its brand',\n                    OLD.id, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';\n            ", hash='5097d93ef513761d55aac583d4ab888fdf264ed0', operation='UPDATE OF "brand_id"', pgid='pgtrigger_keeps_its_owner_720dc', table='core_apikey', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='apikey',
            constraint=models.CheckConstraint(condition=models.Q(('scopes__len__gt', 0), ('scopes__contained_by', ['catalog:read', 'catalog:publish', 'accounts:read', 'billing:read', 'payments:read', 'jobs:read', 'usage:write'])), name='api_key_scopes_are_known'),
        ),
    ]
