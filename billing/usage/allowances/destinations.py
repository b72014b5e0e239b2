"""To which destination groups called numbers belong, on the days when they were called."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from catalog.models import DestinationPrefix

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

_DIGITS = 15
# Called numbers as 15 digits: those without a digit lie before all others.
_NO_NUMBER = -1


@dataclass(frozen=True, slots=True, eq=False)
class Destinations:
    """Groups, and the spans of numbers and days that belong to them.

    Span i: numbers padded to 15 digits in `[firsts[i], ends[i])`, of at least `lengths[i]` digits,
    on days (ordinals) in `[since[i], until[i])`, of the group at `places[i]` of `groups`.
    """

    groups: tuple[int, ...]
    firsts: Integers
    ends: Integers
    lengths: Integers
    since: Integers
    until: Integers
    places: Integers

    def members(self, called: Integers, digits: Integers, days: Integers) -> Flags:
        """Which calls go to which group; shape (calls, groups).

        Numbers are whole numbers with their count of digits (leading zeros), days ordinals.
        """
        inside = np.zeros((len(called), len(self.groups)), np.bool_)
        if not len(self.firsts) or not len(called):
            return inside
        padded = np.where(digits > 0, _padded(called, digits), _NO_NUMBER)
        order = np.argsort(padded, kind="stable")
        ordered, ordered_days, ordered_digits = padded[order], days[order], digits[order]
        begins = np.searchsorted(ordered, self.firsts)
        stops = np.searchsorted(ordered, self.ends)
        for span in np.flatnonzero(begins < stops).tolist():
            rows = slice(int(begins[span]), int(stops[span]))
            there = (self.since[span] <= ordered_days[rows]) & (
                ordered_days[rows] < self.until[span]
            )
            there &= self.lengths[span] <= ordered_digits[rows]
            inside[order[rows][there], self.places[span]] = True
        return inside


def load_destinations(group_ids: Collection[int]) -> Destinations:
    """The prefixes of these groups. A number belongs to a group if one of its prefixes that hold
    on the day fits."""
    groups = tuple(sorted(group_ids))
    place = {group: index for index, group in enumerate(groups)}
    rows = DestinationPrefix.objects.filter(group__in=groups).values_list(
        "group_id", "prefix", "during"
    )
    spans = [
        (
            int(prefix.ljust(_DIGITS, "0")),
            (int(prefix) + 1) * 10 ** (_DIGITS - len(prefix)),
            len(prefix),
            (during.lower or date.min).toordinal(),
            during.upper.toordinal() if during.upper else date.max.toordinal() + 1,
            place[group],
        )
        for group, prefix, during in rows
    ]
    columns = np.array(spans, np.int64).reshape(-1, 6).T
    return Destinations(groups, *columns)


def _padded(called: Integers, digits: Integers) -> Integers:
    """Numbers as their first 15 digits, filled up with zeros."""
    powers = 10 ** np.arange(19)
    short = called * powers[np.clip(_DIGITS - digits, 0, _DIGITS)]
    padded: Integers = short // powers[np.clip(digits - _DIGITS, 0, 18)]
    return padded
