"""What was done to be paid: each step at most once per invoice."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q

from accounts.models.messages import Message
from billing.invoicing.models import Invoice
from core.one_brand import SameBrand
from core.triggers import no_truncate

SAID_STAYS_SAID = """
    IF TG_OP = 'DELETE' AND EXISTS (
        SELECT 1 FROM accounts_message m WHERE m.id = OLD.message_id AND m.state = 'queued'
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'a step that was taken is never unsaid'
        USING ERRCODE = 'integrity_constraint_violation';
"""


class DunningAction(models.Model):
    """One step of the ladder taken for one invoice: which, when, by which message.

    A message may speak of several invoices of its account. While it waits to be sent, the step
    of an invoice that was paid meanwhile is taken back; what was sent stays for ever.
    """

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="dunning_actions")
    step = models.CharField(max_length=40)
    as_of = models.DateField()
    open_amount = models.DecimalField(max_digits=18, decimal_places=3)
    message = models.ForeignKey(Message, models.PROTECT, related_name="dunning_actions")
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=("invoice", "step"), name="dunning_step_once"),
            models.CheckConstraint(
                condition=Q(open_amount__gt=0), name="dunning_only_where_something_is_open"
            ),
        )
        triggers = (
            pgtrigger.Trigger(
                name="said_stays_said",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=SAID_STAYS_SAID,
            ),
            no_truncate(),
            SameBrand(("invoice__account", "message__account")),
        )

    def __str__(self) -> str:
        return f"{self.step} for {self.invoice_id}"
