"""The demo: real files through the product's own commands, the same story each time."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.core.management import call_command
from django.db import connection
from rich.console import Console

from accounts.models import Account
from billing.models import Invoice, SuspendedUsage, UsageRecord
from core.models import Brand, Job, User
from payments.models import Payment
from portal.demo.cast import ACME, BO, KARI
from portal.demo.house import State, begin, finish, state_of_database
from portal.demo.logins import ADMIN_EMAIL, CUSTOMERS, PASSWORD, STAFF, STAFF_EMAIL
from portal.demo.making import Making
from portal.demo.outbox import mail_server
from portal.demo.screen import Screen
from portal.demo.size import DemoSize
from tests import make

NOW = datetime(2026, 11, 5, 8, tzinfo=UTC)
TINY = DemoSize("tiny", 12, 4, 400, 300, 500, 2)
WITHOUT_PDFS = DemoSize("tiny", 12, 4, 400, 300, 500, 0)


def begin_anew(size: DemoSize) -> Job:
    """Begin a demo; tests run in one transaction, where checks that wait would be in the way."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return begin(size, now=NOW)


def make_demo(size: DemoSize, folder: Path) -> None:
    """Make a whole demo in this database."""
    job = begin_anew(size)
    with mail_server(folder / "outbox") as mail_port:
        Making(size, folder, Screen(Console(file=StringIO()), 0), mail_port=mail_port).make()
    finish(job, seconds=1, now=NOW)


def run(*words: str) -> tuple[int, str]:
    """A command's exit code and all it printed."""
    output = StringIO()
    try:
        call_command(*words, stdout=output, stderr=output)
    except SystemExit as end:
        return int(end.code or 0), output.getvalue()
    return 0, output.getvalue()


def exported() -> str:
    """Every issued invoice as data."""
    code, text = run("export_invoices", "--json")
    assert code == 0
    return text


@pytest.fixture
def var(settings, tmp_path, monkeypatch) -> Path:
    """The demo's folder, where the command looks for it."""
    settings.VAR_DIR = tmp_path
    return tmp_path / "demo"


def test_the_demo_tells_its_story_and_tells_it_the_same_way_twice(db, var):
    make_demo(TINY, var)
    first = exported()

    karis = Invoice.objects.filter(account__number=KARI).order_by("issue_date")
    assert [bill.total for bill in karis] == [
        Decimal("649.00"), Decimal("649.00"), Decimal("905.07"),
    ]  # fmt: skip
    last = karis[2]
    assert (last.tax_total, last.net_total) == (Decimal("181.01"), Decimal("724.06"))
    assert last.due_date == date(2026, 11, 16)
    assert [bill.open_item.open_amount for bill in karis] == [0, 0, Decimal("905.07")]
    assert UsageRecord.objects.filter(account_id=last.account_id).exists()

    acme = Invoice.objects.get(account__number=ACME, period_end=date(2026, 11, 1))
    assert acme.lines.values("account").distinct().count() == 3
    assert (var / "pdf" / f"{acme.number}.pdf").read_bytes().startswith(b"%PDF-1.7")
    reasons = set(SuspendedUsage.objects.values_list("reason", flat=True))
    assert reasons == {"unknown_service", "no_rate"}
    assert Payment.objects.filter(account=None).count() == 2
    letters = [path.name for path in (var / "outbox").iterdir()]
    assert any("bo@example.com" in name for name in letters)
    assert not any("kari@example.com" in name for name in letters)
    assert {account.bill_day for account in Account.objects.all()} == {1, 15}

    make_demo(WITHOUT_PDFS, var)

    assert exported() == first
    assert len(json.loads(first)) > 30


def test_the_demos_logins_work_and_a_demo_that_is_there_is_kept(db, var):
    make_demo(WITHOUT_PDFS, var)

    for login in CUSTOMERS:
        user = User.objects.get(email=login.email)
        assert user.check_password(PASSWORD)
        assert user.person.memberships.filter(account__brand__code=login.brand).exists()
    assert User.objects.get(email=ADMIN_EMAIL).is_superuser
    ola = User.objects.get(email=STAFF_EMAIL)
    assert [brand.code for brand in ola.brands.all()] == ["fjordtel"]
    for login in STAFF:
        code, words = run("demo_code", login.email)
        assert code == 0
        totp = Authenticator.objects.get(user__email=login.email, type="totp")
        assert TOTP(totp).validate_code(words.split()[0])
    assert run("demo_code", "kari@example.com")[0] == 2
    numbers = list(Invoice.objects.values_list("number", flat=True))
    code, words = run("demo", "--no-serve")

    assert code == 0
    assert "The tiny demo is there already" in words
    assert "http://northwind.localhost:" in words
    assert PASSWORD in words
    assert list(Invoice.objects.values_list("number", flat=True)) == numbers
    assert Invoice.objects.get(
        account__number=BO, period_end=date(2026, 10, 1)
    ).open_item.open_amount


@pytest.mark.parametrize("options", [(), ("--reset",), ("--small", "--reset")])
def test_a_database_that_is_in_use_is_never_touched(fjordtel, var, options):
    kari = make.make_account(fjordtel)

    code, words = run("demo", "--no-serve", *options)

    assert code == 2
    assert "in use" in words
    assert "TRUNKLINE_DATABASE_NAME" in words
    assert Account.objects.get() == kari


def test_passwords_that_everybody_knows_stay_on_this_machine(db, var, settings):
    settings.STAFF_HOST = "staff.fjordtel.example"

    code, words = run("demo", "--no-serve")

    assert code == 2
    assert "staff.fjordtel.example" in words
    assert not Job.objects.exists()


def test_one_login_is_enough_for_a_database_to_be_in_use(db, var):
    User.objects.create_superuser("owner@example.com", "correct horse battery")

    assert state_of_database() is State.FOREIGN
    assert run("demo", "--no-serve")[0] == 2


def test_brands_that_somebody_added_to_the_demo_are_not_deleted(db, var):
    finish(begin(TINY, now=NOW), seconds=1, now=NOW)
    make.make_brand("mine")

    code, words = run("demo", "--reset", "--no-serve")

    assert code == 2
    assert "would be lost: mine" in words
    assert Brand.objects.filter(code="mine").exists()


def test_half_a_demo_is_known_as_such_and_emptied(db, var):
    assert state_of_database() is State.EMPTY
    begin(TINY, now=NOW)
    assert state_of_database() is State.HALF
    make.make_brand("fjordtel")

    begin_anew(TINY)

    assert not Brand.objects.exists()
    assert Job.objects.get().pk == 1


def test_without_a_demo_there_is_no_code(fjordtel, var):
    make.make_staff("ola@fjordtel.example", fjordtel)

    code, words = run("demo_code", "ola@fjordtel.example")

    assert code == 2
    assert "no demo in this database" in words
