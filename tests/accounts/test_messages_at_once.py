"""Several senders at the same time send each message once."""

from __future__ import annotations

from datetime import UTC, datetime
from threading import Barrier, Thread

import pytest
from django.db import connection

from accounts.models import Message
from accounts.services.queue_message import queue_message
from accounts.services.render_message import MessageContent
from accounts.services.send_messages import send_messages
from tests import make
from tests.mail_server import running_mail_server

NOW = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)


@pytest.mark.django_db(transaction=True)
def test_two_senders_share_the_outbox(settings):
    kari = make.make_account(make.make_brand())
    for number in range(12):
        queue_message(
            account=kari,
            event="greeting",
            language="nb",
            to_address=f"kari{number}@example.com",
            content=MessageContent("Hei", "Hei", ""),
            unique_key=f"greeting:{number}",
            queued_at=NOW,
        )
    barrier = Barrier(3)

    def send():
        try:
            barrier.wait()
            send_messages(clock=lambda: NOW)
        finally:
            connection.close()

    with running_mail_server(settings) as server:
        threads = [Thread(target=send) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert sorted(to for (to,) in server.recipients) == sorted(
        f"kari{number}@example.com" for number in range(12)
    )
    assert set(Message.objects.values_list("state", "attempts")) == {("sent", 1)}
