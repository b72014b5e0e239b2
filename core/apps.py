"""The core app: what every other app stands on."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules

from core.migration_speed import make_migrations_quick
from core.trigger_functions import put_in_place


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = "System"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let every app register what core works with, as Django's admin does with pages."""
        make_migrations_quick()
        post_migrate.connect(put_in_place, sender=self, dispatch_uid="trigger_functions")
        import core.duties
        import core.imports.jobs
        import core.login_codes  # noqa: F401 – registers the mails with codes, as imports do theirs

        autodiscover_modules("imports")
        autodiscover_modules("jobs")
        autodiscover_modules("approval_kinds")
        autodiscover_modules("subscribers")
        autodiscover_modules("search_entries")
