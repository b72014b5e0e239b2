"""Accounts by file with rights, emergency addresses, pauses, terms, SIMs, notice and contacts."""

from datetime import date

import pytest

from accounts.audit import numbers_that_two_have, strangers_of_another_brand
from accounts.models import (
    Account,
    Interaction,
    Location,
    Membership,
    Person,
    ServiceNumber,
    Sim,
    SimAssignment,
    SubscriptionCancellation,
    SubscriptionPause,
    SubscriptionTerm,
)
from core.errors import InputRefused
from tests.accounts.conftest import KARI, TakeIn

FULL = """\
accounts:
  - brand: fjordtel
    number: "100123"
    name: Kari Nordmann
    legal_name: Kari Marie Nordmann
    segment: loyal
    people:
      - {name: Kari, email: kari@example.com, birth_date: 1980-05-17, zone: Europe/Oslo}
      - {name: Bo Berg, email: bo@example.com, role: line_owner, lines: [MOB-1]}
      - {name: Per, email: per@example.com, role: viewer, rights: [see_bills, pay]}
    locations:
      - code: home
        name: Hjemme
        cost_centre: "4711"
        emergency_address: {street: Storgata 1, city: Oslo, country: NO, note: 2nd floor,
          confirmed_on: 2026-01-05}
    subscriptions:
      - code: MOB-1
        location: home
        ordered_on: 2025-12-20
        starts_on: 2026-01-01
        ends_on: 2027-01-01
        plan: MOBIL10
        numbers: [{number: "4790000123"}]
        terms: [{months: 12, notice_days: 30}]
        pauses: [{from: 2026-07-01, until: 2026-08-01, reason: holidays}]
        sims: [{iccid: "8947000000000000012", imsi: "242011234567890", puk: "12345678"}]
        cancellation: {requested_on: 2026-11-01, reason: moved, requested_by: Kari Nordmann}
    interactions:
      - {code: C-1, at: "2026-11-01T10:00:00+01:00", channel: phone, direction: in,
         topic: contract, text: Moves to Bergen., outcome: Cancelled, staff: Ola}
"""


def test_a_whole_customer_comes_in(take_in: TakeIn):
    take_in(FULL)

    kari = Account.objects.get()
    line = kari.subscriptions.get()
    term, pause = SubscriptionTerm.objects.get(), SubscriptionPause.objects.get()
    assert (kari.legal_name, kari.segment) == ("Kari Marie Nordmann", "loyal")
    assert Person.objects.get(name="Kari").birth_date == date(1980, 5, 17)
    bo = Membership.objects.get(person__email="bo@example.com")
    assert (bo.role, bo.lines.get().subscription) == ("line_owner", line)
    per = Membership.objects.get(person__email="per@example.com")
    assert per.rights == ["see_bills", "pay"]
    home = Location.objects.get()
    assert (home.cost_centre, home.emergency_street) == ("4711", "Storgata 1")
    assert home.emergency_confirmed_at.isoformat() == "2026-01-04T23:00:00+00:00"
    assert (term.months, term.bound_until, term.notice_days) == (12, date(2027, 1, 1), 30)
    assert (pause.during.lower, pause.during.upper) == (date(2026, 7, 1), date(2026, 8, 1))
    card = Sim.objects.get()
    assert (card.state, card.puk, SimAssignment.objects.get().subscription) == (
        "assigned", "12345678", line,
    )  # fmt: skip
    assert SubscriptionCancellation.objects.get().effective_on == date(2027, 1, 1)
    assert Interaction.objects.get().text == "Moves to Bergen."
    assert ServiceNumber.objects.get().state == "assigned"
    assert [*numbers_that_two_have(), *strangers_of_another_brand()] == []


def test_again_changes_nothing(take_in: TakeIn):
    take_in(FULL)

    assert not take_in(FULL).has_changes


def test_what_differs_is_told_cell_by_cell(take_in: TakeIn):
    take_in(FULL)

    report = take_in(FULL.replace("until: 2026-08-01", "until: 2026-07-15"))

    told = (
        "~ 100123 MOB-1 from 2026-07-01: during: from 2026-07-01 until 2026-08-01 →"
        " from 2026-07-01 until 2026-07-15"
    )
    assert report.parts["pauses"].details == [told]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("8947000000000000012", "8947000000000000013", "is not a SIM card"),
        ("lines: [MOB-1]", "lines: [MOB-2]", "has no subscription MOB-2"),
        ("lines: [MOB-1]", "lines: []", "a line owner, and nobody else, has lines"),
        ("rights: [see_bills, pay]", "rights: [fly]", "rights"),
        ("until: 2026-08-01", "until: 2026-07-01", "not after it starts"),
        ("        ends_on: 2027-01-01\n", "", "is cancelled but has no ends_on"),
        ("2026-11-01T10:00:00+01:00", "yesterday", "is not a moment"),
        ("zone: Europe/Oslo", "zone: Oslo", "zone"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(take_in: TakeIn, before, after, told):
    with pytest.raises(InputRefused) as refusal:
        take_in(FULL.replace(before, after))

    assert any(told in str(problem) for problem in refusal.value.problems)
    assert not Account.objects.exists()


def test_two_pauses_on_one_day_are_told(take_in: TakeIn):
    twice = "[{from: 2026-07-01}, {from: 2026-09-01}]"

    with pytest.raises(InputRefused) as refusal:
        take_in(FULL.replace("[{from: 2026-07-01, until: 2026-08-01, reason: holidays}]", twice))

    assert "shares days with" in str(refusal.value.problems[0])


def test_a_contact_never_changes_by_file(take_in: TakeIn):
    take_in(FULL)

    with pytest.raises(InputRefused) as refusal:
        take_in(FULL.replace("Moves to Bergen.", "Moves to Oslo."))

    assert "says something else" in str(refusal.value.problems[0])


@pytest.mark.parametrize(
    ("number", "refused"),
    [
        ("ATU13585627", False),
        ("ATU13585628", True),  # a wrong check digit
        ("NO923456783MVA", True),  # of the seller's own country
        ("", True),
    ],
)
def test_reverse_charge_needs_a_right_vat_number_of_another_country(take_in, number, refused):
    text = KARI.replace(
        "    bill_day: 1\n", f'    tax_status: reverse_charge\n    vat_number: "{number}"\n'
    )

    if refused:
        with pytest.raises(InputRefused, match="problems"):
            take_in(text)
    else:
        take_in(text)
        assert Account.objects.get().vat_check == "format"


def test_a_number_that_ended_rests(take_in: TakeIn):
    ended = '"4790000123", from: 2026-01-01, until: 2026-11-01'

    take_in(KARI.replace('"+47 900 00 123", from: 2026-01-01', ended))

    number = ServiceNumber.objects.get()
    assert (number.state, number.quarantined_until) == ("quarantined", date(2027, 1, 30))
