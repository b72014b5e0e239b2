"""Columns as PostgreSQL writes arrays: quicker than lists to hand over."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def integer_array(column: NDArray[Any]) -> str:
    """Whole numbers."""
    return "{" + ",".join(map(str, column.tolist())) + "}"


def uuid_array(keys: NDArray[np.void]) -> str:
    """Keys, each of 16 bytes, as UUIDs."""
    digits = keys.tobytes().hex()
    return "{" + ",".join([digits[at : at + 32] for at in range(0, len(digits), 32)]) + "}"
