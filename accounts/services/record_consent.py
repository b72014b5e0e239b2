"""Record what somebody said about being written to: agreed, or no more."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Account, Consent, Person
from accounts.topics import CHANNELS, TOPICS
from core.errors import DomainError
from core.models import Brand


def record_consent(
    *,
    brand: Brand,
    topic: str,
    channel: str,
    given: bool,
    at: datetime,
    source: str,
    now: datetime,
    person: Person | None = None,
    account: Account | None = None,
    evidence: str = "",
    text_version: str = "",
    language: str = "",
) -> Consent:
    """Add a statement to the history of one person, or of one account; nothing is overwritten.

    `at` is when it was said, `now` when it is written down. The last statement counts. Raises
    DomainError for what can't be: unknown topics and channels, another brand's account, a
    statement from the future.
    """
    if (person is None) == (account is None):
        raise DomainError("A consent is of one person, or of one account.")
    if topic not in TOPICS or channel not in CHANNELS:
        raise DomainError(f"There is no topic {topic!r} by {channel!r}.")
    if source not in Consent.Source:
        raise DomainError(f"{source!r} is no source; use {', '.join(Consent.Source.values)}.")
    if account is not None and account.brand_id != brand.pk:
        raise DomainError("The account is another brand's.")
    if at > now:
        raise DomainError("Nobody can have said that in the future; correct the time.")
    statement = Consent.Statement.GIVEN if given else Consent.Statement.WITHDRAWN
    return Consent.objects.create(
        brand=brand,
        person=person,
        account=account,
        topic=topic,
        channel=channel,
        statement=statement,
        at=at,
        source=source,
        evidence=evidence,
        text_version=text_version,
        language=language,
        recorded_at=now,
    )
