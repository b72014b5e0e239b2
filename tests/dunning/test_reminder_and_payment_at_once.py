"""A payment and a reminder at the same moment: one comes first, and the other knows it."""

from __future__ import annotations

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Message
from accounts.services.send_messages import send_messages
from core.audit import all_invariants
from dunning.services.run_collections import run_collections
from payments.services.import_payments import import_payments
from tests import make
from tests.payments.bills import make_bill


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(3))
def test_nobody_is_reminded_after_the_payment_was_taken_in(attempt, mail_server):
    brand = make.make_brand()
    bills = [make_bill(make.make_account(brand, f"10{n:04}")) for n in range(6)]
    today = date(2026, 11, 16) + timedelta(days=3)
    run_collections(brand, as_of=today, clock=timezone.now)
    lines = [f"2026-11-18,905.07,NOK,{bill.reference},B-{bill.pk}" for bill in bills]
    content = "\n".join(("date,amount,currency,reference,transaction_id", *lines)).encode()
    barrier = Barrier(2)

    def together(job):
        try:
            barrier.wait()
            job()
        finally:
            connection.close()

    jobs = (
        lambda: send_messages(clock=timezone.now),
        lambda: import_payments("bank.csv", content, clock=timezone.now),
    )
    threads = [Thread(target=together, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    states = list(Message.objects.values_list("state", flat=True))
    assert set(states) <= {"sent", "dropped"}
    assert len(mail_server.mails) == states.count("sent")
    assert [
        hit for item in all_invariants() if item.id in ("I18", "I19") for hit in item.check()
    ] == []
