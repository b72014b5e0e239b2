"""The parts of a message from the sources of its templates: subject, plain text, HTML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from liquid.builtin.expressions import Path

from accounts.message_events import BRAND_SAMPLE, MessageEvent
from accounts.topics import EMAIL, SMS
from accounts.wording.cleaning import clean_html
from accounts.wording.environment import (
    TemplateProblem,
    TemplateRefused,
    expressions_of,
    parsed,
    rendered,
)
from accounts.wording.plain_data import clean_text, one_line, plain
from accounts.wording.segments import SEGMENTS_MAX, segments_of

SUBJECT_LENGTH_MAX = 200
_BLANK_LINES = re.compile(r"\n[ \t]*\n(?:[ \t]*\n)+")


@dataclass(frozen=True, slots=True)
class MessageContent:
    """What a message says: one line of subject, and the same in text and HTML.

    A `secret` content is handed over and not kept.
    """

    subject: str
    text: str
    html: str
    secret: bool = False
    template_id: int | None = None


@dataclass(frozen=True, slots=True)
class Sources:
    """The templates of a message; `own` ones came with the product."""

    subject: str
    text: str
    html: str = ""
    own: bool = False


def fill(sources: Sources, values: Mapping[str, object]) -> MessageContent:
    """The message; raises TemplateRefused where a template breaks the rules.

    HTML is escaped as it is filled in and cleaned afterwards; plain text stays as it is.
    """
    frozen = plain(values)
    own = sources.own
    subject = rendered(parsed(sources.subject, "subject", escape=False, own=own), "subject", frozen)
    text = rendered(parsed(sources.text, "text", escape=False, own=own), "text", frozen)
    html = ""
    if sources.html.strip():
        html = rendered(parsed(sources.html, "html", escape=True, own=own), "html", frozen)
        html = clean_html(html).strip()
    text = _BLANK_LINES.sub("\n\n", clean_text(text).strip()) + "\n"
    return MessageContent(one_line(subject, SUBJECT_LENGTH_MAX), text, html)


def check_sources(
    sources: Sources, event: MessageEvent, channel: str, language: str
) -> list[TemplateProblem]:
    """What is wrong with a template, each with its line and the way to mend it; none if it is fine.

    Names are compared with those that the event allows, then the template is filled in with
    made-up values.
    """
    problems: list[TemplateProblem] = []
    for part in ("subject", "text", "html"):
        source = getattr(sources, part)
        if source.strip():
            problems += _problems_of(source, part, event)
    if channel == EMAIL and not sources.subject.strip():
        problems.append(TemplateProblem("subject", 1, "It is empty.", "Write one line."))
    if not sources.text.strip():
        remedy = "Write the message in plain text too." if channel == EMAIL else ""
        problems.append(TemplateProblem("text", 1, "It is empty.", remedy))
    if problems:
        return problems
    try:
        content = fill(sources, sample_values(event, language))
    except TemplateRefused as error:
        return [error.problem]
    if channel == SMS and segments_of(content.text.strip()).count > SEGMENTS_MAX:
        what = f"It needs more than {SEGMENTS_MAX} text messages with made-up values."
        return [TemplateProblem("text", 1, what, "Say it shorter.")]
    return []


def sample_values(event: MessageEvent, language: str) -> dict[str, object]:
    """Made-up values of the event, with a made-up brand."""
    return {"brand": BRAND_SAMPLE, "language": language, **event.sample(language)}


def _problems_of(source: str, part: str, event: MessageEvent) -> list[TemplateProblem]:
    try:
        template = parsed(source, part, escape=part == "html")
    except TemplateRefused as error:
        return [error.problem]
    tops = {name.partition(".")[0] for name in event.names}
    problems = []
    for name, places in template.analyze(include_partials=False).globals.items():
        if name not in tops:
            line = source[: max(0, places[0].span.index)].count("\n") + 1
            remedy = f"Use one of: {', '.join(sorted(event.names))}."
            problems.append(TemplateProblem(part, line, f"There is no {name!r} here.", remedy))
    for expression in expressions_of(template.nodes):
        if isinstance(expression, Path) and any(isinstance(p, Path) for p in expression.path):
            line = source[: max(0, expression.token.start_index)].count("\n") + 1
            what = f"{expression} is looked up by another value."
            problems.append(TemplateProblem(part, line, what, "Write the name itself."))
    return problems
