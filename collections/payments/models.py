"""Money that came in, and which invoices it paid."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models.people import Account
from billing.invoicing.models import Invoice
from core.models.organisation import Brand, LegalEntity
from core.triggers import frozen


class BankFile(models.Model):
    """A file of bank transactions that was taken in: the same content only once."""

    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64, unique=True)
    rows = models.PositiveIntegerField(default=0)
    matched = models.PositiveIntegerField(default=0)
    unmatched = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0, help_text="Payments we already had.")
    imported_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.name


class Payment(models.Model):
    """Money received, counted once per (provider, provider reference).

    A payment whose reference matches nobody has no account: it waits in the books as unapplied
    money until a person names its account.
    """

    legal_entity = models.ForeignKey(LegalEntity, models.PROTECT, related_name="payments")
    brand = models.ForeignKey(Brand, models.PROTECT, null=True, blank=True, related_name="payments")
    account = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="payments"
    )
    bank_file = models.ForeignKey(
        BankFile, models.PROTECT, null=True, blank=True, related_name="payments"
    )
    provider = models.CharField(max_length=40)
    provider_reference = models.CharField(max_length=100)
    paid_on = models.DateField()
    amount = models.DecimalField(max_digits=18, decimal_places=3)
    currency = models.CharField(max_length=3)
    reference = models.CharField(max_length=100, blank=True, help_text="As the payer stated it.")
    payer = models.CharField(max_length=200, blank=True)
    unallocated = models.DecimalField(
        max_digits=18, decimal_places=3, help_text="Not yet used to pay an invoice: account credit."
    )
    received_at = models.DateTimeField()

    class Meta:
        ordering = ("-paid_on", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("provider", "provider_reference"), name="payment_counted_once"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_is_positive"),
            models.CheckConstraint(
                condition=Q(unallocated__gte=0) & Q(unallocated__lte=models.F("amount")),
                name="payment_unallocated_within_amount",
            ),
        )

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} on {self.paid_on}"


class Allocation(models.Model):
    """A part of a payment, or of a credit note, that settled a part of an invoice."""

    payment = models.ForeignKey(
        Payment, models.PROTECT, null=True, blank=True, related_name="allocations"
    )
    credit_note = models.ForeignKey(
        Invoice, models.PROTECT, null=True, blank=True, related_name="credit_allocations"
    )
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="allocations")
    amount = models.DecimalField(max_digits=18, decimal_places=3)
    allocated_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("payment", "credit_note", "invoice"),
                nulls_distinct=False,
                name="allocation_once",
            ),
            models.CheckConstraint(
                condition=Q(payment__isnull=False, credit_note__isnull=True)
                | Q(payment__isnull=True, credit_note__isnull=False),
                name="allocation_has_one_origin",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="allocation_is_positive"),
        )
        triggers = (frozen("append_only"),)

    def __str__(self) -> str:
        return f"{self.amount} to {self.invoice_id}"
