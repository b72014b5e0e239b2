"""Gives whole batches of events their keys and contents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from hashlib import blake2b

import numpy as np

from billing.usage.intake.batch import DIGEST, Digests, EventBatch
from billing.usage.intake.digests import DIGEST_BYTES, SEPARATOR, more_content_text


def identify(
    batch: EventBatch,
    ids: Sequence[bytes],
    source: str,
    identities: Callable[[list[int]], list[str] | None],
) -> None:
    """Give readable events their keys and contents, as the functions above make them.

    `ids` are the records' ids in UTF-8; `identities` says what tells the rows without one apart,
    None where their contents do.
    """
    contents = _contents(batch)
    prefix = f"{source}{SEPARATOR}id{SEPARATOR}".encode()
    texts = [prefix + record_id for record_id in ids]
    rows = [row for row, record_id in enumerate(ids) if not record_id]
    if rows:
        told = identities(rows)
        prefix = f"{source}{SEPARATOR}content{SEPARATOR}".encode()
        for place, row in enumerate(rows):
            identity = told[place].encode("utf-8", "surrogatepass") if told else b""
            texts[row] = prefix + (identity or contents[row])
    batch.keys, batch.contents = _digests(texts), _digests(contents)


def _contents(batch: EventBatch) -> list[bytes]:
    services = [names[-1].encode("utf-8", "surrogatepass") for names in batch.names]
    form = SEPARATOR.join(("event", "%d", "%d", "%b", "%b", "%d")).encode()
    contents = [
        form % (usage_type, start, services[service], called, quantity)
        for usage_type, start, service, called, quantity in zip(
            batch.usage_types.tolist(),
            batch.starts.tolist(),
            batch.services.tolist(),
            batch.called.tolist(),
            batch.quantities.tolist(),
            strict=True,
        )
    ]
    for row in np.flatnonzero(batch.priced | batch.corrections).tolist():
        contents[row] += more_content_text(
            int(batch.prices[row]) if batch.priced[row] else None,
            batch.named_by(row),
            is_correction=bool(batch.corrections[row]),
        ).encode()
    return contents


def _digests(texts: Sequence[bytes]) -> Digests:
    made = map(partial(blake2b, digest_size=DIGEST_BYTES), texts)
    return np.frombuffer(b"".join(map(blake2b.digest, made)), DIGEST)
