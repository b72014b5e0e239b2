"""Whoever still owes is reminded once, kindly; who has paid never is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command

from accounts.models import Message
from core.audit import all_invariants
from dunning.models import DunningAction
from dunning.services.run_collections import run_collections
from tests import make
from tests.mail_server import text_of
from tests.payments.bills import make_bill, number_of, pay

DUE = date(2026, 11, 16)
DAY = date(2026, 11, 19)
NOW = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)


@pytest.fixture
def kari(fjordtel):
    return make.make_account(fjordtel)


def run(as_of=DAY, *arguments):
    out, err = StringIO(), StringIO()
    code = 0
    try:
        call_command("run_collections", f"--as-of={as_of}", *arguments, stdout=out, stderr=err)
    except SystemExit as ended:
        code = int(ended.code or 0)
    return code, out.getvalue().replace("\xa0", " "), err.getvalue()


def a_while_later():
    """The back-off is over."""
    Message.objects.filter(state="queued").update(next_attempt_at=NOW)


def decide(brand, as_of=DAY):
    return run_collections(brand, as_of=as_of, clock=lambda: NOW)


def test_kari_is_reminded_on_the_third_day_and_only_once(kari, mail_server):
    bill = make_bill(kari, "905.07", due=DUE)

    before = run(DAY - timedelta(days=1))
    on_the_day = run()
    again = run()
    later = run(DAY + timedelta(days=30))

    assert [code for code, *_ in (before, on_the_day, again, later)] == [0, 0, 0, 0]
    assert "skipped  100123 Kari Nordmann: NOK 905.07, not before 2026-11-19" in before[1]
    assert "reminder 100123 Kari Nordmann: NOK 905.07, to kari@example.com" in on_the_day[1]
    assert "reminded before, for 2026-11-19" in again[1]
    assert len(mail_server.mails) == 1
    action = DunningAction.objects.get()
    assert (action.invoice, action.step, action.as_of) == (bill, "reminder", DAY)
    assert action.open_amount == Decimal("905.07")


def test_the_reminder_says_what_how_much_since_when_and_how_to_pay(kari, mail_server):
    bill = make_bill(kari, "905.07", due=DUE)

    run()

    mail = mail_server.mails[0]
    text, html = text_of(mail), text_of(mail, "html")
    reference = f"{bill.reference[:4]} {bill.reference[4:8]} {bill.reference[8:]}"
    assert mail["Subject"].strip() == "En vennlig påminnelse om regningen din på 905,07 kr"
    for words in (
        "Kari Nordmann",
        number_of(bill),
        "905,07 kr",
        "16. nov. 2026",
        "1234.56.78903",
        "Fjordtel AS",
        reference,
        "hjelp@fjordtel.example",
        "+47 21 00 00 00",
        "100123",
    ):
        assert words in text
        assert words in html
    assert "Har du allerede betalt?" in text
    assert kari.brand.primary_colour in html
    assert "prefers-color-scheme: dark" in html


def test_a_business_is_written_to_in_its_language_with_iban(northwind, mail_server):
    acme = make.make_account(northwind, "A-1", "Acme & Sons", language="de")
    make_bill(acme, "1190.00", due=DUE)

    run()

    mail = mail_server.mails[0]
    assert mail["Subject"].endswith("1.190,00 €")
    assert "DE89 3704 0044 0532 0130 00" in text_of(mail)
    assert "Acme & Sons" in text_of(mail)
    assert "Acme &amp; Sons" in text_of(mail, "html")
    assert mail["Content-Language"] == "de"


def test_several_bills_are_one_message_with_their_sum(kari, mail_server):
    first = make_bill(kari, "100.00", due=DUE)
    second = make_bill(kari, "200.00", due=DUE - timedelta(days=30))

    run()

    text = text_of(mail_server.mails[0])
    assert len(mail_server.mails) == 1
    assert text.index(number_of(second)) < text.index(number_of(first))
    assert "300,00 kr" in text
    assert DunningAction.objects.count() == 2
    assert len(set(DunningAction.objects.values_list("message", flat=True))) == 1


def test_a_bill_that_comes_late_later_gets_its_own_reminder(kari, mail_server):
    first = make_bill(kari, "100.00", due=DUE)
    run()
    second = make_bill(kari, "70.00", due=DUE + timedelta(days=30))

    run(DAY + timedelta(days=30))

    assert len(mail_server.mails) == 2
    text = text_of(mail_server.mails[1])
    assert number_of(second) in text
    assert number_of(first) not in text


def test_a_part_payment_leaves_a_reminder_of_the_rest(kari, mail_server):
    bill = make_bill(kari, "905.07", due=DUE)
    pay(bill, "800.00")

    run()

    assert "105,07 kr (av 905,07 kr)" in text_of(mail_server.mails[0])


@pytest.mark.parametrize(
    ("paid", "reminded"), [("905.07", 0), ("1000.00", 0), ("855.08", 0), ("855.07", 1)]
)
def test_who_has_paid_all_but_less_than_the_minimum_is_left_alone(
    kari, mail_server, paid, reminded
):
    pay(make_bill(kari, "905.07", due=DUE), paid)

    code, _, _ = run()

    assert code == 0
    assert len(mail_server.mails) == DunningAction.objects.count() == reminded


def test_the_minimum_counts_for_all_that_the_account_is_late_with(kari, mail_server):
    make_bill(kari, "30.00", due=DUE)
    make_bill(kari, "30.00", due=DUE)

    run()

    assert len(mail_server.mails) == 1


def test_less_than_the_minimum_is_listed_with_the_reason(kari, mail_server):
    make_bill(kari, "49.99", due=DUE)

    code, out, _ = run()

    assert code == 0
    assert "skipped  100123 Kari Nordmann: NOK 49.99, less than the NOK 50.00 worth" in out


def test_an_account_without_an_address_is_listed_and_needs_a_person(fjordtel, mail_server):
    bo = make.make_account(fjordtel, "100200", "Bo Berg", invoice_email="")
    make_bill(bo, "905.07", due=DUE)

    code, out, _ = run()

    assert code == 1
    assert "skipped  100200 Bo Berg: NOK 905.07, no e-mail address: give the account one" in out
    assert DunningAction.objects.count() == Message.objects.count() == 0


def test_without_an_invoice_address_the_first_owner_or_billing_person_is_written_to(
    fjordtel, mail_server
):
    bo = make.make_account(fjordtel, "100200", "Bo Berg", invoice_email="")
    make.make_person(bo, "viewer@example.com", role="viewer")
    make.make_person(bo, "bills@example.com", role="billing")
    make.make_person(bo, "owner@example.com", role="owner")
    make_bill(bo, "905.07", due=DUE)

    run()

    assert mail_server.recipients == [["bills@example.com"]]


def test_a_credit_note_or_a_bill_that_is_not_due_reminds_nobody(kari, mail_server):
    make_bill(kari, "-905.07", due=DUE)
    make_bill(kari, "905.07", due=DAY)

    run()

    assert mail_server.mails == []


def test_only_the_asked_brand_is_reminded(kari, northwind, mail_server):
    make_bill(kari, "905.07", due=DUE)
    make_bill(make.make_account(northwind, "A-1", "Acme AS"), "1190.00", due=DUE)

    run(DAY, "--brand=northwind")

    assert mail_server.recipients == [["acme@example.com"]]


def test_a_dry_run_lists_and_sends_nothing(kari, mail_server):
    make_bill(kari, "905.07", due=DUE)

    code, out, _ = run(DAY, "--dry-run")

    assert code == 0
    assert "reminder 100123" in out
    assert Message.objects.count() == DunningAction.objects.count() == 0
    assert mail_server.mails == []


@pytest.mark.parametrize(
    ("arguments", "message"), [(["--brand=nobody"], "There is no brand nobody.")]
)
def test_an_unknown_brand_ends_with_2(db, arguments, message):
    code, _, err = run(DAY, *arguments)

    assert code == 2
    assert message in err


def test_a_payment_between_decision_and_sending_drops_the_message(kari, mail_server):
    bill = make_bill(kari, "905.07", due=DUE)
    decide(kari.brand)
    pay(bill)

    code, _, _ = run()

    message = Message.objects.get()
    assert code == 0
    assert message.state == "dropped"
    assert mail_server.mails == []
    assert DunningAction.objects.count() == 0


def test_what_was_paid_between_decision_and_sending_is_not_spoken_of(kari, mail_server):
    older = make_bill(kari, "100.00", due=DUE - timedelta(days=1))
    newer = make_bill(kari, "200.00", due=DUE)
    decide(kari.brand)
    pay(newer, "110.00")

    run()

    text = text_of(mail_server.mails[0])
    assert number_of(older) not in text
    assert "190,00 kr (av 200,00 kr)" in text
    assert [action.invoice for action in DunningAction.objects.all()] == [newer]


def test_a_server_that_is_away_leaves_the_reminder_for_the_next_round(kari, mail_server):
    make_bill(kari, "905.07", due=DUE)
    mail_server.answers.append("451 4.3.0 Try again later")

    first = run()
    a_while_later()
    second = run()

    assert (first[0], second[0]) == (1, 0)
    assert len(mail_server.mails) == 1


def test_a_reminder_that_can_not_be_delivered_is_listed_until_somebody_looks(kari, mail_server):
    make_bill(kari, "905.07", due=DUE)
    mail_server.refused_recipients = {"kari@example.com"}
    for _ in range(3):
        run()
        a_while_later()

    code, out, _ = run()

    assert code == 1
    assert "its reminder could not be delivered: 550 5.1.1 No such mailbox" in out


def test_the_audit_is_silent_after_reminders(kari, mail_server):
    bill = make_bill(kari, "905.07", due=DUE)
    run()
    pay(bill, at=datetime.now(UTC))

    assert {
        item.id: list(item.check())
        for item in all_invariants()
        if item.id in ("I3b", "I12", "I12b", "I12c", "I13", "I18", "I19")
    } == {"I3b": [], "I12": [], "I12b": [], "I12c": [], "I13": [], "I18": [], "I19": []}
