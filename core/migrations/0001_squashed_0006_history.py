"""All tables of this app at once, for databases that are made now; others take the steps."""

import django.contrib.auth.models
import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from importlib import import_module

from django.conf import settings
from django.contrib.postgres.operations import (
    BtreeGistExtension,
    TrigramExtension,
    UnaccentExtension,
)
from django.db import migrations, models

from core.migration_speed import CreateTogether


CACHE_TABLE = import_module("core.migrations.0002_cache_table").Migration.operations


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("core", "0001_initial"),
        ("core", "0002_cache_table"),
        ("core", "0003_api_keys"),
        ("core", "0004_imports"),
        ("core", "0005_approvals_and_events"),
        ("core", "0006_history"),
    ]

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        BtreeGistExtension(),
        TrigramExtension(),
        UnaccentExtension(),
        CreateTogether(
            [
                migrations.CreateModel(
                    name="Brand",
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
                                help_text="ISO 4217 code, for example NOK.", max_length=3
                            ),
                        ),
                        (
                            "zone",
                            models.CharField(
                                help_text="IANA time zone, for example Europe/Oslo.", max_length=60
                            ),
                        ),
                        (
                            "languages",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=10),
                                help_text="First one is the default.",
                                size=None,
                            ),
                        ),
                        (
                            "price_mode",
                            models.CharField(
                                choices=[
                                    ("gross", "gross (tax included)"),
                                    ("net", "net (tax added)"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "reference_kind",
                            models.CharField(
                                choices=[
                                    ("kid_mod10", "KID, modulus 10"),
                                    ("kid_mod11", "KID, modulus 11"),
                                    ("rf", "RF creditor reference (ISO 11649)"),
                                ],
                                default="rf",
                                max_length=20,
                            ),
                        ),
                        (
                            "primary_colour",
                            models.CharField(
                                default="#1f4e79",
                                max_length=7,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^#[0-9a-fA-F]{6}$", "Write a colour as #rrggbb."
                                    )
                                ],
                            ),
                        ),
                        (
                            "accent_colour",
                            models.CharField(
                                default="#c2410c",
                                max_length=7,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^#[0-9a-fA-F]{6}$", "Write a colour as #rrggbb."
                                    )
                                ],
                            ),
                        ),
                        ("logo", models.BinaryField(blank=True, null=True)),
                        ("logo_type", models.CharField(blank=True, editable=False, max_length=40)),
                        ("website", models.CharField(blank=True, max_length=200)),
                        ("support_email", models.EmailField(blank=True, max_length=254)),
                        ("support_phone", models.CharField(blank=True, max_length=40)),
                        (
                            "sender_email",
                            models.EmailField(
                                help_text="From-address of the brand's messages.", max_length=254
                            ),
                        ),
                        (
                            "invoice_message",
                            models.JSONField(
                                blank=True,
                                default=dict,
                                help_text="One message on every invoice, by language.",
                            ),
                        ),
                        ("payment_terms_days", models.PositiveSmallIntegerField(default=14)),
                        (
                            "due_date_on_bank_day",
                            models.BooleanField(
                                default=True,
                                help_text="Move a due date on a non-bank day to the next bank day.",
                            ),
                        ),
                        ("usage_grace_days", models.PositiveSmallIntegerField(default=2)),
                        (
                            "reminder_days_after_due",
                            models.PositiveSmallIntegerField(
                                default=3,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(60),
                                ],
                            ),
                        ),
                        (
                            "minimum_open_amount",
                            models.DecimalField(
                                decimal_places=3,
                                default=50,
                                help_text="Below this, nobody is reminded.",
                                max_digits=12,
                            ),
                        ),
                        ("live", models.BooleanField(default=True)),
                    ],
                    options={
                        "ordering": ("code",),
                    },
                ),
                migrations.CreateModel(
                    name="LegalEntity",
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
                        ("organisation_number", models.CharField(blank=True, max_length=40)),
                        ("vat_number", models.CharField(blank=True, max_length=40)),
                        ("street", models.CharField(blank=True, max_length=200)),
                        ("postcode", models.CharField(blank=True, max_length=20)),
                        ("city", models.CharField(blank=True, max_length=100)),
                        (
                            "country",
                            models.CharField(
                                help_text="ISO 3166 code, for example NO.", max_length=2
                            ),
                        ),
                        (
                            "bank_account",
                            models.CharField(
                                blank=True, help_text="Domestic account.", max_length=40
                            ),
                        ),
                        ("iban", models.CharField(blank=True, max_length=34)),
                        ("bic", models.CharField(blank=True, max_length=11)),
                    ],
                    options={
                        "verbose_name_plural": "legal entities",
                        "ordering": ("code",),
                    },
                ),
                migrations.CreateModel(
                    name="LegalEntityEvent",
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
                        ("organisation_number", models.CharField(blank=True, max_length=40)),
                        ("vat_number", models.CharField(blank=True, max_length=40)),
                        ("street", models.CharField(blank=True, max_length=200)),
                        ("postcode", models.CharField(blank=True, max_length=20)),
                        ("city", models.CharField(blank=True, max_length=100)),
                        (
                            "country",
                            models.CharField(
                                help_text="ISO 3166 code, for example NO.", max_length=2
                            ),
                        ),
                        (
                            "bank_account",
                            models.CharField(
                                blank=True, help_text="Domestic account.", max_length=40
                            ),
                        ),
                        ("iban", models.CharField(blank=True, max_length=34)),
                        ("bic", models.CharField(blank=True, max_length=11)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="NumberSeries",
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
                        ("prefix", models.CharField(blank=True, max_length=20)),
                        ("first_number", models.PositiveBigIntegerField(default=1)),
                        ("next_number", models.PositiveBigIntegerField(default=1)),
                        ("last_issue_date", models.DateField(blank=True, null=True)),
                    ],
                    options={
                        "verbose_name_plural": "number series",
                        "ordering": ("legal_entity", "code"),
                    },
                ),
                migrations.CreateModel(
                    name="NumberSeriesEvent",
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
                        ("prefix", models.CharField(blank=True, max_length=20)),
                        ("first_number", models.PositiveBigIntegerField(default=1)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="RoleEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.IntegerField()),
                        ("name", models.CharField(max_length=150, verbose_name="name")),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="RoleRightEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.IntegerField()),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="UserBrandEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="UserEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        (
                            "is_superuser",
                            models.BooleanField(
                                default=False,
                                help_text="Designates that this user has all permissions without explicitly assigning them.",
                                verbose_name="superuser status",
                            ),
                        ),
                        (
                            "first_name",
                            models.CharField(blank=True, max_length=150, verbose_name="first name"),
                        ),
                        (
                            "last_name",
                            models.CharField(blank=True, max_length=150, verbose_name="last name"),
                        ),
                        (
                            "is_staff",
                            models.BooleanField(
                                default=False,
                                help_text="Designates whether the user can log into this admin site.",
                                verbose_name="staff status",
                            ),
                        ),
                        (
                            "is_active",
                            models.BooleanField(
                                default=True,
                                help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                                verbose_name="active",
                            ),
                        ),
                        (
                            "date_joined",
                            models.DateTimeField(
                                default=django.utils.timezone.now, verbose_name="date joined"
                            ),
                        ),
                        ("email", models.EmailField(max_length=254, verbose_name="e-mail address")),
                        (
                            "password_changed_at",
                            models.DateTimeField(blank=True, editable=False, null=True),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="UserRightEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="UserRoleEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="RoleRight",
                    fields=[],
                    options={
                        "proxy": True,
                        "default_permissions": (),
                        "indexes": [],
                        "constraints": [],
                    },
                    bases=("auth.group_permissions",),
                ),
                migrations.CreateModel(
                    name="Role",
                    fields=[],
                    options={
                        "proxy": True,
                        "default_permissions": (),
                        "indexes": [],
                        "constraints": [],
                    },
                    bases=("auth.group",),
                    managers=[
                        ("objects", django.contrib.auth.models.GroupManager()),
                    ],
                ),
                migrations.CreateModel(
                    name="User",
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
                        ("password", models.CharField(max_length=128, verbose_name="password")),
                        (
                            "last_login",
                            models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                        ),
                        (
                            "is_superuser",
                            models.BooleanField(
                                default=False,
                                help_text="Designates that this user has all permissions without explicitly assigning them.",
                                verbose_name="superuser status",
                            ),
                        ),
                        (
                            "first_name",
                            models.CharField(blank=True, max_length=150, verbose_name="first name"),
                        ),
                        (
                            "last_name",
                            models.CharField(blank=True, max_length=150, verbose_name="last name"),
                        ),
                        (
                            "is_staff",
                            models.BooleanField(
                                default=False,
                                help_text="Designates whether the user can log into this admin site.",
                                verbose_name="staff status",
                            ),
                        ),
                        (
                            "is_active",
                            models.BooleanField(
                                default=True,
                                help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                                verbose_name="active",
                            ),
                        ),
                        (
                            "date_joined",
                            models.DateTimeField(
                                default=django.utils.timezone.now, verbose_name="date joined"
                            ),
                        ),
                        (
                            "email",
                            models.EmailField(
                                max_length=254, unique=True, verbose_name="e-mail address"
                            ),
                        ),
                        (
                            "password_changed_at",
                            models.DateTimeField(blank=True, editable=False, null=True),
                        ),
                        (
                            "groups",
                            models.ManyToManyField(
                                blank=True,
                                help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                                related_name="user_set",
                                related_query_name="user",
                                to="auth.group",
                                verbose_name="groups",
                            ),
                        ),
                        (
                            "user_permissions",
                            models.ManyToManyField(
                                blank=True,
                                help_text="Specific permissions for this user.",
                                related_name="user_set",
                                related_query_name="user",
                                to="auth.permission",
                                verbose_name="user permissions",
                            ),
                        ),
                        (
                            "brands",
                            models.ManyToManyField(
                                blank=True,
                                help_text="Brands this member of staff works for. Superusers see every brand.",
                                related_name="staff",
                                to="core.brand",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="ApiKey",
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
                            "name",
                            models.CharField(help_text="The system that uses it.", max_length=100),
                        ),
                        ("prefix", models.CharField(editable=False, max_length=12, unique=True)),
                        ("digest", models.CharField(editable=False, max_length=64)),
                        (
                            "scopes",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("catalog:read", "read plans, prices and products"),
                                        (
                                            "catalog:publish",
                                            "ask for price versions to be published",
                                        ),
                                        (
                                            "accounts:read",
                                            "read customers, subscriptions and numbers",
                                        ),
                                        ("billing:read", "read invoices"),
                                        ("payments:read", "read payments"),
                                        ("jobs:read", "read the progress of jobs"),
                                    ],
                                    max_length=40,
                                ),
                                size=None,
                            ),
                        ),
                        ("created_at", models.DateTimeField(editable=False)),
                        ("expires_at", models.DateTimeField()),
                        ("revoked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        (
                            "last_used_at",
                            models.DateTimeField(blank=True, editable=False, null=True),
                        ),
                        (
                            "created_by",
                            models.ForeignKey(
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "brand",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="api_keys",
                                to="core.brand",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "API key",
                        "ordering": ("brand", "name", "id"),
                    },
                ),
                migrations.CreateModel(
                    name="Approval",
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
                        ("kind", models.CharField(max_length=60)),
                        ("subject_id", models.BigIntegerField()),
                        ("subject_label", models.CharField(max_length=200)),
                        (
                            "payload",
                            models.JSONField(
                                blank=True, default=dict, help_text="Identifiers and figures only."
                            ),
                        ),
                        ("summary", models.CharField(max_length=300)),
                        (
                            "difference",
                            models.JSONField(
                                default=list, help_text="Rows of label, before and after."
                            ),
                        ),
                        (
                            "amount",
                            models.DecimalField(
                                blank=True, decimal_places=3, max_digits=18, null=True
                            ),
                        ),
                        ("currency", models.CharField(blank=True, max_length=3)),
                        (
                            "fingerprint",
                            models.CharField(
                                help_text="What the subject looked like.", max_length=200
                            ),
                        ),
                        ("reason", models.CharField(max_length=200)),
                        ("requested_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("requested", "requested"),
                                    ("approved", "approved"),
                                    ("rejected", "rejected"),
                                    ("withdrawn", "withdrawn"),
                                    ("expired", "expired"),
                                    ("failed", "moved on"),
                                ],
                                default="requested",
                                max_length=10,
                            ),
                        ),
                        ("decided_at", models.DateTimeField(blank=True, null=True)),
                        ("comment", models.CharField(blank=True, max_length=500)),
                        (
                            "outcome",
                            models.CharField(
                                blank=True, help_text="Why it was not carried out.", max_length=500
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "requested_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "subject_type",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="contenttypes.contenttype",
                            ),
                        ),
                        (
                            "brand",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="approvals",
                                to="core.brand",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("-id",),
                    },
                ),
                migrations.CreateModel(
                    name="ApprovalEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("kind", models.CharField(max_length=60)),
                        ("subject_id", models.BigIntegerField()),
                        ("subject_label", models.CharField(max_length=200)),
                        (
                            "payload",
                            models.JSONField(
                                blank=True, default=dict, help_text="Identifiers and figures only."
                            ),
                        ),
                        ("summary", models.CharField(max_length=300)),
                        (
                            "difference",
                            models.JSONField(
                                default=list, help_text="Rows of label, before and after."
                            ),
                        ),
                        (
                            "amount",
                            models.DecimalField(
                                blank=True, decimal_places=3, max_digits=18, null=True
                            ),
                        ),
                        ("currency", models.CharField(blank=True, max_length=3)),
                        (
                            "fingerprint",
                            models.CharField(
                                help_text="What the subject looked like.", max_length=200
                            ),
                        ),
                        ("reason", models.CharField(max_length=200)),
                        ("requested_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("requested", "requested"),
                                    ("approved", "approved"),
                                    ("rejected", "rejected"),
                                    ("withdrawn", "withdrawn"),
                                    ("expired", "expired"),
                                    ("failed", "moved on"),
                                ],
                                default="requested",
                                max_length=10,
                            ),
                        ),
                        ("decided_at", models.DateTimeField(blank=True, null=True)),
                        ("comment", models.CharField(blank=True, max_length=500)),
                        (
                            "outcome",
                            models.CharField(
                                blank=True, help_text="Why it was not carried out.", max_length=500
                            ),
                        ),
                        (
                            "decided_by",
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
                                to="core.approval",
                            ),
                        ),
                        (
                            "requested_by",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "subject_type",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="contenttypes.contenttype",
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
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="ApiKeyEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        (
                            "name",
                            models.CharField(help_text="The system that uses it.", max_length=100),
                        ),
                        ("prefix", models.CharField(editable=False, max_length=12)),
                        (
                            "scopes",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("catalog:read", "read plans, prices and products"),
                                        (
                                            "catalog:publish",
                                            "ask for price versions to be published",
                                        ),
                                        (
                                            "accounts:read",
                                            "read customers, subscriptions and numbers",
                                        ),
                                        ("billing:read", "read invoices"),
                                        ("payments:read", "read payments"),
                                        ("jobs:read", "read the progress of jobs"),
                                    ],
                                    max_length=40,
                                ),
                                size=None,
                            ),
                        ),
                        ("created_at", models.DateTimeField(editable=False)),
                        ("expires_at", models.DateTimeField()),
                        ("revoked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        (
                            "created_by",
                            models.ForeignKey(
                                db_constraint=False,
                                editable=False,
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
                                to="core.apikey",
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
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="BrandDomain",
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
                            "host",
                            models.CharField(
                                help_text="Without port, lower case.", max_length=200, unique=True
                            ),
                        ),
                        (
                            "brand",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="domains",
                                to="core.brand",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("id",),
                    },
                ),
                migrations.CreateModel(
                    name="BrandDomainEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        (
                            "host",
                            models.CharField(help_text="Without port, lower case.", max_length=200),
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
                                to="core.branddomain",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="EventStream",
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
                        ("account_id", models.BigIntegerField(blank=True, null=True)),
                        ("last_sequence", models.PositiveBigIntegerField(default=0)),
                        (
                            "brand",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.brand",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("id",),
                    },
                ),
                migrations.CreateModel(
                    name="Event",
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
                        ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("sequence", models.PositiveBigIntegerField()),
                        ("kind", models.CharField(max_length=60)),
                        (
                            "payload",
                            models.JSONField(
                                blank=True, default=dict, help_text="Identifiers and figures only."
                            ),
                        ),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "waiting"),
                                    ("delivered", "delivered"),
                                    ("parked", "parked"),
                                    ("skipped", "skipped"),
                                ],
                                default="waiting",
                                max_length=10,
                            ),
                        ),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("next_attempt_at", models.DateTimeField(blank=True, null=True)),
                        ("error", models.TextField(blank=True)),
                        ("delivered_at", models.DateTimeField(blank=True, null=True)),
                        ("skip_reason", models.CharField(blank=True, max_length=200)),
                        (
                            "skipped_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "stream",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="events",
                                to="core.eventstream",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("-id",),
                    },
                ),
                migrations.CreateModel(
                    name="ImportBatch",
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
                        ("kind", models.CharField(max_length=60)),
                        ("file_name", models.CharField(max_length=255)),
                        ("sha256", models.CharField(max_length=64)),
                        (
                            "size",
                            models.PositiveBigIntegerField(
                                help_text="Bytes of the file as it came."
                            ),
                        ),
                        ("compressed", models.BinaryField()),
                        (
                            "mapping",
                            models.JSONField(
                                blank=True, default=dict, help_text="How its columns were read."
                            ),
                        ),
                        (
                            "options",
                            models.JSONField(
                                blank=True, default=dict, help_text="What was said beside the file."
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "draft"),
                                    ("previewed", "previewed"),
                                    ("applying", "applying"),
                                    ("applied", "applied"),
                                    ("failed", "failed"),
                                    ("reverted", "reverted"),
                                ],
                                default="draft",
                                max_length=10,
                            ),
                        ),
                        ("new", models.PositiveIntegerField(default=0)),
                        ("changed", models.PositiveIntegerField(default=0)),
                        ("unchanged", models.PositiveIntegerField(default=0)),
                        (
                            "failed",
                            models.PositiveIntegerField(
                                default=0, help_text="Rows that can't be taken in."
                            ),
                        ),
                        ("report", models.JSONField(blank=True, default=dict)),
                        (
                            "not_revertible",
                            models.CharField(
                                blank=True,
                                help_text="Why this import can't be undone as a whole.",
                                max_length=500,
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("applied_at", models.DateTimeField(blank=True, null=True)),
                        ("reverted_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "applied_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "brand",
                            models.ForeignKey(
                                blank=True,
                                help_text="The only brand that the file may touch; empty: every brand.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
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
                            "reverted_by",
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
                        "verbose_name": "import",
                        "ordering": ("-id",),
                    },
                ),
                migrations.CreateModel(
                    name="ImportMapping",
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
                        ("kind", models.CharField(max_length=60)),
                        (
                            "fingerprint",
                            models.CharField(
                                help_text="SHA-256 of the header's names.", max_length=64
                            ),
                        ),
                        ("mapping", models.JSONField()),
                        ("updated_at", models.DateTimeField()),
                        (
                            "brand",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                to="core.brand",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("-id",),
                    },
                ),
                migrations.CreateModel(
                    name="Job",
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
                        ("kind", models.CharField(max_length=60)),
                        (
                            "payload",
                            models.JSONField(
                                blank=True, default=dict, help_text="Identifiers only."
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("queued", "queued"),
                                    ("running", "running"),
                                    ("done", "done"),
                                    ("parked", "parked"),
                                ],
                                default="queued",
                                max_length=10,
                            ),
                        ),
                        (
                            "unique_key",
                            models.CharField(
                                blank=True,
                                help_text="At most one unfinished job has this key.",
                                max_length=200,
                            ),
                        ),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("worker", models.CharField(blank=True, max_length=100)),
                        ("leased_until", models.DateTimeField(blank=True, null=True)),
                        ("progress_done", models.PositiveBigIntegerField(default=0)),
                        ("progress_total", models.PositiveBigIntegerField(default=0)),
                        ("progress_text", models.CharField(blank=True, max_length=200)),
                        ("result", models.JSONField(blank=True, default=dict)),
                        ("error", models.TextField(blank=True)),
                        ("created_at", models.DateTimeField()),
                        ("finished_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "brand",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="core.brand",
                            ),
                        ),
                        (
                            "requested_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("-id",),
                    },
                ),
                migrations.CreateModel(
                    name="BrandEvent",
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
                                help_text="ISO 4217 code, for example NOK.", max_length=3
                            ),
                        ),
                        (
                            "zone",
                            models.CharField(
                                help_text="IANA time zone, for example Europe/Oslo.", max_length=60
                            ),
                        ),
                        (
                            "languages",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=10),
                                help_text="First one is the default.",
                                size=None,
                            ),
                        ),
                        (
                            "price_mode",
                            models.CharField(
                                choices=[
                                    ("gross", "gross (tax included)"),
                                    ("net", "net (tax added)"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "reference_kind",
                            models.CharField(
                                choices=[
                                    ("kid_mod10", "KID, modulus 10"),
                                    ("kid_mod11", "KID, modulus 11"),
                                    ("rf", "RF creditor reference (ISO 11649)"),
                                ],
                                default="rf",
                                max_length=20,
                            ),
                        ),
                        (
                            "primary_colour",
                            models.CharField(
                                default="#1f4e79",
                                max_length=7,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^#[0-9a-fA-F]{6}$", "Write a colour as #rrggbb."
                                    )
                                ],
                            ),
                        ),
                        (
                            "accent_colour",
                            models.CharField(
                                default="#c2410c",
                                max_length=7,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^#[0-9a-fA-F]{6}$", "Write a colour as #rrggbb."
                                    )
                                ],
                            ),
                        ),
                        ("logo_type", models.CharField(blank=True, editable=False, max_length=40)),
                        ("website", models.CharField(blank=True, max_length=200)),
                        ("support_email", models.EmailField(blank=True, max_length=254)),
                        ("support_phone", models.CharField(blank=True, max_length=40)),
                        (
                            "sender_email",
                            models.EmailField(
                                help_text="From-address of the brand's messages.", max_length=254
                            ),
                        ),
                        (
                            "invoice_message",
                            models.JSONField(
                                blank=True,
                                default=dict,
                                help_text="One message on every invoice, by language.",
                            ),
                        ),
                        ("payment_terms_days", models.PositiveSmallIntegerField(default=14)),
                        (
                            "due_date_on_bank_day",
                            models.BooleanField(
                                default=True,
                                help_text="Move a due date on a non-bank day to the next bank day.",
                            ),
                        ),
                        ("usage_grace_days", models.PositiveSmallIntegerField(default=2)),
                        (
                            "reminder_days_after_due",
                            models.PositiveSmallIntegerField(
                                default=3,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(60),
                                ],
                            ),
                        ),
                        (
                            "minimum_open_amount",
                            models.DecimalField(
                                decimal_places=3,
                                default=50,
                                help_text="Below this, nobody is reminded.",
                                max_digits=12,
                            ),
                        ),
                        ("live", models.BooleanField(default=True)),
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
                                to="core.brand",
                            ),
                        ),
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
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.AddField(
                    model_name="brand",
                    name="legal_entity",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="brands",
                        to="core.legalentity",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="legalentity",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "core_legalentityevent" ("bank_account", "bic", "city", "code", "country", "iban", "id", "name", "organisation_number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "postcode", "street", "vat_number") VALUES (NEW."bank_account", NEW."bic", NEW."city", NEW."code", NEW."country", NEW."iban", NEW."id", NEW."name", NEW."organisation_number", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."postcode", NEW."street", NEW."vat_number"); RETURN NULL;',
                            hash="6e30bf19d41f330c0a3280395e3a4fdfab1c148d",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_6c1c0",
                            table="core_legalentity",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="legalentity",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "core_legalentityevent" ("bank_account", "bic", "city", "code", "country", "iban", "id", "name", "organisation_number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "postcode", "street", "vat_number") VALUES (NEW."bank_account", NEW."bic", NEW."city", NEW."code", NEW."country", NEW."iban", NEW."id", NEW."name", NEW."organisation_number", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."postcode", NEW."street", NEW."vat_number"); RETURN NULL;',
                            hash="5ea2aa240849619a0f7581e56fa9f96cf58f667f",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_51a9f",
                            table="core_legalentity",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="legalentity",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "core_legalentityevent" ("bank_account", "bic", "city", "code", "country", "iban", "id", "name", "organisation_number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "postcode", "street", "vat_number") VALUES (OLD."bank_account", OLD."bic", OLD."city", OLD."code", OLD."country", OLD."iban", OLD."id", OLD."name", OLD."organisation_number", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."postcode", OLD."street", OLD."vat_number"); RETURN NULL;',
                            hash="f60fa108ac12b728b7e3b6a6d8584e251043dd69",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_8c130",
                            table="core_legalentity",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddField(
                    model_name="legalentityevent",
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
                    model_name="legalentityevent",
                    name="pgh_obj",
                    field=models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="core.legalentity",
                    ),
                ),
                migrations.AddField(
                    model_name="numberseries",
                    name="legal_entity",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="series",
                        to="core.legalentity",
                    ),
                ),
                migrations.AddField(
                    model_name="brandevent",
                    name="series",
                    field=models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="core.numberseries",
                    ),
                ),
                migrations.AddField(
                    model_name="brand",
                    name="series",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="brands",
                        to="core.numberseries",
                    ),
                ),
                migrations.AddField(
                    model_name="numberseriesevent",
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
                    model_name="numberseriesevent",
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
                    model_name="numberseriesevent",
                    name="pgh_obj",
                    field=models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="core.numberseries",
                    ),
                ),
                migrations.AddField(
                    model_name="roleevent",
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
                    model_name="rolerightevent",
                    name="group",
                    field=models.ForeignKey(
                        db_constraint=False,
                        db_tablespace="",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="auth.group",
                    ),
                ),
                migrations.AddField(
                    model_name="rolerightevent",
                    name="permission",
                    field=models.ForeignKey(
                        db_constraint=False,
                        db_tablespace="",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="auth.permission",
                    ),
                ),
                migrations.AddField(
                    model_name="rolerightevent",
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
                    model_name="userbrandevent",
                    name="brand",
                    field=models.ForeignKey(
                        db_constraint=False,
                        db_tablespace="",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="core.brand",
                    ),
                ),
                migrations.AddField(
                    model_name="userbrandevent",
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
                    model_name="userbrandevent",
                    name="user",
                    field=models.ForeignKey(
                        db_constraint=False,
                        db_tablespace="",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AddField(
                    model_name="userevent",
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
                    model_name="userevent",
                    name="pgh_obj",
                    field=models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AddField(
                    model_name="userrightevent",
                    name="permission",
                    field=models.ForeignKey(
                        db_constraint=False,
                        db_tablespace="",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="auth.permission",
                    ),
                ),
                migrations.AddField(
                    model_name="userrightevent",
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
                    model_name="userrightevent",
                    name="user",
                    field=models.ForeignKey(
                        db_constraint=False,
                        db_tablespace="",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AddField(
                    model_name="userroleevent",
                    name="group",
                    field=models.ForeignKey(
                        db_constraint=False,
                        db_tablespace="",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="auth.group",
                    ),
                ),
                migrations.AddField(
                    model_name="userroleevent",
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
                    model_name="userroleevent",
                    name="user",
                    field=models.ForeignKey(
                        db_constraint=False,
                        db_tablespace="",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AddField(
                    model_name="rolerightevent",
                    name="pgh_obj",
                    field=models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="core.roleright",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="roleright",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "core_rolerightevent" ("group_id", "id", "permission_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."group_id", NEW."id", NEW."permission_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;',
                            hash="2e1d1542eb6227969e98d727123aa2b56ec6e1b2",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_884f4",
                            table="auth_group_permissions",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="roleright",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "core_rolerightevent" ("group_id", "id", "permission_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."group_id", NEW."id", NEW."permission_id", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;',
                            hash="056449a06cbf9c30bdc039eb00a0a1ae0338a96b",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_75016",
                            table="auth_group_permissions",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="roleright",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "core_rolerightevent" ("group_id", "id", "permission_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."group_id", OLD."id", OLD."permission_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id"); RETURN NULL;',
                            hash="88c83480528a572a9bebc87e82d3a8c0c38a492d",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_99f6b",
                            table="auth_group_permissions",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddField(
                    model_name="roleevent",
                    name="pgh_obj",
                    field=models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="core.role",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="role",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "core_roleevent" ("id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;',
                            hash="7551f680d7c984a7be2a43e85c1d978d07a13836",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_9f0d5",
                            table="auth_group",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="role",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "core_roleevent" ("id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;',
                            hash="d5920dcd182351609bac28dc60e911c48fbfe9ae",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_b1fe6",
                            table="auth_group",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="role",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "core_roleevent" ("id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."id", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id"); RETURN NULL;',
                            hash="3455cba2dc2e69e137400e6117fc467fe3c34da2",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_ed3d7",
                            table="auth_group",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="UserRole",
                    fields=[],
                    options={
                        "proxy": True,
                        "default_permissions": (),
                        "indexes": [],
                        "constraints": [],
                    },
                    bases=("core.user_groups",),
                ),
                migrations.CreateModel(
                    name="UserRight",
                    fields=[],
                    options={
                        "proxy": True,
                        "default_permissions": (),
                        "indexes": [],
                        "constraints": [],
                    },
                    bases=("core.user_user_permissions",),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="approvalevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="6ce146106ae80578f343dd4a51014a76cf98d1bb",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_e2da9",
                            table="core_approvalevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddIndex(
                    model_name="approval",
                    index=models.Index(
                        condition=models.Q(("state", "requested")),
                        fields=["expires_at"],
                        name="approval_waiting",
                    ),
                ),
                migrations.AddIndex(
                    model_name="approval",
                    index=models.Index(
                        fields=["subject_type", "subject_id"], name="approval_subject"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="approval",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                (
                                    "requested",
                                    "approved",
                                    "rejected",
                                    "withdrawn",
                                    "expired",
                                    "failed",
                                ),
                            )
                        ),
                        name="approval_state_is_known",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="approval",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            models.Q(("decided_by", models.F("requested_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="approval_checker_is_not_maker",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="approval",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("state", "requested")),
                            models.Q(
                                models.Q(("state", "requested"), _negated=True),
                                ("decided_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="approval_decided_has_a_time",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="approval",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_by__isnull", False),
                                ("state__in", ("approved", "rejected", "failed")),
                            ),
                            models.Q(
                                ("decided_by__isnull", True),
                                ("state__in", ("requested", "withdrawn", "expired")),
                            ),
                            _connector="OR",
                        ),
                        name="approval_decision_has_a_checker",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="approval",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("state", "requested")),
                        fields=("kind", "subject_type", "subject_id"),
                        name="approval_open_once_per_subject",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="approval",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="approval_reason_is_given",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="approval",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("amount__isnull", True), ("currency", "")),
                            models.Q(("amount__isnull", False), ("currency__regex", "^[A-Z]{3}$")),
                            _connector="OR",
                        ),
                        name="approval_amount_has_a_currency",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="approval",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("requested_at"))),
                        name="approval_expires_after_request",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="approval",
                    trigger=pgtrigger.compiler.Trigger(
                        name="request_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n    IF TG_OP = 'DELETE' OR OLD.state <> 'requested' THEN\n        RAISE EXCEPTION 'a decided approval never changes, and none is removed'\n            USING ERRCODE = 'integrity_constraint_violation';\n    END IF;\n    IF (to_jsonb(OLD) - ARRAY['state', 'decided_by_id', 'decided_at', 'comment', 'outcome'])\n        IS DISTINCT FROM\n        (to_jsonb(NEW) - ARRAY['state', 'decided_by_id', 'decided_at', 'comment', 'outcome'])\n    THEN\n        RAISE EXCEPTION 'what was asked for never changes; withdraw it and ask anew'\n            USING ERRCODE = 'integrity_constraint_violation';\n    END IF;\n    RETURN NEW;\n",
                            hash="ebeeadbdca5972d61fc7d517bb0aef95a2689d22",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_request_is_fixed_54c6d",
                            table="core_approval",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="approval",
                    trigger=pgtrigger.compiler.Trigger(
                        name="no_truncate",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF current_setting('trunkline.allow_flush', true) IS DISTINCT FROM 'on' THEN\n                RAISE EXCEPTION 'rows of % are never removed', TG_TABLE_NAME\n                    USING ERRCODE = 'integrity_constraint_violation';\n            END IF;\n            RETURN NULL;\n        ",
                            hash="f2f40727d110b6404dedb8aa0ef62b834b81703e",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_no_truncate_e82b7",
                            table="core_approval",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="approval",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "core_approvalevent" ("amount", "brand_id", "comment", "currency", "decided_at", "decided_by_id", "difference", "expires_at", "fingerprint", "id", "kind", "outcome", "payload", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "requested_at", "requested_by_id", "state", "subject_id", "subject_label", "subject_type_id", "summary") VALUES (NEW."amount", NEW."brand_id", NEW."comment", NEW."currency", NEW."decided_at", NEW."decided_by_id", NEW."difference", NEW."expires_at", NEW."fingerprint", NEW."id", NEW."kind", NEW."outcome", NEW."payload", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reason", NEW."requested_at", NEW."requested_by_id", NEW."state", NEW."subject_id", NEW."subject_label", NEW."subject_type_id", NEW."summary"); RETURN NULL;',
                            hash="dae7afb65052bc4d7df59486c8f665ad7a05c383",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_fcd4e",
                            table="core_approval",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="approval",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "core_approvalevent" ("amount", "brand_id", "comment", "currency", "decided_at", "decided_by_id", "difference", "expires_at", "fingerprint", "id", "kind", "outcome", "payload", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "requested_at", "requested_by_id", "state", "subject_id", "subject_label", "subject_type_id", "summary") VALUES (NEW."amount", NEW."brand_id", NEW."comment", NEW."currency", NEW."decided_at", NEW."decided_by_id", NEW."difference", NEW."expires_at", NEW."fingerprint", NEW."id", NEW."kind", NEW."outcome", NEW."payload", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."requested_at", NEW."requested_by_id", NEW."state", NEW."subject_id", NEW."subject_label", NEW."subject_type_id", NEW."summary"); RETURN NULL;',
                            hash="e19205e16f88537c05b252f373868b1b4bc7eec6",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_4caa9",
                            table="core_approval",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="approval",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "core_approvalevent" ("amount", "brand_id", "comment", "currency", "decided_at", "decided_by_id", "difference", "expires_at", "fingerprint", "id", "kind", "outcome", "payload", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "requested_at", "requested_by_id", "state", "subject_id", "subject_label", "subject_type_id", "summary") VALUES (OLD."amount", OLD."brand_id", OLD."comment", OLD."currency", OLD."decided_at", OLD."decided_by_id", OLD."difference", OLD."expires_at", OLD."fingerprint", OLD."id", OLD."kind", OLD."outcome", OLD."payload", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reason", OLD."requested_at", OLD."requested_by_id", OLD."state", OLD."subject_id", OLD."subject_label", OLD."subject_type_id", OLD."summary"); RETURN NULL;',
                            hash="8f9c50eb98a1bad034c8e2f457c4680f065b239c",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_bcf7e",
                            table="core_approval",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="apikeyevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="627bac82cbcc9aba4a0a44c20d3d8d3e3ea9e17b",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_e961a",
                            table="core_apikeyevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="apikey",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("scopes__len__gt", 0),
                            (
                                "scopes__contained_by",
                                [
                                    "catalog:read",
                                    "catalog:publish",
                                    "accounts:read",
                                    "billing:read",
                                    "payments:read",
                                    "jobs:read",
                                ],
                            ),
                        ),
                        name="api_key_scopes_are_known",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="apikey",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("created_at"))),
                        name="api_key_expires_after_creation",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="apikey",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")),
                        name="api_key_digest_is_sha256",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="apikey",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "core_apikeyevent" ("brand_id", "created_at", "created_by_id", "expires_at", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prefix", "revoked_at", "scopes") VALUES (NEW."brand_id", NEW."created_at", NEW."created_by_id", NEW."expires_at", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."prefix", NEW."revoked_at", NEW."scopes"); RETURN NULL;',
                            hash="29beb30d07e044ed101cc5d15a4364b3b73b8360",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_2ea22",
                            table="core_apikey",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="apikey",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."created_by_id" IS DISTINCT FROM (NEW."created_by_id") OR OLD."expires_at" IS DISTINCT FROM (NEW."expires_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."prefix" IS DISTINCT FROM (NEW."prefix") OR OLD."revoked_at" IS DISTINCT FROM (NEW."revoked_at") OR OLD."scopes" IS DISTINCT FROM (NEW."scopes"))',
                            func='INSERT INTO "core_apikeyevent" ("brand_id", "created_at", "created_by_id", "expires_at", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prefix", "revoked_at", "scopes") VALUES (NEW."brand_id", NEW."created_at", NEW."created_by_id", NEW."expires_at", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."prefix", NEW."revoked_at", NEW."scopes"); RETURN NULL;',
                            hash="eb689381d9609c7ee46cc7d2023d71795fc4056e",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_31173",
                            table="core_apikey",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="apikey",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "core_apikeyevent" ("brand_id", "created_at", "created_by_id", "expires_at", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prefix", "revoked_at", "scopes") VALUES (OLD."brand_id", OLD."created_at", OLD."created_by_id", OLD."expires_at", OLD."id", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."prefix", OLD."revoked_at", OLD."scopes"); RETURN NULL;',
                            hash="91de4b118ef39a2269a93188c14c7dfe5597e534",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_61faa",
                            table="core_apikey",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="user",
                    constraint=models.UniqueConstraint(
                        django.db.models.functions.text.Lower("email"),
                        name="user_email_once_whatever_its_case",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="user",
                    trigger=pgtrigger.compiler.Trigger(
                        name="password_has_a_time",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.password IS DISTINCT FROM NEW.password)",
                            func="\n    NEW.password_changed_at = clock_timestamp();\n    RETURN NEW;\n",
                            hash="edc4f4647e956adbba407e029de54ab8cb6e672f",
                            operation="UPDATE",
                            pgid="pgtrigger_password_has_a_time_c68c2",
                            table="core_user",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="user",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "core_userevent" ("date_joined", "email", "first_name", "id", "is_active", "is_staff", "is_superuser", "last_name", "password_changed_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."date_joined", NEW."email", NEW."first_name", NEW."id", NEW."is_active", NEW."is_staff", NEW."is_superuser", NEW."last_name", NEW."password_changed_at", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;',
                            hash="9809be1615a075e1d28954f3e5cfd6253f84b1a5",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_45de6",
                            table="core_user",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="user",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."date_joined" IS DISTINCT FROM (NEW."date_joined") OR OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."first_name" IS DISTINCT FROM (NEW."first_name") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."is_staff" IS DISTINCT FROM (NEW."is_staff") OR OLD."is_superuser" IS DISTINCT FROM (NEW."is_superuser") OR OLD."last_name" IS DISTINCT FROM (NEW."last_name") OR OLD."password_changed_at" IS DISTINCT FROM (NEW."password_changed_at"))',
                            func='INSERT INTO "core_userevent" ("date_joined", "email", "first_name", "id", "is_active", "is_staff", "is_superuser", "last_name", "password_changed_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."date_joined", NEW."email", NEW."first_name", NEW."id", NEW."is_active", NEW."is_staff", NEW."is_superuser", NEW."last_name", NEW."password_changed_at", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;',
                            hash="948a47e2a66d219424c710d2ede3216ded2f4e25",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_6ccff",
                            table="core_user",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="user",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "core_userevent" ("date_joined", "email", "first_name", "id", "is_active", "is_staff", "is_superuser", "last_name", "password_changed_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."date_joined", OLD."email", OLD."first_name", OLD."id", OLD."is_active", OLD."is_staff", OLD."is_superuser", OLD."last_name", OLD."password_changed_at", _pgh_attach_context(), NOW(), \'delete\', OLD."id"); RETURN NULL;',
                            hash="4671afc0ecc06e555f2f39f1803d29d6ac4dbe7e",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_1425a",
                            table="core_user",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="UserBrand",
                    fields=[],
                    options={
                        "proxy": True,
                        "default_permissions": (),
                        "indexes": [],
                        "constraints": [],
                    },
                    bases=("core.user_brands",),
                ),
                migrations.AddConstraint(
                    model_name="branddomain",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("host__regex", "^[a-z0-9.-]+$")),
                        name="brand_domain_is_a_host_name",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="branddomain",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "core_branddomainevent" ("brand_id", "host", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."brand_id", NEW."host", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;',
                            hash="0e8bc2f2a8abc84c04953b26b944e9e3fe53f1b9",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_dff89",
                            table="core_branddomain",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="branddomain",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "core_branddomainevent" ("brand_id", "host", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."brand_id", NEW."host", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;',
                            hash="4cb79b068b9d2fc28c231ea8db55aada21ee4621",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_ac807",
                            table="core_branddomain",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="branddomain",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "core_branddomainevent" ("brand_id", "host", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."brand_id", OLD."host", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id"); RETURN NULL;',
                            hash="6f6f915e68ed0e0971f72803b74a2a8cbd588a48",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_42eea",
                            table="core_branddomain",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="branddomainevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="399d34b26c201e99492d40382d7f134d3661b26a",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_81f2f",
                            table="core_branddomainevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="eventstream",
                    constraint=models.UniqueConstraint(
                        fields=("brand", "account_id"),
                        name="event_stream_once_per_account",
                        nulls_distinct=False,
                    ),
                ),
                migrations.AddIndex(
                    model_name="event",
                    index=models.Index(
                        condition=models.Q(("state__in", ("waiting", "parked"))),
                        fields=["stream", "sequence"],
                        name="event_undelivered",
                    ),
                ),
                migrations.AddIndex(
                    model_name="event",
                    index=models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["id"],
                        name="event_waiting",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="event",
                    constraint=models.UniqueConstraint(
                        fields=("stream", "sequence"), name="event_place_in_its_stream_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="event",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ("waiting", "delivered", "parked", "skipped"))
                        ),
                        name="event_state_is_known",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="event",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("delivered_at__isnull", False), ("state", "delivered")),
                            models.Q(
                                models.Q(("state", "delivered"), _negated=True),
                                ("delivered_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="event_delivered_has_a_time",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="event",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("skipped_by__isnull", False),
                                ("state", "skipped"),
                                models.Q(("skip_reason", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("state", "skipped"), _negated=True),
                                ("skip_reason", ""),
                                ("skipped_by__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="event_skipped_by_somebody_for_a_reason",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="event",
                    trigger=pgtrigger.compiler.Trigger(
                        name="event_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n    IF TG_OP = 'DELETE' THEN\n        IF OLD.state IN ('waiting', 'parked') THEN\n            RAISE EXCEPTION 'an event that was not delivered is not removed'\n                USING ERRCODE = 'integrity_constraint_violation';\n        END IF;\n        RETURN OLD;\n    END IF;\n    IF OLD.state IN ('delivered', 'skipped')\n        OR ROW(OLD.uid, OLD.stream_id, OLD.sequence, OLD.kind, OLD.payload, OLD.recorded_at)\n        IS DISTINCT FROM\n        ROW(NEW.uid, NEW.stream_id, NEW.sequence, NEW.kind, NEW.payload, NEW.recorded_at)\n    THEN\n        RAISE EXCEPTION 'what an event says never changes'\n            USING ERRCODE = 'integrity_constraint_violation';\n    END IF;\n    RETURN NEW;\n",
                            hash="75c547b35935eb85831498104c6febf93e615bdd",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_event_is_fixed_d02dd",
                            table="core_event",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="event",
                    trigger=pgtrigger.compiler.Trigger(
                        name="no_truncate",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF current_setting('trunkline.allow_flush', true) IS DISTINCT FROM 'on' THEN\n                RAISE EXCEPTION 'rows of % are never removed', TG_TABLE_NAME\n                    USING ERRCODE = 'integrity_constraint_violation';\n            END IF;\n            RETURN NULL;\n        ",
                            hash="e64c78d77061ff218f515a2471a85c1d6c4d1a3b",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_no_truncate_65091",
                            table="core_event",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddIndex(
                    model_name="importbatch",
                    index=models.Index(fields=["kind", "sha256"], name="import_batch_by_file"),
                ),
                migrations.AddConstraint(
                    model_name="importbatch",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ("draft", "previewed", "applying", "applied", "failed", "reverted"),
                            )
                        ),
                        name="import_batch_state_is_known",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="importbatch",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state__in", ("applied", "reverted")),
                                ("applied_at__isnull", False),
                            ),
                            models.Q(
                                models.Q(("state__in", ("applied", "reverted")), _negated=True),
                                ("applied_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="import_batch_applied_has_its_time",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="importbatch",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "reverted"), ("reverted_at__isnull", False)),
                            models.Q(
                                models.Q(("state", "reverted"), _negated=True),
                                ("reverted_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="import_batch_reverted_has_its_time",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="importbatch",
                    trigger=pgtrigger.compiler.Trigger(
                        name="applied_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.\"state\" IN ('applied', 'reverted'))",
                            func="\n                    IF TG_OP = 'UPDATE' AND OLD.state = 'applied' AND NEW.state = 'reverted'\n                       AND to_jsonb(OLD) - '{state,reverted_by_id,reverted_at}'::text[]\n                         = to_jsonb(NEW) - '{state,reverted_by_id,reverted_at}'::text[] THEN\n                        RETURN NEW;\n                    END IF;\n                    RAISE EXCEPTION 'an applied import never changes'\n                        USING ERRCODE = 'integrity_constraint_violation';\n                ",
                            hash="bfac74b94cf54eb0790c822eb8395f2024558d9c",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_applied_stays_cab3a",
                            table="core_importbatch",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="importbatch",
                    trigger=pgtrigger.compiler.Trigger(
                        name="no_truncate",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF current_setting('trunkline.allow_flush', true) IS DISTINCT FROM 'on' THEN\n                RAISE EXCEPTION 'rows of % are never removed', TG_TABLE_NAME\n                    USING ERRCODE = 'integrity_constraint_violation';\n            END IF;\n            RETURN NULL;\n        ",
                            hash="d346c8f79878ce03aefd79a4a438eb609f5e6334",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_no_truncate_299b1",
                            table="core_importbatch",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="importmapping",
                    constraint=models.UniqueConstraint(
                        fields=("kind", "brand", "fingerprint"),
                        name="import_mapping_once_per_header",
                        nulls_distinct=False,
                    ),
                ),
                migrations.AddIndex(
                    model_name="job",
                    index=models.Index(
                        condition=models.Q(("state", "queued")), fields=["id"], name="job_queued"
                    ),
                ),
                migrations.AddIndex(
                    model_name="job",
                    index=models.Index(
                        condition=models.Q(("state", "running")),
                        fields=["leased_until"],
                        name="job_running_lease",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="job",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(
                            models.Q(("unique_key", ""), _negated=True),
                            ("state__in", ("queued", "running", "parked")),
                        ),
                        fields=("unique_key",),
                        name="job_unfinished_key_once",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="job",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("state__in", ("queued", "running", "done", "parked"))),
                        name="job_state_is_known",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="job",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "running"), _negated=True),
                            ("leased_until__isnull", False),
                            _connector="OR",
                        ),
                        name="job_running_has_a_lease",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="legalentityevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="4bc8c302540d6ab70101167f7e5d1832ea85e1af",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_e9714",
                            table="core_legalentityevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="numberseries",
                    constraint=models.UniqueConstraint(
                        fields=("legal_entity", "code"), name="series_code_once_per_legal_entity"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="numberseries",
                    constraint=models.UniqueConstraint(
                        fields=("legal_entity", "prefix"),
                        name="series_prefix_once_per_legal_entity",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="numberseries",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("next_number__gte", models.F("first_number"))),
                        name="series_never_before_its_first_number",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="numberseries",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "core_numberseriesevent" ("code", "first_number", "id", "legal_entity_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prefix") VALUES (NEW."code", NEW."first_number", NEW."id", NEW."legal_entity_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."prefix"); RETURN NULL;',
                            hash="2b68833a5792bb0edbcb14cc56cce32fe333ffd9",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_813e4",
                            table="core_numberseries",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="numberseries",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."first_number" IS DISTINCT FROM (NEW."first_number") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."legal_entity_id" IS DISTINCT FROM (NEW."legal_entity_id") OR OLD."prefix" IS DISTINCT FROM (NEW."prefix"))',
                            func='INSERT INTO "core_numberseriesevent" ("code", "first_number", "id", "legal_entity_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prefix") VALUES (NEW."code", NEW."first_number", NEW."id", NEW."legal_entity_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."prefix"); RETURN NULL;',
                            hash="58686205eb95c2b103d4e8ed541ed80317875e42",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_e942b",
                            table="core_numberseries",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="numberseries",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "core_numberseriesevent" ("code", "first_number", "id", "legal_entity_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prefix") VALUES (OLD."code", OLD."first_number", OLD."id", OLD."legal_entity_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."prefix"); RETURN NULL;',
                            hash="9723356bba7a8dc53d20f38e1ea5a2c2c4da9ad2",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_11a4b",
                            table="core_numberseries",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="brandevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="699dbc77c9141e6a358aae3ee784d1dd8f0f95cb",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_7f0f4",
                            table="core_brandevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="brand",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("minimum_open_amount__gte", 0)),
                        name="brand_minimum_open_not_negative",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="brand",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("languages__len__gt", 0)), name="brand_has_a_language"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="brand",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[A-Z]{3}$")),
                        name="brand_currency_is_iso",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="brand",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "core_brandevent" ("accent_colour", "code", "currency", "due_date_on_bank_day", "id", "invoice_message", "languages", "legal_entity_id", "live", "logo_type", "minimum_open_amount", "name", "payment_terms_days", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "price_mode", "primary_colour", "reference_kind", "reminder_days_after_due", "sender_email", "series_id", "support_email", "support_phone", "usage_grace_days", "website", "zone") VALUES (NEW."accent_colour", NEW."code", NEW."currency", NEW."due_date_on_bank_day", NEW."id", NEW."invoice_message", NEW."languages", NEW."legal_entity_id", NEW."live", NEW."logo_type", NEW."minimum_open_amount", NEW."name", NEW."payment_terms_days", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."price_mode", NEW."primary_colour", NEW."reference_kind", NEW."reminder_days_after_due", NEW."sender_email", NEW."series_id", NEW."support_email", NEW."support_phone", NEW."usage_grace_days", NEW."website", NEW."zone"); RETURN NULL;',
                            hash="7e8ee823dcc97e1c45f3ce7a550ab6823ae0a5b2",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_2d97a",
                            table="core_brand",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="brand",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."accent_colour" IS DISTINCT FROM (NEW."accent_colour") OR OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."due_date_on_bank_day" IS DISTINCT FROM (NEW."due_date_on_bank_day") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."invoice_message" IS DISTINCT FROM (NEW."invoice_message") OR OLD."languages" IS DISTINCT FROM (NEW."languages") OR OLD."legal_entity_id" IS DISTINCT FROM (NEW."legal_entity_id") OR OLD."live" IS DISTINCT FROM (NEW."live") OR OLD."logo_type" IS DISTINCT FROM (NEW."logo_type") OR OLD."minimum_open_amount" IS DISTINCT FROM (NEW."minimum_open_amount") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."payment_terms_days" IS DISTINCT FROM (NEW."payment_terms_days") OR OLD."price_mode" IS DISTINCT FROM (NEW."price_mode") OR OLD."primary_colour" IS DISTINCT FROM (NEW."primary_colour") OR OLD."reference_kind" IS DISTINCT FROM (NEW."reference_kind") OR OLD."reminder_days_after_due" IS DISTINCT FROM (NEW."reminder_days_after_due") OR OLD."sender_email" IS DISTINCT FROM (NEW."sender_email") OR OLD."series_id" IS DISTINCT FROM (NEW."series_id") OR OLD."support_email" IS DISTINCT FROM (NEW."support_email") OR OLD."support_phone" IS DISTINCT FROM (NEW."support_phone") OR OLD."usage_grace_days" IS DISTINCT FROM (NEW."usage_grace_days") OR OLD."website" IS DISTINCT FROM (NEW."website") OR OLD."zone" IS DISTINCT FROM (NEW."zone"))',
                            func='INSERT INTO "core_brandevent" ("accent_colour", "code", "currency", "due_date_on_bank_day", "id", "invoice_message", "languages", "legal_entity_id", "live", "logo_type", "minimum_open_amount", "name", "payment_terms_days", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "price_mode", "primary_colour", "reference_kind", "reminder_days_after_due", "sender_email", "series_id", "support_email", "support_phone", "usage_grace_days", "website", "zone") VALUES (NEW."accent_colour", NEW."code", NEW."currency", NEW."due_date_on_bank_day", NEW."id", NEW."invoice_message", NEW."languages", NEW."legal_entity_id", NEW."live", NEW."logo_type", NEW."minimum_open_amount", NEW."name", NEW."payment_terms_days", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."price_mode", NEW."primary_colour", NEW."reference_kind", NEW."reminder_days_after_due", NEW."sender_email", NEW."series_id", NEW."support_email", NEW."support_phone", NEW."usage_grace_days", NEW."website", NEW."zone"); RETURN NULL;',
                            hash="ea8b990210a27cb16025a0acfc88520fd29a612d",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_60465",
                            table="core_brand",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="brand",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "core_brandevent" ("accent_colour", "code", "currency", "due_date_on_bank_day", "id", "invoice_message", "languages", "legal_entity_id", "live", "logo_type", "minimum_open_amount", "name", "payment_terms_days", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "price_mode", "primary_colour", "reference_kind", "reminder_days_after_due", "sender_email", "series_id", "support_email", "support_phone", "usage_grace_days", "website", "zone") VALUES (OLD."accent_colour", OLD."code", OLD."currency", OLD."due_date_on_bank_day", OLD."id", OLD."invoice_message", OLD."languages", OLD."legal_entity_id", OLD."live", OLD."logo_type", OLD."minimum_open_amount", OLD."name", OLD."payment_terms_days", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."price_mode", OLD."primary_colour", OLD."reference_kind", OLD."reminder_days_after_due", OLD."sender_email", OLD."series_id", OLD."support_email", OLD."support_phone", OLD."usage_grace_days", OLD."website", OLD."zone"); RETURN NULL;',
                            hash="a90ba62b8a2cbffd2e7e83802890fd1df849b21d",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_d3c80",
                            table="core_brand",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="numberseriesevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="ed84c9c5a88047f4864e7cdacddab70abcabfcba",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_aea85",
                            table="core_numberseriesevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="userevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="6c831c7829668854425dc56f04bf5cdb370a36ff",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_1b55a",
                            table="core_userevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="rolerightevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="bebcfb9fc5762ba009627e7242feac1c43d329c9",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_9c55d",
                            table="core_rolerightevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="roleevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="54dd678cae291d3fe6a2d0c1c461f65a5d88207a",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_b571b",
                            table="core_roleevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddField(
                    model_name="userroleevent",
                    name="pgh_obj",
                    field=models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="core.userrole",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="userrole",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "core_userroleevent" ("group_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id") VALUES (NEW."group_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."user_id"); RETURN NULL;',
                            hash="e59b1776c8c4d7dc4041419d802ae85883e4191e",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_f0109",
                            table="core_user_groups",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="userrole",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "core_userroleevent" ("group_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id") VALUES (NEW."group_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."user_id"); RETURN NULL;',
                            hash="2d5317839b98d921bcf8d57666884652569cd04f",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_99475",
                            table="core_user_groups",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="userrole",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "core_userroleevent" ("group_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id") VALUES (OLD."group_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."user_id"); RETURN NULL;',
                            hash="a51f65d4ea5010c760884feccd73d9da103088da",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_f7990",
                            table="core_user_groups",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddField(
                    model_name="userrightevent",
                    name="pgh_obj",
                    field=models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="core.userright",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="userright",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "core_userrightevent" ("id", "permission_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id") VALUES (NEW."id", NEW."permission_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."user_id"); RETURN NULL;',
                            hash="2ad0aafd1f5fd38725b4ae92de583df1ded9f97e",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_f78cf",
                            table="core_user_user_permissions",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="userright",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "core_userrightevent" ("id", "permission_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id") VALUES (NEW."id", NEW."permission_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."user_id"); RETURN NULL;',
                            hash="b7ef9a85a3b36f22bb7c52ca8f4eb691561a5b5f",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_41ba5",
                            table="core_user_user_permissions",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="userright",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "core_userrightevent" ("id", "permission_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id") VALUES (OLD."id", OLD."permission_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."user_id"); RETURN NULL;',
                            hash="811c8e88854cdf9b8d586fbc83d18d948deb3ed5",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_3e1bc",
                            table="core_user_user_permissions",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddField(
                    model_name="userbrandevent",
                    name="pgh_obj",
                    field=models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="core.userbrand",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="userbrand",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "core_userbrandevent" ("brand_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id") VALUES (NEW."brand_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."user_id"); RETURN NULL;',
                            hash="90b1d8bf31a99552f94a2a8e1783dacdd3b751f8",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_8c96c",
                            table="core_user_brands",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="userbrand",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "core_userbrandevent" ("brand_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id") VALUES (NEW."brand_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."user_id"); RETURN NULL;',
                            hash="558c4c85bdb9bbddc7175f42b9c79999e175ccb0",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_2c119",
                            table="core_user_brands",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="userbrand",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "core_userbrandevent" ("brand_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id") VALUES (OLD."brand_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."user_id"); RETURN NULL;',
                            hash="bdb9e10e056c81a221ee9d8d01957f07010be09d",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_1166f",
                            table="core_user_brands",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="userroleevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="470b2e390a437c1111097b3a7f2edf9e215f3c8a",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_c7580",
                            table="core_userroleevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="userrightevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="eef9b7c4ead6e04f3db3b87594fa769502674876",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_05d51",
                            table="core_userrightevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="userbrandevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="dc8c1d92ec2cfccb1c09a80661bb65124e82c614",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_4bade",
                            table="core_userbrandevent",
                            when="BEFORE",
                        ),
                    ),
                ),
            ]
        ),
        *CACHE_TABLE,
    ]
