"""Time bands of rate decks: named parts of the week, of dates and of holidays."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import IntegerRangeField, RangeOperators
from django.db import models
from django.db.backends.postgresql.psycopg_any import NumericRange
from django.db.models import Q

from catalog.models.rate_keys import kept_for_its_rates
from core.history import tracked
from core.models.organisation import code_validator
from core.triggers import frozen

MINUTES_OF_A_DAY = 1440


@tracked()
class TimeBand(models.Model):
    """A named part of the time of one deck ("evening"); rates may have a price for it alone.

    A rate without a band serves all hours whose band has no rate of its own. Bands follow the
    wall clock in the deck's zone.
    """

    deck = models.ForeignKey("RateDeck", models.CASCADE, related_name="bands", db_index=False)
    code = models.CharField(max_length=40, validators=[code_validator])

    class Meta:
        ordering = ("deck", "code")
        constraints = (
            models.UniqueConstraint(fields=("deck", "code"), name="time_band_code_once_per_deck"),
            # Hours refer to the pair, so that their band is always one of their deck.
            models.UniqueConstraint(fields=("deck", "id"), name="time_band_known_with_its_deck"),
        )
        triggers = (kept_for_its_rates("deck_id = OLD.deck_id AND band_id = OLD.id"),)

    def __str__(self) -> str:
        return self.code


@tracked()
class BandHours(models.Model):
    """Hours of a weekday, of a date or of a country's public holidays that belong to a band.

    `minutes` count from midnight, half-open, within one day: 20:00 to 24:00 is [1200, 1440). Of
    one kind of day, no two bands of a deck share a minute. A date wins over a holiday and a
    holiday over a weekday, in its own hours only.
    """

    # The constraint is on (deck, band): see the migration that makes it.
    band = models.ForeignKey(TimeBand, models.CASCADE, related_name="hours", db_constraint=False)
    deck = models.ForeignKey("RateDeck", models.CASCADE, related_name="+", db_index=False)
    weekday = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="1 is Monday, 7 is Sunday."
    )
    date = models.DateField(null=True, blank=True)
    holidays_of = models.CharField(
        max_length=2, blank=True, help_text="Public holidays of this country (ISO 3166)."
    )
    minutes = IntegerRangeField()

    class Meta:
        ordering = ("band", "weekday", "date", "minutes")
        verbose_name_plural = "band hours"
        constraints = (
            models.CheckConstraint(
                condition=Q(weekday__isnull=False, date__isnull=True, holidays_of="")
                | Q(weekday__isnull=True, date__isnull=False, holidays_of="")
                | Q(weekday__isnull=True, date__isnull=True, holidays_of__regex=r"^[A-Z]{2}$"),
                name="band_hours_of_one_kind_of_day",
            ),
            models.CheckConstraint(
                condition=Q(weekday__isnull=True) | Q(weekday__gte=1, weekday__lte=7),
                name="band_hours_weekday_1_to_7",
            ),
            models.CheckConstraint(
                condition=Q(
                    minutes__contained_by=NumericRange(0, MINUTES_OF_A_DAY),
                    minutes__isempty=False,
                ),
                name="band_hours_within_one_day",
            ),
            ExclusionConstraint(
                name="band_hours_weekday_never_twice",
                expressions=(
                    ("deck", RangeOperators.EQUAL),
                    ("weekday", RangeOperators.EQUAL),
                    ("minutes", RangeOperators.OVERLAPS),
                ),
                condition=Q(weekday__isnull=False),
            ),
            ExclusionConstraint(
                name="band_hours_date_never_twice",
                expressions=(
                    ("deck", RangeOperators.EQUAL),
                    ("date", RangeOperators.EQUAL),
                    ("minutes", RangeOperators.OVERLAPS),
                ),
                condition=Q(date__isnull=False),
            ),
            ExclusionConstraint(
                name="band_hours_holiday_never_twice",
                expressions=(
                    ("deck", RangeOperators.EQUAL),
                    ("minutes", RangeOperators.OVERLAPS),
                ),
                condition=~Q(holidays_of=""),
            ),
        )
        triggers = (frozen("hours_are_frozen", deletable=True),)

    def __str__(self) -> str:
        return f"{self.day_in_words} {self.hours_in_words}"

    @property
    def day_in_words(self) -> str:
        """Which days these are: a weekday's name, a date, or the holidays of a country."""
        if self.weekday is not None:
            return ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[self.weekday - 1]
        return str(self.date) if self.date else f"holidays {self.holidays_of}"

    @property
    def hours_in_words(self) -> str:
        """From when until when, as 20:00–24:00."""
        ends = (self.minutes.lower, self.minutes.upper)
        return "–".join(f"{minute // 60:02}:{minute % 60:02}" for minute in ends)
