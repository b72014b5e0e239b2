"""Make the rows that say when each scheduled duty is done."""

from __future__ import annotations

import json
from datetime import UTC

from django.db import transaction
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from core.schedules import Schedule, known_schedules
from core.services.fire_schedules import TASK


def set_up_schedules() -> list[str]:
    """Add the rows that are missing; returns their names.

    Rows that are there stay as they are: a person may have changed or switched them off.
    """
    made = []
    with transaction.atomic():
        for schedule in known_schedules():
            if not PeriodicTask.objects.filter(name=schedule.name).exists():
                _make(schedule)
                made.append(schedule.name)
    return made


def _make(schedule: Schedule) -> None:
    PeriodicTask.objects.create(
        name=schedule.name,
        task=TASK,
        kwargs=json.dumps({"name": schedule.name}),
        enabled=schedule.enabled,
        description=(schedule.do.__doc__ or "").strip(),
        **_when(schedule),
    )


def _when(schedule: Schedule) -> dict[str, object]:
    if schedule.every is not None:
        seconds = int(schedule.every.total_seconds())
        interval = IntervalSchedule.objects.get_or_create(
            every=seconds, period=IntervalSchedule.SECONDS
        )[0]
        return {"interval": interval}
    crontab = CrontabSchedule.objects.get_or_create(
        minute="0",
        hour=str(schedule.daily_at),
        day_of_week="*",
        day_of_month="*",
        month_of_year="*",
        timezone=UTC,
    )[0]
    return {"crontab": crontab}
