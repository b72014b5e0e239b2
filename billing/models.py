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
from billing.usage.alerts.models import ExtrasBar, SpendCap, UsageAlert
from billing.usage.alerts.spike_models import AlertSettings, LineDay, SpikeFlag
from billing.usage.allowances.models import (
    AllowanceBalance,
    CumulativeUsage,
    UsageCorrection,
)
from billing.usage.arrivals.models import AcceptedUsageGap, UsageArrival
from billing.usage.cutover import AllowanceUsedBefore, UsageCutover
from billing.usage.daily import DailyUsage
from billing.usage.models import (
    DroppedUsage,
    SuspendedUsage,
    UsageFile,
    UsageFileSlice,
    UsagePeriod,
    UsageRecord,
    UsageSource,
    UsageSummary,
)
from billing.usage.price_stamps import PriceStamp
from billing.usage.rerating.models import Rerating, ReratingEffect, UsageReplacement
from billing.usage.source_keys import UsageSourceKey

__all__ = [
    "AcceptedUsageGap",
    "AlertSettings",
    "AllowanceBalance",
    "AllowanceUsedBefore",
    "BillRun",
    "BillRunAccount",
    "CumulativeUsage",
    "DailyUsage",
    "DroppedUsage",
    "ExtrasBar",
    "Invoice",
    "InvoiceDocument",
    "InvoiceLine",
    "InvoiceTax",
    "InvoiceUsage",
    "JournalEntry",
    "LedgerAccount",
    "LineDay",
    "OpenItem",
    "OpeningBalance",
    "PaidThrough",
    "Posting",
    "PriceStamp",
    "Reconciliation",
    "Rerating",
    "ReratingEffect",
    "SpendCap",
    "SpikeFlag",
    "SummaryDocument",
    "SuspendedUsage",
    "UsageAlert",
    "UsageArrival",
    "UsageCorrection",
    "UsageCutover",
    "UsageFile",
    "UsageFileSlice",
    "UsagePeriod",
    "UsageRecord",
    "UsageReplacement",
    "UsageSource",
    "UsageSourceKey",
    "UsageSummary",
]
