"""The lines of a usage file, read again from its slices."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

from billing.usage.intake.record_layout import Layout
from billing.usage.intake.rereading import header_of
from billing.usage.intake.windows import LineTexts
from billing.usage.models import UsageFile
from billing.usage.slices import line_numbers_of


def stored_texts(file: UsageFile, numbers: Sequence[int], layout: Layout) -> list[tuple[int, str]]:
    """The texts of these lines of the file that are in slices; `numbers` ascend.

    A text is empty where the source's encoding is another by now; those that the retention has
    taken are left out.
    """
    if not numbers:
        return []
    texts: list[tuple[int, str]] = []
    wanted = np.array(numbers, np.int64)
    slices = file.slices.filter(
        first_line__lte=numbers[-1], last_line__gte=numbers[0], masked_at=None
    )
    for part in slices.order_by("position").iterator():
        lines = line_numbers_of(part)
        found = lines[np.isin(lines, wanted)]
        if len(found):
            raw = zlib.decompress(bytes(part.raw))
            text_of = LineTexts(lines, raw, layout.encoding, layout.in_blocks)
            texts += [(number, _text(text_of, number)) for number in found.tolist()]
    return texts


def _text(text_of: LineTexts, number: int) -> str:
    try:
        return text_of(number)
    except UnicodeDecodeError:
        return ""


def stored_header(file: UsageFile, layout: Layout) -> tuple[str, ...]:
    """The columns that the file's header line says; none if its layout has no header, or if its
    first lines were not taken in yet.

    Raises `InputRefused` where it doesn't fit the layout (any more).
    """
    if not layout.has_header:
        return ()
    first = file.slices.filter(first_line=1, masked_at=None).values_list("raw", flat=True).first()
    if first is None:
        return ()
    return header_of(file.name, zlib.decompress(bytes(first)), layout)
