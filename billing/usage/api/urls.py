"""Usage's part of the API."""

from rest_framework.routers import SimpleRouter

from billing.usage.api.views import QuoteViewSet, RecordViewSet

router = SimpleRouter()
router.register("quotes", QuoteViewSet, "api-quotes")
router.register("usage-records", RecordViewSet, "api-usage-records")
urlpatterns = router.urls
