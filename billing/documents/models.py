"""Files made from issued invoices and contract summaries, stored once by their content."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models.orders import ContractSummary
from billing.invoicing.models import Invoice
from core.triggers import frozen


class InvoiceDocument(models.Model):
    """One rendered file of an invoice: made once, stored by its hash, never made again."""

    class Kind(models.TextChoices):
        PDF = "pdf", "PDF"

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.PDF)
    language = models.CharField(max_length=10)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    pages = models.PositiveIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("invoice", "kind", "language")
        constraints = (
            models.UniqueConstraint(
                fields=("invoice", "kind", "language"), name="document_once_per_kind_and_language"
            ),
        )
        triggers = (frozen("append_only"),)

    def __str__(self) -> str:
        return f"{self.invoice} {self.kind} {self.language}"


class SummaryDocument(models.Model):
    """The PDF of a contract summary: made once, stored by its hash, never made again."""

    summary = models.OneToOneField(ContractSummary, models.PROTECT, related_name="document")
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    pages = models.PositiveIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="summary_document_has_a_hash"
            ),
        )
        triggers = (frozen("append_only"),)

    def __str__(self) -> str:
        return f"{self.summary} {self.summary.language}"
