"""The steps of a rate as a file writes them: `0:0.40:30 60:0.20:10`."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise

from catalog.models.rates import steps_of
from core.input_tree import Unreadable
from core.input_values import parse_amount, parse_whole

STEP = re.compile(r"([0-9]+):([^:\s]+):([0-9]+)")
STEPS_LENGTH_MAX = 500
UNITS_MAX = 10**15
EXAMPLE = "write from:price:increment for each, the first from 0, as in 0:0.40:30 60:0.20:10"


def parse_steps(text: str) -> str:
    """Steps in one spelling, equal for equal steps; first units ascend from 0."""
    steps: list[tuple[int, Decimal, int]] = []
    for part in text.split():
        found = STEP.fullmatch(part)
        if not found:
            raise Unreadable(f"{part!r} is not a step", EXAMPLE)
        first, price, increment = found.groups()
        amount = parse_amount(price).normalize()
        step = (parse_whole(first, 0, UNITS_MAX), amount, parse_whole(increment, 1, UNITS_MAX))
        if not steps and step[0] != 0:
            raise Unreadable(f"begin at {first}", EXAMPLE)
        if steps and step[0] <= steps[-1][0]:
            raise Unreadable(f"don't ascend: {first} after {steps[-1][0]}", EXAMPLE)
        steps.append(step)
    written = " ".join(f"{first}:{price:f}:{increment}" for first, price, increment in steps)
    if len(written) > STEPS_LENGTH_MAX:
        raise Unreadable(f"have {len(written)} characters", f"use at most {STEPS_LENGTH_MAX}")
    return written


def wide_steps(text: str) -> str:
    """What is odd about steps that bill more at once than they hold; empty where nothing is."""
    for step, following in pairwise(steps_of(text)):
        width = following.from_unit - step.from_unit
        if step.increment > width:
            return (
                f"the step from {step.from_unit} holds {width} units and bills"
                f" {step.increment} at once"
            )
    return ""
