"""What was used: sources, files, records and suspense."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from billing.usage.records import UsageRecord
from billing.usage.summaries import DroppedUsage, UsagePeriod, UsageSummary
from catalog.models import Supplier
from catalog.models.decks import RateDeck
from core.history import tracked
from core.models.organisation import Brand, code_validator
from core.one_brand import keeps_its_owner, one_brand

__all__ = [
    "USAGE_TYPE_NAMES",
    "DroppedUsage",
    "SuspendedUsage",
    "UsageFile",
    "UsageFileSlice",
    "UsagePeriod",
    "UsageRecord",
    "UsageSource",
    "UsageSummary",
    "UsageType",
]


class UsageType(models.IntegerChoices):
    """What was used, as records and summaries store it."""

    VOICE = 1, "voice"
    SMS = 2, "sms"
    DATA = 3, "data"


USAGE_TYPE_NAMES = {int(kind): str(kind.label) for kind in UsageType}


@tracked()
class UsageSource(models.Model):
    """Where usage files come from, and how one of their records becomes ours.

    `mapping` holds what the format needs, as documented in docs/formats.md (columns, delimiter,
    which field names the service, disposition, units). `zone` is the zone of times that carry
    none. Numbers are normalised to E.164 digits: see `country_code` and the prefixes. The buy decks
    of its `supplier` say what the usage costs us. Files are expected every so many hours, or each
    day by a time of the brand's zone, from a day on; `file_name_pattern` says which names they
    have, and what day, hour and number a name tells. A file that is missing holds the bill run.
    """

    class Format(models.TextChoices):
        ASTERISK = "asterisk", "Asterisk Master.csv"
        CSV = "csv", "CSV with a column mapping"
        JSON = "json", "JSON lines with a mapping"
        RADIUS = "radius", "RADIUS accounting detail"

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
    many_in_archive = models.BooleanField(
        default=False, help_text="A zip file of it may hold several files."
    )
    file_name_pattern = models.CharField(
        max_length=200,
        blank=True,
        help_text="Such as CDR_{date}_{sequence}.csv*; a star stands for anything.",
    )
    expected_every_hours = models.PositiveSmallIntegerField(null=True, blank=True)
    expected_by = models.TimeField(null=True, blank=True, help_text="Each day, the brand's time.")
    expected_from = models.DateField(null=True, blank=True)
    sequence_first = models.PositiveBigIntegerField(
        null=True, blank=True, help_text="The number that its first file has, if it is known."
    )
    sequence_daily = models.BooleanField(
        default=False, help_text="Numbers begin anew with each {date}."
    )
    holds_billing = models.BooleanField(
        default=True, help_text="Bill runs wait for files of it that are missing."
    )

    class Meta:
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(
                condition=Q(format__in=("asterisk", "csv", "json", "radius")),
                name="usage_source_format_is_known",
            ),
            models.CheckConstraint(
                condition=Q(expected_every_hours__isnull=True, expected_by__isnull=True)
                | Q(expected_from__isnull=False, expected_by__isnull=True)
                & Q(expected_every_hours__gte=1, expected_every_hours__lte=744)
                | Q(expected_from__isnull=False, expected_by__isnull=False)
                & Q(expected_every_hours__isnull=True),
                name="usage_source_schedule_is_whole",
            ),
        )
        triggers = (keeps_its_owner("brand"),)

    def __str__(self) -> str:
        return self.code


class UsageFile(models.Model):
    """A file of usage that was taken in. Its counts and its units always add up (invariant I4):

    rows = rated + duplicates + suspended + discarded + ignored, and so do the units, but for
    `ignored` lines, of which the source's mapping says that they are no usage. A header and empty
    lines are no rows; unanswered calls have quantity 0 and are rated. `loading` files hold no
    counts yet: their slices do. Of a file that was rolled back nothing counts any more: its counts
    say what it had; the same content may come again. `rated_dropped` and `quantity_dropped` tell
    how much of what it rated the retention has dropped since.
    """

    class State(models.TextChoices):
        LOADING = "loading", "loading"
        DONE = "done", "done"
        ROLLED_BACK = "rolled_back", "rolled back"

    TRANSITIONS = {
        State.LOADING: {State.DONE, State.ROLLED_BACK},
        State.DONE: {State.ROLLED_BACK},
        State.ROLLED_BACK: set[State](),
    }

    source = models.ForeignKey(UsageSource, models.PROTECT, related_name="files")
    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    state = models.CharField(max_length=20, choices=State.choices, default=State.LOADING)
    rows = models.PositiveBigIntegerField(default=0)
    rated = models.PositiveBigIntegerField(default=0)
    duplicates = models.PositiveBigIntegerField(default=0)
    suspended = models.PositiveBigIntegerField(default=0)
    discarded = models.PositiveBigIntegerField(default=0)
    ignored = models.PositiveBigIntegerField(default=0)
    quantity = models.BigIntegerField(default=0, help_text="Units of all readable rows.")
    quantity_rated = models.BigIntegerField(default=0)
    quantity_duplicates = models.BigIntegerField(default=0)
    quantity_suspended = models.BigIntegerField(default=0)
    quantity_discarded = models.BigIntegerField(default=0)
    via_api = models.BooleanField(
        default=False, help_text="Its lines are events that came over the API, one part a request."
    )
    rated_dropped = models.PositiveBigIntegerField(default=0)
    quantity_dropped = models.BigIntegerField(default=0)
    imported_at = models.DateTimeField()
    rolled_back_at = models.DateTimeField(null=True, blank=True)
    rolled_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    rollback_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("-id",)
        permissions = (("roll_back_usagefile", "Can roll back what a usage file brought"),)
        constraints = (
            models.UniqueConstraint(
                fields=("source", "sha256"),
                condition=~Q(state="rolled_back"),
                name="usage_file_content_once",
            ),
            models.CheckConstraint(
                condition=~Q(state="done")
                | Q(
                    rows=F("rated")
                    + F("duplicates")
                    + F("suspended")
                    + F("discarded")
                    + F("ignored")
                ),
                name="usage_file_rows_add_up",
            ),
            models.CheckConstraint(
                condition=~Q(state="done")
                | Q(
                    quantity=F("quantity_rated")
                    + F("quantity_duplicates")
                    + F("quantity_suspended")
                    + F("quantity_discarded")
                ),
                name="usage_file_units_add_up",
            ),
            models.CheckConstraint(
                condition=Q(state="rolled_back", rolled_back_at__isnull=False)
                & ~Q(rollback_reason="")
                | ~Q(state="rolled_back") & Q(rolled_back_at__isnull=True, rollback_reason=""),
                name="usage_file_rollback_says_why",
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
    discarded = models.PositiveIntegerField(default=0)
    ignored = models.PositiveIntegerField()
    quantity = models.BigIntegerField()
    quantity_rated = models.BigIntegerField()
    quantity_duplicates = models.BigIntegerField(default=0)
    quantity_suspended = models.BigIntegerField(default=0)
    quantity_discarded = models.BigIntegerField(default=0)
    masked_at = models.DateTimeField(
        null=True, blank=True, help_text="Since then no called number stands in it."
    )

    class Meta:
        ordering = ("file", "position")
        constraints = (
            models.UniqueConstraint(fields=("file", "position"), name="usage_slice_once"),
        )

    def __str__(self) -> str:
        return f"{self.file_id}/{self.position}"


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
        DISCARDED = "discarded", "discarded"

    # A release is undone where the file that made the line a duplicate is rolled back; who
    # discarded a line by mistake takes it up again.
    TRANSITIONS = {
        State.OPEN: {State.RELEASED, State.DISCARDED},
        State.RELEASED: {State.OPEN},
        State.DISCARDED: {State.OPEN},
    }

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="suspended_usage")
    source = models.ForeignKey(UsageSource, models.PROTECT, related_name="suspended")
    file = models.ForeignKey(UsageFile, models.PROTECT, related_name="suspended_lines")
    line_number = models.PositiveBigIntegerField()
    raw = models.TextField()
    reason = models.CharField(max_length=20, choices=Reason.choices)
    detail = models.CharField(max_length=300, blank=True)
    cause = models.CharField(
        max_length=100,
        blank=True,
        help_text="What is to be mended, such as the unknown number: lines of one cause alike.",
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    key = models.UUIDField(help_text="As a record's: the same line again is a duplicate.")
    content = models.UUIDField()
    start_at = models.DateTimeField(null=True, blank=True)
    service = models.CharField(max_length=100, blank=True)
    called = models.CharField(max_length=100, blank=True)
    usage_type = models.SmallIntegerField(
        null=True, blank=True, help_text="1 voice, 2 SMS, 3 data; empty where it can't be read."
    )
    quantity = models.BigIntegerField(null=True, blank=True)
    discarded_at = models.DateTimeField(null=True, blank=True)
    discarded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    discard_reason = models.CharField(max_length=200, blank=True)
    masked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("file", "line_number")
        verbose_name_plural = "suspended usage"
        constraints = (
            models.UniqueConstraint(fields=("file", "line_number"), name="suspended_line_once"),
            models.CheckConstraint(
                condition=Q(state="discarded", discarded_at__isnull=False) & ~Q(discard_reason="")
                | ~Q(state="discarded") & Q(discarded_at__isnull=True, discard_reason=""),
                name="suspended_discarded_says_why",
            ),
        )
        indexes = (
            models.Index(
                fields=("brand", "reason", "cause"),
                condition=Q(state="open"),
                name="suspended_open_by_cause",
            ),
            models.Index(fields=("brand", "reason"), name="suspended_by_reason"),
            models.Index(fields=("key",), name="suspended_by_key"),
        )
        triggers = (*one_brand(("brand", "source__brand"), ("source", "file__source")),)

    def __str__(self) -> str:
        return f"{self.file_id}:{self.line_number} {self.reason}"
