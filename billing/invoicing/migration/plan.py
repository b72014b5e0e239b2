"""Reads the plan of a migration: which files of the system before come in, in which order, how."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from billing.invoicing.migration.trial_balance import BALANCE_FIELDS
from core.imports.kinds import ImportKind, TargetField, known_import_kinds
from core.imports.mapping import MappingRefused, parse_mapping
from core.input_text import decode
from core.input_tree import Entries, Fields, Items, Node, Problems, Scalar, listed
from core.input_values import day, scalar
from core.input_yaml import parse_yaml
from core.models import Brand

TAKEN_OVER_ON = "taken_over_on"


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """One file of the plan: `line` is where the plan names it."""

    line: int
    kind: ImportKind
    path: Path
    mapping: dict[str, Any]
    options: dict[str, str]


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """The old trial balance and how it is read."""

    path: Path
    mapping: dict[str, Any]


@dataclass(frozen=True, slots=True)
class MigrationPlan:
    """A migration as its plan file says it; `usage_from` None leaves usage as it is."""

    file: str
    brand: Brand
    taken_over_on: date
    usage_from: date | None
    files: list[PlannedFile] = field(default_factory=list)
    trial_balance: TrialBalance | None = None


def read_plan(path: Path) -> MigrationPlan:
    """The plan in YAML (docs/migration.md); paths are relative to it. Raises `InputRefused`."""
    problems = Problems(str(path))
    root = parse_yaml(decode(path.read_bytes(), str(path)), problems)
    if not isinstance(root, Entries):
        root = Entries(root.line, {})
    whole = Fields(root, problems, "migration plan")
    brands = {brand.code: brand for brand in Brand.objects.select_related("legal_entity")}
    code = whole.require("brand", scalar, "name the brand of the customers")
    if code is not None and code not in brands:
        whole.problem("brand", f"brand {code!r} is not known", f"known are: {listed(brands)}")
    taken_over_on = whole.require(TAKEN_OVER_ON, day, "write the day on which we begin")
    usage_from = whole.get("usage_from", _day_or_none) or None
    if not whole.given("usage_from") and "usage_from" not in root.values:
        usage_from = taken_over_on
    reader = _FileReader(path.parent, problems)
    tables = whole.tables("files", "file")
    files = [item for fields in tables if (item := reader.planned(fields, taken_over_on))]
    balance = whole.table("trial_balance", "trial balance")
    trial_balance = reader.trial_balance(balance) if balance else None
    if not tables:
        whole.problem("files", "no file is named", "list them under files:, in their order")
    whole.finish()
    problems.refuse_if_any()
    assert code is not None
    assert taken_over_on is not None
    return MigrationPlan(str(path), brands[code], taken_over_on, usage_from, files, trial_balance)


def _day_or_none(node: Node) -> date | None:
    return None if scalar(node).lower() in ("no", "none") else day(node)


class _FileReader:
    """Reads the entries of a plan; mappings may stand in it or in a file of their own."""

    def __init__(self, folder: Path, problems: Problems) -> None:
        self.folder = folder
        self.problems = problems
        self.kinds = {kind.code: kind for kind in known_import_kinds()}

    def planned(self, fields: Fields, taken_over_on: date | None) -> PlannedFile | None:
        path = self._path(fields, "file")
        code = fields.require("kind", scalar, f"one of: {listed(self.kinds)}")
        kind = self.kinds.get(code or "")
        if code and kind is None:
            fields.problem(
                "kind", f"kind {code!r} is not known", f"known are: {listed(self.kinds)}"
            )
        mapping = self._mapping(fields, kind.fields if kind else ())
        options: dict[str, str] = {}
        if fields.given("options"):
            plain = _plain(fields.node.values["options"])
            options = plain if isinstance(plain, dict) else {}
        fields.finish()
        if path is None or kind is None:
            return None
        if any(option.name == TAKEN_OVER_ON for option in kind.options) and taken_over_on:
            options.setdefault(TAKEN_OVER_ON, str(taken_over_on))
        return PlannedFile(fields.line, kind, path, mapping, options)

    def trial_balance(self, fields: Fields) -> TrialBalance | None:
        path, mapping = self._path(fields, "file"), self._mapping(fields, BALANCE_FIELDS)
        fields.finish()
        return TrialBalance(path, mapping) if path else None

    def _path(self, fields: Fields, name: str) -> Path | None:
        text = fields.require(name, scalar, "name the file, relative to this plan")
        if text is None:
            return None
        path = self.folder / text
        if not path.is_file():
            fields.problem(name, f"{text} is not there", f"put it into {self.folder}")
            return None
        return path

    def _mapping(self, fields: Fields, known: tuple[TargetField, ...]) -> dict[str, Any]:
        if not fields.given("mapping"):
            return {}
        node = fields.node.values["mapping"]
        where = fields.problems.file
        if isinstance(node, Scalar):
            path = self._path(fields, "mapping")
            if path is None:
                return {}
            own = Problems(str(path))
            node, where = parse_yaml(decode(path.read_bytes(), str(path)), own), str(path)
            self.problems.found += own.found
        plain = _plain(node)
        try:
            if known:
                parse_mapping(plain, known)
        except MappingRefused as refused:
            for reason in refused.reasons:
                fields.problem("mapping", f"{where}: {reason}")
        return plain if isinstance(plain, dict) else {}


def _plain(node: Node) -> Any:
    """The node as plain texts, lists and mappings."""
    if isinstance(node, Entries):
        return {key: _plain(value) for key, value in node.values.items()}
    if isinstance(node, Items):
        return [_plain(item) for item in node.items]
    return node.text
