"""Say of lines in suspense whether seconds, messages or bytes wait."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Lines of before say it once their release is tried again."""

    dependencies = [("billing", "0022_usage_over_the_api")]

    operations = [
        migrations.AddField(
            model_name="suspendedusage",
            name="usage_type",
            field=models.SmallIntegerField(
                blank=True,
                help_text="1 voice, 2 SMS, 3 data; empty where it can't be read.",
                null=True,
            ),
        ),
    ]
