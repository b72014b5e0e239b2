"""Stores many rows of one kind in a few statements and counts what was new or changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from django.db import models

from core.input_report import ImportReport, differences

BATCH = 2000


class Row(NamedTuple):
    """A row as it shall be: its label in the diff, the instance, the values it takes.

    `is_unseen` says that the row is there, but that whoever asks may not know it: the diff tells
    it as new.
    """

    label: str
    instance: Any
    values: dict[str, Any]
    is_new: bool
    is_unseen: bool = False


def store_rows(
    report: ImportReport,
    part: str,
    model: type[models.Model],
    rows: Iterable[Row],
    *,
    unsaid: Collection[str] = (),
) -> None:
    """Insert the new rows and update those that differ; the order of rows is kept.

    Of the attributes `unsaid` the report tells only that they changed: they are secrets.
    """
    new: list[models.Model] = []
    changed: list[models.Model] = []
    attributes: set[str] = set()
    for row in rows:
        changes = [] if row.is_new else _changes(row, unsaid)
        for name, value in row.values.items():
            setattr(row.instance, name, value)
        if row.is_new:
            new.append(row.instance)
        elif changes:
            changed.append(row.instance)
            attributes |= row.values.keys()
        _tell(report, part, row, changes)
    manager = model._default_manager
    if new:
        manager.bulk_create(new, batch_size=BATCH)
    if changed:
        manager.bulk_update(changed, sorted(attributes), batch_size=BATCH // 2)


def _changes(row: Row, unsaid: Collection[str]) -> list[str]:
    said = {name: value for name, value in row.values.items() if name not in unsaid}
    secret = [
        name
        for name in unsaid
        if name in row.values and getattr(row.instance, name) != row.values[name]
    ]
    return differences(row.instance, said) + [f"{name}: changed" for name in secret]


def _tell(report: ImportReport, part: str, row: Row, changes: list[str]) -> None:
    if row.is_new or row.is_unseen:
        report.add_new(part, row.label)
    elif changes:
        report.add_changed(part, row.label, changes)
    else:
        report.add_unchanged(part, row.label)
