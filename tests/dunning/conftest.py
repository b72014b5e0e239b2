"""A mail server for reminders."""

from __future__ import annotations

import pytest

from tests.mail_server import running_mail_server


@pytest.fixture
def mail_server(settings):
    """A real server on the loopback."""
    with running_mail_server(settings) as server:
        yield server
