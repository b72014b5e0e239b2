"""What can be asked by typing: searches, filters and addresses tell nothing of other brands."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.urls import reverse

from accounts.models import Account, Consent, Membership, Person
from core.backoffice.scoping import SuperuserAdmin
from core.history import changed_by
from core.models import ApiKey
from tests.admin.conftest import foreign, own, sign_in, staff  # noqa: F401 – fixtures

NOBODYS_ID = 999_999_999
PERSONS = "admin:accounts_person_changelist"


@pytest.fixture(autouse=True)
def _urls_of_the_staff_host(settings):
    settings.ROOT_URLCONF = "config.urls_staff"


@pytest.fixture
def shared(own, foreign) -> Person:  # noqa: F811
    """A person whom both brands know."""
    Membership.objects.create(account=foreign[Account], person=own[Person])
    return own[Person]


def found(client, question: str) -> list[int]:
    response = client.get(f"{reverse(PERSONS)}?{question}")
    if response.status_code != 200:
        return [response.status_code]
    return [row.pk for row in response.context["cl"].result_list]


def test_a_person_is_found_by_ones_own_account_number(staff, own, shared):  # noqa: F811
    assert found(staff, f"q={own[Account].number}") == [shared.pk]


def test_no_person_is_found_by_another_brands_account_number(staff, foreign, shared):  # noqa: F811
    assert found(staff, f"q={foreign[Account].number}") == []


@pytest.mark.parametrize(
    "question",
    [
        "memberships={membership}",
        "memberships__account={account}",
        "memberships__account__number={number}",
        "memberships__account__brand__code=foreign",
        "consents={consent}",
        "consents__brand__code=foreign",
        "user__password__startswith=pbkdf2",
        "user={user}",
    ],
)
def test_no_address_asks_for_what_a_person_has_elsewhere(staff, foreign, shared, question):  # noqa: F811
    membership = Membership.objects.get(person=shared, account=foreign[Account])
    facts = {"membership": membership.pk, "account": foreign[Account].pk, "user": shared.user_id}
    facts |= {"number": foreign[Account].number, "consent": foreign[Consent].pk}
    question = question.format(**facts)

    there, nowhere = (
        staff.get(f"{reverse(PERSONS)}?{text}")
        for text in (question, question.partition("=")[0] + f"={NOBODYS_ID}")
    )

    assert (there.status_code, there.headers.get("Location")) == (
        nowhere.status_code,
        nowhere.headers.get("Location"),
    )
    assert there.status_code != 200


def test_the_history_of_a_shared_person_names_no_staff_of_the_other_brand(staff, foreign, shared):  # noqa: F811
    theirs = foreign[ApiKey].created_by
    with changed_by(
        channel="back_office", user_id=theirs.pk, reason=foreign.canary, source=foreign.canary
    ):
        Person.objects.filter(pk=shared.pk).update(phone="+4790000999")

    response = staff.get(reverse("admin:accounts_person_history", args=[shared.pk]))

    page = response.content.decode()
    assert "+4790000999" in page
    assert foreign.canary not in page
    assert theirs.email not in page


def test_the_search_finds_own_rows_and_nothing_foreign(staff, own, foreign):  # noqa: F811
    address = reverse("backoffice-search")
    person, account = foreign[Person], foreign[Account]

    for text in (person.email, person.name, account.number, account.name, foreign.canary):
        assert staff.get(address, {"q": text}).context["found"] == [], text
        shown = staff.get(address, {"q": text}).content.decode().replace(text, "")
        assert foreign.canary not in shown, text
    assert own[Person].name in staff.get(address, {"q": own[Person].email}).content.decode()


def test_filters_by_foreign_rows_answer_like_filters_by_none(staff, own, foreign):  # noqa: F811
    tried = 0
    for model, page in admin.site._registry.items():
        if isinstance(page, SuperuserAdmin) or model not in own.rows:
            continue
        stem = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        for field in model._meta.concrete_fields:
            row = foreign.rows.get(field.related_model) if field.is_relation else None
            if row is None:
                continue
            answers = []
            for key in (row.pk, NOBODYS_ID):
                response = staff.get(f"{reverse(stem)}?{field.name}__id__exact={key}")
                rows = response.context and [one.pk for one in response.context["cl"].result_list]
                target = response.headers.get("Location", "").replace(str(key), "KEY")
                answers.append((response.status_code, target, rows))
                assert foreign.canary not in response.content.decode(), (stem, field.name)
            assert answers[0] == answers[1], (stem, field.name)
            tried += 1
    assert tried > 60
