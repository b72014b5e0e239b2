"""What reads a file can be sent to a process that was started anew, whatever the file's format."""

from __future__ import annotations

import pickle

import pytest

from billing.usage.intake.batch_reader import BatchReader
from billing.usage.intake.framing import FilePart, check_file
from billing.usage.intake.layouts import layout_of
from billing.usage.intake.normalising import normaliser_of
from billing.usage.intake.windows import read_part
from tests.billing.usage.test_usage_formats import SAMPLES, source_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("profile", "name"),
    [
        ("asterisk", "asterisk_16.csv"),
        ("freeswitch", "freeswitch.csv"),
        ("radius", "detail-20261003"),
        ("carrier-semicolon", "carrier_semicolon.csv"),
        ("carrier-utc", "carrier_utc.csv"),
        ("mobile-priced", "mobile_priced.csv"),
        ("json-lines", "events.jsonl"),
    ],
)
def test_a_reader_that_was_sent_reads_the_same(kari, profile, name):
    source = source_of(profile, country_code='"47"', zone="Europe/Oslo")
    layout = layout_of(source)
    checked = check_file(SAMPLES / name, layout)
    reader = BatchReader(source.pk, layout, normaliser_of(source), checked.header)

    sent = pickle.loads(pickle.dumps(reader))

    parts: list[FilePart] = list(checked.parts)
    assert parts
    for part in parts:
        ours, theirs = read_part(checked, part, reader), read_part(checked, part, sent)
        assert theirs.row_numbers.tolist() == ours.row_numbers.tolist()
        count = len(ours.events)
        assert [theirs.events.event(n) for n in range(count)] == [
            ours.events.event(n) for n in range(count)
        ]
