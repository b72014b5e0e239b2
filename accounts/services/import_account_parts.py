"""Takes in flat files of persons, locations, subscriptions, numbers and add-ons of accounts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

from accounts.services.import_accounts import take_in_tables
from accounts.services.importing.flat_forms import FlatForm, only_known, read_flat
from core.input_report import ImportReport
from core.input_text import decode
from core.input_tree import Problems


def import_account_parts(
    content: bytes,
    *,
    file: str,
    form: FlatForm,
    as_of: date,
    only_brand: str = "",
    step: Callable[[], None] = lambda: None,
) -> ImportReport:
    """Take in CSV with one row for each thing that belongs to an account (docs/importing.md).

    The accounts, and for numbers and add-ons the subscriptions, must be there already. What the
    file leaves out stays. `as_of` is today. Raises `InputRefused` with every problem.
    """
    problems = Problems(file)
    tables, is_dated = read_flat(decode(content, file), form, problems)
    step()
    return take_in_tables(
        tables,
        problems,
        is_dated=is_dated,
        as_of=as_of,
        only_brand=only_brand,
        check=partial(only_known, form=form),
        step=step,
    )
