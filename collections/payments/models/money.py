"""Money that came in, and which invoices it paid."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q

from accounts.models.people import Account
from billing.invoicing.models import Invoice
from core.models.organisation import Brand, LegalEntity
from core.same_key import SameKey
from core.triggers import frozen, no_truncate


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


PAYMENT_STAYS = """
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'payments are never removed'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (OLD.legal_entity_id, OLD.provider, OLD.provider_reference, OLD.amount, OLD.currency,
        OLD.paid_on)
       IS DISTINCT FROM
       (NEW.legal_entity_id, NEW.provider, NEW.provider_reference, NEW.amount, NEW.currency,
        NEW.paid_on)
       OR (OLD.account_id IS NOT NULL AND NEW.account_id IS DISTINCT FROM OLD.account_id) THEN
        RAISE EXCEPTION 'payment % keeps its money and its account', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""


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
    text = models.CharField(max_length=300, blank=True)
    unallocated = models.DecimalField(
        max_digits=18, decimal_places=3, help_text="Not yet used to pay an invoice: account credit."
    )
    received_at = models.DateTimeField()

    class Meta:
        ordering = ("-paid_on", "-id")
        constraints = (
            SameKey(fields=("account", "brand"), name="payment_account_of_its_brand"),
            SameKey(fields=("brand", "legal_entity"), name="payment_brand_of_its_legal_entity"),
            models.UniqueConstraint(
                fields=("provider", "provider_reference"), name="payment_counted_once"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_is_positive"),
            models.CheckConstraint(
                condition=Q(unallocated__gte=0) & Q(unallocated__lte=F("amount")),
                name="payment_unallocated_within_amount",
            ),
            models.CheckConstraint(
                condition=Q(account__isnull=True, brand__isnull=True, unallocated=F("amount"))
                | Q(account__isnull=False, brand__isnull=False),
                name="payment_without_account_pays_nothing",
            ),
        )
        indexes = (
            models.Index(
                fields=("account", "paid_on"),
                name="payment_with_credit",
                condition=Q(unallocated__gt=0),
            ),
        )
        triggers = (
            pgtrigger.Trigger(
                name="money_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=PAYMENT_STAYS,
            ),
            no_truncate(),
        )

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} on {self.paid_on}"


# Locks in the order of the services: the invoice's open item, then the money.
ALLOCATION_FITS = """
    PERFORM 1 FROM billing_openitem
        WHERE invoice_id IN (NEW.invoice_id, NEW.credit_note_id) ORDER BY id FOR NO KEY UPDATE;
    PERFORM 1 FROM payments_payment WHERE id = NEW.payment_id FOR NO KEY UPDATE;
    SELECT account_id, currency, total AS amount INTO paid FROM billing_invoice
        WHERE id = NEW.invoice_id AND state = 'issued';
    IF NEW.payment_id IS NULL THEN
        SELECT account_id, currency, -total AS amount INTO money FROM billing_invoice
            WHERE id = NEW.credit_note_id AND state = 'issued';
    ELSE
        SELECT account_id, currency, amount INTO money FROM payments_payment
            WHERE id = NEW.payment_id;
    END IF;
    IF (money.account_id, money.currency) IS DISTINCT FROM (paid.account_id, paid.currency)
       OR money.account_id IS NULL THEN
        RAISE EXCEPTION 'money pays issued invoices of its own account and currency'
            USING ERRCODE = 'check_violation';
    END IF;
    SELECT coalesce(sum(amount), 0) INTO used FROM payments_allocation
        WHERE payment_id = NEW.payment_id OR credit_note_id = NEW.credit_note_id;
    SELECT coalesce(sum(amount), 0) INTO settled FROM payments_allocation
        WHERE invoice_id = NEW.invoice_id;
    IF used + NEW.amount > money.amount OR settled + NEW.amount > paid.amount THEN
        RAISE EXCEPTION 'invoice % would take more than there is or than it asks', NEW.invoice_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


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
        triggers = (
            frozen("append_only"),
            no_truncate(),
            pgtrigger.Trigger(
                name="fits",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[
                    ("paid", "RECORD"),
                    ("money", "RECORD"),
                    ("used", "NUMERIC"),
                    ("settled", "NUMERIC"),
                ],
                func=ALLOCATION_FITS,
            ),
        )

    def __str__(self) -> str:
        return f"{self.amount} to {self.invoice_id}"
