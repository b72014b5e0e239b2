"""The back office pages of the billing app live in its rooms."""

import billing.documents.admin
import billing.documents.admin_summaries
import billing.invoicing.admin
import billing.invoicing.admin_runs
import billing.invoicing.admin_taken_over
import billing.ledger.admin
import billing.usage.admin
import billing.usage.admin_records  # noqa: F401
