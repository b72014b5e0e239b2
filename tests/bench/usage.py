"""How long usage takes, from files and over the API: `make bench ONLY=usage`."""

from __future__ import annotations

from django.db import connection

from tests.bench import usage_api, usage_files, usage_live
from tests.bench.figures import Figure, write_figures
from tests.bench.usage_world import make_usage_world


def measure() -> list[Figure]:
    """The figures of usage, also written to the page of performance."""
    world = make_usage_world()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    parts = (usage_files, usage_api, usage_live)
    figures = [figure for part in parts for figure in part.measure(world)]
    write_figures("usage", figures)
    return figures
