"""Home answers: what do I owe, until when, what have I used."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from billing.invoicing.services.settle_open_item import settle
from billing.models import OpenItem
from tests import make
from tests.portal.cast import bill_months
from tests.portal.reading import text_of


def pay(*numbers: str) -> None:
    """Mark these invoices as settled in full."""
    for item in OpenItem.objects.filter(invoice__number__in=numbers):
        item.open_amount = Decimal(0)
        item.save()


def test_home_says_what_is_owed_and_until_when(portal, kari):
    pay("FT-100001", "FT-100002")

    page = text_of(portal.get("/"))

    assert "To pay NOK 905.07" in page
    assert "Due on 16 Nov 2026 (in 14 days)." in page
    assert "Your last bill was NOK 256.07 more than the one before." in page


def test_home_says_in_words_what_is_overdue(portal, kari):
    page = text_of(portal.get("/"))

    assert "Overdue NOK 2,852.07" in page
    assert "It was due on 15 Sept 2026 (48 days ago)." in page
    assert "NOK 1,947.00 of it is overdue." in page
    assert "3 bills are open." in page


def test_home_says_when_everything_is_paid(portal, kari):
    pay("FT-100001", "FT-100002", "FT-100003")

    page = text_of(portal.get("/"))

    assert "Nothing to pay All your bills are paid. The next one comes about 1 Dec 2026." in page


def test_home_shows_what_was_used_in_the_open_period(portal, kari):
    page = text_of(portal.get("/"))

    assert "Used so far 1–30 Nov 2026" in page
    assert "Mobile 20 GB +47 90 00 01 23" in page
    assert "Calls 0:01:15 NOK 0.75" in page
    assert "Messages 1 message NOK 0.39" in page


def test_a_new_customer_reads_when_the_first_bill_comes(fjordtel, sign_in):
    person = make.make_person(make.make_account(fjordtel, bill_day=15, opened_on=date(2026, 11, 1)))

    client = sign_in(person)

    assert "No bills yet Your first bill comes about 15 Nov 2026." in text_of(client.get("/"))
    assert "No bills yet Your first bill comes about 15 Nov 2026." in text_of(client.get("/bills/"))


def test_home_in_norwegian_writes_amounts_and_dates_as_norwegians_do(kari, sign_in):
    pay("FT-100001", "FT-100002")

    page = text_of(sign_in(kari.person, language="nb").get("/"))

    assert "Å betale 905,07 kr" in page
    assert "Forfaller 16. nov. 2026 (om 14 dager)." in page
    assert "Den siste fakturaen var 256,07 kr høyere enn den forrige." in page


def test_a_person_with_two_accounts_chooses_which_one_is_shown(kari, fjordtel, sign_in):
    second = make.make_account(fjordtel, "100124", "Kari Nordmann Keramikk")
    make.make_person(second, "kari@example.com")
    client = sign_in(kari.person)
    assert "Kari Nordmann · 100123" in text_of(client.get("/"))

    client.post("/account/", {"account": str(second.pk)})

    page = client.get("/")
    assert page.context["visit"].account == second
    assert "No bills yet" in text_of(page)
    assert client.get(f"/bills/{kari.invoices[0].pk}/").status_code == 200


def test_an_account_of_somebody_else_cannot_be_chosen(portal, fjordtel):
    other = make.make_account(fjordtel, "100900", "Bo Berg")

    foreign = portal.post("/account/", {"account": str(other.pk)})
    unknown = portal.post("/account/", {"account": "999999"})

    assert foreign.status_code == unknown.status_code == 404


def test_members_of_a_parent_see_all_sections_and_those_of_a_child_only_its_usage(
    northwind, sign_in
):
    acme = make.make_account(northwind, "200001", "Acme AS", opened_on=date(2026, 10, 1))
    branch = make.make_account(
        northwind, "200002", "Acme Bergen", parent=acme, bills_to_parent=True,
        opened_on=date(2026, 10, 1),
    )  # fmt: skip
    plan = make.make_plan(northwind, "VOIP", "12.50")
    make.make_subscription(branch, plan, "V-1", starts_on=date(2026, 10, 1))
    head = make.make_person(acme, "head@acme.example")
    local = make.make_person(branch, "local@acme.example")
    (invoice,) = bill_months(northwind, date(2026, 11, 1))

    of_head = sign_in(head, "northwind.localhost")
    of_local = sign_in(local, "northwind.localhost")

    assert "Acme Bergen · 200002" in text_of(of_head.get(f"/bills/{invoice.pk}/"))
    assert of_local.get(f"/bills/{invoice.pk}/").status_code == 404
    assert "go to the account it belongs to" in text_of(of_local.get("/"))
    assert "go to the account it belongs to" in text_of(of_local.get("/bills/"))
    assert "200001" not in of_local.get("/").content.decode()


def test_home_asks_the_database_few_questions(portal, kari, django_assert_max_num_queries):
    portal.get("/")

    with django_assert_max_num_queries(16):
        portal.get("/")


def test_a_partly_paid_bill_says_what_is_left(portal, kari):
    pay("FT-100001", "FT-100002")
    item = OpenItem.objects.get(invoice__number="FT-100003")
    settle(item.pk, Decimal("400.00"))

    assert "To pay NOK 505.07" in text_of(portal.get("/"))
    page = text_of(portal.get(f"/bills/{item.invoice_id}/"))
    assert "NOK 905.07 Partly paid" in page
    assert "Still to pay: NOK 505.07" in page
