"""What the API shows of invoices: the document as issued, and what is still open on it."""

from __future__ import annotations

from rest_framework import serializers

from billing.invoicing.models import Invoice, InvoiceLine, InvoiceTax


class LineSerializer(serializers.ModelSerializer[InvoiceLine]):
    """One line as it stands on the invoice."""

    class Meta:
        model = InvoiceLine
        fields = ("position", "kind", "description", "amount", "net")


class TaxSerializer(serializers.ModelSerializer[InvoiceTax]):
    """One group of the tax table."""

    class Meta:
        model = InvoiceTax
        fields = ("treatment", "rate", "net", "tax")


class InvoiceSerializer(serializers.ModelSerializer[Invoice]):
    """An issued invoice or credit note; amounts are texts in its currency."""

    account = serializers.CharField(source="account.number", read_only=True)
    open_amount = serializers.DecimalField(
        source="open_item.open_amount", max_digits=18, decimal_places=3, read_only=True
    )

    class Meta:
        model = Invoice
        fields: tuple[str, ...] = (
            "id", "number", "document", "kind", "account", "issue_date", "due_date",
            "period_start", "period_end", "currency", "net_total", "tax_total", "total",
            "open_amount", "reference",
        )  # fmt: skip


class WholeInvoiceSerializer(InvoiceSerializer):
    """The same with its lines and taxes."""

    lines = LineSerializer(many=True, read_only=True)
    taxes = TaxSerializer(many=True, read_only=True)

    class Meta(InvoiceSerializer.Meta):
        fields: tuple[str, ...] = (*InvoiceSerializer.Meta.fields, "lines", "taxes")
