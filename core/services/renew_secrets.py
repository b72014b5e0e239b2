"""Seal every secret of the database anew with the first key, so that older keys may go."""

from __future__ import annotations

from collections.abc import Iterator

from cryptography.fernet import Fernet
from django.apps import apps
from django.db import connection, models, transaction

from core.secret_field import SecretField, is_sealed_by_first_key, seal_anew

BATCH = 1000


def new_key() -> str:
    """A key for FIELD_KEYS."""
    return Fernet.generate_key().decode()


def secret_fields() -> Iterator[tuple[type[models.Model], SecretField]]:
    """Every field that holds secrets, with its model."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, SecretField):
                yield model, field


def renew_secrets(model: type[models.Model], field: SecretField, *, dry_run: bool = False) -> int:
    """Seal anew what another key than the first sealed; how many that were (or would be).

    Each batch of rows is a transaction: a run that was stopped goes on where it was. One that no
    key opens stops it (SecretUnreadableError): nothing is lost.
    """
    table, column, last, renewed = model._meta.db_table, field.column, 0, 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"SELECT id, {column} FROM {table} WHERE id > %s AND {column} <> ''"  # noqa: S608
                f" ORDER BY id LIMIT {BATCH} FOR NO KEY UPDATE",
                [last],
            )
            rows = cursor.fetchall()
            if not rows:
                return renewed
            last = rows[-1][0]
            old = [(row_id, token) for row_id, token in rows if not is_sealed_by_first_key(token)]
            renewed += len(old)
            if old and not dry_run:
                cursor.execute(
                    f"UPDATE {table} SET {column} = renewed.token"  # noqa: S608 – own names
                    " FROM unnest(%s::bigint[], %s::text[]) AS renewed (id, token)"
                    f" WHERE {table}.id = renewed.id",
                    [[row_id for row_id, _ in old], [seal_anew(token) for _, token in old]],
                )
