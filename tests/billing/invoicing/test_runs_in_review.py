"""A bill run waits for a second person: looked at, held, cancelled, approved, published."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import transaction

from accounts.models import Account
from billing.invoicing.anomalies import anomalies_of
from billing.invoicing.approval_kinds import PUBLISH_RUN
from billing.invoicing.models import BillRun, BillRunAccount, Invoice, InvoiceLine
from billing.invoicing.run_hash import run_hash
from billing.invoicing.services.publish_run import publish_run
from billing.invoicing.services.run_billing import run_billing
from billing.invoicing.services.take_back_drafts import (
    cancel_run,
    hold_account,
    pause_run,
    release_account,
)
from billing.usage.models import UsagePeriod, UsageSource, UsageSummary
from billing.usage.services.import_usage_file import import_usage_file
from core.audit import all_invariants
from core.errors import DomainError
from core.models import Approval, User
from core.services.decide_approval import approve
from core.services.request_approval import request_approval
from tests import make
from tests.news import tell_the_news

NOW = datetime(2026, 11, 3, 8, tzinfo=UTC)
NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)

State = BillRun.State


@pytest.fixture
def ola(fjordtel) -> User:
    """Who asks."""
    return make.make_staff("ola@fjordtel.example", fjordtel)


@pytest.fixture
def ingrid(fjordtel) -> User:
    """Finance: who decides."""
    from django.contrib.auth.models import Permission

    user = make.make_staff("ingrid@fjordtel.example", fjordtel)
    user.user_permissions.add(Permission.objects.get(codename="approve_billrun"))
    return user


@pytest.fixture
def kari(fjordtel) -> Account:
    """Kari pays 299.00 a month."""
    account = make.make_account(fjordtel)
    make.make_subscription(account, make.make_plan(fjordtel), starts_on=date(2026, 11, 1))
    return account


@pytest.fixture
def bo(fjordtel, kari) -> Account:
    """Bo pays 399.00 a month."""
    account = make.make_account(fjordtel, "100124", "Bo Berg")
    plan = make.make_plan(fjordtel, "MOBIL20", "399.00")
    make.make_subscription(account, plan, "S-2", starts_on=date(2026, 11, 1))
    return account


def calculate(brand, day=NOVEMBER, until="review", **options) -> BillRun:
    """Run billing on the third of the month."""
    as_of = day.replace(day=3)
    return run_billing(brand=brand, bill_date=day, as_of=as_of, now=NOW, until=until, **options)


def import_calls(brand, tmp_path, line: str) -> None:
    """One call of the switch."""
    source = UsageSource.objects.filter(brand=brand).first() or make.make_source(brand)
    path = tmp_path / f"{line[0]}.csv"
    path.write_text(f"id,start,service,called,seconds\n{line}")
    import_usage_file(source=source, path=path, now=NOW)


def ask(run: BillRun, by: User) -> Approval:
    return request_approval(
        PUBLISH_RUN, subject=run, brand=run.brand, requested_by=by, reason="November", now=NOW
    )


def audit_is_green() -> bool:
    tell_the_news()
    broken = {item.id: hits for item in all_invariants() if (hits := list(item.check()))}
    assert broken == {}
    return True


def test_a_run_is_reviewed_approved_by_a_second_person_and_published(fjordtel, kari, ola, ingrid):
    run = calculate(fjordtel)
    reviewed = (run.state, run.invoices_total, run.total, run.invoices.get().number)

    approval = approve(ask(run, ola), by=ingrid, now=NOW)
    run.refresh_from_db()
    approved = (run.state, run.approved_by, run.invoices.get().number)
    published = publish_run(run, now=NOW)

    assert reviewed == ("review", 1, Decimal("299.00"), None)
    assert approval.state == Approval.State.APPROVED
    assert approval.amount == Decimal("299.00")
    assert approved == ("approved", ingrid, None)
    assert (published.state, published.without_approval) == ("published", False)
    assert published.invoices.get().number == "FT-100001"
    assert published.approval_hash == run_hash(published)
    assert audit_is_green()


def test_nobody_approves_what_they_asked_for(fjordtel, kari, ingrid):
    run = calculate(fjordtel)

    with pytest.raises(DomainError, match="second person"):
        approve(ask(run, ingrid), by=ingrid, now=NOW)

    run.refresh_from_db()
    assert run.state == State.REVIEW


def test_a_run_from_the_shell_says_that_nobody_approved_it(fjordtel, kari):
    run = calculate(fjordtel, until="published")

    assert (run.state, run.without_approval, run.approval_hash) == ("published", True, "")


def test_what_was_not_approved_is_never_published(fjordtel, kari):
    run = calculate(fjordtel)

    with pytest.raises(DomainError, match="a second person approves it first"):
        publish_run(run, now=NOW)

    assert Invoice.objects.get().number is None


def test_a_run_that_changed_after_the_request_is_not_approved(fjordtel, kari, bo, ola, ingrid):
    run = calculate(fjordtel)
    asked = ask(run, ola)
    hold_account(run, bo, reason="his address is wrong")

    decided = approve(asked, by=ingrid, now=NOW)

    run.refresh_from_db()
    assert decided.state == Approval.State.FAILED
    assert "Invoices: was – → 2, is now – → 1" in decided.outcome
    assert run.state == State.REVIEW


@pytest.mark.parametrize("what", ["amount", "description", "tax", "recipient", "terms"])
def test_a_draft_that_changed_after_the_approval_is_not_published(
    fjordtel, kari, ola, ingrid, what
):
    run = calculate(fjordtel)
    approve(ask(run, ola), by=ingrid, now=NOW)
    if what == "amount":
        InvoiceLine.objects.update(amount=Decimal("298.00"))
    elif what == "description":
        InvoiceLine.objects.update(description="Something else")
    elif what == "tax":
        run.invoices.get().taxes.update(net=Decimal("298.00"), tax=Decimal("1.00"))
    elif what == "recipient":
        run.invoices.update(recipient={"name": "Somebody else"})
    else:
        run.invoices.update(terms_days=90)

    with pytest.raises(DomainError, match="no longer what was approved"):
        publish_run(run, now=NOW)

    run.refresh_from_db()
    assert run.state == State.APPROVED
    assert run.invoices.get().number is None


def test_calculated_anew_to_the_same_result_it_is_what_was_approved(fjordtel, kari, bo):
    run = calculate(fjordtel)
    first = run_hash(run)

    cancel_run(run, reason="to see whether it comes to the same")
    again = calculate(fjordtel)

    assert again.pk == run.pk
    assert run_hash(again) == first


def test_a_cancelled_run_leaves_nothing_and_is_billed_once_when_started_again(fjordtel, kari, bo):
    run = calculate(fjordtel)

    cancelled = cancel_run(run, reason="the wrong deck")
    left = (Invoice.objects.count(), UsagePeriod.objects.count())
    kari.refresh_from_db()
    closed = kari.usage_closed_until
    again = calculate(fjordtel, until="published")

    assert (cancelled.state, cancelled.cancelled_because) == ("cancelled", "the wrong deck")
    assert set(run.accounts.values_list("state", flat=True)) == {"issued"}
    assert left == (0, 0)
    assert closed is None
    assert sorted(again.invoices.values_list("total", flat=True)) == [
        Decimal("299.00"),
        Decimal("399.00"),
    ]
    assert audit_is_green()


def test_usage_of_a_cancelled_run_is_billed_by_the_run_started_again(fjordtel, tmp_path):
    deck = make.make_deck(fjordtel)
    make.make_rate(deck, price="0.50", next_increment=60)
    plan = make.make_plan(fjordtel, decks={"voice": deck})
    make.make_subscription(make.make_account(fjordtel), plan, number="4790000123")
    import_calls(fjordtel, tmp_path, "1,2026-10-05T12:00:00Z,4790000123,4711,120\n")
    run = calculate(fjordtel)
    first = amounts(run)

    cancel_run(run, reason="a file is missing")
    import_calls(fjordtel, tmp_path, "2,2026-10-06T12:00:00Z,4790000123,4711,60\n")
    again = calculate(fjordtel, until="published")

    assert ("usage", Decimal("1.00")) in first
    assert ("usage", Decimal("1.50")) in amounts(again)
    assert audit_is_green()


def amounts(run: BillRun) -> list[tuple[str, Decimal]]:
    lines = InvoiceLine.objects.filter(invoice__run=run).order_by("position")
    return [(line.kind, line.amount) for line in lines]


def test_late_usage_keeps_a_run_from_being_cancelled(fjordtel, tmp_path):
    deck = make.make_deck(fjordtel)
    make.make_rate(deck, price="0.50", next_increment=60)
    plan = make.make_plan(fjordtel, decks={"voice": deck})
    make.make_subscription(make.make_account(fjordtel), plan, number="4790000123")
    run = calculate(fjordtel)
    import_calls(fjordtel, tmp_path, "1,2026-10-05T12:00:00Z,4790000123,4711,120\n")

    with pytest.raises(DomainError, match=r"Usage arrived since .* 100123"), transaction.atomic():
        cancel_run(run, reason="a file is missing")

    run.refresh_from_db()
    assert UsageSummary.objects.get().period_start == NOVEMBER
    assert (run.state, run.invoices.count()) == ("review", 1)


def test_the_periods_closed_before_stay_closed(fjordtel, kari):
    calculate(fjordtel, until="published")
    december = run_billing(
        brand=fjordtel,
        bill_date=DECEMBER,
        as_of=date(2026, 12, 3),
        now=datetime(2026, 12, 3, 8, tzinfo=UTC),
        until="review",
    )

    cancel_run(december, reason="too early")

    kari.refresh_from_db()
    assert kari.usage_closed_until == NOVEMBER
    assert max(period.end for period in kari.usage_periods.all()) == NOVEMBER
    assert audit_is_green()


def test_a_held_account_is_left_out_with_its_reason_and_billed_by_the_next_run(fjordtel, kari, bo):
    run = calculate(fjordtel)

    row = hold_account(run, bo, reason="he disputes the plan")
    run = calculate(fjordtel, until="published")
    december = calculate(fjordtel, DECEMBER, until="published")

    bo.refresh_from_db()
    assert (row.state, row.reason) == ("held", "he disputes the plan")
    assert [invoice.account for invoice in run.invoices.all()] == [kari]
    assert run.accounts.get(account=bo).state == "held"
    assert december.invoices.get(account=bo).total == Decimal("798.00")
    assert audit_is_green()


def test_a_released_account_is_billed_when_the_run_goes_on(fjordtel, kari, bo):
    run = calculate(fjordtel)
    hold_account(run, bo, reason="he disputes the plan")

    row = release_account(run, bo)
    run = calculate(fjordtel)

    assert (row.state, row.reason) == ("pending", "")
    assert run.invoices.count() == 2


def test_holding_somebody_takes_the_approval_away(fjordtel, kari, bo, ola, ingrid):
    run = calculate(fjordtel)
    approve(ask(run, ola), by=ingrid, now=NOW)

    hold_account(run, bo, reason="his address is wrong")

    run.refresh_from_db()
    assert (run.state, run.approval_hash, run.total) == ("review", "", Decimal("299.00"))


def test_nobody_is_held_or_cancelled_once_it_is_published(fjordtel, kari):
    run = calculate(fjordtel, until="published")

    with pytest.raises(DomainError, match="can't be cancelled"):
        cancel_run(run, reason="too late")
    with pytest.raises(DomainError, match="nobody can be held"):
        hold_account(run, kari, reason="too late")


def test_without_a_reason_nothing_is_cancelled_or_held(fjordtel, kari):
    run = calculate(fjordtel)

    with pytest.raises(DomainError, match="Say why"):
        cancel_run(run, reason=" ")
    with pytest.raises(DomainError, match="Say why"):
        hold_account(run, kari, reason="")

    assert run.invoices.count() == 1


def test_a_published_run_that_went_on_is_published_as_it_was_when_that_is_cancelled(
    fjordtel, kari, bo, ola, ingrid
):
    run = calculate(fjordtel)
    hold_account(run, bo, reason="his address is wrong")
    run.refresh_from_db()
    approve(ask(run, ola), by=ingrid, now=NOW)
    publish_run(run, now=NOW)
    release_account(run, bo)
    again = calculate(fjordtel)
    waiting = (again.state, again.invoices.count())

    cancelled = cancel_run(again, reason="not yet")

    assert waiting == ("review", 2)
    assert (cancelled.state, cancelled.invoices.count()) == ("published", 1)
    assert cancelled.total == Decimal("299.00")
    assert cancelled.accounts.get(account=bo).state == "pending"
    assert run_hash(cancelled) == cancelled.approval_hash


def test_a_paused_run_stops_and_goes_on_to_the_same_result(fjordtel, kari, bo, monkeypatch):
    monkeypatch.setattr("billing.invoicing.services.run_billing.ACCOUNTS_PER_TRANSACTION", 1)

    def pause(done: int, total: int, text: str) -> None:
        if (done, text) == (1, "calculating"):
            pause_run(BillRun.objects.get())

    paused = calculate(fjordtel, report=pause)
    left = sorted(paused.accounts.values_list("state", flat=True))
    done = calculate(fjordtel, until="published")

    assert (paused.state, left) == ("paused", ["calculated", "pending"])
    assert done.invoices.count() == 2
    assert done.total == Decimal("698.00")


def test_the_next_run_waits_until_the_one_before_is_published(fjordtel, kari):
    calculate(fjordtel)

    with pytest.raises(DomainError, match="run of 2026-11-01 has invoices that are not issued"):
        calculate(fjordtel, DECEMBER)


def test_killed_while_it_publishes_it_goes_on_with_what_was_approved(
    fjordtel, kari, bo, ola, ingrid, monkeypatch
):
    monkeypatch.setattr("billing.invoicing.services.run_billing.ACCOUNTS_PER_TRANSACTION", 1)
    run = calculate(fjordtel)
    approve(ask(run, ola), by=ingrid, now=NOW)

    def killed(done: int, total: int, text: str) -> None:
        if done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish_run(run, now=NOW, report=killed)
    run.refresh_from_db()
    half = (run.state, run.invoices.filter(state="issued").count())
    with pytest.raises(DomainError, match="can't be cancelled"):
        cancel_run(run, reason="too late")
    done = publish_run(run, now=NOW)
    once_more = publish_run(run, now=NOW)

    assert half == ("publishing", 1)
    assert (done.state, once_more.state) == ("published", "published")
    assert set(done.invoices.values_list("number", flat=True)) == {"FT-100001", "FT-100002"}
    assert audit_is_green()


def test_rows_of_accounts_go_back_and_forth(fjordtel, kari, bo):
    run = calculate(fjordtel)
    ada = make.make_account(fjordtel, "100126", "Ada Lie")
    run = calculate(fjordtel)
    assert run.accounts.get(account=ada).state == "nothing"

    hold_account(run, ada, reason="nothing yet")
    release_account(run, ada)
    hold_account(run, ada, reason="still nothing")

    assert run.accounts.get(account=ada).state == BillRunAccount.State.HELD


def test_what_looks_wrong_stands_before_the_approval_most_money_first(fjordtel, kari, bo):
    for month in (11, 12):
        calculate(fjordtel, date(2026, month, 1), until="published")
    calculate(fjordtel, date(2027, 1, 1), until="published")
    plan = make.make_plan(fjordtel, "TRUNK", "5000.00")
    make.make_subscription(bo, plan, "S-9", starts_on=date(2027, 2, 1))
    ada = make.make_account(fjordtel, "100126", "Ada Lie")
    free = make.make_plan(fjordtel, "FREE", "0.00")
    make.make_subscription(ada, free, "S-10", starts_on=date(2027, 1, 10))

    found, total = anomalies_of(calculate(fjordtel, date(2027, 2, 1)))

    seen = [(each.kind, each.account, each.at_risk, each.usual) for each in found]
    assert seen[0] == ("above", "100124 Bo Berg", Decimal("5000.000"), Decimal("399.000"))
    assert [(kind, account) for kind, account, _, _ in seen[1:]] == [("nothing", "100126 Ada Lie")]
    assert total == 2
