"""What each role may do on each page of the back office: the matrix is data, pages are swept."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Order, Subscription
from billing.models import BillRun, InvoiceDocument
from core.approvals import known_approval_kinds
from core.backoffice.import_forms import kinds_for
from core.errors import DomainError
from core.imports.kinds import known_import_kinds
from core.models import ApiKey, Approval, Job, User
from core.roles import ROLES, SEEN_BY_FEW
from core.services.create_staff import create_staff
from core.services.decide_approval import why_not
from core.services.set_up_roles import set_up_roles
from tests.admin.house import make_house

HERE = Path(__file__).parent
MATRIX = yaml.safe_load((HERE / "matrix.yaml").read_text())
ACTS = yaml.safe_load((HERE / "matrix_acts.yaml").read_text())
NAMES = [role.name for role in ROLES]
STANDARD = ("changelist", "add", "change", "delete", "history")
# Views whose address names a row of another table, or says more than the row.
OTHER_ROWS = {
    "billing_billrun_started": lambda house: [house[Job].pk],
    "billing_invoicedocument_pdf": lambda house: [house[InvoiceDocument].invoice_id],
    "billing_invoicedocument_render": lambda house: [house[BillRun].pk],
    "billing_invoicedocument_zip": lambda house: [house[BillRun].pk],
    "billing_summarydocument_print": lambda house: [house[Order].pk],
    "billing_rerating_request": lambda house: [],
    "billing_usagerecord_quote": lambda house: [],
    "billing_spendcap_set": lambda house: [house[Subscription].pk],
    "accounts_subscription_step": lambda house: [house[Subscription].pk, "pause"],
}


def stem_of(model) -> str:
    return f"{model._meta.app_label}_{model._meta.model_name}"


def label_of(model) -> str:
    return f"{model._meta.app_label}.{model._meta.model_name}"


def buttons_of(model, page) -> list[str]:
    """The names of the page's own views, beyond Django's five."""
    stem = f"{stem_of(model)}_"
    return [
        pattern.name.removeprefix(stem)
        for pattern in page.get_urls()
        if pattern.name
        and pattern.name.startswith(stem)
        and pattern.name.removeprefix(stem) not in STANDARD
    ]


def grants(row: dict, action: str, role: str) -> bool:
    who = row.get(action, [])
    return who == "all" or role in who


def staff_of(house, role: str) -> tuple[User, Client]:
    """A member of staff in a role of the house's brand, signed in with the second factor."""
    user, _ = create_staff("one@own.example", brands=[house.brand], group=role)
    Authenticator.objects.create(user=user, type="totp", data={"secret": "x"})
    client = Client(headers={"host": "staff.localhost"}, raise_request_exception=True)
    client.force_login(user)
    return user, client


def test_every_page_and_every_button_stands_in_the_matrix():
    pages = {
        label_of(model): {"see", "add", "change", "delete"} | set(buttons_of(model, page))
        for model, page in admin.site._registry.items()
    }

    assert set(MATRIX) == set(pages)
    unknown = {label: set(row) - pages[label] for label, row in MATRIX.items()}
    assert {label: names for label, names in unknown.items() if names} == {}
    unlisted = {
        label: names - set(MATRIX[label]) - {"add", "change", "delete"}
        for label, names in pages.items()
    }
    assert {label: names for label, names in unlisted.items() if names} == {}


def test_the_matrix_names_roles_that_there_are():
    named = {
        role
        for row in (*MATRIX.values(), ACTS["imports"], ACTS["approvals"])
        for who in row.values()
        if who != "all"
        for role in who
    }

    assert named <= set(NAMES)


@pytest.mark.django_db
@pytest.mark.parametrize("role", NAMES)
def test_a_role_may_do_what_the_matrix_says_and_no_more(role):
    house = make_house("own")
    _user, client = staff_of(house, role)
    wrong, tried = [], 0

    for model, page in admin.site._registry.items():
        row = MATRIX[label_of(model)]
        for what, method, address in tries_of(house, model, page):
            status = answer_of(client, method, address)
            tried += 1
            assert status < 500, (label_of(model), what)
            if (status not in {403, 404}) != grants(row, what, role):
                wrong.append((label_of(model), what, method, status))

    assert wrong == []
    assert tried > 300


def tries_of(house, model, page):
    """Each thing that can be tried: its word in the matrix, the method, the address."""
    stem, found = stem_of(model), house.rows.get(model)
    routes = {pattern.name for pattern in page.get_urls()}
    tries: list[tuple[str, str, str, list[int]]] = [
        ("see", "get", "changelist", []),
        ("add", "get", "add", []),
        ("add", "post", "add", []),
    ]
    if found is not None:
        of_row = [("see", "get", "change"), ("see", "get", "history"), ("change", "post", "change")]
        of_row += [("delete", "get", "delete"), ("delete", "post", "delete")]
        tries += [(*one, [found.pk]) for one in of_row]
    for name in buttons_of(model, page):
        arguments = OTHER_ROWS.get(f"{stem}_{name}", lambda house: [house[model].pk])(house)
        tries.append((name, "post", name, arguments))
    for what, method, view, arguments in tries:
        name = f"{stem}_{view}"
        if name in routes:
            yield what, method, reverse(f"admin:{name}", "config.urls_staff", args=arguments)


def answer_of(client: Client, method: str, address: str) -> int:
    """The status, with whatever was done undone."""
    with transaction.atomic():
        status: int = getattr(client, method)(address, {}).status_code
        transaction.set_rollback(True)
    return status


@pytest.mark.django_db
@pytest.mark.parametrize("role", NAMES)
def test_a_role_takes_in_the_files_that_the_matrix_says(role):
    house = make_house("own")
    user, client = staff_of(house, role)
    request = client.get("/admin/").wsgi_request
    offered = {kind.code for kind in kinds_for(request)}

    for kind in known_import_kinds():
        may = role in ACTS["imports"][kind.code]
        assert bool(kind.permission and user.has_perm(kind.permission)) == may, kind.code
        assert (kind.code in offered) == may, kind.code  # the only brand: it works for all
    assert set(ACTS["imports"]) == {kind.code for kind in known_import_kinds()}

    make_house("other")
    kinds = {kind.code for kind in kinds_for(client.get("/admin/").wsgi_request)}
    assert kinds == offered - {kind.code for kind in known_import_kinds() if kind.every_brand}


@pytest.mark.django_db
@pytest.mark.parametrize("role", NAMES)
def test_a_role_decides_on_what_the_matrix_says_and_never_on_its_own(role):
    house = make_house("own")
    user, _client = staff_of(house, role)
    approval = house[Approval]
    kinds = {kind.name for kind in known_approval_kinds() if not kind.name.startswith("test")}

    assert set(ACTS["approvals"]) <= kinds
    for kind, roles in ACTS["approvals"].items():
        approval.kind, approval.requested_by = kind, house[ApiKey].created_by
        assert (why_not(approval, user) == "") == (role in roles), kind
        approval.requested_by = user
        assert why_not(approval, user) != "", kind


@pytest.mark.django_db
def test_every_right_of_a_role_exists_and_roles_are_renewed():
    set_up_roles()
    product = Group.objects.get(name="Product")
    product.permissions.clear()

    changes = set_up_roles()

    assert changes["Product"][0] > 50
    assert changes["Finance"] == (0, 0)


@pytest.mark.django_db
def test_who_may_sign_in_and_who_holds_keys_is_seen_by_few():
    set_up_roles()

    for name in NAMES:
        rights = {
            f"{right.content_type.app_label}.{right.codename}"
            for right in Group.objects.get(name=name).permissions.select_related("content_type")
        }
        seen = rights & SEEN_BY_FEW
        assert seen <= ({"core.view_apikey"} if name in {"Brand admin", "Auditor"} else set())


@pytest.mark.django_db
def test_groups_of_other_names_are_the_resellers_own():
    own = Group.objects.create(name="Night shift")
    own.permissions.set(Permission.objects.filter(codename="view_account"))

    call_command("set_up_roles")

    assert [right.codename for right in own.permissions.all()] == ["view_account"]


@pytest.mark.django_db
def test_a_role_that_is_none_is_told_the_roles():
    with pytest.raises(DomainError, match="Customer service, Billing operations"):
        create_staff("ola@example.com", group="Kings")
