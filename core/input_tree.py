"""A file as a tree of texts that know their lines, and all that was wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from core.errors import InputProblem, InputRefused

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text. Numbers, dates and words are all texts until a reader makes something of them."""

    line: int
    text: str

    @property
    def is_empty(self) -> bool:
        return not self.text.strip()


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    line: int
    items: tuple[Node, ...]

    @property
    def is_empty(self) -> bool:
        return not self.items


@dataclass(frozen=True, slots=True)
class Entries:
    """A mapping from keys to values."""

    line: int
    values: dict[str, Node]

    @property
    def is_empty(self) -> bool:
        return not self.values


Node = Scalar | Items | Entries
Reader = Callable[[Node], T]


class Unreadable(Exception):
    """A value can't be what its key asks for: what is wrong, and how to mend it."""

    def __init__(self, what: str, remedy: str = "") -> None:
        self.what, self.remedy = what, remedy
        super().__init__(what)


class Problems:
    """Everything found wrong (or only odd) in one file, so that one reading tells it all."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[InputProblem] = []
        self.warnings: list[InputProblem] = []

    def add(self, line: int, what: str, remedy: str = "") -> None:
        """Note what must be mended before the file can be taken in."""
        self.found.append(InputProblem(self.file, line, what, remedy))

    def warn(self, line: int, what: str, remedy: str = "") -> None:
        """Note what is odd, but does not stop the file."""
        self.warnings.append(InputProblem(self.file, line, what, remedy))

    def refuse_if_any(self) -> None:
        """Raise `InputRefused` with all problems in the order of the file, if there are any."""
        if self.found:
            raise InputRefused(sorted(self.found, key=lambda problem: problem.line))


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a mapping: how it is read, and which value an empty entry stands for."""

    name: str
    read: Reader[Any]
    empty: Any = ""
    required: bool = False
    attribute: str = ""

    @property
    def stored_as(self) -> str:
        """The name of the model's attribute."""
        return self.attribute or self.name


@dataclass(slots=True)
class Fields:
    """Reads one mapping key by key; `finish` reports the keys that nobody asked for."""

    node: Entries
    problems: Problems
    subject: str
    _known: dict[str, None] = field(default_factory=dict)

    @property
    def line(self) -> int:
        return self.node.line

    def line_of(self, name: str) -> int:
        """The line of a key's value, or of the mapping where the key is missing."""
        return self.node.values[name].line if name in self.node.values else self.node.line

    def given(self, name: str) -> bool:
        """Whether the key is there with something behind it."""
        self._known[name] = None
        return name in self.node.values and not self.node.values[name].is_empty

    def problem(self, name: str, what: str, remedy: str = "") -> None:
        """Report something wrong with the value of a key."""
        self.problems.add(self.line_of(name), f"{self.subject}: {what}", remedy)

    def warn(self, name: str, what: str, remedy: str = "") -> None:
        """Report something odd about the value of a key."""
        self.problems.warn(self.line_of(name), f"{self.subject}: {what}", remedy)

    def get(self, name: str, read: Reader[T]) -> T | None:
        """The value of an optional key; None where it is missing, empty or wrong (reported)."""
        if not self.given(name):
            return None
        try:
            return read(self.node.values[name])
        except Unreadable as error:
            self.problem(name, f"{name} {error.what}", error.remedy)
            return None

    def require(self, name: str, read: Reader[T], example: str = "") -> T | None:
        """The value of a required key; None where it is missing or wrong (both reported)."""
        if not self.given(name):
            self.problem(name, f"{name} is missing", example or f"add {name}: …")
            return None
        return self.get(name, read)

    def collect(self, keys: Iterable[Key], *, is_new: bool = True) -> dict[str, Any]:
        """Values by attribute of the keys that stand in the file; the others are left out.

        An empty entry takes the key's `empty` value. Required keys may be missing where the row
        exists already.
        """
        values: dict[str, Any] = {}
        for key in keys:
            if not self.given(key.name):
                if key.required and (is_new or key.name in self.node.values):
                    self.problem(key.name, f"{key.name} is missing", f"add {key.name}: …")
                elif key.name in self.node.values:
                    values[key.stored_as] = key.empty
                continue
            value = self.get(key.name, key.read)
            if value is not None:
                values[key.stored_as] = value
        return values

    def table(self, name: str, subject: str) -> Fields | None:
        """The mapping behind an optional key."""
        if not self.given(name):
            return None
        node = self.node.values[name]
        if isinstance(node, Entries):
            return Fields(node, self.problems, subject)
        self.problem(name, f"{name} must be a mapping", f"write {name}: {{key: value}}")
        return None

    def tables(self, name: str, subject: str) -> list[Fields]:
        """The mappings in the list behind an optional key."""
        if not self.given(name):
            return []
        return tables_of(self.node.values[name], self.problems, subject, name)

    def finish(self) -> None:
        """Report every key that nobody asked for, with the ones that are known."""
        for name in self.node.values:
            if name not in self._known:
                known = ", ".join(self._known)
                self.problem(name, f"{name!r} is not a known key", f"known are: {known}")


def tables_of(node: Node, problems: Problems, subject: str, name: str) -> list[Fields]:
    """The mappings of a list; whatever else is there is reported."""
    if not isinstance(node, Items):
        problems.add(node.line, f"{name} must be a list", "begin each entry with a dash")
        return []
    tables: list[Fields] = []
    for item in node.items:
        if isinstance(item, Entries):
            tables.append(Fields(item, problems, subject))
        else:
            problems.add(item.line, f"an entry of {name} must be a mapping", "write “- key: value”")
    return tables


def listed(names: Sequence[str] | Iterable[str]) -> str:
    """Names in a sentence, at most twenty of them: `a, b, c`."""
    ordered = list(names)
    shown = ", ".join(ordered[:20])
    return f"{shown} … ({len(ordered)} in all)" if len(ordered) > 20 else shown or "none"
