"""What a second person decides about bills: each room says its own."""

import billing.invoicing.approval_kinds  # noqa: F401
