"""Sources in the back office: from a profile, tried on samples, missing files accepted."""

from __future__ import annotations

import gzip
from datetime import date, time
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from billing.models import AcceptedUsageGap, UsageFile, UsageRecord, UsageSource
from billing.usage.partitions import months_between
from billing.usage.services.ensure_partitions import ensure_partitions
from billing.usage.source_profiles import source_profiles
from tests import make
from tests.admin.conftest import staff_with_every_right
from tests.portal.reading import text_of

SAMPLES = Path(__file__).parent.parent / "billing" / "usage" / "samples"
ADD = "/admin/billing/usagesource/add/"


@pytest.fixture
def source(fjordtel) -> UsageSource:
    ensure_partitions(months_between(date(2026, 9, 1), date(2026, 12, 1)))
    deck = make.make_deck(fjordtel)
    make.make_rate(deck, "47", "0.49")
    plan = make.make_plan(fjordtel, decks={"voice": deck})
    make.make_subscription(make.make_account(fjordtel), plan, number="4790000123")
    return make.make_source(fjordtel)


@pytest.fixture
def ola(fjordtel, sign_in):
    """A member of Fjordtel's staff who may do everything."""
    return sign_in(staff_with_every_right(fjordtel))


def page_of(source: UsageSource, name: str) -> str:
    return reverse(f"admin:billing_usagesource_{name}", args=[source.pk])


def posted(form) -> dict[str, object]:
    """What a browser would send of a form that nobody touched."""
    values = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in values.items() if value != ""}


def form_at(client, address: str) -> dict[str, object]:
    return posted(client.get(address).context["adminform"].form)


@pytest.mark.parametrize("profile", sorted(source_profiles()))
def test_a_new_source_begins_with_a_profile(ola, fjordtel, profile):
    data = form_at(ola, f"{ADD}?profile={profile}")
    data |= {"brand": fjordtel.pk, "code": "NEW", "change_reason": "Our new switch."}

    answer = ola.post(ADD, data)

    assert answer.status_code == 302, answer.context["adminform"].form.errors
    made = UsageSource.objects.get(code="NEW")
    assert made.format == source_profiles()[profile].source.values["format"].text


def test_a_mapping_that_makes_no_sense_is_told_line_by_line(ola, source):
    address = page_of(source, "change")
    data = form_at(ola, address)
    data["mapping_text"] = "delimiter: abc\ncolumns: {start: a}\n"

    answer = ola.post(address, data)

    assert answer.status_code == 200
    told = text_of(answer)
    assert "line 1: mapping: delimiter 'abc' can't stand between columns" in told
    assert "line 2: mapping, columns: service is missing" in told
    source.refresh_from_db()
    assert source.mapping["columns"]["start"] == "start"


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"zone": "Mars"}, "is not a time zone"),
        ({"encoding": "klingon"}, "is not an encoding"),
        ({"file_name_pattern": "{number}"}, "may have {date}"),
        ({"expected_by": "06:00"}, "expected_from is missing"),
        ({"sequence_first": "1"}, "sequence_first needs a {sequence}"),
        ({"format": "radius"}, "is not a known key"),
    ],
)
def test_settings_that_make_no_sense_together_are_refused(ola, source, changes, what):
    address = page_of(source, "change")

    answer = ola.post(address, form_at(ola, address) | changes)

    assert answer.status_code == 200
    assert what in text_of(answer)


def test_a_change_stands_in_the_history_with_its_reason(ola, source):
    address = page_of(source, "change")
    data = form_at(ola, address) | {"zone": "Europe/Oslo", "change_reason": "Moved."}

    assert ola.post(address, data).status_code == 302

    source.refresh_from_db()
    assert source.zone == "Europe/Oslo"
    assert "Moved." in text_of(ola.get(page_of(source, "history")))


def try_on(client, source, content: bytes, name: str = "sample.csv", mapping: str | None = None):
    form = client.get(page_of(source, "preview")).context["form"]
    text = form["mapping_text"].value() if mapping is None else mapping
    sample = SimpleUploadedFile(name, content)
    answer = client.post(page_of(source, "preview"), {"file": sample, "mapping_text": text})
    return text_of(answer)


def test_a_sample_is_shown_raw_beside_parsed_and_what_is_wrong(ola, source):
    sample = (
        "id,start,service,called,seconds\n"
        "A-1,2026-10-03T12:00:00Z,+4790000123,22000000,61\n"
        "A-2,2026-10-03T12:00:00Z,+4790000123,22000000,x\n"
        "A-3,2026-10-03T12:00:00Z,+4790009999,22000000,61\n"
    )

    told = try_on(ola, source, sample.encode())

    assert "A-1,2026-10-03T12:00:00Z,+4790000123,22000000,61" in told
    assert "2026-10-03 14:00:00" in told  # the brand's time
    assert "4722000000" in told
    assert "'x' is not a quantity" in told
    assert "suspended: nobody has this number" in told
    assert not UsageFile.objects.exists()
    assert not UsageRecord.objects.exists()


def test_another_mapping_can_be_tried_without_keeping_it(ola, source):
    mapping = (
        'delimiter: ";"\n'
        "columns: {start: [Datum, Uhrzeit], service: Rufnummer, called: Zielrufnummer,"
        " quantity: Dauer}\n"
        'time_format: "%d.%m.%Y %H:%M:%S"\n'
    )
    source.encoding = "latin-1"
    source.save()

    told = try_on(
        ola,
        source,
        gzip.compress((SAMPLES / "carrier_semicolon.csv").read_bytes()),
        "carrier.csv.gz",
        mapping,
    )

    assert "Düsseldorf" in told
    assert "2026-10-03 16:00:00" in told  # 14:00 UTC, as the source's zone says
    source.refresh_from_db()
    assert "delimiter" not in source.mapping


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"id,start\n", "the header line has no column"),
        (b"\x1f\x8bxx", "the gzip file is cut off or damaged"),
        (b"", "The submitted file is empty"),
    ],
)
def test_a_sample_that_would_be_refused_says_why(ola, source, content, what):
    assert what in try_on(ola, source, content)


def test_missing_files_are_shown_and_accepted_with_a_reason(ola, source):
    source.expected_by, source.expected_from = time(6), date(2026, 10, 31)
    source.save()
    page = ola.get(page_of(source, "change"))
    accept = f"{page_of(source, 'accept_gap')}?key=2026-10-31"

    assert "the file from 2026-10-31 00:00" in text_of(page)
    assert "the file from 2026-10-31 00:00" in text_of(ola.get(accept))

    without = ola.post(accept, {"key": "2026-10-31", "reason": ""})
    answer = ola.post(accept, {"key": "2026-10-31", "reason": "Switch was off."})

    assert without.status_code == 200
    assert answer.status_code == 302
    assert AcceptedUsageGap.objects.get().reason == "Switch was off."
    told = text_of(ola.get(page_of(source, "change")))
    assert "Switch was off." in told
    assert "Go on without it" in told  # the days after


def test_a_gap_that_is_none_leads_back(ola, source):
    answer = ola.get(f"{page_of(source, 'accept_gap')}?key=%2399")

    assert answer.status_code == 302


def test_missing_files_have_a_tile(ola, source):
    source.expected_by, source.expected_from = time(6), date(2026, 10, 31)
    source.save()

    assert "Missing usage files" in text_of(ola.get("/admin/"))


def test_a_source_keeps_its_brand_and_its_code(ola, source, northwind):
    address = page_of(source, "change")
    data = form_at(ola, address) | {"brand": northwind.pk, "code": "OTHER"}

    ola.post(address, data)

    source.refresh_from_db()
    assert (source.brand.code, source.code) == ("fjordtel", "SWITCH")
