"""Asterisk's Master.csv as Asterisk writes it: widths, answers, contexts, ids."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from billing.usage.models import UsageFile, UsageRecord
from tests import make
from tests.billing.usage.kari import amounts, asterisk_call


@pytest.mark.parametrize("columns", [16, 18])
def test_asterisk_lines_of_16_and_18_columns(kari, columns):
    source = kari.asterisk()

    kari.take([asterisk_call(columns=columns)], header="", source=source)

    record = UsageRecord.objects.get()
    assert record.start_at == datetime(2026, 10, 3, 12, 0, 9, tzinfo=UTC)  # the answer
    assert record.called_number == "4722000000"
    assert amounts() == [(61, 61, 1_488_167)]


def test_an_unanswered_asterisk_call_starts_when_it_rang_and_costs_nothing(kari):
    line = asterisk_call(answer="", billsec="0", disposition="NO ANSWER")

    kari.take([line], header="", source=kari.asterisk())

    assert UsageRecord.objects.get().start_at == datetime(2026, 10, 3, 12, tzinfo=UTC)
    assert amounts() == [(0, 0, 0)]


def test_the_service_of_an_asterisk_line_may_be_its_caller(kari):
    line = asterisk_call(accountcode="")

    kari.take([line], header="", source=kari.asterisk(service="src"))

    assert UsageRecord.objects.get().subscription_id == kari.subscription.pk


def test_a_switchs_account_code_names_a_service_as_it_stands(kari):
    make.assign_number(kari.subscription, "kari.home-1")

    kari.take([asterisk_call(accountcode="kari.home-1")], header="", source=kari.asterisk())

    assert UsageRecord.objects.count() == 1


def test_lines_of_skipped_contexts_are_ignored(kari):
    lines = [asterisk_call(), asterisk_call(dcontext="internal", uniqueid="2")]

    imported = kari.take(lines, header="", source=kari.asterisk(skip_contexts=["internal"]))

    file = UsageFile.objects.get()
    assert (imported.rows, imported.rated, imported.ignored) == (2, 1, 1)
    assert (file.rows, file.rated, file.ignored) == (2, 1, 1)


def test_16_columns_without_an_id_are_known_by_the_whole_line(kari):
    two_channels = [
        asterisk_call(columns=16),
        asterisk_call(columns=16, channel="PJSIP/kari-0000012c"),
        asterisk_call(columns=16),
    ]

    imported = kari.take(two_channels, header="", source=kari.asterisk())

    assert (imported.rated, imported.duplicates) == (2, 1)


def test_lines_that_share_a_uniqueid_are_told_apart_where_the_source_says_so(kari):
    tried_twice = [
        asterisk_call(dstchannel="PJSIP/first-1", answer="", billsec="0", disposition="FAILED"),
        asterisk_call(dstchannel="PJSIP/second-1"),
    ]

    imported = kari.take(tried_twice, header="", source=kari.asterisk(id="line"))

    assert (imported.rated, imported.suspended) == (2, {})


def test_latin_1_files_are_read_as_their_source_says(kari):
    source = kari.asterisk()
    source.encoding = "latin-1"
    path = kari.folder / "Master.csv"
    path.write_bytes((asterisk_call(clid='"Åse" <9>', dst="112x") + "\n").encode("latin-1"))

    imported = kari.take_file(path, source=source)

    assert imported.suspended == {"invalid": 1}
    assert '"""Åse"" <9>"' in source.suspended.get().raw
