"""All tables of this app at once, for databases that are made now; others take the steps."""

import datetime
import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from core.migration_speed import CreateTogether


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("accounts", "0001_initial"),
        ("accounts", "0002_initial"),
        ("accounts", "0003_account_billed_until"),
        ("accounts", "0004_account_created_at"),
        ("accounts", "0005_messages_and_consents"),
        ("accounts", "0006_customers_in_full"),
        ("accounts", "0007_right_to_publish_templates"),
        ("accounts", "0008_reverse_charge_of_children"),
    ]

    dependencies = [
        ("catalog", "0001_squashed_0008_history"),
        ("core", "0001_squashed_0006_history"),
        ("pghistory", "0007_auto_20250421_0444"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateTogether(
            [
                migrations.CreateModel(
                    name="Account",
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
                            "number",
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
                            "legal_name",
                            models.CharField(
                                blank=True,
                                help_text="As in the register. Empty: the name.",
                                max_length=200,
                            ),
                        ),
                        (
                            "segment",
                            models.CharField(
                                blank=True,
                                help_text="A group of customers of the reseller's own, as residential or wholesale.",
                                max_length=40,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[A-Za-z0-9][A-Za-z0-9._-]*$",
                                        "Use letters, digits, dot, dash and underscore only.",
                                    )
                                ],
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("consumer", "consumer"), ("business", "business")],
                                default="consumer",
                                max_length=10,
                            ),
                        ),
                        ("bills_to_parent", models.BooleanField(default=False)),
                        (
                            "bill_day",
                            models.PositiveSmallIntegerField(
                                default=1,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(31),
                                ],
                            ),
                        ),
                        (
                            "invoice_months",
                            models.PositiveSmallIntegerField(
                                default=1,
                                help_text="An invoice covers so many usage periods of a month.",
                            ),
                        ),
                        (
                            "streams",
                            models.CharField(
                                choices=[
                                    ("one", "one invoice for everything"),
                                    ("apart", "recurring charges and add-ons apart"),
                                ],
                                default="one",
                                max_length=10,
                            ),
                        ),
                        (
                            "payment_terms_days",
                            models.PositiveSmallIntegerField(
                                blank=True, help_text="Empty: the brand's.", null=True
                            ),
                        ),
                        (
                            "language",
                            models.CharField(
                                blank=True, help_text="Empty: the brand's first.", max_length=10
                            ),
                        ),
                        ("currency", models.CharField(max_length=3)),
                        (
                            "tax_status",
                            models.CharField(
                                choices=[
                                    ("standard", "taxed"),
                                    ("exempt", "exempt"),
                                    ("reverse_charge", "reverse charge"),
                                ],
                                default="standard",
                                max_length=20,
                            ),
                        ),
                        ("tax_reason", models.CharField(blank=True, max_length=200)),
                        ("organisation_number", models.CharField(blank=True, max_length=40)),
                        ("vat_number", models.CharField(blank=True, max_length=40)),
                        (
                            "vat_check",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("format", "form and check digits"),
                                    ("register", "asked of the register"),
                                ],
                                help_text="How the VAT number was checked last. Empty: not, or not right.",
                                max_length=10,
                            ),
                        ),
                        ("vat_checked_at", models.DateTimeField(blank=True, null=True)),
                        ("street", models.CharField(blank=True, max_length=200)),
                        ("postcode", models.CharField(blank=True, max_length=20)),
                        ("city", models.CharField(blank=True, max_length=100)),
                        ("country", models.CharField(max_length=2)),
                        ("invoice_email", models.EmailField(blank=True, max_length=254)),
                        ("opened_on", models.DateField()),
                        (
                            "billed_until",
                            models.DateField(
                                blank=True,
                                help_text="Recurring and one-off charges before this day were billed elsewhere.",
                                null=True,
                            ),
                        ),
                        (
                            "usage_closed_until",
                            models.DateField(blank=True, editable=False, null=True),
                        ),
                        (
                            "created_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(), editable=False
                            ),
                        ),
                        (
                            "brand",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="accounts",
                                to="core.brand",
                            ),
                        ),
                        (
                            "parent",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="children",
                                to="accounts.account",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("brand", "number"),
                    },
                ),
                migrations.CreateModel(
                    name="AccountEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        (
                            "number",
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
                            "legal_name",
                            models.CharField(
                                blank=True,
                                help_text="As in the register. Empty: the name.",
                                max_length=200,
                            ),
                        ),
                        (
                            "segment",
                            models.CharField(
                                blank=True,
                                help_text="A group of customers of the reseller's own, as residential or wholesale.",
                                max_length=40,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[A-Za-z0-9][A-Za-z0-9._-]*$",
                                        "Use letters, digits, dot, dash and underscore only.",
                                    )
                                ],
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("consumer", "consumer"), ("business", "business")],
                                default="consumer",
                                max_length=10,
                            ),
                        ),
                        ("bills_to_parent", models.BooleanField(default=False)),
                        (
                            "bill_day",
                            models.PositiveSmallIntegerField(
                                default=1,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(31),
                                ],
                            ),
                        ),
                        (
                            "invoice_months",
                            models.PositiveSmallIntegerField(
                                default=1,
                                help_text="An invoice covers so many usage periods of a month.",
                            ),
                        ),
                        (
                            "streams",
                            models.CharField(
                                choices=[
                                    ("one", "one invoice for everything"),
                                    ("apart", "recurring charges and add-ons apart"),
                                ],
                                default="one",
                                max_length=10,
                            ),
                        ),
                        (
                            "payment_terms_days",
                            models.PositiveSmallIntegerField(
                                blank=True, help_text="Empty: the brand's.", null=True
                            ),
                        ),
                        (
                            "language",
                            models.CharField(
                                blank=True, help_text="Empty: the brand's first.", max_length=10
                            ),
                        ),
                        ("currency", models.CharField(max_length=3)),
                        (
                            "tax_status",
                            models.CharField(
                                choices=[
                                    ("standard", "taxed"),
                                    ("exempt", "exempt"),
                                    ("reverse_charge", "reverse charge"),
                                ],
                                default="standard",
                                max_length=20,
                            ),
                        ),
                        ("tax_reason", models.CharField(blank=True, max_length=200)),
                        ("organisation_number", models.CharField(blank=True, max_length=40)),
                        ("vat_number", models.CharField(blank=True, max_length=40)),
                        (
                            "vat_check",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("format", "form and check digits"),
                                    ("register", "asked of the register"),
                                ],
                                help_text="How the VAT number was checked last. Empty: not, or not right.",
                                max_length=10,
                            ),
                        ),
                        ("vat_checked_at", models.DateTimeField(blank=True, null=True)),
                        ("street", models.CharField(blank=True, max_length=200)),
                        ("postcode", models.CharField(blank=True, max_length=20)),
                        ("city", models.CharField(blank=True, max_length=100)),
                        ("country", models.CharField(max_length=2)),
                        ("invoice_email", models.EmailField(blank=True, max_length=254)),
                        ("opened_on", models.DateField()),
                        (
                            "billed_until",
                            models.DateField(
                                blank=True,
                                help_text="Recurring and one-off charges before this day were billed elsewhere.",
                                null=True,
                            ),
                        ),
                        (
                            "created_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(), editable=False
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
                            "parent",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
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
                                to="accounts.account",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Consent",
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
                            "topic",
                            models.CharField(
                                choices=[
                                    ("sign_in", "signing in"),
                                    ("security", "security"),
                                    ("invoice", "bills"),
                                    ("usage_alert", "usage alerts"),
                                    ("payment_reminder", "payment reminders"),
                                    ("contract", "contract"),
                                    ("service", "news about the service"),
                                    ("marketing", "offers"),
                                ],
                                max_length=30,
                            ),
                        ),
                        (
                            "channel",
                            models.CharField(
                                choices=[
                                    ("email", "e-mail"),
                                    ("sms", "text message"),
                                    ("in_app", "notice in the portal"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "statement",
                            models.CharField(
                                choices=[("given", "given"), ("withdrawn", "withdrawn")],
                                max_length=10,
                            ),
                        ),
                        ("at", models.DateTimeField(help_text="When it was said.")),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("portal", "portal"),
                                    ("link", "link in a message"),
                                    ("phone", "telephone"),
                                    ("paper", "paper"),
                                    ("shop", "in person"),
                                    ("order", "order"),
                                    ("file", "file"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "evidence",
                            models.CharField(
                                blank=True,
                                help_text="Where it can be looked up: a call, a form, a page.",
                                max_length=500,
                            ),
                        ),
                        (
                            "text_version",
                            models.CharField(
                                blank=True,
                                help_text="The version of the words that were agreed to.",
                                max_length=60,
                            ),
                        ),
                        ("language", models.CharField(blank=True, max_length=10)),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "account",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="consents",
                                to="accounts.account",
                            ),
                        ),
                        (
                            "brand",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="consents",
                                to="core.brand",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("-at", "-id"),
                    },
                ),
                migrations.CreateModel(
                    name="ContactPreference",
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
                            "topic",
                            models.CharField(
                                choices=[
                                    ("sign_in", "signing in"),
                                    ("security", "security"),
                                    ("invoice", "bills"),
                                    ("usage_alert", "usage alerts"),
                                    ("payment_reminder", "payment reminders"),
                                    ("contract", "contract"),
                                    ("service", "news about the service"),
                                    ("marketing", "offers"),
                                ],
                                max_length=30,
                            ),
                        ),
                        (
                            "channel",
                            models.CharField(
                                choices=[
                                    ("email", "e-mail"),
                                    ("sms", "text message"),
                                    ("in_app", "notice in the portal"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("wanted", models.BooleanField()),
                        (
                            "brand",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="contact_preferences",
                                to="core.brand",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("person", "brand", "topic", "channel"),
                    },
                ),
                migrations.CreateModel(
                    name="Location",
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
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[A-Za-z0-9][A-Za-z0-9._-]*$",
                                        "Use letters, digits, dot, dash and underscore only.",
                                    )
                                ],
                            ),
                        ),
                        ("name", models.CharField(max_length=100)),
                        ("street", models.CharField(blank=True, max_length=200)),
                        ("postcode", models.CharField(blank=True, max_length=20)),
                        ("city", models.CharField(blank=True, max_length=100)),
                        ("country", models.CharField(blank=True, max_length=2)),
                        ("cost_centre", models.CharField(blank=True, max_length=40)),
                        ("emergency_street", models.CharField(blank=True, max_length=200)),
                        ("emergency_postcode", models.CharField(blank=True, max_length=20)),
                        ("emergency_city", models.CharField(blank=True, max_length=100)),
                        ("emergency_country", models.CharField(blank=True, max_length=2)),
                        (
                            "emergency_note",
                            models.CharField(
                                blank=True,
                                help_text="Floor, entrance, what helps to find the place.",
                                max_length=200,
                            ),
                        ),
                        ("emergency_confirmed_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="locations",
                                to="accounts.account",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("account", "code"),
                    },
                ),
                migrations.CreateModel(
                    name="LocationEvent",
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
                        ("name", models.CharField(max_length=100)),
                        ("street", models.CharField(blank=True, max_length=200)),
                        ("postcode", models.CharField(blank=True, max_length=20)),
                        ("city", models.CharField(blank=True, max_length=100)),
                        ("country", models.CharField(blank=True, max_length=2)),
                        ("cost_centre", models.CharField(blank=True, max_length=40)),
                        ("emergency_street", models.CharField(blank=True, max_length=200)),
                        ("emergency_postcode", models.CharField(blank=True, max_length=20)),
                        ("emergency_city", models.CharField(blank=True, max_length=100)),
                        ("emergency_country", models.CharField(blank=True, max_length=2)),
                        (
                            "emergency_note",
                            models.CharField(
                                blank=True,
                                help_text="Floor, entrance, what helps to find the place.",
                                max_length=200,
                            ),
                        ),
                        ("emergency_confirmed_at", models.DateTimeField(blank=True, null=True)),
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
                                to="accounts.location",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Membership",
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
                            "role",
                            models.CharField(
                                choices=[
                                    ("owner", "owner"),
                                    ("billing", "billing"),
                                    ("viewer", "viewer"),
                                    ("line_owner", "line owner"),
                                ],
                                default="owner",
                                max_length=10,
                            ),
                        ),
                        (
                            "rights",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("see_bills", "see bills"),
                                        ("see_usage", "see usage"),
                                        ("pay", "pay and keep payment methods"),
                                        (
                                            "change_services",
                                            "change plans and add-ons, pause and resume",
                                        ),
                                        ("order", "order and cancel services"),
                                        ("change_details", "change addresses and contact details"),
                                        ("invite", "invite people and set their rights"),
                                    ],
                                    max_length=20,
                                ),
                                blank=True,
                                default=list,
                                help_text="Empty: those of the role.",
                                size=None,
                            ),
                        ),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="memberships",
                                to="accounts.account",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("account", "person"),
                    },
                ),
                migrations.CreateModel(
                    name="MembershipLine",
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
                            "membership",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="lines",
                                to="accounts.membership",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("membership", "subscription"),
                    },
                ),
                migrations.CreateModel(
                    name="MessageSettings",
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
                        ("sender_name", models.CharField(blank=True, max_length=100)),
                        ("sender_email", models.EmailField(blank=True, max_length=254)),
                        ("reply_to", models.EmailField(blank=True, max_length=254)),
                        (
                            "sms_sender",
                            models.CharField(
                                blank=True,
                                help_text="At most 11 letters and digits, or a number.",
                                max_length=16,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^([A-Za-z0-9][A-Za-z0-9 ]{0,10}|\\+[0-9]{6,15})?$",
                                        "At most 11 letters, digits and blanks, or a number that begins with +.",
                                    )
                                ],
                            ),
                        ),
                        ("quiet_from", models.TimeField(default=datetime.time(21, 0))),
                        ("quiet_until", models.TimeField(default=datetime.time(8, 0))),
                        (
                            "sundays",
                            models.BooleanField(default=True, help_text="No messages on Sundays."),
                        ),
                        (
                            "holidays",
                            models.BooleanField(
                                default=True, help_text="No messages on public holidays."
                            ),
                        ),
                        (
                            "contacts_a_week",
                            models.PositiveSmallIntegerField(
                                default=2,
                                help_text="To one person in 7 days, for each kind of subject.",
                            ),
                        ),
                        (
                            "invoice_notice",
                            models.BooleanField(
                                default=False,
                                help_text="Tell customers by e-mail that a bill was issued.",
                            ),
                        ),
                        (
                            "brand",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="message_settings",
                                to="core.brand",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "message settings",
                    },
                ),
                migrations.CreateModel(
                    name="MessageSettingsEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("sender_name", models.CharField(blank=True, max_length=100)),
                        ("sender_email", models.EmailField(blank=True, max_length=254)),
                        ("reply_to", models.EmailField(blank=True, max_length=254)),
                        (
                            "sms_sender",
                            models.CharField(
                                blank=True,
                                help_text="At most 11 letters and digits, or a number.",
                                max_length=16,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^([A-Za-z0-9][A-Za-z0-9 ]{0,10}|\\+[0-9]{6,15})?$",
                                        "At most 11 letters, digits and blanks, or a number that begins with +.",
                                    )
                                ],
                            ),
                        ),
                        ("quiet_from", models.TimeField(default=datetime.time(21, 0))),
                        ("quiet_until", models.TimeField(default=datetime.time(8, 0))),
                        (
                            "sundays",
                            models.BooleanField(default=True, help_text="No messages on Sundays."),
                        ),
                        (
                            "holidays",
                            models.BooleanField(
                                default=True, help_text="No messages on public holidays."
                            ),
                        ),
                        (
                            "contacts_a_week",
                            models.PositiveSmallIntegerField(
                                default=2,
                                help_text="To one person in 7 days, for each kind of subject.",
                            ),
                        ),
                        (
                            "invoice_notice",
                            models.BooleanField(
                                default=False,
                                help_text="Tell customers by e-mail that a bill was issued.",
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
                                to="accounts.messagesettings",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="MessageTemplate",
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
                        ("event", models.CharField(max_length=60)),
                        (
                            "channel",
                            models.CharField(
                                choices=[
                                    ("email", "e-mail"),
                                    ("sms", "text message"),
                                    ("in_app", "notice in the portal"),
                                ],
                                default="email",
                                max_length=10,
                            ),
                        ),
                        ("language", models.CharField(max_length=10)),
                        ("version", models.PositiveIntegerField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "draft"),
                                    ("published", "published"),
                                    ("retired", "retired"),
                                ],
                                default="draft",
                                max_length=10,
                            ),
                        ),
                        ("subject", models.CharField(blank=True, max_length=500)),
                        ("text", models.TextField()),
                        ("html", models.TextField(blank=True)),
                        ("created_at", models.DateTimeField()),
                        ("published_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "brand",
                            models.ForeignKey(
                                blank=True,
                                help_text="Empty: for every brand that has none of its own.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="message_templates",
                                to="core.brand",
                            ),
                        ),
                        (
                            "created_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "published_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("event", "channel", "language", "brand", "-version"),
                        "permissions": (
                            ("publish_messagetemplate", "Can publish message template"),
                        ),
                    },
                ),
                migrations.CreateModel(
                    name="MessageTemplateEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("event", models.CharField(max_length=60)),
                        (
                            "channel",
                            models.CharField(
                                choices=[
                                    ("email", "e-mail"),
                                    ("sms", "text message"),
                                    ("in_app", "notice in the portal"),
                                ],
                                default="email",
                                max_length=10,
                            ),
                        ),
                        ("language", models.CharField(max_length=10)),
                        ("version", models.PositiveIntegerField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "draft"),
                                    ("published", "published"),
                                    ("retired", "retired"),
                                ],
                                default="draft",
                                max_length=10,
                            ),
                        ),
                        ("subject", models.CharField(blank=True, max_length=500)),
                        ("text", models.TextField()),
                        ("html", models.TextField(blank=True)),
                        ("created_at", models.DateTimeField()),
                        ("published_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "brand",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                help_text="Empty: for every brand that has none of its own.",
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="core.brand",
                            ),
                        ),
                        (
                            "created_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
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
                                to="accounts.messagetemplate",
                            ),
                        ),
                        (
                            "published_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="NumberPool",
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
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[A-Za-z0-9][A-Za-z0-9._-]*$",
                                        "Use letters, digits, dot, dash and underscore only.",
                                    )
                                ],
                            ),
                        ),
                        ("name", models.CharField(max_length=100)),
                        ("quarantine_days", models.PositiveSmallIntegerField(default=90)),
                        (
                            "brand",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="number_pools",
                                to="core.brand",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("brand", "code"),
                    },
                ),
                migrations.CreateModel(
                    name="NumberPoolEvent",
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
                        ("name", models.CharField(max_length=100)),
                        ("quarantine_days", models.PositiveSmallIntegerField(default=90)),
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
                                to="accounts.numberpool",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Order",
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
                            "number",
                            models.CharField(
                                max_length=60,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[A-Za-z0-9][A-Za-z0-9._-]*$",
                                        "Use letters, digits, dot, dash and underscore only.",
                                    )
                                ],
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "draft"),
                                    ("submitted", "submitted"),
                                    ("accepted", "accepted"),
                                    ("done", "done"),
                                    ("rejected", "rejected"),
                                    ("cancelled", "cancelled"),
                                ],
                                default="draft",
                                max_length=10,
                            ),
                        ),
                        (
                            "wanted_on",
                            models.DateField(help_text="From this day on, in the brand's zone."),
                        ),
                        ("language", models.CharField(blank=True, max_length=10)),
                        ("ordered_by", models.CharField(blank=True, max_length=200)),
                        ("created_at", models.DateTimeField()),
                        ("submitted_at", models.DateTimeField(blank=True, null=True)),
                        ("closed_at", models.DateTimeField(blank=True, null=True)),
                        ("closing_reason", models.CharField(blank=True, max_length=300)),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="orders",
                                to="accounts.account",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("-id",),
                    },
                ),
                migrations.CreateModel(
                    name="ContractSummary",
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
                        ("language", models.CharField(max_length=10)),
                        ("text", models.TextField()),
                        ("data", models.JSONField(default=dict)),
                        ("sha256", models.CharField(max_length=64)),
                        ("made_at", models.DateTimeField()),
                        (
                            "order",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="summaries",
                                to="accounts.order",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "contract summaries",
                        "ordering": ("order", "id"),
                    },
                ),
                migrations.CreateModel(
                    name="OrderEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        (
                            "number",
                            models.CharField(
                                max_length=60,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[A-Za-z0-9][A-Za-z0-9._-]*$",
                                        "Use letters, digits, dot, dash and underscore only.",
                                    )
                                ],
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "draft"),
                                    ("submitted", "submitted"),
                                    ("accepted", "accepted"),
                                    ("done", "done"),
                                    ("rejected", "rejected"),
                                    ("cancelled", "cancelled"),
                                ],
                                default="draft",
                                max_length=10,
                            ),
                        ),
                        (
                            "wanted_on",
                            models.DateField(help_text="From this day on, in the brand's zone."),
                        ),
                        ("language", models.CharField(blank=True, max_length=10)),
                        ("ordered_by", models.CharField(blank=True, max_length=200)),
                        ("created_at", models.DateTimeField()),
                        ("submitted_at", models.DateTimeField(blank=True, null=True)),
                        ("closed_at", models.DateTimeField(blank=True, null=True)),
                        ("closing_reason", models.CharField(blank=True, max_length=300)),
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
                                to="accounts.order",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="OrderItem",
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
                        ("position", models.PositiveSmallIntegerField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("new_subscription", "new subscription"),
                                    ("plan_change", "plan change"),
                                    ("add_on", "add-on"),
                                    ("pause", "pause"),
                                    ("resume", "resume"),
                                    ("cancel", "cancellation"),
                                    ("number_change", "number change"),
                                    ("sim_change", "SIM change"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                blank=True,
                                max_length=60,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[A-Za-z0-9][A-Za-z0-9._-]*$",
                                        "Use letters, digits, dot, dash and underscore only.",
                                    )
                                ],
                            ),
                        ),
                        ("details", models.JSONField(blank=True, default=dict)),
                        (
                            "order",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="items",
                                to="accounts.order",
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="order_items",
                                to="catalog.plan",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("order", "position"),
                    },
                ),
                migrations.CreateModel(
                    name="Person",
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
                        ("name", models.CharField(max_length=200)),
                        ("email", models.EmailField(max_length=254)),
                        ("phone", models.CharField(blank=True, max_length=20)),
                        ("language", models.CharField(blank=True, max_length=10)),
                        ("birth_date", models.DateField(blank=True, null=True)),
                        (
                            "zone",
                            models.CharField(
                                blank=True,
                                help_text="Time zone for quiet hours, as Europe/Oslo. Empty: the brand's.",
                                max_length=50,
                            ),
                        ),
                        (
                            "user",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="person",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "persons",
                        "ordering": ("name", "id"),
                    },
                ),
                migrations.CreateModel(
                    name="Message",
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
                        ("event", models.CharField(max_length=60)),
                        (
                            "topic",
                            models.CharField(
                                choices=[
                                    ("sign_in", "signing in"),
                                    ("security", "security"),
                                    ("invoice", "bills"),
                                    ("usage_alert", "usage alerts"),
                                    ("payment_reminder", "payment reminders"),
                                    ("contract", "contract"),
                                    ("service", "news about the service"),
                                    ("marketing", "offers"),
                                ],
                                default="service",
                                max_length=30,
                            ),
                        ),
                        (
                            "channel",
                            models.CharField(
                                choices=[
                                    ("email", "e-mail"),
                                    ("sms", "text message"),
                                    ("in_app", "notice in the portal"),
                                ],
                                default="email",
                                max_length=10,
                            ),
                        ),
                        ("language", models.CharField(max_length=10)),
                        ("to_address", models.CharField(blank=True, max_length=254)),
                        ("subject", models.CharField(max_length=200)),
                        ("body_text", models.TextField()),
                        ("body_html", models.TextField(blank=True)),
                        ("secret", models.JSONField(blank=True, editable=False, null=True)),
                        ("unique_key", models.CharField(max_length=200, unique=True)),
                        ("message_id", models.CharField(max_length=200, unique=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("queued", "queued"),
                                    ("sending", "sending"),
                                    ("sent", "sent"),
                                    ("delivered", "delivered"),
                                    ("bounced", "bounced"),
                                    ("dropped", "dropped"),
                                    ("failed", "failed"),
                                ],
                                default="queued",
                                max_length=10,
                            ),
                        ),
                        (
                            "send_after",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now()
                            ),
                        ),
                        (
                            "next_attempt_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now()
                            ),
                        ),
                        ("expires_at", models.DateTimeField(blank=True, null=True)),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("leased_until", models.DateTimeField(blank=True, null=True)),
                        ("may_have_arrived", models.BooleanField(default=False)),
                        ("segments", models.PositiveSmallIntegerField(blank=True, null=True)),
                        ("error", models.TextField(blank=True)),
                        ("created_at", models.DateTimeField()),
                        ("decided_at", models.DateTimeField(blank=True, null=True)),
                        ("sent_at", models.DateTimeField(blank=True, null=True)),
                        ("delivery_at", models.DateTimeField(blank=True, null=True)),
                        ("delivery_detail", models.CharField(blank=True, max_length=500)),
                        ("read_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "account",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="messages",
                                to="accounts.account",
                            ),
                        ),
                        (
                            "brand",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="messages",
                                to="core.brand",
                            ),
                        ),
                        (
                            "template",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="messages",
                                to="accounts.messagetemplate",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="messages",
                                to="accounts.person",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("-id",),
                    },
                ),
                migrations.CreateModel(
                    name="MembershipEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("owner", "owner"),
                                    ("billing", "billing"),
                                    ("viewer", "viewer"),
                                    ("line_owner", "line owner"),
                                ],
                                default="owner",
                                max_length=10,
                            ),
                        ),
                        (
                            "rights",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("see_bills", "see bills"),
                                        ("see_usage", "see usage"),
                                        ("pay", "pay and keep payment methods"),
                                        (
                                            "change_services",
                                            "change plans and add-ons, pause and resume",
                                        ),
                                        ("order", "order and cancel services"),
                                        ("change_details", "change addresses and contact details"),
                                        ("invite", "invite people and set their rights"),
                                    ],
                                    max_length=20,
                                ),
                                blank=True,
                                default=list,
                                help_text="Empty: those of the role.",
                                size=None,
                            ),
                        ),
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
                                to="accounts.membership",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="accounts.person",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.AddField(
                    model_name="membership",
                    name="person",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="accounts.person",
                    ),
                ),
                migrations.CreateModel(
                    name="Interaction",
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
                                blank=True,
                                help_text="Its name in the system that it came from.",
                                max_length=60,
                            ),
                        ),
                        (
                            "channel",
                            models.CharField(
                                choices=[
                                    ("phone", "phone"),
                                    ("email", "e-mail"),
                                    ("chat", "chat"),
                                    ("sms", "SMS"),
                                    ("in_person", "in person"),
                                    ("portal", "portal"),
                                    ("letter", "letter"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "direction",
                            models.CharField(
                                choices=[("in", "from the customer"), ("out", "to the customer")],
                                max_length=3,
                            ),
                        ),
                        (
                            "topic",
                            models.CharField(
                                choices=[
                                    ("bill", "bill"),
                                    ("payment", "payment"),
                                    ("fault", "fault"),
                                    ("order", "order"),
                                    ("contract", "contract"),
                                    ("complaint", "complaint"),
                                    ("debt", "debt"),
                                    ("other", "other"),
                                ],
                                default="other",
                                max_length=10,
                            ),
                        ),
                        ("happened_at", models.DateTimeField()),
                        ("recorded_at", models.DateTimeField()),
                        ("staff_name", models.CharField(blank=True, max_length=200)),
                        ("text", models.TextField()),
                        ("outcome", models.CharField(blank=True, max_length=300)),
                        (
                            "account",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="interactions",
                                to="accounts.account",
                            ),
                        ),
                        (
                            "brand",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="interactions",
                                to="core.brand",
                            ),
                        ),
                        (
                            "corrects",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="corrections",
                                to="accounts.interaction",
                            ),
                        ),
                        (
                            "staff",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="interactions",
                                to="accounts.person",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("-happened_at", "-id"),
                    },
                ),
                migrations.CreateModel(
                    name="ContactPreferenceEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        (
                            "topic",
                            models.CharField(
                                choices=[
                                    ("sign_in", "signing in"),
                                    ("security", "security"),
                                    ("invoice", "bills"),
                                    ("usage_alert", "usage alerts"),
                                    ("payment_reminder", "payment reminders"),
                                    ("contract", "contract"),
                                    ("service", "news about the service"),
                                    ("marketing", "offers"),
                                ],
                                max_length=30,
                            ),
                        ),
                        (
                            "channel",
                            models.CharField(
                                choices=[
                                    ("email", "e-mail"),
                                    ("sms", "text message"),
                                    ("in_app", "notice in the portal"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("wanted", models.BooleanField()),
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
                                to="accounts.contactpreference",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="accounts.person",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.AddField(
                    model_name="contactpreference",
                    name="person",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contact_preferences",
                        to="accounts.person",
                    ),
                ),
                migrations.CreateModel(
                    name="ConsentEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        (
                            "topic",
                            models.CharField(
                                choices=[
                                    ("sign_in", "signing in"),
                                    ("security", "security"),
                                    ("invoice", "bills"),
                                    ("usage_alert", "usage alerts"),
                                    ("payment_reminder", "payment reminders"),
                                    ("contract", "contract"),
                                    ("service", "news about the service"),
                                    ("marketing", "offers"),
                                ],
                                max_length=30,
                            ),
                        ),
                        (
                            "channel",
                            models.CharField(
                                choices=[
                                    ("email", "e-mail"),
                                    ("sms", "text message"),
                                    ("in_app", "notice in the portal"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "statement",
                            models.CharField(
                                choices=[("given", "given"), ("withdrawn", "withdrawn")],
                                max_length=10,
                            ),
                        ),
                        ("at", models.DateTimeField(help_text="When it was said.")),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("portal", "portal"),
                                    ("link", "link in a message"),
                                    ("phone", "telephone"),
                                    ("paper", "paper"),
                                    ("shop", "in person"),
                                    ("order", "order"),
                                    ("file", "file"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "evidence",
                            models.CharField(
                                blank=True,
                                help_text="Where it can be looked up: a call, a form, a page.",
                                max_length=500,
                            ),
                        ),
                        (
                            "text_version",
                            models.CharField(
                                blank=True,
                                help_text="The version of the words that were agreed to.",
                                max_length=60,
                            ),
                        ),
                        ("language", models.CharField(blank=True, max_length=10)),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "account",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="accounts.account",
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
                                to="accounts.consent",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="accounts.person",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.AddField(
                    model_name="consent",
                    name="person",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consents",
                        to="accounts.person",
                    ),
                ),
                migrations.CreateModel(
                    name="Acceptance",
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
                        ("accepted_at", models.DateTimeField()),
                        ("accepted_by", models.CharField(max_length=200)),
                        (
                            "method",
                            models.CharField(
                                choices=[
                                    ("portal", "in the portal"),
                                    ("signature", "signature"),
                                    ("phone", "on the phone"),
                                    ("in_person", "in person"),
                                    ("email", "by e-mail"),
                                    ("letter", "by letter"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "evidence",
                            models.TextField(
                                blank=True, help_text="Where the proof is: recording, file, shop."
                            ),
                        ),
                        ("ip_address", models.GenericIPAddressField(blank=True, null=True)),
                        ("language", models.CharField(max_length=10)),
                        (
                            "withdrawal_until",
                            models.DateField(
                                blank=True,
                                help_text="The last day of the right to withdraw.",
                                null=True,
                            ),
                        ),
                        (
                            "summary",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="acceptances",
                                to="accounts.contractsummary",
                            ),
                        ),
                        (
                            "order",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="acceptance",
                                to="accounts.order",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="acceptances",
                                to="accounts.person",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("-id",),
                    },
                ),
                migrations.CreateModel(
                    name="PersonEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("name", models.CharField(max_length=200)),
                        ("email", models.EmailField(max_length=254)),
                        ("phone", models.CharField(blank=True, max_length=20)),
                        ("language", models.CharField(blank=True, max_length=10)),
                        ("birth_date", models.DateField(blank=True, null=True)),
                        (
                            "zone",
                            models.CharField(
                                blank=True,
                                help_text="Time zone for quiet hours, as Europe/Oslo. Empty: the brand's.",
                                max_length=50,
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
                                to="accounts.person",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="QuietHours",
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
                        ("quiet_from", models.TimeField(default=datetime.time(21, 0))),
                        ("quiet_until", models.TimeField(default=datetime.time(8, 0))),
                        (
                            "zone",
                            models.CharField(
                                help_text="IANA time zone, for example Europe/Oslo.", max_length=60
                            ),
                        ),
                        (
                            "sundays",
                            models.BooleanField(default=True, help_text="No messages on Sundays."),
                        ),
                        (
                            "holidays",
                            models.BooleanField(
                                default=True, help_text="No messages on public holidays."
                            ),
                        ),
                        (
                            "person",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="quiet_hours",
                                to="accounts.person",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "quiet hours",
                    },
                ),
                migrations.CreateModel(
                    name="QuietHoursEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("quiet_from", models.TimeField(default=datetime.time(21, 0))),
                        ("quiet_until", models.TimeField(default=datetime.time(8, 0))),
                        (
                            "zone",
                            models.CharField(
                                help_text="IANA time zone, for example Europe/Oslo.", max_length=60
                            ),
                        ),
                        (
                            "sundays",
                            models.BooleanField(default=True, help_text="No messages on Sundays."),
                        ),
                        (
                            "holidays",
                            models.BooleanField(
                                default=True, help_text="No messages on public holidays."
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="accounts.person",
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
                                to="accounts.quiethours",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="ServiceNumber",
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
                            "number",
                            models.CharField(
                                help_text="E.164 digits, or an account code.", max_length=60
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("free", "free"),
                                    ("reserved", "reserved"),
                                    ("assigned", "assigned"),
                                    ("quarantined", "quarantined"),
                                    ("ported_out", "ported out"),
                                    ("retired", "retired"),
                                ],
                                default="free",
                                max_length=20,
                            ),
                        ),
                        (
                            "quarantined_until",
                            models.DateField(
                                blank=True,
                                help_text="The first day on which it may be free again.",
                                null=True,
                            ),
                        ),
                        ("reserved_until", models.DateField(blank=True, null=True)),
                        ("ported_in_on", models.DateField(blank=True, null=True)),
                        ("ported_in_from", models.CharField(blank=True, max_length=100)),
                        ("ported_out_on", models.DateField(blank=True, null=True)),
                        ("ported_out_to", models.CharField(blank=True, max_length=100)),
                        (
                            "brand",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="service_numbers",
                                to="core.brand",
                            ),
                        ),
                        (
                            "pool",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="numbers",
                                to="accounts.numberpool",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("brand", "number"),
                    },
                ),
                migrations.CreateModel(
                    name="NumberAssignment",
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
                            "during",
                            django.contrib.postgres.fields.ranges.DateRangeField(
                                help_text="From this date, until before that one."
                            ),
                        ),
                        (
                            "number",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="assignments",
                                to="accounts.servicenumber",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("number", "during"),
                    },
                ),
                migrations.CreateModel(
                    name="ServiceNumberEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        (
                            "number",
                            models.CharField(
                                help_text="E.164 digits, or an account code.", max_length=60
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("free", "free"),
                                    ("reserved", "reserved"),
                                    ("assigned", "assigned"),
                                    ("quarantined", "quarantined"),
                                    ("ported_out", "ported out"),
                                    ("retired", "retired"),
                                ],
                                default="free",
                                max_length=20,
                            ),
                        ),
                        (
                            "quarantined_until",
                            models.DateField(
                                blank=True,
                                help_text="The first day on which it may be free again.",
                                null=True,
                            ),
                        ),
                        ("reserved_until", models.DateField(blank=True, null=True)),
                        ("ported_in_on", models.DateField(blank=True, null=True)),
                        ("ported_in_from", models.CharField(blank=True, max_length=100)),
                        ("ported_out_on", models.DateField(blank=True, null=True)),
                        ("ported_out_to", models.CharField(blank=True, max_length=100)),
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
                                to="accounts.servicenumber",
                            ),
                        ),
                        (
                            "pool",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="accounts.numberpool",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Sim",
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
                            "iccid",
                            models.CharField(max_length=20, unique=True, verbose_name="ICCID"),
                        ),
                        ("imsi", models.CharField(blank=True, max_length=15, verbose_name="IMSI")),
                        (
                            "puk",
                            models.CharField(
                                blank=True, editable=False, max_length=8, verbose_name="PUK"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("card", "card"), ("esim", "eSIM")],
                                default="card",
                                max_length=10,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("in_stock", "in stock"),
                                    ("assigned", "assigned"),
                                    ("blocked", "blocked"),
                                    ("retired", "retired"),
                                ],
                                default="in_stock",
                                max_length=10,
                            ),
                        ),
                        (
                            "brand",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="sims",
                                to="core.brand",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "SIM",
                        "ordering": ("brand", "iccid"),
                    },
                ),
                migrations.CreateModel(
                    name="SimAssignment",
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
                            "during",
                            django.contrib.postgres.fields.ranges.DateRangeField(
                                help_text="From this date, until before that one."
                            ),
                        ),
                        (
                            "sim",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="assignments",
                                to="accounts.sim",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "SIM assignment",
                        "ordering": ("sim", "during"),
                    },
                ),
                migrations.CreateModel(
                    name="SimPool",
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
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[A-Za-z0-9][A-Za-z0-9._-]*$",
                                        "Use letters, digits, dot, dash and underscore only.",
                                    )
                                ],
                            ),
                        ),
                        ("name", models.CharField(max_length=100)),
                        (
                            "brand",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="sim_pools",
                                to="core.brand",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "SIM pool",
                        "ordering": ("brand", "code"),
                    },
                ),
                migrations.CreateModel(
                    name="SimEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("iccid", models.CharField(max_length=20, verbose_name="ICCID")),
                        ("imsi", models.CharField(blank=True, max_length=15, verbose_name="IMSI")),
                        (
                            "kind",
                            models.CharField(
                                choices=[("card", "card"), ("esim", "eSIM")],
                                default="card",
                                max_length=10,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("in_stock", "in stock"),
                                    ("assigned", "assigned"),
                                    ("blocked", "blocked"),
                                    ("retired", "retired"),
                                ],
                                default="in_stock",
                                max_length=10,
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
                                to="accounts.sim",
                            ),
                        ),
                        (
                            "pool",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="accounts.simpool",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.AddField(
                    model_name="sim",
                    name="pool",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sims",
                        to="accounts.simpool",
                    ),
                ),
                migrations.CreateModel(
                    name="SimPoolEvent",
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
                        ("name", models.CharField(max_length=100)),
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
                                to="accounts.simpool",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Subscription",
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
                                max_length=60,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[A-Za-z0-9][A-Za-z0-9._-]*$",
                                        "Use letters, digits, dot, dash and underscore only.",
                                    )
                                ],
                            ),
                        ),
                        (
                            "label",
                            models.CharField(
                                blank=True, help_text="The customer's own name.", max_length=100
                            ),
                        ),
                        ("starts_on", models.DateField()),
                        ("ends_on", models.DateField(blank=True, null=True)),
                        ("ordered_on", models.DateField(blank=True, null=True)),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="subscriptions",
                                to="accounts.account",
                            ),
                        ),
                        (
                            "location",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="subscriptions",
                                to="accounts.location",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("account", "code"),
                    },
                ),
                migrations.CreateModel(
                    name="SimAssignmentEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        (
                            "during",
                            django.contrib.postgres.fields.ranges.DateRangeField(
                                help_text="From this date, until before that one."
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
                                to="accounts.simassignment",
                            ),
                        ),
                        (
                            "sim",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="accounts.sim",
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
                migrations.AddField(
                    model_name="simassignment",
                    name="subscription",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sims",
                        to="accounts.subscription",
                    ),
                ),
                migrations.CreateModel(
                    name="OrderItemEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("position", models.PositiveSmallIntegerField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("new_subscription", "new subscription"),
                                    ("plan_change", "plan change"),
                                    ("add_on", "add-on"),
                                    ("pause", "pause"),
                                    ("resume", "resume"),
                                    ("cancel", "cancellation"),
                                    ("number_change", "number change"),
                                    ("sim_change", "SIM change"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                blank=True,
                                max_length=60,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[A-Za-z0-9][A-Za-z0-9._-]*$",
                                        "Use letters, digits, dot, dash and underscore only.",
                                    )
                                ],
                            ),
                        ),
                        ("details", models.JSONField(blank=True, default=dict)),
                        (
                            "order",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="accounts.order",
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
                                to="accounts.orderitem",
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="catalog.plan",
                            ),
                        ),
                        (
                            "subscription",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
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
                migrations.AddField(
                    model_name="orderitem",
                    name="subscription",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="order_items",
                        to="accounts.subscription",
                    ),
                ),
                migrations.CreateModel(
                    name="NumberAssignmentEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        (
                            "during",
                            django.contrib.postgres.fields.ranges.DateRangeField(
                                help_text="From this date, until before that one."
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
                                to="accounts.numberassignment",
                            ),
                        ),
                        (
                            "number",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="accounts.servicenumber",
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
                migrations.AddField(
                    model_name="numberassignment",
                    name="subscription",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="numbers",
                        to="accounts.subscription",
                    ),
                ),
                migrations.CreateModel(
                    name="MembershipLineEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        (
                            "membership",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="accounts.membership",
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
                                to="accounts.membershipline",
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
                migrations.AddField(
                    model_name="membershipline",
                    name="subscription",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="line_owners",
                        to="accounts.subscription",
                    ),
                ),
                migrations.CreateModel(
                    name="SubscriptionAddOn",
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
                                help_text="Order id.",
                                max_length=60,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[A-Za-z0-9][A-Za-z0-9._-]*$",
                                        "Use letters, digits, dot, dash and underscore only.",
                                    )
                                ],
                            ),
                        ),
                        ("starts_on", models.DateField()),
                        ("ends_on", models.DateField(blank=True, null=True)),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="subscription_add_ons",
                                to="catalog.plan",
                            ),
                        ),
                        (
                            "subscription",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="add_ons",
                                to="accounts.subscription",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("subscription", "starts_on", "code"),
                    },
                ),
                migrations.CreateModel(
                    name="SubscriptionAddOnEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        (
                            "code",
                            models.CharField(
                                help_text="Order id.",
                                max_length=60,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[A-Za-z0-9][A-Za-z0-9._-]*$",
                                        "Use letters, digits, dot, dash and underscore only.",
                                    )
                                ],
                            ),
                        ),
                        ("starts_on", models.DateField()),
                        ("ends_on", models.DateField(blank=True, null=True)),
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
                                to="accounts.subscriptionaddon",
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="catalog.plan",
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
                    name="SubscriptionCancellation",
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
                        ("requested_at", models.DateTimeField()),
                        ("requested_by", models.CharField(blank=True, max_length=200)),
                        (
                            "effective_on",
                            models.DateField(help_text="The first day without the service."),
                        ),
                        (
                            "reason",
                            models.CharField(
                                choices=[
                                    ("moved", "moved away"),
                                    ("price", "price"),
                                    ("quality", "quality of the service"),
                                    ("competitor", "went to another provider"),
                                    ("no_need", "no longer needed"),
                                    ("withdrawn", "withdrawal from the contract"),
                                    ("unpaid", "unpaid bills"),
                                    ("deceased", "customer died"),
                                    ("other", "other"),
                                ],
                                default="other",
                                max_length=20,
                            ),
                        ),
                        ("note", models.TextField(blank=True)),
                        ("costs", models.JSONField(blank=True, default=dict, editable=False)),
                        ("taken_back_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "subscription",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cancellations",
                                to="accounts.subscription",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("subscription", "requested_at"),
                    },
                ),
                migrations.CreateModel(
                    name="SubscriptionCancellationEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("requested_at", models.DateTimeField()),
                        ("requested_by", models.CharField(blank=True, max_length=200)),
                        (
                            "effective_on",
                            models.DateField(help_text="The first day without the service."),
                        ),
                        (
                            "reason",
                            models.CharField(
                                choices=[
                                    ("moved", "moved away"),
                                    ("price", "price"),
                                    ("quality", "quality of the service"),
                                    ("competitor", "went to another provider"),
                                    ("no_need", "no longer needed"),
                                    ("withdrawn", "withdrawal from the contract"),
                                    ("unpaid", "unpaid bills"),
                                    ("deceased", "customer died"),
                                    ("other", "other"),
                                ],
                                default="other",
                                max_length=20,
                            ),
                        ),
                        ("note", models.TextField(blank=True)),
                        ("costs", models.JSONField(blank=True, default=dict, editable=False)),
                        ("taken_back_at", models.DateTimeField(blank=True, null=True)),
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
                                to="accounts.subscriptioncancellation",
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
                    name="SubscriptionEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        (
                            "code",
                            models.CharField(
                                max_length=60,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[A-Za-z0-9][A-Za-z0-9._-]*$",
                                        "Use letters, digits, dot, dash and underscore only.",
                                    )
                                ],
                            ),
                        ),
                        (
                            "label",
                            models.CharField(
                                blank=True, help_text="The customer's own name.", max_length=100
                            ),
                        ),
                        ("starts_on", models.DateField()),
                        ("ends_on", models.DateField(blank=True, null=True)),
                        ("ordered_on", models.DateField(blank=True, null=True)),
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
                            "location",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="accounts.location",
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
                                to="accounts.subscription",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="SubscriptionPause",
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
                            "during",
                            django.contrib.postgres.fields.ranges.DateRangeField(
                                help_text="From this date, until before that one."
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=200)),
                        (
                            "subscription",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="pauses",
                                to="accounts.subscription",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("subscription", "during"),
                    },
                ),
                migrations.CreateModel(
                    name="SubscriptionPauseEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        (
                            "during",
                            django.contrib.postgres.fields.ranges.DateRangeField(
                                help_text="From this date, until before that one."
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=200)),
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
                                to="accounts.subscriptionpause",
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
                    name="SubscriptionPlan",
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
                            "during",
                            django.contrib.postgres.fields.ranges.DateRangeField(
                                help_text="From this date, until before that one."
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="subscription_plans",
                                to="catalog.plan",
                            ),
                        ),
                        (
                            "subscription",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="plan_history",
                                to="accounts.subscription",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("subscription", "during"),
                    },
                ),
                migrations.CreateModel(
                    name="SubscriptionPlanEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        (
                            "during",
                            django.contrib.postgres.fields.ranges.DateRangeField(
                                help_text="From this date, until before that one."
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
                                to="accounts.subscriptionplan",
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="catalog.plan",
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
                    name="SubscriptionTerm",
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
                        ("bound_from", models.DateField()),
                        ("months", models.PositiveSmallIntegerField(default=0)),
                        ("bound_until", models.DateField()),
                        ("notice_days", models.PositiveSmallIntegerField(default=0)),
                        (
                            "plan_version",
                            models.ForeignKey(
                                blank=True,
                                help_text="Whose terms were agreed. Empty: agreed elsewhere.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="terms",
                                to="catalog.planversion",
                            ),
                        ),
                        (
                            "subscription",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="terms",
                                to="accounts.subscription",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("subscription", "bound_from"),
                    },
                ),
                migrations.CreateModel(
                    name="SubscriptionTermEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("bound_from", models.DateField()),
                        ("months", models.PositiveSmallIntegerField(default=0)),
                        ("bound_until", models.DateField()),
                        ("notice_days", models.PositiveSmallIntegerField(default=0)),
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
                                to="accounts.subscriptionterm",
                            ),
                        ),
                        (
                            "plan_version",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                help_text="Whose terms were agreed. Empty: agreed elsewhere.",
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="catalog.planversion",
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
                migrations.AddConstraint(
                    model_name="account",
                    constraint=models.UniqueConstraint(
                        fields=("brand", "number"), name="account_number_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="account",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("bill_day__gte", 1), ("bill_day__lte", 31)),
                        name="account_bill_day_1_to_31",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="account",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("bills_to_parent", False), ("parent__isnull", False), _connector="OR"
                        ),
                        name="account_bills_to_a_parent_it_has",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="account",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("parent", models.F("id")), _negated=True),
                        name="account_not_its_own_parent",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="account",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("invoice_months__in", (1, 2, 3, 4, 6, 12))),
                        name="account_invoice_months_divide_a_year",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="account",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("streams__in", ("one", "apart"))),
                        name="account_streams_are_known",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="account",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("tax_status__in", ("standard", "exempt", "reverse_charge"))
                        ),
                        name="account_tax_status_is_known",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="account",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("vat_check", ""), ("vat_checked_at__isnull", True)),
                            models.Q(
                                ("vat_check__in", ("format", "register")),
                                ("vat_checked_at__isnull", False),
                                models.Q(("vat_number", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="account_vat_check_has_a_number_and_a_time",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="account",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("tax_status", "reverse_charge"), _negated=True),
                            models.Q(("vat_check", ""), _negated=True),
                            ("bills_to_parent", True),
                            _connector="OR",
                        ),
                        name="account_reverse_charge_has_a_checked_vat_number",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="account",
                    trigger=pgtrigger.compiler.Trigger(
                        name="no_circle_of_parents",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            constraint="CONSTRAINT",
                            func="\n    IF NEW.parent_id IS NULL THEN\n        RETURN NULL;\n    END IF;\n    PERFORM pg_advisory_xact_lock(hashtext('accounts_account.parent'));\n    IF EXISTS (\n        WITH RECURSIVE above(id) AS (\n            SELECT NEW.parent_id\n            UNION\n            SELECT account.parent_id\n              FROM accounts_account account\n              JOIN above ON account.id = above.id\n             WHERE account.parent_id IS NOT NULL\n        )\n        SELECT 1 FROM above WHERE id = NEW.id\n    ) THEN\n        RAISE EXCEPTION 'no_circle_of_parents: account % would be above itself', NEW.number\n            USING ERRCODE = 'integrity_constraint_violation';\n    END IF;\n    RETURN NULL;\n",
                            hash="f21dde4998a87a5b79c7fbc5c675f09ec39ff481",
                            operation='INSERT OR UPDATE OF "parent_id"',
                            pgid="pgtrigger_no_circle_of_parents_1bb14",
                            table="accounts_account",
                            timing="DEFERRABLE INITIALLY IMMEDIATE",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="account",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_accountevent" ("bill_day", "billed_until", "bills_to_parent", "brand_id", "city", "country", "created_at", "currency", "id", "invoice_email", "invoice_months", "kind", "language", "legal_name", "name", "number", "opened_on", "organisation_number", "parent_id", "payment_terms_days", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "postcode", "segment", "streams", "street", "tax_reason", "tax_status", "vat_check", "vat_checked_at", "vat_number") VALUES (NEW."bill_day", NEW."billed_until", NEW."bills_to_parent", NEW."brand_id", NEW."city", NEW."country", NEW."created_at", NEW."currency", NEW."id", NEW."invoice_email", NEW."invoice_months", NEW."kind", NEW."language", NEW."legal_name", NEW."name", NEW."number", NEW."opened_on", NEW."organisation_number", NEW."parent_id", NEW."payment_terms_days", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."postcode", NEW."segment", NEW."streams", NEW."street", NEW."tax_reason", NEW."tax_status", NEW."vat_check", NEW."vat_checked_at", NEW."vat_number"); RETURN NULL;',
                            hash="c8b4e43298885db187d99531ccafca83fca1bf15",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_8b982",
                            table="accounts_account",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="account",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."bill_day" IS DISTINCT FROM (NEW."bill_day") OR OLD."billed_until" IS DISTINCT FROM (NEW."billed_until") OR OLD."bills_to_parent" IS DISTINCT FROM (NEW."bills_to_parent") OR OLD."brand_id" IS DISTINCT FROM (NEW."brand_id") OR OLD."city" IS DISTINCT FROM (NEW."city") OR OLD."country" IS DISTINCT FROM (NEW."country") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."invoice_email" IS DISTINCT FROM (NEW."invoice_email") OR OLD."invoice_months" IS DISTINCT FROM (NEW."invoice_months") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."language" IS DISTINCT FROM (NEW."language") OR OLD."legal_name" IS DISTINCT FROM (NEW."legal_name") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."opened_on" IS DISTINCT FROM (NEW."opened_on") OR OLD."organisation_number" IS DISTINCT FROM (NEW."organisation_number") OR OLD."parent_id" IS DISTINCT FROM (NEW."parent_id") OR OLD."payment_terms_days" IS DISTINCT FROM (NEW."payment_terms_days") OR OLD."postcode" IS DISTINCT FROM (NEW."postcode") OR OLD."segment" IS DISTINCT FROM (NEW."segment") OR OLD."streams" IS DISTINCT FROM (NEW."streams") OR OLD."street" IS DISTINCT FROM (NEW."street") OR OLD."tax_reason" IS DISTINCT FROM (NEW."tax_reason") OR OLD."tax_status" IS DISTINCT FROM (NEW."tax_status") OR OLD."vat_check" IS DISTINCT FROM (NEW."vat_check") OR OLD."vat_checked_at" IS DISTINCT FROM (NEW."vat_checked_at") OR OLD."vat_number" IS DISTINCT FROM (NEW."vat_number"))',
                            func='INSERT INTO "accounts_accountevent" ("bill_day", "billed_until", "bills_to_parent", "brand_id", "city", "country", "created_at", "currency", "id", "invoice_email", "invoice_months", "kind", "language", "legal_name", "name", "number", "opened_on", "organisation_number", "parent_id", "payment_terms_days", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "postcode", "segment", "streams", "street", "tax_reason", "tax_status", "vat_check", "vat_checked_at", "vat_number") VALUES (NEW."bill_day", NEW."billed_until", NEW."bills_to_parent", NEW."brand_id", NEW."city", NEW."country", NEW."created_at", NEW."currency", NEW."id", NEW."invoice_email", NEW."invoice_months", NEW."kind", NEW."language", NEW."legal_name", NEW."name", NEW."number", NEW."opened_on", NEW."organisation_number", NEW."parent_id", NEW."payment_terms_days", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."postcode", NEW."segment", NEW."streams", NEW."street", NEW."tax_reason", NEW."tax_status", NEW."vat_check", NEW."vat_checked_at", NEW."vat_number"); RETURN NULL;',
                            hash="a88deb517dc79dae38a0beee6d0fe85661cc135b",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_834ae",
                            table="accounts_account",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="account",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_accountevent" ("bill_day", "billed_until", "bills_to_parent", "brand_id", "city", "country", "created_at", "currency", "id", "invoice_email", "invoice_months", "kind", "language", "legal_name", "name", "number", "opened_on", "organisation_number", "parent_id", "payment_terms_days", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "postcode", "segment", "streams", "street", "tax_reason", "tax_status", "vat_check", "vat_checked_at", "vat_number") VALUES (OLD."bill_day", OLD."billed_until", OLD."bills_to_parent", OLD."brand_id", OLD."city", OLD."country", OLD."created_at", OLD."currency", OLD."id", OLD."invoice_email", OLD."invoice_months", OLD."kind", OLD."language", OLD."legal_name", OLD."name", OLD."number", OLD."opened_on", OLD."organisation_number", OLD."parent_id", OLD."payment_terms_days", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."postcode", OLD."segment", OLD."streams", OLD."street", OLD."tax_reason", OLD."tax_status", OLD."vat_check", OLD."vat_checked_at", OLD."vat_number"); RETURN NULL;',
                            hash="796fce3e70bca5091e044b9b9991b087c677512b",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_f7f6a",
                            table="accounts_account",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="accountevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="b2fcc0ac097507fbc8f168c4af9b0fbdec311f8f",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_a5014",
                            table="accounts_accountevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="location",
                    constraint=models.UniqueConstraint(
                        fields=("account", "code"), name="location_code_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="location",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("emergency_confirmed_at__isnull", True),
                            models.Q(
                                models.Q(("emergency_street", ""), _negated=True),
                                models.Q(("emergency_city", ""), _negated=True),
                                models.Q(("emergency_country", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="location_confirmed_emergency_address_is_whole",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="location",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_locationevent" ("account_id", "city", "code", "cost_centre", "country", "emergency_city", "emergency_confirmed_at", "emergency_country", "emergency_note", "emergency_postcode", "emergency_street", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "postcode", "street") VALUES (NEW."account_id", NEW."city", NEW."code", NEW."cost_centre", NEW."country", NEW."emergency_city", NEW."emergency_confirmed_at", NEW."emergency_country", NEW."emergency_note", NEW."emergency_postcode", NEW."emergency_street", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."postcode", NEW."street"); RETURN NULL;',
                            hash="231fc648d53428d5c223a2f3adc4a04c0561e1ef",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_d46fd",
                            table="accounts_location",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="location",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "accounts_locationevent" ("account_id", "city", "code", "cost_centre", "country", "emergency_city", "emergency_confirmed_at", "emergency_country", "emergency_note", "emergency_postcode", "emergency_street", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "postcode", "street") VALUES (NEW."account_id", NEW."city", NEW."code", NEW."cost_centre", NEW."country", NEW."emergency_city", NEW."emergency_confirmed_at", NEW."emergency_country", NEW."emergency_note", NEW."emergency_postcode", NEW."emergency_street", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."postcode", NEW."street"); RETURN NULL;',
                            hash="8f5d697830d2fcc9db359f391d343bc4050dd55d",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_fd2ce",
                            table="accounts_location",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="location",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_locationevent" ("account_id", "city", "code", "cost_centre", "country", "emergency_city", "emergency_confirmed_at", "emergency_country", "emergency_note", "emergency_postcode", "emergency_street", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "postcode", "street") VALUES (OLD."account_id", OLD."city", OLD."code", OLD."cost_centre", OLD."country", OLD."emergency_city", OLD."emergency_confirmed_at", OLD."emergency_country", OLD."emergency_note", OLD."emergency_postcode", OLD."emergency_street", OLD."id", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."postcode", OLD."street"); RETURN NULL;',
                            hash="933f6e11f8e4600cc39204af182d5c6ba1af72ae",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_5db77",
                            table="accounts_location",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="locationevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="b068f971f61d622a4d91a581581f6e4168a4f6c1",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_dd38a",
                            table="accounts_locationevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="messagesettings",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("contacts_a_week__gte", 1)),
                        name="message_settings_a_contact_at_least",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="messagesettings",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            (
                                "sms_sender__regex",
                                "^([A-Za-z0-9][A-Za-z0-9 ]{0,10}|\\+[0-9]{6,15})?$",
                            )
                        ),
                        name="message_settings_sms_sender_fits",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="messagesettings",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_messagesettingsevent" ("brand_id", "contacts_a_week", "holidays", "id", "invoice_notice", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quiet_from", "quiet_until", "reply_to", "sender_email", "sender_name", "sms_sender", "sundays") VALUES (NEW."brand_id", NEW."contacts_a_week", NEW."holidays", NEW."id", NEW."invoice_notice", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."quiet_from", NEW."quiet_until", NEW."reply_to", NEW."sender_email", NEW."sender_name", NEW."sms_sender", NEW."sundays"); RETURN NULL;',
                            hash="d8c4a7db654550a7eef96bdf9d3b6cda3e9be881",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_5fbac",
                            table="accounts_messagesettings",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="messagesettings",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "accounts_messagesettingsevent" ("brand_id", "contacts_a_week", "holidays", "id", "invoice_notice", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quiet_from", "quiet_until", "reply_to", "sender_email", "sender_name", "sms_sender", "sundays") VALUES (NEW."brand_id", NEW."contacts_a_week", NEW."holidays", NEW."id", NEW."invoice_notice", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."quiet_from", NEW."quiet_until", NEW."reply_to", NEW."sender_email", NEW."sender_name", NEW."sms_sender", NEW."sundays"); RETURN NULL;',
                            hash="958313ccefac35d4befa1b8f3957738e19d84528",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_ab7a7",
                            table="accounts_messagesettings",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="messagesettings",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_messagesettingsevent" ("brand_id", "contacts_a_week", "holidays", "id", "invoice_notice", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quiet_from", "quiet_until", "reply_to", "sender_email", "sender_name", "sms_sender", "sundays") VALUES (OLD."brand_id", OLD."contacts_a_week", OLD."holidays", OLD."id", OLD."invoice_notice", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."quiet_from", OLD."quiet_until", OLD."reply_to", OLD."sender_email", OLD."sender_name", OLD."sms_sender", OLD."sundays"); RETURN NULL;',
                            hash="bb204c74ebb49ab26f32ce127d47aab00087d262",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_9ceb9",
                            table="accounts_messagesettings",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="messagesettingsevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="09aece8f062943bbf1241747607dea07f69df9db",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_6f53c",
                            table="accounts_messagesettingsevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="messagetemplate",
                    constraint=models.UniqueConstraint(
                        fields=("brand", "event", "channel", "language", "version"),
                        name="message_template_version_once",
                        nulls_distinct=False,
                    ),
                ),
                migrations.AddConstraint(
                    model_name="messagetemplate",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("state", "published")),
                        fields=("brand", "event", "channel", "language"),
                        name="message_template_one_published",
                        nulls_distinct=False,
                    ),
                ),
                migrations.AddConstraint(
                    model_name="messagetemplate",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("state__in", ("draft", "published", "retired"))),
                        name="message_template_state_is_known",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="messagetemplate",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("channel__in", ("email", "sms", "in_app"))),
                        name="message_template_channel_is_known",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="messagetemplate",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("state", "draft"), ("published_at__isnull", False), _connector="OR"
                        ),
                        name="message_template_published_has_a_time",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="messagetemplate",
                    trigger=pgtrigger.compiler.Trigger(
                        name="published_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n    IF OLD.state = 'draft' THEN\n        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;\n    END IF;\n    IF TG_OP = 'UPDATE' THEN\n        IF (NEW.brand_id, NEW.event, NEW.channel, NEW.language, NEW.version, NEW.subject,\n                NEW.text, NEW.html)\n            IS NOT DISTINCT FROM\n           (OLD.brand_id, OLD.event, OLD.channel, OLD.language, OLD.version, OLD.subject,\n                OLD.text, OLD.html)\n           AND NEW.state <> 'draft' THEN\n            RETURN NEW;\n        END IF;\n    END IF;\n    RAISE EXCEPTION 'a template that was published stays as it was: make a new version'\n        USING ERRCODE = 'integrity_constraint_violation';\n",
                            hash="0a8d021487d20ad8a6aefe1d8ed9c0d8f669f4b6",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_published_stays_702ce",
                            table="accounts_messagetemplate",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="messagetemplate",
                    trigger=pgtrigger.compiler.Trigger(
                        name="no_truncate",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF current_setting('trunkline.allow_flush', true) IS DISTINCT FROM 'on' THEN\n                RAISE EXCEPTION 'rows of % are never removed', TG_TABLE_NAME\n                    USING ERRCODE = 'integrity_constraint_violation';\n            END IF;\n            RETURN NULL;\n        ",
                            hash="c97ccd25320c72bda7c042d03d95c4dcd42e60f0",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_no_truncate_72e72",
                            table="accounts_messagetemplate",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="messagetemplate",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_messagetemplateevent" ("brand_id", "channel", "created_at", "created_by_id", "event", "html", "id", "language", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "published_by_id", "state", "subject", "text", "version") VALUES (NEW."brand_id", NEW."channel", NEW."created_at", NEW."created_by_id", NEW."event", NEW."html", NEW."id", NEW."language", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."published_at", NEW."published_by_id", NEW."state", NEW."subject", NEW."text", NEW."version"); RETURN NULL;',
                            hash="3e95d101d37426a70437ec967382012def717b66",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_0def0",
                            table="accounts_messagetemplate",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="messagetemplate",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "accounts_messagetemplateevent" ("brand_id", "channel", "created_at", "created_by_id", "event", "html", "id", "language", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "published_by_id", "state", "subject", "text", "version") VALUES (NEW."brand_id", NEW."channel", NEW."created_at", NEW."created_by_id", NEW."event", NEW."html", NEW."id", NEW."language", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."published_at", NEW."published_by_id", NEW."state", NEW."subject", NEW."text", NEW."version"); RETURN NULL;',
                            hash="78da0f17820ad94fd0a50c4f0f26f38876dbb16d",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_34b8f",
                            table="accounts_messagetemplate",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="messagetemplate",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_messagetemplateevent" ("brand_id", "channel", "created_at", "created_by_id", "event", "html", "id", "language", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "published_by_id", "state", "subject", "text", "version") VALUES (OLD."brand_id", OLD."channel", OLD."created_at", OLD."created_by_id", OLD."event", OLD."html", OLD."id", OLD."language", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."published_at", OLD."published_by_id", OLD."state", OLD."subject", OLD."text", OLD."version"); RETURN NULL;',
                            hash="28e82658e0c2d181c162777b737405d40e99b067",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_13558",
                            table="accounts_messagetemplate",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="messagetemplateevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="e4f28cef025e9e790b3ad77bf7812851a5d9c308",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_db011",
                            table="accounts_messagetemplateevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="numberpool",
                    constraint=models.UniqueConstraint(
                        fields=("brand", "code"), name="number_pool_code_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="numberpool",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("quarantine_days__lte", 3650)),
                        name="number_pool_quarantine_ends",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="numberpool",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_numberpoolevent" ("brand_id", "code", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quarantine_days") VALUES (NEW."brand_id", NEW."code", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."quarantine_days"); RETURN NULL;',
                            hash="791f16997f8f838ac33235d5a7a582522b561d8d",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_69956",
                            table="accounts_numberpool",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="numberpool",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "accounts_numberpoolevent" ("brand_id", "code", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quarantine_days") VALUES (NEW."brand_id", NEW."code", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."quarantine_days"); RETURN NULL;',
                            hash="cc4f6b82ff19b4da3aea0b8f91929d26f0ee4473",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_df07c",
                            table="accounts_numberpool",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="numberpool",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_numberpoolevent" ("brand_id", "code", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quarantine_days") VALUES (OLD."brand_id", OLD."code", OLD."id", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."quarantine_days"); RETURN NULL;',
                            hash="5aa8d2d2d8c040c0edf44c28289637d8c65655ba",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_c2cee",
                            table="accounts_numberpool",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="numberpoolevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="b457c8fade625c33878de628b3b987dd9986929b",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_d77ea",
                            table="accounts_numberpoolevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="order",
                    constraint=models.UniqueConstraint(
                        fields=("account", "number"), name="order_number_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="order",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ("draft", "submitted", "accepted", "done", "rejected", "cancelled"),
                            )
                        ),
                        name="order_state_is_known",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="order",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ("draft", "cancelled")),
                            ("submitted_at__isnull", False),
                            _connector="OR",
                        ),
                        name="order_submitted_has_a_time",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="order",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("closed_at__isnull", False),
                                ("state__in", ("done", "rejected", "cancelled")),
                            ),
                            models.Q(
                                models.Q(
                                    ("state__in", ("done", "rejected", "cancelled")), _negated=True
                                ),
                                ("closed_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="order_closed_has_a_time",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="order",
                    trigger=pgtrigger.compiler.Trigger(
                        name="accepted_needs_acceptance",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (NEW.\"state\" IN ('accepted', 'done'))",
                            constraint="CONSTRAINT",
                            func="\n    IF NOT EXISTS (SELECT 1 FROM accounts_acceptance WHERE order_id = NEW.id) THEN\n        RAISE EXCEPTION 'accepted_needs_acceptance: order % has no acceptance record', NEW.number\n            USING ERRCODE = 'integrity_constraint_violation';\n    END IF;\n    RETURN NULL;\n",
                            hash="44bbc37ca7cd304780f0ac0f675579631e11bf26",
                            operation='INSERT OR UPDATE OF "state"',
                            pgid="pgtrigger_accepted_needs_acceptance_7d6c8",
                            table="accounts_order",
                            timing="DEFERRABLE INITIALLY DEFERRED",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="order",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_orderevent" ("account_id", "closed_at", "closing_reason", "created_at", "id", "language", "number", "ordered_by", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state", "submitted_at", "wanted_on") VALUES (NEW."account_id", NEW."closed_at", NEW."closing_reason", NEW."created_at", NEW."id", NEW."language", NEW."number", NEW."ordered_by", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."state", NEW."submitted_at", NEW."wanted_on"); RETURN NULL;',
                            hash="2e7f7975f441c0ff5803a666c2d36c2048ddcfd2",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_5dd7a",
                            table="accounts_order",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="order",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "accounts_orderevent" ("account_id", "closed_at", "closing_reason", "created_at", "id", "language", "number", "ordered_by", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state", "submitted_at", "wanted_on") VALUES (NEW."account_id", NEW."closed_at", NEW."closing_reason", NEW."created_at", NEW."id", NEW."language", NEW."number", NEW."ordered_by", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."state", NEW."submitted_at", NEW."wanted_on"); RETURN NULL;',
                            hash="f10f39aed5802bcce7896d74b27fac9df2438d3f",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_cb102",
                            table="accounts_order",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="order",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_orderevent" ("account_id", "closed_at", "closing_reason", "created_at", "id", "language", "number", "ordered_by", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state", "submitted_at", "wanted_on") VALUES (OLD."account_id", OLD."closed_at", OLD."closing_reason", OLD."created_at", OLD."id", OLD."language", OLD."number", OLD."ordered_by", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."state", OLD."submitted_at", OLD."wanted_on"); RETURN NULL;',
                            hash="7eb3dd1a77e5df26625f34d8868e48ab96a0131d",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_2d061",
                            table="accounts_order",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="contractsummary",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")),
                        name="contract_summary_has_a_hash",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="contractsummary",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="contract_summary_says_something",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="contractsummary",
                    trigger=pgtrigger.compiler.Trigger(
                        name="frozen",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            RAISE EXCEPTION 'rows of % never change', TG_TABLE_NAME\n                USING ERRCODE = 'integrity_constraint_violation';\n        ",
                            hash="d72a928b5e19ce39e87390d6ae3df6a64fda0dd8",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_1f7f9",
                            table="accounts_contractsummary",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="contractsummary",
                    trigger=pgtrigger.compiler.Trigger(
                        name="no_truncate",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF current_setting('trunkline.allow_flush', true) IS DISTINCT FROM 'on' THEN\n                RAISE EXCEPTION 'rows of % are never removed', TG_TABLE_NAME\n                    USING ERRCODE = 'integrity_constraint_violation';\n            END IF;\n            RETURN NULL;\n        ",
                            hash="9103f3d679533a34267dfb5e9eb3c58f6416e46b",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_no_truncate_ef11a",
                            table="accounts_contractsummary",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="orderevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="718b563484e348a7c91120edd547bf283679ffaf",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_76aba",
                            table="accounts_orderevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="person",
                    constraint=models.UniqueConstraint(
                        django.db.models.functions.text.Lower("email"),
                        name="person_email_once_whatever_its_case",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="person",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_personevent" ("birth_date", "email", "id", "language", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "user_id", "zone") VALUES (NEW."birth_date", NEW."email", NEW."id", NEW."language", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."phone", NEW."user_id", NEW."zone"); RETURN NULL;',
                            hash="1ca80d794b180c6947b4cd29a8a8288120fd674f",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_6b541",
                            table="accounts_person",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="person",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "accounts_personevent" ("birth_date", "email", "id", "language", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "user_id", "zone") VALUES (NEW."birth_date", NEW."email", NEW."id", NEW."language", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."phone", NEW."user_id", NEW."zone"); RETURN NULL;',
                            hash="4ad63ba4566f08958c9fe953233bca2d1cc12106",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_70819",
                            table="accounts_person",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="person",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_personevent" ("birth_date", "email", "id", "language", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "user_id", "zone") VALUES (OLD."birth_date", OLD."email", OLD."id", OLD."language", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."phone", OLD."user_id", OLD."zone"); RETURN NULL;',
                            hash="88373af3a50dd19129dc5ec658b13bc9e249f11b",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_18acd",
                            table="accounts_person",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddIndex(
                    model_name="message",
                    index=models.Index(
                        condition=models.Q(("state", "queued")),
                        fields=["next_attempt_at"],
                        name="message_queue",
                    ),
                ),
                migrations.AddIndex(
                    model_name="message",
                    index=models.Index(
                        condition=models.Q(("state", "sending")),
                        fields=["leased_until"],
                        name="message_leases",
                    ),
                ),
                migrations.AddIndex(
                    model_name="message",
                    index=models.Index(
                        fields=["to_address", "decided_at"], name="message_contacts"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="message",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                (
                                    "queued",
                                    "sending",
                                    "sent",
                                    "delivered",
                                    "bounced",
                                    "dropped",
                                    "failed",
                                ),
                            )
                        ),
                        name="message_state_is_known",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="message",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state__in", ("sent", "delivered", "bounced")), _negated=True
                            ),
                            ("sent_at__isnull", False),
                            _connector="OR",
                        ),
                        name="message_sent_has_a_time",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="message",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "sending"), _negated=True),
                            ("leased_until__isnull", False),
                            _connector="OR",
                        ),
                        name="message_sending_has_a_lease",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="message",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("account__isnull", False), ("person__isnull", False), _connector="OR"
                        ),
                        name="message_is_to_somebody",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="message",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("channel", "in_app"),
                            models.Q(("to_address", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="message_has_an_address",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="message",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("channel__in", ("email", "sms", "in_app"))),
                        name="message_channel_is_known",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="message",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            (
                                "topic__in",
                                (
                                    "sign_in",
                                    "security",
                                    "invoice",
                                    "usage_alert",
                                    "payment_reminder",
                                    "contract",
                                    "service",
                                    "marketing",
                                ),
                            )
                        ),
                        name="message_topic_is_known",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="message",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("secret__isnull", True),
                            ("state__in", ("queued", "sending")),
                            _connector="OR",
                        ),
                        name="message_secret_only_while_it_waits",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="message",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("read_at__isnull", True), ("channel", "in_app"), _connector="OR"
                        ),
                        name="message_read_in_the_portal_only",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="membershipevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="e1f05704110766345bef638c18be4307af995a77",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_9ee6c",
                            table="accounts_membershipevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="membership",
                    constraint=models.UniqueConstraint(
                        fields=("account", "person"), name="membership_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="membership",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("role__in", ("owner", "billing", "viewer", "line_owner"))
                        ),
                        name="membership_role_is_known",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="membership",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            (
                                "rights__contained_by",
                                [
                                    "see_bills",
                                    "see_usage",
                                    "pay",
                                    "change_services",
                                    "order",
                                    "change_details",
                                    "invite",
                                ],
                            )
                        ),
                        name="membership_rights_are_known",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="membership",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_membershipevent" ("account_id", "id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rights", "role") VALUES (NEW."account_id", NEW."id", NEW."person_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."rights", NEW."role"); RETURN NULL;',
                            hash="0a38834ef2dcdbc90128982ec9070fa1473daf2a",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_fc05a",
                            table="accounts_membership",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="membership",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "accounts_membershipevent" ("account_id", "id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rights", "role") VALUES (NEW."account_id", NEW."id", NEW."person_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."rights", NEW."role"); RETURN NULL;',
                            hash="fc203b4bb118824d4796a77f36fc002fe8d9781c",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_20ab5",
                            table="accounts_membership",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="membership",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_membershipevent" ("account_id", "id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rights", "role") VALUES (OLD."account_id", OLD."id", OLD."person_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."rights", OLD."role"); RETURN NULL;',
                            hash="d77ed2fe9165a8c334202bff70fe1ab2379b2f21",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_19a8f",
                            table="accounts_membership",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddIndex(
                    model_name="interaction",
                    index=models.Index(
                        fields=["account", "-happened_at"], name="interaction_of_account"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="interaction",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("account__isnull", False), ("person__isnull", False), _connector="OR"
                        ),
                        name="interaction_is_with_somebody",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="interaction",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="interaction_says_something",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="interaction",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            (
                                "channel__in",
                                ("phone", "email", "chat", "sms", "in_person", "portal", "letter"),
                            )
                        ),
                        name="interaction_channel_is_known",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="interaction",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("direction__in", ("in", "out"))),
                        name="interaction_direction_is_known",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="interaction",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            (
                                "topic__in",
                                (
                                    "bill",
                                    "payment",
                                    "fault",
                                    "order",
                                    "contract",
                                    "complaint",
                                    "debt",
                                    "other",
                                ),
                            )
                        ),
                        name="interaction_topic_is_known",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="interaction",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("code", ""), _negated=True),
                        fields=("account", "code"),
                        name="interaction_code_once",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="interaction",
                    trigger=pgtrigger.compiler.Trigger(
                        name="frozen",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            RAISE EXCEPTION 'rows of % never change', TG_TABLE_NAME\n                USING ERRCODE = 'integrity_constraint_violation';\n        ",
                            hash="f76215367bb8909ad4abb3d8dc7bcbc2fc69da96",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_3eb3f",
                            table="accounts_interaction",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="interaction",
                    trigger=pgtrigger.compiler.Trigger(
                        name="no_truncate",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF current_setting('trunkline.allow_flush', true) IS DISTINCT FROM 'on' THEN\n                RAISE EXCEPTION 'rows of % are never removed', TG_TABLE_NAME\n                    USING ERRCODE = 'integrity_constraint_violation';\n            END IF;\n            RETURN NULL;\n        ",
                            hash="07bcafd66699f124d379ad067b7911b069c890b6",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_no_truncate_547e9",
                            table="accounts_interaction",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="contactpreferenceevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="bf872f63ba763713096012d06744d59361c0c0c1",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_b1907",
                            table="accounts_contactpreferenceevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="contactpreference",
                    constraint=models.UniqueConstraint(
                        fields=("person", "brand", "topic", "channel"),
                        name="contact_preference_once",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="contactpreference",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            (
                                "topic__in",
                                (
                                    "sign_in",
                                    "security",
                                    "invoice",
                                    "usage_alert",
                                    "payment_reminder",
                                    "contract",
                                    "service",
                                    "marketing",
                                ),
                            )
                        ),
                        name="contact_preference_topic_is_known",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="contactpreference",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("channel__in", ("email", "sms", "in_app"))),
                        name="contact_preference_channel_is_known",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="contactpreference",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_contactpreferenceevent" ("brand_id", "channel", "id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "topic", "wanted") VALUES (NEW."brand_id", NEW."channel", NEW."id", NEW."person_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."topic", NEW."wanted"); RETURN NULL;',
                            hash="96f8f5a57f09ff222fb041f5476d28d9a6314aae",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_704b3",
                            table="accounts_contactpreference",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="contactpreference",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "accounts_contactpreferenceevent" ("brand_id", "channel", "id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "topic", "wanted") VALUES (NEW."brand_id", NEW."channel", NEW."id", NEW."person_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."topic", NEW."wanted"); RETURN NULL;',
                            hash="d7de8afb973e683c6c9ddad7b3fb0e05c6a9d929",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_98765",
                            table="accounts_contactpreference",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="contactpreference",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_contactpreferenceevent" ("brand_id", "channel", "id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "topic", "wanted") VALUES (OLD."brand_id", OLD."channel", OLD."id", OLD."person_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."topic", OLD."wanted"); RETURN NULL;',
                            hash="a37836677edb40e5dd698030f30e64c182f5f781",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_7ff94",
                            table="accounts_contactpreference",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="consentevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="10438884ba7500a77dcaa01a127cd102970f34a6",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_77f80",
                            table="accounts_consentevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddIndex(
                    model_name="consent",
                    index=models.Index(
                        fields=["person", "brand", "topic", "channel"], name="consent_of_person"
                    ),
                ),
                migrations.AddIndex(
                    model_name="consent",
                    index=models.Index(
                        fields=["account", "topic", "channel"], name="consent_of_account"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="consent",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("account__isnull", True), ("person__isnull", False)),
                            models.Q(("account__isnull", False), ("person__isnull", True)),
                            _connector="OR",
                        ),
                        name="consent_of_a_person_or_an_account",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="consent",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("statement__in", ("given", "withdrawn"))),
                        name="consent_given_or_withdrawn",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="consent",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            (
                                "topic__in",
                                (
                                    "sign_in",
                                    "security",
                                    "invoice",
                                    "usage_alert",
                                    "payment_reminder",
                                    "contract",
                                    "service",
                                    "marketing",
                                ),
                            )
                        ),
                        name="consent_topic_is_known",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="consent",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("channel__in", ("email", "sms", "in_app"))),
                        name="consent_channel_is_known",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="consent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="frozen",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            RAISE EXCEPTION 'rows of % never change', TG_TABLE_NAME\n                USING ERRCODE = 'integrity_constraint_violation';\n        ",
                            hash="811db1eb08dbcbf8c83489e2f575fa0e50edf6d5",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_cf57f",
                            table="accounts_consent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="consent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="no_truncate",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF current_setting('trunkline.allow_flush', true) IS DISTINCT FROM 'on' THEN\n                RAISE EXCEPTION 'rows of % are never removed', TG_TABLE_NAME\n                    USING ERRCODE = 'integrity_constraint_violation';\n            END IF;\n            RETURN NULL;\n        ",
                            hash="4d389197d3ec923f77e82257c778be1236250776",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_no_truncate_bb165",
                            table="accounts_consent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="consent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_consentevent" ("account_id", "at", "brand_id", "channel", "evidence", "id", "language", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "source", "statement", "text_version", "topic") VALUES (NEW."account_id", NEW."at", NEW."brand_id", NEW."channel", NEW."evidence", NEW."id", NEW."language", NEW."person_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."recorded_at", NEW."source", NEW."statement", NEW."text_version", NEW."topic"); RETURN NULL;',
                            hash="e0aa52b89d74f3fd3fbbe4581b7dc398c1b76a70",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_5fc84",
                            table="accounts_consent",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="consent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "accounts_consentevent" ("account_id", "at", "brand_id", "channel", "evidence", "id", "language", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "source", "statement", "text_version", "topic") VALUES (NEW."account_id", NEW."at", NEW."brand_id", NEW."channel", NEW."evidence", NEW."id", NEW."language", NEW."person_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."recorded_at", NEW."source", NEW."statement", NEW."text_version", NEW."topic"); RETURN NULL;',
                            hash="02a858adec4836062841cb286d5bdcf38c606bb7",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_3484d",
                            table="accounts_consent",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="consent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_consentevent" ("account_id", "at", "brand_id", "channel", "evidence", "id", "language", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "source", "statement", "text_version", "topic") VALUES (OLD."account_id", OLD."at", OLD."brand_id", OLD."channel", OLD."evidence", OLD."id", OLD."language", OLD."person_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."recorded_at", OLD."source", OLD."statement", OLD."text_version", OLD."topic"); RETURN NULL;',
                            hash="912d4356db74dac24db5f238d4112c7931ff3aa8",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_f0b48",
                            table="accounts_consent",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="acceptance",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            (
                                "method__in",
                                ("portal", "signature", "phone", "in_person", "email", "letter"),
                            )
                        ),
                        name="acceptance_method_is_known",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="acceptance",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("accepted_by", ""), _negated=True),
                        name="acceptance_names_somebody",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="acceptance",
                    trigger=pgtrigger.compiler.Trigger(
                        name="frozen",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            RAISE EXCEPTION 'rows of % never change', TG_TABLE_NAME\n                USING ERRCODE = 'integrity_constraint_violation';\n        ",
                            hash="e4a601e3b5db0680bb34d78968c08a29a79184f4",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_044d5",
                            table="accounts_acceptance",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="acceptance",
                    trigger=pgtrigger.compiler.Trigger(
                        name="no_truncate",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF current_setting('trunkline.allow_flush', true) IS DISTINCT FROM 'on' THEN\n                RAISE EXCEPTION 'rows of % are never removed', TG_TABLE_NAME\n                    USING ERRCODE = 'integrity_constraint_violation';\n            END IF;\n            RETURN NULL;\n        ",
                            hash="37a8f3135a3586a31faba982e7e4822a85485887",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_no_truncate_2e09d",
                            table="accounts_acceptance",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="personevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="ab12179ca78ae034abb9ebf88853b5337e7aa9ef",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_ba890",
                            table="accounts_personevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="quiethours",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_quiethoursevent" ("holidays", "id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quiet_from", "quiet_until", "sundays", "zone") VALUES (NEW."holidays", NEW."id", NEW."person_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."quiet_from", NEW."quiet_until", NEW."sundays", NEW."zone"); RETURN NULL;',
                            hash="ed6f7696ad802b3254accb122bc22ff9a011ee50",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_18ba1",
                            table="accounts_quiethours",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="quiethours",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "accounts_quiethoursevent" ("holidays", "id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quiet_from", "quiet_until", "sundays", "zone") VALUES (NEW."holidays", NEW."id", NEW."person_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."quiet_from", NEW."quiet_until", NEW."sundays", NEW."zone"); RETURN NULL;',
                            hash="3f8c96d3d8704aecd83139febda9b8e717181320",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_a20e6",
                            table="accounts_quiethours",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="quiethours",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_quiethoursevent" ("holidays", "id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quiet_from", "quiet_until", "sundays", "zone") VALUES (OLD."holidays", OLD."id", OLD."person_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."quiet_from", OLD."quiet_until", OLD."sundays", OLD."zone"); RETURN NULL;',
                            hash="19e7994d86f16ab3180e6a81e3eb881b273079f1",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_4dede",
                            table="accounts_quiethours",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="quiethoursevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="16c39999098f394111ed09e40c68ecec9a4dc076",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_9299c",
                            table="accounts_quiethoursevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="servicenumber",
                    constraint=models.UniqueConstraint(
                        fields=("brand", "number"), name="service_number_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="servicenumber",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("number__regex", "^[A-Za-z0-9._@-]+$")),
                        name="service_number_is_plain",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="servicenumber",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                (
                                    "free",
                                    "reserved",
                                    "assigned",
                                    "quarantined",
                                    "ported_out",
                                    "retired",
                                ),
                            )
                        ),
                        name="service_number_state_is_known",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="servicenumber",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("quarantined_until__isnull", False), ("state", "quarantined")
                            ),
                            models.Q(
                                models.Q(("state", "quarantined"), _negated=True),
                                ("quarantined_until__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="service_number_quarantine_has_an_end",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="servicenumber",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reserved_until__isnull", False), ("state", "reserved")),
                            models.Q(
                                models.Q(("state", "reserved"), _negated=True),
                                ("reserved_until__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="service_number_reservation_has_an_end",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="servicenumber",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "ported_out"), _negated=True),
                            ("ported_out_on__isnull", False),
                            _connector="OR",
                        ),
                        name="service_number_ported_out_has_a_day",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="servicenumber",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("ported_in_on__isnull", True),
                            ("ported_out_on__isnull", True),
                            ("ported_out_on__gte", models.F("ported_in_on")),
                            _connector="OR",
                        ),
                        name="service_number_goes_after_it_came",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="servicenumber",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_servicenumberevent" ("brand_id", "id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pool_id", "ported_in_from", "ported_in_on", "ported_out_on", "ported_out_to", "quarantined_until", "reserved_until", "state") VALUES (NEW."brand_id", NEW."id", NEW."number", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."pool_id", NEW."ported_in_from", NEW."ported_in_on", NEW."ported_out_on", NEW."ported_out_to", NEW."quarantined_until", NEW."reserved_until", NEW."state"); RETURN NULL;',
                            hash="2a59554945c998a81c924390d5d4dee59312d339",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_81f13",
                            table="accounts_servicenumber",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="servicenumber",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "accounts_servicenumberevent" ("brand_id", "id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pool_id", "ported_in_from", "ported_in_on", "ported_out_on", "ported_out_to", "quarantined_until", "reserved_until", "state") VALUES (NEW."brand_id", NEW."id", NEW."number", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."pool_id", NEW."ported_in_from", NEW."ported_in_on", NEW."ported_out_on", NEW."ported_out_to", NEW."quarantined_until", NEW."reserved_until", NEW."state"); RETURN NULL;',
                            hash="5308c89195040e70567e55e5bb2747d98e40795f",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_409e2",
                            table="accounts_servicenumber",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="servicenumber",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_servicenumberevent" ("brand_id", "id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pool_id", "ported_in_from", "ported_in_on", "ported_out_on", "ported_out_to", "quarantined_until", "reserved_until", "state") VALUES (OLD."brand_id", OLD."id", OLD."number", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."pool_id", OLD."ported_in_from", OLD."ported_in_on", OLD."ported_out_on", OLD."ported_out_to", OLD."quarantined_until", OLD."reserved_until", OLD."state"); RETURN NULL;',
                            hash="62dc27b174a04a2e4db1f2c5e600ee30ef485d25",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_d0abd",
                            table="accounts_servicenumber",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="servicenumberevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="02dc0e91c167b65c015a88505b39eb05c91058f0",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_57293",
                            table="accounts_servicenumberevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="simpool",
                    constraint=models.UniqueConstraint(
                        fields=("brand", "code"), name="sim_pool_code_once"
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="simpool",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_simpoolevent" ("brand_id", "code", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."brand_id", NEW."code", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;',
                            hash="ebd0375b5bbf09e415c0e8056227197fd631ed27",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_0f66f",
                            table="accounts_simpool",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="simpool",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "accounts_simpoolevent" ("brand_id", "code", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."brand_id", NEW."code", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;',
                            hash="8a5d7030f270c592d09c5180624776fe15bbb875",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_2d687",
                            table="accounts_simpool",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="simpool",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_simpoolevent" ("brand_id", "code", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."brand_id", OLD."code", OLD."id", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id"); RETURN NULL;',
                            hash="a967c7898641bff3d31bee279bb3e2a2d042493e",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_bee52",
                            table="accounts_simpool",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="simevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="ef6f4ce08e522026b3f0c77bdb399423da63921d",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_50d4e",
                            table="accounts_simevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="sim",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("iccid__regex", "^89[0-9]{16,18}$")),
                        name="sim_iccid_is_plain",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="sim",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("imsi", ""), ("imsi__regex", "^[0-9]{14,15}$"), _connector="OR"
                        ),
                        name="sim_imsi_is_plain",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="sim",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("imsi", ""), _negated=True),
                        fields=("imsi",),
                        name="sim_imsi_once",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="sim",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("puk", ""), ("puk__regex", "^[0-9]{8}$"), _connector="OR"
                        ),
                        name="sim_puk_is_plain",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="sim",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ("in_stock", "assigned", "blocked", "retired"))
                        ),
                        name="sim_state_is_known",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="sim",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("kind__in", ("card", "esim"))), name="sim_kind_is_known"
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="sim",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_simevent" ("brand_id", "iccid", "id", "imsi", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pool_id", "state") VALUES (NEW."brand_id", NEW."iccid", NEW."id", NEW."imsi", NEW."kind", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."pool_id", NEW."state"); RETURN NULL;',
                            hash="ea7fefaacac3516bffa3985223a7701e31881df6",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_44542",
                            table="accounts_sim",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="sim",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id") OR OLD."iccid" IS DISTINCT FROM (NEW."iccid") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."imsi" IS DISTINCT FROM (NEW."imsi") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."pool_id" IS DISTINCT FROM (NEW."pool_id") OR OLD."state" IS DISTINCT FROM (NEW."state"))',
                            func='INSERT INTO "accounts_simevent" ("brand_id", "iccid", "id", "imsi", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pool_id", "state") VALUES (NEW."brand_id", NEW."iccid", NEW."id", NEW."imsi", NEW."kind", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."pool_id", NEW."state"); RETURN NULL;',
                            hash="290727a0b4225b6af84ff9756b43408f0374fdf7",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_0edd9",
                            table="accounts_sim",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="sim",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_simevent" ("brand_id", "iccid", "id", "imsi", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pool_id", "state") VALUES (OLD."brand_id", OLD."iccid", OLD."id", OLD."imsi", OLD."kind", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."pool_id", OLD."state"); RETURN NULL;',
                            hash="5c4c1f4799e7206a0049a47a98ffcb3ba6df2a98",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_0a4d4",
                            table="accounts_sim",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="simpoolevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="c8f601c6daad0d6763bfe0ccf0045066309ba45f",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_3741c",
                            table="accounts_simpoolevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="subscription",
                    constraint=models.UniqueConstraint(
                        fields=("account", "code"), name="subscription_code_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="subscription",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="subscription_ends_after_it_starts",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="subscription",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_subscriptionevent" ("account_id", "code", "ends_on", "id", "label", "location_id", "ordered_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_on") VALUES (NEW."account_id", NEW."code", NEW."ends_on", NEW."id", NEW."label", NEW."location_id", NEW."ordered_on", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."starts_on"); RETURN NULL;',
                            hash="3bb8c1f2195c962966d57bbd0914dcf59f6bd652",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_0ee69",
                            table="accounts_subscription",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="subscription",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "accounts_subscriptionevent" ("account_id", "code", "ends_on", "id", "label", "location_id", "ordered_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_on") VALUES (NEW."account_id", NEW."code", NEW."ends_on", NEW."id", NEW."label", NEW."location_id", NEW."ordered_on", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."starts_on"); RETURN NULL;',
                            hash="ce21b7600a995fdb41811a3d80e3bb3c57a06db2",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_b4ce7",
                            table="accounts_subscription",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="subscription",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_subscriptionevent" ("account_id", "code", "ends_on", "id", "label", "location_id", "ordered_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_on") VALUES (OLD."account_id", OLD."code", OLD."ends_on", OLD."id", OLD."label", OLD."location_id", OLD."ordered_on", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."starts_on"); RETURN NULL;',
                            hash="7f1b3a6a24a70fa189b340cfe2bcebb9666c3da7",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_2ea23",
                            table="accounts_subscription",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="simassignmentevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="e411c8baa72fc1cbe53f53758892fd1f765033b1",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_cea3f",
                            table="accounts_simassignmentevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="simassignment",
                    constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=(("sim", "="), ("during", "&&")),
                        name="sim_one_subscription_at_a_time",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="simassignment",
                    constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=(("subscription", "="), ("during", "&&")),
                        name="subscription_one_sim_at_a_time",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="simassignment",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("during__isempty", False)),
                        name="sim_assignment_span_not_empty",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="simassignment",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_simassignmentevent" ("during", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sim_id", "subscription_id") VALUES (NEW."during", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."sim_id", NEW."subscription_id"); RETURN NULL;',
                            hash="ef4c69e1f9b4dbbfcefa66095606e565041945fe",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_cfa5f",
                            table="accounts_simassignment",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="simassignment",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "accounts_simassignmentevent" ("during", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sim_id", "subscription_id") VALUES (NEW."during", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."sim_id", NEW."subscription_id"); RETURN NULL;',
                            hash="a1eec253dc87b0712c971b115d8108ec4da9d295",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_ec05a",
                            table="accounts_simassignment",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="simassignment",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_simassignmentevent" ("during", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sim_id", "subscription_id") VALUES (OLD."during", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."sim_id", OLD."subscription_id"); RETURN NULL;',
                            hash="29c6a2431421bef3915854e898f7b99812656e16",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_acfce",
                            table="accounts_simassignment",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="orderitemevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="7d0eb9bfafc1fb934c9d9d4d8e168344007d965e",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_88a85",
                            table="accounts_orderitemevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="orderitem",
                    constraint=models.UniqueConstraint(
                        fields=("order", "position"), name="order_item_position_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="orderitem",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                (
                                    "new_subscription",
                                    "plan_change",
                                    "add_on",
                                    "pause",
                                    "resume",
                                    "cancel",
                                    "number_change",
                                    "sim_change",
                                ),
                            )
                        ),
                        name="order_item_kind_is_known",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="orderitem",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("kind", "new_subscription"),
                            ("subscription__isnull", False),
                            _connector="OR",
                        ),
                        name="order_item_names_a_subscription",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="orderitem",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind__in", ("new_subscription", "plan_change", "add_on")),
                                _negated=True,
                            ),
                            ("plan__isnull", False),
                            _connector="OR",
                        ),
                        name="order_item_names_a_plan",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="orderitem",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind__in", ("new_subscription", "add_on")), _negated=True),
                            models.Q(("code", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="order_item_names_a_code",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="orderitem",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_orderitemevent" ("code", "details", "id", "kind", "order_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "position", "subscription_id") VALUES (NEW."code", NEW."details", NEW."id", NEW."kind", NEW."order_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."plan_id", NEW."position", NEW."subscription_id"); RETURN NULL;',
                            hash="3604ab58f920f603b108869ecfc0f455c8e2cef9",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_6351f",
                            table="accounts_orderitem",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="orderitem",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "accounts_orderitemevent" ("code", "details", "id", "kind", "order_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "position", "subscription_id") VALUES (NEW."code", NEW."details", NEW."id", NEW."kind", NEW."order_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."plan_id", NEW."position", NEW."subscription_id"); RETURN NULL;',
                            hash="fb565ca7e03e7dc4c9d970bd36b87822ca6f708d",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_76961",
                            table="accounts_orderitem",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="orderitem",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_orderitemevent" ("code", "details", "id", "kind", "order_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "position", "subscription_id") VALUES (OLD."code", OLD."details", OLD."id", OLD."kind", OLD."order_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."plan_id", OLD."position", OLD."subscription_id"); RETURN NULL;',
                            hash="e5d0a038334d66ea1867893afdf39c66f11239b8",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_509a9",
                            table="accounts_orderitem",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="numberassignmentevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="51a1fa7c73a29f468134878fa5cc632eeb0c286b",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_4fd78",
                            table="accounts_numberassignmentevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="numberassignment",
                    constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=(("number", "="), ("during", "&&")),
                        name="number_one_subscription_at_a_time",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="numberassignment",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("during__isempty", False)),
                        name="number_assignment_span_not_empty",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="numberassignment",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_numberassignmentevent" ("during", "id", "number_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "subscription_id") VALUES (NEW."during", NEW."id", NEW."number_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."subscription_id"); RETURN NULL;',
                            hash="c380e7eed3119d6edd33c52a47bb4a8a0df41dc1",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_0adc5",
                            table="accounts_numberassignment",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="numberassignment",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "accounts_numberassignmentevent" ("during", "id", "number_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "subscription_id") VALUES (NEW."during", NEW."id", NEW."number_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."subscription_id"); RETURN NULL;',
                            hash="a33587a5e61d1880a4cdb24e5c39c20ceae4e45b",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_fc913",
                            table="accounts_numberassignment",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="numberassignment",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_numberassignmentevent" ("during", "id", "number_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "subscription_id") VALUES (OLD."during", OLD."id", OLD."number_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."subscription_id"); RETURN NULL;',
                            hash="689650212444b03d92b7f3c63720ce559254410c",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_29649",
                            table="accounts_numberassignment",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="membershiplineevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="08952aae022c046b5287e1a95af9e7dd7a161d17",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_53683",
                            table="accounts_membershiplineevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="membershipline",
                    constraint=models.UniqueConstraint(
                        fields=("membership", "subscription"), name="membership_line_once"
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="membershipline",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_membershiplineevent" ("id", "membership_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "subscription_id") VALUES (NEW."id", NEW."membership_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."subscription_id"); RETURN NULL;',
                            hash="b0426983ae5e673a9729a7be73f814b621c8ec5f",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_af7ca",
                            table="accounts_membershipline",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="membershipline",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "accounts_membershiplineevent" ("id", "membership_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "subscription_id") VALUES (NEW."id", NEW."membership_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."subscription_id"); RETURN NULL;',
                            hash="419aabb28e9f3e19d9ca79be1a2ffed0721d86ba",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_9c291",
                            table="accounts_membershipline",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="membershipline",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_membershiplineevent" ("id", "membership_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "subscription_id") VALUES (OLD."id", OLD."membership_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."subscription_id"); RETURN NULL;',
                            hash="bdfbfd03babe758a7ff47acfc8973f4c2129e8fa",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_a059c",
                            table="accounts_membershipline",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="subscriptionaddon",
                    constraint=models.UniqueConstraint(
                        fields=("subscription", "code"), name="subscription_add_on_code_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="subscriptionaddon",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="subscription_add_on_ends_after_it_starts",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="subscriptionaddon",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_subscriptionaddonevent" ("code", "ends_on", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "starts_on", "subscription_id") VALUES (NEW."code", NEW."ends_on", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."plan_id", NEW."starts_on", NEW."subscription_id"); RETURN NULL;',
                            hash="55062c9d21f32659562ab208578fb6da8fee84fc",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_84872",
                            table="accounts_subscriptionaddon",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="subscriptionaddon",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "accounts_subscriptionaddonevent" ("code", "ends_on", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "starts_on", "subscription_id") VALUES (NEW."code", NEW."ends_on", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."plan_id", NEW."starts_on", NEW."subscription_id"); RETURN NULL;',
                            hash="bb6e589580086fdf38b61c66416a375a05130d54",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_fc34b",
                            table="accounts_subscriptionaddon",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="subscriptionaddon",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_subscriptionaddonevent" ("code", "ends_on", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "starts_on", "subscription_id") VALUES (OLD."code", OLD."ends_on", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."plan_id", OLD."starts_on", OLD."subscription_id"); RETURN NULL;',
                            hash="5f0343d57178f43177e60e3f8b3290ce60708f96",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_cff6d",
                            table="accounts_subscriptionaddon",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="subscriptionaddonevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="50c945c82867c121a8e54c379c41b03e022497ea",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_0fae6",
                            table="accounts_subscriptionaddonevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="subscriptioncancellation",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("taken_back_at__isnull", True)),
                        fields=("subscription",),
                        name="subscription_cancelled_once",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="subscriptioncancellation",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            (
                                "reason__in",
                                (
                                    "moved",
                                    "price",
                                    "quality",
                                    "competitor",
                                    "no_need",
                                    "withdrawn",
                                    "unpaid",
                                    "deceased",
                                    "other",
                                ),
                            )
                        ),
                        name="subscription_cancellation_reason_is_known",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="subscriptioncancellation",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_subscriptioncancellationevent" ("costs", "effective_on", "id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "requested_at", "requested_by", "subscription_id", "taken_back_at") VALUES (NEW."costs", NEW."effective_on", NEW."id", NEW."note", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reason", NEW."requested_at", NEW."requested_by", NEW."subscription_id", NEW."taken_back_at"); RETURN NULL;',
                            hash="9dc105710615569bd914b9401ea5f217d9a2e4f3",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_82fa6",
                            table="accounts_subscriptioncancellation",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="subscriptioncancellation",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "accounts_subscriptioncancellationevent" ("costs", "effective_on", "id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "requested_at", "requested_by", "subscription_id", "taken_back_at") VALUES (NEW."costs", NEW."effective_on", NEW."id", NEW."note", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."requested_at", NEW."requested_by", NEW."subscription_id", NEW."taken_back_at"); RETURN NULL;',
                            hash="308993ca3a8fdfbbc8652d699720825fc26f5e24",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_e0a76",
                            table="accounts_subscriptioncancellation",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="subscriptioncancellation",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_subscriptioncancellationevent" ("costs", "effective_on", "id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "requested_at", "requested_by", "subscription_id", "taken_back_at") VALUES (OLD."costs", OLD."effective_on", OLD."id", OLD."note", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reason", OLD."requested_at", OLD."requested_by", OLD."subscription_id", OLD."taken_back_at"); RETURN NULL;',
                            hash="97eba516885fef0ca40733165f03dfc8fcdcaabd",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_792ea",
                            table="accounts_subscriptioncancellation",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="subscriptioncancellationevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="17430f95f83b79a8a92a146716922ef0f5bf39a1",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_d528e",
                            table="accounts_subscriptioncancellationevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="subscriptionevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="9e40c5c71f0c1f380d99899eeaa2c427ff965744",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_f39a4",
                            table="accounts_subscriptionevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="subscriptionpause",
                    constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=(("subscription", "="), ("during", "&&")),
                        name="subscription_one_pause_at_a_time",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="subscriptionpause",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("during__isempty", False)),
                        name="subscription_pause_span_not_empty",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="subscriptionpause",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("during__startswith__isnull", False)),
                        name="subscription_pause_has_a_start",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="subscriptionpause",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_subscriptionpauseevent" ("during", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "subscription_id") VALUES (NEW."during", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reason", NEW."subscription_id"); RETURN NULL;',
                            hash="d1bc617cdd8d586e90973bc37eae36d2bbc8a1c1",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_c4b38",
                            table="accounts_subscriptionpause",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="subscriptionpause",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "accounts_subscriptionpauseevent" ("during", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "subscription_id") VALUES (NEW."during", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."subscription_id"); RETURN NULL;',
                            hash="5a78a6dda9458466f071060d323cb21a70ce1aa4",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_e6675",
                            table="accounts_subscriptionpause",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="subscriptionpause",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_subscriptionpauseevent" ("during", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "subscription_id") VALUES (OLD."during", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reason", OLD."subscription_id"); RETURN NULL;',
                            hash="96e7454279fe08227d59516adef3ef86458c414c",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_e2697",
                            table="accounts_subscriptionpause",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="subscriptionpauseevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="d353c3358efe617a9a81d7a2e385702b25f97d98",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_9d8ba",
                            table="accounts_subscriptionpauseevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="subscriptionplan",
                    constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=(("subscription", "="), ("during", "&&")),
                        name="subscription_one_plan_at_a_time",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="subscriptionplan",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("during__isempty", False)),
                        name="subscription_plan_span_not_empty",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="subscriptionplan",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_subscriptionplanevent" ("during", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "subscription_id") VALUES (NEW."during", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."plan_id", NEW."subscription_id"); RETURN NULL;',
                            hash="60460dd0c04744c98c6f06c21f9c0dd57bf17d14",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_f40cd",
                            table="accounts_subscriptionplan",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="subscriptionplan",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "accounts_subscriptionplanevent" ("during", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "subscription_id") VALUES (NEW."during", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."plan_id", NEW."subscription_id"); RETURN NULL;',
                            hash="172b7f96cd8bd0579767087e3a11343274739aa2",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_f45b5",
                            table="accounts_subscriptionplan",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="subscriptionplan",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_subscriptionplanevent" ("during", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "subscription_id") VALUES (OLD."during", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."plan_id", OLD."subscription_id"); RETURN NULL;',
                            hash="a0b7b5e75c4ccbf2a838ea7d38881ff99e103a3c",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_be4f5",
                            table="accounts_subscriptionplan",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="subscriptionplanevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="84f0e57493492a1edbd9c24f59822f1f62b176f2",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_244f3",
                            table="accounts_subscriptionplanevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="subscriptionterm",
                    constraint=models.UniqueConstraint(
                        fields=("subscription", "bound_from"), name="subscription_term_start_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="subscriptionterm",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("bound_until__gte", models.F("bound_from"))),
                        name="subscription_term_ends_after_it_starts",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="subscriptionterm",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("months__lte", 120), ("notice_days__lte", 730)),
                        name="subscription_term_is_of_bearable_length",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="subscriptionterm",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_subscriptiontermevent" ("bound_from", "bound_until", "id", "months", "notice_days", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_version_id", "subscription_id") VALUES (NEW."bound_from", NEW."bound_until", NEW."id", NEW."months", NEW."notice_days", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."plan_version_id", NEW."subscription_id"); RETURN NULL;',
                            hash="5fd4be8acc3bf6b8082989c5d03e37a36ac9c9ac",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_2ac7c",
                            table="accounts_subscriptionterm",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="subscriptionterm",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "accounts_subscriptiontermevent" ("bound_from", "bound_until", "id", "months", "notice_days", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_version_id", "subscription_id") VALUES (NEW."bound_from", NEW."bound_until", NEW."id", NEW."months", NEW."notice_days", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."plan_version_id", NEW."subscription_id"); RETURN NULL;',
                            hash="ac11de1d2376c84571e83c1d4fb0879e8eff6902",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_cadd8",
                            table="accounts_subscriptionterm",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="subscriptionterm",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_subscriptiontermevent" ("bound_from", "bound_until", "id", "months", "notice_days", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_version_id", "subscription_id") VALUES (OLD."bound_from", OLD."bound_until", OLD."id", OLD."months", OLD."notice_days", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."plan_version_id", OLD."subscription_id"); RETURN NULL;',
                            hash="a723a03b3698f25ac8883b25e807e93ea672ca81",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_0dca9",
                            table="accounts_subscriptionterm",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="subscriptiontermevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="4568cc4a56c2fdba74d5e989b0cf9d3e2bded333",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_b2bdf",
                            table="accounts_subscriptiontermevent",
                            when="BEFORE",
                        ),
                    ),
                ),
            ]
        ),
    ]
