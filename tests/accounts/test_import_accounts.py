"""Accounts come in with everything below them, and again without doing anything twice."""

from __future__ import annotations

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from accounts.models import Account, Location, Membership, Person, Subscription
from core.models import Brand, User
from tests import make
from tests.accounts.conftest import KARI, TODAY, TakeIn, counts


def test_an_account_comes_in_with_everything_below_it(take_in: TakeIn) -> None:
    take_in()

    kari = Account.objects.get()
    line = Subscription.objects.get()
    person = Person.objects.get()
    assert (kari.number, kari.name, kari.kind, kari.currency) == (
        "100123", "Kari Nordmann", "consumer", "NOK",
    )  # fmt: skip
    assert (kari.street, kari.postcode, kari.country) == ("Storgata 1", "0155", "NO")
    assert kari.invoice_email == "kari@example.com"
    assert kari.opened_on == date(2026, 1, 1)
    assert (person.email, person.language) == ("kari@example.com", "nb")
    assert Membership.objects.get().role == "owner"
    assert line.location == Location.objects.get()
    first, second = line.plan_history.all()
    assert (first.plan.code, first.during.upper) == ("MOBIL10", date(2026, 10, 14))
    assert (second.plan.code, second.during.lower) == ("MOBIL20", date(2026, 10, 14))
    assert second.during.upper is None
    add_on = line.add_ons.get()
    assert (add_on.code, add_on.plan.code, add_on.starts_on) == (
        "ORDER-77", "DAYPASS-TR", date(2026, 10, 3),
    )  # fmt: skip
    assert line.numbers.get().number.number == "4790000123"


def test_a_login_has_no_password_until_its_owner_sets_one(take_in: TakeIn) -> None:
    take_in()

    user = User.objects.get(email="kari@example.com")
    assert not user.has_usable_password()
    assert not user.is_staff
    assert user.person == Person.objects.get()


def test_the_same_file_again_changes_nothing(take_in: TakeIn) -> None:
    take_in()

    again = take_in()

    assert not again.has_changes
    assert counts(again)["plan histories"] == (0, 0, 1)
    assert (Account.objects.count(), Person.objects.count(), User.objects.count()) == (1, 1, 1)


def test_what_changed_is_updated_and_told(take_in: TakeIn) -> None:
    take_in()

    report = take_in(KARI.replace("    name: Kari Nordmann\n", "    name: Kari Berg\n"))

    assert counts(report)["accounts"] == (0, 1, 0)
    assert report.parts["accounts"].details == [
        "~ 100123 Kari Berg: name: Kari Nordmann → Kari Berg"
    ]
    assert Account.objects.get().name == "Kari Berg"


def test_what_the_file_leaves_out_stays(take_in: TakeIn) -> None:
    take_in(KARI.replace("    bill_day: 1\n", "    bill_day: 15\n"))

    report = take_in('accounts:\n  - {brand: fjordtel, number: "100123", language: en}\n')

    kari = Account.objects.get()
    assert (kari.bill_day, kari.language, kari.name) == (15, "en", "Kari Nordmann")
    assert counts(report) == {"accounts": (0, 1, 0)}
    assert Subscription.objects.count() == 1


def test_an_empty_entry_takes_the_default(take_in: TakeIn) -> None:
    take_in(KARI.replace("    bill_day: 1\n", "    payment_terms_days: 30\n"))

    take_in(KARI.replace("    bill_day: 1\n", "    payment_terms_days:\n"))

    assert Account.objects.get().payment_terms_days is None


def test_an_account_without_subscriptions_opens_today(take_in: TakeIn) -> None:
    take_in("accounts:\n  - {brand: fjordtel, number: A-1, name: Bo Berg}\n")

    bo = Account.objects.get()
    assert (bo.opened_on, bo.country, bo.invoice_email) == (TODAY, "NO", "")


def test_an_earlier_subscription_opens_the_account_earlier(take_in: TakeIn) -> None:
    take_in()
    earlier = KARI.replace("code: MOB-1", "code: MOB-0").replace("2026-01-01", "2025-06-01")

    take_in(earlier.split("        numbers:")[0])

    assert Account.objects.get().opened_on == date(2025, 6, 1)


def test_the_invoice_goes_to_the_first_who_owns_or_pays(take_in: TakeIn) -> None:
    people = """    people:
      - {name: Viewer, email: viewer@example.com, role: viewer}
      - {name: Payer, email: payer@example.com, role: billing}
"""

    take_in(KARI.replace(KARI[KARI.index("    people:") : KARI.index("    locations:")], people))

    assert Account.objects.get().invoice_email == "payer@example.com"


def test_a_person_is_one_for_all_accounts(take_in: TakeIn) -> None:
    second = """  - brand: fjordtel
    number: "100124"
    name: Cabin
    people:
      - {name: Kari N., email: KARI@example.com, role: viewer}
"""

    report = take_in(KARI + second)

    assert Person.objects.get().name == "Kari Nordmann"
    assert [row.role for row in Membership.objects.order_by("account__number")] == [
        "owner",
        "viewer",
    ]
    [note] = [note for note in report.warnings if "elsewhere" in note.what]
    assert note.line == 27
    assert note.what.endswith("name is Kari Nordmann elsewhere in this file; that one counts")


def test_a_member_of_staff_under_the_address_keeps_the_login(take_in: TakeIn) -> None:
    staff = make.make_staff("kari@example.com")

    take_in()

    assert Person.objects.get().user == staff
    assert User.objects.count() == 1


def test_many_accounts_take_few_queries(
    take_in: TakeIn, django_assert_max_num_queries: object
) -> None:
    one = KARI.removeprefix("accounts:\n")
    many = "accounts:\n" + "".join(
        one.replace("100123", f"{200000 + n}")
        .replace("Kari@", f"k{n}@")
        .replace("900 00 123", f"9{n:07d}")
        for n in range(200)
    )

    with django_assert_max_num_queries(60):
        report = take_in(many)
    with django_assert_max_num_queries(40):
        again = take_in(many)

    assert counts(report)["subscriptions"] == (200, 0, 0)
    assert not again.has_changes


def run_command(*arguments: str) -> tuple[int, str, str]:
    out, errors = StringIO(), StringIO()
    code = 0
    try:
        call_command("import_accounts", *arguments, stdout=out, stderr=errors)
    except SystemExit as stop:
        code = int(stop.code or 0)
    return code, out.getvalue(), errors.getvalue()


def test_the_command_prints_the_diff_and_the_totals(selling: Brand, tmp_path: Path) -> None:
    file = tmp_path / "accounts.yaml"
    file.write_text(KARI)

    code, out, _ = run_command(str(file))

    assert code == 0
    assert "+ 100123 MOB-1: MOBIL10 from 2026-01-01, MOBIL20 from 2026-10-14" in out
    assert Account.objects.count() == 1


def test_a_dry_run_stores_nothing(selling: Brand, tmp_path: Path) -> None:
    file = tmp_path / "accounts.yaml"
    file.write_text(KARI)

    code, out, _ = run_command(str(file), "--dry-run")

    assert code == 0
    assert "+ 100123 Kari Nordmann" in out
    assert not Account.objects.exists()
    assert not User.objects.exists()


def test_one_mistake_refuses_the_whole_file(selling: Brand, tmp_path: Path) -> None:
    file = tmp_path / "accounts.yaml"
    file.write_text(KARI + "  - {brand: fjordtel, number: B, name: Bo, bill_day: 32}\n")

    code, _, errors = run_command(str(file))

    assert code == 1
    assert f"{file}:23: account B: bill_day 32 is out of range; use 1 to 31" in errors
    assert not Account.objects.exists()


def test_a_file_of_another_kind_is_exit_code_2(selling: Brand, tmp_path: Path) -> None:
    code, _, errors = run_command(str(tmp_path / "accounts.xlsx"))

    assert code == 2
    assert "must end with .yaml or .csv" in errors


@pytest.mark.parametrize("broken", ["accounts.yaml", "accounts.csv"])
def test_another_encoding_is_told_with_its_line(
    selling: Brand, tmp_path: Path, broken: str
) -> None:
    file = tmp_path / broken
    file.write_bytes("brand,number,name\nfjordtel,1,Håkon\n".encode("latin-1"))

    code, _, errors = run_command(str(file))

    assert code == 1
    assert f"{file}:2: byte 0xe5 is not UTF-8; save the file in the encoding UTF-8" in errors
