"""What one rendering may use: processor time, wall-clock time, memory, file size."""

from __future__ import annotations

import ctypes
import resource
from dataclasses import dataclass

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
# About fifteen rows of a table, which take some 0.2 seconds of a processor.
_CHARACTERS_PER_EXTRA_SECOND = 4_000


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a rendering may cost before it is killed.

    `cpu_seconds` and `wall_seconds` are for a short document; long ones get more (`for_length`).
    `memory_bytes` is address space, `file_bytes` the largest file a renderer may write.
    """

    cpu_seconds: int = 60
    wall_seconds: int = 120
    memory_bytes: int = 2 * 1024**3
    file_bytes: int = 16 * 1024**2

    def for_length(self, characters: int) -> Limits:
        """The limits of a document whose source has so many characters."""
        extra = characters // _CHARACTERS_PER_EXTRA_SECOND
        return Limits(
            cpu_seconds=self.cpu_seconds + extra,
            wall_seconds=self.wall_seconds + 2 * extra,
            memory_bytes=self.memory_bytes,
            file_bytes=self.file_bytes,
        )


def limit_this_process(memory_bytes: int, file_bytes: int) -> None:
    """Cap memory and file size for good, leave no core dump, cut the network where possible."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # A second fence behind the fetcher: an empty network of its own. Refused on some systems.
    ctypes.CDLL(None).unshare(_CLONE_NEWUSER | _CLONE_NEWNET)


def limit_processor_time(seconds: int) -> None:
    """Let this process run `seconds` more of processor time, then be killed by SIGXCPU."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    until = int(usage.ru_utime + usage.ru_stime) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.getrlimit(resource.RLIMIT_CPU)[1]))
