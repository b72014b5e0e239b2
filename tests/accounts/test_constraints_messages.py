"""What the database refuses about messages, templates, consents and preferences."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError

from accounts.models import (
    Consent,
    ContactPreference,
    Message,
    MessageSettings,
    MessageTemplate,
    QuietHours,
)
from tests import make

NOW = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)


@pytest.fixture
def kari(fjordtel):
    account = make.make_account(fjordtel)
    make.make_person(account)
    return account


@pytest.fixture
def message(kari):
    return Message.objects.create(
        brand=kari.brand, account=kari, event="x", language="nb", to_address="kari@example.com",
        subject="x", body_text="x", unique_key="x", message_id="<x@example.com>", created_at=NOW,
    )  # fmt: skip


@pytest.fixture
def consent(kari):
    return Consent.objects.create(
        brand=kari.brand, account=kari, topic="marketing", channel="email", statement="given",
        source="phone", at=NOW, recorded_at=NOW,
    )  # fmt: skip


@pytest.fixture
def template(fjordtel):
    return MessageTemplate.objects.create(
        brand=fjordtel, event="payment_reminder", language="nb", version=1, text="x",
        created_at=NOW,
    )  # fmt: skip


def refuses(row, name, **changes):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(**changes)


def refuses_a_copy(row, name, **changes):
    for field, value in ({"pk": None} | changes).items():
        setattr(row, field, value)
    row._state.adding = True
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"state": "lost"}, "message_state_is_known"),
        ({"state": "delivered"}, "message_sent_has_a_time"),
        ({"state": "sending"}, "message_sending_has_a_lease"),
        ({"to_address": ""}, "message_has_an_address"),
        ({"channel": "fax"}, "message_channel_is_known"),
        ({"topic": "weather"}, "message_topic_is_known"),
        ({"state": "dropped", "secret": {"code": "1"}}, "message_secret_only_while_it_waits"),
        ({"read_at": NOW}, "message_read_in_the_portal_only"),
    ],
)
def test_messages(message, changes, name):
    refuses(message, name, **changes)


def test_a_message_is_to_somebody(message):
    refuses_a_copy(message, "message_is_to_somebody", account=None)


def test_consents_are_of_one_and_say_something_known(consent, kari):
    person = kari.memberships.get().person

    refuses_a_copy(consent, "consent_of_a_person_or_an_account", person=person)
    refuses_a_copy(consent, "consent_of_a_person_or_an_account", person=None, account=None)
    consent.account = kari
    refuses_a_copy(consent, "consent_given_or_withdrawn", statement="perhaps")
    consent.statement = "given"
    refuses_a_copy(consent, "consent_topic_is_known", topic="weather")
    consent.topic = "marketing"
    refuses_a_copy(consent, "consent_channel_is_known", channel="fax")


def test_consents_are_frozen_by_triggers(consent):
    """Triggers frozen and no_truncate of Consent."""
    with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
        Consent.objects.update(statement="withdrawn")
    with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
        Consent.objects.all().delete()
    refuse_truncate(Consent)


def refuse_truncate(model):
    statement = f"TRUNCATE {model._meta.db_table} CASCADE"
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL trunkline.allow_flush = 'off'")
        with pytest.raises(IntegrityError, match="never removed"), transaction.atomic():
            cursor.execute(statement)


def test_preferences(kari):
    preference = ContactPreference.objects.create(
        person=kari.memberships.get().person,
        brand=kari.brand,
        topic="service",
        channel="email",
        wanted=False,
    )

    refuses(preference, "contact_preference_topic_is_known", topic="weather")
    refuses(preference, "contact_preference_channel_is_known", channel="fax")
    refuses_a_copy(preference, "contact_preference_once")


def test_settings_of_a_brand(fjordtel):
    settings = MessageSettings.objects.get(brand=fjordtel)

    refuses(settings, "message_settings_a_contact_at_least", contacts_a_week=0)
    for sender in ("TwelveLetters", "Fjord\nBcc", "-x", "Ø"):
        refuses(settings, "message_settings_sms_sender_fits", sms_sender=sender)


def test_templates(template):
    refuses(template, "message_template_state_is_known", state="lost", published_at=NOW)
    refuses(template, "message_template_channel_is_known", channel="fax")
    refuses(template, "message_template_published_has_a_time", state="published")
    refuses_a_copy(template, "message_template_version_once")


def test_words_of_every_brand_are_versioned_and_published_once_too(template):
    MessageTemplate.objects.update(brand=None)
    template.brand = None
    refuses_a_copy(template, "message_template_version_once")
    MessageTemplate.objects.update(state="published", published_at=NOW)
    refuses_a_copy(
        template, "message_template_one_published", version=2, state="published", published_at=NOW
    )


def test_what_was_published_stays(template):
    """Triggers published_stays and no_truncate of MessageTemplate."""
    MessageTemplate.objects.update(text="y")
    MessageTemplate.objects.update(state="published", published_at=NOW)
    for changes in ({"text": "z"}, {"language": "en"}, {"state": "draft"}, {"brand": None}):
        refuses(template, "make a new version", **changes)
    with pytest.raises(IntegrityError, match="make a new version"), transaction.atomic():
        MessageTemplate.objects.all().delete()
    MessageTemplate.objects.update(state="retired")
    refuse_truncate(MessageTemplate)


@pytest.mark.parametrize(
    "model", [Consent, ContactPreference, QuietHours, MessageSettings, MessageTemplate]
)
def test_each_change_is_remembered_and_what_is_remembered_stays(model, kari, consent, template):
    """Triggers insert_insert, update_update and delete_delete, and append_only of their events."""
    person = kari.memberships.get().person
    ContactPreference.objects.create(
        person=person, brand=kari.brand, topic="service", channel="email", wanted=False
    )
    QuietHours.objects.create(person=person, zone="Europe/Oslo", quiet_from=time(1))
    events = model.pgh_event_model.objects.all()

    assert "insert" in set(events.values_list("pgh_label", flat=True))
    with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
        events.delete()
