"""Suspense by cause: seen at a glance, tried before it is released, discarded and taken up."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.management import call_command

from billing.usage.models import SuspendedUsage, UsageFile, UsageSummary
from billing.usage.quantity_words import quantities_in_words
from billing.usage.services.discard_suspended import discard_suspended, take_up_again
from billing.usage.services.release_suspended import release_suspended
from billing.usage.services.try_release import try_release
from billing.usage.suspense import causes_of
from core.errors import DomainError
from tests.billing.usage.kari import NOW, Kari, call, hits
from tests.billing.usage.mending import BO, ITALY, add_bo, add_italy

LINES = [
    call("A-1", seconds=60),
    call("B-1", service=BO, seconds=100),
    call("B-2", service=BO, seconds=20, start="2026-10-01T12:00:00Z"),
    call("I-1", called=ITALY, seconds=30),
]


def open_causes() -> list[tuple[str, int, dict[int, int]]]:
    found = causes_of(SuspendedUsage.objects.all())
    return [(each.reason, each.lines, dict(each.units)) for each in found]


def test_lines_that_one_mend_helps_are_one_cause(kari: Kari) -> None:
    """One call of 60 s is rated, at 0.01 a second and what its start costs: others likewise."""
    kari.take(LINES)
    price = UsageSummary.objects.get().amount

    first, second = causes_of(SuspendedUsage.objects.all())

    assert (first.reason, first.cause) == ("unknown_service", f"number +{BO.strip('+')}")
    assert (first.lines, first.units, first.oldest) == (
        2,
        {1: 120},
        datetime(2026, 10, 1, 12, tzinfo=UTC),
    )
    assert first.at_risk == 2 * price
    assert (second.reason, second.lines, second.units) == ("no_rate", 1, {1: 30})


def test_units_of_each_usage_type_count_apart(kari: Kari) -> None:
    """Bo's 100 s, two messages and 5,000 bytes come by one source: bytes are no seconds. Only
    calls have an average price yet, so that what the rest would cost is unknown."""
    kari.source.mapping["columns"]["type"] = "type"
    kari.source.save()
    header = "id,start,service,called,seconds,type"
    lines = [
        call("A-1", seconds=60) + ",voice",
        call("B-1", service=BO, seconds=100) + ",voice",
        call("B-2", service=BO, seconds=2) + ",sms",
        call("B-3", service=BO, seconds=5_000) + ",data",
        call("B-4", service=BO, seconds=9) + ",fax",
    ]

    kari.take(lines, header=header)

    bo, fax = causes_of(SuspendedUsage.objects.all())
    assert (bo.lines, dict(bo.units), bo.at_risk) == (3, {1: 100, 2: 2, 3: 5_000}, None)
    assert (fax.reason, dict(fax.units), fax.at_risk) == ("invalid", {}, None)
    assert quantities_in_words(bo.units.items()) == "1:40, 2 messages, 4.88\xa0kB"


def test_a_trial_says_to_the_oere_what_the_release_does(kari: Kari) -> None:
    kari.take(LINES)
    add_bo(kari)
    before = UsageSummary.objects.get().amount

    tried = try_release(source=kari.source, now=NOW)

    assert open_causes() == [("unknown_service", 2, {1: 120}), ("no_rate", 1, {1: 30})]
    released = release_suspended(source=kari.source, now=NOW)
    said = {effect.account.pk: (effect.before, effect.after) for effect in tried.effects}
    done = dict.fromkeys(UsageSummary.objects.values_list("account_id", flat=True), 0)
    for account, amount in UsageSummary.objects.values_list("account_id", "amount"):
        done[account] += amount
    for account, (was, will_be) in said.items():
        assert will_be == done[account]
        assert was == (before if account == kari.account.pk else 0)
    assert (tried.totals.rated, tried.totals.amounts) == (released.rated, released.amounts)
    assert hits() == []


def test_only_the_mended_cause_is_released(kari: Kari) -> None:
    kari.take(LINES)
    add_bo(kari)
    add_italy(kari)
    cause = SuspendedUsage.objects.get(reason="no_rate").cause

    released = release_suspended(source=kari.source, now=NOW, cause=cause)

    assert (released.rows, released.rated) == (1, 1)
    assert open_causes() == [("unknown_service", 2, {1: 120})]
    assert hits() == []


def test_discarded_lines_are_counted_apart_and_may_be_taken_up_again(kari: Kari) -> None:
    kari.take(LINES)
    lines = SuspendedUsage.objects.filter(reason="unknown_service")

    assert discard_suspended(lines, by_id=None, reason="Test calls.", now=NOW) == 2

    file = UsageFile.objects.get()
    assert (file.suspended, file.discarded, file.quantity_discarded) == (1, 2, 120)
    assert open_causes() == [("no_rate", 1, {1: 30})]
    assert hits() == []
    assert kari.take(LINES[1:3], "again.csv").duplicates == 2
    assert take_up_again(lines) == 2
    file.refresh_from_db()
    assert (file.suspended, file.discarded, file.quantity_suspended) == (3, 0, 150)
    assert hits() == []


@pytest.mark.parametrize("reason", ["", "  ", "x" * 201])
def test_lines_are_not_discarded_without_a_reason(kari: Kari, reason: str) -> None:
    kari.take(LINES)

    with pytest.raises(DomainError, match="reason"):
        discard_suspended(SuspendedUsage.objects.all(), by_id=None, reason=reason, now=NOW)

    assert UsageFile.objects.get().discarded == 0


def test_the_commands_list_try_and_discard_by_cause(kari: Kari, capsys) -> None:
    kari.take(LINES)
    add_bo(kari)
    with pytest.raises(SystemExit):
        call_command("release_suspended", "SWITCH", "--causes")
    listed = capsys.readouterr().out
    assert "unknown_service | number" in listed
    assert "2 lines | oldest 2026-10-01" in listed
    cause = SuspendedUsage.objects.filter(reason="unknown_service").first().cause

    call_command("release_suspended", "SWITCH", "--cause", cause, "--dry-run")

    assert "before" in capsys.readouterr().out
    assert open_causes()[0][1] == 2
    call_command("discard_suspended", "SWITCH", "--cause", cause, "--reason", "Test calls.")
    assert open_causes() == [("no_rate", 1, {1: 30})]
    call_command("discard_suspended", "SWITCH", "--cause", cause, "--undo")
    assert open_causes()[0] == ("unknown_service", 2, {1: 120})
    with pytest.raises(SystemExit) as stopped:
        call_command("discard_suspended", "SWITCH", "--cause", cause)
    assert stopped.value.code == 1
