"""What was taken over from the system before: opening balances, and how far charges were paid."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models.subscriptions import Subscription
from billing.invoicing.models.invoices import Invoice
from core.history import tracked
from core.one_brand import SameBrand, keeps_its_owner
from core.triggers import frozen, no_truncate


@tracked()
class OpeningBalance(models.Model):
    """What an invoice of the system before says beyond what is open on it.

    `original_total` is what it asked for when it was issued (negative for a credit), in the
    invoice's currency; what was open on `taken_over_on` is the invoice's total. `reverses` is the
    opening invoice that this one takes back.
    """

    invoice = models.OneToOneField(Invoice, models.PROTECT, related_name="opening")
    original_total = models.DecimalField(max_digits=18, decimal_places=3)
    taken_over_on = models.DateField()
    text = models.CharField(max_length=300, blank=True, help_text="What it was for.")
    source = models.CharField(max_length=300, help_text="File and line it came from.")
    reverses = models.OneToOneField(
        Invoice, models.PROTECT, null=True, blank=True, related_name="taken_back_by"
    )

    class Meta:
        ordering = ("invoice",)
        triggers = (
            frozen("append_only"),
            no_truncate(),
            SameBrand(("invoice__account", "reverses__account")),
        )

    def __str__(self) -> str:
        return f"{self.invoice} taken over on {self.taken_over_on}"


@tracked()
class PaidThrough(models.Model):
    """Until when a subscription's recurring charges were billed by the system before.

    `paid_until` is the first day not yet billed, in the brand's zone. `add_on` is empty for the
    whole subscription, or names an add-on by its code; `charge_code` is empty for all charges of
    it. The most particular row counts. A row without an add-on says nothing of plans and add-ons
    that begin after `taken_over_on`. `amount` is what the last period before `paid_until` cost
    there, in the brand's price mode; empty: what the catalogue asks. It is given back by days if
    the customer leaves or changes the plan before `paid_until`.
    """

    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="paid_through")
    add_on = models.CharField(max_length=60, blank=True, help_text="Empty: the whole subscription.")
    charge_code = models.CharField(max_length=40, blank=True, help_text="Empty: all charges.")
    paid_until = models.DateField(help_text="The first day not yet paid.")
    taken_over_on = models.DateField(help_text="What begins later was not billed before.")
    amount = models.DecimalField(max_digits=18, decimal_places=3, null=True, blank=True)

    class Meta:
        ordering = ("subscription", "add_on", "charge_code")
        verbose_name_plural = "paid-through dates"
        constraints = (
            models.UniqueConstraint(
                fields=("subscription", "add_on", "charge_code"), name="paid_through_once"
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gte=0, charge_code__gt=""),
                name="paid_through_amount_of_one_charge",
            ),
        )
        triggers = (keeps_its_owner("subscription"),)

    def __str__(self) -> str:
        return f"{self.subscription} paid until {self.paid_until}"
