"""Files as well-known systems write them, each by the profile in the box."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from billing.usage.models import SuspendedUsage, UsageFile, UsageRecord, UsageSource
from billing.usage.services.import_usage_file import ImportedFile
from billing.usage.slices import bytes_of
from billing.usage.source_profiles import source_profiles
from catalog.services.import_catalog import import_catalog
from core.errors import InputRefused
from tests import make
from tests.billing.usage.kari import NOW, Kari, hits

SAMPLES = Path(__file__).parent / "samples"
VOICE, SMS, DATA = 1, 2, 3


@pytest.fixture
def home(kari: Kari) -> Kari:
    """Kari with messages, data and a line at home beside her mobile."""
    sms = make.make_deck(kari.brand, "SMS", usage_type="sms")
    data = make.make_deck(kari.brand, "DATA", usage_type="data")
    make.make_rate(sms, "47", "0.39", first_increment=1)
    make.make_rate(data, "0", "1.00", first_increment=1, per=1048576)
    make.make_rate(kari.deck, "49", "1.00", first_increment=1)
    decks = {"voice": kari.deck, "sms": sms, "data": data}
    everything = make.make_plan(kari.brand, "ALL", decks=decks, product=kari.plan.product)
    kari.subscription.plan_history.all().delete()
    make.give_plan(kari.subscription, everything, kari.subscription.starts_on)
    make.assign_number(kari.subscription, "kari.home-1")
    return kari


def source_of(profile: str, **keys: str) -> UsageSource:
    """A source made of a profile, and what is said beside it."""
    more = "".join(f"    {name}: {value}\n" for name, value in keys.items())
    text = (
        "sources:\n  - code: BOX\n    brand: fjordtel\n    name: From the box\n"
        f"    profile: {profile}\n{more}"
    )
    import_catalog(text.encode(), file="box.yaml", folder=Path(), now=NOW)
    return UsageSource.objects.select_related("brand").get(code="BOX")


def take(home: Kari, name: str, source: UsageSource) -> ImportedFile:
    """Import a sample; what is stored of it adds up, and is the file byte by byte."""
    imported = home.take_file(SAMPLES / name, source=source)
    assert hits() == []
    assert bytes_of(UsageFile.objects.get()) == (SAMPLES / name).read_bytes()
    return imported


def records() -> Iterator[tuple[str, int, str, int, int]]:
    """Start in UTC, type, called number, quantity and line of each record, by line."""
    for record in UsageRecord.objects.order_by("line_number"):
        yield (
            f"{record.start_at.astimezone(UTC):%d %H:%M:%S}",
            record.usage_type,
            record.called_number,
            record.quantity,
            record.line_number,
        )


def suspended() -> list[tuple[int, str, str]]:
    return list(
        SuspendedUsage.objects.order_by("line_number").values_list(
            "line_number", "reason", "detail"
        )
    )


def test_every_profile_can_be_taken_over(home):
    for profile in source_profiles():
        source_of(profile, country_code='"47"')
        UsageSource.objects.filter(code="BOX").delete()


def test_asterisk_with_neither_id_nor_userfield(home):
    source = source_of("asterisk", zone="Europe/Oslo", country_code='"47"')

    imported = take(home, "asterisk_16.csv", source)

    assert (imported.rows, imported.rated, imported.suspended) == (5, 5, {})
    assert list(records()) == [
        ("03 12:00:09", VOICE, "4722000000", 61, 1),
        ("03 13:00:00", VOICE, "4790000200", 0, 2),
        ("03 13:10:00", VOICE, "4722000001", 0, 3),
        ("03 13:20:00", VOICE, "4722000002", 0, 4),
        ("03 13:30:00", VOICE, "4722000003", 0, 5),
    ]


def test_dispositions_that_do_not_count_are_left_out(home):
    source = source_of(
        "asterisk",
        zone="Europe/Oslo",
        country_code='"47"',
        mapping="{only: {disposition: [answered]}}",
    )

    imported = take(home, "asterisk_16.csv", source)

    assert (imported.rows, imported.rated, imported.ignored) == (5, 1, 4)


def test_asterisk_with_both_leaves_out_contexts_and_flags(home):
    source = source_of(
        "asterisk",
        country_code='"47"',
        mapping="{skip_contexts: [internal], skip: {amaflags: [OMIT]}}",
    )

    imported = take(home, "asterisk_18.csv", source)

    assert (imported.rated, imported.ignored) == (2, 2)
    assert [called for _, _, called, _, _ in records()] == ["4722000000", "902121234567"]


def test_asterisk_with_the_later_columns_knows_records_by_their_id(home):
    source = source_of("asterisk", country_code='"47"')

    imported = take(home, "asterisk_21.csv", source)
    again = (SAMPLES / "asterisk_21.csv").read_text().splitlines()[0]
    home.take([again.rsplit(",", 3)[0]], header="", source=source, name="again.csv")

    assert imported.rated == 2
    assert UsageRecord.objects.count() == 2


@pytest.mark.parametrize(("named", "rated"), [("uniqueid", 1), ("userfield", 2)])
def test_of_17_columns_the_source_says_which_is_the_last(home, named, rated):
    source = source_of("asterisk", country_code='"47"', mapping=f"{{column_17: {named}}}")
    line = (SAMPLES / "asterisk_16.csv").read_text().splitlines()[0]
    other = line.replace("kari-0000012a", "kari-0000012f")

    imported = home.take([f'{line},"1.1"', f'{other},"1.1"'], header="", source=source)

    assert imported.rated == rated


def test_freeswitch_writes_quotes_as_they_come_and_blanks_before_them(home):
    source = source_of("freeswitch", zone="Europe/Oslo", country_code='"47"')

    imported = take(home, "freeswitch.csv", source)

    assert (imported.rows, imported.rated, imported.suspended) == (5, 5, {})
    assert list(records()) == [
        ("03 12:00:09", VOICE, "4722000000", 61, 1),
        ("03 13:00:00", VOICE, "4790000200", 0, 2),
        ("03 14:00:05", VOICE, "902121234567", 61, 3),
        ("25 00:30:02", VOICE, "4722000000", 60, 4),
        ("26 11:00:02", VOICE, "4722000000", 60, 5),
    ]


def test_hangup_causes_that_count_are_the_sources_to_say(home):
    source = source_of(
        "freeswitch", country_code='"47"', mapping="{only: {hangup_cause: [NORMAL_CLEARING]}}"
    )

    imported = take(home, "freeswitch.csv", source)

    assert (imported.rated, imported.ignored) == (4, 1)


def test_a_freeswitch_line_cut_short_is_refused_with_its_place(home):
    source = source_of("freeswitch", country_code='"47"')
    lines = (SAMPLES / "freeswitch.csv").read_text().splitlines()

    with pytest.raises(InputRefused) as refused:
        home.take([lines[0], ",".join(lines[2].split(",")[:9])], header="", source=source)

    assert [(p.line, p.what) for p in refused.value.problems] == [
        (2, "8 columns, where the source's mapping names 13 to 15")
    ]


def test_radius_sessions_count_when_they_stop_with_all_their_bytes(home):
    source = source_of("radius", zone="Europe/Oslo")

    imported = take(home, "detail-20261003", source)

    assert (imported.rows, imported.rated, imported.ignored) == (5, 2, 3)
    assert list(records()) == [
        ("03 12:00:00", DATA, "", 2**32 + 3000, 19),
        ("03 13:59:00", DATA, "", 1024, 39),
    ]


def test_radius_sessions_may_count_one_direction_or_time(home):
    source = source_of("radius", mapping="{quantity: output_octets, start: stop}")

    take(home, "detail-20261003", source)

    assert list(records()) == [
        ("03 13:00:00", DATA, "", 2000, 19),
        ("03 14:00:00", DATA, "", 512, 39),
    ]


def test_a_radius_session_in_suspense_keeps_its_whole_block_and_can_be_released(home):
    from billing.usage.services.release_suspended import release_suspended

    source = source_of("radius")
    path = home.folder / "detail"
    text = (SAMPLES / "detail-20261003").read_text().replace("kari.home-1", "bo.home-1")
    path.write_text(text)
    imported = home.take_file(path, source=source)
    waiting = SuspendedUsage.objects.order_by("line_number")

    assert imported.suspended == {"unknown_service": 2}
    assert [line.line_number for line in waiting] == [19, 39]
    assert waiting[0].raw.startswith("Sat Oct  3 15:00:05 2026\n\tUser-Name = ")
    assert waiting[0].raw.endswith("\tTimestamp = 1791032405")

    make.assign_number(home.subscription, "bo.home-1")
    released = release_suspended(source=source, now=NOW)

    assert (released.rated, released.suspended) == (2, {})
    assert hits() == []
    assert [quantity for *_, quantity, _ in records()] == [2**32 + 3000, 1024]


def test_a_stop_that_was_sent_again_is_a_duplicate(home):
    source = source_of("radius", zone="Europe/Oslo")
    take(home, "detail-20261003", source)
    again = home.folder / "again"
    text = (SAMPLES / "detail-20261003").read_text()
    again.write_text(text.replace("Delay-Time = 5", "Delay-Time = 9").replace("032405", "032408"))

    imported = home.take_file(again, source=source)

    assert (imported.rated, imported.duplicates, imported.suspended) == (0, 2, {})


@pytest.mark.parametrize(
    ("wrong", "line", "what"),
    [
        ('User-Name = "kari"\n\tTimestamp = 1\n\n', 1, "an attribute stands in the first column"),
        ('\tUser-Name = "kari"\n\n', 1, "an attribute stands before the first record"),
        ("Sat Oct  3 14:00:00 2026\n\tUser-Name kari\n\n", 2, "the line is no attribute"),
        ('Sat Oct  3 14:00:00 2026\n\tUser-Name = "kari\n\n', 2, "a quoted value is not closed"),
        ('Sat Oct  3 14:00:00 2026\n\tUser-Name = "kari"\n', 1, "the last record has no empty"),
        ('Sat Oct  3 14:00:00 2026\n\tUser-Name = "kari"', 2, "the last line has no line end"),
    ],
)
def test_a_radius_file_that_did_not_arrive_whole_is_refused(home, wrong, line, what):
    source = source_of("radius")
    path = home.folder / "detail"
    path.write_text(wrong)

    with pytest.raises(InputRefused) as refused:
        home.take_file(path, source=source)

    assert refused.value.problems[0].line == line
    assert refused.value.problems[0].what.startswith(what)
    assert not UsageFile.objects.exists()


def test_a_carriers_local_latin_1_file(home):
    source = source_of("carrier-semicolon")

    imported = take(home, "carrier_semicolon.csv", source)

    assert (imported.rated, imported.suspended) == (3, {})
    assert list(records()) == [
        ("03 12:00:00", VOICE, "4722000000", 61, 2),
        ("03 13:00:00", VOICE, "49301234567", 65, 3),
        ("25 00:30:00", VOICE, "4722000000", 30, 4),
    ]


def test_a_carriers_file_of_seconds_since_1970(home):
    source = source_of("carrier-utc")

    imported = take(home, "carrier_utc.csv", source)

    assert (imported.rated, imported.suspended) == (2, {})
    assert [(start, called) for start, _, called, _, _ in records()] == [
        ("03 12:00:00", "4722000000"),
        ("03 13:00:00", "902121234567"),
    ]


def test_priced_mobile_records_of_three_kinds_in_one_file(home):
    source = source_of("mobile-priced", country_code='"47"')

    imported = take(home, "mobile_priced.csv", source)

    assert (imported.rated, imported.suspended) == (4, {})
    assert list(
        UsageRecord.objects.order_by("line_number").values_list("usage_type", "quantity", "amount")
    ) == [
        (VOICE, 61, 490_000),
        (SMS, 1, 390_000),
        (DATA, 1_049_088, 2_000_000),
        (DATA, 10_240, 9_766),
    ]


def test_json_lines_say_their_keys_in_any_order(home):
    source = source_of("json-lines", country_code='"47"')

    imported = take(home, "events.jsonl", source)

    assert (imported.rows, imported.rated, imported.suspended) == (3, 3, {})
    assert list(records()) == [
        ("03 12:00:00", VOICE, "4722000000", 61, 1),
        ("03 12:10:00", VOICE, "4722000000", 30, 3),
        ("03 12:20:00", DATA, "", 1_048_576, 4),
    ]


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("{", "it is not JSON: Expecting property name enclosed in double quotes at character 2"),
        ("[1, 2]", "it is no JSON object"),
        ('{"id": "A", "id": "B"}', "it says 'id' twice"),
        ('"text"', "it is no JSON object"),
        ("[" * 100_00 + "]" * 100_00, "the line nests too deeply"),
    ],
)
def test_a_line_that_is_no_json_object_is_refused_with_its_place(home, line, what):
    source = source_of("json-lines")
    good = (SAMPLES / "events.jsonl").read_text().splitlines()[0]

    with pytest.raises(InputRefused) as refused:
        home.take([good, line], header="", source=source, name="events.jsonl")

    assert [(p.line, p.what) for p in refused.value.problems] == [(2, what)]


@pytest.mark.parametrize(
    "said",
    [
        '{"id": "X", "service": "+4790000123", "called": "+4722000000", "quantity": 61}',
        (
            '{"id": "X", "start": "2026-10-03T12:00:00Z", "service": "+4790000123",'
            ' "called": "+4722000000", "quantity": 1e400}'
        ),
        (
            '{"id": "X", "start": "2026-10-03T12:00:00Z", "service": "+4790000123",'
            ' "called": "+4722000000", "quantity": NaN}'
        ),
        (
            '{"id": "X", "start": "2026-10-03T12:00:00Z", "service": "\\u0000\\ud800",'
            ' "called": "+4722000000", "quantity": -1}'
        ),
        (
            '{"id": "X", "start": "2026-10-03T12:00:00Z", "service": ["+4790000123"],'
            ' "called": {"n": 1}, "quantity": true}'
        ),
    ],
)
def test_what_json_says_wrongly_waits_in_suspense(home, said):
    imported = home.take([said], header="", source=source_of("json-lines"), name="e.jsonl")

    assert imported.suspended == {"invalid": 1}
    assert SuspendedUsage.objects.get().raw == said


def test_keys_within_keys_are_named_with_points(home):
    columns = "{start: at.begin, service: who, called: to.number, quantity: [use.up, use.down]}"
    source = source_of("json-lines", country_code='"47"', mapping=f"{{columns: {columns}}}")
    said = (
        '{"id": 7, "at": {"begin": "2026-10-03T12:00:00Z"}, "who": "+4790000123",'
        ' "to": {"number": "22000000"}, "use": {"up": 1, "down": 60}}'
    )

    home.take([said], header="", source=source, name="e.jsonl")

    assert list(records()) == [("03 12:00:00", VOICE, "4722000000", 61, 1)]


def test_a_released_line_is_read_by_its_new_settings(home):
    from billing.usage.services.release_suspended import release_suspended

    source = source_of("json-lines", country_code='"47"')
    said = (
        '{"id": "J", "start": "2026-10-03T12:00:00Z", "service": "+4790000123",'
        ' "called": "22000000", "seconds": 61}'
    )
    home.take([said], header="", source=source, name="e.jsonl")
    source.mapping["columns"]["quantity"] = "seconds"
    source.save()

    released = release_suspended(source=source, now=NOW)

    assert (released.rated, released.suspended) == (1, {})
    assert UsageRecord.objects.get().start_at == datetime(2026, 10, 3, 12, tzinfo=UTC)
