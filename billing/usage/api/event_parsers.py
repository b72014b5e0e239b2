"""Reads the body of a request that brings usage: so many bytes at most, packed or not."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Any, ClassVar

from rest_framework.exceptions import APIException, ParseError, UnsupportedMediaType
from rest_framework.parsers import BaseParser

from core.api.errors import TooLarge

BODY_BYTES_MAX = 16 * 2**20
_GZIP = 16 + zlib.MAX_WBITS


@dataclass(frozen=True, slots=True)
class Body:
    """What was sent, unpacked; in lines, or as one JSON document."""

    raw: bytes
    in_lines: bool


class BytesParser(BaseParser):
    """Gives a body as bytes; what they say is read once it is known whose they are.

    Raises `TooLarge` where it has more than `BODY_BYTES_MAX`, packed or unpacked: no more than
    that is ever unpacked.
    """

    in_lines: ClassVar[bool] = False

    def parse(  # type: ignore[override]
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Body:
        raw = bytes(stream.read(BODY_BYTES_MAX + 1))
        if len(raw) > BODY_BYTES_MAX:
            raise _too_large()
        headers = parser_context["request"].headers if parser_context else {}
        packing = headers.get("Content-Encoding", "identity").strip().lower()
        if packing in ("", "identity"):
            return Body(raw, self.in_lines)
        if packing != "gzip":
            raise UnsupportedMediaType(
                packing, f"The body is packed as {packing[:40]!r}: use gzip."
            )
        return Body(_unpacked(raw), self.in_lines)


class JsonBytesParser(BytesParser):
    media_type = "application/json"


class LinesBytesParser(BytesParser):
    """One JSON object a line."""

    media_type = "application/x-ndjson"
    in_lines = True


def _unpacked(raw: bytes) -> bytes:
    opener = zlib.decompressobj(_GZIP)
    try:
        body = opener.decompress(raw, BODY_BYTES_MAX + 1)
    except zlib.error:
        raise ParseError("The body is not gzip, though its Content-Encoding says so.") from None
    if len(body) > BODY_BYTES_MAX:
        raise _too_large()
    if not opener.eof:
        raise ParseError("The packed body is cut off.")
    if opener.unused_data:
        raise ParseError("Something stands behind the packed body.")
    return body


def _too_large() -> APIException:
    return TooLarge(f"The body has more than {BODY_BYTES_MAX // 2**20} MiB: split it.")
