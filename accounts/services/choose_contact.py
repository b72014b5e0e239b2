"""A person chooses what they are told by which channel, and when they are left in peace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from django.db import transaction

from accounts.calendars import zone_called
from accounts.contact import last_statement
from accounts.models import Consent, ContactPreference, Person, QuietHours
from accounts.services.record_consent import record_consent
from accounts.topics import CHANNELS, TOPICS
from core.errors import DomainError
from core.models import Brand


def choose_topic(
    person: Person,
    *,
    brand: Brand,
    topic: str,
    channel: str,
    wanted: bool,
    now: datetime,
    source: str = Consent.Source.PORTAL,
    evidence: str = "",
    language: str = "",
) -> None:
    """Keep whether the person wants a topic by a channel.

    Where the topic needs consent, or a consent was withdrawn before, the choice is a statement
    too. Choosing what holds already adds nothing. Raises DomainError for what can't be switched
    off.
    """
    subject = TOPICS.get(topic)
    if subject is None or channel not in CHANNELS:
        raise DomainError(f"There is no topic {topic!r} by {channel!r}.")
    if subject.is_required_by(channel):
        if not wanted:
            raise DomainError(f"{subject.title}: these e-mails belong to the contract.")
        return
    with transaction.atomic():
        said = last_statement(
            brand=brand, topic=topic, channel=channel, person=person, account=None
        )
        wish = Consent.Statement.GIVEN if wanted else Consent.Statement.WITHDRAWN
        # Who never agreed need not withdraw; who withdrew once says so when they want it again.
        is_statement = said if not wanted else subject.needs_consent or said
        if is_statement and said != wish:
            record_consent(
                brand=brand,
                person=person,
                topic=topic,
                channel=channel,
                given=wanted,
                at=now,
                source=source,
                evidence=evidence,
                language=language,
                now=now,
            )
        _prefer(person, brand, topic, channel, wanted=wanted)


def _prefer(person: Person, brand: Brand, topic: str, channel: str, *, wanted: bool) -> None:
    same = {"person": person, "brand": brand, "topic": topic, "channel": channel}
    preference = ContactPreference.objects.select_for_update().filter(**same).first()
    if preference is None:
        if not wanted:
            ContactPreference.objects.create(**same, wanted=False)
    elif preference.wanted != wanted:
        preference.wanted = wanted
        preference.save(update_fields=["wanted"])


@dataclass(frozen=True, slots=True)
class Hours:
    """Quiet hours as a person chooses them, on the clock of `zone`."""

    quiet_from: time
    quiet_until: time
    zone: str
    sundays: bool
    holidays: bool


def choose_quiet_hours(person: Person, hours: Hours | None) -> None:
    """Keep the person's quiet hours; None goes back to the brand's. Raises DomainError."""
    if hours is None:
        QuietHours.objects.filter(person=person).delete()
        return
    if zone_called(hours.zone) is None:
        raise DomainError(f"{hours.zone!r} is no time zone; write it like Europe/Oslo.")
    QuietHours.objects.update_or_create(
        person=person,
        defaults={
            "quiet_from": hours.quiet_from,
            "quiet_until": hours.quiet_until,
            "zone": hours.zone,
            "sundays": hours.sundays,
            "holidays": hours.holidays,
        },
    )
