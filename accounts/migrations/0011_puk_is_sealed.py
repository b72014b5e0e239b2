"""PUKs are sealed where they are stored; the history never held them (accounts/models/sims.py)."""

import django.core.validators
from django.db import migrations, models

import core.secret_field
from core.secret_field import Sealed, seal

BATCH = 2000


def _turn(schema_editor, turn):
    """Put each PUK through `turn`, in batches by id."""
    last = 0
    with schema_editor.connection.cursor() as cursor:
        while True:
            cursor.execute(
                "SELECT id, puk FROM accounts_sim WHERE id > %s AND puk <> '' ORDER BY id LIMIT %s",
                [last, BATCH],
            )
            rows = cursor.fetchall()
            if not rows:
                return
            last = rows[-1][0]
            cursor.execute(
                "UPDATE accounts_sim SET puk = turned.puk"
                " FROM unnest(%s::bigint[], %s::text[]) AS turned (id, puk)"
                " WHERE accounts_sim.id = turned.id",
                [[row_id for row_id, _ in rows], [turn(puk) for _, puk in rows]],
            )


def seal_puks(_apps, schema_editor):
    _turn(schema_editor, seal)


def open_puks(_apps, schema_editor):
    _turn(schema_editor, lambda token: Sealed(token).open())


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0010_ways_of_one_brand"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="sim", name="sim_puk_is_plain"),
        migrations.AlterField(
            model_name="sim",
            name="puk",
            field=core.secret_field.SecretField(
                blank=True,
                editable=False,
                validators=[
                    django.core.validators.RegexValidator("^[0-9]{8}$", "A PUK has 8 digits.")
                ],
                verbose_name="PUK",
            ),
        ),
        migrations.RunPython(seal_puks, open_puks),
        migrations.AddConstraint(
            model_name="sim",
            constraint=models.CheckConstraint(
                condition=models.Q(("puk__regex", "^(gAAAA[A-Za-z0-9_-]+={0,2})?$")),
                name="sim_puk_is_sealed",
            ),
        ),
    ]
