"""Long work as rows: the broker is a hint, the row is the truth."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class Job(models.Model):
    """A piece of long work with state, attempts, progress and a lease.

    ```
    queued ──▶ running ──▶ done
      ▲           │
      ├── lease expired, or failed fewer than three times
      └────────── └──▶ parked  (three failures; a person looks at it, then re-queues)
    ```
    """

    class State(models.TextChoices):
        QUEUED = "queued", "queued"
        RUNNING = "running", "running"
        DONE = "done", "done"
        PARKED = "parked", "parked"

    TRANSITIONS = {
        State.QUEUED: {State.RUNNING},
        State.RUNNING: {State.DONE, State.QUEUED, State.PARKED},
        State.PARKED: {State.QUEUED},
        State.DONE: set[State](),
    }

    kind = models.CharField(max_length=60)
    payload = models.JSONField(default=dict, blank=True, help_text="Identifiers only.")
    brand = models.ForeignKey("core.Brand", models.PROTECT, null=True, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    unique_key = models.CharField(
        max_length=200, blank=True, help_text="At most one unfinished job has this key."
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    worker = models.CharField(max_length=100, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    progress_done = models.PositiveBigIntegerField(default=0)
    progress_total = models.PositiveBigIntegerField(default=0)
    progress_text = models.CharField(max_length=200, blank=True)
    result = models.JSONField(default=dict, blank=True)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(fields=("id",), name="job_queued", condition=Q(state="queued")),
            models.Index(
                fields=("leased_until",), name="job_running_lease", condition=Q(state="running")
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("unique_key",),
                condition=~Q(unique_key="") & Q(state__in=("queued", "running", "parked")),
                name="job_unfinished_key_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("queued", "running", "done", "parked")),
                name="job_state_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="running") | Q(leased_until__isnull=False),
                name="job_running_has_a_lease",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def percent(self) -> int:
        """Progress in whole per cent, 100 when done."""
        if self.state == self.State.DONE:
            return 100
        return 100 * self.progress_done // self.progress_total if self.progress_total else 0
