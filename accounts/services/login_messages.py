"""Messages about signing in: links and codes that work once, and are not kept."""

from __future__ import annotations

from datetime import datetime

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.urls import reverse

from accounts.links import portal_address
from accounts.models import Message, Person
from accounts.services.invitation_token import INVITATION_DAYS, invitation_path
from accounts.services.queue_message import queue_message
from accounts.services.recheck_message import ReasonGoneError, recheck
from accounts.services.render_message import MessageContent, render_message
from core.errors import DomainError
from core.login_messages import LoginMessage
from core.models import Brand, User

PASSWORD_RESET = "password_reset"  # noqa: S105 – the name of an event
SIGN_IN_CODE = "sign_in_code"
INVITATION = "invitation"
NOT_KEPT = "…"


def queue_login_message(wish: LoginMessage, now: datetime) -> Message | None:
    """Queue a link or a code to a customer; None if this is not ours to say.

    Members of staff and logins without a person are nobody's customers. What is kept of the
    message holds no link and no code; the link is made when the message is sent.
    """
    person = getattr(wish.user, "person", None)
    if wish.brand is None or person is None or wish.event not in (PASSWORD_RESET, SIGN_IN_CODE):
        return None
    return _queue(
        wish.event,
        person,
        wish.brand,
        wish.language,
        now=now,
        secret={**wish.values, "host": wish.host},
        expires_at=wish.expires_at,
    )


def invite_person(person: Person, *, brand: Brand, now: datetime, host: str = "") -> Message:
    """Invite somebody to the brand's portal: they get a link with which to choose a password.

    Makes their login if there is none. Raises DomainError for who has a password already, and
    for who is nobody's customer here.
    """
    if not person.memberships.filter(account__brand=brand).exists():
        raise DomainError(f"{person.name} has no account at {brand.name}.")
    if person.user is None:
        taken = User.objects.filter(email__iexact=person.email).first()
        person.user = taken or User.objects.create_user(person.email, None)
        person.save(update_fields=["user"])
    if person.user.has_usable_password():
        raise DomainError(f"{person.name} has chosen a password already.")
    language = person.language if person.language in brand.languages else brand.default_language
    message = _queue(
        INVITATION, person, brand, language, now=now, secret={"host": host}, expires_at=None
    )
    if message is None:
        raise DomainError(f"{person.name} was invited at this very moment.")
    return message


def _queue(
    event: str,
    person: Person,
    brand: Brand,
    language: str,
    *,
    now: datetime,
    secret: dict[str, str],
    expires_at: datetime | None,
) -> Message | None:
    spoken = language if language in brand.languages else brand.default_language
    return queue_message(
        event=event,
        person=person,
        brand=brand,
        language=spoken,
        to_address=person.user.email if person.user else person.email,
        content=_content(event, person, brand, spoken, NOT_KEPT, NOT_KEPT),
        unique_key=f"{event}:{person.pk}:{now.isoformat()}",
        queued_at=now,
        secret=secret,
        expires_at=expires_at,
    )


def _content(
    event: str, person: Person, brand: Brand, language: str, link: str, code: str
) -> MessageContent:
    values: dict[str, object] = {"name": person.name}
    if event == SIGN_IN_CODE:
        values["code"] = code
    else:
        values["link"] = link
    if event == INVITATION:
        values["days"] = INVITATION_DAYS
    said = render_message(event, language, brand, values)
    return MessageContent(said.subject, said.text, said.html, True, said.template_id)


@recheck(PASSWORD_RESET)
@recheck(SIGN_IN_CODE)
@recheck(INVITATION)
def write_anew(message: Message, _at: datetime) -> MessageContent:
    """The message with its link or code, made now; ReasonGoneError if the login is gone."""
    person, secret = message.person, message.secret or {}
    user = person.user if person is not None else None
    if person is None or user is None or not user.is_active:
        raise ReasonGoneError("The login was switched off.")
    if message.event == SIGN_IN_CODE and not secret.get("code"):
        raise ReasonGoneError("The code is gone: it can be asked for again.")
    if message.event == INVITATION:
        if user.has_usable_password():
            raise ReasonGoneError("A password was chosen meanwhile.")
        path = invitation_path(user)
    else:
        path = reverse(
            "account_reset_password_from_key",
            "config.urls",
            kwargs={
                "uidb36": user_pk_to_url_str(user),
                "key": default_token_generator.make_token(user),
            },
        )
    link = portal_address(message.brand, path, secret.get("host", ""))
    language, code = message.language, secret.get("code", "")
    return _content(message.event, person, message.brand, language, link, code)
