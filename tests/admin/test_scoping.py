"""Staff see their brands' rows; another brand's look exactly like rows that do not exist."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.urls import NoReverseMatch, reverse
from django.utils.html import escape

from accounts.models import Membership, Order, Person
from billing.models import BillRun, InvoiceDocument, SummaryDocument, UsageRecord
from catalog.models import RateImport, TaxCategory
from core.backoffice.scoping import ScopedAdmin, SharedAdmin, SuperuserAdmin
from core.models import Job
from payments.models import Payment

PAGES = admin.site._registry
SHARED = [model for model, page in PAGES.items() if isinstance(page, SharedAdmin)]
SUPERUSERS = [model for model, page in PAGES.items() if isinstance(page, SuperuserAdmin)]
SCOPED = [
    model
    for model, page in PAGES.items()
    if not isinstance(page, (SharedAdmin, SuperuserAdmin)) and model is not UsageRecord
]
NOWHERE = 987_654_321


def label(model) -> str:
    return model._meta.label_lower


def name_of(model, view: str) -> str:
    return f"admin:{model._meta.app_label}_{model._meta.model_name}_{view}"


def answer(client, url: str, method: str = "get", **data):
    """Status, target and messages: all by which a stranger could tell rows apart."""
    client.cookies.pop("messages", None)
    response = getattr(client, method)(url, data)
    said = [str(message) for message in response.wsgi_request._messages]
    return response.status_code, response.headers.get("Location", ""), said


def same_as_nowhere(client, url_for, key, method: str = "get") -> tuple[Any, Any]:
    """The answers for a foreign key and for one that never was, with the key itself masked."""
    answers = []
    for one in (key, NOWHERE):
        status, target, messages = answer(client, url_for(one), method)
        masked = [message.replace(str(one), "KEY") for message in messages]
        answers.append((status, target.replace(str(one), "KEY"), masked))
    return answers[0], answers[1]


def test_every_page_says_how_its_rows_reach_a_brand():
    assert all(isinstance(page, ScopedAdmin) for page in PAGES.values())
    assert [TaxCategory] == SHARED
    assert {label(model) for model in SUPERUSERS} == {
        "auth.group",
        "core.user",
        "django_celery_beat.periodictask",
    }


def test_the_cast_holds_a_row_of_every_page(own):
    assert {label(model) for model in SCOPED} <= {label(model) for model in own.rows}


def test_a_list_shows_own_rows_only(staff, own, foreign):
    for model in SCOPED:
        response = staff.get(reverse(name_of(model, "changelist")))
        found = staff.get(reverse(name_of(model, "changelist")), {"q": foreign.canary})

        assert response.status_code == 200
        keys = {row.pk for row in response.context["cl"].result_list}
        assert own[model].pk in keys
        assert foreign[model].pk not in keys
        assert foreign.canary not in response.content.decode()
        assert foreign[model].pk not in {row.pk for row in found.context["cl"].result_list}


def test_a_foreign_row_has_no_page(staff, own, foreign):
    for model in SCOPED:
        for view in ("change", "history", "delete"):

            def url_for(key, model=model, view=view) -> str:
                return reverse(name_of(model, view), args=[key])

            mine = staff.get(url_for(own[model].pk)).status_code
            theirs, nowhere = same_as_nowhere(staff, url_for, foreign[model].pk)
            theirs_posted, nowhere_posted = same_as_nowhere(
                staff, url_for, foreign[model].pk, "post"
            )

            assert mine in {200, 403}, (label(model), view)
            assert theirs == nowhere, (label(model), view)
            assert theirs_posted == nowhere_posted, (label(model), view)
            assert model._default_manager.filter(pk=foreign[model].pk).exists(), (
                label(model),
                view,
            )


def test_an_own_row_has_a_page_that_shows_nothing_foreign(staff, own, foreign):
    for model in SCOPED:
        response = staff.get(reverse(name_of(model, "change"), args=[own[model].pk]))

        assert response.status_code == 200
        assert foreign.canary not in response.content.decode()


def test_filters_offer_own_rows_only(staff, own, foreign):
    for model in SCOPED:
        page = PAGES[model]
        response = staff.get(reverse(name_of(model, "changelist")))

        request = response.wsgi_request
        for item in page.get_list_filter(request):
            if isinstance(item, tuple):
                spec = item[1].__name__
                assert spec == "ScopedRelatedFilter", f"{label(model)} offers {item[0]} unscoped"
        for spec in response.context["cl"].filter_specs:
            assert foreign.canary not in str(list(spec.choices(response.context["cl"])))


def test_choices_of_forms_are_own_rows(staff, own, foreign):
    for model in SCOPED:
        request = staff.get(reverse(name_of(model, "changelist"))).wsgi_request
        page = PAGES[model]

        for field in model._meta.get_fields():
            generic = field.is_relation and field.related_model is None
            if field.concrete and field.is_relation and not field.auto_created and not generic:
                choices = page.get_field_queryset("default", field, request)
                for row in foreign.rows.values():
                    if isinstance(row, choices.model) and choices.model in SCOPED:
                        assert row not in choices


def test_autocompletion_finds_own_rows_only(staff, own, foreign):
    for model in SCOPED:
        for field in model._meta.get_fields():
            if not (field.concrete and field.many_to_one):
                continue
            response = staff.get(
                reverse("admin:autocomplete"),
                {
                    "term": foreign.canary,
                    "app_label": model._meta.app_label,
                    "model_name": model._meta.model_name,
                    "field_name": field.name,
                },
            )
            assert foreign.canary not in response.content.decode()


def test_a_bulk_action_never_reaches_foreign_rows(staff, own, foreign):
    for model in SCOPED:
        staff.post(
            reverse(name_of(model, "changelist")),
            {"action": "delete_selected", "_selected_action": [foreign[model].pk], "post": "yes"},
        )

        assert model._default_manager.filter(pk=foreign[model].pk).exists()


def test_the_search_for_pages_names_pages_only(staff, own, foreign):
    response = staff.get(reverse("admin:search"), {"s": foreign.canary.lower(), "extended": "1"})

    assert foreign.canary not in response.content.decode()


def test_the_first_page_counts_own_rows_only(staff, own, foreign):
    content = staff.get(reverse("admin:index")).content.decode()

    assert own.canary in content
    assert foreign.canary not in content
    assert content.count("Open amount") == 1


def test_buttons_and_downloads_of_foreign_rows_do_not_exist(staff, own, foreign):
    routes = [
        ("admin:billing_billrun_check_again", foreign[BillRun].pk),
        ("admin:billing_billrun_csv", foreign[BillRun].pk),
        ("admin:billing_billrun_started", foreign[Job].pk),
        ("admin:billing_invoicedocument_render", foreign[BillRun].pk),
        ("admin:billing_invoicedocument_zip", foreign[BillRun].pk),
        ("admin:billing_invoicedocument_pdf", foreign[InvoiceDocument].invoice_id),
        ("admin:billing_summarydocument_pdf", foreign[SummaryDocument].pk),
        ("admin:billing_summarydocument_print", foreign[Order].pk),
        ("admin:core_job_try_again", foreign[Job].pk),
        ("admin:catalog_rateimport_revert", foreign[RateImport].pk),
        ("admin:payments_payment_account", foreign[Payment].pk),
    ]

    for route, key in routes:
        for method in ("get", "post"):
            theirs, nowhere = same_as_nowhere(
                staff, lambda one, route=route: reverse(route, args=[one]), key, method
            )
            assert theirs == nowhere == (404, "", []), route
    assert not Job.objects.filter(payload__run=foreign[BillRun].pk).exists()


def own_views(model, page) -> list[str]:
    """The names of a page's own views that take a row, beyond Django's five."""
    stem = f"{model._meta.app_label}_{model._meta.model_name}_"
    usual = {"changelist", "add", "change", "delete", "history", "password_change"}
    return [
        pattern.name
        for pattern in page.get_urls()
        if pattern.name
        and pattern.name.startswith(stem)
        and pattern.name.removeprefix(stem) not in usual
        and str(pattern.pattern).count("<") == 1
    ]


def test_every_own_view_of_a_foreign_row_answers_as_if_there_were_none(staff, foreign):
    """A new button joins by itself: whatever takes a row is tried with a foreign one."""
    tried = 0
    for model in SCOPED:
        for name in own_views(model, PAGES[model]):
            for method in ("get", "post"):
                theirs, nowhere = same_as_nowhere(
                    staff,
                    lambda one, name=name: reverse(f"admin:{name}", args=[one]),
                    foreign[model].pk,
                    method,
                )
                assert theirs == nowhere, (name, method)
                assert theirs[0] in {302, 403, 404, 405}, (name, method)
                tried += 1
    assert tried > 40


def test_a_person_of_two_brands_is_seen_but_not_changed_and_shows_own_accounts(staff, own, foreign):
    person = own[Person]
    Membership.objects.create(account=next_account(foreign), person=person)
    url = reverse("admin:accounts_person_change", args=[person.pk])

    page = staff.get(url)
    staff.post(url, {"name": "Changed", "phone": "", "language": ""})

    person.refresh_from_db()
    assert page.status_code == 200
    assert foreign.canary not in page.content.decode()
    assert person.name == own.canary


def next_account(house):
    return next(row for row in house.rows.values() if label(type(row)) == "accounts.account")


def test_staff_never_see_logins_and_groups_whatever_their_rights(staff):
    for model in SUPERUSERS:
        assert staff.get(reverse(name_of(model, "changelist"))).status_code == 403
    assert "Staff and logins" not in staff.get(reverse("admin:index")).content.decode()


def test_a_superuser_sees_every_brand(superuser, own, foreign):
    for model in SCOPED:
        rows = superuser.get(reverse(name_of(model, "changelist"))).context["cl"].result_list
        assert {own[model].pk, foreign[model].pk} <= {row.pk for row in rows}


def test_staff_without_brands_see_no_rows(sign_in, own):
    from tests.admin.conftest import staff_with_every_right

    client = sign_in(staff_with_every_right())

    for model in SCOPED:
        response = client.get(reverse(name_of(model, "changelist")))
        assert not response.context["cl"].result_list


def test_staff_without_rights_see_an_empty_house(sign_in, own):
    from tests import make

    client = sign_in(make.make_staff("new@own.example", own.brand))

    index = client.get(reverse("admin:index"))
    assert index.status_code == 200
    assert own.canary not in index.content.decode()
    for model in SCOPED:
        assert client.get(reverse(name_of(model, "changelist"))).status_code == 403


def test_a_past_change_is_told_to_own_staff_only(staff, own, foreign):
    from accounts.models import Account

    url = reverse("admin:accounts_account_change", args=[own[Account].pk])
    account = own[Account]
    data = {
        field: getattr(account, field) or ""
        for field in ("street", "postcode", "country", "invoice_email", "language")
    }
    data |= {"name": "Kari Nordmann", "city": escape("Bergen"), "organisation_number": ""}
    data |= {"vat_number": "", "payment_terms_days": ""}

    response = staff.post(url, data)

    account.refresh_from_db()
    assert response.status_code == 302
    assert account.city == "Bergen"
    assert LogEntry.objects.get().object_id == str(account.pk)
    history = staff.get(reverse("admin:accounts_account_history", args=[account.pk]))
    assert "City" in history.content.decode()


def test_tables_without_a_page_are_no_choices(staff, own):
    from core.backoffice.scoping import choices_of

    request = staff.get(reverse("admin:index")).wsgi_request

    assert not choices_of(admin.site, apps.get_model("billing", "InvoiceUsage"), request).exists()
    with pytest.raises(NoReverseMatch):
        reverse("admin:billing_invoiceusage_changelist")
