"""Staff work the queue of unusual usage, set caps and lift bars, each by the service."""

from __future__ import annotations

from decimal import Decimal

from django.urls import reverse

from accounts.models import Account, Subscription
from billing.usage.alerts.models import ExtrasBar, SpendCap
from billing.usage.alerts.spike_models import AlertSettings, SpikeFlag


def act(flag: SpikeFlag, name: str) -> str:
    return reverse(f"admin:billing_spikeflag_{name}", args=[flag.pk])


def cap_page(line: Subscription) -> str:
    return reverse("admin:billing_spendcap_set", args=[line.pk])


def test_a_flag_shows_what_was_seen_and_the_limit(staff, own):
    page = staff.get(reverse("admin:billing_spikeflag_change", args=[own[SpikeFlag].pk]))

    text = page.content.decode()
    assert "10:00:00" in text
    assert "too few days" in text
    assert "Customer was contacted" in text


def test_a_flag_is_taken_contacted_and_resolved(staff, own):
    flag = own[SpikeFlag]

    staff.post(act(flag, "take"))
    staff.post(act(flag, "contact"))
    refused = staff.post(act(flag, "close"), {"closed_as": "resolved", "outcome": ""})
    staff.post(act(flag, "close"), {"closed_as": "resolved", "outcome": "SIM changed."})

    flag.refresh_from_db()
    assert refused.status_code == 200
    assert (flag.state, flag.outcome) == ("resolved", "SIM changed.")
    assert flag.owner is not None
    assert flag.first_contact_at is not None
    page = staff.get(reverse("admin:billing_spikeflag_change", args=[flag.pk]))
    assert "Customer was contacted" not in page.content.decode()


def test_a_closed_flag_says_why_it_is_not_taken(staff, own):
    flag = own[SpikeFlag]
    staff.post(act(flag, "close"), {"closed_as": "dismissed", "outcome": "A call centre."})

    page = staff.post(act(flag, "take"), follow=True)

    assert "it can&#x27;t become in progress now" in page.content.decode()


def test_flags_of_other_brands_are_not_there(staff, foreign):
    flag = foreign[SpikeFlag]

    assert staff.post(act(flag, "take")).status_code == 404
    assert staff.post(cap_page(foreign[Subscription])).status_code == 404
    lift = reverse("admin:billing_extrasbar_lift", args=[foreign[ExtrasBar].pk])
    assert staff.post(lift).status_code == 404


def test_the_customers_page_and_the_first_page_name_unusual_usage(staff, own):
    page = staff.get(reverse("admin:accounts_account_change", args=[own[Account].pk]))
    first = staff.get(reverse("admin:index"))

    assert "much calling" in page.content.decode()
    assert "Unusual usage" in first.content.decode()


def test_a_cap_is_previewed_and_set_beyond_the_customers_bounds(staff, own):
    line = own[Subscription]
    AlertSettings.objects.update(cap_most=Decimal(100))

    previewed = staff.post(cap_page(line), {"kind": "notify", "amount": "900"})
    before = SpendCap.objects.filter(subscription=line, amount=900).count()
    staff.post(cap_page(line), {"kind": "notify", "amount": "900", "confirmed": "yes"})

    assert "tell the customer" in previewed.content.decode()
    assert "The bar on extras is lifted." in previewed.content.decode()
    assert before == 0
    assert SpendCap.objects.filter(subscription=line, amount=900).count() == 1
    assert ExtrasBar.objects.get(subscription=line).lifted_because == "cap"


def test_an_amount_that_can_not_be_is_refused_on_the_form(staff, own):
    page = staff.post(cap_page(own[Subscription]), {"kind": "block", "amount": ""})

    assert "Write an amount above zero" in page.content.decode()


def test_a_bar_is_lifted_by_a_button_of_the_subscription(staff, own):
    line, bar = own[Subscription], own[ExtrasBar]
    page = staff.get(reverse("admin:accounts_subscription_change", args=[line.pk]))
    assert "Lift the bar on extras" in page.content.decode()

    staff.post(reverse("admin:billing_extrasbar_lift", args=[bar.pk]))

    bar.refresh_from_db()
    assert (bar.lifted_because, bar.lifted_by) == ("person", "staff@own.example")
    again = staff.post(reverse("admin:billing_extrasbar_lift", args=[bar.pk]), follow=True)
    assert "lifted already" in again.content.decode()


def test_a_brands_settings_begin_with_amounts_of_its_currency(staff, own):
    AlertSettings.objects.all().delete()

    form = staff.get(reverse("admin:billing_alertsettings_add")).content.decode()

    assert 'value="1000"' in form
