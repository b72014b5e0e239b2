"""Grants compiled for the engine: who may use which, in the order of consumption, as columns."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from billing.rating.grants import QUANTITY_LIMIT, Grant, Profile

# What an unlimited grant seems to hold: more than anybody may take from one.
UNLIMITED = QUANTITY_LIMIT


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """Grants that can be served at once: no event may use two of them, nor one of a later level
    before them. One value per profile: the grant (-1: none), and the profile's own window in it."""

    money: bool
    grants: NDArray[np.int64]
    opens: NDArray[np.int64]
    closes: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class GrantTable:
    """Grants and profiles compiled once, for many batches.

    - `levels` in the order of consumption, those of units before those of money.
    - `quantities`: what each grant of `grants` holds; `UNLIMITED` without limit.
    - `group_of_grant`, `group_of_profile`: the connected group, -1 for a profile without grants.
    """

    grants: tuple[Grant, ...]
    profiles: tuple[Profile, ...]
    levels: tuple[Level, ...]
    quantities: NDArray[np.int64]
    limited: NDArray[np.bool_]
    fee_when_covered: NDArray[np.bool_]
    group_of_grant: NDArray[np.int64]
    group_of_profile: NDArray[np.int64]


def compile_grants(grants: Sequence[Grant], profiles: Sequence[Profile]) -> GrantTable:
    """Compile the grants for the profiles of the events to come. Places in both stay the same."""
    profiles_of = _profiles_of_grants(grants, profiles)
    groups = _connected(len(grants), profiles_of)
    group_of_profile = np.full(len(profiles), -1, np.int64)
    for grant, places in enumerate(profiles_of):
        group_of_profile[places] = groups[grant]
    limited = np.array([grant.quantity is not None for grant in grants], np.bool_)
    quantities = [UNLIMITED if grant.quantity is None else grant.quantity for grant in grants]
    return GrantTable(
        grants=tuple(grants),
        profiles=tuple(profiles),
        levels=tuple(_levels(grants, profiles, profiles_of)),
        quantities=np.array(quantities, np.int64),
        limited=limited,
        fee_when_covered=np.array([grant.fee_when_covered for grant in grants], np.bool_),
        group_of_grant=np.array(groups, np.int64),
        group_of_profile=group_of_profile,
    )


def connected_groups(grants: Sequence[Grant], profiles: Sequence[Profile]) -> list[int]:
    """The group of each grant: grants that an event of one profile may use belong together.

    A group is called by the place of its first grant.
    """
    return _connected(len(grants), _profiles_of_grants(grants, profiles))


def _profiles_of_grants(grants: Sequence[Grant], profiles: Sequence[Profile]) -> list[list[int]]:
    by_subscription: dict[int, list[int]] = defaultdict(list)
    for place, profile in enumerate(profiles):
        by_subscription[profile.subscription].append(place)
    return [
        [
            place
            for subscription in grant.users
            for place in by_subscription.get(subscription, ())
            if grant.serves(profiles[place])
        ]
        for grant in grants
    ]


def _connected(count: int, profiles_of: Sequence[Sequence[int]]) -> list[int]:
    """Union of the grants that meet in a profile."""
    root = list(range(count))

    def find(grant: int) -> int:
        while root[grant] != grant:
            root[grant] = root[root[grant]]
            grant = root[grant]
        return grant

    first_of: dict[int, int] = {}
    for grant, places in enumerate(profiles_of):
        for place in places:
            one, other = find(grant), find(first_of.setdefault(place, grant))
            root[max(one, other)] = min(one, other)
    return [find(grant) for grant in range(count)]


def _levels(
    grants: Sequence[Grant], profiles: Sequence[Profile], profiles_of: Sequence[Sequence[int]]
) -> list[Level]:
    """Give each grant the first level that comes after all that its profiles use before it."""
    members: dict[tuple[bool, int], list[int]] = defaultdict(list)
    following: dict[bool, list[int]] = {kind: [0] * len(profiles) for kind in (False, True)}
    for place in sorted(range(len(grants)), key=lambda place: grants[place].place):
        if not profiles_of[place]:
            continue
        reached = following[grants[place].money]
        level = max(reached[profile] for profile in profiles_of[place])
        for profile in profiles_of[place]:
            reached[profile] = level + 1
        members[grants[place].money, level].append(place)
    return [
        _level(money, members[money, level], grants, profiles, profiles_of)
        for money, level in sorted(members)
    ]


def _level(
    money: bool,
    places: Sequence[int],
    grants: Sequence[Grant],
    profiles: Sequence[Profile],
    profiles_of: Sequence[Sequence[int]],
) -> Level:
    of_profile = np.full(len(profiles), -1, np.int64)
    opens, closes = np.zeros(len(profiles), np.int64), np.zeros(len(profiles), np.int64)
    for place in places:
        grant = grants[place]
        for profile in profiles_of[place]:
            of_profile[profile] = place
            opens[profile] = max(grant.opens, grant.users[profiles[profile].subscription])
            closes[profile] = grant.closes
    return Level(money, of_profile, opens, closes)
