"""Flat files, one row for each person, place, subscription or number, as the tree of accounts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from accounts.services.importing.stored import Stored
from core.input_csv import parse_csv
from core.input_tree import Entries, Fields, Items, Node, Problems, Scalar, tables_of
from core.models import Brand

OF_ACCOUNT = ("brand", "account")


@dataclass(frozen=True, slots=True)
class FlatForm:
    """Which columns a flat file has and under which key of the account its rows stand.

    `below` is the key of a subscription where the rows stand below one, whose code is in the
    column `subscription`. `names` gives columns another name in the tree.
    """

    columns: tuple[str, ...]
    required: tuple[str, ...]
    key: str
    below: str = ""
    names: tuple[tuple[str, str], ...] = ()


PEOPLE = FlatForm(("email", "name", "phone", "language", "role"), ("email",), "people")
LOCATIONS = FlatForm(
    ("code", "name", "street", "postcode", "city", "country"), ("code",), "locations"
)
SUBSCRIPTIONS = FlatForm(
    ("subscription", "label", "location", "starts_on", "ends_on", "plan", "plan_from"),
    ("subscription",),
    "subscriptions",
    names=(("subscription", "code"),),
)
NUMBERS = FlatForm(("number", "from", "until"), ("subscription", "number"), "numbers", "numbers")
ADD_ONS = FlatForm(
    ("code", "plan", "from", "until"), ("subscription", "code", "plan"), "add_ons", "add_ons"
)


def read_flat(text: str, form: FlatForm, problems: Problems) -> tuple[list[Fields], bool]:
    """The accounts that the rows belong to, each with its rows; whether the file names dates."""
    above = (*OF_ACCOUNT, *(("subscription",) if form.below else ()))
    table = parse_csv(text, problems, (*above, *form.columns), (*OF_ACCOUNT, *form.required))
    accounts: dict[tuple[str, str], tuple[int, list[tuple[int, dict[str, str]]]]] = {}
    for place, line in enumerate(table.lines):
        cells = {name: column[place].strip() for name, column in table.columns.items()}
        key = (cells["brand"], cells["account"])
        accounts.setdefault(key, (line, []))[1].append((line, cells))
    nodes = tuple(
        Entries(line, {**_identity(line, key), **_below(line, rows, form)})
        for key, (line, rows) in accounts.items()
    )
    is_dated = form.key != "subscriptions" or any(table.column("plan_from"))
    return tables_of(Items(1, nodes), problems, "account", "accounts"), is_dated


def only_known(tables: list[Fields], stored: Stored, form: FlatForm) -> list[Fields]:
    """The tables of accounts that are there; rows of others are reported, each on its line."""
    return [fields for fields in tables if _is_known(fields, stored, form)]


def _identity(line: int, key: tuple[str, str]) -> dict[str, Node]:
    return {
        name: Scalar(line, text)
        for name, text in zip(("brand", "number"), key, strict=True)
        if text
    }


def _below(line: int, rows: list[tuple[int, dict[str, str]]], form: FlatForm) -> dict[str, Node]:
    if not form.below:
        return {form.key: Items(line, tuple(_entry(at, cells, form) for at, cells in rows))}
    subscriptions: dict[str, list[tuple[int, dict[str, str]]]] = {}
    for at, cells in rows:
        subscriptions.setdefault(cells["subscription"], []).append((at, cells))
    made: list[Node] = []
    for code, own in subscriptions.items():
        first = own[0][0]
        entries = Items(first, tuple(_entry(at, cells, form) for at, cells in own))
        made.append(Entries(first, {"code": Scalar(first, code), form.below: entries}))
    return {"subscriptions": Items(line, tuple(made))}


def _entry(line: int, cells: dict[str, str], form: FlatForm) -> Entries:
    """The cells that say something; an empty one says nothing."""
    names = dict(form.names)
    values: dict[str, Node] = {
        names.get(name, name): Scalar(line, cells[name]) for name in form.columns if cells.get(name)
    }
    start = values.pop("plan_from", None)
    if start is not None and "plan" in values:
        plan = Entries(line, {"plan": values.pop("plan"), "from": start})
        values["plans"] = Items(line, (plan,))
    return Entries(line, values)


def _is_known(fields: Fields, stored: Stored, form: FlatForm) -> bool:
    brand = stored.brands.get(_text(fields.node, "brand"))
    number = _text(fields.node, "number")
    if brand is None or not number:
        return True  # the reader says what is wrong with these
    account = stored.accounts.get((brand.pk, number))
    lines = list(_lines(fields.node))
    if account is None:
        what = f"account {number} is not one of brand {brand.code}"
        for line in lines:
            fields.problems.add(line, what, "import the accounts first, or mend the number")
        return False
    if not form.below:
        return True
    return _subscriptions_are_known(fields, stored, brand, account.pk, number)


def _subscriptions_are_known(
    fields: Fields, stored: Stored, brand: Brand, account: int, number: str
) -> bool:
    known = True
    for entry in _items(fields.node, "subscriptions"):
        code = _text(entry, "code")
        if code and (account, code) not in stored.subscriptions:
            what = f"subscription {code} is not one of account {number} of {brand.code}"
            for line in _lines(entry):
                fields.problems.add(line, what, "import the subscriptions first, or mend the code")
            known = False
    return known


def _text(node: Entries, name: str) -> str:
    value = node.values.get(name)
    return value.text if isinstance(value, Scalar) else ""


def _items(node: Entries, name: str) -> Iterator[Entries]:
    value = node.values.get(name)
    for item in value.items if isinstance(value, Items) else ():
        if isinstance(item, Entries):
            yield item


def _lines(node: Entries) -> Iterator[int]:
    """The lines of the rows at the bottom of the tree."""
    lists = [name for name, value in node.values.items() if isinstance(value, Items)]
    rows = [item for name in lists if name != "plans" for item in _items(node, name)]
    if not rows:
        yield node.line
    for row in rows:
        yield from _lines(row)
