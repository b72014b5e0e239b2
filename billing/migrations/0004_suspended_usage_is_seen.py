"""Lines in suspense know what they say, so that the same line again is a duplicate."""

from uuid import UUID

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("billing", "0003_usage_record_partitions")]

    operations = [
        migrations.AddField(
            model_name="suspendedusage",
            name="content",
            field=models.UUIDField(default=UUID(int=0)),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="suspendedusage",
            name="key",
            field=models.UUIDField(
                default=UUID(int=0),
                help_text="As a record's: the same line again is a duplicate.",
            ),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="suspendedusage",
            index=models.Index(fields=["key"], name="suspended_by_key"),
        ),
    ]
