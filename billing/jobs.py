"""The kinds of jobs of the billing app live in its rooms."""

import billing.documents.jobs
import billing.invoicing.jobs
import billing.usage.jobs  # noqa: F401
