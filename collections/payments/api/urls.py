"""The payments' part of the API."""

from rest_framework.routers import SimpleRouter

from payments.api.views import PaymentViewSet

router = SimpleRouter()
router.register("payments", PaymentViewSet, "api-payments")
urlpatterns = router.urls
