"""Events that came over the API, as the lines of text by which their files keep them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from billing.usage.intake.record_layout import Fields, FieldsReader, Layout, Problem, Unsplittable

# What an event may say: what the column of that name says in a file of its source.
EVENT_FIELDS = (
    "id", "start", "service", "called", "quantity", "type", "price", "kind", "corrects",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ApiLayout(Layout):
    """One event a line: an object of texts, written by `text_of_event`."""

    encoding: str = "utf-8"

    @property
    def is_plain(self) -> bool:
        return False

    @property
    def has_ids(self) -> bool:
        return True

    def split(self, text: str) -> list[str]:
        try:
            said = json.loads(text)
        except (json.JSONDecodeError, RecursionError):
            said = None
        if not isinstance(said, dict):
            raise Unsplittable("it is no event of the API", "send it again")
        return fields_of_event(said)

    def width_problem(self, width: int, header_width: int) -> Problem | None:
        return None

    def fields_reader(self, header: Sequence[str]) -> FieldsReader:
        return _fields

    def places(self, header: Sequence[str]) -> dict[str, int]:
        return {}


API_LAYOUT = ApiLayout()


def fields_of_event(said: Mapping[str, str]) -> list[str]:
    """The texts of an event, in the order of `EVENT_FIELDS`."""
    return [said.get(name, "") for name in EVENT_FIELDS]


def text_of_event(said: Mapping[str, str]) -> str:
    """The line by which an event is kept."""
    return json.dumps(said, ensure_ascii=False)


def _fields(row: list[str]) -> Fields:
    record_id, start, service, called, quantity, kind_of_usage, price, kind, corrects = row
    return Fields(
        id=record_id.strip(),
        start=start,
        service=service,
        called=called,
        quantity=quantity,
        type=kind_of_usage.strip(),
        identity="",
        ignored=False,
        kind=kind.strip(),
        corrects=corrects.strip(),
        price=price,
    )
