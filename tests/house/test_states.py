"""Every state machine goes where its TRANSITIONS say, and nowhere else, whichever service pushes.

Each test puts a row into every state, fires every service at it, and compares the moves that
happened with the moves that are declared.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise, product
from pathlib import Path

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models.signals import post_save

from accounts.models import Account, Message, MessageTemplate, Order, ServiceNumber, Sim
from accounts.services.queue_message import queue_message
from accounts.services.recheck_message import ReasonGoneError, recheck
from accounts.services.record_delivery import record_delivery
from accounts.services.render_message import MessageContent
from accounts.services.requeue_message import requeue_message
from accounts.services.sending.claim_message import claim_message
from accounts.services.sending.record_outcome import (
    ATTEMPTS_MAX,
    Outcome,
    record_outcome,
    sweep_dead_senders,
)
from accounts.services.write_template import (
    Words,
    draft_template,
    publish_template,
    retire_template,
)
from billing.invoicing.models import BillRun, BillRunAccount, Invoice
from billing.invoicing.services import run_billing as billing_run
from billing.invoicing.services.issue_invoices import issue_invoices
from billing.invoicing.services.take_back_drafts import cancel_run, hold_account, release_account
from billing.usage.alerts.spike_models import SpikeFlag
from billing.usage.models import SuspendedUsage, UsageFile, UsageSource
from billing.usage.rerating.models import Rerating
from billing.usage.services.discard_suspended import discard_suspended, take_up_again
from billing.usage.services.import_usage_file import import_usage_file
from billing.usage.services.release_suspended import release_suspended
from billing.usage.services.roll_back_file import roll_back_file
from billing.usage.services.run_rerating import (
    carry_out_rerating,
    fail_rerating,
    try_rerating,
)
from billing.usage.services.work_spike import (
    dismiss_spike,
    note_contact,
    resolve_spike,
    take_spike,
)
from catalog.models import Bundle, Discount, PlanVersion, TaxRate
from core.errors import DomainError
from core.models import Approval, Brand, Event, ImportBatch, Job
from core.services import claim_job as claims
from core.services.requeue_job import requeue_job
from payments.models import Mandate
from tests import make

NOW = datetime(2026, 11, 3, 8, tzinfo=UTC)
HELD = Job(worker="one", attempts=1)


def declared(model) -> set[tuple[str, str]]:
    return {(before, after) for before, ends in model.TRANSITIONS.items() for after in ends}


MACHINES = {
    Approval,
    BillRun,
    BillRunAccount,
    Bundle,
    Discount,
    Event,
    ImportBatch,
    Invoice,
    Job,
    Mandate,
    Message,
    MessageTemplate,
    Order,
    PlanVersion,
    ServiceNumber,
    Sim,
    Rerating,
    SpikeFlag,
    SuspendedUsage,
    UsageFile,
}


def test_every_state_machine_is_walked_here() -> None:
    assert {model for model in apps.get_models() if hasattr(model, "TRANSITIONS")} == MACHINES
    assert {model for model in apps.get_models() if hasattr(model, "State")} == MACHINES


def test_every_machine_says_where_each_of_its_states_leads() -> None:
    for model in MACHINES:
        assert set(model.TRANSITIONS) == set(model.State), model  # type: ignore[attr-defined]


def held(job: Job, **fields) -> Job:
    """The job as the worker remembers it who once had it."""
    return Job(pk=job.pk, **({"worker": "one", "attempts": 1} | fields))


JOB_SERVICES = {
    "claim": lambda job: claims.claim_job("two", now=NOW),
    "extend": lambda job: claims.extend_lease(held(job), now=NOW),
    "finish": lambda job: claims.finish_job(held(job), {}, now=NOW),
    "release": lambda job: claims.release_job(held(job)),
    "fail": lambda job: claims.fail_job(held(job), "broken", for_good=False),
    "fail for good": lambda job: claims.fail_job(held(job), "broken", for_good=True),
    "sweep": lambda job: claims.sweep_expired_leases(NOW + timedelta(hours=1)),
    "requeue": requeue_job,
}


def test_jobs_move_as_declared(db) -> None:
    moves = set()
    for before in Job.State:
        for fire in JOB_SERVICES.values():
            Job.objects.all().delete()
            job = Job.objects.create(
                kind="any",
                state=before,
                created_at=NOW,
                worker="one",
                attempts=1,
                leased_until=NOW if before == Job.State.RUNNING else None,
            )
            with suppress(DomainError):
                fire(job)
            job.refresh_from_db()
            moves.add((before, job.state))

    assert {(a, b) for a, b in moves if a != b} == declared(Job)


def claim_without_reason(message: Message) -> None:
    def gone(*_: object) -> MessageContent:
        raise ReasonGoneError("paid")

    recheck("state_walk")(gone)
    claim_message(message.pk, lambda: NOW)
    recheck("state_walk")(lambda message, at: CONTENT)


CONTENT = MessageContent("Subject", "Text", "")
HOUR_LATER = NOW + timedelta(hours=1)
MESSAGE_SERVICES = (
    lambda message: claim_message(message.pk, lambda: NOW),
    claim_without_reason,
    lambda message: record_outcome(message, Outcome(), NOW),
    lambda message: record_outcome(message, Outcome("550 no"), NOW),
    lambda message: record_outcome(message, Outcome("lost", is_uncertain=True), NOW),
    lambda message: sweep_dead_senders(HOUR_LATER),
    lambda message: record_delivery(message.message_id, "delivered", at=NOW),
    lambda message: record_delivery(message.message_id, "bounced", at=NOW),
    lambda message: requeue_message(message, now=NOW),
)


def test_messages_move_as_declared(fjordtel) -> None:
    kari = make.make_account(fjordtel)
    moves = set()
    for before in Message.State:
        for fire, attempts in product(MESSAGE_SERVICES, (1, ATTEMPTS_MAX)):
            Message.objects.all().delete()
            message = queue_message(
                account=kari,
                event="state_walk",
                language="nb",
                to_address="kari@example.com",
                content=CONTENT,
                unique_key="walk",
                queued_at=NOW,
            )
            assert message is not None
            Message.objects.filter(pk=message.pk).update(
                state=before, attempts=attempts, sent_at=NOW, leased_until=NOW
            )
            message.refresh_from_db()
            with suppress(DomainError):
                fire(message)
            message.refresh_from_db()
            moves.add((before, message.state))

    assert {(a, b) for a, b in moves if a != b} == declared(Message)


def test_message_templates_move_as_declared(fjordtel) -> None:
    moves = set()
    for before in MessageTemplate.State:
        for fire in (lambda row: publish_template(row, by=None, now=NOW), retire_template):
            template = draft_template(
                brand=fjordtel,
                event="payment_reminder",
                channel="email",
                language="nb",
                words=Words("Subject", "Text"),
                now=NOW,
            )
            MessageTemplate.objects.filter(pk=template.pk).update(state=before, published_at=NOW)
            template.refresh_from_db()
            with suppress(DomainError):
                fire(template)
            template.refresh_from_db()
            moves.add((before, template.state))
            MessageTemplate.objects.filter(state="published").update(state="retired")

    assert {(a, b) for a, b in moves if a != b} == declared(MessageTemplate)


@pytest.mark.parametrize("before", BillRun.State)
@pytest.mark.parametrize("after", BillRun.State)
def test_bill_runs_move_as_declared(fjordtel, before, after) -> None:
    run = BillRun.objects.create(
        brand=fjordtel,
        bill_date=date(2026, 11, 1),
        as_of=date(2026, 11, 3),
        state=before,
        approval_hash="0" * 64,
        approved_by=make.make_staff("ola@fjordtel.example", fjordtel),
        approved_at=NOW,
        created_at=NOW,
    )

    if before == after or (before, after) in declared(BillRun):
        billing_run.set_state(run, after)
    else:
        with pytest.raises(DomainError, match=f"from {before} to {after}"):
            billing_run.set_state(run, after)
        after = before

    run.refresh_from_db()
    assert run.state == after


def test_a_bill_run_goes_through_its_services(fjordtel) -> None:
    make.make_subscription(make.make_account(fjordtel), make.make_plan(fjordtel))
    seen: list[str] = []
    for _ in range(2):
        billing_run.run_billing(
            brand=fjordtel,
            bill_date=date(2026, 11, 1),
            as_of=date(2026, 11, 3),
            now=NOW,
            report=lambda done, total, text: seen.append(BillRun.objects.get().state),
        )

    assert BillRun.objects.get().state == BillRun.State.PUBLISHED
    assert set(seen) == {
        BillRun.State.CALCULATING,
        BillRun.State.PUBLISHING,
        BillRun.State.PUBLISHED,
    }


def test_invoices_are_issued_once_and_never_drafts_again(fjordtel) -> None:
    make.make_subscription(make.make_account(fjordtel), make.make_plan(fjordtel))
    run = billing_run.run_billing(
        brand=fjordtel,
        bill_date=date(2026, 11, 1),
        as_of=date(2026, 11, 3),
        now=NOW,
        until="review",
    )
    invoice = run.invoices.get()
    moves = {(invoice.state, issue_invoices(run, [invoice.pk], now=NOW)[0].state)}

    issued_again = issue_invoices(run, [invoice.pk], now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Invoice.objects.filter(pk=invoice.pk).update(state=Invoice.State.DRAFT)

    assert issued_again == []
    assert moves == declared(Invoice)


def put_row_into(row: BillRunAccount, state: str) -> None:
    """A row of a run in review; where an invoice is needed, it has one."""
    BillRun.objects.filter(pk=row.run_id).update(state="review", issued_at=None)
    invoice = Invoice.objects.get()
    BillRunAccount.objects.filter(pk=row.pk).update(
        state=state, reason="as it is", invoice=invoice if state == "calculated" else None
    )


def hold_it(run: BillRun, account: Account) -> None:
    hold_account(run, account, reason="to see whether it moves")


def cancel_it(run: BillRun, account: Account) -> None:
    cancel_run(run, reason="to see whether it moves")


def test_the_accounts_of_a_run_move_as_declared(fjordtel) -> None:
    make.make_subscription(make.make_account(fjordtel), make.make_plan(fjordtel))
    make.make_account(fjordtel, "100124", "Bo Berg")
    seen: dict[str, list[str]] = {}

    def look(*_: object) -> None:
        for row in BillRunAccount.objects.select_related("account"):
            seen.setdefault(row.account.number, ["pending"]).append(row.state)

    for tax_begins in (date(2027, 1, 1), make.LONG_AGO, make.LONG_AGO):
        TaxRate.objects.update(during=DateRange(tax_begins, None))
        billing_run.run_billing(
            brand=fjordtel,
            bill_date=date(2026, 11, 1),
            as_of=date(2026, 11, 3),
            now=NOW,
            report=look,
        )

    row = BillRunAccount.objects.get(invoice__isnull=False)
    for before in ("pending", "calculated", "nothing", "parked", "held"):
        for fire in (hold_it, release_account, cancel_it):
            with transaction.atomic():
                put_row_into(row, before)
                with suppress(DomainError):
                    fire(row.run, row.account)
                row.refresh_from_db()
                seen[f"{before} {fire.__name__}"] = [before, row.state]
                transaction.set_rollback(True)

    moves = {(a, b) for states in seen.values() for a, b in pairwise(states) if a != b}
    assert list(dict.fromkeys(seen["100124"])) == ["pending", "nothing"]
    assert moves == declared(BillRunAccount)


def test_usage_files_and_suspended_lines_move_as_declared(fjordtel, tmp_path) -> None:
    source = make.make_source(fjordtel)
    path = tmp_path / "calls.csv"
    path.write_text("id,start,service,called,seconds\n1,2026-10-05T12:00:00Z,4790000123,4711,60\n")
    seen = []
    for _ in range(2):
        import_usage_file(
            source=source,
            path=path,
            now=NOW,
            on_slice=lambda *_: seen.append(UsageFile.objects.get().state),
        )
        seen.append(UsageFile.objects.get().state)
    waiting = [SuspendedUsage.objects.get().state]
    deck = make.make_deck(fjordtel)
    make.make_rate(deck)
    plan = make.make_plan(fjordtel, decks={"voice": deck})
    make.make_subscription(make.make_account(fjordtel), plan, number="4790000123")

    lines = SuspendedUsage.objects.all()
    discard_suspended(lines, by_id=None, reason="a test", now=NOW)
    waiting.append(lines.get().state)
    take_up_again(lines)
    waiting.append(lines.get().state)
    for _ in range(2):
        release_suspended(source=source, now=NOW)
        waiting.append(lines.get().state)

    roll_back_file(UsageFile.objects.get(), by_id=None, reason="a test", now=NOW)
    seen.append(UsageFile.objects.get().state)

    assert {(a, b) for a, b in pairwise(seen) if a != b} <= declared(UsageFile)
    assert seen[-2:] == [UsageFile.State.DONE, UsageFile.State.ROLLED_BACK]
    moves = {(a, b) for a, b in pairwise(waiting) if a != b}
    assert moves | {_undone_release(source, tmp_path)} == declared(SuspendedUsage)


def _undone_release(source: UsageSource, tmp_path: Path) -> tuple[str, str]:
    """A correction that waited for its record, and does so again once the record is gone."""
    source.mapping["columns"] |= {"kind": "kind", "corrects": "corrects"}
    source.mapping |= {"corrections": ["CREDIT"]}
    source.save()
    for name, line in (("first", "2,{},-60,CREDIT,1"), ("second", "1,{},60,CALL,")):
        path = tmp_path / f"{name}.csv"
        text = line.format("2026-10-05T12:00:00Z,4790000123,4711")
        path.write_text(f"id,start,service,called,seconds,kind,corrects\n{text}\n")
        import_usage_file(source=source, path=path, now=NOW)
    release_suspended(source=source, now=NOW)
    before = SuspendedUsage.objects.get().state
    second = UsageFile.objects.get(name="second.csv")
    roll_back_file(second, by_id=None, reason="a test", now=NOW)
    return before, SuspendedUsage.objects.get().state


def test_reratings_move_as_declared(fjordtel: Brand) -> None:
    deck = make.make_deck(fjordtel)
    services = (
        lambda row: try_rerating(row, now=NOW),
        lambda row: carry_out_rerating(row, now=NOW),
        lambda row: fail_rerating(row, "No disk space."),
    )
    moves = set()
    for before, fire in product(Rerating.State, services):
        seen = [before]
        row = Rerating.objects.create(
            deck=deck,
            starts_on=date(2026, 10, 1),
            reason="A test.",
            requested_at=NOW,
            state=before,
            refusal="Interrupted." if before == Rerating.State.FAILED else "",
            finished_at=NOW if before == Rerating.State.DONE else None,
        )

        def note(instance: Rerating, seen: list[str] = seen, **_: object) -> None:
            seen.append(instance.state)

        post_save.connect(note, sender=Rerating)
        with suppress(DomainError):
            fire(row)
        post_save.disconnect(note, sender=Rerating)
        moves |= {(a, b) for a, b in pairwise(seen) if a != b}

    assert moves == declared(Rerating)


def test_flags_of_unusual_usage_move_as_declared(db) -> None:
    fjordtel = make.make_brand()
    line = make.make_subscription(make.make_account(fjordtel), make.make_plan(fjordtel))
    anne = make.make_staff("anne@fjordtel.example", fjordtel)
    services = (
        lambda flag: take_spike(flag, by=anne, now=NOW),
        lambda flag: note_contact(flag, by=anne, now=NOW),
        lambda flag: resolve_spike(flag, outcome="Misused.", by=anne, now=NOW),
        lambda flag: dismiss_spike(flag, outcome="A call centre.", by=anne, now=NOW),
    )
    moves = set()
    for before, fire in product(SpikeFlag.State, services):
        closed = before in (SpikeFlag.State.RESOLVED, SpikeFlag.State.DISMISSED)
        SpikeFlag.objects.all().delete()
        flag = SpikeFlag.objects.create(
            account=line.account,
            subscription=line,
            kind="voice",
            day=date(2026, 10, 3),
            seen=1,
            limit=1,
            flagged_at=NOW,
            state=before,
            owner=None if before == SpikeFlag.State.NEW else anne,
            outcome="Done." if closed else "",
            closed_at=NOW if closed else None,
        )
        with suppress(DomainError):
            fire(flag)
        flag.refresh_from_db()
        if flag.state != before:
            moves.add((before, flag.state))

    assert moves == declared(SpikeFlag)
