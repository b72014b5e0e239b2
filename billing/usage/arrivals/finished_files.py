"""Which files of a folder are complete: they say so, or nobody has written to them for a while."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from billing.usage.arrivals.name_patterns import NamePattern

# Names that programs give to what they are still writing.
UNFINISHED_ENDS = (
    ".tmp", ".temp", ".part", ".partial", ".filepart", ".writing", ".crdownload", ".swp", "~",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FolderRules:
    """When a file counts as complete: `settle_seconds` after the last change of it, or, with a
    `marker` such as `.done`, once a file with this end of its name stands beside it."""

    settle_seconds: int = 60
    marker: str = ""


@dataclass(frozen=True, slots=True)
class FolderSight:
    """What lies in a folder: complete files by name, how many are not, and names of strangers."""

    finished: list[Path]
    unfinished: int
    strangers: list[str]


def look_into(folder: Path, rules: FolderRules, pattern: str, now: datetime) -> FolderSight:
    """The files of a folder. Links, folders and hidden files are left alone; so are strangers,
    whose names don't fit the source's `pattern`, if it has one."""
    finished: list[Path] = []
    strangers: list[str] = []
    unfinished = 0
    names = NamePattern(pattern) if pattern else None
    for entry in _files(folder, rules):
        if names is not None and names.read(entry.name) is None:
            strangers.append(entry.name)
        elif _is_finished(entry, rules, now):
            finished.append(folder / entry.name)
        else:
            unfinished += 1
    return FolderSight(sorted(finished), unfinished, sorted(strangers))


def _files(folder: Path, rules: FolderRules) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            is_marker = bool(rules.marker) and entry.name.endswith(rules.marker)
            if (
                entry.is_file(follow_symlinks=False)
                and not entry.name.startswith(".")
                and not entry.name.lower().endswith(UNFINISHED_ENDS)
                and not is_marker
            ):
                yield entry


def _is_finished(entry: os.DirEntry[str], rules: FolderRules, now: datetime) -> bool:
    if rules.marker:
        return Path(entry.path + rules.marker).is_file()
    try:
        status = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return False
    # The time of the last change of any kind can't be set back, unlike that of the content.
    changed = max(status.st_mtime_ns, status.st_ctime_ns) // 10**9
    return now.timestamp() - changed >= rules.settle_seconds
