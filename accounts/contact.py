"""May this person be told this by this channel, and when: consents, preferences, hours, caps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from accounts.calendars import is_public_holiday, only_zone_of, zone_called
from accounts.models import (
    Account,
    Consent,
    ContactPreference,
    Message,
    MessageSettings,
    Person,
    QuietHours,
)
from accounts.quiet_hours import QuietRule, next_allowed
from accounts.topics import CHANNELS, IN_APP, TOPICS, Topic
from core.models import Brand

WEEK = timedelta(days=7)
CONTACTED = ("sending", "sent", "delivered", "bounced")


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a message is to: a person where we know who reads it, an account, an address."""

    brand: Brand
    person: Person | None
    account: Account | None
    address: str = ""

    @property
    def contacts(self) -> Q:
        """The condition that a message went to the same human being."""
        if self.person is not None:
            return Q(person=self.person)
        if self.address:
            return Q(to_address=self.address)
        return Q(account=self.account)


def recipient_of(message: Message) -> Recipient:
    """Whom a message is to."""
    return Recipient(message.brand, message.person, message.account, message.to_address)


def something_is_due(now: datetime) -> bool:
    """Whether a message is to be sent, or was left by a sender that died."""
    due = Q(state=Message.State.QUEUED, next_attempt_at__lte=now)
    left = Q(state=Message.State.SENDING, leased_until__lte=now)
    return Message.objects.filter(due | left).exists()


def settings_of(brand: Brand) -> MessageSettings:
    """How the brand writes; the defaults where nobody set anything."""
    found = MessageSettings.objects.filter(brand=brand).first()
    return found or MessageSettings(brand=brand)


def refusal(to: Recipient, topic: Topic, channel: str) -> str:
    """Why nothing may be said about the topic by the channel, in words for staff; empty if it may.

    What the contract or the law asks for can't be switched off by e-mail.
    """
    if topic.is_required_by(channel):
        return ""
    said = [statement for statement in _last_statements(to, topic, channel) if statement]
    if Consent.Statement.WITHDRAWN in said:
        return "The consent was withdrawn."
    if topic.needs_consent and not said:
        return "Nobody agreed to be told this."
    if to.person is not None:
        wanted = ContactPreference.objects.filter(
            person=to.person, brand=to.brand, topic=topic.code, channel=channel
        ).values_list("wanted", flat=True)
        if False in wanted:
            return "The person switched this off."
    return ""


def last_statement(
    *, brand: Brand, topic: str, channel: str, person: Person | None, account: Account | None
) -> str:
    """What was said last, `given` or `withdrawn`; empty if nothing was."""
    if person is None and account is None:
        return ""
    consents = Consent.objects.filter(brand=brand, topic=topic, channel=channel)
    of_whom = Q(person=person) if person is not None else Q(account=account)
    last = consents.filter(of_whom).order_by("-at", "-id").values_list("statement", flat=True)
    return last.first() or ""


def _last_statements(to: Recipient, topic: Topic, channel: str) -> tuple[str, str]:
    same = {"brand": to.brand, "topic": topic.code, "channel": channel}
    return (
        last_statement(**same, person=to.person, account=None),  # type: ignore[arg-type]
        last_statement(**same, person=None, account=to.account),  # type: ignore[arg-type]
    )


def allowed_from(to: Recipient, topic: Topic, channel: str, at: datetime) -> datetime:
    """The first moment from `at` on at which the message may be sent: caps, then quiet hours.

    Notices in the portal disturb nobody; topics that are free of the rules wait for nothing.
    """
    if topic.any_time or channel == IN_APP:
        return at
    return next_allowed(quiet_rule(to), _after_cap(to, topic, at))


def quiet_rule(to: Recipient) -> QuietRule:
    """The quiet hours that hold for somebody: their own, else the brand's, on their clock."""
    country = _country(to)
    own = QuietHours.objects.filter(person=to.person).first() if to.person is not None else None
    hours = own or settings_of(to.brand)
    zone = (zone_called(own.zone) if own else None) or zone_of(to)
    return QuietRule(
        quiet_from=hours.quiet_from,
        quiet_until=hours.quiet_until,
        zone=zone,
        sundays=hours.sundays,
        is_holiday=lambda day: hours.holidays and is_public_holiday(day, country),
    )


def zone_of(to: Recipient) -> ZoneInfo:
    """The zone of somebody who named none: their country's, if it has only one, else the brand's.

    The brand's zone stands for its own country, also where that has several.
    """
    home = to.brand.legal_entity.country
    country = _country(to)
    found = zone_called(only_zone_of(country)) if country and country != home else None
    return found or ZoneInfo(to.brand.zone)


def _country(to: Recipient) -> str:
    account = to.account
    if account is None and to.person is not None:
        membership = (
            to.person.memberships.filter(account__brand=to.brand).select_related("account").first()
        )
        account = membership.account if membership else None
    return account.country if account and account.country else to.brand.legal_entity.country


def _after_cap(to: Recipient, topic: Topic, at: datetime) -> datetime:
    """`at`, or when the oldest of as many contacts as a week may have is a week ago."""
    limit = settings_of(to.brand).contacts_a_week
    topics = [each.code for each in TOPICS.values() if each.cap_class == topic.cap_class]
    contacts = (
        Message.objects.filter(to.contacts, brand=to.brand, topic__in=topics, state__in=CONTACTED)
        .exclude(channel=IN_APP)
        .filter(decided_at__gt=at - WEEK, decided_at__lte=at)
        .order_by("-decided_at")
        .values_list("decided_at", flat=True)
    )
    times = [moment for moment in contacts[:limit] if moment is not None]
    return times[-1] + WEEK if len(times) >= limit else at


def notices_for(person: Person | None, brand: Brand, account_ids: list[int]) -> QuerySet[Message]:
    """What stands in the portal for this person and these accounts of theirs, newest first."""
    to_account = Q(account__in=account_ids, person=None)
    to_me = Q(person=person) & (Q(account__in=account_ids) | Q(account=None)) if person else Q()
    return Message.objects.filter(
        to_account | to_me if person else to_account,
        brand=brand,
        channel=IN_APP,
        state__in=("sent", "delivered"),
    ).order_by("-sent_at", "-id")


@dataclass(frozen=True, slots=True)
class Choice:
    """One box of the preferences page: a topic by a channel, as it holds now."""

    topic: Topic
    channel: str
    is_on: bool
    is_fixed: bool


def choices_of(person: Person, brand: Brand) -> list[Choice]:
    """What the person is told by which channel, all topics but those of signing in."""
    to = Recipient(brand, person, None)
    return [
        Choice(
            topic,
            channel,
            is_on=not refusal(to, topic, channel),
            is_fixed=topic.is_required_by(channel),
        )
        for topic in TOPICS.values()
        if topic.code not in ("sign_in", "security")
        for channel in CHANNELS
    ]
