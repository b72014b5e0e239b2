"""The number of a SIM card (ICCID): 18 to 20 digits that begin with 89, the last by Luhn."""

from __future__ import annotations

import re

from stdnum import luhn

FORM = re.compile(r"89[0-9]{16,18}")


def is_iccid(text: str) -> bool:
    """Whether `text` is an ICCID with a right check digit (ITU-T E.118)."""
    return bool(FORM.fullmatch(text)) and luhn.is_valid(text)
