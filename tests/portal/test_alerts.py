"""Customers see what their usage costs beside their cap, set it, and open what it stopped."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from billing.usage.alerts.models import ExtrasBar, SpendCap, UsageAlert
from billing.usage.alerts.spike_models import AlertSettings
from billing.usage.services.set_spend_cap import set_spend_cap
from tests import make
from tests.portal.cast import NOW

NOVEMBER = date(2026, 11, 1)


def cap_page(kari) -> str:
    return f"/services/{kari.subscriptions[0].pk}/cap/"


def test_the_page_shows_costs_caps_and_what_was_told(portal, kari):
    mobile = kari.subscriptions[0]
    set_spend_cap(mobile, kind="notify", amount=Decimal(5), by="Kari", now=NOW)
    UsageAlert.objects.create(
        account=kari.account, subscription=mobile, period_start=NOVEMBER, subject="cap",
        code="2.000", threshold=50, level=1_140_000, limit=2_000_000, told=True, crossed_at=NOW,
    )  # fmt: skip

    page = portal.get("/alerts/").content.decode().replace("\xa0", " ")

    assert "NOK 1.14" in page
    assert "NOK 5.00" in page
    assert 'value="22"' in page
    assert "At the cap we tell you; nothing is stopped." in page
    assert "Spend cap: 50 % used" in page
    assert "NOK 1.14 of NOK 2.00" in page


def test_a_cap_is_set_with_a_comma_or_a_point(portal, kari):
    answer = portal.post(cap_page(kari), {"kind": "block", "amount": "1 200,50"})

    cap = SpendCap.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, "/alerts/")
    assert (cap.kind, cap.amount, cap.during.lower) == ("block", Decimal("1200.50"), NOW.date())


@pytest.mark.parametrize(
    ("amount", "words"),
    [("", "Write an amount above zero"), ("a lot", "Write an amount above zero"),
     ("40", "The cap is at least NOK\xa050.00"), ("600", "The cap is at most NOK\xa0500.00"),
     ("99.999", "Write at most 2 decimals")],
)  # fmt: skip
def test_an_amount_that_can_not_be_is_refused_and_kept_in_the_form(portal, kari, amount, words):
    brand, least, most = kari.account.brand, Decimal(50), Decimal(500)
    AlertSettings.objects.create(brand=brand, cap_least=least, cap_most=most)

    answer = portal.post(cap_page(kari), {"kind": "notify", "amount": amount})

    page = answer.content.decode()
    assert answer.status_code == 400
    assert words in page
    assert f'value="{amount}"' in page
    assert not SpendCap.objects.exists()


def test_a_cap_is_taken_away(portal, kari):
    set_spend_cap(kari.subscriptions[0], kind="notify", amount=Decimal(5), by="Kari", now=NOW)

    portal.post(cap_page(kari), {"kind": "none", "amount": "5"})

    assert SpendCap.objects.get().kind == "none"
    assert "none" in portal.get("/alerts/").content.decode()


def test_what_a_cap_stopped_is_opened_again(portal, kari):
    portal.post(cap_page(kari), {"kind": "block", "amount": "1"})
    page = portal.get(cap_page(kari)).content.decode()
    assert "What costs extra is stopped until 1\xa0Dec\xa02026." in page

    portal.post(cap_page(kari), {"form": "open"})
    again = portal.post(cap_page(kari), {"form": "open"})

    bar = ExtrasBar.objects.get()
    assert (bar.lifted_because, bar.lifted_by) == ("person", kari.person.name)
    assert again.status_code == 400
    assert "is stopped until" not in portal.get("/alerts/").content.decode()


def test_who_only_sees_the_account_changes_nothing(kari, sign_in):
    viewer = sign_in(make.make_person(kari.account, "eva@example.com", role="viewer"))

    answer = viewer.post(cap_page(kari), {"kind": "block", "amount": "1"})

    assert answer.status_code == 400
    assert "You may see this, and not change it." in answer.content.decode()
    assert not SpendCap.objects.exists()
    assert "<form" not in viewer.get(cap_page(kari)).content.decode().partition("<main")[2]


def test_a_parents_owner_sets_the_caps_of_what_is_on_its_invoice(portal, kari, fjordtel):
    child = make.make_account(
        fjordtel, "100124", "Bo Nordmann", parent=kari.account, bills_to_parent=True
    )
    line = make.make_subscription(child, fjordtel.plans.first(), "child", number="4790000199")

    answer = portal.post(f"/services/{line.pk}/cap/", {"kind": "notify", "amount": "50"})

    assert answer.status_code == 302
    assert SpendCap.objects.get().subscription == line


def test_somebody_elses_service_is_not_there(portal, fjordtel):
    other = make.make_account(fjordtel, "100200", "Bo Berg")
    line = make.make_subscription(other, fjordtel.plans.first(), "other", number="4790000177")

    assert portal.get(f"/services/{line.pk}/cap/").status_code == 404
    assert portal.post(f"/services/{line.pk}/cap/", {"kind": "none"}).status_code == 404


def test_many_services_take_few_queries(portal, kari, fjordtel, django_assert_max_num_queries):
    for n in range(12):
        make.make_subscription(
            kari.account, fjordtel.plans.first(), f"line-{n}", number=f"4791000{n:03}"
        )

    with django_assert_max_num_queries(25):
        page = portal.get("/alerts/").content.decode()

    assert page.count("Change the cap") >= 13
