"""The CSV form of accounts: one line for each subscription, turned into the tree of the YAML."""

from __future__ import annotations

from core.input_csv import parse_csv
from core.input_tree import Entries, Items, Node, Problems, Scalar

ACCOUNT_COLUMNS = (
    "brand",
    "number",
    "name",
    "kind",
    "bill_day",
    "opened_on",
    "billed_until",
    "language",
    "payment_terms_days",
    "tax_status",
    "invoice_email",
    "parent",
    "bills_to_parent",
    "legal_name",
    "segment",
    "vat_number",
    "organisation_number",
)
ADDRESS_COLUMNS = ("street", "postcode", "city", "country")
PERSON_COLUMNS = {"person_name": "name", "person_email": "email", "person_phone": "phone"}
SUBSCRIPTION_COLUMNS = {
    "subscription": "code",
    "label": "label",
    "plan": "plan",
    "starts_on": "starts_on",
    "ends_on": "ends_on",
}
OF_ACCOUNT = (*ACCOUNT_COLUMNS, *ADDRESS_COLUMNS, *PERSON_COLUMNS)
COLUMNS = (*OF_ACCOUNT, *SUBSCRIPTION_COLUMNS, "service_number")


def parse_accounts_csv(text: str, problems: Problems) -> Items:
    """The accounts of a CSV file as a tree; lines of one account must agree on it.

    An empty cell says nothing: what is stored stays, a new row takes the default.
    """
    table = parse_csv(text, problems, COLUMNS, required=("brand", "number", "name"))
    accounts: dict[tuple[str, str], tuple[int, dict[str, Node], list[Node]]] = {}
    cells = [
        {name: column[place].strip() for name, column in table.columns.items()}
        for place in range(len(table.lines))
    ]
    firsts: dict[tuple[str, str], dict[str, str]] = {}
    for line, row in zip(table.lines, cells, strict=True):
        key = (row["brand"], row["number"])
        first = firsts.setdefault(key, row)
        if key not in accounts:
            accounts[key] = (line, _account(line, row), [])
        else:
            _check_agreement(line, row, accounts[key][0], first, problems)
        subscription = _subscription(line, row, problems)
        if subscription is not None:
            accounts[key][2].append(subscription)
    return Items(
        1,
        tuple(
            Entries(line, {**values, "subscriptions": Items(line, tuple(subscriptions))})
            for line, values, subscriptions in accounts.values()
        ),
    )


def _account(line: int, row: dict[str, str]) -> dict[str, Node]:
    values = _given(line, row, {name: name for name in ACCOUNT_COLUMNS})
    address = _given(line, row, {name: name for name in ADDRESS_COLUMNS})
    if address:
        values["address"] = Entries(line, address)
    person = _given(line, row, PERSON_COLUMNS)
    if person:
        values["people"] = Items(line, (Entries(line, person),))
    return values


def _subscription(line: int, row: dict[str, str], problems: Problems) -> Node | None:
    values = _given(line, row, SUBSCRIPTION_COLUMNS)
    number = row.get("service_number", "")
    if "code" not in values:
        if values or number:
            problems.add(
                line,
                "the line names no subscription, but what belongs to one",
                "fill in the column subscription",
            )
        return None
    if number:
        values["numbers"] = Items(line, (Entries(line, {"number": Scalar(line, number)}),))
    return Entries(line, values)


def _given(line: int, row: dict[str, str], names: dict[str, str]) -> dict[str, Node]:
    """The cells that say something, under the names of the YAML form."""
    return {key: Scalar(line, row[column]) for column, key in names.items() if row.get(column)}


def _check_agreement(
    line: int, row: dict[str, str], first_line: int, first: dict[str, str], problems: Problems
) -> None:
    for name in OF_ACCOUNT:
        if row.get(name, "") != first.get(name, ""):
            problems.add(
                line,
                f"account {row['number']}: {name} is {row.get(name)!r}, but"
                f" {first.get(name)!r} on line {first_line}",
                "write the same account columns on all its lines",
            )
