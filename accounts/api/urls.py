"""The customers' part of the API."""

from rest_framework.routers import SimpleRouter

from accounts.api.views import AccountViewSet, LocationViewSet, SubscriptionViewSet

router = SimpleRouter()
router.register("accounts", AccountViewSet, "api-accounts")
router.register("locations", LocationViewSet, "api-locations")
router.register("subscriptions", SubscriptionViewSet, "api-subscriptions")
urlpatterns = router.urls
