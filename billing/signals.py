"""What billing tells the apps above it."""

from django.dispatch import Signal

# Sent with `invoice_ids`, in the transaction that issued them.
invoice_issued = Signal()
