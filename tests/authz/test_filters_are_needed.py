"""Proof of the sweeps: with any one filter taken away, some sweep turns red."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin import ModelAdmin

from accounts.admin import PersonAdmin
from accounts.models import Account
from accounts.services import import_accounts
from accounts.services.importing.store_people import check_people
from catalog.api.views import PlanVersionViewSet
from catalog.models import PlanVersion
from core.api.permissions import HasScope
from core.api.views import ScopedViewSet
from core.backoffice import scoping, search
from core.backoffice.scoping import ScopedAdmin, ScopedRelatedFilter, ScopedRows
from core.models import User
from portal import access
from tests import make
from tests.accounts import test_import_people_of_other_brands as people
from tests.admin import test_scoping as admin_sweep
from tests.admin.conftest import foreign, own, sign_in, staff  # noqa: F401 – fixtures
from tests.api import test_api_routes as api_sweep
from tests.api.conftest import client_of, key_for  # noqa: F401 – fixtures
from tests.api.test_api_routes import houses  # noqa: F401 – a fixture
from tests.authz import test_every_route as portal_sweep
from tests.authz import test_lookups as lookups
from tests.authz import test_roles as roles
from tests.authz.test_every_route import customers  # noqa: F401 – a fixture
from tests.authz.test_lookups import shared  # noqa: F401 – a fixture

pytestmark = pytest.mark.prove
Break = Callable[[pytest.MonkeyPatch], None]


def attribute(owner: Any, name: str, value: Any) -> Break:
    """Take a filter away by putting something without it in its place."""
    return lambda patch: patch.setattr(owner, name, value)


def all_rows(page: Any, _request: Any) -> Any:
    return page.model._default_manager.all()


def any_object(page: Any, _request: Any, key: Any, _from_field: Any = None) -> Any:
    return page.model._default_manager.filter(pk=key).first()


def all_choices(_site: Any, model: Any, _request: Any) -> Any:
    return model._default_manager.all()


def yes(*_arguments: Any, **_more: Any) -> bool:
    return True


def no(*_arguments: Any) -> bool:
    return False


def any_lookup(_page: Any, _lookup: str, _value: str, request: Any = None) -> bool:
    return True


def has_perm(user: User, name: str, _row: Any = None) -> bool:
    return True


def persons_of_files(fjordtel: Any, northwind: Any) -> None:
    make.make_account(fjordtel, "100123", "Bo Berg")
    theirs = make.make_account(northwind, "200")
    kari = make.make_person(theirs, people.KARI, name="CANARY", phone="+47")
    people.test_a_person_of_another_brand_looks_like_one_that_nobody_knows(None, kari)


# What is taken away, and the sweep that must notice.
BREAKS: dict[str, tuple[Break, Callable[..., None], dict[str, Any]]] = {
    "rows of lists": (
        attribute(ScopedRows, "get_queryset", all_rows),
        admin_sweep.test_a_list_shows_own_rows_only, {},
    ),
    "rows of pages": (
        attribute(ScopedAdmin, "get_object", any_object),
        admin_sweep.test_a_foreign_row_has_no_page, {},
    ),
    "rows behind buttons": (
        attribute(ScopedAdmin, "get_object", any_object),
        admin_sweep.test_every_own_view_of_a_foreign_row_answers_as_if_there_were_none, {},
    ),
    "choices of forms": (
        attribute(scoping, "choices_of", all_choices),
        admin_sweep.test_choices_of_forms_are_own_rows, {},
    ),
    "choices of filters": (
        attribute(ScopedRelatedFilter, "field_choices", lambda _filter, field, _request, _page: [
            (str(row.pk), str(row)) for row in field.remote_field.model._default_manager.all()
        ]),
        admin_sweep.test_filters_offer_own_rows_only, {},
    ),
    "brands of staff": (
        attribute(scoping, "brand_ids_of", lambda _request: None),
        admin_sweep.test_the_first_page_counts_own_rows_only, {},
    ),
    "scope of the search": (
        attribute(search.Scope, "__call__", lambda _scope, rows, _path: rows),
        lookups.test_the_search_finds_own_rows_and_nothing_foreign, {},
    ),
    "persons by account number": (
        attribute(PersonAdmin, "search_fields", ("name", "memberships__account__number")),
        lookups.test_no_person_is_found_by_another_brands_account_number, {},
    ),
    "addresses that ask elsewhere": (
        attribute(PersonAdmin, "lookup_allowed", any_lookup),
        lookups.test_no_address_asks_for_what_a_person_has_elsewhere,
        {"question": "memberships={membership}"},
    ),
    "history of shared persons": (
        attribute(PersonAdmin, "_is_elsewhere_too", no),
        lookups.test_the_history_of_a_shared_person_names_no_staff_of_the_other_brand, {},
    ),
    "rows of the API": (
        attribute(ScopedViewSet, "get_queryset", lambda view: view.rows.all()),
        api_sweep.test_what_is_anothers_looks_like_what_is_not, {},
    ),
    "drafts of the API": (
        attribute(PlanVersionViewSet, "get_queryset", lambda view: PlanVersion.objects.all()),
        api_sweep.test_what_is_anothers_looks_like_what_is_not, {},
    ),
    "purposes of keys": (
        attribute(HasScope, "has_permission", yes),
        api_sweep.test_a_key_opens_what_it_is_for_and_nothing_else, {},
    ),
    "who may see": (
        attribute(ScopedAdmin, "has_view_permission", yes),
        roles.test_a_role_may_do_what_the_matrix_says_and_no_more, {"role": "Customer service"},
    ),
    "who may change": (
        attribute(ScopedAdmin, "has_change_permission", ModelAdmin.has_change_permission),
        roles.test_a_role_may_do_what_the_matrix_says_and_no_more, {"role": "Product"},
    ),
    "rights": (
        attribute(User, "has_perm", has_perm),
        roles.test_a_role_may_do_what_the_matrix_says_and_no_more, {"role": "Auditor"},
    ),
    "persons of other brands in files": (
        attribute(import_accounts, "check_people", lambda entries, _brand: check_people(entries)),
        persons_of_files, {},
    ),
    "accounts of customers": (
        attribute(
            access, "accounts_of_user",
            lambda _user, brand: Account.objects.filter(brand=brand),
        ),
        portal_sweep.test_what_is_somebody_elses_looks_like_what_does_not_exist, {"other": 1},
    ),
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("taken", BREAKS)
def test_a_sweep_turns_red_when_a_filter_is_missing(taken, request, monkeypatch, settings):
    take_away, sweep, arguments = BREAKS[taken]
    if sweep.__module__ in {admin_sweep.__name__, lookups.__name__}:
        settings.ROOT_URLCONF = "config.urls_staff"
    names = [name for name in inspect.signature(sweep).parameters if name not in arguments]
    ready = {name: request.getfixturevalue(name) for name in names}
    take_away(monkeypatch)

    with pytest.raises(AssertionError):
        sweep(**ready, **arguments)
