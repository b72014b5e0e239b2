"""Members of staff are made by a command that says how they get in."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from core.errors import DomainError
from core.models import User
from core.services.create_staff import create_staff
from tests import make


def test_billing_operations_may_run_billing_but_not_manage_logins(fjordtel):
    user, created = create_staff(
        "Ola@Fjordtel.example", brands=[fjordtel], group="Billing operations"
    )

    assert created
    assert user.email == "ola@fjordtel.example"
    assert list(user.brands.all()) == [fjordtel]
    assert user.has_perms(["billing.add_billrun", "billing.view_invoice", "core.change_job"])
    assert not user.has_perm("core.view_user")
    assert not user.has_perm("core.change_brand")
    assert not user.has_perm("billing.change_invoice")


def test_auditors_see_everything_and_change_nothing(fjordtel):
    user, _ = create_staff("eye@fjordtel.example", brands=[fjordtel], group="Auditor")

    assert user.has_perm("billing.view_journalentry")
    assert {right.split(".")[1].split("_")[0] for right in user.get_all_permissions()} == {"view"}


def test_a_member_of_staff_that_exists_gets_more_brands_and_keeps_the_password(fjordtel, northwind):
    first, _ = create_staff("ola@fjordtel.example", brands=[fjordtel], password="correct horse")

    again, created = create_staff("OLA@fjordtel.example", brands=[northwind], password="other")

    assert not created
    assert again == first
    assert set(again.brands.all()) == {fjordtel, northwind}
    assert again.check_password("correct horse")


def test_a_customers_login_never_becomes_staff(fjordtel):
    make.make_person(make.make_account(fjordtel))

    with pytest.raises(DomainError, match="is a customer's login"):
        create_staff("kari@example.com", brands=[fjordtel])

    assert not User.objects.get().is_staff


@pytest.mark.parametrize(
    ("email", "group", "words"),
    [
        ("not an address", "", "is not an e-mail address"),
        ("ola@fjordtel.example", "Kings", "There is no role called 'Kings'"),
    ],
)
def test_what_makes_no_sense_is_refused_in_plain_words(db, email, group, words):
    with pytest.raises(DomainError, match=words):
        create_staff(email, group=group)


def test_the_command_prints_the_address_and_the_password_once(fjordtel, capsys):
    call_command("create_staff", "ola@fjordtel.example", "--brand", "fjordtel")

    output = capsys.readouterr().out
    password = output.split("shown this once: ")[1].split()[0]
    assert "http://staff.localhost" in output
    assert "They may see nothing yet" in output
    assert User.objects.get().check_password(password)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "Name at least one --brand"),
        (["--brand", "nobody"], "There is no brand called nobody; there are: fjordtel."),
    ],
)
def test_the_command_says_what_is_missing(fjordtel, capsys, arguments, words):
    with pytest.raises(SystemExit) as stop:
        call_command("create_staff", "ola@fjordtel.example", *arguments)

    assert stop.value.code == 2
    assert words in capsys.readouterr().err
    assert not User.objects.exists()
