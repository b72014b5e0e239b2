"""Let a connection take numbers of usage records by the thousand: a number is no order."""

from django.db import migrations


class Migration(migrations.Migration):
    """The key of a record is its digest; its number is only how pages name it."""

    dependencies = [("billing", "0020_alerts_and_spikes")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE billing_usagerecord ALTER COLUMN id SET CACHE 1000",
            "ALTER TABLE billing_usagerecord ALTER COLUMN id SET CACHE 1",
        )
    ]
