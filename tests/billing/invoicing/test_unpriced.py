"""What bills can't price yet parks the account and says which plan and what; others are billed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from billing.invoicing.models import BillRunAccount
from billing.invoicing.services.run_billing import run_billing
from core.models import Brand
from tests import make

NOW = datetime(2026, 11, 3, 8, tzinfo=UTC)
SEPTEMBER, OCTOBER, NOVEMBER = date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)
DECEMBER = date(2026, 12, 1)


def bill(brand: Brand, day: date = NOVEMBER) -> dict[str, BillRunAccount]:
    run = run_billing(brand=brand, bill_date=day, as_of=day + timedelta(days=2), now=NOW)
    return {row.account.number: row for row in run.accounts.select_related("account")}


def test_what_was_billed_elsewhere_parks_nobody(fjordtel: Brand) -> None:
    plan = make.make_plan(fjordtel, starts_on=NOVEMBER)
    make.publish(make.make_draft(plan, SEPTEMBER))
    make.publish(make.make_draft(plan, OCTOBER, adoption="new_only"))
    kari = make.make_account(fjordtel, billed_until=NOVEMBER)
    make.make_subscription(kari, plan, starts_on=SEPTEMBER)

    assert bill(fjordtel)["100123"].state == "issued"


@pytest.mark.parametrize(
    ("taken", "state"), [(SEPTEMBER, "parked"), (OCTOBER, "issued"), (date(2026, 10, 9), "issued")]
)
def test_a_version_for_new_customers_parks_those_who_were_there_before(
    fjordtel: Brand, taken: date, state: str
) -> None:
    plan = make.make_plan(fjordtel, starts_on=SEPTEMBER)
    new_only = make.make_draft(plan, OCTOBER, adoption="new_only")
    make.make_charge(new_only)
    make.publish(new_only)
    make.make_subscription(make.make_account(fjordtel), plan, starts_on=taken)

    row = bill(fjordtel)["100123"]

    assert row.state == state
    assert ("not for everybody" in row.reason) == (state == "parked")
