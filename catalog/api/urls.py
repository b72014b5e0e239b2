"""The catalogue's part of the API."""

from rest_framework.routers import SimpleRouter

from catalog.api.views import PlanViewSet, ProductViewSet

router = SimpleRouter()
router.register("products", ProductViewSet, "api-products")
router.register("plans", PlanViewSet, "api-plans")
urlpatterns = router.urls
