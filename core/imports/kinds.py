"""Which kinds of files can be taken in: each app registers its own in a module `imports.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

from core.errors import DomainError
from core.input_report import ImportReport

if TYPE_CHECKING:
    from core.models import Brand, ImportBatch

FieldType = Literal["text", "date", "decimal", "integer", "yes_no", "choice", "phone", "list"]

YES = "true"  # how a yes-or-no cell or option is written


class UnknownImportError(DomainError):
    """Nothing here takes in files of this kind."""


@dataclass(frozen=True, slots=True)
class TargetField:
    """What a column of a foreign file can become: its name in our files and what it means.

    `synonyms` are words that other systems head such a column with, in any language. `needed_with`
    names a yes-or-no option: where that is chosen, this one must be said.
    """

    name: str
    meaning: str
    type: FieldType = "text"
    required: bool = False
    choices: tuple[str, ...] = ()
    example: str = ""
    synonyms: tuple[str, ...] = ()
    needed_with: str = ""


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """A file to take in: CSV with our columns, or the file as it came where nothing was mapped.

    Each row stands on the line it has in the user's own file, so problems name that line.
    `brand` is the only brand that the file may touch; None means every one. `as_of` is today.
    `is_preview` says that all of it is rolled back afterwards.
    """

    content: bytes
    file: str
    brand: Brand | None
    as_of: date
    now: datetime
    options: Mapping[str, str] = field(default_factory=dict)
    step: Callable[[], None] = lambda: None
    is_mapped: bool = False
    is_preview: bool = False


TakeIn = Callable[[ImportRequest], ImportReport]
TakeBack = Callable[["ImportBatch", datetime], None]
StandsOn = Callable[["ImportBatch"], str]


@dataclass(frozen=True, slots=True)
class ImportKind:
    """A kind of file: the columns it can have, what is said beside it, and who takes it in.

    `fields` empty means that the file comes in our own form only. `every_brand` kinds touch what
    brands share: only staff of all brands may take them in; `shell_only` ones come in by command
    alone. `row_key` names the fields that rows
    of one thing share: when one of them fails, all are left out. `not_revertible` says why an
    import of this kind can't be undone; `revert` undoes it in a way of its own. Where
    `repeats_are_one`, a row whose mapped fields all equal an earlier one's says nothing new: a list
    with a row for each service names its customer's person in each.

    `approval` names the kind of approval without which the back office takes no such file in
    (core.imports.approval): a second person decides on the difference that the dry run found.
    `stands_on` says in a short text what the file was compared with; where that is another one by
    then, the approval is refused. Commands take such files in at once, and it is recorded.
    """

    code: str
    label: str
    take_in: TakeIn
    fields: tuple[TargetField, ...] = ()
    options: tuple[TargetField, ...] = ()
    permission: str = ""
    every_brand: bool = False
    shell_only: bool = False
    row_key: tuple[str, ...] = ()
    not_revertible: str = ""
    revert: TakeBack | None = None
    repeats_are_one: bool = False
    approval: str = ""
    stands_on: StandsOn | None = None

    def field(self, name: str) -> TargetField | None:
        """The field of that name."""
        return next((item for item in self.fields if item.name == name), None)


_kinds: dict[str, ImportKind] = {}


def import_kind(
    code: str,
    *,
    label: str,
    fields: Iterable[TargetField] = (),
    options: Iterable[TargetField] = (),
    permission: str = "",
    every_brand: bool = False,
    shell_only: bool = False,
    row_key: tuple[str, ...] = (),
    not_revertible: str = "",
    revert: TakeBack | None = None,
    repeats_are_one: bool = False,
    approval: str = "",
    stands_on: StandsOn | None = None,
) -> Callable[[TakeIn], TakeIn]:
    """Register who takes in files of a kind: `@import_kind("people", label="Persons", …)`.

    The function gets an `ImportRequest`, returns an `ImportReport` and raises `InputRefused` with
    every problem of the file; it is always called inside a transaction.
    """

    def register(take_in: TakeIn) -> TakeIn:
        present = _kinds.get(code)
        if present is not None and present.take_in.__module__ != take_in.__module__:
            raise ValueError(f"Two modules register imports of the kind {code}.")
        _kinds[code] = ImportKind(
            code=code,
            label=label,
            take_in=take_in,
            fields=tuple(fields),
            options=tuple(options),
            permission=permission,
            every_brand=every_brand,
            shell_only=shell_only,
            row_key=row_key,
            not_revertible=not_revertible,
            revert=revert,
            repeats_are_one=repeats_are_one,
            approval=approval,
            stands_on=stands_on,
        )
        return take_in

    return register


def kind_of(code: str) -> ImportKind:
    """The kind registered under `code`."""
    try:
        return _kinds[code]
    except KeyError:
        known = ", ".join(sorted(_kinds))
        raise UnknownImportError(
            f"Nothing takes in files of the kind {code!r}; known are: {known}."
        ) from None


def known_import_kinds() -> list[ImportKind]:
    """All kinds, by label."""
    return sorted(_kinds.values(), key=lambda kind: kind.label)
