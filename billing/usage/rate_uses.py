"""Objects to removing rates by which usage was rated."""

from __future__ import annotations

from typing import Any

from django.db import connection

from catalog.models import RateImport
from core.errors import DomainError

_USED = """
    SELECT rate.prefix, usage.start_at
      FROM billing_usagerecord usage JOIN catalog_rate rate ON rate.id = usage.rate_id
     WHERE rate.deck_id = %(deck)s AND rate.imported_by_id = %(record)s
       AND usage.start_at >= (
           SELECT min(starts_on) - 1 FROM catalog_rate
            WHERE deck_id = %(deck)s AND imported_by_id = %(record)s
       )
     LIMIT 1
"""


def keep_rates_that_rated_usage(*, record: RateImport, **_: Any) -> None:
    """Refuse to revert an import whose rates have priced usage."""
    with connection.cursor() as cursor:
        # Waits for usage that is being stored, and keeps more from coming meanwhile.
        cursor.execute("LOCK TABLE billing_usagerecord IN SHARE MODE")
        cursor.execute(_USED, {"deck": record.deck_id, "record": record.pk})
        used = cursor.fetchone()
    if used:
        prefix, start = used
        raise DomainError(
            f"Usage of {start:%Y-%m-%d} was rated by prefix {prefix} of import {record.pk};"
            " take in a file with the right prices and a later start instead."
        )
