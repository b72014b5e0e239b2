"""Takes accounts in from YAML or CSV: people, locations, subscriptions, plans, numbers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time

from django.db import transaction

from accounts.services.importing.check_vat import check_vat_numbers
from accounts.services.importing.csv_form import parse_accounts_csv
from accounts.services.importing.entries import AccountEntry
from accounts.services.importing.families import join_families
from accounts.services.importing.read_accounts import read_accounts
from accounts.services.importing.store_accounts import fill_in, store_accounts, store_below
from accounts.services.importing.store_histories import check_histories, store_histories
from accounts.services.importing.store_lines import check_lines, store_lines
from accounts.services.importing.store_numbers import check_numbers, store_numbers
from accounts.services.importing.store_people import check_people, store_people
from accounts.services.importing.store_plans import check_plans, store_plans
from accounts.services.importing.stored import Stored, load_stored
from catalog.services.lock_imports import lock_imports
from core.input_report import ImportReport
from core.input_text import collector_paused, decode
from core.input_tree import Entries, Fields, Problems, Scalar, tables_of
from core.input_yaml import parse_yaml

STEPS = 4


def import_accounts(
    content: bytes,
    *,
    file: str,
    is_csv: bool,
    as_of: date,
    only_brand: str = "",
    step: Callable[[], None] = lambda: None,
) -> ImportReport:
    """Take in all accounts of a file in one transaction (docs/formats.md, section 3).

    What is new is added, what differs is updated, what the file leaves out stays. `as_of` is
    today: the opening of accounts that have no subscription yet. With `only_brand` every other
    brand counts as unknown. `step` is called after each of `STEPS` steps. Raises `InputRefused`
    with every problem; nothing is stored then.
    """
    problems = Problems(file)
    text = decode(content, file)
    tables = _csv_tables(text, problems) if is_csv else _yaml_tables(text, problems)
    step()
    return take_in_tables(
        tables, problems, is_dated=not is_csv, as_of=as_of, only_brand=only_brand, step=step
    )


def take_in_tables(
    tables: list[Fields],
    problems: Problems,
    *,
    is_dated: bool,
    as_of: date,
    only_brand: str = "",
    check: Callable[[list[Fields], Stored], list[Fields]] = lambda tables, _: tables,
    step: Callable[[], None] = lambda: None,
) -> ImportReport:
    """Take in accounts that were read into tables, whatever form the file had.

    `check` may report and leave out tables by what is stored already.
    """
    report = ImportReport()
    with collector_paused(), transaction.atomic():
        lock_imports()
        stored = load_stored(_named(tables), only_brand)
        entries = read_accounts(check(tables, stored), stored, is_dated=is_dated)
        step()
        _check_and_store(entries, stored, problems, report, as_of, only_brand, step)
    report.warnings = sorted(problems.warnings, key=lambda warning: warning.line)
    return report


def _check_and_store(
    entries: list[AccountEntry],
    stored: Stored,
    problems: Problems,
    report: ImportReport,
    as_of: date,
    only_brand: str,
    step: Callable[[], None],
) -> None:
    """Everything is checked before anything is stored, so that one reading tells all problems."""
    subscriptions = [item for entry in entries for item in entry.subscriptions]
    fill_in(entries, as_of)
    check_vat_numbers(entries, as_of)
    members = join_families(entries)
    people = check_people(entries, only_brand)
    check_lines(entries)
    check_plans(subscriptions, stored)
    numbers = check_numbers(subscriptions, stored)
    check_histories(entries, subscriptions)
    problems.refuse_if_any()
    step()
    store_accounts(report, members)
    store_people(report, entries, people, stored, only_brand)
    store_below(report, entries, subscriptions, stored)
    store_plans(report, subscriptions, stored, as_of)
    store_numbers(report, numbers, as_of)
    store_lines(entries)
    store_histories(report, entries, subscriptions, datetime.combine(as_of, time(), UTC))
    step()


def _yaml_tables(text: str, problems: Problems) -> list[Fields]:
    root = parse_yaml(text, problems)
    if not isinstance(root, Entries) or "accounts" not in root.values:
        problems.add(root.line, "accounts is missing", "begin the file with accounts:")
        problems.refuse_if_any()
        return []
    whole = Fields(root, problems, "file")
    tables = whole.tables("accounts", "account")
    whole.finish()
    return tables


def _csv_tables(text: str, problems: Problems) -> list[Fields]:
    return tables_of(parse_accounts_csv(text, problems), problems, "account", "accounts")


def _named(tables: list[Fields]) -> list[tuple[str, str]]:
    """Brand and number of each account, as far as they can be read before reading it."""
    named: list[tuple[str, str]] = []
    for fields in tables:
        brand, number = (fields.node.values.get(name) for name in ("brand", "number"))
        if isinstance(brand, Scalar) and isinstance(number, Scalar):
            named.append((brand.text.strip(), number.text.strip()))
    return named
