"""Rates: what an event costs by the number called, dated, and the files they came with."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from django.db import models
from django.db.models import Func, Q, Value
from django.db.models.lookups import Exact

from catalog.models.bands import TimeBand
from catalog.models.decks import RateDeck, UsageCategory
from catalog.models.freezing import is_price
from catalog.models.rate_keys import kept_for_its_rates, masters_are_there
from core.one_brand import keeps_its_owner
from core.triggers import frozen

DIGITS = "0123456789"


class RateImport(models.Model):
    """A file of rates that was taken into a deck: the record of who changed which prices.

    `replaced` keeps the rates that gave way to it before they started, so that reverting the
    import can put them back. One that corrects says in `reason` why, and in `superseded` how many
    rates that had started it took the place of. Once reverted it stays as a record.
    """

    deck = models.ForeignKey(RateDeck, models.PROTECT, related_name="imports")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    starts_on = models.DateField()
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    ended = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    superseded = models.PositiveIntegerField(
        default=0, help_text="Wrong rates, in whose place its rates hold from their start on."
    )
    reason = models.CharField(max_length=200, blank=True, help_text="Why it came in.")
    imported_at = models.DateTimeField()
    imported_by = models.CharField(max_length=200, blank=True, help_text="Who took the file in.")
    replaced = models.BinaryField(null=True, blank=True, editable=False)
    reverted_at = models.DateTimeField(null=True, blank=True)
    reverted_by = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(reverted_at__isnull=True, reverted_by="")
                | (Q(reverted_at__isnull=False) & ~Q(reverted_by="")),
                name="rate_import_reverted_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(superseded=0) | ~Q(reason=""), name="rate_import_corrects_with_a_reason"
            ),
        )
        triggers = (
            kept_for_its_rates(
                "deck_id = OLD.deck_id AND OLD.id IN (imported_by_id, superseded_by_id)"
            ),
            keeps_its_owner("deck"),
        )

    def __str__(self) -> str:
        return f"Import {self.pk}: {self.file_name}"


class Step(NamedTuple):
    """From `from_unit` on, up to the next step, units cost `price` in steps of `increment`."""

    from_unit: int
    price: Decimal
    increment: int


class Rate(models.Model):
    """The price of one prefix and band from a date on, until the next row of the same three.

    A rate has a start and no end; a row marked `ended` closes its prefix (in its band). So a plain
    unique key makes overlaps impossible. Prices have up to 6 decimals; `max_charge` 0 means no cap;
    empty `first_increment` and `first_price` equal `next_increment` and `price`. Where there are
    `steps`, they alone say prices and increments; `price` and `next_increment` repeat the last.
    A rate that was wrong from its start on is `superseded_by` the import with the right one: it
    prices nothing any more, but what it has priced keeps it until it is rated again.
    """

    # No indexes of their own on the foreign keys: the unique key leads with the deck, and each
    # further index makes taking in a large file slower by a third. That they lead somewhere is
    # asked once for all rows of a statement (`masters_are_there`), and what they name can't be
    # deleted (`kept_for_its_rates`): asking for each row takes longer than all else together.
    deck = models.ForeignKey(
        RateDeck, models.PROTECT, related_name="rates", db_index=False, db_constraint=False
    )
    prefix = models.CharField(max_length=15)
    band = models.ForeignKey(
        TimeBand,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="rates",
        db_index=False,
        db_constraint=False,
    )
    starts_on = models.DateField()
    ended = models.BooleanField(default=False)
    destination = models.CharField(max_length=100, blank=True)
    category = models.ForeignKey(
        UsageCategory,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="rates",
        db_index=False,
        db_constraint=False,
    )
    connection_fee = models.DecimalField(max_digits=18, decimal_places=6, default=0)
    per = models.PositiveBigIntegerField(default=60)
    first_increment = models.PositiveBigIntegerField(null=True, blank=True)
    first_price = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    next_increment = models.PositiveBigIntegerField(default=1)
    price = models.DecimalField(max_digits=18, decimal_places=6, default=0)
    max_charge = models.DecimalField(max_digits=18, decimal_places=6, default=0)
    steps = models.CharField(
        max_length=500, blank=True, help_text="from:price:increment …, as 0:0.4:30 60:0.2:10"
    )
    imported_by = models.ForeignKey(
        RateImport,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="rates",
        db_index=False,
        db_constraint=False,
    )
    superseded_by = models.ForeignKey(
        RateImport,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="superseded_rates",
        db_index=False,
        db_constraint=False,
    )

    class Meta:
        ordering = ("deck", "prefix", "starts_on")
        constraints = (
            models.UniqueConstraint(
                fields=("deck", "prefix", "band", "starts_on", "superseded_by"),
                nulls_distinct=False,
                name="rate_start_once_per_prefix",
            ),
            models.CheckConstraint(
                # A quarter of the time that a regular expression takes.
                condition=~Q(prefix="")
                & Q(
                    Exact(Func("prefix", Value("0123456789"), Value(""), function="translate"), "")
                ),
                name="rate_prefix_is_digits",
            ),
            models.CheckConstraint(
                condition=Q(per__gte=1) & Q(next_increment__gte=1), name="rate_steps_positive"
            ),
            models.CheckConstraint(
                condition=is_price("price")
                & is_price("connection_fee")
                & is_price("max_charge")
                & (Q(first_price__isnull=True) | is_price("first_price")),
                name="rate_prices_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(steps="")
                | Q(
                    steps__regex=r"^0:\d+(\.\d+)?:[1-9]\d*( [1-9]\d*:\d+(\.\d+)?:[1-9]\d*)*$",
                    first_increment__isnull=True,
                    first_price__isnull=True,
                ),
                name="rate_steps_are_a_list",
            ),
        )
        triggers = (frozen("prices_are_frozen", deletable=True), masters_are_there())

    def __str__(self) -> str:
        return f"{self.prefix} from {self.starts_on}"

    @property
    def step_list(self) -> tuple[Step, ...]:
        """The steps as figures; none where first and next increment say it all."""
        return steps_of(self.steps)


def steps_of(text: str) -> tuple[Step, ...]:
    """The steps that a rate's text says, in their order."""
    parts = (step.split(":") for step in text.split())
    return tuple(Step(int(first), Decimal(price), int(size)) for first, price, size in parts)
