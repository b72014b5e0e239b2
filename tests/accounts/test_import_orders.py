"""Open orders by file: taken down, submitted, accepted as they were, and never twice."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from accounts.models import Acceptance, Order
from core.errors import InputRefused
from core.imports.kinds import kind_of
from core.models import ImportBatch
from core.services.apply_import import apply_import
from core.services.keep_import import start_import
from core.services.revert_import import RevertRefused, revert_import
from tests import make

NOW, TODAY = datetime(2026, 11, 3, 8, tzinfo=UTC), date(2026, 11, 3)
HEADER = (
    "brand,account,order,wanted_on,state,language,item,subscription,plan,code,number,label,"
    "accepted_at,accepted_by,method,evidence\n"
)
PROOF = "2026-11-01,Kari Nordmann,signature,Archive 7/42"
ORDERS = HEADER + (
    f"fjordtel,100123,O-1,2026-12-01,accepted,en,new_subscription,,MOBIL20,MOB-2,4790000155,"
    f"The cottage,{PROOF}\n"
    f"fjordtel,100123,O-1,2026-12-01,accepted,en,pause,MOB-1,,,,,{PROOF}\n"
    "fjordtel,100123,O-2,2026-12-01,submitted,en,plan_change,MOB-1,MOBIL20,,,,,,,\n"
    "fjordtel,100123,O-3,,,,cancel,MOB-1,,,,,,,,\n"
)


@pytest.fixture
def kari(fjordtel):
    account = make.make_account(fjordtel)
    make.make_subscription(account, make.make_plan(fjordtel, "MOBIL10"), "MOB-1")
    make.make_plan(fjordtel, "MOBIL20", "399.00")
    return account


def take_in(text: str) -> ImportBatch:
    batch = start_import(
        "orders", text.encode(), file="orders.csv", now=NOW, state=ImportBatch.State.APPLYING
    )
    return apply_import(batch.pk, channel="command", now=NOW, as_of=TODAY)


def refusals(text: str) -> list[str]:
    with pytest.raises(InputRefused) as refused:
        take_in(text)
    return [f"{problem.line}: {problem.what}" for problem in refused.value.problems]


def test_orders_stand_where_they_stood_in_the_system_before(kari):
    batch = take_in(ORDERS)

    accepted, submitted, draft = Order.objects.order_by("number")
    acceptance = Acceptance.objects.get()
    assert (accepted.state, submitted.state, draft.state) == ("accepted", "submitted", "draft")
    assert [item.kind for item in accepted.items.all()] == ["new_subscription", "pause"]
    assert accepted.items.first().details == {"number": "4790000155", "label": "The cottage"}
    assert (acceptance.accepted_by, acceptance.evidence) == ("Kari Nordmann", "Archive 7/42")
    assert acceptance.accepted_at.date() == date(2026, 11, 1)
    assert draft.wanted_on == TODAY
    assert submitted.summaries.count() == 1
    assert batch.new == 3


def test_the_same_file_again_changes_nothing_and_orders_only_move_on(kari):
    take_in(ORDERS)

    again = take_in(ORDERS)
    later = take_in(ORDERS.replace("O-3,,,", "O-3,,submitted,"))

    assert (again.new, again.changed, again.unchanged) == (0, 0, 3)
    assert (later.changed, later.unchanged) == (1, 2)
    assert later.report["rows"]["changed"][0]["changes"] == [
        {"name": "state", "before": "draft", "after": "submitted"}
    ]


def row(**cells: str) -> str:
    usual = {
        "brand": "fjordtel", "account": "100123", "order": "O-9", "item": "plan_change",
        "subscription": "MOB-1", "plan": "MOBIL20",
    }  # fmt: skip
    names = HEADER.strip().split(",")
    return ",".join((usual | cells).get(name, "") for name in names) + "\n"


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"account": "999"}, "order O-9: account 999 is not one of brand fjordtel"),
        ({"subscription": "MOB-7"}, "order O-9: subscription MOB-7 is not one of account 100123"),
        ({"plan": "GOLD"}, "order O-9: plan GOLD is not one of fjordtel"),
        ({"item": "wish"}, "item 'wish' is not known"),
        ({"state": "accepted"}, "order O-9: an accepted order says accepted_at"),
        ({"evidence": "Archive"}, "order O-9: only an accepted order has evidence"),
        ({"plan": ""}, "order O-9: "),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_nothing_is_stored(kari, cells, problem):
    told = refusals(HEADER + row().replace("O-9", "O-8") + row(**cells))

    assert any(each.startswith("3: ") and problem in each for each in told), told
    assert not Order.objects.exists()


def test_rows_of_one_order_say_the_same(kari):
    told = refusals(HEADER + row(wanted_on="2026-12-01") + row(wanted_on="2026-12-02"))

    assert "3: order O-9: wanted_on differs from the order's first row, line 2" in told


def test_an_order_that_is_there_with_other_items_is_refused(kari):
    take_in(HEADER + row())

    told = refusals(HEADER + row(item="pause", plan=""))

    assert told == [
        "2: order O-9: It is there already with other items: give this one another number"
    ]


def test_drafts_are_reverted_and_what_was_shown_to_customers_is_not(kari):
    drafts = take_in(HEADER + row())
    shown = take_in(HEADER + row(order="O-10", state="submitted"))

    revert_import(drafts.pk, user=None, channel="command", now=NOW)
    with pytest.raises(RevertRefused):
        revert_import(shown.pk, user=None, channel="command", now=NOW)

    assert Order.objects.get().number == "O-10"


def test_every_field_of_the_wizard_is_a_column_of_the_file(kari):
    fields = [field.name for field in kind_of("orders").fields]

    assert take_in(",".join(fields) + "\n").new == 0
