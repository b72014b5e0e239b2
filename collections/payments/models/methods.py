"""Payment methods: how an account has chosen to pay."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models.people import Account
from core.history import tracked
from core.same_key import SameKey
from payments.models.mandates import Mandate


@tracked(exclude=("token",))
class PaymentMethod(models.Model):
    """How an account pays; at most one of them is the one used by default.

    A card or wallet is known by its provider's token, never by its number; `hint` is what the
    payer recognises it by (`Visa …4242`). Direct debit names its mandate. `address` is where an
    electronic invoice goes, as the scheme writes it (Peppol `0192:923456783`, eFaktura id).
    """

    class Kind(models.TextChoices):
        TRANSFER = "transfer", "bank transfer"
        DIRECT_DEBIT = "direct_debit", "direct debit"
        CARD = "card", "card"
        WALLET = "wallet", "wallet"
        E_INVOICE = "e_invoice", "electronic invoice"

    account = models.ForeignKey(Account, models.PROTECT, related_name="payment_methods")
    kind = models.CharField(max_length=15, choices=Kind.choices)
    mandate = models.OneToOneField(
        Mandate, models.PROTECT, null=True, blank=True, related_name="method"
    )
    provider = models.CharField(max_length=40, blank=True)
    token = models.CharField(max_length=200, blank=True)
    hint = models.CharField(max_length=60, blank=True)
    address = models.CharField(max_length=100, blank=True)
    expires_on = models.DateField(null=True, blank=True, help_text="Last day it works.")
    is_default = models.BooleanField(default=False)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("account", "-is_default", "id")
        constraints = (
            SameKey(fields=("mandate", "account"), name="payment_method_mandate_of_its_account"),
            models.UniqueConstraint(
                fields=("account",),
                condition=Q(is_default=True, ends_on__isnull=True),
                name="payment_method_one_default",
            ),
            models.UniqueConstraint(
                fields=("provider", "token"),
                condition=~Q(token=""),
                name="payment_method_token_once",
            ),
            models.CheckConstraint(
                condition=Q(kind="direct_debit", mandate__isnull=False)
                | (~Q(kind="direct_debit") & Q(mandate__isnull=True)),
                name="payment_method_direct_debit_has_its_mandate",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=("card", "wallet"), provider__gt="", token__gt="")
                | Q(kind__in=("transfer", "direct_debit", "e_invoice"), token=""),
                name="payment_method_token_fits_its_kind",
            ),
            models.CheckConstraint(
                condition=~Q(kind="e_invoice") | ~Q(address=""),
                name="payment_method_e_invoice_has_an_address",
            ),
            # Thirteen and more digits in a row may be a card's number, which we never hold.
            models.CheckConstraint(
                condition=~Q(token__regex=r"^[0-9 -]{13,23}$")  # noqa: S106 – a pattern
                & ~Q(hint__regex=r"([0-9][ -]?){13,19}"),
                name="payment_method_holds_no_card_number",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="payment_method_ends_after_it_starts",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.hint}".strip()
