"""A small mail server on the loopback: what the product sends lies here as files to read."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

LOOPBACK = "127.0.0.1"
_ATTEMPTS = 5


@contextmanager
def mail_server(folder: Path) -> Iterator[int]:
    """Take mail by SMTP as long as the block runs, one .eml file each; gives the port."""
    # Read here: it belongs to the tools of development, and only a demo needs it.
    from aiosmtpd.controller import Controller

    folder.mkdir(parents=True, exist_ok=True)
    for attempt in range(1, _ATTEMPTS + 1):
        port = free_port()
        controller = Controller(_Keeper(folder), hostname=LOOPBACK, port=port)
        try:
            controller.start()
            break
        except OSError:  # somebody else took the port at this moment
            if attempt == _ATTEMPTS:
                raise
    try:
        yield port
    finally:
        controller.stop()


def free_port(wanted: int = 0) -> int:
    """A port of the loopback that nobody uses: `wanted`, or the next free one; 0 for any."""
    for port in range(wanted, wanted + 100) if wanted else (0,):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError(f"All ports from {wanted} to {wanted + 99} are taken.")


class _Keeper:
    """Writes each message into a file named by its place and its reader."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        with self._lock:
            place = sum(1 for _ in self._folder.glob("*.eml")) + 1
            reader = re.sub(r"[^A-Za-z0-9@._-]", "-", ",".join(envelope.rcpt_tos))[:100]
            path = self._folder / f"{place:04d}-{reader}.eml"
            path.write_bytes(envelope.content)
        return "250 OK"
