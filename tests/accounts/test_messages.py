"""The outbox: queued once with the decision, sent by real SMTP, re-checked before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Message
from accounts.services import recheck_message
from accounts.services.queue_message import queue_message
from accounts.services.recheck_message import ReasonGoneError, recheck
from accounts.services.render_message import MessageContent
from accounts.services.send_messages import send_messages
from core.errors import DomainError
from tests import make
from tests.mail_server import DROP, free_port, running_mail_server, text_of

NOW = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)
CONTENT = MessageContent("Hei på deg", "Hei Kari, dette er en prøve.\n", "<p>Hei <b>Kari</b></p>")


@pytest.fixture
def mail_server(settings):
    with running_mail_server(settings) as server:
        yield server


@pytest.fixture
def kari(fjordtel):
    return make.make_account(fjordtel)


def queue(account, key="greeting:1", to="kari@example.com", event="greeting", content=CONTENT):
    return queue_message(
        account=account,
        event=event,
        language="nb",
        to_address=to,
        content=content,
        unique_key=key,
        queued_at=NOW,
    )


def send(at=NOW, **options):
    return send_messages(clock=lambda: at, **options)


def test_a_message_arrives_with_text_and_html_from_the_brand(kari, mail_server):
    message = queue(kari)

    totals = send()

    mail = mail_server.mails[0]
    assert (totals.sent, totals.is_clean) == (1, True)
    assert mail["Subject"] == "Hei på deg"
    assert mail["From"] == "Fjordtel <faktura@fjordtel.example>"
    assert mail["Reply-To"] == "hjelp@fjordtel.example"
    assert mail["To"] == "kari@example.com"
    assert mail["Message-ID"] == message.message_id
    assert mail["Message-ID"].endswith("@fjordtel.example>")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert text_of(mail).startswith(CONTENT.text)
    assert "<b>Kari</b>" in text_of(mail, "html")
    message.refresh_from_db()
    assert (message.state, message.attempts, message.sent_at) == ("sent", 1, NOW)


def test_the_same_thing_is_queued_and_sent_once(kari, mail_server):
    first = queue(kari)

    assert queue(kari, to="other@example.com") is None
    send()
    send()

    assert len(mail_server.mails) == Message.objects.count() == 1
    assert first is not None


def test_several_messages_go_over_one_round_oldest_first(kari, mail_server):
    for number in range(3):
        queue(kari, f"greeting:{number}", f"kari{number}@example.com")

    assert send().sent == 3
    assert [to for (to,) in mail_server.recipients] == [f"kari{n}@example.com" for n in range(3)]


def test_only_the_asked_brand_and_events_are_sent(kari, northwind, mail_server):
    acme = make.make_account(northwind, "A-1", "Acme AS")
    queue(kari, "1")
    queue(kari, "2", event="farewell")
    queue(acme, "3", to="acme@example.com")

    send(brand=kari.brand, events=["farewell"])

    assert list(Message.objects.filter(state="sent").values_list("unique_key", flat=True)) == ["2"]


@pytest.mark.parametrize(
    "address",
    [
        "kari@example.com\nBcc: all@example.com",
        "kari@example.com\r\nX-Evil: yes",
        "kari@example.com, bo@example.com",
        "Kari <kari@example.com>",
        "kari",
        "",
    ],
)
def test_an_address_that_is_none_is_refused(kari, address):
    with pytest.raises(DomainError, match="not an e-mail address"):
        queue(kari, to=address)

    assert Message.objects.count() == 0


def test_line_breaks_in_subject_and_brand_name_make_no_header(kari, mail_server):
    kari.brand.name = "Fjord\r\nBcc: all@example.com"
    kari.brand.save()
    queue(kari, content=MessageContent("Hei\r\nBcc: all@example.com", "Hei", ""))

    send()

    mail = mail_server.mails[0]
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Hei Bcc: all@example.com"
    assert mail_server.recipients == [["kari@example.com"]]
    assert mail.get_body(("html",)) is None


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("451 4.3.0 Try again later", "451 4.3.0 Try again later"),
        ("554 5.7.1 Not wanted", "554 5.7.1 Not wanted"),
    ],
)
def test_a_message_that_is_refused_three_times_waits_for_a_person(kari, mail_server, answer, error):
    message = queue(kari)
    mail_server.answers.extend([answer] * 3)

    rounds = [send(NOW + timedelta(hours=hours)) for hours in range(4)]

    assert [(one.refused, one.failed, one.sent) for one in rounds] == [
        (1, 0, 0),
        (1, 0, 0),
        (0, 1, 0),
        (0, 0, 0),
    ]
    message.refresh_from_db()
    assert (message.state, message.attempts, message.error) == ("failed", 3, error)
    assert mail_server.mails == []


def test_one_refused_recipient_does_not_hold_up_the_others(kari, mail_server):
    mail_server.refused_recipients = {"gone@example.com"}
    gone = queue(kari, "1", "gone@example.com")
    queue(kari, "2")

    totals = send()

    gone.refresh_from_db()
    assert (totals.sent, totals.refused) == (1, 1)
    assert gone.error == "550 5.1.1 No such mailbox"


def test_a_line_lost_after_the_text_is_tried_again_as_the_same_message(kari, mail_server):
    message = queue(kari)
    mail_server.answers.append(DROP)

    first = send()
    message.refresh_from_db()
    in_between = message.error
    second = send(NOW + timedelta(minutes=1))

    assert (first.refused, second.sent) == (1, 1)
    assert in_between.startswith("It may have arrived;")
    assert {mail["Message-ID"] for mail in mail_server.mails} == {message.message_id}
    assert len(mail_server.mails) == 2
    message.refresh_from_db()
    assert message.attempts == 2


def test_a_server_that_is_away_costs_no_attempt(kari, settings):
    with running_mail_server(settings):
        pass
    settings.EMAIL_PORT = free_port()
    message = queue(kari)

    totals = send()

    message.refresh_from_db()
    assert not totals.is_clean
    assert "refused" in totals.server_error
    assert (message.state, message.attempts) == ("queued", 0)


@pytest.fixture
def rechecked(monkeypatch):
    """Register rechecks for one test only."""
    monkeypatch.setattr(recheck_message, "_rechecks", {})
    return recheck


def test_a_message_whose_reason_went_away_is_dropped(kari, mail_server, rechecked):
    @rechecked("greeting")
    def gone(message, at):
        raise ReasonGoneError("Kari was greeted in person.")

    message = queue(kari)

    totals = send()

    message.refresh_from_db()
    assert (totals.dropped, totals.is_clean) == (1, True)
    assert (message.state, message.error) == ("dropped", "Kari was greeted in person.")
    assert mail_server.mails == []


def test_what_is_sent_is_what_the_recheck_says_now(kari, mail_server, rechecked):
    @rechecked("greeting")
    def changed(message, at):
        return MessageContent("Now", f"It is {at:%H:%M}", "")

    message = queue(kari)

    send()

    message.refresh_from_db()
    assert mail_server.mails[0]["Subject"] == message.subject == "Now"
    assert text_of(mail_server.mails[0]).startswith("It is 09:00")
    assert message.body_text == "It is 09:00"


def test_the_outbox_refuses_doubles_and_unknown_states(kari):
    message = queue(kari)

    with pytest.raises(IntegrityError, match="message_state_is_known"), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(state="lost")
    with pytest.raises(IntegrityError, match="message_sent_has_a_time"), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(state="sent")
    message.pk = None
    with pytest.raises(IntegrityError, match="unique_key"), transaction.atomic():
        message.save(force_insert=True)
