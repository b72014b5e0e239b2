"""The billing app's models live in its rooms; Django finds them here."""

from billing.documents.models import InvoiceDocument, SummaryDocument
from billing.invoicing.models import (
    BillRun,
    BillRunAccount,
    Invoice,
    InvoiceLine,
    InvoiceTax,
    InvoiceUsage,
    OpeningBalance,
    OpenItem,
    PaidThrough,
)
from billing.ledger.models import JournalEntry, LedgerAccount, Posting, Reconciliation
from billing.usage.allowances.models import (
    AllowanceBalance,
    CumulativeUsage,
    UsageCorrection,
)
from billing.usage.cutover import AllowanceUsedBefore, UsageCutover
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
    "AllowanceBalance",
    "AllowanceUsedBefore",
    "BillRun",
    "BillRunAccount",
    "CumulativeUsage",
    "Invoice",
    "InvoiceDocument",
    "InvoiceLine",
    "InvoiceTax",
    "InvoiceUsage",
    "JournalEntry",
    "LedgerAccount",
    "OpenItem",
    "OpeningBalance",
    "PaidThrough",
    "Posting",
    "Reconciliation",
    "SummaryDocument",
    "SuspendedUsage",
    "UsageCorrection",
    "UsageCutover",
    "UsageFile",
    "UsageFileSlice",
    "UsagePeriod",
    "UsageRecord",
    "UsageSource",
    "UsageSummary",
]
