"""Unusual usage is flagged as it is rated: by the brand's limits, and by the line's own median."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Subscription
from billing.usage.alerts.line_days import forget_days
from billing.usage.alerts.spike_models import AlertSettings, LineDay, SpikeFlag
from billing.usage.services.work_spike import (
    dismiss_spike,
    note_contact,
    resolve_spike,
    take_spike,
)
from core.errors import DomainError
from tests import make
from tests.billing.usage.kari import Kari, call
from tests.billing.usage.test_alerts_crossed import no_terms
from tests.billing.usage.test_allowances_used import on

NOW = datetime(2026, 10, 24, 8, tzinfo=UTC)


def limits(kari: Kari, **fields: object) -> AlertSettings:
    """Nothing is unusual but what a test says."""
    nothing = dict.fromkeys(
        ("voice_minutes", "messages", "data_megabytes", "cost", "destination_cost", "night_calls")
    )
    return AlertSettings.objects.create(brand=kari.brand, **(nothing | fields))


def flags() -> list[tuple[str, str, int, int | None]]:
    rows = SpikeFlag.objects.order_by("day", "kind")
    return [(row.kind, row.day.isoformat(), row.seen, row.median) for row in rows]


def day_of_calls(day: int, *seconds: int, hour: int = 12, called: str = "+4722000000") -> list[str]:
    return [
        call(f"{day}-{hour}-{n}", f"2026-10-{day:02}T{hour:02}:{n:02}:00Z", called, length)
        for n, length in enumerate(seconds)
    ]


def test_a_limit_is_reached_by_several_files_of_a_day(kari: Kari) -> None:
    limits(kari, voice_minutes=10)
    on(kari, no_terms)
    kari.take(day_of_calls(3, 300), "one.csv")
    assert flags() == []

    kari.take(day_of_calls(3, 300, hour=14), "two.csv")

    assert flags() == [("voice", "2026-10-03", 600, None)]
    flag = SpikeFlag.objects.get()
    assert (flag.limit, flag.state, flag.subscription) == (600, "new", kari.subscription)


def test_a_day_is_the_brands(kari: Kari) -> None:
    """At 22:30 UTC it is the next day in Oslo."""
    limits(kari, voice_minutes=5)
    on(kari, no_terms)

    kari.take(day_of_calls(3, 300, hour=22))

    assert flags() == [("voice", "2026-10-04", 300, None)]


def test_more_than_five_times_the_lines_own_median_is_unusual(kari: Kari) -> None:
    """Seven days of 100 s: 500 s are five times that and usual, 501 s are not."""
    limits(kari, voice_minutes=30)
    on(kari, no_terms)
    for day in range(1, 8):
        kari.take(day_of_calls(day, 100), f"{day}.csv")
    kari.take(day_of_calls(8, 500), "usual.csv")
    assert flags() == []

    kari.take(day_of_calls(9, 501), "unusual.csv")

    assert flags() == [("voice", "2026-10-09", 501, 100)]
    assert SpikeFlag.objects.get().days == 8


def test_too_few_days_make_no_median(kari: Kari) -> None:
    limits(kari, voice_minutes=30)
    on(kari, no_terms)
    for day in range(1, 7):
        kari.take(day_of_calls(day, 100), f"{day}.csv")

    kari.take(day_of_calls(9, 1200), "much.csv")

    assert flags() == []


def test_little_is_never_unusual(kari: Kari) -> None:
    """A fifth of 30 minutes is 360 s: less is nobody's business, however quiet the line was."""
    limits(kari, voice_minutes=30)
    on(kari, no_terms)
    for day in range(1, 8):
        kari.take(day_of_calls(day, 10), f"{day}.csv")

    kari.take(day_of_calls(9, 359), "little.csv")

    assert flags() == []


def test_cost_night_and_expensive_destinations(kari: Kari) -> None:
    """To Türkiye 0.99 and 2.90 a minute: 60 minutes would be 174.99, but 49.00 is the most."""
    group = kari.brand.destination_groups.create(code="DEAR", name={"en": "Expensive"})
    group.prefixes.create(prefix="90", during=(date(2026, 1, 1), None))
    limits(
        kari,
        cost=Decimal(90),
        destination_cost=Decimal(98),
        expensive_destinations=group,
        night_calls=2,
    )

    kari.take(day_of_calls(3, 3600, 3600, hour=1, called="+90212000000"))

    assert flags() == [
        ("cost", "2026-10-03", 98_000_000, None),
        ("destination", "2026-10-03", 98_000_000, None),
        ("night", "2026-10-03", 2, None),
    ]


def test_a_dear_minute_is_expensive_wherever_it_goes(kari: Kari) -> None:
    """A minute costs 3.89 with its fee."""
    limits(kari, destination_cost=Decimal("3.89"), expensive_minute=Decimal("3.89"))

    kari.take([*day_of_calls(3, 60, called="+90212000000"), *day_of_calls(3, 600, hour=13)])

    assert flags() == [("destination", "2026-10-03", 3_890_000, None)]


def test_roaming_is_what_the_brand_calls_so(kari: Kari) -> None:
    category = kari.brand.usage_categories.get(code="voice")
    limits(kari, roaming_category=category, roaming_cost=Decimal(1))

    kari.take(day_of_calls(3, 600))

    assert [flag[0] for flag in flags()] == ["roaming"]


def test_late_usage_is_no_spike(kari: Kari) -> None:
    limits(kari, voice_minutes=1)
    kari.account.usage_closed_until = date(2026, 11, 1)
    kari.account.save()

    kari.take(day_of_calls(3, 600))

    assert flags() == []
    assert not LineDay.objects.exists()


def test_a_brand_that_watches_nothing_counts_nothing(kari: Kari) -> None:
    limits(kari, watch_spikes=False, voice_minutes=1)

    kari.take(day_of_calls(3, 600))

    assert not LineDay.objects.exists()


def test_without_settings_sensible_limits_hold(kari: Kari) -> None:
    """Ten hours of calls a day, 1,000 in NOK."""
    on(kari, no_terms)

    kari.take(day_of_calls(3, *[3600] * 10))

    assert [flag[0] for flag in flags()] == ["voice"]


@pytest.mark.django_db
@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    minutes=st.lists(st.integers(1, 9), min_size=1, max_size=12),
    cut=st.integers(0, 12),
)
def test_days_in_one_batch_and_in_several_are_flagged_alike(
    kari: Kari, minutes: list[int], cut: int
) -> None:
    AlertSettings.objects.filter(brand=kari.brand).delete()
    limits(kari, voice_minutes=20)
    lines = [_fresh_line(kari), _fresh_line(kari)]

    kari.take(_rows(lines[0], minutes), f"whole-{lines[0].pk}.csv")
    rows = _rows(lines[1], minutes)
    for number, piece in enumerate(piece for piece in (rows[:cut], rows[cut:]) if piece):
        kari.take(piece, f"piece-{lines[1].pk}-{number}.csv")

    found = [
        list(SpikeFlag.objects.filter(subscription=line).values_list("kind", "day"))
        for line in lines
    ]
    assert found[0] == found[1]
    assert bool(found[0]) == (sum(minutes) >= 20)


def _rows(line: Subscription, minutes: Iterable[int]) -> list[str]:
    number = line.numbers.get().number.number
    return [
        call(f"{line.pk}-{n}", f"2026-10-03T12:{n:02}:00Z", "+4722000000", length * 60, number)
        for n, length in enumerate(minutes)
    ]


def _fresh_line(kari: Kari) -> Subscription:
    count = Subscription.objects.count()
    return make.make_subscription(
        kari.account, kari.plan, f"line-{count}", number=f"479100{count:04}"
    )


def test_staff_take_speak_and_resolve(kari: Kari) -> None:
    limits(kari, voice_minutes=1)
    on(kari, no_terms)
    kari.take(day_of_calls(3, 600))
    anne, bo = make.make_staff("anne@fjordtel.example"), make.make_staff("bo@fjordtel.example")
    flag = SpikeFlag.objects.get()

    take_spike(flag, by=anne, now=NOW)
    note_contact(flag, by=anne, now=datetime(2026, 10, 24, 9, tzinfo=UTC))
    note_contact(flag, by=anne, now=datetime(2026, 10, 24, 10, tzinfo=UTC))
    take_spike(flag, by=bo, now=NOW)
    with pytest.raises(DomainError, match="Say what came of it"):
        resolve_spike(flag, outcome="  ", by=bo, now=NOW)
    done = resolve_spike(flag, outcome="The line was misused; SIM changed.", by=bo, now=NOW)

    assert (done.state, done.owner, done.closed_at) == ("resolved", bo, NOW)
    assert done.first_contact_at == datetime(2026, 10, 24, 9, tzinfo=UTC)
    for act in (take_spike, note_contact):
        with pytest.raises(DomainError):
            act(flag, by=bo, now=NOW)


def test_a_new_flag_can_be_dismissed(kari: Kari) -> None:
    limits(kari, voice_minutes=1)
    on(kari, no_terms)
    kari.take(day_of_calls(3, 600))
    anne = make.make_staff("anne@fjordtel.example")

    done = dismiss_spike(SpikeFlag.objects.get(), outcome="A call centre", by=anne, now=NOW)

    assert (done.state, done.owner) == ("dismissed", anne)


def test_days_that_no_median_asks_for_are_forgotten(kari: Kari) -> None:
    kari.take([*day_of_calls(3, 60), *day_of_calls(9, 60)])

    assert forget_days(date(2026, 10, 9)) == 1

    assert LineDay.objects.get().day == date(2026, 10, 9)
