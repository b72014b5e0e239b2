"""A brand chooses when it leaves its customers in peace."""

from __future__ import annotations

from datetime import time

from accounts.models import MessageSettings
from core.models import Brand


def set_quiet_hours(
    brand: Brand, quiet_from: time, quiet_until: time, *, sundays: bool, holidays: bool
) -> MessageSettings:
    """Keep the brand's quiet hours on its customers' clocks; the same time twice is at no hour."""
    hours = {
        "quiet_from": quiet_from,
        "quiet_until": quiet_until,
        "sundays": sundays,
        "holidays": holidays,
    }
    return MessageSettings.objects.update_or_create(brand=brand, defaults=hours)[0]
