"""Links in messages with which readers say that they want no more of this."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core import signing
from django.db import transaction
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts.links import portal_address
from accounts.models import Account, Consent, Message, Person
from accounts.services.choose_contact import choose_topic
from accounts.services.record_consent import record_consent
from accounts.topics import TOPICS
from accounts.wording.parts import MessageContent
from core.models import Brand

# The purpose is part of the signature: no other link of ours is taken for this one.
PURPOSE = "accounts.unsubscribe"
PATH = "/unsubscribe/"


@dataclass(frozen=True, slots=True)
class Unsubscription:
    """Who wants no more of which topic by which channel."""

    message_id: int
    brand: Brand
    person: Person | None
    account: Account | None
    topic: str
    channel: str


def unsubscribe_link(message: Message) -> str:
    """The address of the page that asks once more and then switches the topic off."""
    token = signing.dumps({"message": message.pk}, salt=PURPOSE)
    return portal_address(message.brand, f"{PATH}{token}/")


def unsubscription_of(token: str, brand: Brand) -> Unsubscription | None:
    """What a link is about; None for one that is not ours, is another brand's, or asks for what
    can't be switched off.
    """
    try:
        facts = signing.loads(token, salt=PURPOSE)
    except signing.BadSignature:
        return None
    message = (
        Message.objects.select_related("brand", "person", "account")
        .filter(pk=facts.get("message"), brand=brand)
        .first()
    )
    if message is None or TOPICS[message.topic].is_required_by(message.channel):
        return None
    return Unsubscription(
        message.pk, brand, message.person, message.account, message.topic, message.channel
    )


def unsubscribe(wish: Unsubscription, *, now: datetime) -> None:
    """Switch the topic off for the person, or for the account where nobody is known.

    Doing it again changes nothing.
    """
    evidence = f"link in message {wish.message_id}"
    with transaction.atomic():
        if wish.person is not None:
            choose_topic(
                wish.person,
                brand=wish.brand,
                topic=wish.topic,
                channel=wish.channel,
                wanted=False,
                now=now,
                source=Consent.Source.LINK,
                evidence=evidence,
            )
            return
        same = Consent.objects.filter(
            account=wish.account, brand=wish.brand, topic=wish.topic, channel=wish.channel
        )
        last = same.order_by("-at", "-id").first()
        if last is None or last.statement != Consent.Statement.WITHDRAWN:
            record_consent(
                brand=wish.brand,
                account=wish.account,
                topic=wish.topic,
                channel=wish.channel,
                given=False,
                at=now,
                source=Consent.Source.LINK,
                evidence=evidence,
                now=now,
            )


def with_unsubscribe_link(content: MessageContent, link: str, language: str) -> MessageContent:
    """The message with the link at its end, whatever its template says."""
    with translation.override(language):
        words = _("You want no more messages like this? Say so here:")
    html = content.html
    if html:
        footer = format_html('<p class="quiet">{} <a href="{}">{}</a></p>', words, link, link)
        head, close, tail = html.rpartition("</main>")
        html = f"{head}{footer}{close}{tail}" if close else f"{html}{footer}"
    return MessageContent(
        content.subject, f"{content.text.rstrip()}\n\n{words}\n{link}\n", html, content.secret
    )
