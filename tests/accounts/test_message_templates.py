"""The words of messages: checked when saved, published by two people, used by their brand."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Permission

from accounts.approval_kinds import KIND
from accounts.message_events import all_events, message_event
from accounts.models import MessageTemplate
from accounts.services.render_message import own_words, render_message
from accounts.services.write_template import (
    TemplateHasProblems,
    Words,
    draft_template,
    edit_draft,
    publish_template,
    retire_template,
)
from accounts.wording.parts import check_sources, fill, sample_values
from core.errors import DomainError
from core.models import Approval
from core.services.decide_approval import approve
from core.services.request_approval import request_approval
from dunning.services.write_reminder import sample
from tests import make

NOW = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)
WORDS = Words("Hei {{ name }}", "Betal {{ total }}.", "<p>Betal <b>{{ total }}</b>.</p>")
VALUES = {**sample("nb"), "name": "Kari & Bo", "total": "905,07 kr"}


def draft(brand, words=WORDS, **options):
    fields = {"event": "payment_reminder", "channel": "email", "language": "nb"}
    return draft_template(brand=brand, words=words, now=NOW, **(fields | options))


def reminder(brand, language="nb"):
    return render_message("payment_reminder", language, brand, VALUES)


EVERYTHING = [
    (event.code, channel, language)
    for event in all_events()
    for channel in event.channels
    for language in ("en", "nb", "de")
]


@pytest.mark.parametrize(("code", "channel", "language"), EVERYTHING)
def test_the_products_words_are_complete_and_sound(code, channel, language):
    event = next(each for each in all_events() if each.code == code)
    sources = own_words(code, channel, language)

    content = fill(sources, sample_values(event, language))

    assert check_sources(sources, event, channel, language) == []
    assert content.text.strip()


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (Words("x", "a\n{{ nmae }}"), "text, line 2: There is no 'nmae' here. Use one of: "),
        (Words("x", "{% if name %}"), "text, line 1: Expected tag endif"),
        (Words("x", "{{ name | shout }}"), "text, line 1: Unknown filter 'shout'."),
        (Words("x", "{{ bills[name] }}"), "text, line 1: bills[name] is looked up by another"),
        (Words("x", "{% for b in bills %}{{ b.price }}{% endfor %}"), "line 1: B.price is undef"),
        (Words("", "x"), "subject, line 1: It is empty. Write one line."),
        (Words("x", " "), "text, line 1: It is empty. Write the message in plain text too."),
        (Words("x", "x", "<p>\n\n{% include 'a' %}"), "html, line 3: Unexpected tag 'include'."),
    ],
)
def test_a_mistake_is_named_with_part_line_and_remedy(fjordtel, words, problem):
    with pytest.raises(TemplateHasProblems) as caught:
        draft(fjordtel, words)

    assert problem in str(caught.value)
    assert MessageTemplate.objects.count() == 0


def test_what_can_not_be_is_refused(fjordtel):
    for options, words in (
        ({"event": "birthday"}, "no event"),
        ({"channel": "sms"}, "does not go out by sms"),
        ({"language": "fi"}, "does not speak"),
    ):
        with pytest.raises(DomainError, match=words):
            draft(fjordtel, **options)
    with pytest.raises(DomainError, match="10 text messages"):
        draft(fjordtel, Words("", "x" * 2000), event="announcement", channel="sms")
    with pytest.raises(ValueError, match="not made of its variables"):
        message_event("odd", title="Odd", topic="service", variables={"name": "a name"})(
            lambda _language: {"other": "x"}
        )


def test_a_brands_words_come_before_everybodys_and_those_before_the_products(fjordtel, northwind):
    products = reminder(fjordtel).subject
    publish_template(draft(None, Words("For all", "x")), by=None, now=NOW)
    publish_template(draft(fjordtel), by=None, now=NOW)

    ours, theirs = reminder(fjordtel), reminder(northwind)

    assert (ours.subject, ours.text) == ("Hei Kari & Bo", "Betal 905,07 kr.\n")
    assert "<p>Betal <b>905,07 kr</b>.</p>" in ours.html
    assert "<!DOCTYPE html>" in ours.html
    assert ours.template_id == MessageTemplate.objects.get(brand=fjordtel).pk
    assert theirs.subject == "For all"
    assert reminder(fjordtel, "en").subject not in {"For all", "Hei Kari & Bo", products}


def test_the_next_version_takes_the_place_of_the_last(fjordtel):
    first = publish_template(draft(fjordtel), by=None, now=NOW)
    second = draft(fjordtel, Words("Nytt", "y"))
    edit_draft(second, Words("Nyere", "y"))

    publish_template(second, by=None, now=NOW)

    first.refresh_from_db()
    assert (first.state, first.version, second.version) == ("retired", 1, 2)
    assert reminder(fjordtel).subject == "Nyere"
    for refused in (lambda: edit_draft(second, WORDS), lambda: retire_template(first)):
        with pytest.raises(DomainError):
            refused()
    retire_template(second)
    assert reminder(fjordtel).template_id is None


def test_a_published_template_that_can_not_be_filled_in_silences_nothing(fjordtel):
    values = {"name": "Kari", "title": "Arbeid på nettet", "text": "I natt."}
    MessageTemplate.objects.create(
        brand=fjordtel,
        event="announcement",
        language="nb",
        version=1,
        state="published",
        subject="{{ subject_of_old }}",
        text="x",
        created_at=NOW,
        published_at=NOW,
    )

    said = render_message("announcement", "nb", fjordtel, values)

    assert said.subject == "Arbeid på nettet"
    assert said.template_id is None


def test_a_second_person_publishes_and_only_what_was_asked_about(fjordtel):
    rights = Permission.objects.filter(codename="publish_messagetemplate")
    maker = make.make_staff("maker@fjordtel.example", fjordtel)
    checker = make.make_staff("checker@fjordtel.example", fjordtel)
    for member in (maker, checker):
        member.user_permissions.set(rights)
    template = draft(fjordtel)
    asked = {"brand": fjordtel, "requested_by": maker, "reason": "kinder", "now": NOW}
    request = request_approval(KIND, subject=template, **asked)
    edit_draft(template, Words("Noe annet", "x"))

    moved_on = approve(request, by=checker, now=NOW)
    again = request_approval(KIND, subject=template, **asked)
    with pytest.raises(DomainError, match="second person"):
        approve(again, by=maker, now=NOW)
    approve(again, by=checker, now=NOW)

    template.refresh_from_db()
    assert moved_on.state == Approval.State.FAILED
    assert (template.state, template.published_by) == ("published", checker)
    assert ["subject", "", "Noe annet"] in again.difference
