"""The accounts app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Know the events people are written to about, and take over what signing in says."""
        from accounts import own_events, receivers  # noqa: F401
