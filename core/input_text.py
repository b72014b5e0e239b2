"""Reads a text file as UTF-8, or says on which line it stops being that."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from core.errors import InputProblem, InputRefused


def decode(content: bytes, file: str) -> str:
    """The text of UTF-8 content, without its byte-order mark; anything else raises."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        what = f"byte 0x{content[error.start]:02x} is not UTF-8"
        raise InputRefused(
            [InputProblem(file, line, what, "save the file in the encoding UTF-8")]
        ) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise InputRefused(
            [InputProblem(file, line, "a NUL byte", "save the file as plain text in UTF-8")]
        )
    return text


@contextmanager
def collector_paused() -> Iterator[None]:
    """Builds large trees without Python looking for circles among them again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
