"""Which columns of a file say what of a record: one each, or several that belong together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from billing.usage.intake.record_layout import SUMMANDS, Fields, FieldsReader
from billing.usage.models import UsageSource
from core.errors import DomainError

REQUIRED_COLUMNS = ("start", "service", "quantity")
KNOWN_COLUMNS = (
    "id", "start", "answer", "service", "called", "quantity", "type", "kind", "corrects", "price",
)  # fmt: skip
# A date and a time of day, parts of an id, whose number: the first that isn't empty; what is
# added up.
MANY_COLUMNS = ("id", "start", "answer", "service", "called", "quantity")

_OPTIONAL_COLUMNS = tuple(name for name in KNOWN_COLUMNS if name not in REQUIRED_COLUMNS)

Names = tuple[str, ...]
Ignores = Callable[[Sequence[str]], bool]


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """The names of columns by what they say; of quantities also by the word of the usage type."""

    columns: Mapping[str, Names]
    quantities: Mapping[str, Names]

    @property
    def is_simple(self) -> bool:
        """Whether each column says one thing, and each thing is said by one column."""
        return not self.quantities and all(len(names) == 1 for names in self.columns.values())

    def names(self) -> list[str]:
        """All columns that the file needs, each once."""
        return list(dict.fromkeys(self._all()))

    def _all(self) -> Iterator[str]:
        for names in (*self.columns.values(), *self.quantities.values()):
            yield from names

    def fields_reader(self, place_of: Mapping[str, int], ignores: Ignores) -> FieldsReader:
        """What says what a line says; `place_of` are the places of columns by their names."""
        places = {
            column: [place_of[name] for name in names] for column, names in self.columns.items()
        }
        of_type = {
            word: [place_of[name] for name in names] for word, names in self.quantities.items()
        }

        def texts(row: Sequence[str], column: str) -> list[str]:
            return _at(row, places.get(column, ()))

        def read(row: list[str]) -> Fields:
            kind = _first(texts(row, "type")).strip()
            quantities = (
                _at(row, of_type.get(kind.casefold(), ())) if of_type else texts(row, "quantity")
            )
            return Fields(
                id=_joined(texts(row, "id")),
                start=_moment(texts(row, "answer")) or _moment(texts(row, "start")),
                service=_first(texts(row, "service")),
                called=_first(texts(row, "called")),
                quantity=SUMMANDS.join(quantities),
                type=kind,
                identity="",
                ignored=ignores(row),
                kind=_first(texts(row, "kind")).strip(),
                corrects=_first(texts(row, "corrects")).strip(),
                price=_first(texts(row, "price")),
            )

        return read


def _at(row: Sequence[str], places: Sequence[int]) -> list[str]:
    """The fields at these places; empty where the line is shorter."""
    return [row[place] if place < len(row) else "" for place in places]


def _first(texts: Sequence[str]) -> str:
    """The first text that isn't empty."""
    return next((text for text in texts if text.strip()), texts[0] if texts else "")


def _moment(texts: Sequence[str]) -> str:
    """A moment said by a date and a time of day, or by one of them that says both."""
    if len(texts) == 1:
        return texts[0] if texts[0].strip() else ""
    return " ".join(text.strip() for text in texts if text.strip())


def _joined(texts: Sequence[str]) -> str:
    """The parts of an id; empty if all of them are."""
    stripped = [text.strip() for text in texts]
    return "/".join(stripped) if any(stripped) else ""


def column_map(source: UsageSource) -> ColumnMap:
    """What the source's mapping says under `columns`; `DomainError` if it makes no sense."""
    columns: dict[str, Names] = {}
    quantities: dict[str, Names] = {}
    for column, said in (source.mapping.get("columns") or {}).items():
        if column == "quantity" and isinstance(said, dict):
            quantities = _by_type(source, said)
        elif names := _names(said):
            columns[column] = names
    known = set(columns) | ({"quantity"} if quantities else set())
    missing = [column for column in REQUIRED_COLUMNS if column not in known]
    single = [
        name for name, names in columns.items() if len(names) > 1 and name not in MANY_COLUMNS
    ]
    if missing or single or not set(columns) <= set(KNOWN_COLUMNS):
        raise DomainError(
            f"Source {source.code}: its mapping's `columns` name {', '.join(REQUIRED_COLUMNS)} "
            f"and may name {', '.join(_OPTIONAL_COLUMNS)}; "
            f"they name {', '.join(columns) or 'nothing'}."
        )
    if quantities and "type" not in columns:
        raise DomainError(
            f"Source {source.code}: its quantity depends on the type, so `columns` name the type."
        )
    return ColumnMap(columns, quantities)


def _names(said: object) -> Names:
    many = said if isinstance(said, list) else [said]
    return tuple(name for each in many if each and (name := str(each).strip()))


def _by_type(source: UsageSource, said: Mapping[str, object]) -> dict[str, Names]:
    """Columns by the word that a file has for a usage type, and by our own word."""
    words: dict[str, list[str]] = {"voice": ["voice"], "sms": ["sms"], "data": ["data"]}
    for word, kind in (source.mapping.get("types") or {}).items():
        words.setdefault(str(kind), []).append(str(word).casefold())
    found: dict[str, Names] = {}
    for kind, columns in said.items():
        for word in words.get(kind, []):
            found[word] = _names(columns)
    return found
