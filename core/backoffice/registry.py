"""What the apps add to the back office: tiles on its first page, panels and buttons on others'.

The shell knows none of the apps; each registers from its own `admin.py`, as with Django's admin:

    @tile(position=10, permission="billing.view_openitem")
    def overdue(request): ...

    @panel("accounts.account", position=40, permission="billing.view_invoice")
    def open_invoices(account): ...
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from django.http import HttpRequest

Tone = Literal["", "good", "warning", "bad"]


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure with its meaning, and the list whose rows add up to it."""

    title: str
    value: str
    detail: str = ""
    url: str = ""
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a panel's table; figures stand to the right."""

    text: str
    url: str = ""
    figure: bool = False
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """A small table on another app's page, with a link to the whole list.

    `chart` is a drawing of the same figures, to stand above it: safe markup.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell | str]]
    empty: str
    url: str = ""
    note: str = ""
    chart: str = ""

    @property
    def cells(self) -> list[list[Cell]]:
        """The rows with every cell as a Cell."""
        return [
            [cell if isinstance(cell, Cell) else Cell(cell) for cell in row] for row in self.rows
        ]

    @property
    def heads(self) -> list[Cell]:
        """The column heads; one stands to the right where the first row's cell does."""
        first = self.cells[0] if self.rows else []
        return [
            Cell(head, figure=index < len(first) and first[index].figure)
            for index, head in enumerate(self.columns)
        ]


@dataclass(frozen=True, slots=True)
class Link:
    """A button on a row's page; `post` for what changes something."""

    title: str
    url: str
    post: bool = False
    primary: bool = False


TileMaker = Callable[[HttpRequest], Iterable[Tile]]
PanelMaker = Callable[[Any], Panel | None]
LinkMaker = Callable[[Any], Iterable[Link]]
EffectMaker = Callable[[Any], Callable[[], Panel | None]]


@dataclass(order=True, slots=True)
class _Entry:
    position: int
    name: str
    permission: str = field(compare=False)
    make: Callable[..., Any] = field(compare=False)


_tiles: dict[str, _Entry] = {}
_panels: dict[str, dict[str, _Entry]] = {}
_links: dict[str, dict[str, _Entry]] = {}
_effects: dict[str, dict[str, _Entry]] = {}


def tile(*, position: int, permission: str) -> Callable[[TileMaker], TileMaker]:
    """Register tiles of the first page for staff with `permission`."""

    def register(make: TileMaker) -> TileMaker:
        _tiles[_name(make)] = _Entry(position, _name(make), permission, make)
        return make

    return register


def panel(model: str, *, position: int, permission: str) -> Callable[[PanelMaker], PanelMaker]:
    """Register a panel on the page of `model` ("accounts.account") for staff with `permission`."""

    def register(make: PanelMaker) -> PanelMaker:
        entries = _panels.setdefault(model, {})
        entries[_name(make)] = _Entry(position, _name(make), permission, make)
        return make

    return register


def link(model: str, *, position: int, permission: str) -> Callable[[LinkMaker], LinkMaker]:
    """Register buttons on the page of `model` for staff with `permission`."""

    def register(make: LinkMaker) -> LinkMaker:
        entries = _links.setdefault(model, {})
        entries[_name(make)] = _Entry(position, _name(make), permission, make)
        return make

    return register


def effect(model: str, *, position: int, permission: str) -> Callable[[EffectMaker], EffectMaker]:
    """Register what to show of a change of `model` while it is tried.

    It is called with the row before the change, and what it gives back after it.
    """

    def register(make: EffectMaker) -> EffectMaker:
        entries = _effects.setdefault(model, {})
        entries[_name(make)] = _Entry(position, _name(make), permission, make)
        return make

    return register


def effects_of(model: str, request: HttpRequest, row: Any) -> list[Callable[[], Panel | None]]:
    """What to call after the change of a row, for this member of staff, in order."""
    return [entry.make(row) for entry in _allowed(_effects.get(model, {}), request)]


def tiles_of(request: HttpRequest) -> list[Tile]:
    """The tiles that this member of staff may see, in order."""
    return [made for entry in _allowed(_tiles, request) for made in entry.make(request)]


def panels_of(model: str, request: HttpRequest, row: Any) -> list[Panel]:
    """The panels of a row's page that this member of staff may see, in order."""
    made = (entry.make(row) for entry in _allowed(_panels.get(model, {}), request))
    return [one for one in made if one is not None]


def links_of(model: str, request: HttpRequest, row: Any) -> list[Link]:
    """The buttons of a row's page that this member of staff may use, in order."""
    allowed = _allowed(_links.get(model, {}), request)
    return [made for entry in allowed for made in entry.make(row)]


def _allowed(entries: dict[str, _Entry], request: HttpRequest) -> list[_Entry]:
    user: Any = request.user
    return sorted(entry for entry in entries.values() if user.has_perm(entry.permission))


def _name(make: Callable[..., Any]) -> str:
    return f"{make.__module__}.{make.__qualname__}"
