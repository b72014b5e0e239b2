from billing.invoicing.models.invoices import Invoice, OpenItem
from billing.invoicing.models.lines import InvoiceLine, InvoiceTax, InvoiceUsage
from billing.invoicing.models.openings import OpeningBalance, PaidThrough
from billing.invoicing.models.runs import BillRun, BillRunAccount

__all__ = [
    "BillRun",
    "BillRunAccount",
    "Invoice",
    "InvoiceLine",
    "InvoiceTax",
    "InvoiceUsage",
    "OpenItem",
    "OpeningBalance",
    "PaidThrough",
]
