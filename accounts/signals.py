"""What customers' orders tell the apps above."""

from __future__ import annotations

from django.dispatch import Signal

# Sent with `summary` (a ContractSummary) and `now`, in the transaction that froze it.
summary_made = Signal()
