"""What a text message costs in segments, as networks count."""

from __future__ import annotations

import pytest

from accounts.wording.segments import segments_of


@pytest.mark.parametrize(
    ("text", "alphabet", "length", "count"),
    [
        ("", "gsm7", 0, 1),
        ("a" * 160, "gsm7", 160, 1),
        ("a" * 161, "gsm7", 161, 2),
        ("a" * 306, "gsm7", 306, 2),
        ("a" * 307, "gsm7", 307, 3),
        ("€" * 80, "gsm7", 160, 1),
        ("a" * 152 + "€" + "a" * 10, "gsm7", 164, 2),
        ("a" * 152 + "€" + "a" * 152, "gsm7", 306, 3),  # the sign of two places is not cut
        ("Blåbærsyltetøy æøåÆØÅ", "gsm7", 21, 1),
        ("ß Ä Ö Ü ä ö ü", "gsm7", 13, 1),
        ("č" * 70, "ucs2", 70, 1),
        ("č" * 71, "ucs2", 71, 2),
        ("č" * 134, "ucs2", 134, 2),
        ("😀" * 35, "ucs2", 70, 1),
        ("😀" * 36, "ucs2", 72, 2),
        ("😀" * 67, "ucs2", 134, 3),  # 33 of them fit in 67 places, and one place stays empty
    ],
)
def test_texts_are_cut_as_networks_do(text: str, alphabet: str, length: int, count: int) -> None:
    found = segments_of(text)

    assert (found.alphabet, found.length, found.count) == (alphabet, length, count)
