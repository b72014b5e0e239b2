"""What always holds of messages: none went out against consent, or in somebody's quiet hours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from accounts.calendars import is_public_holiday, zone_called
from accounts.contact import Recipient, recipient_of, zone_of
from accounts.models import Consent, Message, MessageSettings, QuietHours
from accounts.quiet_hours import QuietRule, is_quiet
from accounts.topics import IN_APP, TOPICS, Topic
from core.audit import invariant

WENT_OUT = ("sending", "sent", "delivered", "bounced")
CHUNK = 1000


@invariant("I20", "no message goes out against consent or in the recipient's quiet hours")
def messages_against_the_rules() -> Iterator[str]:
    """Every message that went out, against what was said and set at that moment."""
    went_out = Message.objects.filter(state__in=WENT_OUT, decided_at__isnull=False)
    related = went_out.select_related("brand__legal_entity", "person", "account").order_by("pk")
    for message in related.iterator(chunk_size=CHUNK):
        topic, to = TOPICS[message.topic], recipient_of(message)
        at = message.decided_at
        assert at is not None
        if not topic.is_required_by(message.channel):
            yield from _against_consent(message, topic, at)
        if not topic.any_time and message.channel != IN_APP and is_quiet(_rule_then(to, at), at):
            yield f"message {message.pk} went out on {at} in the recipient's quiet hours"


def _against_consent(message: Message, topic: Topic, at: datetime) -> Iterator[str]:
    said = (_said_then(message, at, "person"), _said_then(message, at, "account"))
    if Consent.Statement.WITHDRAWN in said:
        yield f"message {message.pk} went out on {at} after the consent was withdrawn"
    elif topic.needs_consent and Consent.Statement.GIVEN not in said:
        yield f"message {message.pk} about {topic.code} went out on {at} without consent"


def _said_then(message: Message, at: datetime, who: str) -> str:
    whom = getattr(message, who)
    if whom is None:
        return ""
    consents = Consent.objects.filter(
        brand=message.brand, topic=message.topic, channel=message.channel, at__lte=at
    ).filter(**{who: whom})
    # What was written down later was not known to the sender.
    known = consents.filter(recorded_at__lte=at).order_by("-at", "-id")
    return known.values_list("statement", flat=True).first() or ""


def _rule_then(to: Recipient, at: datetime) -> QuietRule:
    """The quiet hours that held at a moment, by the history of the person's and the brand's."""
    own = _row_then(QuietHours, at, person=to.person) if to.person is not None else None
    of_brand = _row_then(MessageSettings, at, brand=to.brand)
    if of_brand is None:
        # The brand's first settings are taken for those that held before them.
        of_brand = MessageSettings.pgh_event_model.objects.filter(brand=to.brand).first()  # type: ignore[attr-defined]
    hours = own or of_brand or MessageSettings()
    country = to.account.country if to.account else to.brand.legal_entity.country
    zone: ZoneInfo = (zone_called(own.zone) if own else None) or zone_of(to)
    return QuietRule(
        hours.quiet_from,
        hours.quiet_until,
        zone,
        sundays=hours.sundays,
        is_holiday=lambda day: hours.holidays and is_public_holiday(day, country),
    )


def _row_then(model: Any, at: datetime, **whose: Any) -> Any:
    """The row as its history says it was; None if there was none at that moment."""
    events = model.pgh_event_model.objects.filter(**whose)
    last = events.filter(pgh_created_at__lte=at).order_by("-pgh_id").first()
    return None if last is None or last.pgh_label == "delete" else last
