"""What was done to be paid: each step at most once per invoice."""

from __future__ import annotations

from django.db import models

from accounts.models.messages import Message
from billing.invoicing.models import Invoice
from core.triggers import frozen


class DunningAction(models.Model):
    """One step of the ladder taken for one invoice: which, when, by which message."""

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="dunning_actions")
    step = models.CharField(max_length=40)
    as_of = models.DateField()
    open_amount = models.DecimalField(max_digits=18, decimal_places=3)
    message = models.OneToOneField(Message, models.PROTECT, related_name="dunning_action")
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=("invoice", "step"), name="dunning_step_once"),
        )
        triggers = (frozen("append_only"),)

    def __str__(self) -> str:
        return f"{self.step} for {self.invoice_id}"
