"""Checks VAT numbers of a file's accounts: reverse charge needs a right one of another country."""

from __future__ import annotations

from datetime import date

from accounts.models import Account
from accounts.services.importing.entries import AccountEntry
from accounts.vat_numbers import is_vat_number, vat_country
from core.periods import local_midnight


def check_vat_numbers(entries: list[AccountEntry], as_of: date) -> None:
    """Note the check of each new number; report where reverse charge lacks a right one."""
    for entry in entries:
        values, account = entry.values, entry.account
        number = values.get("vat_number", account.vat_number)
        is_right = bool(number) and is_vat_number(number)
        if number != account.vat_number or (is_right and not account.vat_check):
            values["vat_check"] = Account.VatCheck.FORMAT if is_right else ""
            values["vat_checked_at"] = local_midnight(as_of, entry.brand.zone) if is_right else None
            if number and not is_right:
                entry.fields.warn("vat_number", f"{number} is not a usual VAT number")
        status = values.get("tax_status", account.tax_status)
        bills_to_parent = values.get("bills_to_parent", account.bills_to_parent)
        if status == Account.TaxStatus.REVERSE_CHARGE and not bills_to_parent:
            _check_reverse_charge(entry, number, is_right=is_right)


def _check_reverse_charge(entry: AccountEntry, number: str, *, is_right: bool) -> None:
    home = entry.brand.legal_entity.country
    if not is_right:
        what = f"reverse charge needs a VAT number, {number or 'none'} is not one"
    elif vat_country(number) == home:
        what = f"reverse charge needs a VAT number of another country than {home}"
    else:
        return
    entry.fields.problem("vat_number", what, "add a right vat_number, or another tax_status")
