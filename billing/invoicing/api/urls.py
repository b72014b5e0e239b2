"""The invoices' part of the API."""

from rest_framework.routers import SimpleRouter

from billing.invoicing.api.views import InvoiceViewSet

router = SimpleRouter()
router.register("invoices", InvoiceViewSet, "api-invoices")
urlpatterns = router.urls
