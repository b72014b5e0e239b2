"""Imports one usage file in a process of its own and tells how long and how large it was."""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings_test"


def main(code: str, path: str, processes: str) -> None:
    """Import the file by so many processes; print times, mebibytes and counts as JSON."""
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = os.environ["TEST_DATABASE_NAME"]
    django.setup()
    from billing.usage.models import UsageSource
    from billing.usage.services.import_usage_file import import_usage_file

    source = UsageSource.objects.select_related("brand").get(code=code)
    start = time.time()
    done = import_usage_file(
        source=source,
        path=Path(path),
        now=datetime(2026, 11, 2, tzinfo=UTC),
        processes=int(processes),
        parallel_rows_min=1,
    )
    end = time.time()
    print(
        json.dumps(
            {
                "seconds": end - start,
                "start": start,
                "end": end,
                "mebibytes": _mebibytes_max() + _mebibytes_of_workers(int(processes) - 1),
                "rated": done.rated,
                "duplicates": done.duplicates,
                "suspended": done.suspended.total(),
            }
        )
    )


def _mebibytes_max() -> float:
    """The most memory this process held. What getrusage says includes its parent's at the start."""
    lines = Path("/proc/self/status").read_text().splitlines()
    [held] = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
    return int(held) / 1024


def _mebibytes_of_workers(count: int) -> float:
    """The most memory that workers held, if all held as much as the largest of them."""
    return count * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
