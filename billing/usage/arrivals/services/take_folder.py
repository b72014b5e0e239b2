"""Take in the complete files of a folder: those that were go to `taken`, bad ones to `refused`."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from billing.usage.arrivals.finished_files import FolderRules, look_into
from billing.usage.models import UsageSource
from billing.usage.price_tables import PriceTables
from billing.usage.services.take_in_usage import TakenFile, take_in_usage
from core.errors import DomainError, InputProblem, InputRefused

TAKEN, REFUSED = "taken", "refused"
REASON_END = ".reason.txt"


@dataclass(slots=True)
class FolderTaken:
    """What became of a folder's files. `troubles` are sentences about files that stay there."""

    taken: list[TakenFile] = field(default_factory=list)
    refused: dict[str, list[InputProblem]] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    unfinished: int = 0

    @property
    def needs_a_person(self) -> bool:
        """Whether a file was refused, stays, or has lines in suspense."""
        suspended = any(file.imported.suspended for file in self.taken)
        return bool(self.refused or self.troubles or suspended)


def take_folder(
    *,
    source: UsageSource,
    folder: Path,
    rules: FolderRules,
    now: datetime,
    on_file: Callable[[Path], None] = lambda _path: None,
    on_slice: Callable[[int], None] = lambda _rows: None,
) -> FolderTaken:
    """Take in the folder's complete files in the order of their names.

    A file that was taken in moves to the folder `taken`; one that is refused to `refused`, with
    the reasons beside it in a text file. Whatever happens in between, the next look finds the file
    where it was and does what is left; its records count once. Raises `OSError` if the folder can't
    be read or written.
    """
    sight = look_into(folder, rules, source.file_name_pattern, now)
    result = FolderTaken(strangers=sight.strangers, unfinished=sight.unfinished)
    for name in (TAKEN, REFUSED):
        (folder / name).mkdir(exist_ok=True)
    tables = PriceTables()
    for path in sight.finished:
        on_file(path)
        try:
            taken = take_in_usage(
                source=source, path=path, now=now, tables=tables, on_slice=on_slice
            )
        except InputRefused as refused:
            _set_aside(path, refused.problems, rules)
            result.refused[path.name] = refused.problems
        except FileNotFoundError:
            # Another watcher was quicker.
            continue
        except (DomainError, OSError) as error:
            result.troubles.append(f"{path}: {error}")
        else:
            _move(path, folder / TAKEN, rules)
            result.taken += taken
    return result


def _set_aside(path: Path, problems: list[InputProblem], rules: FolderRules) -> None:
    """Keep a bad file with the reasons beside it: they are there before the file is."""
    target = _free_name(path.parent / REFUSED, path.name)
    reasons = target.with_name(target.name + REASON_END)
    fresh = reasons.with_name(f".{reasons.name}")
    fresh.write_text("".join(f"{problem}\n" for problem in problems), encoding="utf-8")
    fresh.replace(reasons)
    _move(path, target.parent, rules, target.name)


def _move(path: Path, folder: Path, rules: FolderRules, name: str = "") -> None:
    """Move the file, and then its marker; neither is there if another watcher was quicker."""
    with suppress(FileNotFoundError):
        path.rename(_free_name(folder, name or path.name))
    if rules.marker:
        Path(f"{path}{rules.marker}").unlink(missing_ok=True)


def _free_name(folder: Path, name: str) -> Path:
    """A name that nothing has there; the second of a name gets a number."""
    target, number = folder / name, 1
    while target.exists():
        number += 1
        target = folder / f"{name}.{number}"
    return target
