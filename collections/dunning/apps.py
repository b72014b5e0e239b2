"""The dunning app."""

from django.apps import AppConfig


class DunningConfig(AppConfig):
    name = "dunning"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Be asked again before a reminder is sent."""
        from dunning.services import recheck_reminder  # noqa: F401
