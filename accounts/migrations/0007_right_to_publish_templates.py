"""Publishing the words of messages is a right of its own."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_customers_in_full")]

    operations = [
        migrations.AlterModelOptions(
            name="messagetemplate",
            options={
                "ordering": ("event", "channel", "language", "brand", "-version"),
                "permissions": (("publish_messagetemplate", "Can publish message template"),),
            },
        ),
    ]
