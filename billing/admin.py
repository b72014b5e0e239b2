"""The back office pages of the billing app live in its rooms."""

import billing.documents.admin
import billing.documents.admin_live
import billing.documents.admin_summaries
import billing.invoicing.admin
import billing.invoicing.admin_changes
import billing.invoicing.admin_runs
import billing.invoicing.admin_taken_over
import billing.ledger.admin
import billing.usage.admin
import billing.usage.admin_alerts
import billing.usage.admin_records
import billing.usage.admin_reratings
import billing.usage.admin_sources
import billing.usage.admin_spikes
import billing.usage.admin_suspense  # noqa: F401
