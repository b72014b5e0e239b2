"""The billing app."""

from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "billing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Add what billing brings to the files and registries of the apps below."""
        from accounts.signals import summary_made
        from billing.documents.services.ask_for_summary import ask_for_summary
        from billing.invoicing.queries import bills_with_usage
        from billing.signals import usage_taken_back
        from billing.usage.rate_uses import keep_rates_that_rated_usage
        from billing.usage.services.import_sources import import_sources
        from catalog.sections import register_section
        from catalog.signals import rate_import_reverting

        register_section("sources", import_sources)
        usage_taken_back.connect(bills_with_usage)
        summary_made.connect(ask_for_summary)
        rate_import_reverting.connect(keep_rates_that_rated_usage)
