"""A web server killed at its work: whoever asks again until the answer comes is served once."""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection

from billing.usage.allowances.models import AllowanceBalance
from billing.usage.models import UsageFile, UsageRecord
from tests import make
from tests.bench.server import Caller, serving
from tests.billing.usage.api_client import USAGE, event_of, token_of
from tests.billing.usage.kari import Kari, call, forget, hits, summaries
from tests.billing.usage.test_allowances_used import plan_with

PEOPLE, EVENTS_A_REQUEST, ANSWERS_A_KILL = 6, 60, 3
TRIES_MAX, ROUNDS_MAX = 2_000, 20
PATIENCE_SECONDS = 5

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(kari: Kari) -> Kari:
    """Lines of accounts of their own, 600 s included each; a plan charges beyond."""
    cache.clear()
    plan = plan_with(kari, lambda version: make.make_allowance(version, quantity=600))
    for n in range(PEOPLE):
        account = make.make_account(kari.brand, f"2000{n:02}", f"Customer {n}")
        make.make_subscription(account, plan, number=f"47910000{n:02}")
    return kari


def calls(count_of: int) -> list[str]:
    """Calls of all people in no order of time, every twentieth without an owner."""
    lines = [
        call(
            f"K-{n}",
            start=f"2026-10-{n % 28 + 1:02}T{n % 24:02}:{n % 60:02}:00Z",
            seconds=10 + n % 90,
            service="+4799999999" if n % 20 == 7 else f"+47910000{n % PEOPLE:02}",
        )
        for n in range(count_of)
    ]
    random.Random(3).shuffle(lines)
    return lines


def outcome() -> tuple[object, ...]:
    """Every record with what its allowance covers, sums, and what is used of each allowance."""
    records = UsageRecord.objects.order_by("key").values_list("key", "amount", "covered")
    used = AllowanceBalance.objects.order_by("subscription").values_list("subscription", "used")
    return list(records), summaries(), list(used)


def workers(port: int) -> list[int]:
    """The processes that answer at this port, without the one that watches over them."""
    found = []
    for folder in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            words = (folder / "cmdline").read_bytes().split(b"\0")
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if f"127.0.0.1:{port}".encode() in words and parent != os.getpid():
                found.append(int(folder.name))
    return found


def ask_until_answered(port: int, token: str, lines: list[str]) -> int:
    """Send a request's events again until an answer comes; how often it was cut off."""
    body = json.dumps({"events": [event_of(line) for line in lines]}).encode()
    for tries in count():
        try:
            told = json.loads(Caller(port, token).post(USAGE, body))
        except (OSError, http.client.HTTPException):
            assert tries < TRIES_MAX
            time.sleep(0.02)
        else:
            assert len(told["results"]) == len(lines)
            return tries
    raise AssertionError


@dataclass
class Fight:
    """Clients that ask, and somebody who kills who answers. `cut` has for each answer how often it
    was cut off before it came."""

    port: int
    token: str
    chance: random.Random
    cut: list[int] = field(default_factory=list)
    kills: int = 0

    def ask(self, lines: list[str]) -> None:
        self.cut.append(ask_until_answered(self.port, self.token, lines))

    def bring(self, requests: list[list[str]]) -> None:
        # What was answered may come again: all of it does until a kill has met a request.
        for _ in range(ROUNDS_MAX):
            for request in requests:
                self.ask(request)
            if sum(self.cut):
                return

    def fire(self, is_over: threading.Event) -> None:
        answered = 0
        while not is_over.wait(self.chance.uniform(0.005, 0.1)):
            # A worker takes a while to start: only where some answer is there another one killed.
            if len(self.cut) < answered + ANSWERS_A_KILL or not (found := workers(self.port)):
                continue
            answered = len(self.cut)
            with suppress(ProcessLookupError):
                os.kill(self.chance.choice(found), signal.SIGKILL)
                self.kills += 1


def bring_under_fire(fight: Fight, lines: list[str]) -> None:
    """Bring all lines by two clients while workers are killed at random."""
    firsts = range(0, len(lines), EVENTS_A_REQUEST)
    requests = [lines[first : first + EVENTS_A_REQUEST] for first in firsts]
    is_over = threading.Event()
    gun = threading.Thread(target=fight.fire, args=(is_over,))
    clients = [threading.Thread(target=fight.bring, args=(requests[n::2],)) for n in range(2)]
    for thread in (gun, *clients):
        thread.start()
    for client in clients:
        client.join()
    is_over.set()
    gun.join()
    assert len(fight.cut) >= len(requests)
    assert fight.kills


def is_alone() -> bool:
    """Whether nobody else is at the database: what a killed process had begun is undone then."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        return cursor.fetchone() == (0,)


def compare(people: Kari, lines: list[str], seed: int) -> int:
    """Bring lines under fire, then the same as one file: what stands is the same; cut answers."""
    with serving(workers=2) as port:
        fight = Fight(port, token_of(people.source), random.Random(seed))
        bring_under_fire(fight, lines)
    end = time.monotonic() + PATIENCE_SECONDS
    while not is_alone() and time.monotonic() < end:
        time.sleep(0.05)
    came = outcome()
    assert hits() == []
    assert sum(UsageFile.objects.values_list("rated", flat=True)) == UsageRecord.objects.count()
    AllowanceBalance.objects.all().delete()
    forget()
    people.take(lines)
    assert came == outcome()
    return sum(fight.cut)


def test_requests_cut_off_by_kills_are_taken_in_once_when_they_come_again(people):
    lines = calls(600)

    cut = compare(people, lines, seed=1)

    assert cut > 0
    assert UsageRecord.objects.count() == 570


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(3))
def test_many_requests_cut_off_by_kills_are_taken_in_once(people, seed):
    assert compare(people, calls(6_000), seed=seed) > 3
