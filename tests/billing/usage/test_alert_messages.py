"""What customers are told of allowances, caps and unusual usage: in their words, once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from accounts.models import Message
from accounts.services.choose_contact import choose_topic
from billing.usage.alerts.models import UsageAlert
from billing.usage.alerts.spike_models import AlertSettings
from billing.usage.services.tell_alert import tell_alert
from core.services.deliver_events import deliver_events
from tests import make
from tests.billing.usage.kari import Kari
from tests.billing.usage.test_alerts_crossed import cap, no_terms
from tests.billing.usage.test_allowances_used import calls, on, plan_with, ten_minutes

NOW = datetime(2026, 10, 24, 22, 30, tzinfo=UTC)


def import_at(kari: Kari, rows: list[str], name: str = "usage.csv", now: datetime = NOW) -> None:
    kari.take_file(kari.write(rows, name), now=now)
    deliver_events(now)


def mails() -> list[Message]:
    return list(Message.objects.filter(channel="email").order_by("to_address", "id"))


def test_an_owner_is_told_by_mail_and_in_the_portal(kari: Kari) -> None:
    on(kari, ten_minutes)
    make.make_person(kari.account, language="en")

    import_at(kari, calls(480))

    [mail] = mails()
    assert mail.subject == "Minutes: 80% used on +4790000123"
    assert (mail.topic, mail.language, mail.account) == ("usage_alert", "en", kari.account)
    assert "Used: 0:08:00 of 0:10:00" in mail.body_text
    assert "Left: 0:02:00" in mail.body_text
    assert "Until: 31\xa0Oct\xa02026" in mail.body_text
    assert "so far in this period: NOK\xa00.00" in mail.body_text
    assert f"/services/{kari.subscription.pk}/plan/" in mail.body_text
    assert "/alerts/" in mail.body_text
    assert mail.expires_at == NOW + timedelta(days=3)
    assert Message.objects.get(channel="in_app").body_text.startswith("80% of Minutes is used")


def test_usage_alerts_wait_for_no_quiet_hours(kari: Kari) -> None:
    """It is half past midnight in Oslo."""
    on(kari, ten_minutes)
    make.make_person(kari.account)

    import_at(kari, calls(600))

    assert mails()[0].send_after == NOW


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("nb", "Beløpsgrensen for +4790000123 er nådd"),
        ("en", "The spend cap of +4790000123 is reached"),
    ],
)
def test_a_cap_is_told_in_the_readers_language(kari: Kari, language: str, subject: str) -> None:
    on(kari, no_terms)
    cap(kari.subscription, kind="block")
    make.make_person(kari.account, language=language)

    import_at(kari, calls(500))

    [mail] = mails()
    assert mail.subject == subject
    if language == "nb":
        assert "Beløpsgrense: 5,00\xa0kr" in mail.body_text
        assert "Det som koster ekstra, stoppes" in mail.body_text


def test_german_is_spoken_too(northwind, kari: Kari) -> None:
    kari.brand.languages = ["de"]
    kari.brand.save()
    on(kari, no_terms)
    cap(kari.subscription)
    make.make_person(kari.account, language="de")

    import_at(kari, calls(400))

    assert mails()[0].subject == "80 % des Kostenlimits von +4790000123 sind verbraucht"


def test_line_owners_hear_of_their_lines_without_amounts(kari: Kari) -> None:
    on(kari, no_terms)
    cap(kari.subscription)
    other = make.make_subscription(kari.account, kari.plan, "second", number="4790000124")
    make.make_person(kari.account, language="en")
    for number, line in enumerate((kari.subscription, other)):
        person = make.make_person(
            kari.account, f"line{number}@example.com", role="line_owner", language="en"
        )
        person.memberships.get().lines.create(subscription=line)

    import_at(kari, calls(400))

    assert [mail.to_address for mail in mails()] == ["kari@example.com", "line0@example.com"]
    owner, line_owner = mails()
    assert "Spend cap: NOK\xa05.00" in owner.body_text
    assert "NOK" not in line_owner.body_text
    assert "has reached 80% of its spend cap" in line_owner.body_text
    assert "/lines/" in line_owner.body_text


def test_of_a_pool_the_owners_hear(kari: Kari) -> None:
    plan = plan_with(kari, lambda version: make.make_allowance(version, scope="shared"))
    kari.subscription.plan_history.all().delete()
    make.give_plan(kari.subscription, plan, date(2026, 1, 1))
    make.make_person(kari.account, language="en")
    line_owner = make.make_person(kari.account, "line@example.com", role="line_owner")
    line_owner.memberships.get().lines.create(subscription=kari.subscription)

    import_at(kari, calls(300))

    assert [mail.subject for mail in mails()] == ["Minutes: 50% used"]
    assert mails()[0].to_address == "kari@example.com"


def test_where_nobody_owns_the_account_its_address_is_told(kari: Kari) -> None:
    on(kari, ten_minutes)
    kari.account.memberships.all().delete()
    kari.account.invoice_email = "bills@example.com"
    kari.account.save()

    import_at(kari, calls(300))

    assert mails()[0].to_address == "bills@example.com"


def test_text_messages_go_where_there_is_a_number_and_a_way(
    kari: Kari, settings: Any, tmp_path: Path
) -> None:
    settings.SMS_URL = f"file://{tmp_path}"
    on(kari, ten_minutes)
    make.make_person(kari.account, phone="+4790000123", language="en")

    import_at(kari, calls(600))

    text = Message.objects.get(channel="sms")
    assert text.to_address == "+4790000123"
    assert text.body_text.startswith("All of Minutes is used on +4790000123.")


def test_who_switched_alerts_off_gets_none(kari: Kari) -> None:
    from accounts.services.send_messages import send_messages

    on(kari, ten_minutes)
    person = make.make_person(kari.account)
    choose_topic(
        person, brand=kari.brand, topic="usage_alert", channel="email", wanted=False, now=NOW,
        evidence="preferences page", language="en",
    )  # fmt: skip
    import_at(kari, calls(600))

    send_messages(clock=lambda: NOW)

    [mail] = mails()
    assert mail.state == Message.State.DROPPED


def test_news_that_comes_twice_is_told_once(kari: Kari) -> None:
    on(kari, ten_minutes)
    make.make_person(kari.account)
    import_at(kari, calls(600))
    count = Message.objects.count()

    assert tell_alert(UsageAlert.objects.get(told=True).pk, now=NOW) == 0

    assert Message.objects.count() == count


def test_a_wrong_address_holds_nobody_elses_news_up(kari: Kari) -> None:
    on(kari, ten_minutes)
    make.make_person(kari.account, "first@example.com", phone="no number")
    kari.account.memberships.get().person.__class__.objects.filter(
        email="first@example.com"
    ).update(email="no address")
    make.make_person(kari.account, "second@example.com")

    import_at(kari, calls(600))

    assert [mail.to_address for mail in mails()] == ["second@example.com"]


def test_unusual_usage_is_asked_about(kari: Kari) -> None:
    AlertSettings.objects.create(brand=kari.brand, voice_minutes=10)
    on(kari, no_terms)
    make.make_person(kari.account, language="en")

    import_at(kari, calls(700))

    [mail] = mails()
    assert mail.subject == "Unusual usage on +4790000123: much calling"
    assert "On 3\xa0Oct\xa02026 there was unusual usage" in mail.body_text
    assert "That day: 0:11:40" in mail.body_text
    assert "Usual" not in mail.body_text


def test_a_brand_may_keep_unusual_usage_to_its_staff(kari: Kari) -> None:
    AlertSettings.objects.create(brand=kari.brand, cost=Decimal(1), tell_customers=False)
    on(kari, no_terms)
    make.make_person(kari.account)

    import_at(kari, calls(700))

    assert mails() == []
