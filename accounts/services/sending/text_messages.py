"""Hand text messages over: adapters by the scheme of SMS_URL, the first of them a folder."""

from __future__ import annotations

import fcntl
import json
import os
from datetime import datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from django.conf import settings

from accounts.contact import settings_of
from accounts.models import Message
from accounts.services.sending.record_outcome import Outcome
from accounts.wording.parts import MessageContent
from accounts.wording.plain_data import one_line

SENDER_LENGTH_MAX = 11


class NoTextMessages(Exception):
    """The installation can't send text messages; says what to set."""


class TextMessageSender(Protocol):
    """Whoever carries text messages to telephones."""

    def send(
        self, *, sender: str, to: str, text: str, message_id: str, segments: int, at: datetime
    ) -> None:
        """Hand one over. Raises OSError if it was not taken, TimeoutError if nobody knows.

        The same `message_id` twice is the same message.
        """
        ...


class FolderSender:
    """Writes what it is given into a folder, one line of JSON each, a file a day.

    A line is written whole or not at all, also when several senders write at once.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(
        self, *, sender: str, to: str, text: str, message_id: str, segments: int, at: datetime
    ) -> None:
        """Append one line."""
        row = {
            "at": at.isoformat(),
            "message_id": message_id,
            "sender": sender,
            "to": to,
            "text": text,
            "segments": segments,
        }
        line = (json.dumps(row, ensure_ascii=False) + "\n").encode()
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{at:%Y-%m-%d}.jsonl"
        with path.open("ab", buffering=0) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            before = file.seek(0, os.SEEK_END)
            try:
                written = file.write(line)
                os.fsync(file.fileno())
            except OSError:
                file.truncate(before)
                raise
            if written != len(line):
                file.truncate(before)
                raise OSError("The disk is full.")


def sender_of(url: str) -> TextMessageSender:
    """The adapter that the URL asks for: `file:///var/spool/sms`. Raises NoTextMessages."""
    parts = urlsplit(url)
    if not url:
        raise NoTextMessages("Set SMS_URL, for example file:///var/spool/sms.")
    if parts.scheme == "file" and parts.path.startswith("/") and not parts.netloc:
        return FolderSender(Path(unquote(parts.path)))
    raise NoTextMessages("SMS_URL is not understood: write file:///a/folder.")


def configured_sender() -> TextMessageSender:
    """The adapter of this installation."""
    return sender_of(settings.SMS_URL)


def hand_over(
    adapter: TextMessageSender, message: Message, content: MessageContent, at: datetime
) -> Outcome:
    """Give one text message to the adapter."""
    brand = message.brand
    sender = settings_of(brand).sms_sender or _from_name(brand.name)
    try:
        adapter.send(
            sender=sender,
            to=message.to_address,
            text=content.text.strip(),
            message_id=message.message_id,
            segments=message.segments or 1,
            at=at,
        )
    except TimeoutError as error:
        return Outcome(str(error) or "No answer in time.", is_uncertain=True)
    except OSError as error:
        return Outcome(error.strerror or str(error))
    return Outcome()


def _from_name(name: str) -> str:
    """A brand's name as networks take it: letters, digits and blanks of ASCII."""
    plain = "".join(char for char in one_line(name, 100) if char.isascii())
    kept = "".join(char for char in plain if char.isalnum() or char == " ")
    return kept.strip()[:SENDER_LENGTH_MAX].strip() or "Trunkline"
