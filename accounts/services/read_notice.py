"""A person has read a notice in the portal."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Message
from accounts.topics import IN_APP


def read_notice(notice: Message, *, now: datetime) -> None:
    """Keep when it was read first."""
    Message.objects.filter(pk=notice.pk, channel=IN_APP, read_at=None).update(read_at=now)
