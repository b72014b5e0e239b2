"""The kinds of files of this app: accounts as a whole, and flat files of what they have."""

from __future__ import annotations

import accounts.stock_imports  # noqa: F401 – registers its kinds, as this module does
from accounts.import_fields import (
    ACCOUNT_FIELDS,
    ADD_ON_FIELDS,
    LOCATION_FIELDS,
    NUMBER_FIELDS,
    PERSON_FIELDS,
    SUBSCRIPTION_FIELDS,
)
from accounts.services.import_account_parts import import_account_parts
from accounts.services.import_accounts import import_accounts
from accounts.services.importing import flat_forms
from accounts.services.importing.flat_forms import FlatForm
from core.imports.kinds import ImportRequest, TargetField, import_kind
from core.input_report import ImportReport

YAML_ENDINGS = (".yaml", ".yml")
PERMISSION = "accounts.add_account"


@import_kind(
    "accounts",
    label="Accounts",
    fields=ACCOUNT_FIELDS,
    permission=PERMISSION,
    row_key=("brand", "number"),
)
def take_in_accounts(request: ImportRequest) -> ImportReport:
    """Accounts in CSV with our columns, or in YAML where nothing was mapped."""
    is_yaml = not request.is_mapped and request.file.lower().endswith(YAML_ENDINGS)
    return import_accounts(
        request.content,
        file=request.file,
        is_csv=not is_yaml,
        as_of=request.as_of,
        only_brand=request.brand.code if request.brand else "",
        step=request.step,
    )


def _register(code: str, label: str, form: FlatForm, fields: tuple[TargetField, ...]) -> None:
    @import_kind(code, label=label, fields=fields, permission=PERMISSION, repeats_are_one=True)
    def take_in(request: ImportRequest) -> ImportReport:
        return import_account_parts(
            request.content,
            file=request.file,
            form=form,
            as_of=request.as_of,
            only_brand=request.brand.code if request.brand else "",
            step=request.step,
        )


_register("people", "Persons of accounts", flat_forms.PEOPLE, PERSON_FIELDS)
_register("locations", "Locations", flat_forms.LOCATIONS, LOCATION_FIELDS)
_register("subscriptions", "Subscriptions", flat_forms.SUBSCRIPTIONS, SUBSCRIPTION_FIELDS)
_register("numbers", "Numbers of subscriptions", flat_forms.NUMBERS, NUMBER_FIELDS)
_register("add_ons", "Add-ons of subscriptions", flat_forms.ADD_ONS, ADD_ON_FIELDS)
