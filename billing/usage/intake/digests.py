"""What records are known by: a cryptographic digest of their id, and one of what they say."""

from __future__ import annotations

from hashlib import blake2b

from billing.usage.intake.record_layout import Fields

SEPARATOR = "\x1f"
DIGEST_BYTES = 16


def digest(text: str) -> bytes:
    """The digest of a text, 16 bytes."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES).digest()


def identity_text(source: str, record_id: str, identity: str, content: str) -> str:
    """What a record's key is made of: its id, or what tells it from others, or what it says."""
    if record_id:
        return SEPARATOR.join((source, "id", record_id))
    return SEPARATOR.join((source, "content", identity or content))


def content_text(usage_type: int, start: int, service: str, called: str, quantity: int) -> str:
    """What a readable record says."""
    return SEPARATOR.join(("event", str(usage_type), str(start), service, called, str(quantity)))


def unreadable_text(fields: Fields) -> str:
    """What a record says that can't be read: its texts, whatever way it came and whatever else its
    line holds, so that it is known when it comes again over another way."""
    texts = (
        fields.type, fields.start, fields.service, fields.called, fields.quantity, fields.kind,
        fields.corrects, fields.price,
    )  # fmt: skip
    return SEPARATOR.join(("unreadable", *(text.strip() for text in texts)))


def more_content_text(
    price_micro: int | None, corrects: bytes | None, *, is_correction: bool
) -> str:
    """What a record says beyond that: nothing, if it has no price and is no correction."""
    more = [] if price_micro is None else ["price", str(price_micro)]
    if is_correction:
        more += ["corrects", (corrects or b"").hex()]
    return "".join(SEPARATOR + text for text in more)
