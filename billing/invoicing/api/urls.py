"""The invoices' part of the API."""

from rest_framework.routers import SimpleRouter

from billing.invoicing.api.views import InvoiceViewSet
from billing.invoicing.api.views_of_plan_changes import PlanChangeViewSet
from billing.invoicing.api.views_of_running_bill import RunningBillViewSet

router = SimpleRouter()
router.register("invoices", InvoiceViewSet, "api-invoices")
router.register("accounts", RunningBillViewSet, "api-accounts")
router.register("subscriptions", PlanChangeViewSet, "api-subscriptions")
urlpatterns = router.urls
