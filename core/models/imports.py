"""What came in by file: each import with how it was read, what it did, and its undoing."""

from __future__ import annotations

import zlib

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from core.triggers import no_truncate


class ImportBatch(models.Model):
    """One file taken in, or looked at before it is; what was applied is kept for ever.

    ```
    draft ⇄ previewed ──▶ applying ──▶ applied ──▶ reverted
              ▲  ▲           │
              │  └── failed ◀┘  (nothing of the file was stored)
              └───────┘
    ```
    """

    class State(models.TextChoices):
        DRAFT = "draft", "draft"
        PREVIEWED = "previewed", "previewed"
        APPLYING = "applying", "applying"
        APPLIED = "applied", "applied"
        FAILED = "failed", "failed"
        REVERTED = "reverted", "reverted"

    TRANSITIONS = {
        State.DRAFT: {State.PREVIEWED},
        State.PREVIEWED: {State.DRAFT, State.APPLYING},
        State.APPLYING: {State.APPLIED, State.FAILED},
        State.FAILED: {State.DRAFT, State.PREVIEWED},
        State.APPLIED: {State.REVERTED},
        State.REVERTED: set[State](),
    }

    kind = models.CharField(max_length=60)
    brand = models.ForeignKey(
        "core.Brand",
        models.PROTECT,
        null=True,
        blank=True,
        help_text="The only brand that the file may touch; empty: every brand.",
    )
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(help_text="Bytes of the file as it came.")
    compressed = models.BinaryField(editable=False)
    mapping = models.JSONField(default=dict, blank=True, help_text="How its columns were read.")
    options = models.JSONField(default=dict, blank=True, help_text="What was said beside the file.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0, help_text="Rows that can't be taken in.")
    report = models.JSONField(default=dict, blank=True)
    not_revertible = models.CharField(
        max_length=500, blank=True, help_text="Why this import can't be undone as a whole."
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    applied_at = models.DateTimeField(null=True, blank=True)
    reverted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reverted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        verbose_name = "import"
        indexes = (models.Index(fields=("kind", "sha256"), name="import_batch_by_file"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    state__in=("draft", "previewed", "applying", "applied", "failed", "reverted")
                ),
                name="import_batch_state_is_known",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=("applied", "reverted")) & Q(applied_at__isnull=False))
                | (~Q(state__in=("applied", "reverted")) & Q(applied_at__isnull=True)),
                name="import_batch_applied_has_its_time",
            ),
            models.CheckConstraint(
                condition=(Q(state="reverted") & Q(reverted_at__isnull=False))
                | (~Q(state="reverted") & Q(reverted_at__isnull=True)),
                name="import_batch_reverted_has_its_time",
            ),
        )
        triggers = (
            pgtrigger.Trigger(
                name="applied_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state__in=("applied", "reverted")),
                func="""
                    IF TG_OP = 'UPDATE' AND OLD.state = 'applied' AND NEW.state = 'reverted'
                       AND to_jsonb(OLD) - '{state,reverted_by_id,reverted_at}'::text[]
                         = to_jsonb(NEW) - '{state,reverted_by_id,reverted_at}'::text[] THEN
                        RETURN NEW;
                    END IF;
                    RAISE EXCEPTION 'an applied import never changes'
                        USING ERRCODE = 'integrity_constraint_violation';
                """,
            ),
            no_truncate(),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.file_name}"

    @property
    def content(self) -> bytes:
        """The file as it came."""
        return zlib.decompress(bytes(self.compressed))


class ImportMapping(models.Model):
    """How the columns of files with a certain header were read last, to be offered again."""

    kind = models.CharField(max_length=60)
    brand = models.ForeignKey("core.Brand", models.CASCADE, null=True, blank=True)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of the header's names.")
    mapping = models.JSONField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("kind", "brand", "fingerprint"),
                nulls_distinct=False,
                name="import_mapping_once_per_header",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.fingerprint[:8]}"
