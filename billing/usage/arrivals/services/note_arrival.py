"""Note under which name a usage file came, and when."""

from __future__ import annotations

from datetime import datetime

from billing.usage.arrivals.models import UsageArrival
from billing.usage.models import UsageFile


def note_arrival(file: UsageFile, name: str, now: datetime) -> None:
    """Note that the file came under this name; when it came again, the first time stays."""
    UsageArrival.objects.get_or_create(file=file, name=name[:255], defaults={"arrived_at": now})
