"""The catalogue's part of the API."""

from rest_framework.routers import SimpleRouter

from catalog.api.views import PlanVersionViewSet, PlanViewSet, ProductViewSet

router = SimpleRouter()
router.register("products", ProductViewSet, "api-products")
router.register("plans", PlanViewSet, "api-plans")
router.register("plan-versions", PlanVersionViewSet, "api-plan-versions")
urlpatterns = router.urls
