"""Odd decks, by files into brands of odd zones, against figures by hand and second by second."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import NumericRange

from billing.usage.models import SuspendedUsage, UsageRecord, UsageSource
from billing.usage.services.import_usage_file import import_usage_file
from catalog.models import BandHours, RateDeck, TimeBand
from core.money import MICRO
from tests import make
from tests.oracle.second_by_second import HandDeck, HandRate, Step, nights

# Fourteen months back are March 2027: two nights of changed clocks a way, and a leap day.
NOW = datetime(2028, 5, 2, 4, 0, tzinfo=UTC)
FIRST, LAST = date(2027, 3, 2), date(2028, 5, 1)
ZONES = ("Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca", "America/St_Johns")
EVENTS = 60


class Shop:
    """A brand of a zone, with one line, one deck and one source."""

    def __init__(self, zone: str, folder: Path, **deck: object) -> None:
        self.folder = folder
        brand = make.make_brand(zone=zone)
        self.deck: RateDeck = make.make_deck(brand, **deck)
        plan = make.make_plan(brand, decks={"voice": self.deck})
        make.make_subscription(make.make_account(brand), plan, number="4790000123")
        self.source: UsageSource = make.make_source(brand)
        self.bands: dict[str, TimeBand] = {}

    def band(self, name: str) -> TimeBand | None:
        if name and name not in self.bands:
            self.bands[name] = TimeBand.objects.create(deck=self.deck, code=name)
        return self.bands.get(name)

    def hours(self, name: str, first: int, end: int, **day: object) -> None:
        self.band(name)
        BandHours.objects.create(
            band_id=self.bands[name].pk, deck=self.deck, minutes=NumericRange(first, end), **day
        )

    def sell(self, deck: HandDeck) -> None:
        """The same deck in the database."""
        for weekday, first, end, name in deck.weekly:
            self.hours(name, first, end, weekday=weekday)
        for day, first, end, name in deck.dated:
            self.hours(name, first, end, date=day)
        for rate in deck.rates:
            last = rate.steps[-1]
            steps = " ".join(f"{begin}:{decimal(price)}:{by}" for begin, price, by in rate.steps)
            make.make_rate(
                self.deck, rate.prefix, str(decimal(last[1])), starts_on=rate.since,
                connection_fee=decimal(rate.fee), max_charge=decimal(rate.cap), ended=rate.ended,
                band=self.band(rate.band), first_increment=None, next_increment=last[2],
                steps=steps if len(rate.steps) > 1 else "",
            )  # fmt: skip

    def charges(self, calls: list[tuple[str, int, int]]) -> list[Fraction | str]:
        """What is stored of calls (number, second since 1970, quantity), or why they wait."""
        path = self.folder / "calls.csv"
        rows = [
            f"R{place},{datetime.fromtimestamp(start, UTC):%Y-%m-%dT%H:%M:%SZ},+4790000123,"
            f"+{number},{quantity}"
            for place, (number, start, quantity) in enumerate(calls)
        ]
        path.write_text("\n".join(["id,start,service,called,seconds", *rows, ""]))
        import_usage_file(source=self.source, path=path, now=NOW)
        records = UsageRecord.objects.values_list("line_number", "amount")
        told: dict[int, Fraction | str] = {
            line: Fraction(amount, MICRO) for line, amount in records
        }
        waiting = SuspendedUsage.objects.values_list("line_number", "reason")
        told |= {line: str(reason) for line, reason in waiting}
        return [told[place + 2] for place in range(len(calls))]


def decimal(amount: Fraction) -> Decimal:
    return Decimal(amount.numerator) / Decimal(amount.denominator)


def second(zone: str, text: str, fold: int = 0) -> int:
    """The second since 1970 of a wall clock."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).timestamp())


HOWE, NEPAL = "Australia/Lord_Howe", "Asia/Kathmandu"


@pytest.mark.django_db
def test_half_an_hour_that_comes_twice_is_night_twice(tmp_path: Path) -> None:
    """On Lord Howe clocks go back from 2:00 to 1:30 on 2 April 2028. Night is 1:30–2:00 at 0.10,
    else 1.00 a minute, by the second, cut at edges.

    From 1:29:50 for 90 minutes: 10 s at 1/60, an hour of night at 0.1/60, 1790 s at 1/60.
    """
    shop = Shop(HOWE, tmp_path, band_rule="split")
    for weekday in range(1, 8):
        shop.hours("night", 90, 120, weekday=weekday)
    make.make_rate(shop.deck, "90", "1.00", first_increment=None)
    make.make_rate(shop.deck, "90", "0.10", first_increment=None, band=shop.band("night"))

    [amount] = shop.charges([("90532", second(HOWE, "2028-04-02T01:29:50"), 5400)])

    assert amount == Fraction(36_000_000, MICRO)


@pytest.mark.django_db
def test_half_an_hour_that_never_comes_is_no_night(tmp_path: Path) -> None:
    """On 3 October 2027 clocks go from 2:00 to 2:30: of a band from 2:00 to 3:00 half an hour is
    left, 30 minutes at 0.10 and 10 s before at 1.00 a minute."""
    shop = Shop(HOWE, tmp_path, band_rule="split")
    shop.hours("night", 120, 180, weekday=7)
    make.make_rate(shop.deck, "90", "1.00", first_increment=None)
    make.make_rate(shop.deck, "90", "0.10", first_increment=None, band=shop.band("night"))

    [amount] = shop.charges([("90532", second(HOWE, "2027-10-03T01:59:50"), 10 + 1800 + 60)])

    assert amount == Fraction(166_667 + 3_000_000 + 1_000_000, MICRO)


@pytest.mark.django_db
def test_prices_change_at_midnight_of_kathmandu(tmp_path: Path) -> None:
    """5:45 ahead: 1 March 2028 begins at 18:15 UTC on the leap day. 90 is 0.60, then 1.20 a
    minute; 905 is closed from then on, so 90 serves its calls."""
    shop = Shop(NEPAL, tmp_path)
    make.make_rate(shop.deck, "90", "0.60")
    make.make_rate(shop.deck, "90", "1.20", starts_on=date(2028, 3, 1))
    make.make_rate(shop.deck, "905", "6.00")
    make.make_rate(shop.deck, "905", "0", starts_on=date(2028, 3, 1), ended=True)
    midnight = int(datetime(2028, 2, 29, 18, 15, tzinfo=UTC).timestamp())

    amounts = shop.charges(
        [("91", midnight, 60)]
        + [(number, midnight + by, 60) for number in ("90", "9053") for by in (-1, 0)]
    )

    assert amounts == ["no_rate", Fraction(3, 5), Fraction(6, 5), Fraction(6), Fraction(6, 5)]


@pytest.mark.django_db
def test_fee_minimum_cap_and_steps_by_hand(tmp_path: Path) -> None:
    """- 1: 0.80, then 0–60 s at 0.40 a minute in 30 s, then 0.20 a minute in 10 s: 20 s → 1.00,
      85 s → 1.30.
    - 12: at least a minute (60/6) at 0.90, no more than 1.00: 1 s → 0.90, 61 s → 0.99, 67 s → 1.00.
    - 123: 0/60: 1 s → 0.60, 60 s → 0.60, 61 s → 1.20. 0 s cost nothing, not even the fee.
    """
    shop = Shop(NEPAL, tmp_path)
    make.make_rate(
        shop.deck, "1", "0.20", steps="0:0.4:30 60:0.2:10", first_increment=None,
        next_increment=10, connection_fee=Decimal("0.80"),
    )  # fmt: skip
    make.make_rate(shop.deck, "12", "0.90", next_increment=6, max_charge=Decimal(1))
    make.make_rate(shop.deck, "123", "0.60", first_increment=0, next_increment=60)
    noon = second(NEPAL, "2028-02-29T12:00:00")
    asked = [("1", 20), ("1", 85), ("1", 0), ("12", 1), ("12", 61), ("12", 67)]
    asked += [("123", 1), ("123", 60), ("123", 61), ("123", 0)]

    amounts = shop.charges([(f"{prefix}9", noon, quantity) for prefix, quantity in asked])

    told = ["1.00", "1.30", "0", "0.90", "0.99", "1.00", "0.60", "0.60", "1.20", "0"]
    assert amounts == [Fraction(amount) for amount in told]


@pytest.mark.django_db
def test_a_holiday_is_a_day_of_the_decks_zone(tmp_path: Path) -> None:
    """Christmas of Lord Howe, 11 hours ahead, begins at 13:00 UTC on 24 December 2027."""
    shop = Shop(HOWE, tmp_path)
    shop.hours("rest", 0, 1440, holidays_of="AU")
    make.make_rate(shop.deck, "90", "1.00")
    make.make_rate(shop.deck, "90", "0.10", band=shop.band("rest"))
    eve = int(datetime(2027, 12, 24, 13, tzinfo=UTC).timestamp())

    amounts = shop.charges([("90", eve - 1, 60), ("90", eve, 60)])

    assert amounts == [Fraction(1), Fraction(1, 10)]


def random_deck(draw: random.Random, zone: str) -> HandDeck:
    split = draw.random() < 0.5
    names = draw.sample(("night", "rush"), draw.randrange(3))
    weekly = []
    for place, name in enumerate(names):
        for weekday in draw.sample(range(1, 8), draw.randrange(1, 8)):
            first = 720 * place + draw.choice((0, 30, 90, 119, 300))
            weekly.append((weekday, first, first + draw.choice((1, 30, 61, 400)), name))
    dated = []
    if names:
        day = draw.choice((date(2028, 2, 29), date(2027, 10, 3), date(2028, 4, 2)))
        dated.append((day, draw.choice((0, 60, 100)), 1440, names[0]))
    rates: list[HandRate] = []
    for prefix in ("9", "90", "905", "9053"):
        if prefix != "9" and draw.random() < 0.3:
            continue
        days = draw.sample((date(2027, 10, 3), date(2028, 2, 29), date(2028, 4, 2)), 2)
        for since in (date(2020, 1, 1), *days[: draw.randrange(3)]):
            for band in ("", *names):
                if band and draw.random() < 0.4:
                    continue
                ended = not band and not names and since.year > 2020 and draw.random() < 0.3
                rates.append(random_rate(draw, prefix, since, band, ended=ended))
    return HandDeck(
        ZoneInfo(zone), tuple(rates), tuple(weekly), tuple(dated), split,
        draw.choice((2, 4, 6)), draw.choice(("half_up", "up", "down")),
    )  # fmt: skip


def random_rate(
    draw: random.Random, prefix: str, since: date, band: str, *, ended: bool
) -> HandRate:
    def price() -> Fraction:
        return Fraction(draw.choice((0, 1, 17, 1234, 99_999, 600_001)), 100_000)

    # Increments fit their steps, so that no second is billed twice where bands change.
    steps: list[Step] = [(0, price(), draw.choice((1, 5, 6, 10, 30, 60)))]
    if draw.random() < 0.5:
        steps.append((60, price(), draw.choice((1, 7, 60))))
        if steps[-1][2] != 7 and draw.random() < 0.5:
            steps.append((180, price(), draw.choice((1, 11))))
    cap = draw.choice((Fraction(0), Fraction(0), Fraction(3), Fraction(1, 1000)))
    return HandRate(
        prefix, since, tuple(steps), draw.choice((Fraction(0), price())), cap, band, ended
    )


def random_calls(draw: random.Random, zone: str) -> list[tuple[str, int, int]]:
    edges = nights(ZoneInfo(zone), FIRST, LAST)
    days = ("2027-10-03", "2028-02-29", "2028-03-01", "2028-04-02", "2027-12-31")
    edges += [second(zone, f"{day}T00:00:00") for day in days]
    return [
        (
            draw.choice(("9", "90", "9051", "90532", "8")),
            draw.choice(edges) + draw.choice((-1, 0, 1, draw.randrange(-9000, 9000))),
            draw.choice((0, 1, 59, 60, 61, 85, 200, draw.randrange(8000))),
        )
        for _ in range(EVENTS)
    ]


def check(seed: int, folder: Path) -> None:
    draw = random.Random(seed)
    zone = ZONES[seed % len(ZONES)]
    deck = random_deck(draw, zone)
    calls = random_calls(draw, zone)
    wanted = []
    for number, start, quantity in calls:
        charge = deck.charge(number, start, quantity)
        wanted.append("no_rate" if charge is None else charge)
    rule = "split" if deck.split else "start"
    with transaction.atomic():
        shop = Shop(zone, folder, band_rule=rule, decimals=deck.decimals, rounding=deck.rounding)
        shop.sell(deck)
        told = shop.charges(calls)
        transaction.set_rollback(True)

    differences = [
        (call, told_one, wanted_one)
        for call, told_one, wanted_one in zip(calls, told, wanted, strict=True)
        if told_one != wanted_one
    ]
    assert not differences, (seed, deck, differences[:3])


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(12))
def test_odd_decks_in_odd_zones_are_as_by_hand(seed: int, tmp_path: Path) -> None:
    check(seed, tmp_path)


@pytest.mark.prove
@pytest.mark.django_db
def test_many_odd_decks_are_as_by_hand(tmp_path: Path) -> None:
    for seed in range(100, 300):
        check(seed, tmp_path)
