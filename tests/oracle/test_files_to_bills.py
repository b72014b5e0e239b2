"""Random companies billed twice: by the product's commands and by hand."""

from __future__ import annotations

import pytest

from tests.oracle.comparing import Comparison

SEEDS = range(4)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", SEEDS)
def test_every_amount_is_what_independent_arithmetic_says(seed, tmp_path):
    comparison = Comparison(seed, tmp_path)

    comparison.run()

    assert not comparison.problems, "\n".join(comparison.problems[:40])
