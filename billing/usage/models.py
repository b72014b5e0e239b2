"""What was used: sources, files, records, suspense and the summaries that bills read."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from accounts.models.people import Account
from accounts.models.subscriptions import Subscription
from catalog.models import PlanVersion, Supplier
from catalog.models.decks import RateDeck, UsageCategory
from core.history import tracked
from core.models.organisation import Brand, code_validator
from core.one_brand import keeps_its_owner, one_brand


class UsageType(models.IntegerChoices):
    """What was used, as records and summaries store it."""

    VOICE = 1, "voice"
    SMS = 2, "sms"
    DATA = 3, "data"


USAGE_TYPE_NAMES = {int(kind): str(kind.label) for kind in UsageType}


@tracked()
class UsageSource(models.Model):
    """Where usage files come from, and how one of their lines becomes a record.

    `mapping` holds what the format needs, as documented in docs/formats.md (columns, delimiter,
    which field names the service, disposition, units). `zone` is the zone of times that carry
    none. Numbers are normalised to E.164 digits: see `country_code` and the prefixes. The buy decks
    of its `supplier` say what the usage costs us.
    """

    class Format(models.TextChoices):
        ASTERISK = "asterisk", "Asterisk Master.csv (16 or 18 columns)"
        CSV = "csv", "CSV with a column mapping"

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="usage_sources")
    code = models.CharField(max_length=40, unique=True, validators=[code_validator])
    name = models.CharField(max_length=200)
    format = models.CharField(max_length=20, choices=Format.choices)
    encoding = models.CharField(max_length=20, default="utf-8")
    zone = models.CharField(max_length=60, default="UTC")
    usage_type = models.CharField(
        max_length=10, choices=RateDeck.UsageType.choices, default=RateDeck.UsageType.VOICE
    )
    mapping = models.JSONField(default=dict, blank=True)
    country_code = models.CharField(max_length=4, blank=True)
    international_prefix = models.CharField(max_length=10, default="00", blank=True)
    national_prefix = models.CharField(max_length=10, default="", blank=True)
    short_code_digits = models.PositiveSmallIntegerField(
        default=6, help_text="Numbers of at most so many digits stay as they are."
    )
    supplier = models.ForeignKey(
        Supplier,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="usage_sources",
        help_text="Whose buy decks say what its usage costs us.",
    )
    id_reuse_days = models.PositiveSmallIntegerField(default=62)
    quantity_max = models.PositiveBigIntegerField(
        default=1_000_000_000_000, help_text="More than this is absurd and goes to suspense."
    )

    class Meta:
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(
                condition=Q(format__in=("asterisk", "csv")), name="usage_source_format_is_known"
            ),
        )
        triggers = (keeps_its_owner("brand"),)

    def __str__(self) -> str:
        return self.code


class UsageFile(models.Model):
    """A file of usage that was taken in. Its counts always add up (invariant I4):

    rows = rated + duplicates + suspended + ignored; `ignored` are lines that the source's mapping
    says are not usage. A header and empty lines are no rows; unanswered calls have quantity 0 and
    are rated. `loading` files hold no counts yet: their slices do.
    """

    class State(models.TextChoices):
        LOADING = "loading", "loading"
        DONE = "done", "done"

    TRANSITIONS = {State.LOADING: {State.DONE}, State.DONE: set[State]()}

    source = models.ForeignKey(UsageSource, models.PROTECT, related_name="files")
    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.LOADING)
    rows = models.PositiveBigIntegerField(default=0)
    rated = models.PositiveBigIntegerField(default=0)
    duplicates = models.PositiveBigIntegerField(default=0)
    suspended = models.PositiveBigIntegerField(default=0)
    ignored = models.PositiveBigIntegerField(default=0)
    quantity = models.BigIntegerField(default=0, help_text="Units of all readable rows.")
    quantity_rated = models.BigIntegerField(default=0)
    imported_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=("source", "sha256"), name="usage_file_content_once"),
            models.CheckConstraint(
                condition=~Q(state="done")
                | Q(rows=F("rated") + F("duplicates") + F("suspended") + F("ignored")),
                name="usage_file_rows_add_up",
            ),
        )
        triggers = (keeps_its_owner("source"),)

    def __str__(self) -> str:
        return self.name


class UsageFileSlice(models.Model):
    """A resumable part of a file: lines of some accounts, compressed, and what became of them.

    The lines lie anywhere in the file: `lines` are their numbers (`intake/line_numbers.py`), empty
    if they are all those from `first_line` to `last_line`. Each line of the file, the header and
    empty ones too, is in one slice, so the slices together are the file itself, byte by byte.
    """

    file = models.ForeignKey(UsageFile, models.PROTECT, related_name="slices")
    position = models.PositiveIntegerField()
    first_line = models.PositiveBigIntegerField()
    last_line = models.PositiveBigIntegerField()
    line_count = models.PositiveIntegerField(help_text="Lines, with a header and empty ones.")
    lines = models.BinaryField(default=bytes, help_text="The numbers of the lines, packed.")
    raw = models.BinaryField(help_text="The lines as they came, zlib-compressed.")
    rated = models.PositiveIntegerField()
    duplicates = models.PositiveIntegerField()
    suspended = models.PositiveIntegerField()
    ignored = models.PositiveIntegerField()
    quantity = models.BigIntegerField()
    quantity_rated = models.BigIntegerField()

    class Meta:
        ordering = ("file", "position")
        constraints = (
            models.UniqueConstraint(fields=("file", "position"), name="usage_slice_once"),
        )

    def __str__(self) -> str:
        return f"{self.file_id}/{self.position}"


class UsageRecord(models.Model):
    """One rated event. The largest table: partitioned by month of start, plain ids, fixed widths.

    `amount` and `cost` are millionths of the account's currency unit, in the brand's price mode;
    `quantity` and `billed` are seconds, messages or bytes. `key` is the record's identity within
    its source, `content` a digest of what it says. `called` holds the called number's digits and
    `called_digits` how many there are (leading zeros). `period_start` is the usage period it is
    billed with, `origin_start` the one it started in: they differ for late usage. `covered` are
    the billed units that allowances cover, `paid` the millionths that money allowances pay;
    `amount` is what is left to pay after both. A record that counts in a cumulative price has no
    amount of its own unless it is late: see `CumulativeUsage`.
    """

    class Flag(models.IntegerChoices):
        LATE = 1, "late"
        PRICED = 2, "priced by the source"
        CORRECTION = 4, "correction"
        NO_COST = 8, "no buy rate"
        LOW_MARGIN = 16, "below the margin floor"
        CUMULATIVE = 32, "counted in a cumulative price"

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
        """The called number's digits as dialled after normalisation, leading zeros kept."""
        return str(self.called).zfill(self.called_digits) if self.called_digits else ""


class SuspendedUsage(models.Model):
    """A line that could not be rated: nothing is lost, nothing is charged, somebody mends it."""

    class Reason(models.TextChoices):
        INVALID = "invalid", "not a sensible record"
        UNKNOWN_SERVICE = "unknown_service", "nobody has this number"
        NOT_ACTIVE = "not_active", "the service was not active then"
        NO_RATE = "no_rate", "no price for this destination"
        CONFLICT = "conflict", "same id as another record, other content"
        BILLED_ELSEWHERE = "billed_elsewhere", "billed by the system before"

    class State(models.TextChoices):
        OPEN = "open", "open"
        RELEASED = "released", "released"

    TRANSITIONS = {State.OPEN: {State.RELEASED}, State.RELEASED: set[State]()}

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="suspended_usage")
    source = models.ForeignKey(UsageSource, models.PROTECT, related_name="suspended")
    file = models.ForeignKey(UsageFile, models.PROTECT, related_name="suspended_lines")
    line_number = models.PositiveBigIntegerField()
    raw = models.TextField()
    reason = models.CharField(max_length=20, choices=Reason.choices)
    detail = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    key = models.UUIDField(help_text="As a record's: the same line again is a duplicate.")
    content = models.UUIDField()
    start_at = models.DateTimeField(null=True, blank=True)
    service = models.CharField(max_length=100, blank=True)
    called = models.CharField(max_length=100, blank=True)
    quantity = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ("file", "line_number")
        verbose_name_plural = "suspended usage"
        constraints = (
            models.UniqueConstraint(fields=("file", "line_number"), name="suspended_line_once"),
        )
        indexes = (
            models.Index(fields=("brand", "reason"), name="suspended_by_reason"),
            models.Index(fields=("key",), name="suspended_by_key"),
        )
        triggers = (*one_brand(("brand", "source__brand"), ("source", "file__source")),)

    def __str__(self) -> str:
        return f"{self.file_id}:{self.line_number} {self.reason}"


class UsagePeriod(models.Model):
    """A closed usage period of an account, `[start, end)` in the brand's zone.

    A row exists from the moment an account is calculated: what arrives from then on is late.
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="usage_periods")
    start = models.DateField()
    end = models.DateField()
    closed_at = models.DateTimeField()

    class Meta:
        ordering = ("account", "start")
        constraints = (
            models.UniqueConstraint(fields=("account", "start"), name="usage_period_once"),
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="usage_period_not_empty"),
        )

    def __str__(self) -> str:
        return f"{self.account_id} {self.start}–{self.end}"


class UsageSummary(models.Model):
    """What bills and balances read: one row for each key, added to as records are rated.

    `amount`, `cost` and what money allowances `paid` are millionths of the currency unit, in the
    brand's price mode.
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="usage_summaries")
    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="usage_summaries")
    period_start = models.DateField()
    origin_start = models.DateField()
    category = models.ForeignKey(UsageCategory, models.PROTECT, related_name="+")
    plan_version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="+")
    usage_type = models.SmallIntegerField(help_text="1 voice, 2 SMS, 3 data.")
    records = models.BigIntegerField()
    quantity = models.BigIntegerField()
    billed = models.BigIntegerField()
    covered = models.BigIntegerField(default=0)
    paid = models.BigIntegerField(default=0)
    amount = models.BigIntegerField()
    cost = models.BigIntegerField()

    class Meta:
        ordering = ("subscription", "period_start", "origin_start", "category")
        verbose_name_plural = "usage summaries"
        constraints = (
            models.UniqueConstraint(
                fields=(
                    "subscription",
                    "period_start",
                    "origin_start",
                    "category",
                    "plan_version",
                    "usage_type",
                ),
                name="usage_summary_key_once",
            ),
        )
        indexes = (
            models.Index(fields=("account", "period_start"), name="usage_summary_by_account"),
        )
        triggers = (
            *one_brand(
                ("account", "subscription__account"),
                ("account__brand", "category__brand"),
                ("account__brand", "plan_version__plan__brand"),
            ),
            keeps_its_owner("subscription"),
        )

    def __str__(self) -> str:
        return f"{self.subscription_id} {self.period_start} {self.category_id}"
