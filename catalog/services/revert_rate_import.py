"""Takes an import of rates back, as long as nothing was built on it."""

from __future__ import annotations

from datetime import date, datetime

from django.db import connection, transaction

from catalog.models import Rate, RateImport
from catalog.services.importing.rate_changes import put_back
from catalog.services.lock_imports import lock_imports
from catalog.signals import rate_import_reverting
from core.errors import DomainError


def revert_rate_import(record: RateImport, *, by: str, as_of: date, now: datetime) -> int:
    """Remove the rates of an import, put back what gave way to them; the rates removed.

    Only the last import of a deck can be reverted, so that decks go back the way they came.
    Rates that have started by `as_of` may go as long as no usage was rated by them (which can't
    be said of rows that ended a prefix). Raises `DomainError` otherwise; nothing is changed then.
    """
    if not by:
        raise DomainError("Say who reverts the import.")
    with transaction.atomic(), connection.cursor() as cursor:
        lock_imports()
        record = RateImport.objects.select_for_update(of=("self",)).get(pk=record.pk)
        _refuse_what_was_built_on(record)
        rates = Rate.objects.filter(deck=record.deck_id, imported_by=record)
        started = rates.filter(starts_on__lte=as_of)
        if closed := started.filter(ended=True).first():
            raise DomainError(
                f"Prefix {closed.prefix} ended on {closed.starts_on} by import {record.pk}, and"
                " usage may have been rated by shorter prefixes since; take in a file that gives"
                " it a price again instead."
            )
        if started.exists():
            rate_import_reverting.send(sender=RateImport, record=record)
        removed, _ = rates.delete()
        Rate.objects.filter(deck=record.deck_id, superseded_by=record).delete()
        if record.replaced:
            put_back(cursor, bytes(record.replaced))
        record.replaced = None
        record.reverted_at, record.reverted_by = now, by[:200]
        record.save(update_fields=["replaced", "reverted_at", "reverted_by"])
    return removed


def _refuse_what_was_built_on(record: RateImport) -> None:
    if record.reverted_at is not None:
        raise DomainError(
            f"Import {record.pk} was reverted on {record.reverted_at:%Y-%m-%d} by"
            f" {record.reverted_by}."
        )
    later = RateImport.objects.filter(
        deck=record.deck_id, pk__gt=record.pk, reverted_at__isnull=True
    ).first()
    if later is not None:
        raise DomainError(
            f"Import {later.pk} ({later.file_name}) came into the same deck after import"
            f" {record.pk}; revert that one first."
        )
