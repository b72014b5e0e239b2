"""Rated events, each with its price and what it came from."""

from __future__ import annotations

from django.db import models


class UsageRecord(models.Model):
    """One rated event. The largest table: partitioned by month of start, plain ids, fixed widths.

    `amount` and `cost` are millionths of the account's currency unit, in the brand's price mode;
    `quantity` and `billed` are seconds, messages or bytes. `key` is the record's identity within
    its source, `content` a digest of what it says. `called` holds the called number's digits and
    `called_digits` how many there are (leading zeros). `period_start` is the usage period it is
    billed with, `origin_start` the one it started in: they differ for late usage. `covered` are
    the billed units that allowances cover, `paid` the millionths that money allowances pay;
    `amount` is what is left to pay after both. A record that counts in a cumulative price has no
    amount of its own unless it is late: see `CumulativeUsage`. Records that a re-rating made for a
    billed one have its file and line.
    """

    class Flag(models.IntegerChoices):
        LATE = 1, "late"
        PRICED = 2, "priced by the source"
        CORRECTION = 4, "correction"
        NO_COST = 8, "no buy rate"
        LOW_MARGIN = 16, "below the margin floor"
        CUMULATIVE = 32, "counted in a cumulative price"
        MASKED = 64, "of the called number only the first digits are kept"
        RERATED = 128, "of a billed record that was rated again: its reversal, or its replacement"

    id = models.BigAutoField(primary_key=True)
    start_at = models.DateTimeField()
    key = models.UUIDField()
    content = models.UUIDField()
    source_id = models.BigIntegerField()
    file_id = models.BigIntegerField()
    line_number = models.IntegerField()
    brand_id = models.BigIntegerField()
    account_id = models.BigIntegerField()
    subscription_id = models.BigIntegerField()
    number_id = models.BigIntegerField()
    plan_version_id = models.BigIntegerField()
    category_id = models.BigIntegerField()
    rate_id = models.BigIntegerField()
    usage_type = models.SmallIntegerField(help_text="1 voice, 2 SMS, 3 data.")
    called = models.BigIntegerField()
    called_digits = models.SmallIntegerField()
    quantity = models.BigIntegerField()
    billed = models.BigIntegerField()
    amount = models.BigIntegerField()
    cost = models.BigIntegerField()
    flags = models.SmallIntegerField()
    period_start = models.DateField()
    origin_start = models.DateField()
    covered = models.BigIntegerField(default=0)
    paid = models.BigIntegerField(default=0)

    class Meta:
        ordering = ("start_at", "source_id", "key")

    def __str__(self) -> str:
        return str(self.key)

    @property
    def called_number(self) -> str:
        """The called number's digits as dialled after normalisation, leading zeros kept.

        Of a masked one the first digits and three dots.
        """
        digits = str(self.called).zfill(self.called_digits) if self.called_digits else ""
        return f"{digits}…" if digits and self.flags & self.Flag.MASKED else digits
