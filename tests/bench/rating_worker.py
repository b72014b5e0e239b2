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


def main(code: str, path: str) -> None:
    """Import the file of the source; print seconds, start, end, mebibytes and counts as JSON."""
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = os.environ["TEST_DATABASE_NAME"]
    django.setup()
    from billing.usage.models import UsageSource
    from billing.usage.services.import_usage_file import import_usage_file

    source = UsageSource.objects.select_related("brand").get(code=code)
    start = time.time()
    done = import_usage_file(source=source, path=Path(path), now=datetime(2026, 11, 2, tzinfo=UTC))
    end = time.time()
    print(
        json.dumps(
            {
                "seconds": end - start,
                "start": start,
                "end": end,
                "mebibytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                "rated": done.rated,
                "duplicates": done.duplicates,
                "suspended": done.suspended.total(),
            }
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
