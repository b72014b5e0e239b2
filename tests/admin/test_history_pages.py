"""Each row of the back office tells who changed it, by which way, and what was before."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pghistory
import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.urls import reverse

from accounts.models import (
    Account,
    ContactPreference,
    Membership,
    Person,
    Sim,
    SimAssignment,
    Subscription,
)
from billing.models import Invoice
from catalog.models import ChargeTier, Plan, PlanVersion, TaxCategory
from core.backoffice.history_parts import page_of, parts_of
from core.history import changed_by
from core.imports.written_tables import event_models
from core.models import ApiKey, Brand, User
from tests import make
from tests.admin.conftest import staff_with_every_right
from tests.admin.house import NOVEMBER, OCTOBER
from tests.portal.reading import text_of


def history_of(client, row) -> str:
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_history"
    return text_of(client.get(reverse(name, args=[row.pk])))


def test_a_change_in_a_form_names_the_login_and_both_values(staff, own):
    account = own[Account]
    with changed_by(channel="back_office", user_id=own.brand.staff.first().pk, reason="moved"):
        Account.objects.filter(pk=account.pk).update(city="Bergen")

    page = history_of(staff, account)

    assert f"changed by {own.brand.staff.first().email} back office" in page
    assert "Why: moved" in page
    assert "City Oslo Bergen" in page


def test_a_change_behind_everybodys_back_is_seen_too(staff, own):
    account = own[Account]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_account SET bill_day = 9 WHERE id = %s", [account.pk])

    page = history_of(staff, account)

    assert "changed the database itself" in page
    assert "Bill day 1 9" in page


def test_what_keeps_no_history_says_what_its_record_is(staff, own):
    assert "keep no history of their own" in history_of(staff, own[Invoice])


def rows_of(response) -> list[dict[str, str]]:
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/csv")
    text = b"".join(response.streaming_content).decode()
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def csv_of(client, row) -> list[dict[str, str]]:
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_history"
    return rows_of(client.get(reverse(name, args=[row.pk]), {"csv": ""}))


def test_every_tracked_model_has_a_page_or_belongs_to_one():
    shown = set()

    def with_parts(model):
        shown.add(model._meta.label)
        for part in parts_of(admin.site, model):
            if part.model._meta.label not in shown:
                with_parts(part.model)

    for model in admin.site._registry:
        with_parts(model)

    tracked = {model._meta.label: model for model in event_models()}
    assert {label for label, model in tracked.items() if not page_of(admin.site, model)} <= shown
    assert len([one for one in tracked.values() if not page_of(admin.site, one)]) >= 28


def test_memberships_stand_on_the_person_and_on_the_account(staff, superuser, own):
    membership = Membership.objects.get(person=own[Person])
    name = " ".join(str(membership).split())
    user = own.brand.staff.first()
    with changed_by(channel="back_office", user_id=user.pk, reason="asked by phone"):
        Membership.objects.filter(pk=membership.pk).update(role="viewer", rights=["see_bills"])
    membership.delete()

    page, of_login = history_of(staff, own[Account]), history_of(superuser, own[Person])
    for told in (page, of_login):
        assert f"Membership {name} added" in told
        assert f"viewer changed by {user.email} back office" in told
        assert "Why: asked by phone" in told
        assert "viewer removed" in told


def test_a_price_version_tells_of_its_charges_and_their_tiers(staff, own):
    draft = make.make_draft(own[Plan])
    priced = {"price": 0, "pricing": "graduated", "usage_types": ["voice"], "per": 60}
    charge = make.make_charge(draft, code="calls", kind="usage", **priced)
    tier = ChargeTier.objects.create(charge=charge, up_to=100, price=1)
    ChargeTier.objects.filter(pk=tier.pk).update(price="0.25")
    tier.delete()
    charge.delete()

    page = history_of(staff, PlanVersion.objects.get(pk=draft.pk))

    assert "Charge calls added" in page
    assert "Charge tier up to 100 changed" in page
    assert "Price 1 0.25" in page
    assert "Charge tier up to 100 removed" in page
    assert "Charge calls removed" in page


def test_a_subscription_tells_of_its_plans_numbers_and_sims(staff, own):
    line = own[Subscription]
    SimAssignment.objects.create(
        sim=own[Sim], subscription=line, during=DateRange(OCTOBER, NOVEMBER)
    )

    page = history_of(staff, line)

    assert "Subscription plan" in page
    assert "Number assignment" in page
    assert "SIM" in page
    assert "until 2026-11-01" in page


def test_a_login_tells_of_its_roles_and_brands_to_superusers(superuser, own):
    user = make.make_staff("ola@example.com", own.brand)
    role = Group.objects.create(name="Night shift")
    with changed_by(channel="command", source="create_staff", reason="new colleague"):
        user.groups.add(role)
        user.user_permissions.add(Permission.objects.first())

    page = history_of(superuser, user)
    of_role = history_of(superuser, role)

    assert "User role ola@example.com, Night shift added command create_staff" in page
    assert "Why: new colleague" in page
    assert "User right" in page
    assert "User brand" in page
    assert "ola@example.com, Night shift added" in of_role


def test_who_stood_in_for_whom_and_with_which_key_is_told(staff, own):
    user, other = own.brand.staff.first(), make.make_staff("ola@example.com")
    with changed_by(channel="api", user_id=user.pk, acting_for=other.pk):
        pghistory.context(key="abc123")
        Account.objects.filter(pk=own[Account].pk).update(city="Bergen")

    page = history_of(staff, own[Account])

    assert f"changed by {user.email} for ola@example.com API, key abc123" in page


def test_choices_and_removed_rows_are_told_in_words(staff, own):
    Account.objects.filter(pk=own[Account].pk).update(tax_status="exempt")

    (city,) = [row for row in csv_of(staff, own[Account]) if row["field"] == "Tax status"][:1]

    words = dict(Account._meta.get_field("tax_status").flatchoices)
    assert (city["before"], city["after"]) == (words["standard"], words["exempt"])


def test_no_history_holds_a_secret():
    names = {
        (events.__name__, field.name)
        for events in event_models().values()
        for field in events._meta.concrete_fields
    }
    secrets = ("puk", "password", "digest", "token", "secret", "iban", "bank_account")

    found = {one for one in names if one[1] in secrets}
    assert found <= {("LegalEntityEvent", "iban"), ("LegalEntityEvent", "bank_account")}


def test_the_memberships_of_another_brand_are_not_told(staff, own, foreign, superuser):
    person = own[Person]
    Membership.objects.create(person=person, account=foreign[Account], role="billing")
    ContactPreference.objects.create(
        person=person, brand=foreign.brand, topic="marketing", channel="email", wanted=True
    )

    page, file = history_of(staff, person), csv_of(staff, person)
    span = rows_of(staff.get(reverse("backoffice-history"), today()))

    assert foreign.canary not in page
    assert foreign.canary not in str(file)
    assert foreign.canary not in str(span)
    assert own.canary in str(span)
    assert foreign.canary in history_of(superuser, person)
    assert all(row["who"] == row["way"] == "" for row in file)


def today() -> dict[str, str]:
    day = str(datetime.now(UTC).date())
    return {"since": day, "until": day}


def test_the_file_of_a_span_holds_own_rows_and_what_is_gone(staff, own, foreign):
    spare = make.make_account(own.brand, "SPARE", "Spare AS")
    make.make_person(spare, "spare@example.com").memberships.all().delete()
    theirs = make.make_account(foreign.brand, "THEIRS", foreign.canary)
    key = spare.pk
    Account.objects.filter(pk__in=(spare.pk, theirs.pk)).delete()

    rows = rows_of(staff.get(reverse("backoffice-history"), today()))

    mine = [row for row in rows if row["kind"] == "Account" and row["id"] == str(key)]
    assert {row["what"] for row in mine} == {"added", "removed"}
    parts = [row for row in rows if row["kind"] == "Membership" and row["field"] == "Account"]
    assert ("removed", str(key)) in {(row["what"], row["before"]) for row in parts}
    assert "THEIRS" not in str(rows)
    assert foreign.canary not in str(rows)


def test_a_span_without_changes_is_a_head_and_a_wrong_one_is_refused(staff, own):
    address = reverse("backoffice-history")

    assert rows_of(staff.get(address, {"since": "2020-01-01", "until": "2020-01-31"})) == []
    assert "The last day is before the first." in text_of(
        staff.get(address, {"since": "2020-01-31", "until": "2020-01-01"})
    )
    assert "Take out as CSV" in text_of(staff.get(address))


def test_a_text_that_is_a_formula_is_made_harmless(staff, own):
    with changed_by(channel="command", reason="=HYPERLINK(1)"):
        Account.objects.filter(pk=own[Account].pk).update(name="@SUM(1)", city="-1+1")

    rows = csv_of(staff, own[Account])

    told = {row["field"]: row for row in rows if row["reason"]}
    assert told["Name"]["after"] == "'@SUM(1)"
    assert told["City"]["after"] == "'-1+1"
    assert told["Name"]["reason"] == "'=HYPERLINK(1)"


def test_only_the_right_to_take_out_opens_the_files(own, sign_in):
    user = staff_with_every_right(own.brand)
    user.user_permissions.remove(Permission.objects.get(codename="export_invoice"))
    client = sign_in(user)
    history = reverse("admin:accounts_account_history", args=[own[Account].pk])

    assert client.get(history).status_code == 200
    assert "Take out as CSV" not in text_of(client.get(history))
    assert client.get(history, {"csv": ""}).status_code == 403
    assert client.get(reverse("backoffice-history"), today()).status_code == 403


def test_the_file_of_a_foreign_row_is_as_none(staff, own, foreign):
    for model in (Account, Person, Brand, ApiKey, Plan):
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_history"
        theirs, nowhere = (
            staff.get(reverse(name, args=[key]), {"csv": ""})
            for key in (foreign[model].pk, 987_654_321)
        )
        assert (theirs.status_code, theirs["Location"]) == (302, nowhere["Location"])


def test_what_somebody_may_not_see_is_not_in_their_file(own, sign_in):
    user = make.make_staff("few@own.example", own.brand)
    names = ("view_account", "export_invoice")
    user.user_permissions.set(Permission.objects.filter(codename__in=names))

    rows = rows_of(sign_in(user).get(reverse("backoffice-history"), today()))

    assert {row["kind"] for row in rows} == {"Account"}


def test_a_form_asks_why_and_the_history_tells_it(staff, own):
    location = own[Account].locations.get()
    address = reverse("admin:accounts_location_change", args=[location.pk])
    form = staff.get(address).context["adminform"].form
    data = {name: value for name, value in form.initial.items() if value is not None}

    assert "change_reason" in form.fields
    response = staff.post(address, data | {"city": "Bodø", "change_reason": "moved out"})

    assert response.status_code == 302
    page = history_of(staff, location)
    assert "City Oslo Bodø" in page
    assert "Why: moved out" in page


def test_a_reason_is_no_must_and_stands_in_no_row(staff, own):
    location = own[Account].locations.get()
    address = reverse("admin:accounts_location_change", args=[location.pk])
    form = staff.get(address).context["adminform"].form
    data = {name: value for name, value in form.initial.items() if value is not None}

    staff.post(address, data | {"city": "Bodø"})

    assert "City Oslo Bodø" in history_of(staff, location)
    assert "Why:" not in history_of(staff, location)


def test_a_right_that_is_given_in_a_form_tells_why(superuser, own):
    user = make.make_staff("ola@example.com", own.brand)
    address = reverse("admin:core_user_change", args=[user.pk])
    data = {"email": user.email, "is_active": "on", "is_staff": "on", "brands": [own.brand.pk]}
    role = Group.objects.create(name="Night shift")

    response = superuser.post(
        address, data | {"groups": [role.pk], "change_reason": "stands in for Kari"}
    )

    assert response.status_code == 302
    page = history_of(superuser, User.objects.get(pk=user.pk))
    assert "Night shift added by root@example.com back office" in page
    assert "Why: stands in for Kari" in page


@pytest.mark.parametrize("model", [TaxCategory, PlanVersion])
def test_a_page_that_changes_nothing_asks_nothing(staff, own, model):
    row = own.rows.get(model) or model.objects.first()
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"

    response = staff.get(reverse(name, args=[row.pk]))

    assert "change_reason" not in response.content.decode()
