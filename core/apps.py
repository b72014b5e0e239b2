"""The core app: what every other app stands on."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = "System"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let every app register its kinds of jobs, as Django's admin lets them register pages."""
        autodiscover_modules("jobs")
