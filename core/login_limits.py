"""Whom failed attempts to sign in count against: one address, in whatever way it is written."""

from __future__ import annotations

import unicodedata

# Letters that the database takes for i when it compares without case, and that have no accent.
_FOLDED = str.maketrans({"ı": "i"})


def limit_key(address: str) -> str:
    """The key under which attempts at an address are counted.

    Case, accents, spaces and what follows a plus make no new key, and neither does the name of
    the host that was asked: otherwise each way to write the same login had attempts of its own.
    """
    parts = unicodedata.normalize("NFKD", address.strip()).casefold()
    plain = "".join(sign for sign in parts if not unicodedata.combining(sign))
    name, at, domain = plain.translate(_FOLDED).rpartition("@")
    return f"{name.partition('+')[0]}{at}{domain}"
