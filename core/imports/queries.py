"""What is known of earlier imports: the same file again, and how such files were read."""

from __future__ import annotations

from typing import Any

from core.models import Brand, ImportBatch, ImportMapping


def same_import(batch: ImportBatch) -> ImportBatch | None:
    """The latest import that took in this very file with the same mapping and options."""
    rows = ImportBatch.objects.filter(
        kind=batch.kind,
        brand=batch.brand,
        sha256=batch.sha256,
        mapping=batch.mapping,
        state=ImportBatch.State.APPLIED,
    )
    return rows.exclude(pk=batch.pk).defer("compressed").first()


def remembered_mapping(kind: str, brand: Brand | None, fingerprint: str) -> dict[str, Any] | None:
    """How files with this header were read last, in the brand or else everywhere."""
    rows = ImportMapping.objects.filter(kind=kind, fingerprint=fingerprint)
    found = rows.filter(brand=brand).first()
    return found.mapping if found else None
