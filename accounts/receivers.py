"""Signing in has something to say: it goes through the outbox, and is sent at once."""

from __future__ import annotations

from datetime import datetime

from accounts.services.login_messages import queue_login_message
from core.login_messages import LoginMessage, login_sender
from core.services.enqueue_job import enqueue_job


@login_sender
def send_through_the_outbox(message: LoginMessage, now: datetime) -> bool:
    """Take over what customers are told; a worker sends it at once."""
    queued = queue_login_message(message, now)
    if queued is None:
        return False
    enqueue_job("send_messages", payload={"events": [message.event]}, now=now, brand=message.brand)
    return True
