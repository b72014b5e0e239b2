"""Keep an import's file, mapping and state: all moves from state to state happen here."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import PurePath
from typing import Any

from core.errors import DomainError
from core.imports.kinds import kind_of
from core.imports.mapping import parse_mapping
from core.models import Brand, ImportBatch, ImportMapping, User

State = ImportBatch.State
BYTES_MAX = 512 * 1024 * 1024


def start_import(
    kind: str,
    content: bytes,
    *,
    file: str,
    now: datetime,
    brand: Brand | None = None,
    user: User | None = None,
    mapping: Mapping[str, Any] | None = None,
    options: Mapping[str, Any] | None = None,
    state: str = State.DRAFT,
) -> ImportBatch:
    """Keep a file that shall be taken in; nothing of it is read yet.

    `brand` is the only one it may touch, None every one. Raises DomainError for an unknown kind
    and a file that is too large.
    """
    known = kind_of(kind)
    if len(content) > BYTES_MAX:
        raise DomainError(f"{file} is larger than {BYTES_MAX:,} bytes; split it.")
    if mapping:
        parse_mapping(mapping, known.fields)
    return ImportBatch.objects.create(
        kind=known.code,
        brand=brand,
        file_name=PurePath(file).name[-255:],
        sha256=sha256(content).hexdigest(),
        size=len(content),
        compressed=zlib.compress(content, 6),
        mapping=dict(mapping or {}),
        options=dict(options or {}),
        state=state,
        created_by=user,
        created_at=now,
    )


def map_import(
    batch: ImportBatch, *, mapping: Mapping[str, Any], options: Mapping[str, Any]
) -> None:
    """Say how the file is read; a preview made before counts no more."""
    parse_mapping(mapping, kind_of(batch.kind).fields)
    values = {"mapping": dict(mapping), "options": dict(options), "report": {}}
    move(batch, State.DRAFT, **values, new=0, changed=0, unchanged=0, failed=0)


def move(batch: ImportBatch, state: str, **values: Any) -> None:
    """Bring a batch into a state with these values, if its present state allows it.

    Raises DomainError where it doesn't, or where another process moved it meanwhile.
    """
    before = State(batch.state)
    allowed = state == before or state in ImportBatch.TRANSITIONS[before]
    rows = ImportBatch.objects.filter(pk=batch.pk, state=before)
    if not allowed or not rows.update(state=state, **values):
        raise DomainError(f"An import that is {before.label} can't become {State(state).label}.")
    batch.state = state
    for name, value in values.items():
        setattr(batch, name, value)


def remember_mapping(batch: ImportBatch, fingerprint: str, *, now: datetime) -> None:
    """Offer this mapping for the next file with the same header."""
    ImportMapping.objects.update_or_create(
        kind=batch.kind,
        brand=batch.brand,
        fingerprint=fingerprint,
        defaults={"mapping": batch.mapping, "updated_at": now},
    )
