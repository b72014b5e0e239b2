"""All tables of this app at once, for databases that are made now; others take the steps."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.math
import django.db.models.lookups
import pgtrigger.compiler
import pgtrigger.migrations
import psycopg.types.range
from decimal import Decimal
from django.db import migrations, models

from core.migration_speed import CreateTogether


# A band is always one of the deck of the row that names it.
BAND_OF_ITS_DECK = """
    ALTER TABLE catalog_bandhours ADD CONSTRAINT band_hours_band_of_its_deck
        FOREIGN KEY (deck_id, band_id) REFERENCES catalog_timeband (deck_id, id)
        DEFERRABLE INITIALLY DEFERRED;
"""


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("catalog", "0001_initial"),
        ("catalog", "0002_initial"),
        ("catalog", "0003_rates_without_spare_indexes"),
        ("catalog", "0004_offers_terms_and_drafts"),
        ("catalog", "0005_rates_bands_and_suppliers"),
        ("catalog", "0006_rates_without_foreign_keys"),
        ("catalog", "0007_who_may_publish_prices"),
        ("catalog", "0008_history"),
    ]

    dependencies = [
        ("core", "0001_squashed_0006_history"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        CreateTogether(
            [
                migrations.CreateModel(
                    name="Allowance",
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
                        (
                            "description",
                            models.JSONField(help_text="What the customer reads, by language."),
                        ),
                        (
                            "unit",
                            models.CharField(
                                choices=[
                                    ("seconds", "seconds"),
                                    ("messages", "messages"),
                                    ("bytes", "bytes"),
                                    ("money", "money"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "quantity",
                            models.DecimalField(
                                blank=True,
                                decimal_places=6,
                                help_text="Empty: no limit.",
                                max_digits=20,
                                null=True,
                            ),
                        ),
                        (
                            "usage_types",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("voice", "voice (seconds)"),
                                        ("sms", "SMS (messages)"),
                                        ("data", "data (bytes)"),
                                    ],
                                    max_length=10,
                                ),
                                size=None,
                            ),
                        ),
                        (
                            "scope",
                            models.CharField(
                                choices=[
                                    ("own", "one subscription"),
                                    ("shared", "one quantity for the account"),
                                    ("pooled", "the account's subscriptions together"),
                                ],
                                default="own",
                                max_length=10,
                            ),
                        ),
                        (
                            "priority",
                            models.PositiveSmallIntegerField(
                                default=100, help_text="The lowest is used first."
                            ),
                        ),
                        (
                            "expires_after_days",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="Days from its grant; empty: it ends with its usage period.",
                                null=True,
                            ),
                        ),
                        ("roll_over_periods", models.PositiveSmallIntegerField(default=0)),
                        (
                            "roll_over_cap",
                            models.DecimalField(
                                blank=True,
                                decimal_places=6,
                                help_text="Empty: all of it.",
                                max_digits=20,
                                null=True,
                            ),
                        ),
                        (
                            "proration",
                            models.CharField(
                                choices=[
                                    ("full", "in full, also for a part period"),
                                    ("days", "by days"),
                                ],
                                default="full",
                                max_length=10,
                            ),
                        ),
                        ("connection_fee_when_covered", models.BooleanField(default=False)),
                        ("position", models.PositiveSmallIntegerField(default=0)),
                    ],
                    options={
                        "ordering": ("version", "position", "id"),
                    },
                ),
                migrations.CreateModel(
                    name="BandHours",
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
                            "weekday",
                            models.PositiveSmallIntegerField(
                                blank=True, help_text="1 is Monday, 7 is Sunday.", null=True
                            ),
                        ),
                        ("date", models.DateField(blank=True, null=True)),
                        (
                            "holidays_of",
                            models.CharField(
                                blank=True,
                                help_text="Public holidays of this country (ISO 3166).",
                                max_length=2,
                            ),
                        ),
                        ("minutes", django.contrib.postgres.fields.ranges.IntegerRangeField()),
                    ],
                    options={
                        "verbose_name_plural": "band hours",
                        "ordering": ("band", "weekday", "date", "minutes"),
                    },
                ),
                migrations.CreateModel(
                    name="Charge",
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
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("recurring", "recurring"),
                                    ("one_off", "one-off"),
                                    ("usage", "by usage"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "description",
                            models.JSONField(help_text="What the customer reads, by language."),
                        ),
                        ("price", models.DecimalField(decimal_places=6, default=0, max_digits=18)),
                        (
                            "months",
                            models.PositiveSmallIntegerField(
                                default=1, help_text="Length of the charge period."
                            ),
                        ),
                        (
                            "timing",
                            models.CharField(
                                choices=[("advance", "in advance"), ("arrears", "in arrears")],
                                default="advance",
                                max_length=10,
                            ),
                        ),
                        (
                            "proration",
                            models.CharField(
                                choices=[
                                    ("daily", "by days"),
                                    ("none", "a part period costs nothing"),
                                    ("full", "a part period costs the full price"),
                                ],
                                default="daily",
                                max_length=10,
                            ),
                        ),
                        (
                            "taken_at",
                            models.CharField(
                                choices=[
                                    ("start", "when the subscription or add-on starts"),
                                    ("change", "whenever the plan is taken, also by a plan change"),
                                    ("order", "when it is ordered"),
                                    ("end", "when the subscription or add-on ends"),
                                ],
                                default="start",
                                max_length=10,
                            ),
                        ),
                        (
                            "pricing",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("per_unit", "by the rate deck"),
                                    ("graduated", "graduated: each tier at its price"),
                                    ("volume", "volume: everything at the tier reached"),
                                    ("package", "package: each block started"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "usage_types",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("voice", "voice (seconds)"),
                                        ("sms", "SMS (messages)"),
                                        ("data", "data (bytes)"),
                                    ],
                                    max_length=10,
                                ),
                                blank=True,
                                default=list,
                                size=None,
                            ),
                        ),
                        (
                            "per",
                            models.PositiveBigIntegerField(
                                blank=True,
                                help_text="Units a price is for; in a package, those of a block.",
                                null=True,
                            ),
                        ),
                        ("discountable", models.BooleanField(default=True)),
                        (
                            "counts_toward_minimum",
                            models.BooleanField(
                                default=False,
                                help_text="Whether it counts towards the plan's minimum spend.",
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField(default=0)),
                    ],
                    options={
                        "ordering": ("version", "position", "id"),
                    },
                ),
                migrations.CreateModel(
                    name="TaxCategory",
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
                                unique=True,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[A-Za-z0-9][A-Za-z0-9._-]*$",
                                        "Use letters, digits, dot, dash and underscore only.",
                                    )
                                ],
                            ),
                        ),
                        ("name", models.CharField(max_length=100)),
                    ],
                    options={
                        "verbose_name_plural": "tax categories",
                        "ordering": ("code",),
                    },
                ),
                migrations.CreateModel(
                    name="TaxCategoryEvent",
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
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="TaxRate",
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
                            "treatment",
                            models.CharField(
                                choices=[
                                    ("S", "standard rate"),
                                    ("Z", "zero rated"),
                                    ("E", "exempt"),
                                    ("AE", "reverse charge"),
                                ],
                                default="S",
                                max_length=2,
                            ),
                        ),
                        (
                            "rate",
                            models.DecimalField(
                                decimal_places=4, help_text="Per cent.", max_digits=7
                            ),
                        ),
                        (
                            "reason",
                            models.JSONField(
                                blank=True,
                                default=dict,
                                help_text="Printed reason by language, where tax is not charged.",
                            ),
                        ),
                        (
                            "during",
                            django.contrib.postgres.fields.ranges.DateRangeField(
                                help_text="From this date, until before that one."
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("legal_entity", "category", "during"),
                    },
                ),
                migrations.CreateModel(
                    name="TaxRateEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        (
                            "treatment",
                            models.CharField(
                                choices=[
                                    ("S", "standard rate"),
                                    ("Z", "zero rated"),
                                    ("E", "exempt"),
                                    ("AE", "reverse charge"),
                                ],
                                default="S",
                                max_length=2,
                            ),
                        ),
                        (
                            "rate",
                            models.DecimalField(
                                decimal_places=4, help_text="Per cent.", max_digits=7
                            ),
                        ),
                        (
                            "reason",
                            models.JSONField(
                                blank=True,
                                default=dict,
                                help_text="Printed reason by language, where tax is not charged.",
                            ),
                        ),
                        (
                            "during",
                            django.contrib.postgres.fields.ranges.DateRangeField(
                                help_text="From this date, until before that one."
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="TerminationStep",
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
                        ("from_month", models.PositiveSmallIntegerField()),
                        ("fee", models.DecimalField(decimal_places=6, max_digits=18)),
                    ],
                    options={
                        "ordering": ("version", "from_month"),
                    },
                ),
                migrations.CreateModel(
                    name="TerminationStepEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("from_month", models.PositiveSmallIntegerField()),
                        ("fee", models.DecimalField(decimal_places=6, max_digits=18)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="TimeBand",
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
                    ],
                    options={
                        "ordering": ("deck", "code"),
                    },
                ),
                migrations.CreateModel(
                    name="TimeBandEvent",
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
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="UsageCategory",
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
                        (
                            "name",
                            models.JSONField(help_text="What the customer reads, by language."),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "usage categories",
                        "ordering": ("brand", "code"),
                    },
                ),
                migrations.CreateModel(
                    name="UsageCategoryEvent",
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
                        (
                            "name",
                            models.JSONField(help_text="What the customer reads, by language."),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="AllowanceDestination",
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
                            "allowance",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="destinations",
                                to="catalog.allowance",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("allowance", "group"),
                    },
                ),
                migrations.CreateModel(
                    name="Bundle",
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
                        (
                            "name",
                            models.JSONField(help_text="What the customer reads, by language."),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[("draft", "draft"), ("published", "published")],
                                default="draft",
                                max_length=10,
                            ),
                        ),
                        ("published_at", models.DateTimeField(blank=True, null=True)),
                        ("published_by", models.CharField(blank=True, max_length=200)),
                        (
                            "available",
                            django.contrib.postgres.fields.ranges.DateRangeField(
                                help_text="From this date, until before that one."
                            ),
                        ),
                        (
                            "brand",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="bundles",
                                to="core.brand",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("brand", "code"),
                    },
                ),
                migrations.CreateModel(
                    name="ChargeCategory",
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
                            "charge",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="categories",
                                to="catalog.charge",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "charge categories",
                        "ordering": ("charge", "category"),
                    },
                ),
                migrations.CreateModel(
                    name="ChargeCategoryEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        (
                            "charge",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="catalog.charge",
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
                                to="catalog.chargecategory",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="ChargeDestination",
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
                            "charge",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="destinations",
                                to="catalog.charge",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("charge", "group"),
                    },
                ),
                migrations.CreateModel(
                    name="ChargeTier",
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
                            "up_to",
                            models.PositiveBigIntegerField(
                                blank=True, help_text="Empty: no limit.", null=True
                            ),
                        ),
                        ("price", models.DecimalField(decimal_places=6, max_digits=18)),
                        (
                            "charge",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="tiers",
                                to="catalog.charge",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("charge", models.OrderBy(models.F("up_to"), nulls_last=True)),
                    },
                ),
                migrations.CreateModel(
                    name="ChargeTierEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        (
                            "up_to",
                            models.PositiveBigIntegerField(
                                blank=True, help_text="Empty: no limit.", null=True
                            ),
                        ),
                        ("price", models.DecimalField(decimal_places=6, max_digits=18)),
                        (
                            "charge",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="catalog.charge",
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
                                to="catalog.chargetier",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="DestinationGroup",
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
                        (
                            "name",
                            models.JSONField(help_text="What the customer reads, by language."),
                        ),
                        (
                            "brand",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="destination_groups",
                                to="core.brand",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("brand", "code"),
                    },
                ),
                migrations.CreateModel(
                    name="ChargeDestinationEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        (
                            "charge",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="catalog.charge",
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
                                to="catalog.chargedestination",
                            ),
                        ),
                        (
                            "group",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="catalog.destinationgroup",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.AddField(
                    model_name="chargedestination",
                    name="group",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="charges",
                        to="catalog.destinationgroup",
                    ),
                ),
                migrations.CreateModel(
                    name="AllowanceDestinationEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        (
                            "allowance",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="catalog.allowance",
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
                                to="catalog.allowancedestination",
                            ),
                        ),
                        (
                            "group",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="catalog.destinationgroup",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.AddField(
                    model_name="allowancedestination",
                    name="group",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="allowances",
                        to="catalog.destinationgroup",
                    ),
                ),
                migrations.CreateModel(
                    name="DestinationGroupEvent",
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
                        (
                            "name",
                            models.JSONField(help_text="What the customer reads, by language."),
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
                                to="catalog.destinationgroup",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="DestinationPrefix",
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
                        ("prefix", models.CharField(max_length=15)),
                        (
                            "during",
                            django.contrib.postgres.fields.ranges.DateRangeField(
                                help_text="From this date, until before that one."
                            ),
                        ),
                        (
                            "group",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="prefixes",
                                to="catalog.destinationgroup",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "destination prefixes",
                        "ordering": ("group", "prefix", "during"),
                    },
                ),
                migrations.CreateModel(
                    name="DestinationPrefixEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("prefix", models.CharField(max_length=15)),
                        (
                            "during",
                            django.contrib.postgres.fields.ranges.DateRangeField(
                                help_text="From this date, until before that one."
                            ),
                        ),
                        (
                            "group",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="catalog.destinationgroup",
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
                                to="catalog.destinationprefix",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Discount",
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
                        (
                            "name",
                            models.JSONField(help_text="What the customer reads, by language."),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[("draft", "draft"), ("published", "published")],
                                default="draft",
                                max_length=10,
                            ),
                        ),
                        ("published_at", models.DateTimeField(blank=True, null=True)),
                        ("published_by", models.CharField(blank=True, max_length=200)),
                        (
                            "kind",
                            models.CharField(
                                choices=[("percent", "per cent"), ("amount", "amount")],
                                max_length=10,
                            ),
                        ),
                        (
                            "value",
                            models.DecimalField(
                                decimal_places=6,
                                help_text="Per cent, or an amount for each month.",
                                max_digits=18,
                            ),
                        ),
                        (
                            "level",
                            models.CharField(
                                choices=[("line", "on each line"), ("invoice", "on the invoice")],
                                default="line",
                                max_length=10,
                            ),
                        ),
                        (
                            "charge_kinds",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=10),
                                blank=True,
                                default=list,
                                help_text="Empty: all.",
                                size=None,
                            ),
                        ),
                        (
                            "available",
                            django.contrib.postgres.fields.ranges.DateRangeField(
                                help_text="From this date, until before that one."
                            ),
                        ),
                        (
                            "months",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="How long it holds; empty: for good.",
                                null=True,
                            ),
                        ),
                        (
                            "stacking",
                            models.CharField(
                                choices=[
                                    ("add", "beside others, of the full price"),
                                    ("compound", "beside others, of what is left"),
                                    ("alone", "never with others"),
                                ],
                                default="add",
                                max_length=10,
                            ),
                        ),
                        (
                            "priority",
                            models.PositiveSmallIntegerField(
                                default=100, help_text="The lowest comes first."
                            ),
                        ),
                        (
                            "brand",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="discounts",
                                to="core.brand",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("brand", "code"),
                    },
                ),
                migrations.CreateModel(
                    name="BundleEvent",
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
                        (
                            "name",
                            models.JSONField(help_text="What the customer reads, by language."),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[("draft", "draft"), ("published", "published")],
                                default="draft",
                                max_length=10,
                            ),
                        ),
                        ("published_at", models.DateTimeField(blank=True, null=True)),
                        ("published_by", models.CharField(blank=True, max_length=200)),
                        (
                            "available",
                            django.contrib.postgres.fields.ranges.DateRangeField(
                                help_text="From this date, until before that one."
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
                                to="catalog.bundle",
                            ),
                        ),
                        (
                            "discount",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="catalog.discount",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.AddField(
                    model_name="bundle",
                    name="discount",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bundles",
                        to="catalog.discount",
                    ),
                ),
                migrations.CreateModel(
                    name="DiscountEvent",
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
                        (
                            "name",
                            models.JSONField(help_text="What the customer reads, by language."),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[("draft", "draft"), ("published", "published")],
                                default="draft",
                                max_length=10,
                            ),
                        ),
                        ("published_at", models.DateTimeField(blank=True, null=True)),
                        ("published_by", models.CharField(blank=True, max_length=200)),
                        (
                            "kind",
                            models.CharField(
                                choices=[("percent", "per cent"), ("amount", "amount")],
                                max_length=10,
                            ),
                        ),
                        (
                            "value",
                            models.DecimalField(
                                decimal_places=6,
                                help_text="Per cent, or an amount for each month.",
                                max_digits=18,
                            ),
                        ),
                        (
                            "level",
                            models.CharField(
                                choices=[("line", "on each line"), ("invoice", "on the invoice")],
                                default="line",
                                max_length=10,
                            ),
                        ),
                        (
                            "charge_kinds",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=10),
                                blank=True,
                                default=list,
                                help_text="Empty: all.",
                                size=None,
                            ),
                        ),
                        (
                            "available",
                            django.contrib.postgres.fields.ranges.DateRangeField(
                                help_text="From this date, until before that one."
                            ),
                        ),
                        (
                            "months",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="How long it holds; empty: for good.",
                                null=True,
                            ),
                        ),
                        (
                            "stacking",
                            models.CharField(
                                choices=[
                                    ("add", "beside others, of the full price"),
                                    ("compound", "beside others, of what is left"),
                                    ("alone", "never with others"),
                                ],
                                default="add",
                                max_length=10,
                            ),
                        ),
                        (
                            "priority",
                            models.PositiveSmallIntegerField(
                                default=100, help_text="The lowest comes first."
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
                                to="catalog.discount",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Plan",
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
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("plan", "plan"),
                                    ("add_on", "add-on"),
                                    ("one_off", "one-off purchase"),
                                ],
                                default="plan",
                                max_length=10,
                            ),
                        ),
                        ("name", models.JSONField(help_text="By language.")),
                        (
                            "sold_from",
                            models.DateField(
                                blank=True,
                                help_text="First day on which it may be taken; empty: always.",
                                null=True,
                            ),
                        ),
                        (
                            "sold_until",
                            models.DateField(
                                blank=True,
                                help_text="First day on which it may no longer be taken.",
                                null=True,
                            ),
                        ),
                        (
                            "brand",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="plans",
                                to="core.brand",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("brand", "code"),
                    },
                ),
                migrations.CreateModel(
                    name="DiscountTarget",
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
                            "discount",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="targets",
                                to="catalog.discount",
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="discount_targets",
                                to="catalog.plan",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("discount", "id"),
                    },
                ),
                migrations.CreateModel(
                    name="BundlePart",
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
                            "bundle",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="parts",
                                to="catalog.bundle",
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="bundle_parts",
                                to="catalog.plan",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("bundle", "id"),
                    },
                ),
                migrations.CreateModel(
                    name="PlanVersion",
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
                            "state",
                            models.CharField(
                                choices=[("draft", "draft"), ("published", "published")],
                                default="draft",
                                max_length=10,
                            ),
                        ),
                        ("starts_on", models.DateField()),
                        ("published_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "published_by",
                            models.CharField(
                                blank=True,
                                help_text="Who, or the file it came from.",
                                max_length=200,
                            ),
                        ),
                        (
                            "adoption",
                            models.CharField(
                                choices=[
                                    ("renewal", "everybody, at the next charge period"),
                                    ("term_end", "everybody, when the contract term ends"),
                                    ("new_only", "new customers only"),
                                ],
                                default="renewal",
                                max_length=10,
                            ),
                        ),
                        (
                            "summary",
                            models.JSONField(
                                blank=True,
                                default=dict,
                                help_text="What it is in a sentence, by language.",
                            ),
                        ),
                        (
                            "exclusions",
                            models.JSONField(
                                blank=True,
                                default=dict,
                                help_text="What is not included, by language.",
                            ),
                        ),
                        (
                            "term_months",
                            models.PositiveSmallIntegerField(
                                default=0,
                                help_text="Months for which the customer is bound; 0: none.",
                            ),
                        ),
                        ("notice_days", models.PositiveSmallIntegerField(default=0)),
                        (
                            "trial_days",
                            models.PositiveSmallIntegerField(
                                default=0, help_text="Recurring charges start after so many days."
                            ),
                        ),
                        (
                            "minimum_spend",
                            models.DecimalField(
                                decimal_places=6,
                                default=0,
                                help_text="For each usage period; 0: none.",
                                max_digits=18,
                            ),
                        ),
                        (
                            "termination",
                            models.CharField(
                                choices=[
                                    ("none", "no fee"),
                                    ("remaining_months", "for each month left of the term"),
                                    ("schedule", "by a falling schedule"),
                                ],
                                default="none",
                                max_length=20,
                            ),
                        ),
                        (
                            "termination_share",
                            models.DecimalField(
                                blank=True,
                                decimal_places=4,
                                help_text="Per cent of the monthly recurring charges, for each month left.",
                                max_digits=7,
                                null=True,
                            ),
                        ),
                        (
                            "termination_amount",
                            models.DecimalField(
                                blank=True,
                                decimal_places=6,
                                help_text="Amount for each month left.",
                                max_digits=18,
                                null=True,
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="versions",
                                to="catalog.plan",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("plan", "starts_on"),
                        "permissions": (
                            ("publish_planversion", "Can publish drafted prices as second person"),
                        ),
                    },
                ),
                migrations.CreateModel(
                    name="DeckAssignment",
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
                            "usage_type",
                            models.CharField(
                                choices=[
                                    ("voice", "voice (seconds)"),
                                    ("sms", "SMS (messages)"),
                                    ("data", "data (bytes)"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="deck_assignments",
                                to="catalog.planversion",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("version", "usage_type"),
                    },
                ),
                migrations.CreateModel(
                    name="ChargeEvent",
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
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("recurring", "recurring"),
                                    ("one_off", "one-off"),
                                    ("usage", "by usage"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "description",
                            models.JSONField(help_text="What the customer reads, by language."),
                        ),
                        ("price", models.DecimalField(decimal_places=6, default=0, max_digits=18)),
                        (
                            "months",
                            models.PositiveSmallIntegerField(
                                default=1, help_text="Length of the charge period."
                            ),
                        ),
                        (
                            "timing",
                            models.CharField(
                                choices=[("advance", "in advance"), ("arrears", "in arrears")],
                                default="advance",
                                max_length=10,
                            ),
                        ),
                        (
                            "proration",
                            models.CharField(
                                choices=[
                                    ("daily", "by days"),
                                    ("none", "a part period costs nothing"),
                                    ("full", "a part period costs the full price"),
                                ],
                                default="daily",
                                max_length=10,
                            ),
                        ),
                        (
                            "taken_at",
                            models.CharField(
                                choices=[
                                    ("start", "when the subscription or add-on starts"),
                                    ("change", "whenever the plan is taken, also by a plan change"),
                                    ("order", "when it is ordered"),
                                    ("end", "when the subscription or add-on ends"),
                                ],
                                default="start",
                                max_length=10,
                            ),
                        ),
                        (
                            "pricing",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("per_unit", "by the rate deck"),
                                    ("graduated", "graduated: each tier at its price"),
                                    ("volume", "volume: everything at the tier reached"),
                                    ("package", "package: each block started"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "usage_types",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("voice", "voice (seconds)"),
                                        ("sms", "SMS (messages)"),
                                        ("data", "data (bytes)"),
                                    ],
                                    max_length=10,
                                ),
                                blank=True,
                                default=list,
                                size=None,
                            ),
                        ),
                        (
                            "per",
                            models.PositiveBigIntegerField(
                                blank=True,
                                help_text="Units a price is for; in a package, those of a block.",
                                null=True,
                            ),
                        ),
                        ("discountable", models.BooleanField(default=True)),
                        (
                            "counts_toward_minimum",
                            models.BooleanField(
                                default=False,
                                help_text="Whether it counts towards the plan's minimum spend.",
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField(default=0)),
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
                                to="catalog.charge",
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="catalog.planversion",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.AddField(
                    model_name="charge",
                    name="version",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="charges",
                        to="catalog.planversion",
                    ),
                ),
                migrations.CreateModel(
                    name="AllowanceEvent",
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
                        (
                            "description",
                            models.JSONField(help_text="What the customer reads, by language."),
                        ),
                        (
                            "unit",
                            models.CharField(
                                choices=[
                                    ("seconds", "seconds"),
                                    ("messages", "messages"),
                                    ("bytes", "bytes"),
                                    ("money", "money"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "quantity",
                            models.DecimalField(
                                blank=True,
                                decimal_places=6,
                                help_text="Empty: no limit.",
                                max_digits=20,
                                null=True,
                            ),
                        ),
                        (
                            "usage_types",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("voice", "voice (seconds)"),
                                        ("sms", "SMS (messages)"),
                                        ("data", "data (bytes)"),
                                    ],
                                    max_length=10,
                                ),
                                size=None,
                            ),
                        ),
                        (
                            "scope",
                            models.CharField(
                                choices=[
                                    ("own", "one subscription"),
                                    ("shared", "one quantity for the account"),
                                    ("pooled", "the account's subscriptions together"),
                                ],
                                default="own",
                                max_length=10,
                            ),
                        ),
                        (
                            "priority",
                            models.PositiveSmallIntegerField(
                                default=100, help_text="The lowest is used first."
                            ),
                        ),
                        (
                            "expires_after_days",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="Days from its grant; empty: it ends with its usage period.",
                                null=True,
                            ),
                        ),
                        ("roll_over_periods", models.PositiveSmallIntegerField(default=0)),
                        (
                            "roll_over_cap",
                            models.DecimalField(
                                blank=True,
                                decimal_places=6,
                                help_text="Empty: all of it.",
                                max_digits=20,
                                null=True,
                            ),
                        ),
                        (
                            "proration",
                            models.CharField(
                                choices=[
                                    ("full", "in full, also for a part period"),
                                    ("days", "by days"),
                                ],
                                default="full",
                                max_length=10,
                            ),
                        ),
                        ("connection_fee_when_covered", models.BooleanField(default=False)),
                        ("position", models.PositiveSmallIntegerField(default=0)),
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
                                to="catalog.allowance",
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="catalog.planversion",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.AddField(
                    model_name="allowance",
                    name="version",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="allowances",
                        to="catalog.planversion",
                    ),
                ),
                migrations.CreateModel(
                    name="PlanVersionEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        (
                            "state",
                            models.CharField(
                                choices=[("draft", "draft"), ("published", "published")],
                                default="draft",
                                max_length=10,
                            ),
                        ),
                        ("starts_on", models.DateField()),
                        ("published_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "published_by",
                            models.CharField(
                                blank=True,
                                help_text="Who, or the file it came from.",
                                max_length=200,
                            ),
                        ),
                        (
                            "adoption",
                            models.CharField(
                                choices=[
                                    ("renewal", "everybody, at the next charge period"),
                                    ("term_end", "everybody, when the contract term ends"),
                                    ("new_only", "new customers only"),
                                ],
                                default="renewal",
                                max_length=10,
                            ),
                        ),
                        (
                            "summary",
                            models.JSONField(
                                blank=True,
                                default=dict,
                                help_text="What it is in a sentence, by language.",
                            ),
                        ),
                        (
                            "exclusions",
                            models.JSONField(
                                blank=True,
                                default=dict,
                                help_text="What is not included, by language.",
                            ),
                        ),
                        (
                            "term_months",
                            models.PositiveSmallIntegerField(
                                default=0,
                                help_text="Months for which the customer is bound; 0: none.",
                            ),
                        ),
                        ("notice_days", models.PositiveSmallIntegerField(default=0)),
                        (
                            "trial_days",
                            models.PositiveSmallIntegerField(
                                default=0, help_text="Recurring charges start after so many days."
                            ),
                        ),
                        (
                            "minimum_spend",
                            models.DecimalField(
                                decimal_places=6,
                                default=0,
                                help_text="For each usage period; 0: none.",
                                max_digits=18,
                            ),
                        ),
                        (
                            "termination",
                            models.CharField(
                                choices=[
                                    ("none", "no fee"),
                                    ("remaining_months", "for each month left of the term"),
                                    ("schedule", "by a falling schedule"),
                                ],
                                default="none",
                                max_length=20,
                            ),
                        ),
                        (
                            "termination_share",
                            models.DecimalField(
                                blank=True,
                                decimal_places=4,
                                help_text="Per cent of the monthly recurring charges, for each month left.",
                                max_digits=7,
                                null=True,
                            ),
                        ),
                        (
                            "termination_amount",
                            models.DecimalField(
                                blank=True,
                                decimal_places=6,
                                help_text="Amount for each month left.",
                                max_digits=18,
                                null=True,
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
                                to="catalog.planversion",
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
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Product",
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
                        ("name", models.JSONField(help_text="By language.")),
                        (
                            "service",
                            models.CharField(
                                choices=[
                                    ("mobile", "mobile"),
                                    ("broadband", "broadband"),
                                    ("tv", "TV"),
                                    ("voice", "fixed voice (VoIP)"),
                                    ("other", "other"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("revenue_account", models.CharField(default="3000", max_length=20)),
                        (
                            "brand",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="products",
                                to="core.brand",
                            ),
                        ),
                        (
                            "tax_category",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="products",
                                to="catalog.taxcategory",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("brand", "code"),
                    },
                ),
                migrations.CreateModel(
                    name="PlanEvent",
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
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("plan", "plan"),
                                    ("add_on", "add-on"),
                                    ("one_off", "one-off purchase"),
                                ],
                                default="plan",
                                max_length=10,
                            ),
                        ),
                        ("name", models.JSONField(help_text="By language.")),
                        (
                            "sold_from",
                            models.DateField(
                                blank=True,
                                help_text="First day on which it may be taken; empty: always.",
                                null=True,
                            ),
                        ),
                        (
                            "sold_until",
                            models.DateField(
                                blank=True,
                                help_text="First day on which it may no longer be taken.",
                                null=True,
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
                                to="catalog.plan",
                            ),
                        ),
                        (
                            "product",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="catalog.product",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.AddField(
                    model_name="plan",
                    name="product",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plans",
                        to="catalog.product",
                    ),
                ),
                migrations.CreateModel(
                    name="EligibilityRule",
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
                            "kind",
                            models.CharField(
                                choices=[
                                    ("customer_kind", "is a consumer, or a business"),
                                    ("requires", "has a plan, or a plan of a product"),
                                    ("excludes", "does not have a plan, or a plan of a product"),
                                    ("tenure", "has been a customer for some months"),
                                    ("place", "gets it in some countries or postcodes"),
                                    ("promotion", "was given a promotion"),
                                    ("new_customer", "is a new customer"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("customer_kind", models.CharField(blank=True, max_length=10)),
                        ("months", models.PositiveSmallIntegerField(blank=True, null=True)),
                        (
                            "countries",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=2),
                                blank=True,
                                default=list,
                                help_text="ISO 3166 codes.",
                                size=None,
                            ),
                        ),
                        (
                            "postcodes",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=12),
                                blank=True,
                                default=list,
                                help_text="Beginnings of postcodes.",
                                size=None,
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField(default=0)),
                        (
                            "other_plan",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="rules_that_name_it",
                                to="catalog.plan",
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="eligibility_rules",
                                to="catalog.plan",
                            ),
                        ),
                        (
                            "product",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="rules_that_name_it",
                                to="catalog.product",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("plan", "promotion", "position", "id"),
                    },
                ),
                migrations.CreateModel(
                    name="DiscountTargetEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        (
                            "discount",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="catalog.discount",
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
                                to="catalog.discounttarget",
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
                            "product",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="catalog.product",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.AddField(
                    model_name="discounttarget",
                    name="product",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="discount_targets",
                        to="catalog.product",
                    ),
                ),
                migrations.CreateModel(
                    name="BundlePartEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        (
                            "bundle",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="catalog.bundle",
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
                                to="catalog.bundlepart",
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
                            "product",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="catalog.product",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.AddField(
                    model_name="bundlepart",
                    name="product",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bundle_parts",
                        to="catalog.product",
                    ),
                ),
                migrations.CreateModel(
                    name="Promotion",
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
                        (
                            "name",
                            models.JSONField(help_text="What the customer reads, by language."),
                        ),
                        (
                            "promotion_code",
                            models.CharField(
                                blank=True,
                                help_text="What the customer gives, in capitals; empty: none is asked.",
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
                            "available",
                            django.contrib.postgres.fields.ranges.DateRangeField(
                                help_text="From this date, until before that one."
                            ),
                        ),
                        (
                            "uses_limit",
                            models.PositiveIntegerField(
                                blank=True,
                                help_text="How many accounts may have it; empty: all.",
                                null=True,
                            ),
                        ),
                        (
                            "brand",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="promotions",
                                to="core.brand",
                            ),
                        ),
                        (
                            "discount",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="promotions",
                                to="catalog.discount",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("brand", "code"),
                    },
                ),
                migrations.CreateModel(
                    name="EligibilityRuleEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("customer_kind", "is a consumer, or a business"),
                                    ("requires", "has a plan, or a plan of a product"),
                                    ("excludes", "does not have a plan, or a plan of a product"),
                                    ("tenure", "has been a customer for some months"),
                                    ("place", "gets it in some countries or postcodes"),
                                    ("promotion", "was given a promotion"),
                                    ("new_customer", "is a new customer"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("customer_kind", models.CharField(blank=True, max_length=10)),
                        ("months", models.PositiveSmallIntegerField(blank=True, null=True)),
                        (
                            "countries",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=2),
                                blank=True,
                                default=list,
                                help_text="ISO 3166 codes.",
                                size=None,
                            ),
                        ),
                        (
                            "postcodes",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=12),
                                blank=True,
                                default=list,
                                help_text="Beginnings of postcodes.",
                                size=None,
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField(default=0)),
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
                                to="catalog.eligibilityrule",
                            ),
                        ),
                        (
                            "other_plan",
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
                            "product",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="catalog.product",
                            ),
                        ),
                        (
                            "needed_promotion",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="catalog.promotion",
                            ),
                        ),
                        (
                            "promotion",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="catalog.promotion",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.AddField(
                    model_name="eligibilityrule",
                    name="needed_promotion",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rules_that_name_it",
                        to="catalog.promotion",
                    ),
                ),
                migrations.AddField(
                    model_name="eligibilityrule",
                    name="promotion",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="eligibility_rules",
                        to="catalog.promotion",
                    ),
                ),
                migrations.CreateModel(
                    name="PromotionEvent",
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
                        (
                            "name",
                            models.JSONField(help_text="What the customer reads, by language."),
                        ),
                        (
                            "promotion_code",
                            models.CharField(
                                blank=True,
                                help_text="What the customer gives, in capitals; empty: none is asked.",
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
                            "available",
                            django.contrib.postgres.fields.ranges.DateRangeField(
                                help_text="From this date, until before that one."
                            ),
                        ),
                        (
                            "uses_limit",
                            models.PositiveIntegerField(
                                blank=True,
                                help_text="How many accounts may have it; empty: all.",
                                null=True,
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
                            "discount",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="catalog.discount",
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
                                to="catalog.promotion",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="RateDeck",
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
                            "direction",
                            models.CharField(
                                choices=[
                                    ("sell", "sell: what a brand's customers pay"),
                                    ("buy", "buy: what a supplier takes"),
                                ],
                                default="sell",
                                max_length=4,
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                max_length=40,
                                unique=True,
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
                            "usage_type",
                            models.CharField(
                                choices=[
                                    ("voice", "voice (seconds)"),
                                    ("sms", "SMS (messages)"),
                                    ("data", "data (bytes)"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("currency", models.CharField(max_length=3)),
                        ("zone", models.CharField(max_length=60)),
                        (
                            "per",
                            models.PositiveBigIntegerField(
                                default=60,
                                help_text="Units a price is for, where a rate names none: 60 seconds …",
                            ),
                        ),
                        ("decimals", models.PositiveSmallIntegerField(default=6)),
                        (
                            "rounding",
                            models.CharField(
                                choices=[
                                    ("half_up", "half away from zero"),
                                    ("up", "away from zero"),
                                    ("down", "toward zero"),
                                ],
                                default="half_up",
                                max_length=10,
                            ),
                        ),
                        (
                            "band_rule",
                            models.CharField(
                                choices=[
                                    ("start", "the whole event by the band it starts in"),
                                    ("split", "cut at the bands' edges"),
                                ],
                                default="start",
                                max_length=5,
                            ),
                        ),
                        (
                            "margin_floor",
                            models.DecimalField(
                                blank=True,
                                decimal_places=3,
                                help_text="Per cent of the price.",
                                max_digits=6,
                                null=True,
                            ),
                        ),
                        (
                            "brand",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="decks",
                                to="core.brand",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("code",),
                    },
                ),
                migrations.CreateModel(
                    name="DeckAssignmentEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        (
                            "usage_type",
                            models.CharField(
                                choices=[
                                    ("voice", "voice (seconds)"),
                                    ("sms", "SMS (messages)"),
                                    ("data", "data (bytes)"),
                                ],
                                max_length=10,
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
                                to="catalog.deckassignment",
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="catalog.planversion",
                            ),
                        ),
                        (
                            "deck",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="catalog.ratedeck",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.AddField(
                    model_name="deckassignment",
                    name="deck",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="catalog.ratedeck",
                    ),
                ),
                migrations.CreateModel(
                    name="BandHoursEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        (
                            "weekday",
                            models.PositiveSmallIntegerField(
                                blank=True, help_text="1 is Monday, 7 is Sunday.", null=True
                            ),
                        ),
                        ("date", models.DateField(blank=True, null=True)),
                        (
                            "holidays_of",
                            models.CharField(
                                blank=True,
                                help_text="Public holidays of this country (ISO 3166).",
                                max_length=2,
                            ),
                        ),
                        ("minutes", django.contrib.postgres.fields.ranges.IntegerRangeField()),
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
                                to="catalog.bandhours",
                            ),
                        ),
                        (
                            "deck",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="catalog.ratedeck",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.AddField(
                    model_name="bandhours",
                    name="deck",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="catalog.ratedeck",
                    ),
                ),
                migrations.CreateModel(
                    name="RateImport",
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
                        ("file_name", models.CharField(max_length=200)),
                        ("sha256", models.CharField(max_length=64)),
                        ("starts_on", models.DateField()),
                        ("added", models.PositiveIntegerField(default=0)),
                        ("changed", models.PositiveIntegerField(default=0)),
                        ("ended", models.PositiveIntegerField(default=0)),
                        ("unchanged", models.PositiveIntegerField(default=0)),
                        ("imported_at", models.DateTimeField()),
                        (
                            "imported_by",
                            models.CharField(
                                blank=True, help_text="Who took the file in.", max_length=200
                            ),
                        ),
                        ("replaced", models.BinaryField(blank=True, null=True)),
                        ("reverted_at", models.DateTimeField(blank=True, null=True)),
                        ("reverted_by", models.CharField(blank=True, max_length=200)),
                        (
                            "deck",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="imports",
                                to="catalog.ratedeck",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("-id",),
                    },
                ),
                migrations.CreateModel(
                    name="Rate",
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
                        ("prefix", models.CharField(max_length=15)),
                        ("starts_on", models.DateField()),
                        ("ended", models.BooleanField(default=False)),
                        ("destination", models.CharField(blank=True, max_length=100)),
                        (
                            "connection_fee",
                            models.DecimalField(decimal_places=6, default=0, max_digits=18),
                        ),
                        ("per", models.PositiveBigIntegerField(default=60)),
                        ("first_increment", models.PositiveBigIntegerField(blank=True, null=True)),
                        (
                            "first_price",
                            models.DecimalField(
                                blank=True, decimal_places=6, max_digits=18, null=True
                            ),
                        ),
                        ("next_increment", models.PositiveBigIntegerField(default=1)),
                        ("price", models.DecimalField(decimal_places=6, default=0, max_digits=18)),
                        (
                            "max_charge",
                            models.DecimalField(decimal_places=6, default=0, max_digits=18),
                        ),
                        (
                            "steps",
                            models.CharField(
                                blank=True,
                                help_text="from:price:increment …, as 0:0.4:30 60:0.2:10",
                                max_length=500,
                            ),
                        ),
                        (
                            "deck",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="rates",
                                to="catalog.ratedeck",
                            ),
                        ),
                        (
                            "imported_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="rates",
                                to="catalog.rateimport",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("deck", "prefix", "starts_on"),
                    },
                ),
                migrations.CreateModel(
                    name="Supplier",
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
                                unique=True,
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
                            "currency",
                            models.CharField(
                                help_text="ISO 4217 code of its invoices.", max_length=3
                            ),
                        ),
                        ("contact_name", models.CharField(blank=True, max_length=200)),
                        ("contact_email", models.EmailField(blank=True, max_length=254)),
                        ("contact_phone", models.CharField(blank=True, max_length=40)),
                        (
                            "legal_entity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="suppliers",
                                to="core.legalentity",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("code",),
                    },
                ),
                migrations.CreateModel(
                    name="RateDeckEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        (
                            "direction",
                            models.CharField(
                                choices=[
                                    ("sell", "sell: what a brand's customers pay"),
                                    ("buy", "buy: what a supplier takes"),
                                ],
                                default="sell",
                                max_length=4,
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
                        ("name", models.CharField(max_length=200)),
                        (
                            "usage_type",
                            models.CharField(
                                choices=[
                                    ("voice", "voice (seconds)"),
                                    ("sms", "SMS (messages)"),
                                    ("data", "data (bytes)"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("currency", models.CharField(max_length=3)),
                        ("zone", models.CharField(max_length=60)),
                        (
                            "per",
                            models.PositiveBigIntegerField(
                                default=60,
                                help_text="Units a price is for, where a rate names none: 60 seconds …",
                            ),
                        ),
                        ("decimals", models.PositiveSmallIntegerField(default=6)),
                        (
                            "rounding",
                            models.CharField(
                                choices=[
                                    ("half_up", "half away from zero"),
                                    ("up", "away from zero"),
                                    ("down", "toward zero"),
                                ],
                                default="half_up",
                                max_length=10,
                            ),
                        ),
                        (
                            "band_rule",
                            models.CharField(
                                choices=[
                                    ("start", "the whole event by the band it starts in"),
                                    ("split", "cut at the bands' edges"),
                                ],
                                default="start",
                                max_length=5,
                            ),
                        ),
                        (
                            "margin_floor",
                            models.DecimalField(
                                blank=True,
                                decimal_places=3,
                                help_text="Per cent of the price.",
                                max_digits=6,
                                null=True,
                            ),
                        ),
                        (
                            "brand",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
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
                                to="catalog.ratedeck",
                            ),
                        ),
                        (
                            "supplier",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="catalog.supplier",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.AddField(
                    model_name="ratedeck",
                    name="supplier",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decks",
                        to="catalog.supplier",
                    ),
                ),
                migrations.CreateModel(
                    name="SupplierEvent",
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
                        ("name", models.CharField(max_length=200)),
                        (
                            "currency",
                            models.CharField(
                                help_text="ISO 4217 code of its invoices.", max_length=3
                            ),
                        ),
                        ("contact_name", models.CharField(blank=True, max_length=200)),
                        ("contact_email", models.EmailField(blank=True, max_length=254)),
                        ("contact_phone", models.CharField(blank=True, max_length=40)),
                        (
                            "legal_entity",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="core.legalentity",
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
                                to="catalog.supplier",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="ProductEvent",
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
                        ("name", models.JSONField(help_text="By language.")),
                        (
                            "service",
                            models.CharField(
                                choices=[
                                    ("mobile", "mobile"),
                                    ("broadband", "broadband"),
                                    ("tv", "TV"),
                                    ("voice", "fixed voice (VoIP)"),
                                    ("other", "other"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("revenue_account", models.CharField(default="3000", max_length=20)),
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
                                to="catalog.product",
                            ),
                        ),
                        (
                            "tax_category",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="catalog.taxcategory",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="taxcategory",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_taxcategoryevent" ("code", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."code", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;',
                            hash="964321e4be07fb07add3832ff42caff7567176bb",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_a8769",
                            table="catalog_taxcategory",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="taxcategory",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "catalog_taxcategoryevent" ("code", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."code", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;',
                            hash="414db4be9792f060386557dfc946c59495fb5daf",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_4e88a",
                            table="catalog_taxcategory",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="taxcategory",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_taxcategoryevent" ("code", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."code", OLD."id", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id"); RETURN NULL;',
                            hash="b2072dfe4a81b0a850713fde54925e1e58712d10",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_d7bab",
                            table="catalog_taxcategory",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddField(
                    model_name="taxcategoryevent",
                    name="pgh_context",
                    field=models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                migrations.AddField(
                    model_name="taxcategoryevent",
                    name="pgh_obj",
                    field=models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="catalog.taxcategory",
                    ),
                ),
                migrations.AddField(
                    model_name="taxrate",
                    name="category",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rates",
                        to="catalog.taxcategory",
                    ),
                ),
                migrations.AddField(
                    model_name="taxrate",
                    name="legal_entity",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tax_rates",
                        to="core.legalentity",
                    ),
                ),
                migrations.AddField(
                    model_name="taxrateevent",
                    name="category",
                    field=models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="catalog.taxcategory",
                    ),
                ),
                migrations.AddField(
                    model_name="taxrateevent",
                    name="legal_entity",
                    field=models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="core.legalentity",
                    ),
                ),
                migrations.AddField(
                    model_name="taxrateevent",
                    name="pgh_context",
                    field=models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                migrations.AddField(
                    model_name="taxrateevent",
                    name="pgh_obj",
                    field=models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="catalog.taxrate",
                    ),
                ),
                migrations.AddField(
                    model_name="terminationstep",
                    name="version",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="termination_steps",
                        to="catalog.planversion",
                    ),
                ),
                migrations.AddField(
                    model_name="terminationstepevent",
                    name="pgh_context",
                    field=models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                migrations.AddField(
                    model_name="terminationstepevent",
                    name="pgh_obj",
                    field=models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="catalog.terminationstep",
                    ),
                ),
                migrations.AddField(
                    model_name="terminationstepevent",
                    name="version",
                    field=models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="catalog.planversion",
                    ),
                ),
                migrations.AddField(
                    model_name="timeband",
                    name="deck",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bands",
                        to="catalog.ratedeck",
                    ),
                ),
                migrations.AddField(
                    model_name="rate",
                    name="band",
                    field=models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rates",
                        to="catalog.timeband",
                    ),
                ),
                migrations.AddField(
                    model_name="bandhoursevent",
                    name="band",
                    field=models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="catalog.timeband",
                    ),
                ),
                migrations.AddField(
                    model_name="bandhours",
                    name="band",
                    field=models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="hours",
                        to="catalog.timeband",
                    ),
                ),
                migrations.AddField(
                    model_name="timebandevent",
                    name="deck",
                    field=models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="catalog.ratedeck",
                    ),
                ),
                migrations.AddField(
                    model_name="timebandevent",
                    name="pgh_context",
                    field=models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                migrations.AddField(
                    model_name="timebandevent",
                    name="pgh_obj",
                    field=models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="catalog.timeband",
                    ),
                ),
                migrations.AddField(
                    model_name="usagecategory",
                    name="brand",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="usage_categories",
                        to="core.brand",
                    ),
                ),
                migrations.AddField(
                    model_name="rate",
                    name="category",
                    field=models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rates",
                        to="catalog.usagecategory",
                    ),
                ),
                migrations.AddField(
                    model_name="chargecategoryevent",
                    name="category",
                    field=models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="catalog.usagecategory",
                    ),
                ),
                migrations.AddField(
                    model_name="chargecategory",
                    name="category",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="usage_charges",
                        to="catalog.usagecategory",
                    ),
                ),
                migrations.AddField(
                    model_name="usagecategoryevent",
                    name="brand",
                    field=models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="core.brand",
                    ),
                ),
                migrations.AddField(
                    model_name="usagecategoryevent",
                    name="pgh_context",
                    field=models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                migrations.AddField(
                    model_name="usagecategoryevent",
                    name="pgh_obj",
                    field=models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="catalog.usagecategory",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="chargetier",
                    constraint=models.UniqueConstraint(
                        fields=("charge", "up_to"),
                        name="charge_tier_limit_once",
                        nulls_distinct=False,
                    ),
                ),
                migrations.AddConstraint(
                    model_name="chargetier",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("up_to__isnull", True), ("up_to__gte", 1), _connector="OR"
                        ),
                        name="charge_tier_limit_positive",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="chargetier",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("price__gte", 0), ("price__lt", Decimal("1000000000000"))
                        ),
                        name="charge_tier_is_a_price",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="chargetier",
                    trigger=pgtrigger.compiler.Trigger(
                        name="published_is_frozen",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            PERFORM 1 FROM catalog_planversion WHERE id IN (SELECT version_id FROM catalog_charge WHERE id IN (NEW.charge_id, OLD.charge_id)) ORDER BY id FOR SHARE;\n            IF EXISTS (\n                SELECT 1 FROM catalog_planversion WHERE id IN (SELECT version_id FROM catalog_charge WHERE id IN (NEW.charge_id, OLD.charge_id)) AND state = 'published'\n            ) THEN \n            RAISE EXCEPTION 'rows of % never change once they are published', TG_TABLE_NAME\n                USING ERRCODE = 'integrity_constraint_violation';\n\n            END IF;\n            IF TG_OP = 'DELETE' THEN\n                RETURN OLD;\n            END IF;\n            RETURN NEW;\n        ",
                            hash="83a57057d4d1c611a38900699f0775cd4cabc80a",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_published_is_frozen_f7938",
                            table="catalog_chargetier",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="chargetier",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_chargetierevent" ("charge_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "price", "up_to") VALUES (NEW."charge_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."price", NEW."up_to"); RETURN NULL;',
                            hash="c742f70ca5d5fd94cc6e2c34084d9fd26b9eed1d",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_519b6",
                            table="catalog_chargetier",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="chargetier",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "catalog_chargetierevent" ("charge_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "price", "up_to") VALUES (NEW."charge_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."price", NEW."up_to"); RETURN NULL;',
                            hash="e9e27c0a2197494bdee7479402da7910aac19300",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_2a802",
                            table="catalog_chargetier",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="chargetier",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_chargetierevent" ("charge_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "price", "up_to") VALUES (OLD."charge_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."price", OLD."up_to"); RETURN NULL;',
                            hash="140fc69c95b96160154860cab477c259be2c5fb5",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_6f785",
                            table="catalog_chargetier",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="chargetierevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="72c5a68fbb9778e1a343db394bcbb23a780a0c04",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_467e1",
                            table="catalog_chargetierevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="destinationgroup",
                    constraint=models.UniqueConstraint(
                        fields=("brand", "code"), name="destination_group_code_once_per_brand"
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="destinationgroup",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_destinationgroupevent" ("brand_id", "code", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."brand_id", NEW."code", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;',
                            hash="8ff516f8566c5ec741ff71ee82922e0825110c72",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_d733d",
                            table="catalog_destinationgroup",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="destinationgroup",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "catalog_destinationgroupevent" ("brand_id", "code", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."brand_id", NEW."code", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;',
                            hash="ec3fd4572e171be4613fa1bb8f4abb92142f5a03",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_14dfa",
                            table="catalog_destinationgroup",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="destinationgroup",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_destinationgroupevent" ("brand_id", "code", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."brand_id", OLD."code", OLD."id", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id"); RETURN NULL;',
                            hash="48b829212ac41da89e6f0a7c4337b2487b415a37",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_65b9d",
                            table="catalog_destinationgroup",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="chargedestinationevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="4fdcba4821d66ae0f932c1f0ff2fc08fcc76b701",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_5f194",
                            table="catalog_chargedestinationevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="chargedestination",
                    constraint=models.UniqueConstraint(
                        fields=("charge", "group"), name="charge_destination_once"
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="chargedestination",
                    trigger=pgtrigger.compiler.Trigger(
                        name="published_is_frozen",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            PERFORM 1 FROM catalog_planversion WHERE id IN (SELECT version_id FROM catalog_charge WHERE id IN (NEW.charge_id, OLD.charge_id)) ORDER BY id FOR SHARE;\n            IF EXISTS (\n                SELECT 1 FROM catalog_planversion WHERE id IN (SELECT version_id FROM catalog_charge WHERE id IN (NEW.charge_id, OLD.charge_id)) AND state = 'published'\n            ) THEN \n            RAISE EXCEPTION 'rows of % never change once they are published', TG_TABLE_NAME\n                USING ERRCODE = 'integrity_constraint_violation';\n\n            END IF;\n            IF TG_OP = 'DELETE' THEN\n                RETURN OLD;\n            END IF;\n            RETURN NEW;\n        ",
                            hash="deb2fac108ca455955885b56ad671a4e44e3cf0f",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_published_is_frozen_14b36",
                            table="catalog_chargedestination",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="chargedestination",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_chargedestinationevent" ("charge_id", "group_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."charge_id", NEW."group_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;',
                            hash="e7a710c3e3a6bd12e5090c5515fc6946ccf7b018",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_b6c25",
                            table="catalog_chargedestination",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="chargedestination",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "catalog_chargedestinationevent" ("charge_id", "group_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."charge_id", NEW."group_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;',
                            hash="962f27e83bc321bf3375da82e88566e6ba7610e7",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_d9577",
                            table="catalog_chargedestination",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="chargedestination",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_chargedestinationevent" ("charge_id", "group_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."charge_id", OLD."group_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id"); RETURN NULL;',
                            hash="384e88b63738d3381863e8b1e4a9140962ed756d",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_2dd89",
                            table="catalog_chargedestination",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="allowancedestinationevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="64350e8bb039da10957d3f78dae0ba23e4930667",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_6f16b",
                            table="catalog_allowancedestinationevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="allowancedestination",
                    constraint=models.UniqueConstraint(
                        fields=("allowance", "group"), name="allowance_destination_once"
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="allowancedestination",
                    trigger=pgtrigger.compiler.Trigger(
                        name="published_is_frozen",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            PERFORM 1 FROM catalog_planversion WHERE id IN (SELECT version_id FROM catalog_allowance WHERE id IN (NEW.allowance_id, OLD.allowance_id)) ORDER BY id FOR SHARE;\n            IF EXISTS (\n                SELECT 1 FROM catalog_planversion WHERE id IN (SELECT version_id FROM catalog_allowance WHERE id IN (NEW.allowance_id, OLD.allowance_id)) AND state = 'published'\n            ) THEN \n            RAISE EXCEPTION 'rows of % never change once they are published', TG_TABLE_NAME\n                USING ERRCODE = 'integrity_constraint_violation';\n\n            END IF;\n            IF TG_OP = 'DELETE' THEN\n                RETURN OLD;\n            END IF;\n            RETURN NEW;\n        ",
                            hash="4c68432ead363d88c38a8fad2dea1a767576181b",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_published_is_frozen_bf1b7",
                            table="catalog_allowancedestination",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="allowancedestination",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_allowancedestinationevent" ("allowance_id", "group_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."allowance_id", NEW."group_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;',
                            hash="d25c1442d42ba4c19aec40cb7fc863f2f1757db1",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_94660",
                            table="catalog_allowancedestination",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="allowancedestination",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "catalog_allowancedestinationevent" ("allowance_id", "group_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."allowance_id", NEW."group_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;',
                            hash="ead0238b683d348e8a918fca221c0a9d5483fc49",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_6057a",
                            table="catalog_allowancedestination",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="allowancedestination",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_allowancedestinationevent" ("allowance_id", "group_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."allowance_id", OLD."group_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id"); RETURN NULL;',
                            hash="7e5a30a0880b8ddb3e0391ff687fbd0d27461728",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_b606a",
                            table="catalog_allowancedestination",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="destinationgroupevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="5e77092d4879850b81ccb1a09a25ff9d4418b75d",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_15048",
                            table="catalog_destinationgroupevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="destinationprefix",
                    constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=(("group", "="), ("prefix", "="), ("during", "&&")),
                        name="destination_prefix_once_at_a_time",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="destinationprefix",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("prefix__regex", "^[0-9]{1,15}$")),
                        name="destination_prefix_is_digits",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="destinationprefix",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("during__isempty", False)),
                        name="destination_prefix_span_not_empty",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="destinationprefix",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_destinationprefixevent" ("during", "group_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prefix") VALUES (NEW."during", NEW."group_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."prefix"); RETURN NULL;',
                            hash="25c1a41f05d29e2fdaa26aaca3b5642fc1240054",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_09b9c",
                            table="catalog_destinationprefix",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="destinationprefix",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "catalog_destinationprefixevent" ("during", "group_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prefix") VALUES (NEW."during", NEW."group_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."prefix"); RETURN NULL;',
                            hash="1751fe7f29620c56952d2e7e889bc3e05716316f",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_1fa94",
                            table="catalog_destinationprefix",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="destinationprefix",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_destinationprefixevent" ("during", "group_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prefix") VALUES (OLD."during", OLD."group_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."prefix"); RETURN NULL;',
                            hash="d1d6114bffd0d4c7bc0a110a6c89765d826ad7b6",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_76772",
                            table="catalog_destinationprefix",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="destinationprefixevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="f53f40de31d7ac93c5e9eaf7ee98c8b0ab005849",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_4af0f",
                            table="catalog_destinationprefixevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="discount",
                    constraint=models.UniqueConstraint(
                        fields=("brand", "code"), name="discount_code_once_per_brand"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="discount",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("published_at__isnull", True),
                                ("published_by", ""),
                                ("state", "draft"),
                            ),
                            models.Q(
                                ("published_at__isnull", False),
                                ("state", "published"),
                                models.Q(("published_by", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="discount_published_says_when_and_by_whom",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="discount",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "percent"), ("value__gt", 0), ("value__lte", 100)),
                            models.Q(
                                ("kind", "amount"),
                                ("value__gt", 0),
                                ("value__gte", 0),
                                ("value__lt", Decimal("1000000000000")),
                            ),
                            _connector="OR",
                        ),
                        name="discount_value_fits_its_kind",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="discount",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("level__in", ("line", "invoice")),
                            ("stacking__in", ("add", "compound", "alone")),
                            ("charge_kinds__contained_by", ["recurring", "one_off", "usage"]),
                        ),
                        name="discount_words_are_known",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="discount",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("months__isnull", True),
                            models.Q(("months__gte", 1), ("months__lte", 120)),
                            _connector="OR",
                        ),
                        name="discount_months_1_to_120",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="discount",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("available__isempty", False)),
                        name="discount_span_not_empty",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="discount",
                    trigger=pgtrigger.compiler.Trigger(
                        name="published_is_frozen",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF OLD.state = 'published' AND (TG_OP = 'DELETE' OR to_jsonb(OLD) - 'available' IS DISTINCT FROM to_jsonb(NEW) - 'available') THEN \n            RAISE EXCEPTION 'rows of % never change once they are published', TG_TABLE_NAME\n                USING ERRCODE = 'integrity_constraint_violation';\n\n            END IF;\n            IF TG_OP = 'DELETE' THEN\n                RETURN OLD;\n            END IF;\n            RETURN NEW;\n        ",
                            hash="1d533bbfe72acdce94967c68d7e72ada90df4cbe",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_published_is_frozen_6a736",
                            table="catalog_discount",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="discount",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_discountevent" ("available", "brand_id", "charge_kinds", "code", "id", "kind", "level", "months", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "priority", "published_at", "published_by", "stacking", "state", "value") VALUES (NEW."available", NEW."brand_id", NEW."charge_kinds", NEW."code", NEW."id", NEW."kind", NEW."level", NEW."months", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."priority", NEW."published_at", NEW."published_by", NEW."stacking", NEW."state", NEW."value"); RETURN NULL;',
                            hash="2efabccec33e224e4cf981c076cdec3f3c6a19dd",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_d6535",
                            table="catalog_discount",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="discount",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "catalog_discountevent" ("available", "brand_id", "charge_kinds", "code", "id", "kind", "level", "months", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "priority", "published_at", "published_by", "stacking", "state", "value") VALUES (NEW."available", NEW."brand_id", NEW."charge_kinds", NEW."code", NEW."id", NEW."kind", NEW."level", NEW."months", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."priority", NEW."published_at", NEW."published_by", NEW."stacking", NEW."state", NEW."value"); RETURN NULL;',
                            hash="df6789e7742ee34522f92dee272863a550c06565",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_91177",
                            table="catalog_discount",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="discount",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_discountevent" ("available", "brand_id", "charge_kinds", "code", "id", "kind", "level", "months", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "priority", "published_at", "published_by", "stacking", "state", "value") VALUES (OLD."available", OLD."brand_id", OLD."charge_kinds", OLD."code", OLD."id", OLD."kind", OLD."level", OLD."months", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."priority", OLD."published_at", OLD."published_by", OLD."stacking", OLD."state", OLD."value"); RETURN NULL;',
                            hash="75aed4a2f9e9321e5c27e2d4f2f81c6d82d730df",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_02d83",
                            table="catalog_discount",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="bundleevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="c1bc87b48a2000de6cffd1b42397f5fe022331b4",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_dc840",
                            table="catalog_bundleevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="bundle",
                    constraint=models.UniqueConstraint(
                        fields=("brand", "code"), name="bundle_code_once_per_brand"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="bundle",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("published_at__isnull", True),
                                ("published_by", ""),
                                ("state", "draft"),
                            ),
                            models.Q(
                                ("published_at__isnull", False),
                                ("state", "published"),
                                models.Q(("published_by", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="bundle_published_says_when_and_by_whom",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="bundle",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("available__isempty", False)),
                        name="bundle_span_not_empty",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="bundle",
                    trigger=pgtrigger.compiler.Trigger(
                        name="published_is_frozen",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF OLD.state = 'published' AND (TG_OP = 'DELETE' OR to_jsonb(OLD) - 'available' IS DISTINCT FROM to_jsonb(NEW) - 'available') THEN \n            RAISE EXCEPTION 'rows of % never change once they are published', TG_TABLE_NAME\n                USING ERRCODE = 'integrity_constraint_violation';\n\n            END IF;\n            IF TG_OP = 'DELETE' THEN\n                RETURN OLD;\n            END IF;\n            RETURN NEW;\n        ",
                            hash="4c0e0f8a066b44ffc028e393a7e59ff12eaa390c",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_published_is_frozen_02bb5",
                            table="catalog_bundle",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="bundle",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_bundleevent" ("available", "brand_id", "code", "discount_id", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "published_by", "state") VALUES (NEW."available", NEW."brand_id", NEW."code", NEW."discount_id", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."published_at", NEW."published_by", NEW."state"); RETURN NULL;',
                            hash="03ba12ace6b11e836ac854427e548695b1307526",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_8b2fd",
                            table="catalog_bundle",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="bundle",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "catalog_bundleevent" ("available", "brand_id", "code", "discount_id", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "published_by", "state") VALUES (NEW."available", NEW."brand_id", NEW."code", NEW."discount_id", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."published_at", NEW."published_by", NEW."state"); RETURN NULL;',
                            hash="a447acbfe0e244d4f8d26e80ae70ff05bec2f573",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_079dc",
                            table="catalog_bundle",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="bundle",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_bundleevent" ("available", "brand_id", "code", "discount_id", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "published_by", "state") VALUES (OLD."available", OLD."brand_id", OLD."code", OLD."discount_id", OLD."id", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."published_at", OLD."published_by", OLD."state"); RETURN NULL;',
                            hash="d6b501a3539fd18158145e6137b47e27912553d3",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_01be8",
                            table="catalog_bundle",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="discountevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="7d049f8989399fdb6db7e6bec317f7040bae5bf3",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_576dd",
                            table="catalog_discountevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="planversion",
                    constraint=models.UniqueConstraint(
                        fields=("plan", "starts_on"), name="plan_version_start_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="planversion",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("published_at__isnull", True),
                                ("published_by", ""),
                                ("state", "draft"),
                            ),
                            models.Q(
                                ("published_at__isnull", False),
                                ("state", "published"),
                                models.Q(("published_by", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="plan_version_published_says_when_and_by_whom",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="planversion",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("adoption__in", ("renewal", "term_end", "new_only"))),
                        name="plan_version_adoption_is_known",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="planversion",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("notice_days__lte", 730),
                            ("term_months__lte", 120),
                            ("trial_days__lte", 730),
                        ),
                        name="plan_version_term_in_range",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="planversion",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("minimum_spend__gte", 0),
                            ("minimum_spend__lt", Decimal("1000000000000")),
                        ),
                        name="plan_version_minimum_is_a_price",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="planversion",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("termination__in", ("none", "schedule")),
                                ("termination_amount__isnull", True),
                                ("termination_share__isnull", True),
                            ),
                            models.Q(
                                ("termination", "remaining_months"),
                                ("termination_amount__isnull", True),
                                ("termination_share__gt", 0),
                                ("termination_share__lte", 100),
                            ),
                            models.Q(
                                ("termination", "remaining_months"),
                                ("termination_share__isnull", True),
                                ("termination_amount__isnull", False),
                                ("termination_amount__gte", 0),
                                ("termination_amount__lt", Decimal("1000000000000")),
                            ),
                            _connector="OR",
                        ),
                        name="plan_version_termination_is_whole",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="planversion",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("termination", "none"), ("term_months__gte", 1), _connector="OR"
                        ),
                        name="plan_version_termination_needs_a_term",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="planversion",
                    trigger=pgtrigger.compiler.Trigger(
                        name="published_is_frozen",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF OLD.state = 'published' THEN \n            RAISE EXCEPTION 'rows of % never change once they are published', TG_TABLE_NAME\n                USING ERRCODE = 'integrity_constraint_violation';\n\n            END IF;\n            IF TG_OP = 'DELETE' THEN\n                RETURN OLD;\n            END IF;\n            RETURN NEW;\n        ",
                            hash="1648f714b9b1873663937944b0d95e4e2d56c558",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_published_is_frozen_0ad39",
                            table="catalog_planversion",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="planversion",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_planversionevent" ("adoption", "exclusions", "id", "minimum_spend", "notice_days", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "published_at", "published_by", "starts_on", "state", "summary", "term_months", "termination", "termination_amount", "termination_share", "trial_days") VALUES (NEW."adoption", NEW."exclusions", NEW."id", NEW."minimum_spend", NEW."notice_days", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."plan_id", NEW."published_at", NEW."published_by", NEW."starts_on", NEW."state", NEW."summary", NEW."term_months", NEW."termination", NEW."termination_amount", NEW."termination_share", NEW."trial_days"); RETURN NULL;',
                            hash="23fa3eccad86396c73bc4f1b6d413f83d440b97f",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_08727",
                            table="catalog_planversion",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="planversion",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "catalog_planversionevent" ("adoption", "exclusions", "id", "minimum_spend", "notice_days", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "published_at", "published_by", "starts_on", "state", "summary", "term_months", "termination", "termination_amount", "termination_share", "trial_days") VALUES (NEW."adoption", NEW."exclusions", NEW."id", NEW."minimum_spend", NEW."notice_days", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."plan_id", NEW."published_at", NEW."published_by", NEW."starts_on", NEW."state", NEW."summary", NEW."term_months", NEW."termination", NEW."termination_amount", NEW."termination_share", NEW."trial_days"); RETURN NULL;',
                            hash="208e9c4e1786e65b79cf7730fba4422dae981016",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_2e01d",
                            table="catalog_planversion",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="planversion",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_planversionevent" ("adoption", "exclusions", "id", "minimum_spend", "notice_days", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "published_at", "published_by", "starts_on", "state", "summary", "term_months", "termination", "termination_amount", "termination_share", "trial_days") VALUES (OLD."adoption", OLD."exclusions", OLD."id", OLD."minimum_spend", OLD."notice_days", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."plan_id", OLD."published_at", OLD."published_by", OLD."starts_on", OLD."state", OLD."summary", OLD."term_months", OLD."termination", OLD."termination_amount", OLD."termination_share", OLD."trial_days"); RETURN NULL;',
                            hash="c822a5802acf048385489bd3632cd732322c9fe6",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_c4c64",
                            table="catalog_planversion",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="chargeevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="419eb52af8aec1a99943eeae9616c6085a29926d",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_4214d",
                            table="catalog_chargeevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="charge",
                    constraint=models.UniqueConstraint(
                        fields=("version", "code"), name="charge_code_once_per_version"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="charge",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("price__gte", 0), ("price__lt", Decimal("1000000000000"))
                        ),
                        name="charge_price_not_negative",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="charge",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("months__gte", 1), ("months__lte", 60)),
                        name="charge_months_1_to_60",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="charge",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("kind__in", ("recurring", "one_off", "usage"))),
                        name="charge_kind_is_known",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="charge",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("timing__in", ("advance", "arrears")),
                            ("proration__in", ("daily", "none", "full")),
                            ("taken_at__in", ("start", "change", "order", "end")),
                        ),
                        name="charge_words_are_known",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="charge",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                models.Q(("kind", "usage"), _negated=True),
                                ("per__isnull", True),
                                ("pricing", ""),
                                ("usage_types", []),
                            ),
                            models.Q(
                                ("kind", "usage"),
                                ("per__isnull", True),
                                ("price", 0),
                                ("pricing", "per_unit"),
                            ),
                            models.Q(
                                ("kind", "usage"),
                                ("per__gte", 1),
                                ("price", 0),
                                ("pricing__in", ("graduated", "volume")),
                            ),
                            models.Q(("kind", "usage"), ("per__gte", 1), ("pricing", "package")),
                            _connector="OR",
                        ),
                        name="charge_usage_says_how_it_is_priced",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="charge",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "usage"), _negated=True),
                            models.Q(
                                ("usage_types__len__gte", 1),
                                ("usage_types__contained_by", ["voice", "sms", "data"]),
                            ),
                            _connector="OR",
                        ),
                        name="charge_usage_says_what_is_used",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="charge",
                    trigger=pgtrigger.compiler.Trigger(
                        name="published_is_frozen",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            PERFORM 1 FROM catalog_planversion WHERE id IN (NEW.version_id, OLD.version_id) ORDER BY id FOR SHARE;\n            IF EXISTS (\n                SELECT 1 FROM catalog_planversion WHERE id IN (NEW.version_id, OLD.version_id) AND state = 'published'\n            ) THEN \n            RAISE EXCEPTION 'rows of % never change once they are published', TG_TABLE_NAME\n                USING ERRCODE = 'integrity_constraint_violation';\n\n            END IF;\n            IF TG_OP = 'DELETE' THEN\n                RETURN OLD;\n            END IF;\n            RETURN NEW;\n        ",
                            hash="6bf6b60b2055501983384c54b568d9904a66cff1",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_published_is_frozen_2372f",
                            table="catalog_charge",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="charge",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_chargeevent" ("code", "counts_toward_minimum", "description", "discountable", "id", "kind", "months", "per", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "price", "pricing", "proration", "taken_at", "timing", "usage_types", "version_id") VALUES (NEW."code", NEW."counts_toward_minimum", NEW."description", NEW."discountable", NEW."id", NEW."kind", NEW."months", NEW."per", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."price", NEW."pricing", NEW."proration", NEW."taken_at", NEW."timing", NEW."usage_types", NEW."version_id"); RETURN NULL;',
                            hash="252a36d298939c852f5697820aee055c0fea5b9d",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_1255f",
                            table="catalog_charge",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="charge",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "catalog_chargeevent" ("code", "counts_toward_minimum", "description", "discountable", "id", "kind", "months", "per", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "price", "pricing", "proration", "taken_at", "timing", "usage_types", "version_id") VALUES (NEW."code", NEW."counts_toward_minimum", NEW."description", NEW."discountable", NEW."id", NEW."kind", NEW."months", NEW."per", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."price", NEW."pricing", NEW."proration", NEW."taken_at", NEW."timing", NEW."usage_types", NEW."version_id"); RETURN NULL;',
                            hash="3f397e8bb49da281620108a280591ae7c1a0d559",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_04bf5",
                            table="catalog_charge",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="charge",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_chargeevent" ("code", "counts_toward_minimum", "description", "discountable", "id", "kind", "months", "per", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "price", "pricing", "proration", "taken_at", "timing", "usage_types", "version_id") VALUES (OLD."code", OLD."counts_toward_minimum", OLD."description", OLD."discountable", OLD."id", OLD."kind", OLD."months", OLD."per", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."position", OLD."price", OLD."pricing", OLD."proration", OLD."taken_at", OLD."timing", OLD."usage_types", OLD."version_id"); RETURN NULL;',
                            hash="543134bf89f0d202eca6345f739b7e57f3c9a76e",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_6376f",
                            table="catalog_charge",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="allowanceevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="b3ab1646b00bd052ab441339e3085ade36764ba2",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_69855",
                            table="catalog_allowanceevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="allowance",
                    constraint=models.UniqueConstraint(
                        fields=("version", "code"), name="allowance_code_once_per_version"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="allowance",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("quantity__isnull", True),
                            models.Q(
                                ("quantity__gt", 0),
                                ("quantity__lt", 100000000000000),
                                models.Q(
                                    ("unit", "money"),
                                    ("quantity", django.db.models.functions.math.Floor("quantity")),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="allowance_quantity_is_positive_and_whole",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="allowance",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("unit", "money"),
                                ("usage_types__contained_by", ["voice", "sms", "data"]),
                                ("usage_types__len__gte", 1),
                            ),
                            models.Q(("unit", "seconds"), ("usage_types", ["voice"])),
                            models.Q(("unit", "messages"), ("usage_types", ["sms"])),
                            models.Q(("unit", "bytes"), ("usage_types", ["data"])),
                            _connector="OR",
                        ),
                        name="allowance_unit_fits_its_usage",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="allowance",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("scope__in", ("own", "shared", "pooled")),
                            ("proration__in", ("full", "days")),
                        ),
                        name="allowance_words_are_known",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="allowance",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("roll_over_cap__isnull", True), ("roll_over_periods", 0)),
                            models.Q(
                                ("quantity__isnull", False),
                                ("roll_over_periods__gte", 1),
                                ("roll_over_periods__lte", 60),
                                models.Q(
                                    ("roll_over_cap__isnull", True),
                                    models.Q(
                                        ("roll_over_cap__gt", 0),
                                        ("roll_over_cap__lt", 100000000000000),
                                    ),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="allowance_roll_over_is_whole",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="allowance",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("expires_after_days__isnull", True),
                            models.Q(
                                ("expires_after_days__gte", 1),
                                ("expires_after_days__lte", 1830),
                                ("roll_over_periods", 0),
                            ),
                            _connector="OR",
                        ),
                        name="allowance_expires_or_rolls_over",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="allowance",
                    trigger=pgtrigger.compiler.Trigger(
                        name="published_is_frozen",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            PERFORM 1 FROM catalog_planversion WHERE id IN (NEW.version_id, OLD.version_id) ORDER BY id FOR SHARE;\n            IF EXISTS (\n                SELECT 1 FROM catalog_planversion WHERE id IN (NEW.version_id, OLD.version_id) AND state = 'published'\n            ) THEN \n            RAISE EXCEPTION 'rows of % never change once they are published', TG_TABLE_NAME\n                USING ERRCODE = 'integrity_constraint_violation';\n\n            END IF;\n            IF TG_OP = 'DELETE' THEN\n                RETURN OLD;\n            END IF;\n            RETURN NEW;\n        ",
                            hash="8cd303544564c6c88bb48b1fe27173f20ac50244",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_published_is_frozen_eac78",
                            table="catalog_allowance",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="allowance",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_allowanceevent" ("code", "connection_fee_when_covered", "description", "expires_after_days", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "priority", "proration", "quantity", "roll_over_cap", "roll_over_periods", "scope", "unit", "usage_types", "version_id") VALUES (NEW."code", NEW."connection_fee_when_covered", NEW."description", NEW."expires_after_days", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."priority", NEW."proration", NEW."quantity", NEW."roll_over_cap", NEW."roll_over_periods", NEW."scope", NEW."unit", NEW."usage_types", NEW."version_id"); RETURN NULL;',
                            hash="edb1fab19c51614ef54709363ae5862cc5935c94",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_9077f",
                            table="catalog_allowance",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="allowance",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "catalog_allowanceevent" ("code", "connection_fee_when_covered", "description", "expires_after_days", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "priority", "proration", "quantity", "roll_over_cap", "roll_over_periods", "scope", "unit", "usage_types", "version_id") VALUES (NEW."code", NEW."connection_fee_when_covered", NEW."description", NEW."expires_after_days", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."priority", NEW."proration", NEW."quantity", NEW."roll_over_cap", NEW."roll_over_periods", NEW."scope", NEW."unit", NEW."usage_types", NEW."version_id"); RETURN NULL;',
                            hash="49c58483bce04c580072ea16104ac1c4feeedec9",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_d261e",
                            table="catalog_allowance",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="allowance",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_allowanceevent" ("code", "connection_fee_when_covered", "description", "expires_after_days", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "priority", "proration", "quantity", "roll_over_cap", "roll_over_periods", "scope", "unit", "usage_types", "version_id") VALUES (OLD."code", OLD."connection_fee_when_covered", OLD."description", OLD."expires_after_days", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."position", OLD."priority", OLD."proration", OLD."quantity", OLD."roll_over_cap", OLD."roll_over_periods", OLD."scope", OLD."unit", OLD."usage_types", OLD."version_id"); RETURN NULL;',
                            hash="3b505a95bcc531b52fc28306bb67ff2785f599b8",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_f7436",
                            table="catalog_allowance",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="planversionevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="7498b9b9ac9e01649120c51660f65d266caa5f86",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_a1ed8",
                            table="catalog_planversionevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="planevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="6506cc4c212d4730326c8413276bc93730c27f5c",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_212e1",
                            table="catalog_planevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="plan",
                    constraint=models.UniqueConstraint(
                        fields=("brand", "code"), name="plan_code_once_per_brand"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="plan",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("kind__in", ("plan", "add_on", "one_off"))),
                        name="plan_kind_is_known",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="plan",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("sold_from__isnull", True),
                            ("sold_until__isnull", True),
                            ("sold_from__lte", models.F("sold_until")),
                            _connector="OR",
                        ),
                        name="plan_sale_ends_after_it_starts",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="plan",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_planevent" ("brand_id", "code", "id", "kind", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "product_id", "sold_from", "sold_until") VALUES (NEW."brand_id", NEW."code", NEW."id", NEW."kind", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."product_id", NEW."sold_from", NEW."sold_until"); RETURN NULL;',
                            hash="b668a1d41d987983118cef2b9bc46a164b51b15f",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_2a406",
                            table="catalog_plan",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="plan",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "catalog_planevent" ("brand_id", "code", "id", "kind", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "product_id", "sold_from", "sold_until") VALUES (NEW."brand_id", NEW."code", NEW."id", NEW."kind", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."product_id", NEW."sold_from", NEW."sold_until"); RETURN NULL;',
                            hash="df42dbd3c80a092cf8e83b4d25e034ef979dbf60",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_3d50e",
                            table="catalog_plan",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="plan",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_planevent" ("brand_id", "code", "id", "kind", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "product_id", "sold_from", "sold_until") VALUES (OLD."brand_id", OLD."code", OLD."id", OLD."kind", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."product_id", OLD."sold_from", OLD."sold_until"); RETURN NULL;',
                            hash="2c33fec4cba1613f8a872ccb2533df3b9dd6ba4e",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_60aa4",
                            table="catalog_plan",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="discounttargetevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="f5a5f3dc1393f75e70858e9b6dc63c402c53e044",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_64657",
                            table="catalog_discounttargetevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="discounttarget",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("plan__isnull", True), ("product__isnull", False)),
                            models.Q(("plan__isnull", False), ("product__isnull", True)),
                            _connector="OR",
                        ),
                        name="discount_target_is_one_thing",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="discounttarget",
                    constraint=models.UniqueConstraint(
                        fields=("discount", "product", "plan"),
                        name="discount_target_once",
                        nulls_distinct=False,
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="discounttarget",
                    trigger=pgtrigger.compiler.Trigger(
                        name="published_is_frozen",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            PERFORM 1 FROM catalog_discount WHERE id IN (NEW.discount_id, OLD.discount_id) ORDER BY id FOR SHARE;\n            IF EXISTS (\n                SELECT 1 FROM catalog_discount WHERE id IN (NEW.discount_id, OLD.discount_id) AND state = 'published'\n            ) THEN \n            RAISE EXCEPTION 'rows of % never change once they are published', TG_TABLE_NAME\n                USING ERRCODE = 'integrity_constraint_violation';\n\n            END IF;\n            IF TG_OP = 'DELETE' THEN\n                RETURN OLD;\n            END IF;\n            RETURN NEW;\n        ",
                            hash="badd709373113a38ed6d396d5b3312b98dcc25c5",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_published_is_frozen_9f212",
                            table="catalog_discounttarget",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="discounttarget",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_discounttargetevent" ("discount_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "product_id") VALUES (NEW."discount_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."plan_id", NEW."product_id"); RETURN NULL;',
                            hash="b5d51eee1682debda9521c71bca6000d7c0b1cfd",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_e450e",
                            table="catalog_discounttarget",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="discounttarget",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "catalog_discounttargetevent" ("discount_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "product_id") VALUES (NEW."discount_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."plan_id", NEW."product_id"); RETURN NULL;',
                            hash="247738ced6f4f4ee7b9142f4228a2163dcb57d11",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_7f2b5",
                            table="catalog_discounttarget",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="discounttarget",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_discounttargetevent" ("discount_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "product_id") VALUES (OLD."discount_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."plan_id", OLD."product_id"); RETURN NULL;',
                            hash="81ff062310597f171d7528acb69be4937f4fbbea",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_bad3f",
                            table="catalog_discounttarget",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="bundlepartevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="77b27bd462d7d8f31330f0be1d0dd797d362e7a0",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_132a0",
                            table="catalog_bundlepartevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="bundlepart",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("plan__isnull", True), ("product__isnull", False)),
                            models.Q(("plan__isnull", False), ("product__isnull", True)),
                            _connector="OR",
                        ),
                        name="bundle_part_is_one_thing",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="bundlepart",
                    constraint=models.UniqueConstraint(
                        fields=("bundle", "product", "plan"),
                        name="bundle_part_once",
                        nulls_distinct=False,
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="bundlepart",
                    trigger=pgtrigger.compiler.Trigger(
                        name="published_is_frozen",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            PERFORM 1 FROM catalog_bundle WHERE id IN (NEW.bundle_id, OLD.bundle_id) ORDER BY id FOR SHARE;\n            IF EXISTS (\n                SELECT 1 FROM catalog_bundle WHERE id IN (NEW.bundle_id, OLD.bundle_id) AND state = 'published'\n            ) THEN \n            RAISE EXCEPTION 'rows of % never change once they are published', TG_TABLE_NAME\n                USING ERRCODE = 'integrity_constraint_violation';\n\n            END IF;\n            IF TG_OP = 'DELETE' THEN\n                RETURN OLD;\n            END IF;\n            RETURN NEW;\n        ",
                            hash="b9e203233e830c4795e04ad220e244459a4bbd26",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_published_is_frozen_2d690",
                            table="catalog_bundlepart",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="bundlepart",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_bundlepartevent" ("bundle_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "product_id") VALUES (NEW."bundle_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."plan_id", NEW."product_id"); RETURN NULL;',
                            hash="a40943680790367941f6595c85cfe31a37e5930d",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_47309",
                            table="catalog_bundlepart",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="bundlepart",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "catalog_bundlepartevent" ("bundle_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "product_id") VALUES (NEW."bundle_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."plan_id", NEW."product_id"); RETURN NULL;',
                            hash="28dc22dccba41c6e51bae3f9ecc92c090c0d99ec",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_2727a",
                            table="catalog_bundlepart",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="bundlepart",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_bundlepartevent" ("bundle_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "product_id") VALUES (OLD."bundle_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."plan_id", OLD."product_id"); RETURN NULL;',
                            hash="eb310544396b3ab60ff9d92e1ed26d5ec481815c",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_a0ec7",
                            table="catalog_bundlepart",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="promotion",
                    constraint=models.UniqueConstraint(
                        fields=("brand", "code"), name="promotion_code_once_per_brand"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="promotion",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("promotion_code", ""), _negated=True),
                        fields=("brand", "promotion_code"),
                        name="promotion_given_code_once_per_brand",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="promotion",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("promotion_code__regex", "^[A-Z0-9._-]*$")),
                        name="promotion_given_code_in_capitals",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="promotion",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("available__isempty", False)),
                        name="promotion_span_not_empty",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="promotion",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("uses_limit__isnull", True), ("uses_limit__gte", 1), _connector="OR"
                        ),
                        name="promotion_limit_positive",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="promotion",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_promotionevent" ("available", "brand_id", "code", "discount_id", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "promotion_code", "uses_limit") VALUES (NEW."available", NEW."brand_id", NEW."code", NEW."discount_id", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."promotion_code", NEW."uses_limit"); RETURN NULL;',
                            hash="33b1a740c527419fc160b737dcafee52caf3afd5",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_d7615",
                            table="catalog_promotion",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="promotion",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "catalog_promotionevent" ("available", "brand_id", "code", "discount_id", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "promotion_code", "uses_limit") VALUES (NEW."available", NEW."brand_id", NEW."code", NEW."discount_id", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."promotion_code", NEW."uses_limit"); RETURN NULL;',
                            hash="021425a58f6b78f84c33a2da950b003db01613fb",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_8abc2",
                            table="catalog_promotion",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="promotion",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_promotionevent" ("available", "brand_id", "code", "discount_id", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "promotion_code", "uses_limit") VALUES (OLD."available", OLD."brand_id", OLD."code", OLD."discount_id", OLD."id", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."promotion_code", OLD."uses_limit"); RETURN NULL;',
                            hash="771361669290fc705b714f44af72e8fa63df268c",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_7609c",
                            table="catalog_promotion",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="eligibilityruleevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="ca3fe2ab6c488436b65ce4b3575255505e2368f1",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_0b57a",
                            table="catalog_eligibilityruleevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="eligibilityrule",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("plan__isnull", True), ("promotion__isnull", False)),
                            models.Q(("plan__isnull", False), ("promotion__isnull", True)),
                            _connector="OR",
                        ),
                        name="eligibility_rule_is_of_one_thing",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="eligibilityrule",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("pk__in", []),
                            models.Q(
                                ("kind", "customer_kind"),
                                ("customer_kind__in", ("consumer", "business")),
                                ("other_plan__isnull", True),
                                ("product__isnull", True),
                                ("months__isnull", True),
                                ("countries", []),
                                ("postcodes", []),
                                ("needed_promotion__isnull", True),
                            ),
                            models.Q(
                                ("kind", "requires"),
                                models.Q(
                                    models.Q(
                                        ("other_plan__isnull", True), ("product__isnull", False)
                                    ),
                                    models.Q(
                                        ("other_plan__isnull", False), ("product__isnull", True)
                                    ),
                                    _connector="OR",
                                ),
                                ("customer_kind", ""),
                                ("months__isnull", True),
                                ("countries", []),
                                ("postcodes", []),
                                ("needed_promotion__isnull", True),
                            ),
                            models.Q(
                                ("kind", "excludes"),
                                models.Q(
                                    models.Q(
                                        ("other_plan__isnull", True), ("product__isnull", False)
                                    ),
                                    models.Q(
                                        ("other_plan__isnull", False), ("product__isnull", True)
                                    ),
                                    _connector="OR",
                                ),
                                ("customer_kind", ""),
                                ("months__isnull", True),
                                ("countries", []),
                                ("postcodes", []),
                                ("needed_promotion__isnull", True),
                            ),
                            models.Q(
                                ("kind", "tenure"),
                                ("months__gte", 1),
                                ("months__lte", 600),
                                ("customer_kind", ""),
                                ("other_plan__isnull", True),
                                ("product__isnull", True),
                                ("countries", []),
                                ("postcodes", []),
                                ("needed_promotion__isnull", True),
                            ),
                            models.Q(
                                ("kind", "place"),
                                models.Q(("countries", []), ("postcodes", []), _negated=True),
                                ("customer_kind", ""),
                                ("other_plan__isnull", True),
                                ("product__isnull", True),
                                ("months__isnull", True),
                                ("needed_promotion__isnull", True),
                            ),
                            models.Q(
                                ("kind", "promotion"),
                                ("needed_promotion__isnull", False),
                                ("customer_kind", ""),
                                ("other_plan__isnull", True),
                                ("product__isnull", True),
                                ("months__isnull", True),
                                ("countries", []),
                                ("postcodes", []),
                            ),
                            models.Q(
                                ("kind", "new_customer"),
                                ("customer_kind", ""),
                                ("other_plan__isnull", True),
                                ("product__isnull", True),
                                ("months__isnull", True),
                                ("countries", []),
                                ("postcodes", []),
                                ("needed_promotion__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="eligibility_rule_asks_one_thing",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="eligibilityrule",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_eligibilityruleevent" ("countries", "customer_kind", "id", "kind", "months", "needed_promotion_id", "other_plan_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "position", "postcodes", "product_id", "promotion_id") VALUES (NEW."countries", NEW."customer_kind", NEW."id", NEW."kind", NEW."months", NEW."needed_promotion_id", NEW."other_plan_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."plan_id", NEW."position", NEW."postcodes", NEW."product_id", NEW."promotion_id"); RETURN NULL;',
                            hash="d8f872c14fc0f99570f1c081f648305335f26162",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_56ef3",
                            table="catalog_eligibilityrule",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="eligibilityrule",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "catalog_eligibilityruleevent" ("countries", "customer_kind", "id", "kind", "months", "needed_promotion_id", "other_plan_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "position", "postcodes", "product_id", "promotion_id") VALUES (NEW."countries", NEW."customer_kind", NEW."id", NEW."kind", NEW."months", NEW."needed_promotion_id", NEW."other_plan_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."plan_id", NEW."position", NEW."postcodes", NEW."product_id", NEW."promotion_id"); RETURN NULL;',
                            hash="70b5837e08951c13181d438f550c46d89c2bb2ed",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_71170",
                            table="catalog_eligibilityrule",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="eligibilityrule",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_eligibilityruleevent" ("countries", "customer_kind", "id", "kind", "months", "needed_promotion_id", "other_plan_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "position", "postcodes", "product_id", "promotion_id") VALUES (OLD."countries", OLD."customer_kind", OLD."id", OLD."kind", OLD."months", OLD."needed_promotion_id", OLD."other_plan_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."plan_id", OLD."position", OLD."postcodes", OLD."product_id", OLD."promotion_id"); RETURN NULL;',
                            hash="0ef637f328453c148eedccb733303bc0e9fea831",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_902f4",
                            table="catalog_eligibilityrule",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="promotionevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="a65f198144cefe2d140ea8d29c3593e0e324f8f2",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_13ccc",
                            table="catalog_promotionevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="deckassignmentevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="e958fa2ac7b481c994955bbf9d51b2556b95fc58",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_e917c",
                            table="catalog_deckassignmentevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="deckassignment",
                    constraint=models.UniqueConstraint(
                        fields=("version", "usage_type"),
                        name="deck_once_per_version_and_usage_type",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="deckassignment",
                    trigger=pgtrigger.compiler.Trigger(
                        name="published_is_frozen",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            PERFORM 1 FROM catalog_planversion WHERE id IN (NEW.version_id, OLD.version_id) ORDER BY id FOR SHARE;\n            IF EXISTS (\n                SELECT 1 FROM catalog_planversion WHERE id IN (NEW.version_id, OLD.version_id) AND state = 'published'\n            ) THEN \n            RAISE EXCEPTION 'rows of % never change once they are published', TG_TABLE_NAME\n                USING ERRCODE = 'integrity_constraint_violation';\n\n            END IF;\n            IF TG_OP = 'DELETE' THEN\n                RETURN OLD;\n            END IF;\n            RETURN NEW;\n        ",
                            hash="d41bbdc7debf032629daa502b3626eea509886a7",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_published_is_frozen_f34c9",
                            table="catalog_deckassignment",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="deckassignment",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_deckassignmentevent" ("deck_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "usage_type", "version_id") VALUES (NEW."deck_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."usage_type", NEW."version_id"); RETURN NULL;',
                            hash="6b89e0d6845b90a151c7732d1d14f698f5393b30",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_cd475",
                            table="catalog_deckassignment",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="deckassignment",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "catalog_deckassignmentevent" ("deck_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "usage_type", "version_id") VALUES (NEW."deck_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."usage_type", NEW."version_id"); RETURN NULL;',
                            hash="77fdf5920dd6ba77c78ec6d5acf19419000da3ae",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_4aa0d",
                            table="catalog_deckassignment",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="deckassignment",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_deckassignmentevent" ("deck_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "usage_type", "version_id") VALUES (OLD."deck_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."usage_type", OLD."version_id"); RETURN NULL;',
                            hash="2beca1b9253457f15f65ffb9c5d03a74d46c8256",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_4d103",
                            table="catalog_deckassignment",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="rateimport",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reverted_at__isnull", True), ("reverted_by", "")),
                            models.Q(
                                ("reverted_at__isnull", False),
                                models.Q(("reverted_by", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="rate_import_reverted_by_somebody",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="rateimport",
                    trigger=pgtrigger.compiler.Trigger(
                        name="kept_for_its_rates",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF EXISTS (SELECT 1 FROM catalog_rate WHERE deck_id = OLD.deck_id AND imported_by_id = OLD.id) THEN\n                RAISE EXCEPTION 'rates name this row of %', TG_TABLE_NAME\n                    USING ERRCODE = 'foreign_key_violation';\n            END IF;\n            RETURN OLD;\n        ",
                            hash="a10aaa92c76c7fc6d3b0a79cfa8b37623a67e667",
                            operation="DELETE",
                            pgid="pgtrigger_kept_for_its_rates_96cef",
                            table="catalog_rateimport",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="supplier",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[A-Z]{3}$")),
                        name="supplier_currency_is_iso",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="supplier",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_supplierevent" ("code", "contact_email", "contact_name", "contact_phone", "currency", "id", "legal_entity_id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."code", NEW."contact_email", NEW."contact_name", NEW."contact_phone", NEW."currency", NEW."id", NEW."legal_entity_id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;',
                            hash="f0acbf7ad131eea1cee6bcfb81e977c7abb46d0f",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_c6c3c",
                            table="catalog_supplier",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="supplier",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "catalog_supplierevent" ("code", "contact_email", "contact_name", "contact_phone", "currency", "id", "legal_entity_id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."code", NEW."contact_email", NEW."contact_name", NEW."contact_phone", NEW."currency", NEW."id", NEW."legal_entity_id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;',
                            hash="ef0a7efa964ea68b1bcbf63bb09a30f43befa666",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_9b06a",
                            table="catalog_supplier",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="supplier",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_supplierevent" ("code", "contact_email", "contact_name", "contact_phone", "currency", "id", "legal_entity_id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."code", OLD."contact_email", OLD."contact_name", OLD."contact_phone", OLD."currency", OLD."id", OLD."legal_entity_id", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id"); RETURN NULL;',
                            hash="313b5e5a78d6210ffa5f0d25ef7d798929bb1adb",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_2689e",
                            table="catalog_supplier",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="ratedeckevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="e74b0411e11514660133761cf7add36502e89dcf",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_3ab71",
                            table="catalog_ratedeckevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="ratedeck",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("per__gte", 1)), name="deck_per_positive"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="ratedeck",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("decimals__lte", 6)), name="deck_decimals_at_most_6"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="ratedeck",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("brand__isnull", False),
                                ("direction", "sell"),
                                ("supplier__isnull", True),
                            ),
                            models.Q(
                                ("brand__isnull", True),
                                ("direction", "buy"),
                                ("supplier__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="deck_of_a_brand_or_a_supplier",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="ratedeck",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("band_rule__in", ("start", "split"))),
                        name="deck_band_rule_is_known",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="ratedeck",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("margin_floor__isnull", True),
                            models.Q(
                                ("direction", "sell"),
                                ("margin_floor__gte", 0),
                                ("margin_floor__lt", 100),
                            ),
                            _connector="OR",
                        ),
                        name="deck_margin_floor_below_100",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="ratedeck",
                    trigger=pgtrigger.compiler.Trigger(
                        name="kept_for_its_rates",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF EXISTS (SELECT 1 FROM catalog_rate WHERE deck_id = OLD.id) THEN\n                RAISE EXCEPTION 'rates name this row of %', TG_TABLE_NAME\n                    USING ERRCODE = 'foreign_key_violation';\n            END IF;\n            RETURN OLD;\n        ",
                            hash="382e6d217a82736815b750d217f316ff026815c8",
                            operation="DELETE",
                            pgid="pgtrigger_kept_for_its_rates_0a750",
                            table="catalog_ratedeck",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="ratedeck",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_ratedeckevent" ("band_rule", "brand_id", "code", "currency", "decimals", "direction", "id", "margin_floor", "name", "per", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rounding", "supplier_id", "usage_type", "zone") VALUES (NEW."band_rule", NEW."brand_id", NEW."code", NEW."currency", NEW."decimals", NEW."direction", NEW."id", NEW."margin_floor", NEW."name", NEW."per", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."rounding", NEW."supplier_id", NEW."usage_type", NEW."zone"); RETURN NULL;',
                            hash="5039ef9ab7ab0cba7bdbc216edd854aef6da8106",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_aaba0",
                            table="catalog_ratedeck",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="ratedeck",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "catalog_ratedeckevent" ("band_rule", "brand_id", "code", "currency", "decimals", "direction", "id", "margin_floor", "name", "per", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rounding", "supplier_id", "usage_type", "zone") VALUES (NEW."band_rule", NEW."brand_id", NEW."code", NEW."currency", NEW."decimals", NEW."direction", NEW."id", NEW."margin_floor", NEW."name", NEW."per", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."rounding", NEW."supplier_id", NEW."usage_type", NEW."zone"); RETURN NULL;',
                            hash="d6784ab2dfb50885e700ef80803d0d91fb6cdce6",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_ed8fd",
                            table="catalog_ratedeck",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="ratedeck",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_ratedeckevent" ("band_rule", "brand_id", "code", "currency", "decimals", "direction", "id", "margin_floor", "name", "per", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rounding", "supplier_id", "usage_type", "zone") VALUES (OLD."band_rule", OLD."brand_id", OLD."code", OLD."currency", OLD."decimals", OLD."direction", OLD."id", OLD."margin_floor", OLD."name", OLD."per", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."rounding", OLD."supplier_id", OLD."usage_type", OLD."zone"); RETURN NULL;',
                            hash="ff1121a6d81506ac0c0943b998374eb9d69fbaa1",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_af319",
                            table="catalog_ratedeck",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="supplierevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="948a1c23bccbd4797dd507dd21a6bf0d5b7563fc",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_c61d2",
                            table="catalog_supplierevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="productevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="940e6199f2f19bd732620c5d3f2e10c3a68c0d21",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_582f1",
                            table="catalog_productevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="product",
                    constraint=models.UniqueConstraint(
                        fields=("brand", "code"), name="product_code_once_per_brand"
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="product",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_productevent" ("brand_id", "code", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revenue_account", "service", "tax_category_id") VALUES (NEW."brand_id", NEW."code", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."revenue_account", NEW."service", NEW."tax_category_id"); RETURN NULL;',
                            hash="401a641245925a54f665f8b4130585696d72f42b",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_ae3fa",
                            table="catalog_product",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="product",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "catalog_productevent" ("brand_id", "code", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revenue_account", "service", "tax_category_id") VALUES (NEW."brand_id", NEW."code", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."revenue_account", NEW."service", NEW."tax_category_id"); RETURN NULL;',
                            hash="cfc7efb93f2b60ac7889573e2d076faf92e80718",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_580c5",
                            table="catalog_product",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="product",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_productevent" ("brand_id", "code", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revenue_account", "service", "tax_category_id") VALUES (OLD."brand_id", OLD."code", OLD."id", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."revenue_account", OLD."service", OLD."tax_category_id"); RETURN NULL;',
                            hash="a08738b21ceb1373aab85ee8cdbb86263ff2e300",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_a763a",
                            table="catalog_product",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="taxcategoryevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="f21b2eeb413209d79a1ed525d1f708a7fedfaca3",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_7956a",
                            table="catalog_taxcategoryevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="taxrate",
                    constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=(("legal_entity", "="), ("category", "="), ("during", "&&")),
                        name="tax_rate_one_at_a_time",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="taxrate",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("rate__gte", 0), ("rate__lte", 100)),
                        name="tax_rate_is_a_percentage",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="taxrate",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("treatment", "S"), ("rate", 0), _connector="OR"),
                        name="tax_rate_only_standard_charges_tax",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="taxrate",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("during__isempty", False)),
                        name="tax_rate_span_not_empty",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="taxrate",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_taxrateevent" ("category_id", "during", "id", "legal_entity_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rate", "reason", "treatment") VALUES (NEW."category_id", NEW."during", NEW."id", NEW."legal_entity_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."rate", NEW."reason", NEW."treatment"); RETURN NULL;',
                            hash="f230f13f7022ddebbbe2e614e8e058165fa24dc0",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_a8630",
                            table="catalog_taxrate",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="taxrate",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "catalog_taxrateevent" ("category_id", "during", "id", "legal_entity_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rate", "reason", "treatment") VALUES (NEW."category_id", NEW."during", NEW."id", NEW."legal_entity_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."rate", NEW."reason", NEW."treatment"); RETURN NULL;',
                            hash="2137f74132261f7441562c066d0b5d0527998999",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_b93d8",
                            table="catalog_taxrate",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="taxrate",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_taxrateevent" ("category_id", "during", "id", "legal_entity_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rate", "reason", "treatment") VALUES (OLD."category_id", OLD."during", OLD."id", OLD."legal_entity_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."rate", OLD."reason", OLD."treatment"); RETURN NULL;',
                            hash="51aed458149f8b51ee1313c4a057d1661bbd84f8",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_98d51",
                            table="catalog_taxrate",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="taxrateevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="b6746d05f8e2ead79e7d48c52f79d5e52d705b53",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_d0dd6",
                            table="catalog_taxrateevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="terminationstep",
                    constraint=models.UniqueConstraint(
                        fields=("version", "from_month"), name="termination_step_month_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="terminationstep",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("from_month__gte", 1), ("from_month__lte", 120)),
                        name="termination_step_month_1_to_120",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="terminationstep",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("fee__gte", 0), ("fee__lt", Decimal("1000000000000"))),
                        name="termination_step_is_a_price",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="terminationstep",
                    trigger=pgtrigger.compiler.Trigger(
                        name="published_is_frozen",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            PERFORM 1 FROM catalog_planversion WHERE id IN (NEW.version_id, OLD.version_id) ORDER BY id FOR SHARE;\n            IF EXISTS (\n                SELECT 1 FROM catalog_planversion WHERE id IN (NEW.version_id, OLD.version_id) AND state = 'published'\n            ) THEN \n            RAISE EXCEPTION 'rows of % never change once they are published', TG_TABLE_NAME\n                USING ERRCODE = 'integrity_constraint_violation';\n\n            END IF;\n            IF TG_OP = 'DELETE' THEN\n                RETURN OLD;\n            END IF;\n            RETURN NEW;\n        ",
                            hash="ff0be9f429fffd12295e029e24da081c2be277d8",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_published_is_frozen_65552",
                            table="catalog_terminationstep",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="terminationstep",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_terminationstepevent" ("fee", "from_month", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "version_id") VALUES (NEW."fee", NEW."from_month", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."version_id"); RETURN NULL;',
                            hash="26d3d9974112e5c16afdba46201f0e8734698af1",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_009b6",
                            table="catalog_terminationstep",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="terminationstep",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "catalog_terminationstepevent" ("fee", "from_month", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "version_id") VALUES (NEW."fee", NEW."from_month", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."version_id"); RETURN NULL;',
                            hash="432d3a1a38843ed13193721f6bfcb526c9dd6bf5",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_7f3b5",
                            table="catalog_terminationstep",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="terminationstep",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_terminationstepevent" ("fee", "from_month", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "version_id") VALUES (OLD."fee", OLD."from_month", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."version_id"); RETURN NULL;',
                            hash="aac88ca6e6c2d9d53951e51c03c480f38cb8427c",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_512b4",
                            table="catalog_terminationstep",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="terminationstepevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="b1f10faf9f52790c52635300dd2d0ce5760acae5",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_8a8a6",
                            table="catalog_terminationstepevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="timeband",
                    constraint=models.UniqueConstraint(
                        fields=("deck", "code"), name="time_band_code_once_per_deck"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="timeband",
                    constraint=models.UniqueConstraint(
                        fields=("deck", "id"), name="time_band_known_with_its_deck"
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="timeband",
                    trigger=pgtrigger.compiler.Trigger(
                        name="kept_for_its_rates",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF EXISTS (SELECT 1 FROM catalog_rate WHERE deck_id = OLD.deck_id AND band_id = OLD.id) THEN\n                RAISE EXCEPTION 'rates name this row of %', TG_TABLE_NAME\n                    USING ERRCODE = 'foreign_key_violation';\n            END IF;\n            RETURN OLD;\n        ",
                            hash="ca04cbc3a04a8058be0383b810f56e5b9c790006",
                            operation="DELETE",
                            pgid="pgtrigger_kept_for_its_rates_a99d1",
                            table="catalog_timeband",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="timeband",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_timebandevent" ("code", "deck_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."code", NEW."deck_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;',
                            hash="a4e7468ac53846dc6c648da534acaf1553e00e9a",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_42a04",
                            table="catalog_timeband",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="timeband",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "catalog_timebandevent" ("code", "deck_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."code", NEW."deck_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;',
                            hash="2b1adc033291914fff9bb2f4626bbf16e86fca09",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_72ad7",
                            table="catalog_timeband",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="timeband",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_timebandevent" ("code", "deck_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."code", OLD."deck_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id"); RETURN NULL;',
                            hash="711867e1d62aa42d71942930800f964ded363061",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_f6554",
                            table="catalog_timeband",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="bandhoursevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="d9ce3d81da8fb557c5a525378a48fe9aebdcc80c",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_917f2",
                            table="catalog_bandhoursevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="bandhours",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("date__isnull", True),
                                ("holidays_of", ""),
                                ("weekday__isnull", False),
                            ),
                            models.Q(
                                ("date__isnull", False),
                                ("holidays_of", ""),
                                ("weekday__isnull", True),
                            ),
                            models.Q(
                                ("date__isnull", True),
                                ("holidays_of__regex", "^[A-Z]{2}$"),
                                ("weekday__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="band_hours_of_one_kind_of_day",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="bandhours",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("weekday__isnull", True),
                            models.Q(("weekday__gte", 1), ("weekday__lte", 7)),
                            _connector="OR",
                        ),
                        name="band_hours_weekday_1_to_7",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="bandhours",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("minutes__contained_by", psycopg.types.range.Range(0, 1440, "[)")),
                            ("minutes__isempty", False),
                        ),
                        name="band_hours_within_one_day",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="bandhours",
                    constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("weekday__isnull", False)),
                        expressions=(("deck", "="), ("weekday", "="), ("minutes", "&&")),
                        name="band_hours_weekday_never_twice",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="bandhours",
                    constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("date__isnull", False)),
                        expressions=(("deck", "="), ("date", "="), ("minutes", "&&")),
                        name="band_hours_date_never_twice",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="bandhours",
                    constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("holidays_of", ""), _negated=True),
                        expressions=(("deck", "="), ("minutes", "&&")),
                        name="band_hours_holiday_never_twice",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="bandhours",
                    trigger=pgtrigger.compiler.Trigger(
                        name="hours_are_frozen",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            RAISE EXCEPTION 'rows of % never change', TG_TABLE_NAME\n                USING ERRCODE = 'integrity_constraint_violation';\n        ",
                            hash="032cce9ace56abe6b5ce73f64db56f7804960482",
                            operation="UPDATE",
                            pgid="pgtrigger_hours_are_frozen_6e3f8",
                            table="catalog_bandhours",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="bandhours",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_bandhoursevent" ("band_id", "date", "deck_id", "holidays_of", "id", "minutes", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "weekday") VALUES (NEW."band_id", NEW."date", NEW."deck_id", NEW."holidays_of", NEW."id", NEW."minutes", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."weekday"); RETURN NULL;',
                            hash="4246af7f17b04314b3ab9c125d8193bc1db78ff7",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_7fd35",
                            table="catalog_bandhours",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="bandhours",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "catalog_bandhoursevent" ("band_id", "date", "deck_id", "holidays_of", "id", "minutes", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "weekday") VALUES (NEW."band_id", NEW."date", NEW."deck_id", NEW."holidays_of", NEW."id", NEW."minutes", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."weekday"); RETURN NULL;',
                            hash="988326233d485954d0dccccc53e6d33e2b12d28c",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_19ff5",
                            table="catalog_bandhours",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="bandhours",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_bandhoursevent" ("band_id", "date", "deck_id", "holidays_of", "id", "minutes", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "weekday") VALUES (OLD."band_id", OLD."date", OLD."deck_id", OLD."holidays_of", OLD."id", OLD."minutes", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."weekday"); RETURN NULL;',
                            hash="23569fb8be34cd6ff7d35d2b9b3e4f3581ebf0be",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_5a4ed",
                            table="catalog_bandhours",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="timebandevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="81a8c4f75a4ff400c8cd025a1bd2b840aa5229f0",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_6d6d2",
                            table="catalog_timebandevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="usagecategory",
                    constraint=models.UniqueConstraint(
                        fields=("brand", "code"), name="usage_category_code_once_per_brand"
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="usagecategory",
                    trigger=pgtrigger.compiler.Trigger(
                        name="kept_for_its_rates",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF EXISTS (SELECT 1 FROM catalog_rate WHERE category_id = OLD.id AND deck_id IN (SELECT id FROM catalog_ratedeck WHERE brand_id = OLD.brand_id)) THEN\n                RAISE EXCEPTION 'rates name this row of %', TG_TABLE_NAME\n                    USING ERRCODE = 'foreign_key_violation';\n            END IF;\n            RETURN OLD;\n        ",
                            hash="16ef4300e4207f30bfda93d9889de0b6bb9227e9",
                            operation="DELETE",
                            pgid="pgtrigger_kept_for_its_rates_5a878",
                            table="catalog_usagecategory",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="usagecategory",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_usagecategoryevent" ("brand_id", "code", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."brand_id", NEW."code", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;',
                            hash="db476a50307f082c3271bd85120a92f9a5fa19a2",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_2f674",
                            table="catalog_usagecategory",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="usagecategory",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "catalog_usagecategoryevent" ("brand_id", "code", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."brand_id", NEW."code", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;',
                            hash="77352cf87b8dbcbbaaedb1d90feaaa5e625dff66",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_0c020",
                            table="catalog_usagecategory",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="usagecategory",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_usagecategoryevent" ("brand_id", "code", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."brand_id", OLD."code", OLD."id", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id"); RETURN NULL;',
                            hash="abb4887dd942efb7075fcbe692b7d9f80bcf187e",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_8096e",
                            table="catalog_usagecategory",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="rate",
                    constraint=models.UniqueConstraint(
                        fields=("deck", "prefix", "band", "starts_on"),
                        name="rate_start_once_per_prefix",
                        nulls_distinct=False,
                    ),
                ),
                migrations.AddConstraint(
                    model_name="rate",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("prefix", ""), _negated=True),
                            django.db.models.lookups.Exact(
                                models.Func(
                                    "prefix",
                                    models.Value("0123456789"),
                                    models.Value(""),
                                    function="translate",
                                ),
                                "",
                            ),
                        ),
                        name="rate_prefix_is_digits",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="rate",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("per__gte", 1), ("next_increment__gte", 1)),
                        name="rate_steps_positive",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="rate",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("price__gte", 0),
                            ("price__lt", Decimal("1000000000000")),
                            ("connection_fee__gte", 0),
                            ("connection_fee__lt", Decimal("1000000000000")),
                            ("max_charge__gte", 0),
                            ("max_charge__lt", Decimal("1000000000000")),
                            models.Q(
                                ("first_price__isnull", True),
                                models.Q(
                                    ("first_price__gte", 0),
                                    ("first_price__lt", Decimal("1000000000000")),
                                ),
                                _connector="OR",
                            ),
                        ),
                        name="rate_prices_not_negative",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="rate",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("steps", ""),
                            models.Q(
                                ("first_increment__isnull", True),
                                ("first_price__isnull", True),
                                (
                                    "steps__regex",
                                    "^0:\\d+(\\.\\d+)?:[1-9]\\d*( [1-9]\\d*:\\d+(\\.\\d+)?:[1-9]\\d*)*$",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="rate_steps_are_a_list",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="rate",
                    trigger=pgtrigger.compiler.Trigger(
                        name="prices_are_frozen",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            RAISE EXCEPTION 'rows of % never change', TG_TABLE_NAME\n                USING ERRCODE = 'integrity_constraint_violation';\n        ",
                            hash="2a6c78d214deac116906a7c43a385c9c48e1e77e",
                            operation="UPDATE",
                            pgid="pgtrigger_prices_are_frozen_a36f6",
                            table="catalog_rate",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="rate",
                    trigger=pgtrigger.compiler.Trigger(
                        name="masters_are_there",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            \n            PERFORM 1 FROM catalog_ratedeck WHERE id IN (SELECT deck_id FROM new_rates) FOR KEY SHARE;\n            IF EXISTS (\n                SELECT 1 FROM (SELECT DISTINCT deck_id AS named FROM new_rates) rate\n                 WHERE named IS NOT NULL\n                   AND NOT EXISTS (SELECT 1 FROM catalog_ratedeck WHERE id = named)\n            ) THEN\n                RAISE EXCEPTION 'a rate names a row of catalog_ratedeck that does not exist'\n                    USING ERRCODE = 'foreign_key_violation';\n            END IF;\n        \n            PERFORM 1 FROM catalog_usagecategory WHERE id IN (SELECT category_id FROM new_rates) FOR KEY SHARE;\n            IF EXISTS (\n                SELECT 1 FROM (SELECT DISTINCT category_id AS named FROM new_rates) rate\n                 WHERE named IS NOT NULL\n                   AND NOT EXISTS (SELECT 1 FROM catalog_usagecategory WHERE id = named)\n            ) THEN\n                RAISE EXCEPTION 'a rate names a row of catalog_usagecategory that does not exist'\n                    USING ERRCODE = 'foreign_key_violation';\n            END IF;\n        \n            PERFORM 1 FROM catalog_rateimport WHERE id IN (SELECT imported_by_id FROM new_rates) FOR KEY SHARE;\n            IF EXISTS (\n                SELECT 1 FROM (SELECT DISTINCT imported_by_id AS named FROM new_rates) rate\n                 WHERE named IS NOT NULL\n                   AND NOT EXISTS (SELECT 1 FROM catalog_rateimport WHERE id = named)\n            ) THEN\n                RAISE EXCEPTION 'a rate names a row of catalog_rateimport that does not exist'\n                    USING ERRCODE = 'foreign_key_violation';\n            END IF;\n        \n            PERFORM 1 FROM catalog_timeband\n              WHERE id IN (SELECT band_id FROM new_rates) FOR KEY SHARE;\n            IF EXISTS (\n                SELECT 1 FROM (\n                    SELECT DISTINCT deck_id, band_id FROM new_rates WHERE band_id IS NOT NULL\n                ) rate\n                 WHERE NOT EXISTS (\n                    SELECT 1 FROM catalog_timeband band\n                     WHERE band.id = rate.band_id AND band.deck_id = rate.deck_id\n                 )\n            ) THEN\n                RAISE EXCEPTION 'a rate names a band that is not one of its deck'\n                    USING ERRCODE = 'foreign_key_violation';\n            END IF;\n            RETURN NULL;\n        ",
                            hash="6da0a75c197b45195030f9db1a8b40c940328459",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_masters_are_there_d6707",
                            referencing="REFERENCING NEW TABLE AS new_rates ",
                            table="catalog_rate",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="chargecategoryevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="19e876e6dbc6100bb4b07a7fe34125c1002e4dd9",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_ce9ad",
                            table="catalog_chargecategoryevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="chargecategory",
                    constraint=models.UniqueConstraint(
                        fields=("charge", "category"), name="charge_category_once"
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="chargecategory",
                    trigger=pgtrigger.compiler.Trigger(
                        name="published_is_frozen",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            PERFORM 1 FROM catalog_planversion WHERE id IN (SELECT version_id FROM catalog_charge WHERE id IN (NEW.charge_id, OLD.charge_id)) ORDER BY id FOR SHARE;\n            IF EXISTS (\n                SELECT 1 FROM catalog_planversion WHERE id IN (SELECT version_id FROM catalog_charge WHERE id IN (NEW.charge_id, OLD.charge_id)) AND state = 'published'\n            ) THEN \n            RAISE EXCEPTION 'rows of % never change once they are published', TG_TABLE_NAME\n                USING ERRCODE = 'integrity_constraint_violation';\n\n            END IF;\n            IF TG_OP = 'DELETE' THEN\n                RETURN OLD;\n            END IF;\n            RETURN NEW;\n        ",
                            hash="45598f3ef5c0001bba2df2ac0ba5f1a0fe997868",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_published_is_frozen_7dcdd",
                            table="catalog_chargecategory",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="chargecategory",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_chargecategoryevent" ("category_id", "charge_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."category_id", NEW."charge_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;',
                            hash="fdb42c7a0e3e7f193f9e4496c853d7b58d5dddec",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_37bc9",
                            table="catalog_chargecategory",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="chargecategory",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "catalog_chargecategoryevent" ("category_id", "charge_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."category_id", NEW."charge_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;',
                            hash="ffbe276137ec608a9e08e0d82bc468432f354279",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_5ec0a",
                            table="catalog_chargecategory",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="chargecategory",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "catalog_chargecategoryevent" ("category_id", "charge_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."category_id", OLD."charge_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id"); RETURN NULL;',
                            hash="04049c223b8fce6022eb4d16dadc4b3b5dcb297a",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_40653",
                            table="catalog_chargecategory",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="usagecategoryevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="d3edac6e241f76939c943b893e1b286ee89dc34a",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_50ca0",
                            table="catalog_usagecategoryevent",
                            when="BEFORE",
                        ),
                    ),
                ),
            ]
        ),
        migrations.RunSQL(
            BAND_OF_ITS_DECK,
            "ALTER TABLE catalog_bandhours DROP CONSTRAINT band_hours_band_of_its_deck",
        ),
    ]
