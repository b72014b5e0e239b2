"""A whole usage file is rolled back while nothing of it is billed, and may come again."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.core.management import call_command

from accounts.models import Order
from billing.invoicing.services.run_billing import run_billing
from billing.usage.alerts.models import ExtrasBar
from billing.usage.alerts.spike_models import LineDay
from billing.usage.daily import DailyUsage
from billing.usage.models import SuspendedUsage, UsageFile, UsageRecord, UsageSummary
from billing.usage.services.discard_suspended import discard_suspended
from billing.usage.services.roll_back_file import roll_back_file
from core.audit import all_invariants
from core.errors import DomainError
from tests.billing.usage.api_client import Bringer
from tests.billing.usage.kari import NOW, Kari, amounts, call, hits
from tests.billing.usage.test_alerts_crossed import no_terms
from tests.billing.usage.test_allowances_used import calls, on
from tests.billing.usage.test_spend_caps import set_cap
from tests.news import tell_the_news

CALLS = [call("A-1"), call("A-2", seconds=120), call("A-3", service="+4799999999")]


def roll_back(name: str = "usage.csv", reason: str = "Sent by mistake."):
    file = UsageFile.objects.exclude(state="rolled_back").get(name=name)
    return roll_back_file(file, by_id=None, reason=reason, now=NOW)


def test_nothing_of_a_rolled_back_file_counts_any_more(kari: Kari) -> None:
    kari.take(CALLS)

    done = roll_back()

    file = UsageFile.objects.get()
    assert (done.records, done.suspended, done.accounts) == (2, 1, 1)
    assert (file.state, file.rollback_reason, file.rows) == ("rolled_back", "Sent by mistake.", 3)
    for model in (UsageRecord, UsageSummary, DailyUsage, SuspendedUsage, LineDay):
        assert not model.objects.exists()
    assert hits() == []


def test_a_rolled_back_file_comes_again_as_if_for_the_first_time(kari: Kari) -> None:
    kari.take(CALLS)
    once, days = amounts(), list(LineDay.objects.values())
    roll_back()

    again = kari.take(CALLS)

    assert (again.rated, again.duplicates, again.known) == (2, 0, None)
    assert (amounts(), list(LineDay.objects.values())) == (once, days)
    assert sorted(UsageFile.objects.values_list("state", flat=True)) == ["done", "rolled_back"]
    assert hits() == []


def test_a_duplicate_takes_the_place_of_the_line_that_went(kari: Kari) -> None:
    """A-1 and A-2 came first with one.csv; two.csv says them again, beside its own."""
    kari.take(CALLS, "one.csv")
    kari.take([*CALLS[:2], call("B-1", seconds=30)], "two.csv")

    done = roll_back("one.csv")

    two = UsageFile.objects.get(name="two.csv")
    assert (done.lines_again, done.rated_again) == (2, 2)
    assert (two.rated, two.duplicates, two.quantity_rated) == (3, 0, 211)
    assert hits() == []


def test_a_line_that_contradicted_the_file_is_rated_now(kari: Kari) -> None:
    kari.take([call("A-1", seconds=60)], "one.csv")
    kari.take([call("A-1", seconds=90)], "two.csv")
    assert SuspendedUsage.objects.get().reason == "conflict"

    roll_back("one.csv")

    assert [quantity for quantity, _, _ in amounts()] == [90]
    assert SuspendedUsage.objects.get().state == "released"
    assert hits() == []


def test_discarded_lines_go_with_their_file(kari: Kari) -> None:
    kari.take(CALLS)
    discard_suspended(SuspendedUsage.objects.all(), by_id=None, reason="A test number.", now=NOW)

    roll_back()

    assert not SuspendedUsage.objects.exists()
    assert hits() == []


def test_a_bar_that_only_the_file_asked_for_is_lifted(kari: Kari) -> None:
    on(kari, no_terms)
    now = datetime(2026, 10, 5, 8, tzinfo=UTC)
    set_cap(kari, "block", "3")
    kari.take_file(kari.write(calls(450)), now=now)
    assert ExtrasBar.objects.get().lifted_at is None

    file = UsageFile.objects.get()
    roll_back_file(file, by_id=None, reason="Sent by mistake.", now=now)

    assert ExtrasBar.objects.get().lifted_by == "roll-back of usage.csv"
    assert Order.objects.filter(number__startswith="lift-").count() == 1
    tell_the_news()
    assert [hit for check in all_invariants() for hit in check.check()] == []


def test_billed_usage_is_not_rolled_back_and_the_refusal_names_the_invoice(kari: Kari) -> None:
    kari.take(CALLS)
    run = run_billing(
        brand=kari.brand,
        bill_date=date(2026, 11, 1),
        as_of=date(2026, 11, 3),
        now=datetime(2026, 11, 3, 8, tzinfo=UTC),
    )
    before = amounts()

    with pytest.raises(DomainError) as refused:
        roll_back()

    number = run.invoices.get().number
    assert f"usage of it is on {f'invoice {number}' if number else 'a draft'}" in str(refused.value)
    assert amounts() == before
    assert UsageFile.objects.get().state == "done"


def test_it_is_not_rolled_back_twice_nor_without_a_reason(kari: Kari) -> None:
    kari.take(CALLS)
    with pytest.raises(DomainError, match="Say why"):
        roll_back(reason=" ")
    file = UsageFile.objects.get()
    roll_back()

    with pytest.raises(DomainError, match="was rolled back on 2026-11-02 before"):
        roll_back_file(file, by_id=None, reason="again", now=NOW)


def test_the_command_tries_first_and_then_rolls_back(kari: Kari, capsys) -> None:
    kari.take(CALLS)

    call_command("roll_back_usage", "SWITCH", "usage.csv", "--reason", "Wrong.", "--dry-run")
    tried = capsys.readouterr().out
    assert UsageRecord.objects.count() == 2
    call_command("roll_back_usage", "SWITCH", "usage.csv", "--reason", "Wrong.")

    assert not UsageRecord.objects.exists()
    assert capsys.readouterr().out == tried.replace("Dry run: nothing was stored.\n", "")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("SWITCH", "usage.csv"), 2),
        (("SWITCH", "nothing.csv", "--reason", "Wrong."), 2),
        (("NOBODY", "usage.csv", "--reason", "Wrong."), 2),
    ],
)
def test_the_command_says_what_it_lacks(kari: Kari, arguments, code) -> None:
    kari.take(CALLS)

    with pytest.raises(SystemExit) as stopped:
        call_command("roll_back_usage", *arguments)

    assert stopped.value.code == code
    assert UsageRecord.objects.count() == 2


def test_an_event_over_the_api_takes_the_place_of_the_line_that_went(kari: Kari) -> None:
    """A-1 came with a file, then over the API; the file goes, and the other way round."""
    switch = Bringer(kari.source)
    kari.take(CALLS[:1], "one.csv")
    assert switch.bring(CALLS[0], call("B-1", seconds=30)) == ["duplicate", "accepted"]

    done = roll_back("one.csv")

    brought = UsageFile.objects.get(via_api=True)
    assert (done.lines_again, done.rated_again) == (1, 1)
    assert (brought.rated, brought.duplicates) == (2, 0)
    assert hits() == []
    assert kari.take(CALLS[:2], "two.csv").duplicates == 1

    again = roll_back(brought.name)

    two = UsageFile.objects.get(name="two.csv")
    assert (again.records, again.rated_again) == (2, 1)
    assert (two.rated, two.duplicates) == (2, 0)
    assert hits() == []
