"""The billing app's models live in its rooms; Django finds them here."""

from billing.documents.models import InvoiceDocument
from billing.invoicing.models import (
    BillRun,
    BillRunAccount,
    Invoice,
    InvoiceLine,
    InvoiceTax,
    InvoiceUsage,
    OpenItem,
)
from billing.ledger.models import JournalEntry, LedgerAccount, Posting
from billing.usage.models import (
    SuspendedUsage,
    UsageFile,
    UsageFileSlice,
    UsagePeriod,
    UsageRecord,
    UsageSource,
    UsageSummary,
)

__all__ = [
    "BillRun",
    "BillRunAccount",
    "Invoice",
    "InvoiceDocument",
    "InvoiceLine",
    "InvoiceTax",
    "InvoiceUsage",
    "JournalEntry",
    "LedgerAccount",
    "OpenItem",
    "Posting",
    "SuspendedUsage",
    "UsageFile",
    "UsageFileSlice",
    "UsagePeriod",
    "UsageRecord",
    "UsageSource",
    "UsageSummary",
]
