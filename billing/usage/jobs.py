"""What the usage room does again and again: months, folders where files arrive, bars, old days."""

from __future__ import annotations

from collections.abc import Callable, Sized
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from core.errors import DomainError
from core.jobs import Report, job_kind
from core.models import Job
from core.schedules import scheduled


@scheduled("ensure_partitions", daily_at=2)
def make_usual_months(now: datetime) -> None:
    """Make the partitions of the usage table from 14 months back to 3 ahead."""
    from billing.usage.partitions import usual_months
    from billing.usage.services.ensure_partitions import ensure_partitions

    ensure_partitions(usual_months(now.astimezone(UTC).date()))


@scheduled("watch_usage", every=timedelta(minutes=1))
def take_what_arrived(now: datetime) -> None:
    """Queue the folders of `USAGE_FOLDER`, one for each source's code, that hold complete files."""
    from billing.usage.arrivals.finished_files import FolderRules, look_into
    from billing.usage.models import UsageSource
    from core.services.enqueue_job import enqueue_job

    if not settings.USAGE_FOLDER:
        return
    for source in UsageSource.objects.select_related("brand").order_by("code"):
        folder = Path(settings.USAGE_FOLDER) / source.code
        rules = FolderRules()
        if folder.is_dir() and look_into(folder, rules, source.file_name_pattern, now).finished:
            enqueue_job(
                "take_usage_folder",
                payload={"source": source.pk},
                brand=source.brand,
                unique_key=f"take_usage_folder:{source.pk}",
                now=now,
            )


@job_kind("take_usage_folder")
def take_usage_folder(job: Job, report: Report) -> dict[str, Any]:
    """Take in the complete files in the folder of the payload's source."""
    from billing.usage.arrivals.finished_files import FolderRules
    from billing.usage.arrivals.services.take_folder import take_folder
    from billing.usage.models import UsageSource

    source = UsageSource.objects.select_related("brand").get(pk=job.payload["source"])
    rows = 0

    def on_slice(count: int) -> None:
        nonlocal rows
        rows += count
        report(rows, rows, "taking in")

    result = take_folder(
        source=source,
        folder=Path(settings.USAGE_FOLDER) / source.code,
        rules=FolderRules(),
        now=timezone.now(),
        on_slice=on_slice,
    )
    return {
        "taken": [file.shown for file in result.taken],
        "refused": {name: str(problems[0]) for name, problems in result.refused.items()},
        "troubles": result.troubles,
    }


@scheduled("lift_extras_bars", every=timedelta(minutes=15))
def lift_bars(now: datetime) -> None:
    """Lift the bars on extras whose usage period is over."""
    from billing.usage.services.bar_extras import lift_ended_bars

    lift_ended_bars(now)


@scheduled("forget_line_days", daily_at=3)
def forget_old_days(now: datetime) -> None:
    """Forget what lines used a day, once no median asks for it."""
    from billing.usage.alerts.line_days import DAYS_KEPT, forget_days

    forget_days(now.astimezone(UTC).date() - DAYS_KEPT)


@scheduled("apply_retention", daily_at=4)
def keep_usage_as_long_as_asked(now: datetime) -> None:
    """Mask called numbers and drop usage as each brand's policy says."""
    from billing.usage.services.retain_usage import drop_empty_months, retain_usage
    from core.models import Brand

    for brand in Brand.objects.order_by("pk"):
        retain_usage(brand, now=now)
    drop_empty_months(now)


@job_kind("release_suspense")
def release_suspense(job: Job, report: Report) -> dict[str, Any]:
    """Release the lines that wait for the same cause as the payload's line."""
    from billing.usage.models import SuspendedUsage
    from billing.usage.services.release_suspended import release_suspended, waiting_lines

    line = SuspendedUsage.objects.select_related("source__brand").get(pk=job.payload["line"])
    total, done = waiting_lines(line.source, (line.reason,), line.cause).count(), 0

    def on_slice(count: int) -> None:
        nonlocal done
        done += count
        report(done, max(done, total), "releasing")

    released = release_suspended(
        source=line.source,
        now=timezone.now(),
        reasons=(line.reason,),
        cause=line.cause,
        on_slice=on_slice,
    )
    return {
        "rated": released.rated,
        "duplicates": released.duplicates,
        "suspended": released.suspended.total(),
    }


@job_kind("try_rerating")
def try_requested_rerating(job: Job, report: Report) -> dict[str, Any]:
    """Try the payload's re-rating; its page tells the effects."""
    from billing.usage.services.run_rerating import try_rerating

    return _rerate(job, report, try_rerating)


@job_kind("carry_out_rerating")
def carry_out_requested_rerating(job: Job, report: Report) -> dict[str, Any]:
    """Carry the payload's re-rating out."""
    from billing.usage.services.run_rerating import carry_out_rerating

    return _rerate(job, report, carry_out_rerating)


def _rerate(job: Job, report: Report, work: Callable[..., Sized]) -> dict[str, Any]:
    from billing.usage.rerating.models import Rerating
    from billing.usage.services.run_rerating import fail_rerating

    rerating = Rerating.objects.select_related("deck__brand").get(pk=job.payload["rerating"])
    if rerating.state == Rerating.State.DONE:
        return {"accounts": rerating.effects.count()}
    try:
        effects = work(
            rerating,
            now=timezone.now(),
            report=lambda done, total: report(done, total, "rating again"),
        )
    except DomainError as error:
        fail_rerating(rerating, str(error))
        return {"refused": str(error)}
    return {"accounts": len(effects)}
