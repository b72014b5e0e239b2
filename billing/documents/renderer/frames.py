"""How the application and its renderers talk: length-prefixed frames over pipes, nothing pickled.

A renderer reads text that strangers wrote; what it answers is taken as plain bytes only.
"""

from __future__ import annotations

import struct
from typing import BinaryIO

FRAME_BYTES_MAX = 256 * 1024**2
_LENGTH = struct.Struct(">I")
LENGTH_BYTES = _LENGTH.size


class FrameError(Exception):
    """The other side stopped in the middle of a frame, or announced an absurd one."""


def frame(content: bytes) -> bytes:
    """The content with its length before it."""
    return _LENGTH.pack(len(content)) + content


def length_of(head: bytes) -> int:
    """The length announced by a frame's head; an absurd one raises `FrameError`."""
    length = int(_LENGTH.unpack(head)[0])
    if length > FRAME_BYTES_MAX:
        raise FrameError(f"A frame of {length} bytes is too long.")
    return length


def read_frame(stream: BinaryIO) -> bytes | None:
    """The next frame; None when the other side closed the pipe between two frames."""
    head = stream.read(LENGTH_BYTES)
    if not head:
        return None
    content = stream.read(length_of(head)) if len(head) == LENGTH_BYTES else b""
    if len(head) < LENGTH_BYTES or len(content) < length_of(head):
        raise FrameError("The pipe was closed in the middle of a frame.")
    return content
