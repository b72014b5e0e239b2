"""What apps above the catalogue are told, and may object to."""

from __future__ import annotations

from django.dispatch import Signal

# Sent with `record` (a RateImport) before its rates are removed. A receiver that built on them
# raises DomainError and says what; the transaction is undone.
rate_import_reverting = Signal()
