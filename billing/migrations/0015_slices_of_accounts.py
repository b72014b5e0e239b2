"""Slices of a file hold the lines of some accounts; the usage table is kept in order of keys."""

from django.db import migrations, models

# The key comes first: one index answers whether a record came before, and keeps it from coming
# twice. See docs/decisions/0016.
BY_KEY = """
DROP INDEX usage_record_once;
DROP INDEX usage_record_by_key;
CREATE UNIQUE INDEX usage_record_once ON billing_usagerecord (key, start_at);
"""
BY_TIME = """
DROP INDEX usage_record_once;
CREATE UNIQUE INDEX usage_record_once ON billing_usagerecord (start_at, key);
CREATE INDEX usage_record_by_key ON billing_usagerecord (key);
"""
# Slices of before are whole stretches of their file.
COUNT_LINES = "UPDATE billing_usagefileslice SET line_count = last_line - first_line + 1"


class Migration(migrations.Migration):
    dependencies = [("billing", "0014_allowances_are_stored")]

    operations = [
        migrations.RunSQL(BY_KEY, BY_TIME),
        migrations.AddField(
            model_name="usagefileslice",
            name="lines",
            field=models.BinaryField(default=bytes, help_text="The numbers of the lines, packed."),
        ),
        migrations.AddField(
            model_name="usagefileslice",
            name="line_count",
            field=models.PositiveIntegerField(
                default=0, help_text="Lines, with a header and empty ones."
            ),
            preserve_default=False,
        ),
        migrations.RunSQL(COUNT_LINES, migrations.RunSQL.noop),
    ]
