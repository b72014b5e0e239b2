"""Usage's part of the API."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from billing.usage.api.views import QuoteViewSet, RecordViewSet
from billing.usage.api.views_of_events import UsageView

router = SimpleRouter()
router.register("quotes", QuoteViewSet, "api-quotes")
router.register("usage-records", RecordViewSet, "api-usage-records")
urlpatterns = [
    *router.urls,
    # With and without a slash: a redirect would lose what is sent.
    path("usage/", UsageView.as_view(schema=None), name="api-usage"),
    path("usage", UsageView.as_view(), name="api-usage"),
]
