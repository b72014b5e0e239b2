"""A list with a row for each service names its customer in every row: that is said once."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from accounts.models import Person, Subscription
from tests import make

ROWS = """Kunde;Navn;E-post;Tjeneste;Plan;Fra
100123;Kari Nordmann;kari@example.com;1;MOBIL10;01.02.2024
100123;Kari Nordmann;kari@example.com;2;MOBIL10;01.03.2024
"""
PEOPLE = "fields: {account: Kunde, name: Navn, email: E-post}"
SERVICES = (
    "file: {dates: dd.mm.yyyy}\n"
    "fields: {account: Kunde, subscription: Tjeneste, plan: Plan, starts_on: Fra}"
)


@pytest.fixture
def kari(fjordtel):
    make.make_plan(fjordtel, "MOBIL10", "299.00")
    return make.make_account(fjordtel)


def import_file(kind, tmp_path, mapping, rows=ROWS):
    (tmp_path / "list.csv").write_text(rows)
    (tmp_path / "mapping.yaml").write_text(mapping)
    call_command(
        "import_file", kind, str(tmp_path / "list.csv"), "--brand", "fjordtel",
        "--mapping", str(tmp_path / "mapping.yaml"),
    )  # fmt: skip


def test_one_list_gives_a_person_once_and_each_service(kari, tmp_path):
    import_file("people", tmp_path, PEOPLE)
    import_file("subscriptions", tmp_path, SERVICES)

    assert [person.email for person in Person.objects.all()] == ["kari@example.com"]
    assert Subscription.objects.filter(account=kari).count() == 2


def test_rows_that_contradict_each_other_are_still_refused(kari, tmp_path, capsys):
    rows = ROWS.replace("2;MOBIL10", "2;MOBIL10", 1).replace(
        "Kari Nordmann;kari@example.com;2", "Kari Hansen;kari@example.com;2"
    )

    with pytest.raises(SystemExit) as stop:
        import_file("people", tmp_path, PEOPLE, rows)

    assert stop.value.code == 1
    assert "list.csv:3" in capsys.readouterr().err
    assert not Person.objects.exists()
