"""The CSV form: one line for each subscription, lines of one account side by side."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.models import Account, Person, Subscription, SubscriptionPlan
from core.errors import InputRefused
from tests.accounts.conftest import KARI, TakeIn, counts

HEADER = (
    "brand,number,name,bill_day,city,country,person_name,person_email,subscription,plan,"
    "starts_on,service_number\n"
)
ACCOUNT = "fjordtel,100123,Kari Nordmann,15,Oslo,NO,Kari Nordmann,kari@example.com"
TWO_LINES = (
    f"{HEADER}{ACCOUNT},MOB-1,MOBIL10,2026-01-01,4790000123\n"
    f"{ACCOUNT},MOB-2,MOBIL20,2026-02-01,4790000124\n"
)


def test_lines_of_one_account_are_its_subscriptions(take_in: TakeIn) -> None:
    take_in(TWO_LINES, is_csv=True)

    kari = Account.objects.get()
    assert (kari.bill_day, kari.city, kari.opened_on) == (15, "Oslo", date(2026, 1, 1))
    assert Person.objects.get().email == "kari@example.com"
    assert [
        (line.code, line.plan_history.get().plan.code, line.numbers.get().number.number)
        for line in Subscription.objects.order_by("code")
    ] == [("MOB-1", "MOBIL10", "4790000123"), ("MOB-2", "MOBIL20", "4790000124")]


def test_the_same_file_again_changes_nothing(take_in: TakeIn) -> None:
    take_in(TWO_LINES, is_csv=True)

    assert not take_in(TWO_LINES, is_csv=True).has_changes


def test_an_account_may_have_no_subscription(take_in: TakeIn) -> None:
    take_in(f"{HEADER}{ACCOUNT},,,,\n", is_csv=True)

    assert Account.objects.count() == 1
    assert not Subscription.objects.exists()


def test_a_file_without_dates_leaves_histories_as_they_are(take_in: TakeIn) -> None:
    """YAML changed the plan since; the CSV still says what it is now, so nothing happens."""
    take_in()
    csv = f"{HEADER}{ACCOUNT},MOB-1,MOBIL20,2026-01-01,4790000123\n"

    report = take_in(csv, is_csv=True)

    assert SubscriptionPlan.objects.count() == 2
    assert counts(report)["plan histories"] == (0, 0, 1)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("MOB-1,MOBIL10,2026-01-01,", "has plan MOBIL20, not MOBIL10, and CSV names no date"),
        ("MOB-1,MOBIL20,2026-01-01,4790000999", "has 4790000123, not 4790000999, and CSV names"),
    ],
)
def test_a_change_needs_a_date_and_so_yaml(take_in: TakeIn, line: str, said: str) -> None:
    take_in(KARI)

    with pytest.raises(InputRefused) as refused:
        take_in(f"{HEADER}{ACCOUNT},{line}\n", is_csv=True)

    [problem] = refused.value.problems
    assert (problem.line, said in problem.what) == (2, True), str(problem)
    assert problem.remedy.startswith("write it in YAML")


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (f"{TWO_LINES}fjordtel,5,Bo\n", 4, "3 fields where the header has 12"),
        (HEADER.replace("name,", "", 1), 1, "missing columns: name"),
        (HEADER.replace("city", "town"), 1, "'town' is not a known column"),
        (TWO_LINES.replace("15,Oslo", "14,Oslo", 1), 3, "bill_day is '15', but '14' on line 2"),
        (f"{HEADER}{ACCOUNT},,MOBIL10,,\n", 2, "the line names no subscription"),
        (f"{HEADER}{ACCOUNT},MOB-1,MOBIL99,2026-01-01,\n", 2, "plan 'MOBIL99' is not one of"),
        (f"{HEADER}{ACCOUNT},MOB-1,MOBIL10,2026-13-01,\n", 2, "'2026-13-01' is not a date"),
        (f"{HEADER}{ACCOUNT},MOB-1,MOBIL10,,\n", 2, "starts_on is missing"),
        (TWO_LINES.replace("MOB-2", "MOB-1"), 3, "stands twice, first on line 2"),
        (f'{HEADER}"{ACCOUNT}\n', 2, "broken CSV"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    take_in: TakeIn, text: str, line: int, said: str
) -> None:
    with pytest.raises(InputRefused) as refused:
        take_in(text, is_csv=True)

    assert line in [problem.line for problem in refused.value.problems if said in problem.what]
    assert not Account.objects.exists()
