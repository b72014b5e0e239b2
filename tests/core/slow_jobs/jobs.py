"""A job that takes its time, for tests that kill the worker in the middle of it."""

from __future__ import annotations

import os
import time
from pathlib import Path

from core.jobs import Report, job_kind
from core.models import Job


@job_kind("slow")
def slow(job: Job, report: Report) -> dict[str, int]:
    """Say who works by a file, then wait until the file `go` lies beside it."""
    folder = Path(job.payload["folder"])
    (folder / "started").write_text(str(os.getpid()))
    while not (folder / "go").exists():
        report(1, 2, "waiting")
        time.sleep(0.05)
    return {"pid": os.getpid()}
