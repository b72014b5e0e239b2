"""What dunning can do by itself each day, once a person has switched it on."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from core.models import Brand
from core.schedules import scheduled


@scheduled("run_collections", daily_at=8, enabled=False)
def remind_daily(now: datetime) -> None:
    """Queue the reminders that are due today, brand by brand; switched off until you want it."""
    from dunning.services.run_collections import run_collections

    for brand in Brand.objects.filter(live=True).order_by("id"):
        today = now.astimezone(ZoneInfo(brand.zone)).date()
        run_collections(brand, as_of=today, clock=timezone.now)
