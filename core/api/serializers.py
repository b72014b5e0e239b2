"""What the API shows of core: jobs and their progress."""

from __future__ import annotations

from rest_framework import serializers

from core.models import Job


class JobSerializer(serializers.ModelSerializer[Job]):
    """A job without its inner error trace, which is for staff."""

    percent = serializers.IntegerField(read_only=True)

    class Meta:
        model = Job
        fields = (
            "id", "kind", "state", "percent", "progress_text", "created_at", "finished_at",
        )  # fmt: skip
