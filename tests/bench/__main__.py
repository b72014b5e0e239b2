"""The speed figures: `make bench`, or `make bench ONLY=usage` for one of them."""

from __future__ import annotations

import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings_test"
os.environ.setdefault("TEST_DATABASE_NAME", "bench_trunkline")


def main(only: list[str]) -> int:
    """Measure in a database of its own, which is removed afterwards."""
    import django

    django.setup()
    from django.db import connection

    from tests.bench import billing, rates, rating, usage
    from tests.bench.figures import print_figures

    measures = {
        "usage": usage.measure,
        "rating": rating.measure,
        "billing": billing.measure,
        "rates": rates.measure,
    }
    unknown = set(only) - measures.keys()
    if unknown:
        print(f"There is no bench {', '.join(unknown)}; there are: {', '.join(measures)}.")
        return 2
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        figures = [figure for name in only or measures for figure in measures[name]()]
        print_figures(figures)
    finally:
        connection.creation.destroy_test_db(os.environ["TEST_DATABASE_NAME"], verbosity=0)
    return 1 if any(figure.falls_short for figure in figures) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
