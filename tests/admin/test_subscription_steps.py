"""Staff change subscriptions by buttons: a preview first, then the service."""

from __future__ import annotations

from django.urls import reverse

from accounts.models import Account, Interaction, Subscription
from tests import make


def step(subscription: Subscription, name: str) -> str:
    return reverse("admin:accounts_subscription_step", args=[subscription.pk, name])


def test_a_preview_of_a_pause_stores_nothing(staff, own):
    line = own[Subscription]

    page = staff.post(step(line, "pause"), {"reason": "holidays"})

    assert "paid days are credited" in page.content.decode()
    assert not line.pauses.exists()


def test_a_confirmed_pause_is_stored_and_resumed(staff, own):
    line = own[Subscription]

    staff.post(step(line, "pause"), {"reason": "holidays", "confirmed": "yes"})
    paused = line.pauses.count()
    staff.post(step(line, "resume"), {"confirmed": "yes"})

    assert (paused, line.pauses.count()) == (1, 0)


def test_a_plan_changes_by_its_button(staff, own):
    line = own[Subscription]
    bigger = make.make_plan(own.brand, "BIGGER")

    staff.post(step(line, "plan"), {"plan": bigger.pk, "when": "now", "confirmed": "yes"})

    assert line.plan_history.order_by("during").last().plan == bigger


def test_a_refusal_is_shown_on_the_form(staff, own):
    line = own[Subscription]
    line.terms.create(bound_from="2026-01-01", bound_until="2099-01-01", months=12)

    page = staff.post(
        step(line, "cancel"),
        {"reason": "price", "effective_on": "2098-01-01", "confirmed": "yes"},
    )

    line.refresh_from_db()
    assert "It is bound until" in page.content.decode()
    assert line.ends_on is None


def test_the_page_of_the_customer_shows_state_orders_and_contacts(staff, own):
    page = staff.get(reverse("admin:accounts_account_change", args=[own[Account].pk]))

    text = page.content.decode()
    assert all(title in text for title in ("Orders", "Contacts", "Log a contact", "active"))


def test_a_contact_is_written_down(staff, own):
    url = reverse("admin:accounts_account_contact", args=[own[Account].pk])
    before = Interaction.objects.count()

    staff.post(
        url, {"channel": "phone", "direction": "in", "topic": "bill", "text": "Too expensive."}
    )

    assert Interaction.objects.count() == before + 1


def test_lines_of_another_brand_are_not_there(staff, foreign):
    assert staff.get(step(foreign[Subscription], "pause")).status_code == 404
    url = reverse("admin:accounts_account_contact", args=[foreign[Account].pk])
    assert staff.get(url).status_code == 404
