"""A file of one brand learns nothing of the persons of another, and changes none of them."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.models import Membership, Person
from accounts.services.import_account_parts import import_account_parts
from accounts.services.importing.flat_forms import PEOPLE
from core.errors import InputRefused
from core.models import User
from tests import make

KARI = "kari@example.com"


@pytest.fixture
def own(fjordtel):
    """The account that the file names."""
    return make.make_account(fjordtel, "100123", "Bo Berg")


@pytest.fixture
def kari(northwind):
    """Somebody whom the other brand knows."""
    return make.make_person(make.make_account(northwind, "200"), KARI, name="CANARY", phone="+47")


def take_in(email: str, name: str = "Kari N", only_brand: str = "fjordtel"):
    content = f"brand,account,email,name,role\nfjordtel,100123,{email},{name},viewer\n"
    return import_account_parts(
        content.encode(), file="people.csv", form=PEOPLE, as_of=date(2026, 11, 1),
        only_brand=only_brand,
    )  # fmt: skip


def told(report, email: str):
    rows = {
        name: [(row.mark, row.label.replace(email, "X"), row.changes) for row in part.rows]
        for name, part in report.parts.items()
    }
    counts = {name: (part.new, part.changed, part.unchanged) for name, part in report.parts.items()}
    details = [row.replace(email, "X") for part in report.parts.values() for row in part.details]
    return rows, counts, details, [str(one) for one in report.warnings]


def test_a_person_of_another_brand_looks_like_one_that_nobody_knows(own, kari):
    nobody = take_in("nobody@example.com")

    known = take_in(KARI)

    assert told(known, KARI) == told(nobody, "nobody@example.com")
    assert "CANARY" not in str(told(known, KARI))


def test_so_does_a_login_of_staff(own):
    make.make_staff("staff@example.com", own.brand)
    nobody = take_in("nobody@example.com")

    assert told(take_in("staff@example.com"), "staff@example.com") == told(
        nobody, "nobody@example.com"
    )


def test_a_name_is_asked_for_whether_or_not_another_brand_knows_it(own, kari):
    problems = []
    for email in (KARI, "nobody@example.com"):
        with pytest.raises(InputRefused) as refused:
            take_in(email, name="")
        problems.append([str(one).replace(email, "X") for one in refused.value.problems])

    assert problems[0] == problems[1]


def test_the_other_brands_person_becomes_a_member_and_stays_who_they_are(own, kari):
    take_in(KARI)

    kari.refresh_from_db()
    assert (kari.name, kari.phone) == ("CANARY", "+47")
    assert Person.objects.filter(email=KARI).count() == 1
    assert User.objects.filter(email=KARI).count() == 1
    assert Membership.objects.get(account=own).person == kari


def test_somebody_known_to_both_keeps_the_name_and_the_file_is_told_so(own, kari):
    take_in(KARI)

    report = take_in(KARI, name="Somebody Else")

    kari.refresh_from_db()
    assert kari.name == "CANARY"
    [warning] = report.warnings
    assert "name stays as it is: it is the person's own to change" in warning.what


def test_a_file_for_every_brand_shows_and_changes_whom_it_names(own, kari):
    report = take_in(KARI, name="Kari Nordmann", only_brand="")

    kari.refresh_from_db()
    assert kari.name == "Kari Nordmann"
    assert report.parts["people"].changed == 1
