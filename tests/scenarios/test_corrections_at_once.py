"""Re-ratings that run twice at once, beside an import, or are killed: nobody pays twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction

from accounts.models import Account
from billing.usage.rerating.at_work import is_interrupted
from billing.usage.rerating.models import Rerating, UsageReplacement
from core.models import Brand
from tests import make
from tests.scenarios.correction_world import World, broken, event, make_world, run, usage

ROOT = Path(__file__).parents[2]
PEOPLE = 6
# A re-rating as `rerate` makes it, account by account, in a process that may be killed.
RERATE = """
import sys
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
import django
django.setup()
from django.core.management import call_command
from billing.usage.rerating import candidates
candidates.RECORDS_AT_ONCE = 1
call_command("rerate", "--deck", "FJ-VOICE", "--from", "2026-02-01", "--reason", "Read wrongly.")
"""
COMMAND = ("rerate", "--deck", "FJ-VOICE", "--from", "2026-02-01", "--reason", "Read wrongly.")

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def fjord(tmp_path: Path) -> World:
    """Six customers called for 61 s in February, billed, and in March: 1.20 each, not 0.61."""
    brand: Brand = make.make_brand()
    world = make_world(brand, tmp_path, "47")
    deck = world.deck("FJ-VOICE")
    world.rates("FJ-VOICE", "47,0.60,0,60,60,0", since=date(2026, 1, 1))
    plan = world.plan("M", "10.00", voice=deck)
    for n in range(PEOPLE):
        world.customer(f"10020{n}", f"Customer {n}", plan, f"479000020{n}")
    world.bill("2026-02-01")
    world.take(*calls("F", "2026-02-05"))
    world.bill("2026-03-01")
    world.take(*calls("M", "2026-03-05"))
    world.rates("FJ-VOICE", "47,0.60,0,1,1,0")
    return world


def calls(kind: str, day: str) -> list[str]:
    return [
        event(f"{kind}-{n}", f"{day}T12:00:00", quantity=61, service=f"479000020{n}")
        for n in range(PEOPLE)
    ]


def all_is_right(world: World) -> None:
    """Each event costs 0.61, February is adjusted once by − 0.59, nothing is left to do."""
    for n in range(PEOPLE):
        assert (world.cost(f"F-{n}"), world.cost(f"M-{n}")) == (Decimal("0.61"), Decimal("0.61"))
    assert UsageReplacement.objects.count() == PEOPLE
    assert world.rerate("FJ-VOICE") == []
    world.bill("2026-04-01")
    for n in range(PEOPLE):
        lines = usage(f"10020{n}", "2026-04-01")
        assert lines[0] == ("Feb", "voice", "-0.59")
    assert broken() == {}


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What these come to when they begin together."""
    together, found = Barrier(len(acts)), []

    def act(one: Callable[[], object]) -> None:
        together.wait(20)
        try:
            found.append(one())
        finally:
            connection.close()

    threads = [Thread(target=act, args=(one,)) for one in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(found) == len(acts)
    return found


def test_two_at_once_and_an_import_adjust_everybody_once(fjord: World):
    later = calls("L", "2026-03-06")

    found = at_once(lambda: run(*COMMAND), lambda: run(*COMMAND), lambda: fjord.take(*later))

    assert [each[0] for each in found if isinstance(each, tuple)] == [0, 0]
    assert all(fjord.cost(f"L-{n}") == Decimal("0.61") for n in range(PEOPLE))
    all_is_right(fjord)


def test_one_that_is_killed_is_called_again(fjord: World):
    """It waits for the last customer, whom somebody else holds, when it is killed."""
    script = [sys.executable, "-c", RERATE, connection.settings_dict["NAME"]]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
    with transaction.atomic():
        Account.objects.select_for_update().get(number=f"10020{PEOPLE - 1}")
        process = subprocess.Popen(script, cwd=ROOT, env=environment)
        until = time.monotonic() + 60
        while UsageReplacement.objects.count() < PEOPLE - 1 and time.monotonic() < until:
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.wait(20)

    stopped = Rerating.objects.get()
    assert (stopped.state, is_interrupted(stopped)) == ("running", True)
    assert UsageReplacement.objects.count() == PEOPLE - 1
    assert fjord.cost(f"F-{PEOPLE - 1}") == Decimal("1.20")
    code, told = run(*COMMAND)
    goes_on = Rerating.objects.get()
    assert (code, goes_on.pk, goes_on.state) == (0, stopped.pk, "done")
    assert f"Re-rating {stopped.pk}" in told
    assert (goes_on.replaced, goes_on.adjusted) == (PEOPLE, PEOPLE)
    all_is_right(fjord)
