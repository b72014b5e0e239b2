"""Asks a PostgreSQL server, in its own protocol, whether it lets us into a database.

Every start of the application asks this, so it has to be quick (a few milliseconds), and it has
to run before any driver is installed. A listening socket alone proves too little: the server may
still be recovering after a crash, or the database may be missing.
"""

import enum
import socket
import struct
from pathlib import Path

_PROTOCOL_3 = 196608


class Answer(enum.Enum):
    READY = "ready"
    NO_DATABASE = "the server runs, the database is missing"
    STARTING = "starting up, recovering or shutting down"
    SILENT = "somebody listens, but does not answer"
    NOBODY = "nobody listens"
    REFUSED = "the server does not let us in"


_ANSWER_OF_CODE = {
    "3D000": Answer.NO_DATABASE,
    "57P03": Answer.STARTING,
    "57P01": Answer.STARTING,
    "53300": Answer.READY,  # full up with connections, so it runs well enough
}


def ask(socket_path: Path, *, user: str, database: str, timeout_seconds: float = 5.0) -> Answer:
    """Open a connection to `database`, close it again, and tell what came of it."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(timeout_seconds)
        try:
            connection.connect(str(socket_path))
        except (FileNotFoundError, ConnectionRefusedError):
            return Answer.NOBODY
        except BlockingIOError:  # its queue of waiting clients is full
            return Answer.SILENT
        try:
            return _introduce(connection, user, database)
        except TimeoutError:
            return Answer.SILENT
        except OSError:
            return Answer.STARTING


def _introduce(connection: socket.socket, user: str, database: str) -> Answer:
    words = f"user\0{user}\0database\0{database}\0\0".encode()
    connection.sendall(struct.pack("!ii", len(words) + 8, _PROTOCOL_3) + words)
    with connection.makefile("rb") as stream:
        while header := stream.read(5):
            kind, length = struct.unpack("!ci", header)
            body = stream.read(length - 4)
            if kind == b"Z":  # ready for query
                connection.sendall(b"X\0\0\0\4")
                return Answer.READY
            if kind == b"E":
                return _ANSWER_OF_CODE.get(_error_code(body), Answer.REFUSED)
    return Answer.STARTING  # hung up on us in the middle: it is going down


def _error_code(body: bytes) -> str:
    for field in body.split(b"\0"):
        if field[:1] == b"C":
            return field[1:].decode()
    return ""
