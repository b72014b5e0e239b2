"""Suppliers: carriers from whom a legal entity buys what its brands sell."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from core.history import tracked
from core.models.organisation import LegalEntity, code_validator


@tracked()
class Supplier(models.Model):
    """A carrier that sells traffic to a legal entity, in one currency; its prices are buy decks."""

    legal_entity = models.ForeignKey(LegalEntity, models.PROTECT, related_name="suppliers")
    code = models.CharField(max_length=40, unique=True, validators=[code_validator])
    name = models.CharField(max_length=200)
    currency = models.CharField(max_length=3, help_text="ISO 4217 code of its invoices.")
    contact_name = models.CharField(max_length=200, blank=True)
    contact_email = models.EmailField(blank=True)
    contact_phone = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="supplier_currency_is_iso"
            ),
        )

    def __str__(self) -> str:
        return self.code
