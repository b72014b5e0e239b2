"""Events that come over the API are taken in as lines of files are, and each is told its fate."""

from __future__ import annotations

import gzip
import json

import pytest
from django.core.cache import cache
from django.test import Client

from billing.usage.models import SuspendedUsage, UsageFile, UsageFileSlice, UsageRecord
from billing.usage.slices import bytes_of
from tests import make
from tests.billing.usage.api_client import USAGE, Bringer, event_of
from tests.billing.usage.kari import amounts, call, forget, hits, summaries
from tests.billing.usage.mending import BO, ITALY, add_bo, release

COUNTS = ("rows", "rated", "duplicates", "suspended", "quantity", "quantity_rated")


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


@pytest.fixture
def switch(kari):
    return Bringer(kari.source)


def test_an_event_is_rated_and_summed_up_before_the_answer_comes(kari, switch):
    answer = switch.send({"events": [event_of(call())]})

    assert answer.status_code == 200
    assert answer.json() == {
        "source": "SWITCH", "accepted": 1, "duplicate": 0, "suspended": 0, "conflict": 0,
        "rejected": 0, "results": [{"index": 0, "id": "A-1", "status": "accepted"}],
    }  # fmt: skip
    assert amounts() == [(61, 61, 1_488_167)]
    assert [row[5:9] for row in summaries()] == [(1, 61, 61, 1_488_167)]
    assert hits() == []


def test_each_event_is_told_what_became_of_it(kari, switch):
    kari.take([call("A-1"), call("A-2")])
    events = [
        event_of(call("A-1")),
        event_of(call("A-2", seconds=99)),
        event_of(call("A-3")),
        event_of(call("A-4", service=BO)),
        {"id": "A-5", "start": "2026-10-03T12:00:00Z"},
        event_of(call("A-6", start="yesterday")),
        event_of(call("A-3")),
        "A-7",
    ]

    told = switch.send(events).json()

    assert [result["status"] for result in told["results"]] == [
        "duplicate", "conflict", "accepted", "suspended", "rejected", "suspended", "duplicate",
        "rejected",
    ]  # fmt: skip
    assert {name: told[name] for name in ("accepted", "duplicate", "suspended", "conflict")} == {
        "accepted": 1, "duplicate": 2, "suspended": 2, "conflict": 1,
    }  # fmt: skip
    assert told["results"][3] == {
        "index": 3, "id": "A-4", "status": "suspended", "reason": "unknown_service",
        "detail": "nobody has the number +4790000200 or 4790000200",
        "remedy": "give it to a subscription (import_accounts)",
    }  # fmt: skip
    assert told["results"][4]["detail"] == "it says no service"
    assert told["results"][7] == {
        "index": 7, "id": "", "status": "rejected", "detail": "it is no object",
        "remedy": "write an event as {…}",
    }  # fmt: skip
    assert UsageRecord.objects.count() == 3
    assert hits() == []


def test_a_request_may_be_repeated_as_it_is(kari, switch):
    lines = [call(f"A-{index}", seconds=index) for index in range(20)] + [call("B", service=BO)]

    first = switch.bring(*lines)
    before = amounts(), summaries()
    second = switch.send([event_of(line) for line in lines]).json()

    assert first == ["accepted"] * 20 + ["suspended"]
    assert second["duplicate"] == 21
    assert second["results"][20]["reason"] == "unknown_service"
    assert "nobody has the number" in second["results"][20]["detail"]
    assert (amounts(), summaries()) == before
    assert SuspendedUsage.objects.count() == 1
    assert hits() == []


def test_files_and_requests_in_any_mixture_leave_the_same(kari, switch):
    numbers = ("+4722000000", "+4790000000", "+905321234567", ITALY)
    lines = [
        call(
            f"A-{index}",
            start=f"2026-{9 + index % 3:02}-{1 + index % 28:02}T12:{index % 60:02}:00+02:00",
            called=numbers[index % 4],
            seconds=-1 if index % 10 == 3 else index * 7 % 400,
        )
        for index in range(200)
    ]
    kari.take(lines)
    wanted = amounts(), summaries(), SuspendedUsage.objects.count()
    forget()

    switch.bring(*lines[:70])
    kari.take(lines[50:150])
    switch.bring(*lines[140:], *lines[:10])

    assert (sorted(amounts()), summaries(), SuspendedUsage.objects.count()) == (
        sorted(wanted[0]), *wanted[1:],
    )  # fmt: skip
    assert hits() == []


def test_what_came_over_the_api_on_a_day_is_a_file_whose_counts_add_up(kari, switch):
    switch.bring(call("A-1"), call("A-2", service=BO))
    switch.bring(call("A-2", service=BO), call("A-3", seconds=9))

    file = UsageFile.objects.get()
    parts = UsageFileSlice.objects.order_by("position")

    assert file.via_api
    assert file.name.startswith("API 20")
    assert [getattr(file, name) for name in COUNTS] == [4, 2, 1, 1, 192, 70]
    assert list(parts.values_list("first_line", "last_line")) == [(1, 2), (3, 4)]
    assert json.loads(bytes_of(file).splitlines()[3]) == event_of(call("A-3", seconds=9))
    assert file.size == len(bytes_of(file))


def test_after_many_requests_a_day_has_another_file(kari, switch, monkeypatch):
    monkeypatch.setattr("billing.usage.services.next_api_part.PARTS_MAX", 2)

    for index in range(5):
        switch.bring(call(f"A-{index}"))

    names = UsageFile.objects.order_by("pk").values_list("name", flat=True)
    day = names[0]
    assert list(names) == [day, f"{day} (2)", f"{day} (3)"]
    assert UsageRecord.objects.count() == 5
    assert hits() == []


def test_a_line_in_suspense_is_released_as_one_of_a_file(kari, switch):
    switch.bring(call("A-1"), call("A-2", service=BO), call("A-3", start="never"))
    add_bo(kari)

    release(kari)

    states = dict(SuspendedUsage.objects.values_list("raw", "state"))
    assert {json.loads(raw)["id"]: state for raw, state in states.items()} == {
        "A-2": "released", "A-3": "open",
    }  # fmt: skip
    assert UsageRecord.objects.count() == 2
    assert switch.bring(call("A-2", service=BO)) == ["duplicate"]
    assert hits() == []


def test_an_event_without_id_is_known_by_what_it_says_if_files_carry_no_ids(kari):
    columns = {name: name for name in ("start", "service", "called")} | {"quantity": "seconds"}
    source = make.make_source(kari.brand, "NOIDS", mapping={"columns": columns})
    line = call().partition(",")[2]
    event = event_of(call())
    del event["id"]
    kari.take([line], header="start,service,called,seconds", source=source)

    answer = Bringer(source).send([event]).json()

    assert answer["results"] == [{"index": 0, "id": "", "status": "duplicate"}]


def test_an_event_without_id_is_rejected_otherwise(kari, switch):
    answers = switch.send(
        [{**event_of(call()), "id": own_id} for own_id in ("", " ", None)]
    ).json()  # fmt: skip

    assert {result["detail"] for result in answers["results"]} == {"it has no id"}
    assert not UsageFile.objects.exists()


def test_numbers_may_be_numbers_or_texts(kari, switch):
    event = event_of(call())

    first = switch.send([event | {"quantity": 61, "called": 4722000000, "service": 4790000123}])
    second = switch.send([event | {"service": "4790000123"}])

    assert first.json()["accepted"] == 1
    assert second.json()["conflict"] + second.json()["duplicate"] == 1
    assert amounts() == [(61, 61, 1_488_167)]


def test_a_figure_with_decimals_is_read_by_the_sources_decimal_sign(kari):
    mapping = kari.source.mapping | {"decimal_sign": ","}
    mapping["columns"] = mapping["columns"] | {"price": "price"}
    source = make.make_source(kari.brand, "COMMA", mapping=mapping)
    event = event_of(call())

    answer = Bringer(source).send([event | {"price": 1.25}, event | {"id": "A-2", "price": "1,25"}])

    assert answer.json()["accepted"] == 2
    assert {amount for _, _, amount in amounts()} == {1_250_000}


def test_a_correction_takes_its_record_back(kari):
    mapping = kari.source.mapping | {"corrections": ["storno"]}
    mapping["columns"] = mapping["columns"] | {"kind": "kind", "corrects": "corrects"}
    kari.source.mapping = mapping
    kari.source.save()
    switch = Bringer(kari.source)
    kari.take([call("A-1") + ",,"], header="id,start,service,called,seconds,kind,corrects")

    answer = switch.send(
        [event_of(call("S-1", seconds="")) | {"kind": "storno", "corrects": "A-1"}]
    )

    assert answer.json()["accepted"] == 1
    assert sum(amount for _, _, amount in amounts()) == 0
    assert hits() == []


def test_one_event_a_line_will_do_and_a_bad_line_sinks_no_other(kari, switch):
    good, other = (json.dumps(event_of(call(own_id))) for own_id in ("A-1", "A-2"))
    body = f"{good}\n\n{{nonsense\r\n{other}".encode()

    told = switch.send(body, "application/x-ndjson").json()

    assert [result["status"] for result in told["results"]] == ["accepted", "rejected", "accepted"]
    assert told["results"][1]["detail"].startswith("it is not JSON")


@pytest.mark.parametrize(
    ("said", "detail"),
    [
        ('{"id": "1", "id": "2"}', "it says 'id' twice"),
        ('{"id": {"a": 1}}', "its id is neither a text nor a number"),
        ('{"id": true}', "its id is neither a text nor a number"),
        ('{"id": "1", "duration": 5}', "it says 'duration'"),
        ('{"id": "%s"}' % ("x" * 201), "its id has more than 200 characters"),
        ('{"id": "1", "start": "%s"}' % ("x" * 1001), "its start has more than 1,000 characters"),
        ("[]", "it is no object"),
        ("null", "it is no object"),
        ("7", "it is no object"),
    ],
)
def test_an_event_that_can_t_be_kept_says_why(kari, switch, said, detail):
    body = f'{{"events": [{said}, {json.dumps(event_of(call()))}]}}'.encode()

    told = switch.send(body).json()

    assert (told["rejected"], told["accepted"]) == (1, 1)
    assert told["results"][0]["detail"] == detail
    assert told["results"][0]["remedy"]


def test_what_no_database_stores_is_replaced(kari, switch):
    body = json.dumps([event_of(call("A\x00\ud800"))]).encode()

    told = switch.send(body).json()

    assert told["results"][0] == {"index": 0, "id": "A\ufffd?", "status": "accepted"}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b'"text"', 400),
        (b"{}", 400),
        (b'{"events": 5}', 400),
        (b'{"events": [], "more": 1}', 400),
        (b'{"events": [], "source": []}', 400),
        (b"[" * 100_000, 400),
        (b'{"events": [], "source": "OTHER"}', 404),
        (b'{"events": [], "source": "SWITCH"}', 200),
        (b"[]", 200),
        (b"[" + b"1," * 10_000 + b"1]", 413),
        (b" " * (16 * 2**20 + 1), 413),
    ],
)
def test_a_body_that_is_no_list_of_events_is_refused_whole(kari, switch, body, status):
    answer = switch.send(body)

    assert answer.status_code == status
    assert (answer["Content-Type"] == "application/problem+json") == (status != 200)
    assert not UsageFile.objects.exists()


def test_a_body_may_be_packed(kari, switch):
    body = json.dumps([event_of(call())]).encode()

    answer = switch.send(gzip.compress(body), content_encoding="gzip")

    assert answer.json()["accepted"] == 1


@pytest.mark.parametrize(
    ("body", "packing", "status"),
    [
        (gzip.compress(b" " * (17 * 2**20), mtime=0), "gzip", 413),
        (gzip.compress(b"[]", mtime=0)[:-3], "gzip", 400),
        (gzip.compress(b"[]", mtime=0) + b"x", "gzip", 400),
        (b"[]", "gzip", 400),
        (b"[]", "br", 415),
    ],
)
def test_a_packed_body_that_is_too_large_or_damaged_is_refused(kari, switch, body, packing, status):
    assert switch.send(body, content_encoding=packing).status_code == status


def test_a_form_is_no_usage(kari, switch):
    assert switch.client.post(USAGE, {"id": "1"}).status_code == 415
    assert switch.client.get(USAGE).status_code == 405


def test_the_address_holds_with_and_without_a_slash(kari, switch):
    for address in (USAGE, f"{USAGE}/"):
        assert switch.client.post(address, b"[]", "application/json").status_code == 200


def test_a_key_brings_usage_of_its_own_source_alone(kari, northwind):
    theirs = Bringer(make.make_source(northwind, "THEIRS"))
    other = Bringer(make.make_source(kari.brand, "OTHER"))

    answers = [
        bringer.send({"source": "SWITCH", "events": [event_of(call())]})
        for bringer in (theirs, other)
    ]
    nowhere = theirs.send({"source": "NOWHERE", "events": [event_of(call())]})

    assert {(answer.status_code, answer.content) for answer in (*answers, nowhere)} == {
        (404, nowhere.content)
    }
    assert theirs.bring(call()) == ["suspended"]
    assert other.bring(call()) == ["accepted"]


def test_another_brands_host_and_a_wrong_key_are_refused(kari, northwind):
    source = make.make_source(northwind, "THEIRS")
    stranger = Client(headers={"host": "staff.localhost", "authorization": "Bearer tl_x_y"})

    assert Bringer(source, "fjordtel.localhost").send([]).status_code == 401
    assert stranger.post(USAGE, b"[]", "application/json").status_code == 401


def test_too_many_requests_are_told_when_to_come_again(kari, switch, settings):
    settings.API_BRINGING_RATE = 2

    answers = [switch.send([]) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 0 < int(answers[2]["Retry-After"]) <= 60
