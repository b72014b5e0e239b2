"""The API, version 1: each app's part, on every host; the key says whose rows they are."""

from django.urls import include, path

urlpatterns = [
    path("", include("core.api.urls")),
    path("", include("catalog.api.urls")),
    path("", include("accounts.api.urls")),
    path("", include("billing.usage.api.urls")),
    path("", include("billing.invoicing.api.urls")),
    path("", include("payments.api.urls")),
]
